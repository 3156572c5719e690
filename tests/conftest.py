"""What every test may ask for; the fixtures themselves live in `tests/fixtures`."""

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
