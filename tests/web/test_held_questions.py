"""What an address does not know is rendered for nobody; what it knows, once."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventsched.web.questions import known_at
from tests.fixtures.product import PHOENIX, SettableClock
from tests.web.held import PAGE, PUBLIC, QUIET, START, layer, work

__all__ = ["work"]

pytestmark = pytest.mark.usefixtures("release")
ALSO_HELD = [
    *(
        "/?kind=conference",
        "/embed",
        "/events.json?limit=1",
        "/feed.json",
        "/feed.atom",
        "/privacy",
        "/cookies",
    ),
    *("/sitemap.xml", "/robots.txt", "/calendar/replays.ics?alarm=5"),
    *(f"{PAGE}/share.png", f"{PAGE}/live"),
]


@pytest.mark.parametrize("path", [*PUBLIC, *ALSO_HELD])
def test_what_an_address_does_not_know_is_rendered_for_nobody(
    app: Flask, clock: SettableClock, work: Callable[[], Any], path: str
) -> None:
    """Newsletters and networks hang their own parameters on every link."""
    clock.set(START if path.endswith("/live") else QUIET)
    client, mark = app.test_client(use_cookies=False), "&" if "?" in path else "?"
    first = client.get(path)
    with work() as others:
        for number in range(1_000 if path == "/" else 3):
            for query in (f"utm_source=mail&fbclid={number}", f"%6Bind{number}=1", f"&{number}"):
                told = client.get(f"{path}{mark}{query}")
                assert (told.data, told.headers["Cache-Control"]) == (
                    *(first.data, first.headers["Cache-Control"]),
                )
    assert others.nothing()


@pytest.mark.parametrize(
    ("path", "first", "others"),
    [
        (
            "/",
            "kind=conference&q=health",
            ["q=health&kind=conference", "q=health&%6Bind=conference"],
        ),
        ("/calendar.ics", "cancelled=hide&alarm=15", ["alarm=15&utm=x&cancelled=hide"]),
        ("/events.json", "limit=1&page=2", ["page=2&limit=1", "page=2&limit=1&page=1"]),
    ],
)
def test_parameters_in_another_order_ask_for_the_same_answer(
    client: FlaskClient,
    clock: SettableClock,
    work: Callable[[], Any],
    path: str,
    first: str,
    others: list[str],
) -> None:
    clock.set(QUIET)
    answer = client.get(f"{path}?{first}")
    assert answer.status_code == 200
    with work() as again:
        assert [client.get(f"{path}?{query}").data for query in others] == [answer.data] * len(
            others
        )
    assert again.nothing()


def test_of_every_address_that_is_held_it_is_known_what_it_may_be_asked(
    app: Flask, client: FlaskClient, clock: SettableClock
) -> None:
    clock.set(START)
    values = {"slug": PHOENIX, "kind": "conference", "name": "x", "token": "x"}
    addresses = app.url_map.bind("ir.example")
    for rule in app.url_map.iter_rules():
        if rule.arguments <= values.keys() and not rule.rule.startswith("/staff"):
            path = addresses.build(rule.endpoint, {name: values[name] for name in rule.arguments})
            client.get(path)
    held = {key[1] for key in (*layer(app)._common, *layer(app)._seldom)}
    assert held > {"/", PAGE, f"{PAGE}/live", "/events.json", "/cookies", "/privacy"}
    assert {path for path in held if known_at(path) is None} == set()


def test_what_an_address_knows_is_still_asked_for(
    client: FlaskClient, clock: SettableClock
) -> None:
    clock.set(QUIET)
    client.get("/")
    for query in ("utm_source=x&kind=circus", "fbclid=1&%6Bind=circus", "kind=circus&kind="):
        assert client.get(f"/?{query}").status_code == 400
