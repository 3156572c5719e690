"""Press releases in and out: the drafts that one gives, and one that says what is planned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from eventsched import typesetting
from eventsched.domain.advisories import USUAL_NOTICE_DAYS, Check, checks, compose
from eventsched.domain.drafts import Draft, InvalidEvent, Problem
from eventsched.domain.events import Event
from eventsched.domain.places import with_zone_of_city
from eventsched.domain.release_comparison import Comparison, compare
from eventsched.domain.releases import Reading
from eventsched.services import events
from eventsched.services.events import NoIssuer, NoSuchEvent
from eventsched.store import events as event_store
from eventsched.store import site
from eventsched.store.database import Store


class InvalidDrafts(ValueError):
    """Some of the drafts break rules; `problems` names every one, by the draft's number."""

    def __init__(self, problems: Mapping[int, tuple[Problem, ...]]) -> None:
        super().__init__(f"{len(problems)} drafts can't be saved.")
        self.problems = problems


def save_drafts(
    store: Store, drafts: Mapping[int, Draft], *, by: str, now: datetime
) -> tuple[Event, ...]:
    """Save new events as drafts, all of them or none. Raises InvalidDrafts or events.NoIssuer."""
    saved: list[Event] = []
    problems: dict[int, tuple[Problem, ...]] = {}
    with store.writing() as session:
        for number, draft in drafts.items():
            try:
                saved.append(events.plan_in(session, with_zone_of_city(draft), by=by, now=now))
            except InvalidEvent as invalid:
                problems[number] = invalid.problems
        if problems:
            raise InvalidDrafts(problems)
    return tuple(saved)


@dataclass(frozen=True, kw_only=True)
class Written:
    """An advisory, ready to copy, and what to look at before it goes.

    `faults` tell why templates of the company's were not used.
    """

    headline: str
    text: str
    html: str
    checks: tuple[Check, ...]
    faults: tuple[str, ...]


def write(
    store: Store,
    slugs: Sequence[str],
    *,
    base_url: str,
    templates: Path | None,
    now: datetime,
    place: str = "",
    usual_notice_days: int = USUAL_NOTICE_DAYS,
) -> Written:
    """Return the advisory of the events at `slugs`, the earliest first; there must be one.

    It is written by the files in the folder `templates`, and by ours where there is none.
    Raises NoSuchEvent or NoIssuer.
    """
    with store.reading() as session:
        issuer = site.issuer(session)
        found = {slug: event_store.by_slug(session, slug) for slug in dict.fromkeys(slugs)}
    if issuer is None:
        raise NoIssuer("Set up the issuer first.")
    chosen = [event for event in found.values() if event is not None]
    if len(chosen) < len(found):
        raise NoSuchEvent(next(slug for slug, event in found.items() if event is None))
    chosen.sort(key=lambda event: event.instants.starts_at or event.instants.ends_at)
    address = f"{base_url}/events/{chosen[0].slug}" if len(chosen) == 1 else f"{base_url}/"
    advisory = compose(chosen, issuer, address=address, now=now, place=place)
    typeset = typesetting.typeset(advisory, templates)
    return Written(
        headline=advisory.headline,
        text=typeset.text,
        html=typeset.html,
        checks=checks(chosen, now=now, usual_notice_days=usual_notice_days),
        faults=tuple(fault.words for fault in typeset.faults),
    )


def beside_the_schedule(store: Store, reading: Reading) -> tuple[Comparison, ...]:
    """Return each event that was read beside the stored one that it means."""
    with store.reading() as session:
        schedule = event_store.every(session)
    return compare(reading.events, schedule)
