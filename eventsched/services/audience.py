"""Who would be told what by a step that somebody is about to take; nothing is saved by asking."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from eventsched.domain.alert_occasions import tells_the_told
from eventsched.domain.alerts import Topic
from eventsched.domain.counts import BROWSER, ROBOT, LastPoll
from eventsched.domain.drafts import InvalidEvent
from eventsched.domain.events import Event, Standing
from eventsched.domain.lifecycle import is_public
from eventsched.domain.replays import ReplayStep, with_replay_step
from eventsched.domain.revisions import NotAllowed, with_standing
from eventsched.domain.second_person import takes_two
from eventsched.domain.staff import Staff, may_revise
from eventsched.services.alert_notices import recipients_by_topic
from eventsched.store import alerts as alert_store
from eventsched.store import counts as count_store
from eventsched.store import events as event_store
from eventsched.store import second_person
from eventsched.store import staff as staff_store
from eventsched.store.database import Session, Store

# A program that has not asked for so long is not subscribed any more.
ASKED_LATELY = timedelta(days=28)


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who would hear of a step.

    `is_public` tells that the public would read it, `is_later` that it would do so only at a later
    instant, `waits` that a second person has to confirm it first. `calendars` are the families of
    programs that asked lately, `alerts` how many people would be mailed, `approvers` how many of
    the team.
    """

    is_public: bool
    is_later: bool
    waits: bool
    calendars: tuple[LastPoll, ...]
    alerts: Mapping[Topic, int]
    approvers: int


def of_decision(
    store: Store, event: Event, standing: Standing, *, by: Staff, now: datetime
) -> Audience | None:
    """Return who would hear if `by` let the event stand so; None where that makes no sense."""
    try:
        after = with_standing(event, standing, now=now)
    except NotAllowed:
        return None
    asks = standing is Standing.IN_REVIEW
    return of_save(store, event, after, by=by, asks_approvers=asks, now=now)


def of_replay_step(
    store: Store, event: Event, step: ReplayStep, *, by: Staff, now: datetime
) -> Audience | None:
    """Return who would hear if `by` took that step; None where it can't be saved."""
    try:
        after = with_replay_step(event, step, now=now)
    except (NotAllowed, InvalidEvent):
        return None
    return of_save(store, event, after, by=by, now=now)


def of_save(
    store: Store,
    event: Event,
    after: Event,
    *,
    by: Staff,
    asks_approvers: bool = False,
    now: datetime,
) -> Audience:
    """Return who would hear if `by` saved the event as it is `after`."""
    with store.reading() as session:
        known = is_public(event, now=now)
        public = known or is_public(after, now=now)
        takes_another = second_person.is_demanded(session) and takes_two(event, after)
        waits = known and (takes_another or not may_revise(by, event))
        mailed = recipients_by_topic(session, event, after, now=now) if public else {}
        # A reminder that comes anyhow is not told by this step.
        anyhow = recipients_by_topic(session, event, event, now=now) if known else {}
        return Audience(
            is_public=public,
            is_later=public and not known,
            waits=waits,
            calendars=_calendars(session, now=now) if public else (),
            alerts={topic: n for topic, n in mailed.items() if n and topic not in anyhow},
            approvers=_approvers_but(session, by) if waits or asks_approvers else 0,
        )


def of_change(store: Store, event: Event, *, by: Staff, now: datetime) -> Audience | None:
    """Return who would hear of another date, time or place; None where nobody outside would."""
    if not is_public(event, now=now):
        return None
    with store.reading() as session:
        waits = not by.may_approve or second_person.is_demanded(session)
        topics = frozenset({Topic.CHANGE})
        told_id = event_store.id_of(session, event.slug) if tells_the_told(topics) else None
        count = alert_store.count(session, event.facts.kind, topics, told_event_id=told_id)
        return Audience(
            is_public=True,
            is_later=False,
            waits=waits,
            calendars=_calendars(session, now=now),
            alerts={Topic.CHANGE: count} if count else {},
            approvers=_approvers_but(session, by) if waits else 0,
        )


def _calendars(session: Session, *, now: datetime) -> tuple[LastPoll, ...]:
    return tuple(
        poll
        for poll in count_store.last_polls(session, "")
        if poll.family not in (BROWSER, ROBOT) and poll.at > now - ASKED_LATELY
    )


def _approvers_but(session: Session, staff: Staff) -> int:
    everybody = staff_store.every(session)
    return sum(one.may_approve and one.email != staff.email for one in everybody)
