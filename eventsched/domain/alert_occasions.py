"""What subscribers are owed about an event, and when: derived from facts whenever they change.

An occasion is owed to everybody who asked; who that is, and what it says, is found out when its
time has come. So an undone change says nothing, and a reminder never names an old time.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from eventsched.domain.alerts import Topic
from eventsched.domain.changes import Alteration, alterations
from eventsched.domain.events import Event
from eventsched.domain.lifecycle import (
    GateState,
    Phase,
    closes_by_withdrawal,
    is_public,
    phase,
    published_at,
    replay_gate,
    replay_window,
    takes_place,
)
from eventsched.domain.times import local

_ABOUT_AN_HOUR = timedelta(minutes=45)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
_OVER = (Phase.PAST, Phase.REPLAY_EXPIRED, Phase.REPLAY_MISSING)
# Staff who save again and again can't put a mail off for longer than so many quiet periods.
MOST_QUIET_PERIODS = 3


class OccasionKind(StrEnum):
    """What is owed: word of the event itself as it stands, or of a station of its day."""

    EVENT = "event"
    REMINDER_DAY = "reminder_day"
    REMINDER_HOUR = "reminder_hour"
    REPLAY_AVAILABLE = "replay_available"
    REPLAY_CLOSING = "replay_closing"


class Nearness(StrEnum):
    """How far off an event is when somebody is reminded, which may be later than was meant."""

    TOMORROW = "tomorrow"
    TODAY = "today"
    IN_AN_HOUR = "in_an_hour"
    SOON = "soon"


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Something owed from `due_at` on. `about` is the instant it speaks of; of `EVENT`, a save."""

    kind: OccasionKind
    about: datetime
    due_at: datetime


def occasions(event: Event, *, changed_since: datetime, now: datetime) -> list[Occasion]:
    """Return what is owed for an event that was saved at `now`.

    `changed_since` is the first save that nobody has been told of. Nothing is owed for what nobody
    may know of, and nothing is due before publication.
    """
    published = published_at(event)
    if published is None:
        return []
    found = [
        Occasion(kind=OccasionKind.EVENT, about=changed_since, due_at=max(changed_since, published))
    ]
    if takes_place(event):
        found += _reminders(event) + _of_replay(event, published)
    return [
        one
        for one in found
        if one.kind in (OccasionKind.EVENT, OccasionKind.REPLAY_AVAILABLE)
        or one.due_at >= max(now, published)
    ]


def ready_at(occasion: Occasion, *, saved_at: datetime, quiet: timedelta) -> datetime:
    """Return when an occasion's time has come: a quiet while after the last save."""
    if occasion.kind is OccasionKind.EVENT:
        rested = min(saved_at + quiet, occasion.about + MOST_QUIET_PERIODS * quiet)
    else:
        rested = saved_at + quiet
    return max(occasion.due_at, rested)


def topics_now(
    kind: OccasionKind, about: datetime, before: Event | None, event: Event, *, now: datetime
) -> frozenset[Topic]:
    """Return which topics there is something to tell of at `now`; empty: nothing, any more.

    `before` is the event as it was last told; None where it never was.
    """
    if not is_public(event, now=now):
        return frozenset()
    match kind:
        case OccasionKind.EVENT:
            return _told_of_event(before, event, now=now)
        case OccasionKind.REMINDER_DAY:
            is_time = event.instants.starts_at == about and now < about - HOUR
            return _if(is_time and takes_place(event), Topic.REMINDER_DAY)
        case OccasionKind.REMINDER_HOUR:
            is_time = event.instants.starts_at == about and now < about
            return _if(is_time and takes_place(event), Topic.REMINDER_HOUR)
        case OccasionKind.REPLAY_AVAILABLE:
            window = replay_window(event)
            is_same = window is not None and window.opens == about
            return _if(is_same and _is_open(event, now), Topic.REPLAY_AVAILABLE)
        case OccasionKind.REPLAY_CLOSING:
            is_same = event.instants.replay_closes_at == about
            return _if(is_same and _is_open(event, now), Topic.REPLAY_CLOSING)


def nearness(event: Event, *, now: datetime) -> Nearness:
    """Return how far off an event with a time is, by its own clock."""
    starts_at, zone = event.instants.starts_at, event.facts.zone
    assert starts_at is not None
    if starts_at - now > HOUR:
        is_today = local(now, zone).date() == local(starts_at, zone).date()
        return Nearness.TODAY if is_today else Nearness.TOMORROW
    return Nearness.IN_AN_HOUR if starts_at - now >= _ABOUT_AN_HOUR else Nearness.SOON


def news(before: Event, event: Event, home_zone: str, *, now: datetime) -> tuple[Alteration, ...]:
    """Return what somebody who was told `before` has to be told now.

    The posting of a replay has a mail of its own, which says until when it stays.
    """
    posted = event.replay_posted_at is not None and before.replay_posted_at is None
    unsaid = {"replay_link", "replay"} if posted else {"replay_link"}
    found = alterations(before, event, home_zone, at=now)
    return tuple(one for one in found if one.field not in unsaid)


def _told_of_event(before: Event | None, event: Event, *, now: datetime) -> frozenset[Topic]:
    if before is None:
        # Nobody is told that something was called off of which they had not heard.
        is_to_come = takes_place(event) and event.instants.ends_at > now
        return _if(is_to_come, Topic.NEW_EVENT)
    is_over = phase(event, now=now) in _OVER
    # Zones only put times into words; whether they differ, any zone tells.
    if is_over or not news(before, event, event.facts.zone, now=now):
        return frozenset()
    called_off = not takes_place(event) and before.standing is not event.standing
    return _if(True, Topic.CANCELLATION if called_off else Topic.CHANGE)


def tells_the_told(topics: Collection[Topic]) -> bool:
    """Tell whether everybody who heard of the event has to hear this, whatever they asked for."""
    return Topic.CANCELLATION in topics


def _reminders(event: Event) -> list[Occasion]:
    starts_at = event.instants.starts_at
    if starts_at is None:
        return []
    return [
        Occasion(kind=kind, about=starts_at, due_at=starts_at - before)
        for kind, before in ((OccasionKind.REMINDER_DAY, DAY), (OccasionKind.REMINDER_HOUR, HOUR))
    ]


def _of_replay(event: Event, published: datetime) -> list[Occasion]:
    window = replay_window(event)
    if window is None or window.opens is None or not window.ever_opens:
        return []
    opens, due_at = window.opens, max(window.opens, published)
    found = [Occasion(kind=OccasionKind.REPLAY_AVAILABLE, about=opens, due_at=due_at)]
    closing = window.closes
    # A withdrawal is no end that anybody could be reminded of.
    is_foreseen = closing is not None and not closes_by_withdrawal(event)
    if closing is not None and is_foreseen and closing - DAY > window.opens:
        found.append(
            Occasion(kind=OccasionKind.REPLAY_CLOSING, about=closing, due_at=closing - DAY)
        )
    return found


def _is_open(event: Event, now: datetime) -> bool:
    return replay_gate(event, now=now) is GateState.OPEN


def _if(condition: bool, topic: Topic) -> frozenset[Topic]:
    return frozenset({topic}) if condition else frozenset()
