"""What the board says: which events wait for what, and what each still needs."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime

from eventsched.domain.events import Event, Standing
from eventsched.domain.issuer import Issuer
from eventsched.domain.lifecycle import Phase, is_public, phase
from eventsched.domain.readiness import clashes, missing
from eventsched.web.staff.views import STANDING_WORDS, StaffEvent, status_of


@dataclass(frozen=True, kw_only=True)
class BoardRow:
    """An event on the board: what it still needs, what stands in its way, what waits."""

    event: StaffEvent
    missing: tuple[str, ...]
    clashes: tuple[str, ...]
    has_waiting_change: bool


@dataclass(frozen=True, kw_only=True)
class BoardGroup:
    """Events that wait for the same thing; `key` names it."""

    key: str
    rows: tuple[BoardRow, ...]


def board_of(
    events: Sequence[Event],
    issuer: Issuer,
    *,
    now: datetime,
    text: str = "",
    waiting: Container[str] = (),
) -> tuple[BoardGroup, ...]:
    """Return the events that hold all words of `text`, grouped by what they wait for.

    Clashes are told with all `events`, shown or not.
    """
    keys = ("preparing", "live", "upcoming", "replays", "past", "withdrawn")
    groups: dict[str, list[BoardRow]] = {key: [] for key in keys}
    at_once, words = clashes(events, now=now), text.casefold().split()
    for event in events:
        if all(word in _searchable(event) for word in words):
            row = BoardRow(
                event=status_of(event, issuer, now=now),
                missing=missing(event, now=now),
                clashes=at_once.get(event.slug, ()),
                has_waiting_change=event.slug in waiting,
            )
            groups[_group(event, now=now)].append(row)
    groups["past"].reverse()
    return tuple(BoardGroup(key=key, rows=tuple(rows)) for key, rows in groups.items())


def _searchable(event: Event) -> str:
    facts = event.facts
    people = [part for p in facts.presenters for part in (p.name, p.title)]
    parts = (facts.title, facts.host, facts.city, facts.venue, str(facts.date), *people)
    return " ".join((*parts, STANDING_WORDS[event.standing])).casefold()


def _group(event: Event, *, now: datetime) -> str:
    if event.standing is Standing.WITHDRAWN:
        return "withdrawn"
    if not is_public(event, now=now):
        return "preparing"
    match phase(event, now=now):
        case Phase.LIVE:
            return "live"
        case Phase.UPCOMING:
            return "upcoming"
        case Phase.REPLAY_OPEN | Phase.REPLAY_PENDING:
            return "replays"
    return "past"
