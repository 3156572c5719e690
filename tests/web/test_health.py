"""What a monitor and a load balancer are told."""

import os
import subprocess
import sys

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from eventsched.services.transitions import record_due
from eventsched.store.database import Store
from tests.builders import at
from tests.fixtures.product import SettableClock

SEEN = at("2011-11-11 16:00:05")


def test_a_process_that_lives_says_so(client: FlaskClient) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json) == (200, {"status": "alive"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_machine_that_may_serve_is_ready(client: FlaskClient) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json) == (200, {"status": "ready"})


def test_a_database_of_another_version_is_not(client: FlaskClient, store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '0001'"))

    answer = client.get("/readyz")

    assert answer.json == {"status": "not ready", "why": "Run eventsched migrate."}
    assert answer.status_code == 503


@pytest.mark.parametrize(
    ("now", "status"),
    [("2011-11-11 15:59:05", 200), ("2011-11-11 15:59:04.999999", 503)],
)
def test_a_clock_that_runs_behind_the_ledger_takes_its_machine_out(
    release: Store, client: FlaskClient, clock: SettableClock, now: str, status: int
) -> None:
    record_due(release, now=SEEN)
    clock.set(now)

    assert client.get("/readyz").status_code == status


def test_a_web_process_keeps_its_secrets_out_of_what_goes_along_with_requests(
    store: Store,
) -> None:
    """The server gives each request a copy of the environment."""
    told = {
        "EVENTSCHED_DATABASE_URL": store.engine.url.render_as_string(hide_password=False),
        "EVENTSCHED_SECRET_KEY": "0123456789abcdef0123456789abcdef",
    }
    program = (
        "import os; from eventsched.app import create_app_from_environment as made;"
        "made(); print([name for name in os.environ if name.startswith('EVENTSCHED_')])"
    )
    left = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | told, capture_output=True, text=True
    )
    assert (left.stdout, left.stderr) == ("[]\n", "")
