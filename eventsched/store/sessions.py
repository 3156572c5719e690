"""The browsers in which staff are signed in, and failed attempts to sign in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from eventsched.domain.staff import Staff
from eventsched.store import staff as staff_store
from eventsched.store.tables import SignInFailureRow, StaffRow, StaffSessionRow


@dataclass(frozen=True, kw_only=True)
class OpenSession:
    """One browser in which somebody is signed in."""

    id: int
    key: str
    browser: str
    origin: str
    started_at: datetime
    seen_at: datetime


def start(
    session: Session, email: str, *, key: str, browser: str, origin: str, at: datetime
) -> None:
    """Store that somebody signed in."""
    staff_id = session.scalars(select(StaffRow.id).where(StaffRow.email == email)).one()
    session.add(
        StaffSessionRow(
            staff_id=staff_id,
            key=key,
            browser=browser,
            origin=origin,
            started_at=at,
            seen_at=at,
        )
    )


def by_key(session: Session, key: str) -> tuple[Staff, OpenSession] | None:
    """Return whose open session has that key, and the session; None where none has."""
    chosen = (
        select(StaffSessionRow, StaffRow.email)
        .join(StaffRow, StaffRow.id == StaffSessionRow.staff_id)
        .where(StaffSessionRow.key == key, StaffSessionRow.ended_at.is_(None))
    )
    found = session.execute(chosen).first()
    staff = None if found is None else staff_store.by_email(session, found[1])
    return None if found is None or staff is None else (staff, _open(found[0]))


def note_seen(session: Session, key: str, *, at: datetime) -> None:
    """Store when a browser was last here."""
    row = StaffSessionRow
    session.execute(update(row).where(row.key == key, row.ended_at.is_(None)).values(seen_at=at))


def of(session: Session, email: str) -> list[OpenSession]:
    """Return the open sessions of one person, the last seen first."""
    chosen = (
        select(StaffSessionRow)
        .join(StaffRow, StaffRow.id == StaffSessionRow.staff_id)
        .where(StaffRow.email == email, StaffSessionRow.ended_at.is_(None))
        .order_by(StaffSessionRow.seen_at.desc(), StaffSessionRow.id.desc())
    )
    return [_open(row) for row in session.scalars(chosen)]


def end(session: Session, email: str, session_id: int, *, at: datetime) -> bool:
    """End one session of that person; tell whether there was such a one."""
    theirs = select(StaffRow.id).where(StaffRow.email == email).scalar_subquery()
    chosen = select(StaffSessionRow).where(
        StaffSessionRow.id == session_id,
        StaffSessionRow.staff_id == theirs,
        StaffSessionRow.ended_at.is_(None),
    )
    row = session.scalar(chosen)
    if row is not None:
        row.ended_at = at
    return row is not None


def end_others(session: Session, email: str, key: str, *, at: datetime) -> int:
    """End every session of that person but the one with that key, if any; return how many."""
    theirs = select(StaffRow.id).where(StaffRow.email == email).scalar_subquery()
    chosen = select(StaffSessionRow).where(
        StaffSessionRow.staff_id == theirs,
        StaffSessionRow.key != key,
        StaffSessionRow.ended_at.is_(None),
    )
    rows = session.scalars(chosen).all()
    for row in rows:
        row.ended_at = at
    return len(rows)


def forget_ended(session: Session, *, seen_before: datetime) -> None:
    """Drop the sessions that were ended, or whose browser was not seen since then."""
    row = StaffSessionRow
    session.execute(delete(row).where(or_(row.ended_at.is_not(None), row.seen_at <= seen_before)))


def failures(session: Session, *, origin: str, since: datetime) -> list[tuple[str, datetime]]:
    """Return the failed attempts from one address after `since`: whom they tried, and when."""
    row = SignInFailureRow
    chosen = select(row.email, row.at).where(row.origin == origin, row.at > since).order_by(row.at)
    return [(email, at) for email, at in session.execute(chosen)]


def note_failure(session: Session, email: str, *, origin: str, at: datetime) -> None:
    """Store a failed attempt."""
    session.add(SignInFailureRow(email=email, origin=origin, at=at))


def forget_failures(session: Session, *, before: datetime) -> None:
    """Drop failed attempts that nobody counts any more."""
    session.execute(delete(SignInFailureRow).where(SignInFailureRow.at < before))


def _open(row: StaffSessionRow) -> OpenSession:
    return OpenSession(
        id=row.id,
        key=row.key,
        browser=row.browser,
        origin=row.origin,
        started_at=row.started_at,
        seen_at=row.seen_at,
    )
