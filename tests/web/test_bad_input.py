"""Whatever anybody sends has a clear answer in the site's own dress, and never a 500."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventsched.app import create_app
from eventsched.settings import Settings
from eventsched.store import site
from eventsched.store.database import Store
from tests.builders import an_issuer
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.ports import free_port
from tests.fixtures.product import ANNOUNCED, PHOENIX, SettableClock
from tests.fixtures.staff import Desk
from tests.web.markup import faults

PAGES = ("/", f"/events/{PHOENIX}", "/calendar.ics", f"/events/{PHOENIX}.ics")
ADDRESSES = (*PAGES, f"/events/{PHOENIX}/live", f"/events/{PHOENIX}/replay", "/healthz")


@pytest.fixture
def client(app: Flask, release: Store) -> FlaskClient:
    """Ask a site that shows the two conferences of the release."""
    with release.writing() as session:
        site.set_issuer(session, an_issuer(), at=ANNOUNCED)
    return app.test_client()


def assert_dressed(answer: TestResponse, status: int) -> None:
    """Check that the answer is a page of the site that says what was wrong."""
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert answer.headers["Cache-Control"] == "no-store"
    assert faults(answer) == []


# Addresses


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/nothing",
            "/events/nothing-here",
            "/calendar/party.ics",
            "/.env",
            "/wp-login",
        ),
        *("/%00", "/events/%00", "/events/%00.ics", "/events/a%00b/live", "/calendar/%00.ics"),
        *(
            "/%ff%fe",
            "/events/%ff",
            "/events/%C3%28/replay",
            "/%E2%80%A8",
            "/%",
            "/%zz",
            "/events/%",
        ),
        *("/static/%00", "/static/nothing.css", "/static/../app.py", "/static/%2e%2e/app.py"),
        *(
            "/static/..%5capp.py",
            "/static/parts",
            "/static/",
            "/" + "x" * 50_000,
            "/events/" + "a-" * 9,
        ),
        *(f"/events/{PHOENIX}/", f"/events/{PHOENIX}/live/"),
        *(f"/events/{PHOENIX.upper()}", f"/events/{PHOENIX}.ICS", "/calendar.ics/", "/healthz/"),
        *(f"/events/{PHOENIX}%0d%0aSet-Cookie:a=b", f"/events/{PHOENIX}%20", "/\N{ROCKET}"),
    ],
    ids=lambda path: path[:40],
)
def test_an_address_that_leads_nowhere_is_a_404(client: FlaskClient, path: str) -> None:
    assert_dressed(client.get(path), 404)


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/events", "/events/"),
        ("/events//live", "/events/live"),
    ],
)
def test_a_slip_of_a_slash_leads_no_further_than_here(
    client: FlaskClient, path: str, leads_to: str
) -> None:
    answer = client.get(path)
    assert answer.status_code in (301, 308)
    assert answer.location.removeprefix("http://localhost") == leads_to


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "BREW"])
@pytest.mark.parametrize("path", ADDRESSES)
def test_a_method_that_makes_no_sense_is_a_405(client: FlaskClient, method: str, path: str) -> None:
    answer = client.open(path, method=method)
    assert_dressed(answer, 405)
    assert {verb.strip() for verb in answer.headers["Allow"].split(",")} == {
        *("GET", "HEAD", "OPTIONS")
    }


@pytest.mark.parametrize("path", ADDRESSES)
def test_head_says_what_get_would(client: FlaskClient, path: str) -> None:
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.data) == (get.status_code, b"")
    assert head.headers.get("ETag") == get.headers.get("ETag")


# Headers

HEADERS = [
    *[
        ("If-None-Match", said)
        for said in ("garbage", '"', "W/", 'W/"', "*,", '"a', "\xff", ",,,,")
    ],
    ("If-None-Match", ", ".join(f'"{n}"' for n in range(20_000))),
    *[("If-Modified-Since", said) for said in ("yesterday", "0", "Fri, 99 Nov 9999 99:99:99 GMT")],
    *[("If-Match", said) for said in ("garbage", '"never"')],
    *[("If-Unmodified-Since", said) for said in ("garbage", "Thu, 01 Jan 1970 00:00:00 GMT")],
    *[("If-Range", said) for said in ("garbage", '"x"', "Thu, 01 Jan 1970 00:00:00 GMT")],
    *[("Range", said) for said in ("bytes=0-0", "bytes=-1", "bytes=9-1", "bytes=", "lines=1-2")],
    ("Range", "bytes=99999999999999999999-"),
    ("Range", "bytes=" + ",".join("0-0" for _ in range(5_000))),
    *[("Accept-Encoding", said) for said in ("gzip;q=nan", "gzip;q=99", "*;q=0", "\xff", ";;;")],
    *[("Accept", said) for said in ("", "garbage", "a/b;q=x", "application/json", "*/*;q=0")],
    *[("Accept-Language", said) for said in ("xx-XX-XX-XX", "\xff", "en;q=-1")],
    *[("Host", said) for said in ("", "a b", "evil.example:99999", "[::1", "x" * 10_000)],
    *[("Cookie", said) for said in ("eventsched_staff=garbage", "=;=;=", "\xff", "a" * 50_000)],
    *[("Content-Length", said) for said in ("-1", "garbage", "99999999999999999999")],
    *[
        ("Transfer-Encoding", "chunked, chunked"),
        ("Expect", "100-continue"),
        ("Connection", "\xff"),
    ],
    *[("X-Forwarded-For", "' or 1=1"), ("X-Forwarded-Proto", "gopher"), ("Forwarded", "for=\xff")],
    *[("X-HTTP-Method-Override", "DELETE"), ("Authorization", "Basic ///"), ("Origin", "null")],
    ("Content-Type", "multipart/form-data; boundary="),
]


@pytest.mark.parametrize("path", [*PAGES, "/static/base.css"])
def test_no_header_upsets_a_page(client: FlaskClient, path: str) -> None:
    plain = client.get(path, buffered=True)
    for name, said in HEADERS:
        answer = client.get(path, headers={name: said}, buffered=True)
        refused = {"Host": {400}, "If-Match": {412}, "Range": {206, 416}}.get(name, set())
        assert answer.status_code in {200, *refused}, (name, said[:60])
        if answer.status_code == 200:
            assert answer.data == plain.data, (name, said[:60])


@pytest.mark.parametrize("origin", ["http://[", "https://[::1", "http://]", "//"])
def test_a_form_from_no_address_at_all_is_from_elsewhere(client: FlaskClient, origin: str) -> None:
    answer = client.post("/alerts", data={"email": "jo@example.com"}, headers={"Origin": origin})
    assert_dressed(answer, 403)


@pytest.mark.parametrize("path", PAGES)
def test_what_is_known_is_not_sent_again(client: FlaskClient, path: str) -> None:
    tag = client.get(path).headers["ETag"]
    for said in (tag, f"W/{tag}", f'"x", {tag}', "*", f"garbage, {tag}"):
        answer = client.get(path, headers={"If-None-Match": said})
        assert (answer.status_code, answer.data) == (304, b"")


@pytest.mark.parametrize("host", ["a..b", ".", "x" * 10_000])
def test_a_host_that_is_none_is_a_400_without_dress(client: FlaskClient, host: str) -> None:
    # No address of ours can be made under such a host, and so no page either.
    answer = client.get("/nothing", headers={"Host": host})
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")


# Parameters and bodies


@pytest.mark.parametrize("path", [*PAGES, f"/events/{PHOENIX}/replay", "/staff/sign-in"])
@pytest.mark.parametrize(
    "query",
    [
        pytest.param("&".join(f"a{n}={n}" for n in range(10_000)), id="10,000 parameters"),
        pytest.param("a=" + "b" * 100_000, id="a long one"),
        pytest.param("&&&===%%%", id="none really"),
        pytest.param("%00=%00&%ff=%ff&a[b][c]=1", id="garbage"),
        pytest.param("next=//evil.example&utm_source=x", id="what others read"),
    ],
)
def test_parameters_that_mean_nothing_change_nothing(
    client: FlaskClient, path: str, query: str
) -> None:
    answer = client.get(f"{path}?{query}")
    if len(query) < 1000:
        assert answer.status_code == 200
    else:
        assert answer.status_code in (200, 414)


@pytest.mark.parametrize(
    "query",
    ["alarm=x", "alarm=-1", "alarm=", "alarm=99999", "alarm=%00", "cancelled=show", "alarm=²"],
)
def test_a_wish_that_a_feed_cannot_grant_is_a_400(client: FlaskClient, query: str) -> None:
    assert_dressed(client.get(f"/calendar.ics?{query}"), 400)


@pytest.mark.parametrize(
    ("path", "status"), [("/", 405), (f"/events/{PHOENIX}", 405), ("/staff/sign-in", 413)]
)
def test_a_huge_body_is_refused(client: FlaskClient, path: str, status: int) -> None:
    answer = client.post(path, data=b"x" * 9_000_000, content_type="text/plain")
    assert (answer.status_code, answer.mimetype) == (status, "text/html")


SIGN_INS: list[Any] = [
    pytest.param({"data": b"\xff\x00garbage", "content_type": "multipart/form-data"}, id="garbage"),
    pytest.param({"data": b"email=%00&password=%00"}, id="NUL"),
    pytest.param({"data": b"email=%ff&password=%ed%a0%80"}, id="no UTF-8"),
    pytest.param({"data": b"{", "content_type": "application/json"}, id="torn JSON"),
    pytest.param({"data": b"&".join(b"a=1" for _ in range(5_000))}, id="5,000 fields"),
    pytest.param({"data": b"csrf_token=" + b"x" * 100_000}, id="a long token"),
    pytest.param({"data": b"email=a&email=b&password="}, id="a field twice"),
]


@pytest.mark.parametrize("said", SIGN_INS)
def test_a_sign_in_that_nobody_typed_is_refused(client: FlaskClient, said: dict[str, Any]) -> None:
    said = {"content_type": "application/x-www-form-urlencoded"} | said
    answer = client.post("/staff/sign-in", **said)
    assert answer.status_code in (200, 400, 413, 422)


def test_nobody_signs_in_with_nul(app: Flask, release: Store) -> None:
    for email in ("a\0b@example.com", "\0", "\N{ROCKET}@x", "a" * 100_000):
        assert Desk(app.test_client()).sign_in(email, "any\0thing at all").status_code == 422


# Without a database


@pytest.fixture
def lonely(settings: Settings, clock: SettableClock) -> Iterator[FlaskClient]:
    """Ask a site whose database is away."""
    away = Store(f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")
    app = create_app(settings, clock, away)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app.test_client()
    away.close()


@pytest.fixture
def fresh_database(request: pytest.FixtureRequest) -> FreshDatabase:
    """Ask each site on PostgreSQL, the stricter of the two about text."""
    maker: FreshDatabase = request.getfixturevalue("fresh_postgres")
    return maker


@pytest.mark.parametrize("path", [*PAGES, f"/events/{PHOENIX}/replay", "/staff/"])
def test_without_a_database_every_page_says_so(lonely: FlaskClient, path: str) -> None:
    answer = lonely.get(path)
    if path == "/staff/":
        assert answer.status_code in (303, 503)
        return
    assert_dressed(answer, 503)
    assert int(answer.headers["Retry-After"]) > 0
    assert (lonely.head(path).status_code, lonely.head(path).data) == (503, b"")


def test_without_a_database_an_address_that_leads_nowhere_still_does(lonely: FlaskClient) -> None:
    assert_dressed(lonely.get("/nothing"), 404)
    assert_dressed(lonely.post("/"), 405)


def test_without_a_database_the_process_lives_but_is_not_ready(lonely: FlaskClient) -> None:
    assert lonely.get("/healthz").status_code == 200
    ready = lonely.get("/readyz")
    assert (ready.status_code, ready.json) == (
        503,
        {"status": "not ready", "why": "The database does not answer."},
    )
