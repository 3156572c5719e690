"""A real nginx with a cache in front: no replay past its closing, no waiting for slow readers."""

import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from eventsched.store.database import Store
from tests.fixtures.ports import free_port
from tests.fixtures.processes import Processes, status_of, wait_until
from tests.fixtures.proxy import nginx, program
from tests.torture.storm import events_closing_at, storm
from tests.web.test_handing_over import DECK, LARGE, hand_in, slow_readers

__all__ = ["program"]

OPEN_FOR = timedelta(seconds=12)
GOES_ON_FOR = timedelta(seconds=4)


def test_no_cached_copy_outlives_a_closing(
    store: Store, processes: Callable[[str], Processes], program: str, tmp_path: Path
) -> None:
    eventsched = processes(store.engine.url.render_as_string(hide_password=False))
    eventsched.environment["EVENTSCHED_WEB_WORKERS"] = "2"
    behind = free_port()
    eventsched.start("serve", "--no-worker", "--port", str(behind))
    wait_until(lambda: status_of(f"http://127.0.0.1:{behind}/readyz") == 200, what="the site")

    with nginx(program, tmp_path / "nginx", behind=behind) as address:
        closes = datetime.now(UTC).replace(microsecond=0) + OPEN_FOR
        slugs = events_closing_at(store, closes, count=12)
        assert [cached(f"{address}/events/{slugs[0]}") for _ in range(2)] == ["MISS", "HIT"]
        assert datetime.now(UTC) < closes - timedelta(seconds=2)
        until = closes + GOES_ON_FOR
        tally = storm(address, slugs, closes, connections=12, until=until, after=10)

    assert (tally.wrong, tally.disclosed, tally.denied, tally.failed) == ([], 0, 0, 0)
    assert tally.before > 100
    assert tally.after > 100


def cached(url: str) -> str:
    with urllib.request.urlopen(url, timeout=60) as answer:
        status: str = answer.headers["X-Cache-Status"]
        return status


def test_slow_readers_behind_it_keep_nobody_waiting(
    release: Store, processes: Callable[[str], Processes], program: str, tmp_path: Path
) -> None:
    """The proxy takes the file at once and waits for them itself: `docs/operating.md` says so."""
    hand_in(release, LARGE)
    eventsched = processes(release.engine.url.render_as_string(hide_password=False))
    behind = free_port()
    eventsched.start("serve", "--no-worker", "--port", str(behind))
    wait_until(lambda: status_of(f"http://127.0.0.1:{behind}/readyz") == 200, what="the site")
    with nginx(program, tmp_path / "nginx", behind=behind) as address:
        port = int(address.rpartition(":")[2])
        with slow_readers(port, DECK, number=5):
            assert status_of(f"http://127.0.0.1:{behind}/readyz") == 200
            with urllib.request.urlopen(address + DECK, timeout=60) as answer:
                assert answer.read() == LARGE
