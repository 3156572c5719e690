"""A few dozen single bits; `make torture` flips some thousand."""

from eventsched.services.transitions import record_due
from eventsched.store.database import Store
from tests.fixtures.product import ANNOUNCED
from tests.torture.bits import flip


def test_one_flipped_bit_is_found_and_its_entry_named(release: Store) -> None:
    record_due(release, now=ANNOUNCED)
    assert flip(release, times=60, seed=3) == []
