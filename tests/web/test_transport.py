"""How feeds and pages travel: validators and packing."""

import gzip
from datetime import datetime, timedelta

import pytest
from werkzeug.http import http_date

from eventsched.domain.events import Standing
from eventsched.services import events as event_service
from eventsched.store import site
from eventsched.store.database import Store
from eventsched.web.transport import takes_gzip
from tests.builders import a_draft, an_issuer, at
from tests.fixtures.product import NEW_YORK, PHOENIX, SettableClock
from tests.web.travelling import (
    CLOSING,
    LONG_AFTER,
    PAGE,
    PUBLIC,
    START,
    Get,
    fresh_database,
    get,
    settings,
)

__all__ = ["fresh_database", "get", "settings"]

pytestmark = pytest.mark.usefixtures("release")
SECOND = timedelta(seconds=1)
# The names that a 304 may carry; one more is paid for at every poll.
OF_A_304 = {
    "Access-Control-Allow-Origin",
    "Cache-Control",
    "ETag",
    "Last-Modified",
    "Vary",
}


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
