"""The tables. `migrations/` brings a database to this shape; a test holds the two together."""

import datetime

from sqlalchemy import (
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    Time,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from eventsched.store.types import LedgerInstant, UtcInstant, WallTime


class Base(DeclarativeBase):
    """What all tables share: names for their constraints that are the same everywhere."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime.datetime: UtcInstant(), str: Text()}  # noqa: RUF012


class SiteRow(Base):
    """One row: the site's version, which rises with every save, and the head of the ledger.

    Whoever appends to the ledger holds this row, so entries are numbered without gaps.
    `public_change_at` is the last save that changed what the public sees.
    """

    __tablename__ = "site"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0)
    ledger_number: Mapped[int] = mapped_column(default=0)
    ledger_hash: Mapped[str] = mapped_column(default="")
    second_person: Mapped[bool] = mapped_column(default=False, server_default=false())
    public_change_at: Mapped[datetime.datetime | None]
    # How long replays stay unless an event says otherwise.
    replay_days: Mapped[int | None] = mapped_column(server_default=text("7"))
    replay_until_revoked: Mapped[bool] = mapped_column(default=False, server_default=false())
    replay_counted_from: Mapped[str] = mapped_column(default="end", server_default="end")
    # How many minutes before a call its live link is looked at, and since when that is the rule.
    looks_before: Mapped[str] = mapped_column(default="1440,60,10", server_default="1440,60,10")
    looks_since: Mapped[datetime.datetime | None]


class IssuerRow(Base):
    """One row: the company that runs this installation."""

    __tablename__ = "issuer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    ticker: Mapped[str]
    exchange: Mapped[str]
    home_zone: Mapped[str]
    domain: Mapped[str]
    website: Mapped[str]
    contact_name: Mapped[str]
    contact_title: Mapped[str]
    contact_phone: Mapped[str]
    contact_email: Mapped[str]
    # When something that calendars tell of it last changed.
    told_since: Mapped[datetime.datetime | None]


class CompanyRevisionRow(Base):
    """One saved state of the company. Appended, never changed: triggers refuse it."""

    __tablename__ = "company_revision"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime.datetime]
    by: Mapped[str]
    record: Mapped[str]


class EventRow(Base):
    """An event at its current revision: facts as stated, instants as derived when saved."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    uid: Mapped[str] = mapped_column(unique=True)

    kind: Mapped[str]
    title: Mapped[str]
    host: Mapped[str]
    date: Mapped[datetime.date] = mapped_column(Date)
    time: Mapped[datetime.time | None] = mapped_column(Time)
    repeated: Mapped[str | None]
    zone: Mapped[str]
    duration_minutes: Mapped[int | None]
    city: Mapped[str]
    venue: Mapped[str]
    format: Mapped[str | None]
    live_url: Mapped[str | None]
    backup_url: Mapped[str | None]
    backup_note: Mapped[str] = mapped_column(default="", server_default="")
    # One number a line, as typed.
    dial_in: Mapped[str] = mapped_column(default="", server_default="")
    conference_id: Mapped[str] = mapped_column(default="", server_default="")
    replay_url: Mapped[str | None]
    replay_days: Mapped[int | None]
    replay_until: Mapped[datetime.datetime | None] = mapped_column(WallTime)
    replay_until_revoked: Mapped[bool] = mapped_column(default=False, server_default=false())
    replay_counted_from: Mapped[str] = mapped_column(default="end", server_default="end")

    starts_at: Mapped[datetime.datetime | None]
    ends_at: Mapped[datetime.datetime]
    replay_closes_at: Mapped[datetime.datetime | None]

    standing: Mapped[str]
    standing_since: Mapped[datetime.datetime]
    publish_at: Mapped[datetime.datetime | None]
    replay_posted_at: Mapped[datetime.datetime | None]
    replay_withdrawn_at: Mapped[datetime.datetime | None]
    revision: Mapped[int]
    sequence: Mapped[int]
    changed_at: Mapped[datetime.datetime]
    # JSON text: a document is only asked for with its event, and a table would be each time.
    documents: Mapped[str] = mapped_column(default="[]", server_default="[]")

    presenters: Mapped[list["PresenterRow"]] = relationship(
        order_by="PresenterRow.position", cascade="all, delete-orphan", lazy="selectin"
    )

    __table_args__ = (Index(None, "ends_at"), Index(None, "standing", "publish_at"))


class PresenterRow(Base):
    """A presenter of an event's current revision, in order."""

    __tablename__ = "presenter"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    title: Mapped[str]


class ContentRow(Base):
    """A part of a file's bytes, which are known by their SHA-256 and never change."""

    __tablename__ = "content"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    bytes: Mapped[bytes] = mapped_column(LargeBinary)


class RevisionRow(Base):
    """One saved state of an event. Appended, never changed: triggers refuse it."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    number: Mapped[int]
    at: Mapped[datetime.datetime]
    by: Mapped[str]
    reason: Mapped[str]
    # Canonical JSON text and not a JSON column: the ledger's hash covers these very characters.
    record: Mapped[str]

    __table_args__ = (UniqueConstraint("event_id", "number"),)


class LedgerRow(Base):
    """One entry of the ledger. Appended, never changed: triggers refuse it."""

    __tablename__ = "ledger"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime.datetime] = mapped_column(LedgerInstant)
    kind: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    previous: Mapped[str]
    hash: Mapped[str]

    __table_args__ = (Index(None, "subject", "number"),)


class TransitionRow(Base):
    """A due instant, derived from facts; `observed_at` is when a worker wrote it down."""

    __tablename__ = "transition"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    kind: Mapped[str]
    due_at: Mapped[datetime.datetime]
    observed_at: Mapped[datetime.datetime | None]

    __table_args__ = (
        UniqueConstraint("event_id", "kind", "due_at"),
        Index(None, "observed_at", "due_at"),
    )


class ProposalRow(Base):
    """A change that waits for a second person, or waited: `outcome` is empty until it is settled.

    One of `draft`, JSON text of what was typed, `standing`, what the event is to stand as, and
    `replay_step`, what is to become of its replay.
    """

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    base: Mapped[int]
    draft: Mapped[str | None]
    standing: Mapped[str | None]
    replay_step: Mapped[str | None]
    reason: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime.datetime]
    outcome: Mapped[str | None]
    settled_by: Mapped[str | None]
    settled_at: Mapped[datetime.datetime | None]
    settled_because: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (Index(None, "event_id", "outcome"),)


class ProbeRow(Base):
    """A look at one of an event's links: leased while it is taken, told once."""

    __tablename__ = "probe"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    kind: Mapped[str]
    due_at: Mapped[datetime.datetime]
    leased_until: Mapped[datetime.datetime | None]
    done_at: Mapped[datetime.datetime | None]
    good: Mapped[bool | None]
    words: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (
        UniqueConstraint("event_id", "kind", "due_at"),
        Index(None, "done_at", "due_at"),
    )


class StaffRow(Base):
    """A member of the investor-relations team. `email` is kept in lower case."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str]
    # Part of the session cookie: a new one signs every browser out.
    session_key: Mapped[str]
    added_at: Mapped[datetime.datetime]


class StaffSessionRow(Base):
    """One browser of a member of staff. `key` is a digest: nobody can sign in by it."""

    __tablename__ = "staff_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    key: Mapped[str] = mapped_column(String(64), unique=True)
    browser: Mapped[str]
    origin: Mapped[str]
    started_at: Mapped[datetime.datetime]
    seen_at: Mapped[datetime.datetime]
    ended_at: Mapped[datetime.datetime | None]

    __table_args__ = (Index(None, "staff_id"),)


class SignInFailureRow(Base):
    """One failed attempt to sign in, kept until nobody counts it any more."""

    __tablename__ = "sign_in_failure"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    origin: Mapped[str]
    at: Mapped[datetime.datetime]

    __table_args__ = (Index(None, "origin", "at"),)


class StaffLinkRow(Base):
    """A link by which somebody chooses their password, once. `key` is a digest."""

    __tablename__ = "staff_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    key: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime.datetime]
    used_at: Mapped[datetime.datetime | None]


class NoticeRow(Base):
    """A message owed to one recipient: leased while it is sent, settled once.

    `token` is random, and the same at every attempt: it makes the Message-ID and the address of
    bounces, and says nothing to a stranger.
    """

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(300), unique=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str]
    recipient: Mapped[str] = mapped_column(String(320))
    domain: Mapped[str]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    revision: Mapped[int | None]
    body: Mapped[str]
    owed_at: Mapped[datetime.datetime]
    due_at: Mapped[datetime.datetime]
    leased_until: Mapped[datetime.datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    settled_at: Mapped[datetime.datetime | None]
    outcome: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (
        Index(None, "settled_at", "due_at"),
        Index(None, "recipient"),
        Index(None, "outcome"),
    )


class MailServerRow(Base):
    """One row: what is wrong with the mail server, if anything, and since when.

    Whoever claims notices holds this row, so that workers together keep a domain's limit.
    """

    __tablename__ = "mail_server"

    id: Mapped[int] = mapped_column(primary_key=True)
    trouble: Mapped[str] = mapped_column(default="", server_default="")
    trouble_since: Mapped[datetime.datetime | None]


class StoppedAddressRow(Base):
    """An address that takes no mail: nothing is sent to it until somebody lifts the stop."""

    __tablename__ = "stopped_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(320), unique=True)
    at: Mapped[datetime.datetime]
    reason: Mapped[str]


# The rest of the tables, so that whoever asks this module for them has all.
from eventsched.store import count_tables, import_tables, privacy_tables  # noqa: E402, F401
