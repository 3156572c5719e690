"""The team: who belongs to it, in which role, and the links by which they choose a password.

A link works once, for two days. It is mailed, and shown to the admin who made it; the database
holds a digest.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from eventsched.domain.staff import NotPermitted, Role, Staff
from eventsched.services.account_mails import INVITATION, NEW_LINK, link_token, owe_link
from eventsched.services.demands import forgery_noted
from eventsched.services.sessions import digest
from eventsched.services.staff import NO_PASSWORD, BadAccount, address_of, hash_of
from eventsched.store import sessions as session_store
from eventsched.store import site
from eventsched.store import staff as staff_store
from eventsched.store.database import Session, Store

LINK_LASTS = timedelta(days=2)
_LONGEST_NAME = 200


def invite(
    store: Store, *, email: str, name: str, role: Role, by: str, secret_key: str, now: datetime
) -> str:
    """Make an account without a password; return the token of the link to choose one.

    Raises BadAccount or NotPermitted.
    """
    address, called = address_of(email), name.strip()[:_LONGEST_NAME]
    if not called.isprintable():
        raise BadAccount("Keep the name to one line, without control characters.", field="name")
    staff = Staff(
        email=address,
        name=called or address,
        role=role,
        password_hash=NO_PASSWORD,
        session_key=secrets.token_hex(16),
    )
    with _by_admin(store, address, by=by, now=now) as session:
        if staff_store.by_email(session, address):
            raise BadAccount(f"{address} has an account already.", field="email")
        staff_store.add(session, staff, at=now)
        _note(session, address, "staff_added", by=by, at=now, role=role.value)
        return _new_link(session, staff, INVITATION, secret_key, now=now)


def new_link(store: Store, email: str, *, by: str, secret_key: str, now: datetime) -> str:
    """Return the token of a link by which that person chooses another password."""
    with _by_admin(store, email, by=by, now=now) as session:
        member = _member(session, email)
        _note(session, email, "staff_link", by=by, at=now)
        return _new_link(session, member, NEW_LINK, secret_key, now=now)


def change_role(store: Store, email: str, role: Role, *, by: str, now: datetime) -> None:
    """Give somebody another role. Raises BadAccount where no admin would be left."""
    with _by_admin(store, email, by=by, now=now) as session:
        member = _member(session, email)
        others = [one for one in staff_store.every(session) if one.email != email]
        if role is not Role.ADMIN and not any(_is_admin(one) for one in others):
            raise BadAccount("Somebody has to stay admin.", field="role")
        staff_store.update(session, replace(member, role=role))
        _note(session, email, "staff_role", by=by, at=now, role=role.value)


def lock(store: Store, email: str, *, by: str, now: datetime) -> None:
    """Sign somebody out everywhere and forget their password; a new link lets them in again."""
    with _by_admin(store, email, by=by, now=now) as session:
        if email == by:
            raise BadAccount("Ask another admin to lock your own account.")
        member = _member(session, email)
        key = secrets.token_hex(16)
        staff_store.drop_links(session, email)
        session_store.end_others(session, email, "", at=now)
        staff_store.update(session, replace(member, password_hash=NO_PASSWORD, session_key=key))
        _note(session, email, "staff_locked", by=by, at=now)


def whose_link(store: Store, token: str, *, now: datetime) -> Staff | None:
    """Return who may choose a password by that token; None where it is used up or unknown."""
    with store.reading() as session:
        return staff_store.by_link(session, digest(token), now=now)


def choose_password(store: Store, token: str, password: str, *, now: datetime) -> Staff | None:
    """Set a password by a link, and sign the person out everywhere; no other link works then.

    Returns None where the link does not work any more. Raises BadAccount for a short password.
    """
    password_hash, key = hash_of(password), digest(token)
    with store.writing() as session:
        site.hold(session)
        staff = staff_store.by_link(session, key, now=now)
        if staff is None:
            return None
        staff_store.use_link(session, key, at=now)
        staff_store.drop_links(session, staff.email)
        session_store.end_others(session, staff.email, "", at=now)
        changed = replace(staff, password_hash=password_hash, session_key=secrets.token_hex(16))
        staff_store.update(session, changed)
        _note(session, staff.email, "password_chosen", by=staff.email, at=now)
        return changed


@contextmanager
def _by_admin(store: Store, subject: str, *, by: str, now: datetime) -> Iterator[Session]:
    """Open a transaction in which an admin changes the team. Raises NotPermitted for others."""
    with forgery_noted(store, subject, by=by, wanted="team", now=now), store.writing() as session:
        site.hold(session)
        staff = staff_store.by_email(session, by)
        if staff is None or not _is_admin(staff):
            raise NotPermitted("Only an admin may change the team.")
        yield session


def _is_admin(staff: Staff) -> bool:
    return staff.role is Role.ADMIN


def _member(session: Session, email: str) -> Staff:
    member = None if "\0" in email else staff_store.by_email(session, email)
    if member is None:
        raise BadAccount("Nobody has that address.")
    return member


def _new_link(session: Session, staff: Staff, kind: str, secret_key: str, *, now: datetime) -> str:
    """Store a link, owe the mail that brings it, and end those before it; return its token."""
    nonce = secrets.token_hex(16)
    token = link_token(secret_key, nonce)
    staff_store.drop_links(session, staff.email)
    staff_store.add_link(session, staff.email, key=digest(token), expires_at=now + LINK_LASTS)
    owe_link(session, staff.email, kind, nonce=nonce, until=now + LINK_LASTS, now=now)
    return token


def _note(session: Session, email: str, kind: str, *, by: str, at: datetime, **said: str) -> None:
    site.append_to_ledger(session, at=at, kind=kind, subject=email, body={"by": by} | said)
