"""Files that wait to be imported: kept until they are confirmed, discarded or too old."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from eventsched.store.import_tables import ImportedUidRow, StagedImportRow
from eventsched.store.tables import EventRow


@dataclass(frozen=True, kw_only=True)
class Staged:
    """A file that waits, or what became of it: `saved` counts what was saved, by outcome."""

    id: int
    name: str
    by: str
    at: datetime
    expires_at: datetime
    bases: Mapping[str, int]
    saved: Mapping[str, int] | None
    settled_by: str | None
    settled_at: datetime | None


def add(
    session: Session,
    *,
    name: str,
    content: bytes,
    digest: str,
    bases: Mapping[str, int],
    by: str,
    at: datetime,
    expires_at: datetime,
) -> int:
    """Store a file that waits, and return its number."""
    row = StagedImportRow(
        name=name,
        content=content,
        digest=digest,
        bases=json.dumps(bases),
        by=by,
        at=at,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return row.id


def by_id(session: Session, number: int, *, now: datetime) -> Staged | None:
    """Return the file with that number, unless it is too old."""
    row = session.get(StagedImportRow, number)
    return None if row is None or row.expires_at <= now else _staged(row)


def content(session: Session, number: int) -> bytes:
    """Return what is in the file."""
    return session.scalars(select(StagedImportRow.content).where(_is(number))).one()


def every(session: Session, *, now: datetime) -> list[Staged]:
    """Return every file that waits or was confirmed lately, the latest first."""
    chosen = select(StagedImportRow).where(StagedImportRow.expires_at > now)
    rows = session.scalars(chosen.order_by(StagedImportRow.at.desc(), StagedImportRow.id.desc()))
    return [_staged(row) for row in rows]


def count_waiting(session: Session, *, now: datetime) -> int:
    """Return how many files wait."""
    waiting = (StagedImportRow.outcome.is_(None), StagedImportRow.expires_at > now)
    return session.scalar(select(func.count()).where(*waiting)) or 0


def waiting_twin(session: Session, digest: str, *, now: datetime) -> int | None:
    """Return the number of a file that waits and has the very same bytes."""
    same = (StagedImportRow.digest == digest, StagedImportRow.outcome.is_(None))
    return session.scalar(
        select(StagedImportRow.id).where(*same, StagedImportRow.expires_at > now).limit(1)
    )


def compare_again(session: Session, number: int, bases: Mapping[str, int]) -> None:
    """Store the revisions of the events that the file is about, as they are now."""
    session.get_one(StagedImportRow, number).bases = json.dumps(bases)


def settle(
    session: Session, number: int, saved: Mapping[str, int], *, by: str, at: datetime
) -> None:
    """Write down what was saved of a file, which is not kept itself."""
    row = session.get_one(StagedImportRow, number)
    row.outcome, row.settled_by, row.settled_at = json.dumps(saved), by, at
    row.content = b""


def discard(session: Session, number: int) -> None:
    """Delete a file that waits."""
    session.execute(delete(StagedImportRow).where(_is(number)))


def discard_old(session: Session, *, now: datetime) -> None:
    """Delete every file that is too old."""
    session.execute(delete(StagedImportRow).where(StagedImportRow.expires_at <= now))


def uids(session: Session) -> dict[str, str]:
    """Return the address of the event for each name that a file gave."""
    chosen = select(ImportedUidRow.uid, EventRow.slug)
    named = session.execute(chosen.join(EventRow, EventRow.id == ImportedUidRow.event_id))
    return {row.uid: row.slug for row in named}


def remember_uids(session: Session, pairs: Iterable[tuple[str, int]]) -> None:
    """Store which event a file's names stand for; a name that is known stands for what it did."""
    named = dict(pairs)
    known = set(session.scalars(select(ImportedUidRow.uid)))
    session.add_all(
        ImportedUidRow(uid=uid, event_id=event_id)
        for uid, event_id in named.items()
        if uid not in known
    )


def _is(number: int) -> ColumnElement[bool]:
    return StagedImportRow.id == number


def _staged(row: StagedImportRow) -> Staged:
    return Staged(
        id=row.id,
        name=row.name,
        by=row.by,
        at=row.at,
        expires_at=row.expires_at,
        bases=json.loads(row.bases),
        saved=None if row.outcome is None else json.loads(row.outcome),
        settled_by=row.settled_by,
        settled_at=row.settled_at,
    )
