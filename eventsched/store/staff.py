"""The accounts of the investor-relations team."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from eventsched.domain.staff import Role, Staff
from eventsched.store.tables import StaffLinkRow, StaffRow


def by_email(session: Session, email: str) -> Staff | None:
    """Return the account with that address, in any case of letters."""
    row = session.scalar(select(StaffRow).where(StaffRow.email == email.strip().lower()))
    return None if row is None else _staff(row)


def add(session: Session, staff: Staff, *, at: datetime) -> None:
    """Store a new account."""
    row = StaffRow(email=staff.email.lower(), added_at=at)
    _fill(row, staff)
    session.add(row)
    session.flush()


def update(session: Session, staff: Staff) -> None:
    """Store a changed account."""
    row = session.scalars(select(StaffRow).where(StaffRow.email == staff.email)).one()
    _fill(row, staff)


def every(session: Session) -> list[Staff]:
    """Return everybody's account, by address."""
    return [_staff(row) for row in session.scalars(select(StaffRow).order_by(StaffRow.email))]


def add_link(session: Session, email: str, *, key: str, expires_at: datetime) -> None:
    """Store a link for that account, beside those that are there."""
    staff_id = session.scalars(select(StaffRow.id).where(StaffRow.email == email)).one()
    session.add(StaffLinkRow(staff_id=staff_id, key=key, expires_at=expires_at))


def drop_links(session: Session, email: str) -> None:
    """Let every link of that account that nobody used stop working."""
    theirs = select(StaffRow.id).where(StaffRow.email == email).scalar_subquery()
    unused = (StaffLinkRow.staff_id == theirs, StaffLinkRow.used_at.is_(None))
    session.execute(delete(StaffLinkRow).where(*unused))


def by_link(session: Session, key: str, *, now: datetime) -> Staff | None:
    """Return whose unused, unexpired link that is."""
    chosen = (
        select(StaffRow)
        .join(StaffLinkRow, StaffLinkRow.staff_id == StaffRow.id)
        .where(
            StaffLinkRow.key == key,
            StaffLinkRow.used_at.is_(None),
            StaffLinkRow.expires_at > now,
        )
    )
    row = session.scalar(chosen)
    return None if row is None else _staff(row)


def use_link(session: Session, key: str, *, at: datetime) -> None:
    """Note that a link was used."""
    session.scalars(select(StaffLinkRow).where(StaffLinkRow.key == key)).one().used_at = at


def count(session: Session) -> int:
    """Return how many accounts there are."""
    return session.scalar(select(func.count()).select_from(StaffRow)) or 0


def _fill(row: StaffRow, staff: Staff) -> None:
    row.name, row.role = staff.name, staff.role.value
    row.password_hash, row.session_key = staff.password_hash, staff.session_key


def _staff(row: StaffRow) -> Staff:
    return Staff(
        email=row.email,
        name=row.name,
        role=Role(row.role),
        password_hash=row.password_hash,
        session_key=row.session_key,
    )
