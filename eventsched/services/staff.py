"""Accounts of the investor-relations team."""

import hmac
import re
import secrets
from base64 import b64encode
from dataclasses import replace
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from eventsched.domain.staff import Role, Staff
from eventsched.store import site
from eventsched.store import staff as staff_store
from eventsched.store.database import Session, Store

SHORTEST_PASSWORD = 10
# What is kept for somebody who has not chosen a password; no password has this hash.
NO_PASSWORD = "!"  # noqa: S105
_LONGEST_PASSWORD = 1000
_hasher = PasswordHasher()


class AlreadyBegun(Exception):
    """Somebody has the first account already."""


class BadAccount(ValueError):
    """The account can't be made; the message says what to change, in which `field`, if in one."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def add(store: Store, *, email: str, name: str, role: Role, password: str, now: datetime) -> Staff:
    """Make an account. Raises BadAccount."""
    staff = _account(email=email, name=name, role=role, password=password)
    with store.writing() as session:
        site.hold(session)
        if staff_store.by_email(session, staff.email):
            raise BadAccount(f"{staff.email} has an account already.", field="email")
        _add(session, staff, now=now)
    return staff


def add_first(store: Store, *, email: str, name: str, password: str, now: datetime) -> Staff:
    """Make the first account, an admin's. Raises BadAccount, or AlreadyBegun if there is one."""
    staff = _account(email=email, name=name, role=Role.ADMIN, password=password)
    with store.writing() as session:
        site.hold(session)
        if staff_store.count(session):
            raise AlreadyBegun
        _add(session, staff, now=now)
    return staff


def is_begun(store: Store) -> bool:
    """Tell whether anybody has an account."""
    with store.reading() as session:
        return staff_store.count(session) > 0


def first_key(secret_key: str) -> str:
    """Return what the link to the first account carries: known to whoever runs the installation.

    It is worth nothing once there is an account.
    """
    return hmac.new(secret_key.encode(), b"the first account", "sha256").hexdigest()[:32]


def _account(*, email: str, name: str, role: Role, password: str) -> Staff:
    address = address_of(email)
    return Staff(
        email=address,
        name=name.strip() or address,
        role=role,
        password_hash=hash_of(password),
        session_key=secrets.token_hex(16),
    )


def _add(session: Session, staff: Staff, *, now: datetime) -> None:
    staff_store.add(session, staff, at=now)
    body = {"role": staff.role.value}
    site.append_to_ledger(session, at=now, kind="staff_added", subject=staff.email, body=body)


def address_of(email: str) -> str:
    """Return an email address as accounts keep it. Raises BadAccount for what is none."""
    address = email.strip().lower()
    if not re.fullmatch(r"[^\s@<>\0]{1,64}@[^\s@<>\0]{1,250}", address):
        raise BadAccount(f"“{email[:80]}” is not an email address.", field="email")
    return address


def hash_of(password: str) -> str:
    """Return what is kept of a password. Raises BadAccount for one that is too short."""
    if not SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        words = f"Choose a password of at least {SHORTEST_PASSWORD} characters."
        raise BadAccount(words, field="password")
    return _hasher.hash(password)


def nobodys_hash() -> str:
    """Return a hash that no password has, as dear to check as everybody's (RFC 9106).

    It is checked when nobody has an address, so that the answer takes as long as for a wrong
    password. Nothing is hashed for it: each process would do so when it begins.
    """
    dearness = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    salt, tag = map(_random_part, (_hasher.salt_len, _hasher.hash_len))
    return f"$argon2id$v=19${dearness}${salt}${tag}"


def _random_part(length: int) -> str:
    return b64encode(secrets.token_bytes(length)).decode().rstrip("=")


def has_password(staff: Staff) -> bool:
    """Tell whether somebody can sign in at all."""
    return staff.password_hash != NO_PASSWORD


def sign_in(store: Store, *, email: str, password: str) -> Staff | None:
    """Return the account that address and password belong to; None where they don't match."""
    with store.reading() as session:
        # PostgreSQL refuses to compare with what it can't hold.
        staff = None if "\0" in email else staff_store.by_email(session, email)
    can_sign_in = staff is not None and has_password(staff)
    known_hash = staff.password_hash if staff is not None and can_sign_in else nobodys_hash()
    try:
        _hasher.verify(known_hash, password[:_LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return None
    return _with_fresh_hash(store, staff, password) if staff else None


def _with_fresh_hash(store: Store, staff: Staff, password: str) -> Staff | None:
    """Hash the password anew where the recommended cost has risen since.

    Returns the account as it is by then; None where it has another password.
    """
    if not _hasher.check_needs_rehash(staff.password_hash):
        return staff
    fresh = _hasher.hash(password)
    with store.writing() as session:
        site.hold(session)
        today = staff_store.by_email(session, staff.email)
        if today is None or today.password_hash != staff.password_hash:
            return None
        changed = replace(today, password_hash=fresh)
        staff_store.update(session, changed)
    return changed
