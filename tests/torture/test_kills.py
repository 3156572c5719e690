"""Workers killed outright for some seconds, on each database."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from eventsched.store.database import Store
from tests.fixtures.processes import Processes
from tests.torture.kills import events_beginning_from, kill_workers

SECONDS = 10.0
STARTING_TAKES = timedelta(seconds=6)


def test_killed_workers_lose_nothing_and_tell_nothing_twice(
    store: Store, processes: Callable[[str], Processes]
) -> None:
    begins = datetime.now(UTC).replace(microsecond=0) + STARTING_TAKES
    due = events_beginning_from(store, begins, count=60, seconds=SECONDS)
    eventsched = processes(store.engine.url.render_as_string(hide_password=False))

    tally = kill_workers(store, eventsched, begins=begins, due=due, seconds=SECONDS, seed=11)

    assert tally.kills > 0
    assert (tally.lost, tally.twice, tally.chain_broken) == (0, 0, False)
