"""Events and their revisions, in and out of the tables."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, subqueryload

from eventsched.domain.events import Event, Standing
from eventsched.domain.ledger import canonical_json
from eventsched.domain.lifecycle import is_public
from eventsched.domain.revisions import record_of
from eventsched.store import site, visibility
from eventsched.store.at_hand import at_hand
from eventsched.store.event_rows import event_of_row, fill
from eventsched.store.tables import EventRow, RevisionRow

# As many as are asked for by number; more are read with all others.
_FEW = 100
# As many as are asked for in one statement; a database takes so many and not endlessly more.
_MANY = 1_000


def by_slug(session: Session, slug: str) -> Event | None:
    """Return the event at that address, whatever its standing."""
    row = session.scalar(select(EventRow).where(EventRow.slug == slug))
    return None if row is None else event_of_row(row)


def by_slugs(session: Session, slugs: Sequence[str]) -> dict[str, Event]:
    """Return the events at those addresses, whatever their standing."""
    chosen = select(EventRow).where(EventRow.slug.in_(slugs))
    return {event.slug: event for event in _events(session, chosen)}


class KnownEvents:
    """Events as they were last read: only those with a new revision are read again.

    For sessions that read: what a transaction has not committed is nobody else's to know.
    """

    def __init__(self) -> None:
        self._known: dict[int, Event] = {}

    def announced(self, session: Session, *, after: date | None, now: datetime) -> list[Event]:
        """Return every event that is public or will be by itself.

        Given `after`, only those of later dates, or with a replay that has not closed yet. Not for
        showing as it is: whoever shows it asks `lifecycle.is_public` of each.
        """
        return self._read_anew(session, _may_be_shown(after, now))

    def every(self, session: Session) -> list[Event]:
        """Return all events, whatever their standing, first to end first."""
        found = self._read_anew(session, true())
        return sorted(found, key=lambda event: (event.instants.ends_at, event.slug))

    def _read_anew(self, session: Session, wanted: ColumnElement[bool]) -> list[Event]:
        chosen = select(EventRow.id, EventRow.revision).where(wanted)
        revisions = {row.id: row.revision for row in session.execute(chosen)}
        known = {
            id: event
            for id, revision in revisions.items()
            if (event := self._known.get(id)) and event.revision == revision
        }
        known |= _read(session, revisions.keys() - known.keys(), wanted)
        # Several feeds ask in turn, each for events of its own.
        kept = self._known if len(self._known) < 2 * len(known) + _FEW else {}
        self._known = kept | known
        return list(known.values())


def _may_be_shown(after: date | None, now: datetime) -> ColumnElement[bool]:
    announced = visibility.is_announced()
    if after is None:
        return announced
    return and_(announced, or_(EventRow.date > after, replay_lasts_beyond(now)))


def replay_lasts_beyond(instant: datetime) -> ColumnElement[bool]:
    """Return the condition that the replay lasts beyond `instant`, or until further notice."""
    endless = and_(EventRow.replay_until_revoked, EventRow.replay_closes_at.is_(None))
    return or_(EventRow.replay_closes_at > instant, endless)


def _read(session: Session, ids: AbstractSet[int], chosen: ColumnElement[bool]) -> dict[int, Event]:
    """Return the events with these numbers, all among the chosen; the few of them one by one."""
    if not ids:
        return {}
    few = EventRow.id.in_(ids) if len(ids) <= _FEW else chosen
    # All their presenters at once: as many queries for a thousand events as for ten.
    presenters = subqueryload(EventRow.presenters)
    rows = session.scalars(select(EventRow).where(few).options(presenters))
    return {row.id: event_of_row(row) for row in rows if row.id in ids}


def last_departures(
    session: Session, *, day: date, cancelled_before: datetime, now: datetime
) -> tuple[date | None, datetime | None]:
    """Return the last date up to `day` of a public event, and the last cancellation so old."""
    public = visibility.is_public(now)
    last_date = select(func.max(EventRow.date)).where(public, EventRow.date <= day)
    # No event ends a day before its date, so a month back the index tells as much as all rows.
    recent = EventRow.ends_at > datetime.combine(day, time(), tzinfo=UTC) - timedelta(days=30)
    found = session.scalar(last_date.where(recent)) or session.scalar(last_date)
    since = select(func.max(EventRow.standing_since)).where(
        public,
        EventRow.standing == Standing.CANCELLED,
        EventRow.standing_since <= cancelled_before,
    )
    return found, session.scalar(since)


def public_by_slug(session: Session, slug: str, *, now: datetime) -> Event | None:
    """Return the event at that address if the public may know of it at `now`.

    One that is hidden is not even read: the time that reading takes would tell that it is there.
    """
    chosen = select(EventRow).where(EventRow.slug == slug, visibility.is_public(now))
    found = (event for event in _events(session, chosen) if is_public(event, now=now))
    return next(found, None)


def next_publication(session: Session, *, now: datetime) -> datetime | None:
    """Return the next instant after `now` at which an event becomes public.

    One that was called off once it was public becomes so too, where the clock was set back since.
    """
    chosen = (
        select(EventRow.publish_at)
        .where(EventRow.publish_at > now)
        .where(visibility.is_announced())
        .order_by(EventRow.publish_at)
        .limit(1)
    )
    return session.scalar(chosen)


def every(session: Session) -> list[Event]:
    """Return all events, first to begin first, whatever their standing."""
    return _events(session, _in_order())


def has_any(session: Session) -> bool:
    """Tell whether there is an event at all."""
    return session.scalar(select(EventRow.id).limit(1)) is not None


def lasting_beyond(session: Session, instant: datetime) -> list[Event]:
    """Return every event that, or whose replay, goes on beyond `instant`."""
    chosen = _in_order().where(or_(EventRow.ends_at > instant, replay_lasts_beyond(instant)))
    return _events(session, chosen)


def taken_slugs(session: Session, beginnings: Sequence[str]) -> set[str]:
    """Return the addresses in use that begin like one of those; all where those are many."""
    chosen = select(EventRow.slug)
    if len(beginnings) <= _FEW:
        likely = [EventRow.slug.startswith(one, autoescape=True) for one in beginnings]
        chosen = chosen.where(or_(false(), *likely))
    return set(session.scalars(chosen))


def add(session: Session, event: Event, *, by: str, reason: str, at: datetime) -> None:
    """Store a new event and its first revision."""
    add_all(session, [event], by=by, reason=reason, at=at)


def add_all(
    session: Session, events: Sequence[Event], *, by: str, reason: str, at: datetime
) -> None:
    """Store new events, each with its first revision, in as few statements as can be."""
    rows = [EventRow() for _ in events]
    for row, event in zip(rows, events, strict=True):
        fill(row, event)
    session.add_all(rows)
    session.flush()
    for row, event in zip(rows, events, strict=True):
        at_hand(session).event_ids[event.slug] = row.id
        _append_revision(session, row, event, by=by, reason=reason, at=at)
    if any(is_public(event, now=at) for event in events):
        site.note_public_change(session, at=at)


def update(session: Session, event: Event, *, by: str, reason: str, at: datetime) -> Event:
    """Store the event's next revision, over the one it was made from, which is returned."""
    (before,) = update_all(session, [event], by=by, reason=reason, at=at)
    return before


def update_all(
    session: Session, events: Sequence[Event], *, by: str, reason: str, at: datetime
) -> list[Event]:
    """Store each event's next revision, in as few statements as can be; return what was before."""
    chosen = select(EventRow).where(EventRow.slug.in_([event.slug for event in events]))
    rows = {row.slug: row for row in session.scalars(chosen)}
    before = [event_of_row(rows[event.slug]) for event in events]
    for event in events:
        row = rows[event.slug]
        assert row.revision == event.revision - 1
        at_hand(session).event_ids[event.slug] = row.id
        fill(row, event)
    session.flush()
    for old, event in zip(before, events, strict=True):
        _append_revision(session, rows[event.slug], event, by=by, reason=reason, at=at)
        if event.changed_at == at and (is_public(old, now=at) or is_public(event, now=at)):
            site.note_public_change(session, at=at)
    return before


def id_of(session: Session, slug: str) -> int:
    """Return the row's number of the event at that address, for tables that refer to it."""
    known = at_hand(session).event_ids
    if slug not in known:
        known[slug] = session.scalars(select(EventRow.id).where(EventRow.slug == slug)).one()
    return known[slug]


def ids_of(session: Session, slugs: Sequence[str]) -> dict[str, int]:
    """Return the numbers of the events at those addresses, asking for all at once."""
    known = at_hand(session).event_ids
    unknown = [slug for slug in slugs if slug not in known]
    for first in range(0, len(unknown), _MANY):
        some = EventRow.slug.in_(unknown[first : first + _MANY])
        found = session.execute(select(EventRow.slug, EventRow.id).where(some))
        known |= {row.slug: row.id for row in found}
    return {slug: known[slug] for slug in slugs}


def by_id(session: Session, event_id: int) -> Event:
    """Return the event with that number in its row, which another table refers to."""
    return event_of_row(session.get_one(EventRow, event_id))


def _append_revision(
    session: Session, row: EventRow, event: Event, *, by: str, reason: str, at: datetime
) -> None:
    session.add(
        RevisionRow(
            event_id=row.id,
            number=event.revision,
            at=at,
            by=by,
            reason=reason,
            record=canonical_json(record_of(event)),
        )
    )


def _in_order() -> Select[EventRow]:
    return select(EventRow).order_by(EventRow.ends_at, EventRow.slug)


def _events(session: Session, chosen: Select[EventRow]) -> list[Event]:
    return [event_of_row(row) for row in session.scalars(chosen)]
