"""The tables of files that wait to be imported, and of the names that files gave to events."""

import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from eventsched.store.tables import Base


class StagedImportRow(Base):
    """A file that somebody brought and nobody has confirmed yet, or what became of it.

    `bases` is JSON text: the revision of each event that the file is about, when it was compared.
    Once confirmed, `outcome` tells what was saved, as JSON text, and `content` is empty.
    """

    __tablename__ = "staged_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))
    bases: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime.datetime]
    expires_at: Mapped[datetime.datetime]
    outcome: Mapped[str | None]
    settled_by: Mapped[str | None]
    settled_at: Mapped[datetime.datetime | None]

    __table_args__ = (Index(None, "expires_at"),)


class ImportedUidRow(Base):
    """A name that another program gave to an event of ours: how its next file is matched."""

    __tablename__ = "imported_uid"

    uid: Mapped[str] = mapped_column(String(500), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))

    __table_args__ = (Index(None, "event_id"),)
