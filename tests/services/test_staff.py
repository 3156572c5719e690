"""Accounts: how a password is kept."""

import pytest

from eventsched.domain.staff import Role
from eventsched.services import staff as staff_service
from eventsched.store import staff as staff_store
from eventsched.store.database import Store
from tests.fixtures.staff import EDITOR, PASSWORD, QUICK_HASHER, REAL_HASHER, hire


def test_guessing_passwords_takes_as_long_as_rfc_9106_recommends() -> None:
    assert REAL_HASHER is not QUICK_HASHER
    assert REAL_HASHER.hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


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
