"""SQLite without room or in a read-only file, PostgreSQL without leave to write: over a closing,
with real processes.
"""

from collections.abc import Callable

from eventsched.store.database import Store
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.processes import Processes
from tests.fixtures.product import migrated
from tests.torture.refusals import Tally, close_while_nothing_can_be_written, read_only_file


def test_replays_close_though_nothing_can_be_written_and_that_is_caught_up(
    store: Store, processes: Callable[[str], Processes]
) -> None:
    eventsched = processes(store.engine.url.render_as_string(hide_password=False))

    tally = close_while_nothing_can_be_written(store, eventsched, events=2)

    assert_all_was_refused_and_caught_up(tally, events=2)


def test_replays_close_though_the_file_is_read_only_and_it_need_not_be_opened_by_hand(
    fresh_sqlite: FreshDatabase, processes: Callable[[str], Processes]
) -> None:
    store = Store(fresh_sqlite(prepared_by=migrated))
    eventsched = processes(store.engine.url.render_as_string(hide_password=False))

    tally = close_while_nothing_can_be_written(store, eventsched, events=2, refusing=read_only_file)

    assert_all_was_refused_and_caught_up(tally, events=2)
    store.close()


def assert_all_was_refused_and_caught_up(tally: Tally, *, events: int) -> None:
    assert set(tally.before) == {302}
    assert set(tally.after) == {410}
    assert tally.refusals == {(503, True)}
    assert tally.told_meanwhile == 0
    assert tally.taken_again
    assert (tally.told, tally.chain_broken) == (events, False)
