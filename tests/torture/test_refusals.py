"""SQLite without room, PostgreSQL without leave to write: over a closing, with real processes."""

from collections.abc import Callable

from eventsched.store.database import Store
from tests.fixtures.processes import Processes
from tests.torture.refusals import close_while_nothing_can_be_written


def test_replays_close_though_nothing_can_be_written_and_that_is_caught_up(
    store: Store, processes: Callable[[str], Processes]
) -> None:
    eventsched = processes(store.engine.url.render_as_string(hide_password=False))

    tally = close_while_nothing_can_be_written(store, eventsched, events=2)

    assert set(tally.before) == {302}
    assert set(tally.after) == {410}
    assert tally.refusals == {(503, True)}
    assert tally.told_meanwhile == 0
    assert (tally.told, tally.chain_broken) == (2, False)
