"""Signing in and out: attempts are throttled, sessions can be listed and ended.

Attempts are counted for a network (an address; of IPv6 the /64, of which one household has all)
together with the account, and for the network alone; never for the account alone, so that nobody
can lock its owner out from elsewhere.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from eventsched.domain.networks import network_of
from eventsched.domain.staff import Staff
from eventsched.services import staff as staff_service
from eventsched.store import sessions, site
from eventsched.store import staff as staff_store
from eventsched.store.database import Store
from eventsched.store.sessions import OpenSession

WINDOW = timedelta(minutes=5)
MOST_FAILURES = 5
# Several people of one office share an address.
MOST_FAILURES_OF_AN_ORIGIN = 30
_SEEN_EVERY = timedelta(minutes=5)
_LONGEST_BROWSER = 300
_LONGEST_EMAIL = 320


class TooManyAttempts(Exception):
    """Attempts failed too often; the next one is allowed after `wait`."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("Too many attempts.")
        self.wait = wait


def sign_in(
    store: Store, *, email: str, password: str, origin: str, browser: str, now: datetime
) -> str | None:
    """Return the token of a new session; None where address and password don't match.

    Raises TooManyAttempts without looking at the password.
    """
    address = email.strip().lower()[:_LONGEST_EMAIL].replace("\0", "")
    refuse_too_many(store, address, origin, now=now)
    staff = staff_service.sign_in(store, email=email, password=password)
    if staff is None:
        with store.writing() as session:
            sessions.forget_failures(session, before=now - WINDOW)
            sessions.note_failure(session, address, origin=network_of(origin), at=now)
        return None
    return start(store, staff, origin=origin, browser=browser, now=now)


def start(store: Store, staff: Staff, *, origin: str, browser: str, now: datetime) -> str | None:
    """Return the token of a new session of `staff`, who has shown who they are.

    None where they were locked, or chose another password, since `staff` was read.
    """
    token = secrets.token_hex(32)
    with store.writing() as session:
        site.hold(session)
        today = staff_store.by_email(session, staff.email)
        if today is None or today.session_key != staff.session_key:
            return None
        sessions.start(
            session,
            staff.email,
            key=digest(token),
            browser=browser.replace("\0", "")[:_LONGEST_BROWSER],
            origin=origin,
            at=now,
        )
        # The ledger is for ever; from where somebody signed in is nobody's business next year.
        site.append_to_ledger(session, at=now, kind="signed_in", subject=staff.email, body={})
    return token


def whose(store: Store, token: str, *, now: datetime) -> Staff | None:
    """Return whose session has that token; None where it was ended. Notes that they were here."""
    key = digest(token)
    with store.reading() as session:
        found = sessions.by_key(session, key)
    if found is None:
        return None
    staff, opened = found
    if now - opened.seen_at >= _SEEN_EVERY:
        with store.writing() as session:
            sessions.note_seen(session, key, at=now)
    return staff


def end(store: Store, staff: Staff, session_id: int, *, now: datetime) -> bool:
    """Sign one of their browsers out; tell whether there was such a one."""
    with store.writing() as session:
        return sessions.end(session, staff.email, session_id, at=now)


def end_others(store: Store, staff: Staff, token: str, *, now: datetime) -> int:
    """Sign all their browsers out but the one that holds `token`; return how many those were."""
    with store.writing() as session:
        return sessions.end_others(session, staff.email, digest(token), at=now)


def end_by_token(store: Store, token: str, *, now: datetime) -> None:
    """Sign the browser that holds `token` out."""
    with store.writing() as session:
        found = sessions.by_key(session, digest(token))
        if found is not None:
            sessions.end(session, found[0].email, found[1].id, at=now)


def listed(store: Store, staff: Staff, *, lasting: timedelta, now: datetime) -> list[OpenSession]:
    """Return the browsers in which somebody is signed in, the last seen first.

    A session ends by itself when nobody came for as long as `lasting`.
    """
    with store.reading() as session:
        mine = sessions.of(session, staff.email)
    return [one for one in mine if one.seen_at > _seen_since(lasting, now=now)]


def forget_ended(store: Store, *, lasting: timedelta, now: datetime) -> None:
    """Drop the sessions that have ended, and the failed attempts that nobody counts any more."""
    with store.writing() as session:
        sessions.forget_ended(session, seen_before=_seen_since(lasting, now=now))
        sessions.forget_failures(session, before=now - WINDOW)


def _seen_since(lasting: timedelta, *, now: datetime) -> datetime:
    # A visit is not written down when the one before was a moment ago.
    return now - lasting - _SEEN_EVERY


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def refuse_too_many(store: Store, address: str, origin: str, *, now: datetime) -> None:
    """Raise TooManyAttempts where attempts from `origin` failed too often."""
    with store.reading() as session:
        failed = sessions.failures(session, origin=network_of(origin), since=now - WINDOW)
    of_account = [at for email, at in failed if email == address]
    of_origin = [at for _, at in failed]
    for instants, most in ((of_account, MOST_FAILURES), (of_origin, MOST_FAILURES_OF_AN_ORIGIN)):
        if len(instants) >= most:
            raise TooManyAttempts(instants[-most] + WINDOW - now)
