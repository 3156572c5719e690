"""How feeds and pages travel: lifetimes, names, prefixes, and absurd questions."""

from dataclasses import replace
from datetime import timedelta

import pytest

from eventsched.app import create_app
from eventsched.settings import Settings
from eventsched.store.database import Store
from tests.builders import at
from tests.fixtures.product import PHOENIX, SettableClock
from tests.web.travelling import (
    CLOSING,
    LONG_AFTER,
    PAGE,
    PUBLIC,
    Get,
    fresh_database,
    get,
    settings,
)

__all__ = ["fresh_database", "get", "settings"]

pytestmark = pytest.mark.usefixtures("release")


@pytest.mark.parametrize("path", PUBLIC)
def test_no_cache_may_keep_an_answer_beyond_the_next_transition(
    get: Get, clock: SettableClock, path: str
) -> None:
    for left, said in [
        (3600, "public, max-age=60"),
        (61, "public, max-age=60"),
        (60.9, "public, max-age=59"),
        (30, "public, max-age=29"),
        (2, "public, max-age=1"),
        (1, "no-cache"),
        (0.5, "no-cache"),
    ]:
        clock.set(CLOSING - timedelta(seconds=left))
        if path != "/calendar/replays.ics" or left <= 61:
            assert get(path).headers["Cache-Control"] == said, left


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/calendar.ics", "investor-events.ics"),
        ("/calendar/conference.ics", "conference.ics"),
        (f"{PAGE}.ics", f"{PHOENIX}.ics"),
    ],
)
def test_a_feed_says_what_it_is_and_anybody_may_read_it(get: Get, path: str, name: str) -> None:
    headers = get(path).headers

    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert headers["Content-Disposition"] == f'inline; filename="{name}"'
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Accept-Ranges"] == "none"


def test_ten_thousand_parameters_change_nothing(get: Get) -> None:
    many = "&".join(f"p{n}={n}" for n in range(10_000))
    assert get(f"/calendar.ics?{many}").data == get("/calendar.ics").data
    assert get(f"/?{many}").status_code == 414


@pytest.mark.parametrize("query", ["cancelled=show", "alarm=x", "alarm=10081", "alarm=-1"])
def test_a_bad_wish_is_named(get: Get, query: str) -> None:
    answer = get(f"/calendar.ics?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("asked", "headers"),
    [
        pytest.param("/ir/", {}, id="a proxy that hands all on"),
        pytest.param("/", {}, id="a proxy that takes the prefix away"),
        pytest.param("/", {"X-Forwarded-Prefix": "/ir"}, id="a proxy that says so besides"),
    ],
)
def test_below_a_prefix_every_address_has_it(
    settings: Settings,
    store: Store,
    clock: SettableClock,
    asked: str,
    headers: dict[str, str],
) -> None:
    below = replace(settings, base_url="https://www.example.com/ir", trusted_proxies=1)
    client = create_app(below, clock, store).test_client()
    for _ in range(2):
        page = client.get(asked, headers=headers).text
        assert f'href="/ir{PAGE}"' in page
        assert 'href="/ir/static/tokens.css' in page
        event = client.get(asked + PAGE[1:], headers=headers).text
        assert f">https://www.example.com/ir{PAGE}<" in event
        feed = client.get(asked + "calendar.ics", headers=headers).text
        assert f"https://www.example.com/ir{PAGE}" in feed.replace("\r\n ", "")


@pytest.mark.parametrize("base_url", ["https://ir.example", "https://ir.example/ir"])
def test_no_visitor_says_under_which_host_or_prefix_we_stand(
    settings: Settings, store: Store, clock: SettableClock, base_url: str
) -> None:
    ours = replace(settings, base_url=base_url, trusted_proxies=1)
    client = create_app(ours, clock, store).test_client()
    paths = ("/", PAGE, "/calendar.ics", "/staff/", "/events/")
    lies = (
        {"X-Forwarded-Prefix": "//evil.example", "X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Prefix": "/elsewhere", "X-Forwarded-Port": "8443"},
        {"X-Script-Name": "/elsewhere", "Forwarded": "host=evil.example"},
    )
    for path in paths:
        # The lie first: what is held is then an answer to it.
        lied = [client.get(path, headers=lie) for lie in lies]
        plain = client.get(path)
        for answer in lied:
            assert (answer.status, answer.data) == (plain.status, plain.data)
            assert dict(answer.headers) == dict(plain.headers)
            assert "evil" not in answer.text + str(answer.headers)


def test_the_prefix_without_its_slash_leads_to_the_list(
    settings: Settings, store: Store, clock: SettableClock
) -> None:
    below = replace(settings, base_url="https://ir.example/ir", trusted_proxies=1)
    client = create_app(below, clock, store).test_client()
    for asked, target in (("/ir", "/ir/"), ("/ir?past=all", "/ir/?past=all")):
        answer = client.get(asked)
        assert answer.status_code == 308
        assert answer.location.removeprefix("http://localhost") == target
    assert client.get("/irrelevant").status_code == 404


def test_two_processes_and_two_days_give_the_same_answer(
    settings: Settings, store: Store, clock: SettableClock, get: Get
) -> None:
    clock.set(LONG_AFTER)
    first = get("/calendar.ics")
    clock.set(at(LONG_AFTER) + timedelta(days=2))
    elsewhere = Store(settings.database_url)
    second = create_app(settings, clock, elsewhere).test_client().get("/calendar.ics")
    elsewhere.close()

    assert (first.data, dict(first.headers)) == (second.data, dict(second.headers))


def test_a_copy_with_yesterdays_headers_is_not_confirmed(
    settings: Settings, store: Store, clock: SettableClock
) -> None:
    """A 304 leaves them to the copy, and who may frame a page is said in one."""
    before = create_app(settings, clock, store).test_client().get("/embed")
    framed = replace(settings, embed_parents=("https://www.example.com",))
    known = {"If-None-Match": before.headers["ETag"]}
    after = create_app(framed, clock, store).test_client().get("/embed", headers=known)
    assert (after.status_code, after.data) == (200, before.data)
    assert "https://www.example.com" in after.headers["Content-Security-Policy"]
