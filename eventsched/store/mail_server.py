"""What is known of the mail server's health, and which addresses take no mail."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from eventsched.domain.notices import address_of
from eventsched.store.dialects import insert_or
from eventsched.store.tables import MailServerRow, StoppedAddressRow


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What keeps all mail waiting, in words, and since when."""

    words: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class StoppedAddress:
    """An address to which nothing is sent, why, and since when."""

    id: int
    address: str
    at: datetime
    reason: str


def trouble(session: Session) -> Trouble | None:
    """Return what is wrong with the mail server; None while it takes our mail."""
    row = session.scalars(select(MailServerRow)).one()
    return Trouble(words=row.trouble, since=row.trouble_since) if row.trouble_since else None


def note_trouble(session: Session, words: str, *, at: datetime) -> None:
    """Note what is wrong with the mail server; since when stays."""
    row = session.scalars(select(MailServerRow).with_for_update()).one()
    row.trouble, row.trouble_since = words, row.trouble_since or at


def note_recovery(session: Session) -> None:
    """Note that the mail server takes our mail again."""
    session.execute(update(MailServerRow).values(trouble="", trouble_since=None))


def stop(session: Session, address: str, *, at: datetime, reason: str) -> None:
    """Send nothing to that address any more; an earlier reason stays."""
    write = insert_or(session, StoppedAddressRow)
    session.execute(
        write.on_conflict_do_nothing(index_elements=["address"]),
        {"address": address_of(address), "at": at, "reason": reason},
    )


def is_stopped(session: Session, address: str) -> bool:
    """Tell whether nothing is to be sent to that address."""
    chosen = select(StoppedAddressRow.id).where(StoppedAddressRow.address == address_of(address))
    return session.scalar(chosen) is not None


def stopped(session: Session) -> list[StoppedAddress]:
    """Return every address that takes no mail, the latest first."""
    rows = session.scalars(select(StoppedAddressRow).order_by(StoppedAddressRow.at.desc()))
    return [
        StoppedAddress(id=row.id, address=row.address, at=row.at, reason=row.reason) for row in rows
    ]


def lift(session: Session, address: str) -> bool:
    """Let mail go to that address again; tell whether it was stopped."""
    mine = StoppedAddressRow.address == address_of(address)
    lifted = delete(StoppedAddressRow).where(mine).returning(StoppedAddressRow.id)
    return bool(session.scalars(lifted).all())
