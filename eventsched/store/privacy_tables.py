"""The tables of people who asked for something, and of the policies they agreed to.

Whatever stands under a person goes with the person.
"""

import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from eventsched.store.tables import Base


class PolicyRow(Base):
    """A version of the privacy policy; the first is in force from the beginning.

    One that was taken back never was, and keeps its number and its words.
    """

    __tablename__ = "policy"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str]
    in_force_at: Mapped[datetime.datetime | None]
    added_by: Mapped[str]
    added_at: Mapped[datetime.datetime | None]
    taken_back_at: Mapped[datetime.datetime | None]


class PersonRow(Base):
    """Somebody who gave an address. `key` is a part of the links that are theirs."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    key: Mapped[str] = mapped_column(String(16))
    since: Mapped[datetime.datetime]


class PersonLinkRow(Base):
    """A link in a mail that works for a while; `body` is JSON: what following it will do.

    `mails` counts how often it was sent, and `mailed_at` says when it last was.
    """

    __tablename__ = "person_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(1))
    key: Mapped[str] = mapped_column(String(16))
    body: Mapped[str]
    mails: Mapped[int]
    mailed_at: Mapped[datetime.datetime | None]
    expires_at: Mapped[datetime.datetime]
    used_at: Mapped[datetime.datetime | None]

    __table_args__ = (Index(None, "person_id", "kind"), Index(None, "expires_at"))


class ConsentRow(Base):
    """What somebody agreed to: for which purpose, in which words, under which policy, and when."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    purpose: Mapped[str]
    wording: Mapped[str]
    policy_version: Mapped[int] = mapped_column(ForeignKey("policy.version"))
    given_at: Mapped[datetime.datetime]
    ended_at: Mapped[datetime.datetime | None]

    __table_args__ = (Index(None, "person_id"),)


class SubscriptionRow(Base):
    """Alerts that somebody confirmed. `kinds` and `topics` are names with a space between."""

    __tablename__ = "subscription"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    kinds: Mapped[str]
    topics: Mapped[str]
    zone: Mapped[str]
    since: Mapped[datetime.datetime]


class KitRequestRow(Base):
    """A request for an investor kit, and whether staff have sent it."""

    __tablename__ = "kit_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    name: Mapped[str]
    postal_address: Mapped[str]
    asked_at: Mapped[datetime.datetime]
    done_at: Mapped[datetime.datetime | None]

    __table_args__ = (Index(None, "person_id"),)


class OccasionRow(Base):
    """Something that subscribers are owed about an event, written down with the change itself.

    `about` is the instant that it speaks of: a start, an opening, a closing or, of a change, the
    first save that nobody has been told of. It waits for `due_at`, and for a quiet while after
    `saved_at`. A change says what differs from revision `since` (0: nothing was ever told). Once
    begun, it stands: notices are written to one person after another, `reached` being the last, who
    are told revision `tells`.
    """

    __tablename__ = "occasion"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    kind: Mapped[str]
    about: Mapped[datetime.datetime]
    due_at: Mapped[datetime.datetime]
    saved_at: Mapped[datetime.datetime]
    since: Mapped[int]
    tells: Mapped[int | None]
    reached: Mapped[int] = mapped_column(default=0, server_default="0")
    done_at: Mapped[datetime.datetime | None]

    __table_args__ = (Index(None, "event_id"), Index(None, "done_at", "due_at"))


class ToldRow(Base):
    """What somebody was last told of an event: which revision, and when."""

    __tablename__ = "told"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    revision: Mapped[int]
    at: Mapped[datetime.datetime]

    __table_args__ = (Index(None, "event_id"),)
