"""What the team has to look at: each event, whether it is ready, and what waits for somebody."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from eventsched.domain.clashes import Clash, clashes
from eventsched.domain.drift import Drift, drift_of
from eventsched.domain.events import Event, Standing
from eventsched.domain.probes import states
from eventsched.domain.readiness import LATELY, Check, State, checks
from eventsched.domain.staff_notices import of_replay
from eventsched.domain.wording import duration_words
from eventsched.store import probes as probe_store
from eventsched.store import second_person
from eventsched.store.database import Session


@dataclass(frozen=True, kw_only=True)
class Case:
    """An event, whether it is ready, what is in its way, and what is said of its replay."""

    event: Event
    checks: tuple[Check, ...]
    clashes: tuple[Clash, ...]
    replay: tuple[str, ...]
    has_waiting_change: bool

    @property
    def needs_attention(self) -> bool:
        """Whether somebody has something to do about it."""
        waits = self.has_waiting_change or self.event.standing is Standing.IN_REVIEW
        return (
            waits
            or bool(self.clashes or self.replay)
            or not all(check.is_done for check in self.checks)
        )


@dataclass(frozen=True, kw_only=True)
class Matter:
    """One thing for somebody to look at now; `slug` and `title` say of which event, "" of none.

    `page` is the endpoint of the page where it is seen, for what belongs to no event.
    """

    sentence: str
    slug: str = ""
    title: str = ""
    page: str = ""


def cases(
    session: Session, events: Iterable[Event], *, home_zone: str, now: datetime
) -> list[Case]:
    """Return all `events` with what is to be said of each at `now`."""
    known = list(events)
    in_the_way = clashes(known, now=now)
    looks = probe_store.looks(session, since=now - LATELY)
    waiting = second_person.all_waiting(session)
    return [
        Case(
            event=event,
            checks=checks(
                event, home_zone=home_zone, now=now, links=states(looks.get(event.slug, ()))
            ),
            clashes=in_the_way.get(event.slug, ()),
            replay=tuple(
                f"{concern.headline}. {concern.sentences[0]}"
                for concern in of_replay(event, home_zone, now=now)
            ),
            has_waiting_change=event.slug in waiting,
        )
        for event in known
    ]


def attention(found: Iterable[Case], *, now: datetime) -> list[Matter]:
    """Return what is to be looked at now: what fails, what collides, what waits for a decision."""
    told: set[str] = set()
    matters = []
    for case in found:
        matters += [
            Matter(sentence=sentence, slug=case.event.slug, title=case.event.facts.title)
            for sentence in _of_event(case, told, now=now)
        ]
        told.add(case.event.slug)
    return matters


def _of_event(case: Case, told: set[str], *, now: datetime) -> Iterator[str]:
    """Yield what is to be said of an event; a clash with one that was `told` of was told there."""
    yield from (check.sentence for check in case.checks if check.state is State.WRONG)
    yield from case.replay
    yield from (clash.sentence for clash in case.clashes if clash.other not in told)
    if case.has_waiting_change:
        yield "A change waits for a second person."
    elif case.event.standing is Standing.IN_REVIEW:
        yield "It waits for an approver."
    drift = drift_of(case.event, now=now)
    if drift is not None:
        yield _drift_words(drift)


def _drift_words(drift: Drift) -> str:
    zone, moves_by = drift.event.facts.zone, drift.moves_by
    if drift.would_be is None:
        return f"The rules of {zone} have changed: {drift.problem}"
    if not moves_by:
        how = "move the end of its replay"
    else:
        how = f"move it by {duration_words(abs(moves_by))}"
    return f"The new rules of {zone} would {how}. Nothing moves until it is saved once more."
