"""Addresses under /events/: what is not public is answered like what never was."""

import pytest
from flask.testing import FlaskClient

from tests.builders import an_event
from tests.fixtures.product import SettableClock
from tests.web.conftest import Show

BEFORE = "2011-11-11 15:55"


@pytest.mark.parametrize(
    "address",
    [
        "unknown",
        "draft",
        "in-review",
        "embargoed",
        "withdrawn",
        "Draft",
        "%00",
        "a%0d%0ab",
        "é",
        "x" * 5000,
        "..%2f..%2fetc",
        "%ff%fe",
        "a--b",
        "-",
    ],
)
@pytest.mark.parametrize("under", ["", "/live", "/replay", "/share.png"])
def test_what_is_not_public_is_the_same_404(
    client: FlaskClient, show: Show, address: str, under: str
) -> None:
    show(
        an_event(slug="draft", standing="draft"),
        an_event(slug="in-review", standing="in_review"),
        an_event(slug="embargoed", publish_at="2011-11-11 15:55:01"),
        an_event(slug="withdrawn", standing="withdrawn"),
        now=BEFORE,
    )
    answer = client.get(f"/events/{address}{under}")
    nothing = client.get("/events/nothing-was-ever-here")
    assert (answer.status_code, answer.data) == (404, nothing.data)
    assert dict(answer.headers) == dict(nothing.headers)


def test_an_embargoed_event_appears_at_its_second(
    client: FlaskClient, show: Show, clock: SettableClock
) -> None:
    event = an_event(publish_at="2011-11-11 15:55")
    show(event, now="2011-11-11 15:54:59")
    assert client.get(f"/events/{event.slug}").status_code == 404
    assert event.facts.title not in client.get("/").text
    clock.set("2011-11-11 15:55")
    assert client.get(f"/events/{event.slug}").status_code == 200
    assert event.facts.title in client.get("/").text
