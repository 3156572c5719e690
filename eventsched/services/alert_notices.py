"""From a change to notices: what is owed stands in the change's own transaction.

Each save derives what subscribers are owed of the event (`owe_in`). When that falls due, and a
quiet while has passed without another save, the worker writes a notice to each who asked, a
thousand in a transaction; the outbox sends them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from eventsched.domain.alert_occasions import (
    OccasionKind,
    occasions,
    ready_at,
    tells_the_told,
    topics_now,
)
from eventsched.domain.alerts import Topic
from eventsched.domain.events import Event
from eventsched.domain.ledger import instant_text
from eventsched.domain.lifecycle import is_public
from eventsched.domain.notices import Notice
from eventsched.services import notices
from eventsched.store import alerts as alert_store
from eventsched.store import events as event_store
from eventsched.store import occasions as occasion_store
from eventsched.store import site
from eventsched.store.alerts import Subscription
from eventsched.store.database import Session, Store
from eventsched.store.occasions import Owed

PORTION = 1_000
_TAKEN_OVER_AT_ONCE = 100


@dataclass(frozen=True, kw_only=True)
class Written:
    """How many notices were written, of what and about which event."""

    slug: str
    kind: OccasionKind
    count: int


def owe_in(session: Session, events: Mapping[int, Event], *, now: datetime) -> None:
    """Write down what subscribers are owed of events, by number, that are being saved."""
    # Of what is a draft for the first time nobody is owed a word.
    known = {event_id: event for event_id, event in events.items() if event.revision > 1}
    if not known:
        return
    since = occasion_store.changed_since(session, known)
    owed = {
        event_id: occasions(event, changed_since=since.get(event_id, now), now=now)
        for event_id, event in known.items()
    }
    occasion_store.derive_again(session, owed, at=now)


def take_over(store: Store, *, now: datetime) -> None:
    """Owe what is due of events that were saved by a version that owed nothing.

    What is public counts as told: nobody is to hear of it as if it were new. Its reminders, its
    replay and later changes are owed from then on.
    """
    with store.reading() as session:
        untouched = occasion_store.without_any(session)
    # A portion at a time: savers wait meanwhile.
    for first in range(0, len(untouched), _TAKEN_OVER_AT_ONCE):
        with store.writing() as session:
            site.hold(session)
            still = set(occasion_store.without_any(session))
            for event_id in untouched[first : first + _TAKEN_OVER_AT_ONCE]:
                event = event_store.by_id(session, event_id)
                if event_id in still and is_public(event, now=now):
                    occasion_store.add_told(session, event_id, revision=event.revision, at=now)
                if event_id in still:
                    owe_in(session, {event_id: event}, now=now)


def write_due(store: Store, *, quiet: timedelta, now: datetime) -> Written | None:
    """Write some of the notices that are due; None where none are.

    1. Find the first occasion whose time has come.
    2. With nothing to tell any more, it is done: the change was undone, the event moved on.
    3. Else write a notice to each of the next thousand who asked, and remember how far we got.
    """
    with store.reading() as session:
        if _first_ready(session, quiet=quiet, now=now) is None:
            return None
    with store.writing() as session:
        site.hold(session)
        owed = _first_ready(session, quiet=quiet, now=now)
        return None if owed is None else _write(session, owed, now=now)


def recipients_by_topic(
    session: Session, before: Event | None, after: Event, *, now: datetime
) -> Mapping[Topic, int]:
    """Return how many people a planned save would tell, by what they would be told.

    `before` is the event as it stands, None for one that is new; `after` as it would be saved.
    Reminders and replays are counted where they would still come.
    """
    counts: dict[Topic, int] = {}
    event_id = None if before is None else event_store.id_of(session, before.slug)
    told = occasion_store.last_told(session, event_id) if event_id is not None else 0
    known = before if told and before is not None else None
    for owed in occasions(after, changed_since=now, now=now):
        at = max(owed.due_at, now)
        topics = topics_now(owed.kind, owed.about, known, after, now=at)
        for topic in topics:
            told_id = event_id if tells_the_told(topics) else None
            counts[topic] = alert_store.count(
                session, after.facts.kind, [topic], told_event_id=told_id
            )
    return counts


def _first_ready(session: Session, *, quiet: timedelta, now: datetime) -> Owed | None:
    waiting = occasion_store.due(session, now=now)
    return next(
        (
            owed
            for owed in waiting
            if owed.tells is not None
            or ready_at(owed.occasion, saved_at=owed.saved_at, quiet=quiet) <= now
        ),
        None,
    )


def _write(session: Session, owed: Owed, *, now: datetime) -> Written:
    event = event_store.by_id(session, owed.event_id)
    before = occasion_store.at_revision(session, owed.event_id, owed.since)
    kind = owed.occasion.kind
    topics = topics_now(kind, owed.occasion.about, before, event, now=now)
    if not topics:
        occasion_store.finish(session, owed, at=now)
        return Written(slug=event.slug, kind=kind, count=0)
    tells = owed.tells or event.revision
    if owed.tells is None:
        occasion_store.begin(session, owed, tells=tells)
    asked = alert_store.recipients(
        session,
        event.facts.kind,
        topics,
        told_event_id=owed.event_id if tells_the_told(topics) else None,
        after=owed.reached,
        limit=PORTION,
    )
    notices.owe(session, [_notice(owed, event, tells, one, now=now) for one in asked], now=now)
    if asked:
        occasion_store.reach(session, owed, asked[-1].person.id)
    if len(asked) < PORTION:
        occasion_store.finish(session, owed, at=now)
    return Written(slug=event.slug, kind=kind, count=len(asked))


def _notice(owed: Owed, event: Event, tells: int, to: Subscription, *, now: datetime) -> Notice:
    kind = owed.occasion.kind
    return Notice(
        key=f"{event.uid}:{tells}:{to.person.id}:{kind}:{owed.id}",
        kind=f"alert.{kind}",
        to=to.person.email,
        due_at=now,
        event_slug=event.slug,
        revision=tells,
        body={
            "person": to.person.id,
            "about": instant_text(owed.occasion.about),
            "since": owed.since,
        },
    )
