"""What the tests of how answers travel share: addresses, instants, and a way to ask."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from eventsched.settings import Settings
from tests.builders import at
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import PHOENIX

PAGE = f"/events/{PHOENIX}"
PUBLIC = ["/", PAGE, "/calendar.ics", "/calendar/replays.ics", f"{PAGE}.ics"]
START, CLOSING = at("2011-11-11 16:00"), at("2011-11-18 17:00")
LONG_AFTER = "2011-11-05 00:00"
Get = Callable[..., TestResponse]


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    return fresh_sqlite


@pytest.fixture(params=[32, 0], ids=["held", "not held"])
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return replace(settings, held_megabytes=request.param)


@pytest.fixture
def get(app: Flask) -> Get:
    """Ask twice, so that the second answer may be a held one; both must be the same."""
    client = app.test_client(use_cookies=False)

    def get(path: str, method: str = "GET", **headers: str) -> TestResponse:
        asked = {name.replace("_", "-"): value for name, value in headers.items()}
        first, second = (client.open(path, method=method, headers=asked) for _ in range(2))
        assert (first.status, first.data) == (second.status, second.data)
        assert list(first.headers) == list(second.headers)
        return second

    return get
