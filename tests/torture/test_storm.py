"""A small boundary storm on each database: real servers, real clock, one closing instant."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from eventsched.store.database import Store
from tests.fixtures.ports import free_port
from tests.fixtures.processes import Processes, status_of, wait_until
from tests.torture.storm import CHANNELS, events_closing_at, storm

BEGINS_BEFORE = timedelta(seconds=6)
GOES_ON_FOR = timedelta(seconds=3)


def test_no_answer_discloses_a_closed_replay_nor_denies_an_open_one(
    store: Store, processes: Callable[[str], Processes]
) -> None:
    eventsched = processes(store.engine.url.render_as_string(hide_password=False))
    eventsched.environment["EVENTSCHED_WEB_WORKERS"] = "2"
    port = free_port()
    eventsched.start("serve", "--port", str(port))
    base_url = f"http://127.0.0.1:{port}"
    wait_until(lambda: status_of(base_url) == 200, what="the site")
    closes = datetime.now(UTC).replace(microsecond=0) + BEGINS_BEFORE
    slugs = events_closing_at(store, closes, count=12)

    tally = storm(base_url, slugs, closes, connections=8, until=closes + GOES_ON_FOR)

    assert (tally.wrong, tally.disclosed, tally.denied, tally.failed) == ([], 0, 0, 0)
    # On a busy machine little is asked; what counts is that something is, on either side.
    assert tally.before > 5
    assert tally.after > 5
    assert set(tally.answers) == set(CHANNELS)
