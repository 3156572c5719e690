"""A real server and its worker, their clock stepped by an hour and by a day, there and back."""

from collections.abc import Callable
from pathlib import Path

from eventsched.store.database import Store
from tests.fixtures.processes import Processes
from tests.torture.steps import STEPS, step_the_clock


def test_a_stepped_clock_discloses_nothing_and_loses_nothing(
    store: Store, processes: Callable[[str], Processes], tmp_path: Path
) -> None:
    eventsched = processes(store.engine.url.render_as_string(hide_password=False))

    tally = step_the_clock(store, eventsched, tmp_path, events=3, steps=STEPS)

    assert tally.wrong == []
    assert (tally.told, tally.twice, tally.chain_broken) == (3, 0, False)
