"""The coming weeks as a picture: where on it each event, its replay and its publication lie.

Positions are per cent of the width, from the Monday of this week in the company's zone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from eventsched.domain.events import Event, Standing
from eventsched.domain.lifecycle import published_at, replay_window
from eventsched.domain.times import local, start_of_day

WEEKS = 8
MOST_LINES = 12


@dataclass(frozen=True, kw_only=True)
class Week:
    """A week's Monday and where it begins."""

    begins: date
    position: float


@dataclass(frozen=True, kw_only=True)
class Span:
    """From where to where something lasts."""

    start: float
    end: float


@dataclass(frozen=True, kw_only=True)
class Line:
    """An event's line; None for what lies outside the weeks shown, or is not to be.

    `replay` is the time for which a replay is promised; `is_posted` whether it is there.
    """

    event: Event
    begins: float | None
    published: float | None
    replay: Span | None
    is_posted: bool


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """The weeks, the present, the lines, and how many more events there are in these weeks."""

    weeks: tuple[Week, ...]
    present: float
    lines: tuple[Line, ...]
    more: int


def outlook(events: Iterable[Event], home_zone: str, *, now: datetime) -> Outlook:
    """Return what the coming weeks look like: events and open replays, first to begin first."""
    today = local(now, home_zone).date()
    monday = today - timedelta(days=today.weekday())
    mondays = [monday + timedelta(weeks=number) for number in range(WEEKS + 1)]
    begins, *_, ends = (start_of_day(day, home_zone) for day in mondays)
    scale = _Scale(begins=begins, ends=ends)
    lines = sorted(
        (_line(event, scale) for event in events if _is_shown(event, scale, now=now)),
        key=lambda line: line.event.instants.starts_at or line.event.instants.ends_at,
    )
    return Outlook(
        weeks=tuple(
            Week(begins=day, position=scale.position(start_of_day(day, home_zone)))
            for day in mondays[:-1]
        ),
        present=scale.position(now),
        lines=tuple(lines[:MOST_LINES]),
        more=max(len(lines) - MOST_LINES, 0),
    )


@dataclass(frozen=True, kw_only=True)
class _Scale:
    begins: datetime
    ends: datetime

    def position(self, instant: datetime) -> float:
        share = (instant - self.begins) / (self.ends - self.begins)
        return round(100 * min(max(share, 0), 1), 2)

    def within(self, instant: datetime | None) -> float | None:
        if instant is None or not self.begins <= instant < self.ends:
            return None
        return self.position(instant)


def _is_shown(event: Event, scale: _Scale, *, now: datetime) -> bool:
    if event.standing is Standing.WITHDRAWN:
        return False
    begins = event.instants.starts_at or event.instants.ends_at
    window = replay_window(event)
    is_expected = event.instants.ends_at > now
    is_replayed = window is not None and not window.is_over(now=now)
    is_known = published_at(event) is not None
    return begins < scale.ends and (is_expected or (is_known and is_replayed))


def _line(event: Event, scale: _Scale) -> Line:
    window, published = replay_window(event), published_at(event)
    replay = None
    if window is not None:
        opens = window.opens or event.instants.ends_at
        # One that stays until further notice reaches to the edge.
        closes = window.closes or scale.ends
        replay = Span(start=scale.position(opens), end=scale.position(closes))
    return Line(
        event=event,
        begins=scale.within(event.instants.starts_at or event.instants.ends_at),
        published=scale.within(published),
        replay=replay if replay is not None and replay.start < replay.end else None,
        is_posted=window is not None and window.ever_opens,
    )
