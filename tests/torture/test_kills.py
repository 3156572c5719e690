"""Workers and web processes killed outright for some seconds, on each database."""

from collections.abc import Callable

from eventsched.store.database import Store
from tests.fixtures.processes import Processes
from tests.torture.kills import kill_at_random


def test_kills_lose_nothing_tell_nothing_twice_and_open_nothing_late(
    store: Store, processes: Callable[[str], Processes]
) -> None:
    eventsched = processes(store.engine.url.render_as_string(hide_password=False))

    tally = kill_at_random(store, eventsched, events=60, seconds=12, seed=11)

    assert tally.worker_kills > 0
    assert tally.web_kills > 0
    assert (tally.lost, tally.twice, tally.chain_broken) == (0, 0, False)
    assert tally.wrong == []
    # Broken lines are no answers.
    assert {302, 410} <= set(tally.answers) <= {0, 302, 410}
