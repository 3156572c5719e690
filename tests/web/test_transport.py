"""How feeds and pages travel: validators, lifetimes, packing, prefixes, and absurd questions."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from werkzeug.http import http_date
from werkzeug.test import TestResponse

from eventsched.app import create_app
from eventsched.domain.events import Standing
from eventsched.services import events as event_service
from eventsched.settings import Settings
from eventsched.store import site
from eventsched.store.database import Store
from eventsched.web.transport import takes_gzip
from tests.builders import a_draft, an_issuer, at
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import NEW_YORK, PHOENIX, SettableClock

PAGE = f"/events/{PHOENIX}"
PUBLIC = ["/", PAGE, "/calendar.ics", "/calendar/replays.ics", f"{PAGE}.ics"]
START, CLOSING = at("2011-11-11 16:00"), at("2011-11-18 17:00")
SECOND = timedelta(seconds=1)
LONG_AFTER = "2011-11-05 00:00"
# The names that a 304 may carry; one more is paid for at every poll.
OF_A_304 = {
    "Access-Control-Allow-Origin",
    "Cache-Control",
    "ETag",
    "Last-Modified",
    "Vary",
}

pytestmark = pytest.mark.usefixtures("release")
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


# Validators


@pytest.mark.parametrize("path", PUBLIC)
def test_a_known_copy_is_confirmed_without_a_body(
    get: Get, clock: SettableClock, path: str
) -> None:
    clock.set(LONG_AFTER)
    whole = get(path)
    tag, date = whole.headers["ETag"], whole.headers["Last-Modified"]
    for asked in (
        {"If_None_Match": tag},
        {"If_None_Match": f"W/{tag}"},
        {"If_None_Match": f'"other", {tag}'},
        {"If_None_Match": "*"},
        {"If_None_Match": tag, "Accept_Encoding": "gzip"},
        {"If_None_Match": tag, "If_Modified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"If_Modified_Since": date},
        {"If_Modified_Since": http_date(clock.at)},
    ):
        for method in ("GET", "HEAD"):
            known = get(path, method, **asked)
            assert (known.status_code, known.data) == (304, b"")
            assert set(known.headers.keys()) <= OF_A_304
            for name in ("ETag", "Last-Modified", "Cache-Control", "Vary"):
                assert known.headers[name] == whole.headers[name]


@pytest.mark.parametrize(
    "asked",
    [
        {"If_None_Match": '"other"'},
        {"If_None_Match": ""},
        {"If_None_Match": '"'},
        {"If_None_Match": '"other"', "If_Modified_Since": "Thu, 01 Jan 2099 00:00:00 GMT"},
        {"If_None_Match": ", ".join(f'"{n}"' for n in range(10_000))},
        {"If_None_Match": "W/" * 10_000},
        {"If_Modified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"If_Modified_Since": "Thu, 01 Jan 2099 00:00:00 GMT"},
        {"If_Modified_Since": "yesterday"},
        {"If_Modified_Since": "Thu, 99 Jan 2011 99:99:99 GMT"},
        {"Range": "bytes=0-10"},
        {"Range": "bytes=99999999999999999999-"},
        {"Range": "bytes=" + ",".join(["0-0"] * 10_000)},
        {"Accept_Encoding": "br;q=1, zstd, compress"},
        {"Accept_Encoding": "gzip;q=0"},
        {"Accept_Encoding": "gzip;q=" + "9" * 5_000},
        {"Accept_Encoding": ",".join(["gzip"] * 10_000)},
        {"Accept_Encoding": "*"},
        {"Accept_Encoding": ""},
        {"Cookie": "analytics=1; other=2"},
    ],
    ids=lambda asked: str(asked)[:60],
)
def test_whatever_else_is_asked_the_whole_plain_answer_is_given(
    get: Get, clock: SettableClock, asked: dict[str, str]
) -> None:
    clock.set(LONG_AFTER)
    whole = get("/calendar.ics")

    answer = get("/calendar.ics", **asked)

    assert (answer.status_code, answer.data) == (200, whole.data)
    assert dict(answer.headers) == dict(whole.headers)


@pytest.mark.parametrize("path", PUBLIC)
def test_head_says_what_get_would(get: Get, path: str) -> None:
    for asked in ({}, {"Accept_Encoding": "gzip"}):
        whole, head = get(path, **asked), get(path, "HEAD", **asked)
        assert (head.status_code, head.data) == (200, b"")
        assert dict(head.headers) == dict(whole.headers)


def test_last_modified_is_the_end_of_the_second_of_the_last_change(
    get: Get, clock: SettableClock
) -> None:
    clock.set(START + timedelta(days=1))
    assert get("/calendar.ics").last_modified == at("2011-11-11 17:00:01")
    clock.set(CLOSING + timedelta(days=1))
    for path in ("/", PAGE, "/calendar.ics", f"{PAGE}.ics"):
        assert get(path).last_modified == at("2011-11-18 17:00:01")


@pytest.mark.parametrize("path", ["/", PAGE, "/calendar.ics"])
@pytest.mark.parametrize("later", [timedelta(), timedelta(microseconds=1), timedelta(seconds=3)])
def test_no_date_hides_a_change_of_the_same_second(
    get: Get, clock: SettableClock, release: Store, path: str, later: timedelta
) -> None:
    clock.set("2011-11-05 10:00:00.300")
    rename(release, "First", now=clock.at)
    before = get(path)
    # Begun in the same second as the first, committed a little later.
    clock.set(clock.at + later)
    rename(release, "Second", now=at("2011-11-05 10:00:00.200"), base=3)
    clock.set(clock.at + timedelta(minutes=1))

    for date in (before.headers["Last-Modified"], "Sat, 05 Nov 2011 10:00:00 GMT"):
        after = get(path, If_Modified_Since=date)
        assert after.status_code == 200
        assert "Second" in after.text

    assert get(path, If_Modified_Since=after.headers["Last-Modified"]).status_code == 304


def test_a_clock_that_was_set_back_hides_no_change_for_longer(
    get: Get, clock: SettableClock, release: Store
) -> None:
    saved_at = at("2011-11-05 10:00")
    rename(release, "Renamed", now=saved_at)
    clock.set(saved_at - SECOND)
    behind = get(PAGE)
    assert ("What changed" in behind.text, behind.headers["Cache-Control"]) == (False, "no-cache")
    clock.set(saved_at)
    assert "What changed" in get(PAGE).text


def rename(store: Store, title: str, *, now: datetime, slug: str = PHOENIX, base: int = 2) -> None:
    draft = a_draft(title=title, replay_url="https://vendor.example/r")
    event_service.revise(store, slug, draft, base=base, by="test", reason="so", now=now)


@pytest.mark.parametrize("path", PUBLIC)
def test_work_on_what_is_not_public_leaves_no_trace(
    get: Get, clock: SettableClock, release: Store, path: str
) -> None:
    clock.set(LONG_AFTER)
    before = get(path)
    soon = clock.at + timedelta(days=30)

    draft = event_service.plan(release, a_draft(title="Secret"), by="test", now=clock.at)
    event_service.set_standing(
        release,
        draft.slug,
        Standing.APPROVED,
        base=1,
        publish_at=soon,
        by="test",
        now=clock.at,
    )
    clock.set(clock.at + timedelta(minutes=1))
    rename(release, "Secret too", now=clock.at, slug=draft.slug, base=2)

    after = get(path)
    assert (after.data, dict(after.headers)) == (before.data, dict(before.headers))
    assert get(path, If_Modified_Since=before.headers["Last-Modified"]).status_code == 304


def test_what_goes_leaves_its_date(get: Get, clock: SettableClock, release: Store) -> None:
    clock.set(LONG_AFTER)
    before = get("/")
    event_service.set_standing(
        release, NEW_YORK, Standing.WITHDRAWN, base=2, by="test", reason="so", now=clock.at
    )
    event_service.set_standing(
        release, NEW_YORK, Standing.DRAFT, base=3, by="test", reason="so", now=clock.at
    )
    clock.set(clock.at + timedelta(hours=1))

    after = get("/", If_Modified_Since=before.headers["Last-Modified"])

    assert after.status_code == 200
    assert "Lazard" not in after.text


@pytest.mark.parametrize("path", PUBLIC)
def test_a_new_name_of_the_issuer_is_a_change(
    get: Get, clock: SettableClock, release: Store, path: str
) -> None:
    clock.set(LONG_AFTER)
    before = get(path)
    with release.writing() as session:
        site.set_issuer(session, an_issuer(name="ImmunoGen plc"), at=clock.at)
    clock.set(clock.at + timedelta(minutes=1))

    after = get(path, If_Modified_Since=before.headers["Last-Modified"])

    assert after.status_code == 200
    assert "ImmunoGen plc" in after.text


# Packing


@pytest.mark.parametrize("path", PUBLIC)
def test_gzip_is_for_those_who_ask_with_the_same_validators(get: Get, path: str) -> None:
    plain, packed = get(path), get(path, Accept_Encoding="gzip, deflate, br")

    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Content-Length"] == str(len(packed.data))
    assert "Content-Encoding" not in plain.headers
    for answer in (plain, packed):
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["ETag"] == plain.headers["ETag"]
        assert answer.headers["Last-Modified"] == plain.headers["Last-Modified"]


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("deflate, gzip;q=1.0, *;q=0.5", True),
        ("gzip;q=0.001", True),
        ("gzip;q=0.5, identity;q=0.8", False),
        ("gzip;q=0", False),
        ("identity", False),
        ("*", False),
        ("gzippo", False),
        ("", False),
        (";q=;,,;", False),
    ],
)
def test_only_a_wish_for_gzip_is_taken_for_one(accepted: str, takes: bool) -> None:
    assert takes_gzip(accepted) is takes


# Lifetimes, types, names, addresses


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
