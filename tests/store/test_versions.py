"""The site's version as every process reads it: at once on SQLite, within 0.1 s on PostgreSQL."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from eventsched.store import site, versions
from eventsched.store.database import DatabaseUnavailable, Store
from eventsched.store.versions import SiteVersion, site_version
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import migrated


@pytest.fixture
def other(store: Store) -> Iterator[Store]:
    """Give the way to the database that another process has."""
    other = Store(store.engine.url.render_as_string(hide_password=False))
    yield other
    other.close()


@pytest.fixture(params=[False, True], ids=["for a while", "for life"])
def version(store: Store, request: pytest.FixtureRequest) -> SiteVersion:
    return site_version(store, for_life=request.param)


def save(store: Store) -> None:
    with store.writing() as session:
        site.raise_version(session)


def test_a_save_of_this_process_shows_at_once(store: Store, version: SiteVersion) -> None:
    for number in range(20):
        assert version.read() == number
        save(store)
    assert version.read() == 20


def test_a_save_of_another_process_shows_within_a_tenth_of_a_second(
    store: Store, other: Store, version: SiteVersion
) -> None:
    for number in range(10):
        assert version.read() == number
        save(other)
        assert version.read(anew=True) == number + 1
        save(other)
        save(other)
        time.sleep(versions.GOOD_FOR_SECONDS if store.engine.dialect.name == "postgresql" else 0)
        assert version.read() == number + 3
        with other.writing() as session:
            # Back to where the count began, for the next round.
            session.connection().exec_driver_sql(f"UPDATE site SET version = {number + 1}")
        time.sleep(versions.GOOD_FOR_SECONDS)


def test_a_save_that_is_taken_back_shows_nothing(store: Store, version: SiteVersion) -> None:
    with suppress(ZeroDivisionError), store.writing() as session:
        site.raise_version(session)
        raise ZeroDivisionError
    assert version.read() == 0


def test_a_notification_alone_tells_of_a_save(
    fresh_postgres: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = fresh_postgres(prepared_by=migrated)
    here, elsewhere = Store(url), Store(url)
    version = site_version(here)
    version.read()
    monkeypatch.setattr(versions, "GOOD_FOR_SECONDS", 1_000_000.0)
    for number in range(1, 30):
        save(elsewhere)
        deadline = time.monotonic() + 10
        while version.read() != number:
            assert time.monotonic() < deadline, "The notification was lost."
    here.close()
    elsewhere.close()


def test_unchanged_it_costs_no_round_trip(
    fresh_postgres: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(fresh_postgres(prepared_by=migrated))
    version = site_version(store)
    version.read()
    monkeypatch.setattr(versions, "GOOD_FOR_SECONDS", 1_000_000.0)
    asked: list[object] = []
    monkeypatch.setattr(version, "_ask", asked.append)
    for _ in range(100):
        version.read()
    assert asked == []
    version.read(anew=True)
    assert len(asked) == 1
    store.close()


def test_a_connection_that_died_is_replaced(fresh_postgres: FreshDatabase) -> None:
    url = fresh_postgres(prepared_by=migrated)
    here, elsewhere = Store(url), Store(url)
    version = site_version(here)
    assert version.read() == 0
    save(elsewhere)
    with elsewhere.reading() as session:
        session.connection().exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert version.read(anew=True) == 1
    here.close()
    elsewhere.close()


def test_a_database_that_is_away_is_said_to_be_and_asked_again_later(
    fresh_sqlite: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(fresh_sqlite())
    version = site_version(store)
    with pytest.raises(DatabaseUnavailable):
        version.read()
    migrated(store.engine.url.render_as_string())
    monkeypatch.setattr(versions, "_TRIES_AGAIN_AFTER_SECONDS", 3_600.0)
    with pytest.raises(DatabaseUnavailable, match="just now"):
        version.read()
    monkeypatch.setattr(versions, "_TRIES_AGAIN_AFTER_SECONDS", 0.0)
    assert version.read() == 0
    store.close()


def test_many_threads_read_over_one_connection(store: Store, version: SiteVersion) -> None:
    seen: list[int] = []

    def read() -> None:
        seen.extend(version.read() for _ in range(200))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    save(store)
    for reader in readers:
        reader.join()
    assert len(seen) == 800
    assert set(seen) <= {0, 1}
    assert version.read() == 1
