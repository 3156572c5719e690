"""A few hundred random steps on each database; `make torture` takes many thousand."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import migrated
from tests.torture.machine import Machine


def test_no_channel_ever_shows_what_staff_did_not_release(fresh_database: FreshDatabase) -> None:
    class OnThisDatabase(Machine):
        fresh_database = staticmethod(lambda: fresh_database_url())

    def fresh_database_url() -> str:
        return fresh_database(prepared_by=migrated)

    run_state_machine_as_test(
        OnThisDatabase,
        settings=settings(
            max_examples=8,
            derandomize=True,
            stateful_step_count=25,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
