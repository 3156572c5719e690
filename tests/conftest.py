"""What every test may ask for; the fixtures themselves live in `tests/fixtures`."""

import gc

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


def pytest_collection_finish() -> None:
    """Look for garbage less often, and never among what is there for as long as the run.

    A third of the tests' time went into looking through all modules and tests for it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 50)
