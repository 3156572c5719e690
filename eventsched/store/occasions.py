"""What subscribers are owed about events: derived from facts, begun once, told to one by one."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from eventsched.domain.alert_occasions import Occasion, OccasionKind
from eventsched.domain.events import Event
from eventsched.domain.revisions import event_of
from eventsched.store.dialects import insert_or
from eventsched.store.privacy_tables import OccasionRow, ToldRow
from eventsched.store.tables import EventRow, RevisionRow

_UNBEGUN = (OccasionRow.tells.is_(None), OccasionRow.done_at.is_(None))


@dataclass(frozen=True, kw_only=True)
class Owed:
    """An occasion that is not done. `tells` is None until it is begun; `reached` is who was last.

    It speaks of what differs from revision `since`, 0 where nothing was ever told.
    """

    id: int
    event_id: int
    occasion: Occasion
    saved_at: datetime
    since: int
    tells: int | None
    reached: int


def changed_since(session: Session, event_ids: Iterable[int]) -> dict[int, datetime]:
    """Return the first save that nobody has been told of, of those events that have one."""
    chosen = select(OccasionRow.event_id, OccasionRow.about)
    found = session.execute(chosen.where(_of_events(event_ids), *_UNBEGUN))
    return {row.event_id: row.about for row in found}


def last_told(session: Session, event_id: int) -> int:
    """Return the revision of the event that subscribers were last told; 0 for none."""
    return _last_told(session, [event_id]).get(event_id, 0)


def _last_told(session: Session, event_ids: Iterable[int]) -> dict[int, int]:
    chosen = select(OccasionRow.event_id, func.max(OccasionRow.tells))
    found = session.execute(chosen.where(_of_events(event_ids)).group_by(OccasionRow.event_id))
    return {event_id: revision or 0 for event_id, revision in found}


def derive_again(
    session: Session, wanted: Mapping[int, Sequence[Occasion]], *, at: datetime
) -> None:
    """Replace what is owed about events, by number, and not begun, by what is `wanted`.

    What was begun stays, and a station of an event's day is not told a second time. One that fell
    due before `at` stays too: whether it is still right is seen when it is told.
    """
    begun, since = _begun(session, wanted, at=at), _last_told(session, wanted)
    session.add_all(
        OccasionRow(
            event_id=event_id,
            kind=one.kind.value,
            about=one.about,
            due_at=one.due_at,
            saved_at=at,
            since=since.get(event_id, 0),
        )
        for event_id, occasions in wanted.items()
        for one in occasions
        if (event_id, one.kind.value, one.about) not in begun
    )


def _begun(
    session: Session, event_ids: Iterable[int], *, at: datetime
) -> set[tuple[int, str, datetime]]:
    """Forget what is not begun nor due, and return the stations of the events' days that are."""
    row = OccasionRow
    mine = row.event_id.in_(list(event_ids))
    # Whatever this transaction holds in memory would be looked through otherwise, each time.
    unsynchronised = {"synchronize_session": False}
    not_due = or_(row.kind == OccasionKind.EVENT, row.due_at >= at)
    session.execute(delete(row).where(mine, *_UNBEGUN, not_due), execution_options=unsynchronised)
    chosen = select(row.event_id, row.kind, row.about).where(mine, row.kind != OccasionKind.EVENT)
    return {(event_id, kind, about) for event_id, kind, about in session.execute(chosen)}


def without_any(session: Session) -> list[int]:
    """Return the numbers of the announced events of which nothing was ever owed."""
    owed = select(OccasionRow.event_id)
    chosen = select(EventRow.id).where(EventRow.publish_at.is_not(None), EventRow.id.not_in(owed))
    return list(session.scalars(chosen.order_by(EventRow.id)))


def add_told(session: Session, event_id: int, *, revision: int, at: datetime) -> None:
    """Store that a revision counts as told to everybody, without a notice to anyone."""
    session.add(
        OccasionRow(
            event_id=event_id,
            kind=OccasionKind.EVENT.value,
            about=at,
            due_at=at,
            saved_at=at,
            since=0,
            tells=revision,
            done_at=at,
        )
    )
    session.flush()


def due(session: Session, *, now: datetime) -> list[Owed]:
    """Return what is due at `now` and not done, first due first."""
    chosen = select(OccasionRow).where(OccasionRow.done_at.is_(None), OccasionRow.due_at <= now)
    return [_owed(row) for row in session.scalars(chosen.order_by(OccasionRow.due_at))]


def begin(session: Session, owed: Owed, *, tells: int) -> None:
    """Store that notices are being written, and what they tell."""
    session.get_one(OccasionRow, owed.id).tells = tells


def reach(session: Session, owed: Owed, person_id: int) -> None:
    """Store who the last was for whom a notice has been written."""
    session.get_one(OccasionRow, owed.id).reached = person_id


def finish(session: Session, owed: Owed, *, at: datetime) -> None:
    """Store that nobody is left to be told, or nothing to tell."""
    session.get_one(OccasionRow, owed.id).done_at = at


def at_revision(session: Session, event_id: int, number: int) -> Event | None:
    """Return the event as that revision says; None where there is no such revision."""
    row = RevisionRow
    chosen = select(row.record).where(row.event_id == event_id, row.number == number)
    record = session.scalar(chosen)
    return None if record is None else event_of(json.loads(record))


def told(session: Session, person_id: int, event_id: int) -> int | None:
    """Return the revision of the event that somebody was last told; None for none."""
    row = session.get(ToldRow, (person_id, event_id))
    return None if row is None else row.revision


def note_told(
    session: Session, person_id: int, event_id: int, *, revision: int, at: datetime
) -> None:
    """Store what somebody was told; a late mail of something older changes nothing."""
    noted = insert_or(session, ToldRow).values(
        person_id=person_id, event_id=event_id, revision=revision, at=at
    )
    session.execute(
        noted.on_conflict_do_update(
            index_elements=["person_id", "event_id"],
            set_={"revision": noted.excluded.revision, "at": at},
            where=ToldRow.revision <= noted.excluded.revision,
        )
    )


def _of_events(event_ids: Iterable[int]) -> ColumnElement[bool]:
    is_theirs = OccasionRow.event_id.in_(list(event_ids))
    return is_theirs & (OccasionRow.kind == OccasionKind.EVENT)


def _owed(row: OccasionRow) -> Owed:
    return Owed(
        id=row.id,
        event_id=row.event_id,
        occasion=Occasion(kind=OccasionKind(row.kind), about=row.about, due_at=row.due_at),
        saved_at=row.saved_at,
        since=row.since,
        tells=row.tells,
        reached=row.reached,
    )
