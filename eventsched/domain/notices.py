"""Notices: messages owed to one recipient each, and the rules of sending them.

A notice is owed once, however often it is asked for: its key says so. It is sent at least once; a
crash between sending and writing that down is a second copy with the same Message-ID, which mail
programs fold into one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

# How long to wait after the first, second, … failure; after the last one the notice is parked.
_WAITS = (
    *(timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1)),
    *(timedelta(hours=2), timedelta(hours=4), timedelta(hours=8)),
)
MOST_ATTEMPTS = len(_WAITS) + 1


class Outcome(StrEnum):
    """How a notice was settled: sent, dropped as nothing was left to say, or parked for staff."""

    SENT = "sent"
    DROPPED = "dropped"
    PARKED = "parked"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One message owed to one recipient.

    `key` is unique and holds no address: “<event uid>:<revision>:<recipient id>:<kind>”. `kind` is
    dotted words, the first of which says who composes it: “account.reset”, “staff.probe”,
    “alert.event”. `body` is what its composer wants to remember, as JSON.
    """

    key: str
    kind: str
    to: str
    due_at: datetime
    event_slug: str | None = None
    revision: int | None = None
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Mail:
    """What is sent: composed at the moment of sending, with the truth of that moment.

    `ics` is a calendar with METHOD:PUBLISH; `list_unsubscribe` an address that unsubscribes on POST
    (RFC 8058). `covers` are keys of other notices that this mail says as well, and `revision` is
    that of the event which its reader knows of from then on. `memo` is not sent: it is for whoever
    notes that the mail was.
    """

    subject: str
    text: str
    html: str
    ics: str | None = None
    list_unsubscribe: str | None = None
    covers: tuple[str, ...] = ()
    revision: int | None = None
    memo: str = ""


def wait_after(failures: int) -> timedelta | None:
    """Return how long to wait after so many failures; None when it is time to park the notice."""
    return _WAITS[failures - 1] if failures < MOST_ATTEMPTS else None


def message_id(token: str, domain: str) -> str:
    """Return the Message-ID of the notice with that token: the same at every attempt."""
    return f"<{token}@{domain}>"


def bounce_address(bounces: str, token: str) -> str:
    """Return the envelope's sender, to which a bounce of this one notice goes (VERP)."""
    name, _, domain = bounces.rpartition("@")
    return f"{name}+{token}@{domain}"


def address_of(email: str) -> str:
    """Return an address as notices keep it."""
    return email.strip().lower()


def domain_of(address: str) -> str:
    """Return the domain to which an address belongs."""
    return address.rpartition("@")[2]


def masked(address: str) -> str:
    """Return an address so that staff can tell it from others, and no more: “j…@example.com”."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"
