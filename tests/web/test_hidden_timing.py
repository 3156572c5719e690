"""How long a 404 takes does not tell an event that is hidden from one that never was."""

import time
from statistics import median

import pytest
from flask.testing import FlaskClient

from tests.builders import an_event
from tests.fixtures.databases import FreshDatabase
from tests.web.conftest import Show

NOW = "2011-11-11 15:55"
HIDDEN = ["draft", "in-review", "embargoed", "withdrawn", "called-off"]
UNKNOWN = ["never", "nobody", "phantom", "imaginary", "no-such"]
ROUNDS = 120
# What differs in truth differs however often one looks; what a busy machine adds evens out.
MOST_LOOKS = 6
# What anybody could tell apart over a network would be more.
LOOSELY = 1.3


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    """Ask a database in this process, so that its thread's own time is all there is to measure."""
    return fresh_sqlite


@pytest.mark.parametrize("address", ["/events/{}", "/events/{}.ics", "/events/{}/replay"])
def test_a_hidden_event_takes_as_long_as_none(
    client: FlaskClient, show: Show, address: str
) -> None:
    show(
        *(an_event(slug=f"public-{number}") for number in range(20)),
        an_event(slug="draft", standing="draft"),
        an_event(slug="in-review", standing="in_review"),
        an_event(slug="embargoed", publish_at="2011-11-11 15:55:01"),
        an_event(slug="withdrawn", standing="withdrawn"),
        an_event(slug="called-off", standing="cancelled", standing_since="2011-11-01"),
        now=NOW,
    )

    took: dict[str, list[float]] = {slug: [] for slug in HIDDEN + UNKNOWN}
    for _ in range(MOST_LOOKS):
        look(client, address, took)
        medians = {slug: median(times) for slug, times in took.items()}
        if max(medians.values()) < LOOSELY * min(medians.values()):
            break
    assert max(medians.values()) < LOOSELY * min(medians.values()), medians


def look(client: FlaskClient, address: str, took: dict[str, list[float]]) -> None:
    """Ask for each, one after the other, again and again; add the time that this thread took."""
    for _ in range(ROUNDS):
        for slug, times in took.items():
            began = time.thread_time()
            status = client.get(address.format(slug)).status_code
            times.append(time.thread_time() - began)
            assert status == 404
