"""What only the store's tests ask for."""

from collections.abc import Iterator

import pytest

from eventsched.store.database import Store
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import announced


@pytest.fixture
def sqlite_release(fresh_sqlite: FreshDatabase) -> Iterator[Store]:
    """Give a SQLite database that holds the two conferences of the release."""
    store = Store(fresh_sqlite(prepared_by=announced))
    yield store
    store.close()
