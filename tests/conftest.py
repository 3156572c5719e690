"""What every test may ask for; the fixtures themselves live in `tests/fixtures`."""

import gc

from hypothesis import settings

pytest_plugins = [
    "tests.fixtures.databases",
    "tests.fixtures.compiled",
    "tests.fixtures.browser",
    "tests.fixtures.product",
    "tests.fixtures.staff",
    "tests.fixtures.processes",
    "tests.fixtures.mail",
    "tests.fixtures.alerts",
]

# Properties are about what comes out, not about speed: a busy machine is no fault.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_collection_finish() -> None:
    """Look for garbage less often, and never among what is there for as long as the run.

    A third of the tests' time went into looking through all modules and tests for it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 50)
