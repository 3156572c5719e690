"""What stands in an event's way: others at the same time, and presenters without time to travel."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from eventsched.domain.events import Event, Kind, Standing
from eventsched.domain.lifecycle import takes_place
from eventsched.domain.wording import duration_words

# Less lies between two cities in no airline's timetable, door to door.
SHORTEST_JOURNEY = timedelta(hours=3)
_HELD_ANYWHERE = frozenset({Kind.EARNINGS_CALL})


@dataclass(frozen=True, kw_only=True)
class Clash:
    """Another event, by its address, that is in the way, and how."""

    other: str
    sentence: str


def clashes(events: Iterable[Event], *, now: datetime) -> Mapping[str, tuple[Clash, ...]]:
    """Return, by address, what other events that are still to come are in an event's way."""
    found: dict[str, list[Clash]] = {}
    for earlier, later in _close_pairs(events, now=now):
        at_once = _begins(later) < earlier.instants.ends_at
        hurried = "" if at_once else _journey_words(earlier, later)
        if at_once or hurried:
            for event, other in ((earlier, later), (later, earlier)):
                sentence = hurried or _at_once_words(event, other)
                found.setdefault(event.slug, []).append(Clash(other=other.slug, sentence=sentence))
    return {slug: tuple(told) for slug, told in found.items()}


def _close_pairs(events: Iterable[Event], *, now: datetime) -> Iterator[tuple[Event, Event]]:
    """Yield each two events of which one begins before, or shortly after, the other has ended."""
    coming = sorted((e for e in events if _is_expected(e, now=now)), key=_begins)
    lasting: list[Event] = []
    for later in coming:
        lasting = [e for e in lasting if e.instants.ends_at + SHORTEST_JOURNEY > _begins(later)]
        yield from ((earlier, later) for earlier in lasting)
        lasting.append(later)


def _is_expected(event: Event, *, now: datetime) -> bool:
    stands = event.standing is not Standing.WITHDRAWN and takes_place(event)
    return stands and event.instants.starts_at is not None and event.instants.ends_at > now


def _begins(event: Event) -> datetime:
    assert event.instants.starts_at is not None
    return event.instants.starts_at


def _at_once_words(event: Event, other: Event) -> str:
    both = _presenters_of_both(event, other)
    if both:
        return f"{' and '.join(both)} would be at “{other.facts.title}” at the same time."
    return f"“{other.facts.title}” is at the same time."


def _journey_words(earlier: Event, later: Event) -> str:
    cities = [event.facts.city.strip() for event in (earlier, later)]
    kinds = {earlier.facts.kind, later.facts.kind}
    both = _presenters_of_both(earlier, later)
    if not both or not all(cities) or kinds & _HELD_ANYWHERE:
        return ""
    if cities[0].casefold() == cities[1].casefold():
        return ""
    left = _begins(later) - earlier.instants.ends_at
    how_long = f"only {duration_words(left)}" if left else "no time"
    return f"{' and '.join(both)} would have {how_long} from {cities[0]} to {cities[1]}."


def _presenters_of_both(event: Event, other: Event) -> list[str]:
    names = {presenter.name.casefold() for presenter in other.facts.presenters}
    return [p.name for p in event.facts.presenters if p.name.casefold() in names]
