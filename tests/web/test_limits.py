"""Who asks too often waits; whoever comes for a webcast gets in, however many come at once."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_limiter import Limiter
from limits.storage import MemoryStorage
from werkzeug.test import TestResponse

from eventsched.app import create_app
from eventsched.settings import Settings
from eventsched.store.database import Store
from eventsched.web.limits import CROWD, FORMS_IN_ALL, Limited, limited
from tests.builders import an_event
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import SettableClock
from tests.fixtures.staff import Desk
from tests.web.conftest import Show

BEFORE, LIVE = "2011-11-11 15:59", "2011-11-11 16:00"
NAT = "203.0.113.7"

Opened = Callable[..., FlaskClient]


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    return fresh_sqlite


@pytest.fixture
def opened(settings: Settings, store: Store, clock: SettableClock, show: Show) -> Opened:
    """Give a way to open a site with other settings, and a form that anybody may send."""
    show(an_event(slug="call"), an_event(slug="late", starts="2011-11-12 10:00"), now=BEFORE)

    def opened(**changes: int) -> FlaskClient:
        app = create_app(replace(settings, **changes), clock, store)  # type: ignore[arg-type]
        app.testing = True
        app.config["PROPAGATE_EXCEPTIONS"] = False
        app.post("/form", endpoint="form")(limited(Limited.FORM)(lambda: "taken"))
        return app.test_client(use_cookies=False)

    return opened


def send(client: FlaskClient, address: str = NAT, **headers: str) -> int:
    sent = client.post("/form", environ_overrides={"REMOTE_ADDR": address}, headers=headers)
    return sent.status_code


def ask(client: FlaskClient, path: str, address: str = NAT) -> TestResponse:
    return client.get(path, environ_overrides={"REMOTE_ADDR": address})


def test_a_form_is_taken_so_often_from_one_address(opened: Opened) -> None:
    client = opened(limit_forms=3)
    assert [send(client) for _ in range(5)] == [200, 200, 200, 429, 429]
    assert send(client, "203.0.113.8") == 200


@pytest.mark.parametrize("path", ["/alerts", "/privacy/data", "/investor-kit"])
def test_each_form_of_the_site_is_counted_once(opened: Opened, path: str) -> None:
    client = opened(limit_forms=4)
    sent = [client.post(path, environ_overrides={"REMOTE_ADDR": NAT}) for _ in range(6)]
    assert [answer.status_code for answer in sent] == [422] * 4 + [429] * 2


def test_the_refusal_is_a_page_of_the_site_that_says_how_long_to_wait(opened: Opened) -> None:
    client = opened(limit_forms=1)
    send(client)
    refused = client.post("/form", environ_overrides={"REMOTE_ADDR": NAT})
    assert (refused.status_code, refused.mimetype) == (429, "text/html")
    assert "Too many requests at once" in refused.text
    assert "ImmunoGen" in refused.text
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in refused.headers


def test_many_addresses_together_cannot_send_a_form_without_end(opened: Opened) -> None:
    client = opened(limit_forms=1)
    sent = Counter(send(client, f"198.51.100.{n}") for n in range(FORMS_IN_ALL + 5))
    assert sent == {200: FORMS_IN_ALL, 429: 5}


def test_a_household_has_one_network_of_ipv6(opened: Opened) -> None:
    client = opened(limit_forms=1)
    assert send(client, "2001:db8:1:1::1") == 200
    assert send(client, "2001:db8:1:1:ffff::2") == 429
    assert send(client, "2001:db8:1:2::1") == 200


def test_nothing_is_limited_where_the_operator_says_so(opened: Opened) -> None:
    client = opened(limit_forms=0)
    assert {send(client) for _ in range(100)} == {200}


# Gates


@pytest.mark.parametrize(("held_megabytes", "number"), [(32, 5_000), (0, 300)])
def test_thousands_behind_one_address_pass_the_open_gate(
    opened: Opened, clock: SettableClock, held_megabytes: int, number: int
) -> None:
    """They wait at the shut gate until it refuses to be asked more, and pass once it is open."""
    client = opened(limit_gates=100, held_megabytes=held_megabytes)
    waiting = Counter(ask(client, "/events/call/live").status_code for _ in range(150))
    assert waiting == {200: 100, 429: 50}
    clock.set(LIVE)
    assert {ask(client, "/events/call/live").status_code for _ in range(number)} == {302}
    # The next one's gate is still shut, and still refuses whoever asks like that.
    assert ask(client, "/events/late/live").status_code == 429
    assert ask(client, "/events/call").status_code == 200


def test_thousands_behind_one_address_may_wait_at_the_gate(opened: Opened) -> None:
    client = opened()
    assert {ask(client, "/events/call/live").status_code for _ in range(350)} == {200}
    assert Settings.limit_gates >= 10_000


# Searches, and signing in


@pytest.mark.parametrize("path", ["/?q=word{}", "/embed?q=word{}", "/events.json?q=word{}"])
def test_searching_is_limited_and_looking_is_not(opened: Opened, path: str) -> None:
    client = opened(limit_searches=5)
    found = [ask(client, path.format(n)).status_code for n in range(7)]
    assert found == [200] * 5 + [429] * 2
    assert {ask(client, path.partition("?")[0]).status_code for _ in range(20)} == {200}


def test_links_to_choose_a_password_cannot_be_tried_without_end(opened: Opened) -> None:
    desk = Desk(opened().application.test_client())
    token = desk.token("/staff/sign-in")
    tried = [
        desk.send(f"/staff/welcome/{number:064x}", token=token, password="a long walk")
        for number in range(62)
    ]
    assert Counter(answer.status_code for answer in tried) == {410: 60, 429: 2}
    assert int(tried[-1].headers["Retry-After"]) <= 60


# Proxies


def test_behind_a_proxy_that_nobody_declared_the_limits_are_a_crowds(
    opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    client = opened(limit_forms=2)
    with caplog.at_level(logging.WARNING):
        sent = Counter(
            send(client, "10.0.0.1", **{"X-Forwarded-For": f"203.0.113.{n}"})
            for n in range(2 * FORMS_IN_ALL + 1)
        )
    # What all together may send is still bounded.
    assert sent == {200: 2 * FORMS_IN_ALL, 429: 1}
    assert CROWD > FORMS_IN_ALL
    told = [record.message for record in caplog.records]
    assert [words.partition(":")[0] for words in told] == [
        "A proxy stands in front and EVENTSCHED_TRUSTED_PROXIES is 0"
    ]


def test_a_visitor_who_claims_a_proxy_gains_nothing(opened: Opened) -> None:
    client = opened(limit_forms=2)
    claims = {"X-Forwarded-For": "198.51.100.1"}
    assert [send(client, **claims) for _ in range(3)] == [200, 200, 429]


def test_with_declared_proxies_each_visitor_is_known_by_what_they_forward(opened: Opened) -> None:
    client = opened(limit_forms=1, trusted_proxies=1)
    forwarded = [
        send(client, "10.0.0.1", **{"X-Forwarded-For": visitor})
        for visitor in ("198.51.100.1", "198.51.100.1", "198.51.100.2", "x, 198.51.100.2")
    ]
    assert forwarded == [200, 429, 200, 429]


def test_no_address_is_kept_or_logged(opened: Opened, caplog: pytest.LogCaptureFixture) -> None:
    client = opened(limit_forms=1)
    with caplog.at_level(logging.DEBUG):
        for _ in range(3):
            send(client)
    assert NAT not in caplog.text
    app: Flask = client.application
    [limiter] = app.extensions["limiter"]
    assert isinstance(limiter, Limiter)
    assert isinstance(limiter.storage, MemoryStorage)
    assert len(limiter.storage.storage) == 2
    assert NAT not in " ".join(limiter.storage.storage)
