"""The whole loop: a release's two conferences on a page, in a feed, and expired after a week."""

from typing import Any

import icalendar
import pytest
from flask.testing import FlaskClient

from eventsched.services.transitions import record_due
from eventsched.store import site
from eventsched.store.database import Store
from tests.builders import at
from tests.fixtures.product import NEW_YORK, PHOENIX, VENDOR, SettableClock

PHOENIX_PAGE, NEW_YORK_PAGE = f"/events/{PHOENIX}", f"/events/{NEW_YORK}"
SECOND_BEFORE_START, START = "2011-11-11 15:59:59", "2011-11-11 16:00:00"
LAST_LIVE_SECOND, END = "2011-11-11 16:59:59", "2011-11-11 17:00:00"
LAST_REPLAY_SECOND, CLOSING = "2011-11-18 16:59:59", "2011-11-18 17:00:00"
BOTH_GONE = "2011-11-22 17:30:00"

pytestmark = pytest.mark.usefixtures("release")


def entries(client: FlaskClient, path: str = "/calendar.ics") -> list[Any]:
    return list(icalendar.Calendar.from_ical(client.get(path).data).walk("VEVENT"))


def test_both_conferences_are_on_the_page_as_the_release_says(client: FlaskClient) -> None:
    text = client.get("/").text

    assert "9:00 am MST / 11:00 am EST on Friday, November 11, 2011" in text
    assert "11:30 am EST on Tuesday, November 15, 2011" in text
    assert text.count("Daniel Junius") == 2


def test_both_conferences_begin_at_the_right_instants_in_a_calendar(client: FlaskClient) -> None:
    begins = {str(e["UID"]): at(e.start).isoformat() for e in entries(client)}

    assert begins == {
        f"{PHOENIX}@immunogen.com": "2011-11-11T16:00:00+00:00",
        f"{NEW_YORK}@immunogen.com": "2011-11-15T16:30:00+00:00",
    }


@pytest.mark.parametrize(
    ("now", "live", "replay"),
    [
        pytest.param(SECOND_BEFORE_START, 200, 200, id="a second before the start"),
        pytest.param(START, 302, 200, id="the start itself"),
        pytest.param(LAST_LIVE_SECOND, 302, 200, id="the last second of the presentation"),
        pytest.param(END, 410, 302, id="the end itself"),
        pytest.param(LAST_REPLAY_SECOND, 410, 302, id="the last second of the replay"),
        pytest.param(CLOSING, 410, 410, id="the closing second itself"),
        pytest.param("2031-01-01 00:00", 410, 410, id="twenty years later"),
    ],
)
def test_the_gates_open_and_close_to_the_second(
    client: FlaskClient, clock: SettableClock, now: str, live: int, replay: int
) -> None:
    clock.set(now)

    assert client.get(f"{PHOENIX_PAGE}/live").status_code == live
    assert client.get(f"{PHOENIX_PAGE}/replay").status_code == replay


def test_an_open_gate_leads_to_the_vendor_and_is_never_kept(
    client: FlaskClient, clock: SettableClock
) -> None:
    clock.set(START)

    answer = client.get(f"{PHOENIX_PAGE}/live")

    assert answer.headers["Location"] == f"{VENDOR}/live/credit-suisse-2011"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.data == b""


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (END, "Replay available until November 18, 2011, 12:00 pm EST"),
        (CLOSING, "The replay closed on November 18, 2011, 12:00 pm EST"),
    ],
)
def test_page_file_and_feed_agree_about_the_replay(
    client: FlaskClient, clock: SettableClock, now: str, words: str
) -> None:
    clock.set(now)
    file = next(iter(entries(client, f"{PHOENIX_PAGE}.ics")))
    feed = next(e for e in entries(client) if e["UID"] == file["UID"])

    assert words in client.get(PHOENIX_PAGE).text
    assert words in file["DESCRIPTION"]
    assert feed.to_ical() == file.to_ical()


def test_after_the_demo_week_both_replays_are_gone_everywhere(
    client: FlaskClient, clock: SettableClock
) -> None:
    clock.set(BOTH_GONE)

    assert [client.get(f"{p}/replay").status_code for p in (PHOENIX_PAGE, NEW_YORK_PAGE)] == [
        410,
        410,
    ]
    for path in ("/", PHOENIX_PAGE, NEW_YORK_PAGE, "/calendar.ics", f"{NEW_YORK_PAGE}.ics"):
        text = client.get(path).text
        assert f"{PHOENIX_PAGE}/replay" not in text
        assert f"{NEW_YORK_PAGE}/replay" not in text


@pytest.mark.parametrize("now", [SECOND_BEFORE_START, START, END, CLOSING])
def test_the_vendors_address_is_nowhere_but_behind_the_gates(
    client: FlaskClient, clock: SettableClock, now: str
) -> None:
    clock.set(now)

    for path in (
        "/",
        PHOENIX_PAGE,
        "/calendar.ics",
        f"{PHOENIX_PAGE}.ics",
        f"{NEW_YORK_PAGE}/live",
    ):
        assert VENDOR not in client.get(path).text


def test_no_kept_copy_outlives_the_next_transition(
    client: FlaskClient, clock: SettableClock
) -> None:
    for path in ("/", PHOENIX_PAGE, "/calendar.ics", f"{PHOENIX_PAGE}.ics"):
        clock.set("2011-11-18 16:00:00")
        assert client.get(path).headers["Cache-Control"] == "public, max-age=60"
        clock.set("2011-11-18 16:59:30")
        assert client.get(path).headers["Cache-Control"] == "public, max-age=29"
        clock.set(LAST_REPLAY_SECOND)
        assert client.get(path).headers["Cache-Control"] == "no-cache"


def test_nothing_is_public_before_it_is_published(
    client: FlaskClient, clock: SettableClock
) -> None:
    clock.set("2011-11-02 11:59:59")
    unknown = client.get("/events/nothing-was-ever-here")
    embargoed = client.get(PHOENIX_PAGE)

    assert list(entries(client)) == []
    assert "Credit Suisse" not in client.get("/").text
    assert (embargoed.status_code, embargoed.data) == (404, unknown.data)
    assert dict(embargoed.headers) == dict(unknown.headers)
    for path in (f"{PHOENIX_PAGE}/live", f"{PHOENIX_PAGE}/replay", f"{PHOENIX_PAGE}.ics"):
        assert (client.get(path).status_code, client.get(path).data) == (404, unknown.data)


def test_the_closing_is_written_down_once_with_both_instants(
    release: Store, clock: SettableClock
) -> None:
    clock.set("2011-11-18 17:00:04")
    while record_due(release, now=clock.now()):
        pass
    record_due(release, now=at("2011-11-19 00:00"))

    with release.reading() as session:
        closings = [e for e in site.ledger(session, subject=PHOENIX) if e.kind == "replay_closed"]

    assert [entry.body for entry in closings] == [
        {"promised": "2011-11-18T17:00:00.000000Z", "observed": "2011-11-18T17:00:04.000000Z"}
    ]
