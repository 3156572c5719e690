"""Accounts: how a password is kept, and what is changed while somebody signs in."""

from collections.abc import Callable
from typing import Literal

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError

from eventsched.domain.networks import network_of
from eventsched.domain.staff import Role
from eventsched.services import sessions, team
from eventsched.services import staff as staff_service
from eventsched.store import sessions as session_store
from eventsched.store import staff as staff_store
from eventsched.store.database import Store
from tests.fixtures.product import ANNOUNCED
from tests.fixtures.staff import ADMIN, EDITOR, PASSWORD, QUICK_HASHER, REAL_HASHER, hire


def test_guessing_passwords_takes_as_long_as_rfc_9106_recommends() -> None:
    assert REAL_HASHER is not QUICK_HASHER
    assert REAL_HASHER.hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.mark.parametrize("hasher", [REAL_HASHER, QUICK_HASHER], ids=["real", "quick"])
def test_what_is_checked_for_nobody_is_as_dear_as_a_password_and_nobodys(
    monkeypatch: pytest.MonkeyPatch, hasher: PasswordHasher
) -> None:
    monkeypatch.setattr(staff_service, "_hasher", hasher)
    nobodys = staff_service.nobodys_hash()
    assert not hasher.check_needs_rehash(nobodys)
    assert extract_parameters(nobodys) == extract_parameters(hasher.hash(PASSWORD))
    # A hash that can't be read would be an invalid one, and refused in no time.
    with pytest.raises(VerifyMismatchError):
        hasher.verify(nobodys, PASSWORD)
    assert staff_service.nobodys_hash() != nobodys


def test_a_hash_of_yesterday_is_replaced_when_its_owner_signs_in(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    hire(store, EDITOR, Role.EDITOR)
    monkeypatch.setattr(staff_service, "_hasher", REAL_HASHER)
    assert staff_service.sign_in(store, email=EDITOR, password=PASSWORD)
    with store.reading() as session:
        kept = staff_store.by_email(session, EDITOR)
    assert kept is not None
    assert not REAL_HASHER.check_needs_rehash(kept.password_hash)


def locked_meanwhile(store: Store) -> None:
    team.lock(store, EDITOR, by=ADMIN, now=ANNOUNCED)


def demoted_meanwhile(store: Store) -> None:
    team.change_role(store, EDITOR, Role.EDITOR, by=ADMIN, now=ANNOUNCED)


class SlowHasher(PasswordHasher):
    """Takes so long over a password that an admin does something meanwhile."""

    def __init__(self, meanwhile: Callable[[], None], *, is_stale: bool) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self._meanwhile, self._is_stale = meanwhile, is_stale

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        right = super().verify(hash, password)
        self._meanwhile()
        return right

    def check_needs_rehash(self, hash: str | bytes) -> bool:  # noqa: ARG002
        return self._is_stale


@pytest.mark.parametrize("is_stale", [False, True], ids=["hash of today", "hash of yesterday"])
def test_who_is_locked_while_the_password_is_checked_stays_out(
    store: Store, monkeypatch: pytest.MonkeyPatch, is_stale: bool
) -> None:
    hire(store, ADMIN, Role.ADMIN)
    hire(store, EDITOR, Role.EDITOR)
    hasher = SlowHasher(lambda: locked_meanwhile(store), is_stale=is_stale)
    monkeypatch.setattr(staff_service, "_hasher", hasher)
    assert sign_in(store) is None
    with store.reading() as session:
        assert session_store.of(session, EDITOR) == []
        kept = staff_store.by_email(session, EDITOR)
    assert kept is not None
    assert not staff_service.has_password(kept)


def test_a_new_hash_undoes_no_change_of_role(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    hire(store, ADMIN, Role.ADMIN)
    hire(store, EDITOR, Role.ADMIN)
    hasher = SlowHasher(lambda: demoted_meanwhile(store), is_stale=True)
    monkeypatch.setattr(staff_service, "_hasher", hasher)
    assert sign_in(store) is not None
    with store.reading() as session:
        kept = staff_store.by_email(session, EDITOR)
    assert kept is not None
    assert kept.role is Role.EDITOR


def sign_in(store: Store) -> str | None:
    return sessions.sign_in(
        store, email=EDITOR, password=PASSWORD, origin="", browser="", now=ANNOUNCED
    )


def test_guesses_from_one_household_are_counted_together(store: Store) -> None:
    def guess(origin: str) -> None:
        sessions.sign_in(
            store, email=EDITOR, password="wrong", origin=origin, browser="", now=ANNOUNCED
        )

    for number in range(sessions.MOST_FAILURES):
        guess(f"2001:db8::{number:x}")
    with pytest.raises(sessions.TooManyAttempts):
        guess("2001:db8:0:0:ffff::1")
    for elsewhere in ("2001:db8:0:1::1", "203.0.113.1", "::ffff:203.0.113.2"):
        guess(elsewhere)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("nonsense", "nonsense"),
    ],
)
def test_a_household_has_one_address_or_a_whole_64(address: str, network: str) -> None:
    assert network_of(address) == network
