"""A release beside the schedule: which event each of its events means, and where the two part.

Only what a release says is compared: its silence about a venue contradicts nobody.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from eventsched.domain.comparison import Difference, differences
from eventsched.domain.drafts import Draft, draft_of
from eventsched.domain.events import Event, Kind, Standing
from eventsched.domain.releases import ReadEvent, Status, draft_of_event
from eventsched.domain.times import TimeProblem, instant_of

# What two descriptions must have in common to mean one event; see `_likeness`.
_ENOUGH, _SAME_TITLE = 3.0, 0.5
_NEAR_DAYS, _FAR_DAYS = 45, 200
_STANDINGS = {Status.POSTPONED: Standing.POSTPONED, Status.CANCELLED: Standing.CANCELLED}
_SAYS_LITTLE = frozenset({"the", "of", "and", "at", "annual", "conference", "inc", "a", "in"})


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """An event of a release and the stored one that it means; None where there is none.

    `proposal` is the stored event with what the release says; `differences` are between the two.
    `decision` is what the release says became of the event, unless that is decided already.
    """

    read: ReadEvent
    stored: Event | None
    proposal: Draft | None = None
    differences: tuple[Difference, ...] = ()
    decision: Standing | None = None

    @property
    def agrees(self) -> bool:
        """Whether the schedule says what the release says."""
        return self.stored is not None and not self.differences and self.decision is None


def compare(events: Sequence[ReadEvent], schedule: Iterable[Event]) -> tuple[Comparison, ...]:
    """Return each event of a release beside the one of the schedule that it means.

    No stored event is meant twice; the likeliest pairs come first.
    """
    stored = [event for event in schedule if event.standing is not Standing.WITHDRAWN]
    pairs = sorted(
        (
            (-likeness, number, place)
            for number, read in enumerate(events)
            for place, event in enumerate(stored)
            if (likeness := _likeness(read, event)) >= _ENOUGH
        ),
    )
    meant: dict[int, int] = {}
    for _, number, place in pairs:
        if number not in meant and place not in meant.values():
            meant[number] = place
    return tuple(
        _comparison(read, stored[meant[number]] if number in meant else None)
        for number, read in enumerate(events)
    )


def _comparison(read: ReadEvent, stored: Event | None) -> Comparison:
    if stored is None:
        return Comparison(read=read, stored=None)
    decision = _STANDINGS.get(read.status)
    saved = draft_of(stored.facts)
    # A notice of cancellation names the old date, or none: it changes no fact.
    proposal = saved if decision else _as_released(saved, read, stored)
    return Comparison(
        read=read,
        stored=stored,
        proposal=proposal,
        differences=differences(saved, proposal),
        decision=decision if decision is not stored.standing else None,
    )


def _likeness(read: ReadEvent, stored: Event) -> float:
    """Return how much two descriptions have in common; 0 for what can't be one event."""
    facts = stored.facts
    alike = _overlap(read.title or "", facts.title)
    has_host = bool(read.host) and _plain(read.host or "") == _plain(facts.host)
    away = min((abs((day - facts.date).days) for day in _dates(read)), default=_NEAR_DAYS)
    if alike < _SAME_TITLE and not (away == 0 and (has_host or _is_same_call(read, facts.kind))):
        return 0
    near = 2 if away == 0 else 0.5 if away <= _NEAR_DAYS else -3 if away > _FAR_DAYS else 0
    return 3 * alike + (read.kind is facts.kind) + 1.5 * has_host + near


def _is_same_call(read: ReadEvent, kind: Kind) -> bool:
    """Tell whether the day alone settles it: a company has one call or meeting a day, but on some
    days two conferences.
    """
    return read.kind is kind and kind is not Kind.CONFERENCE


def _dates(read: ReadEvent) -> list[date]:
    said = (read.date, read.rescheduled_from)
    return [day.date() if isinstance(day, datetime) else day for day in said if day is not None]


def _overlap(one: str, other: str) -> float:
    mine, theirs = (
        set(re.findall(r"\w+", _plain(title).replace("'", ""))) - _SAYS_LITTLE
        for title in (one, other)
    )
    return len(mine & theirs) / len(mine | theirs) if mine and theirs else 0.0


def _as_released(saved: Draft, read: ReadEvent, stored: Event) -> Draft:
    """Return the stored event with every fact that the release states in its place."""
    released = draft_of_event(read)
    stated: dict[str, Any] = {
        name: getattr(released, name) for name in _stated(read) if getattr(released, name)
    }
    for name in ("title", "host", "city", "venue"):
        if _plain(stated.get(name, "")) == _plain(getattr(saved, name)):
            stated.pop(name, None)
    if read.presenters and _people(released) == _people(saved):
        del stated["presenters"]
    if "dial_in" in stated and _digits(released.dial_in) == _digits(saved.dial_in):
        del stated["dial_in"]
    if "zone" in stated and _is_same_clock(read, stored.facts.zone):
        del stated["zone"]
    if "replay_days" in stated:
        stated["replay_until"] = ""
    elif "replay_until" in stated:
        stated["replay_days"] = ""
    return replace(saved, **stated)


def _stated(read: ReadEvent) -> list[str]:
    said = {
        "title": read.title,
        "host": read.host,
        "date": read.date,
        "time": read.wall_time,
        "zone": read.zone,
        "duration": read.ends_instant,
        "city": read.city,
        "venue": read.venue,
        "format": read.format,
        "presenters": read.presenters,
        "dial_in": read.dial_in,
        "conference_id": read.conference_id,
        "replay_days": read.replay_days,
        "replay_until": read.replay_until,
    }
    return [name for name, value in said.items() if value]


def _is_same_clock(read: ReadEvent, zone: str) -> bool:
    """Tell whether `zone` shows the wall time that was read at the same instant."""
    if read.instant is None or read.date is None or read.wall_time is None:
        return False
    try:
        return instant_of(datetime.combine(read.date, read.wall_time), zone) == read.instant
    except TimeProblem:
        return False


def _digits(numbers: str) -> list[str]:
    """Return the digits of each line's number, whose callers it is for left aside."""
    return [re.sub(r"\D", "", line.rpartition(":")[2]) for line in numbers.splitlines()]


def _people(draft: Draft) -> list[tuple[str, str]]:
    return [(_plain(person.name), _plain(person.title)) for person in draft.presenters]


def _plain(words: str) -> str:
    """Return words without what typesetting changes: quotes, dashes, spaces, capitals."""
    straight = re.sub(r"[‘’ʼ`]", "'", re.sub(r"[‐‑‒–—]", "-", words))
    return " ".join(unicodedata.normalize("NFKC", straight).casefold().split())
