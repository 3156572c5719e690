"""What every test may ask for; the fixtures themselves live in `tests/fixtures`."""

import gc

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.fixtures.processes",
    "tests.fixtures.databases",
    "tests.fixtures.compiled",
    "tests.fixtures.browser",
    "tests.fixtures.product",
    "tests.fixtures.staff",
    "tests.fixtures.mail",
    "tests.fixtures.alerts",
]

# Properties are about what comes out, not about speed: a busy machine is no fault.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Whoever says whether a change may go in says the same of the same code each time. Examples that
# nobody has tried yet are for `make explore`.
settings.register_profile("steady", unhurried, derandomize=True)
settings.register_profile("explore", unhurried, max_examples=1_000)
settings.load_profile("steady")


# A browser and processes take seconds; so does what stands in these folders.
_SLOW_FIXTURES = {"browser", "own_postgres", "processes"}
_SLOW_FOLDERS = {"journeys", "package", "torture"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes seconds first.

    One worker waits for it while the other is busy, and at the end nobody is left alone with it.
    """
    items.sort(key=lambda item: not _takes_seconds(item))


def _takes_seconds(item: pytest.Item) -> bool:
    slow_fixtures = _SLOW_FIXTURES.intersection(getattr(item, "fixturenames", ()))
    return bool(slow_fixtures or _SLOW_FOLDERS.intersection(item.path.parts))


def pytest_collection_finish() -> None:
    """Look for garbage less often, and never among what is there for as long as the run.

    A third of the tests' time went into looking through all modules and tests for it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 50)
