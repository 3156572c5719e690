"""`/events.json`: the same truth for programs."""

import json
import re
from typing import Any

import icalendar
import pytest
from flask.testing import FlaskClient

from tests.builders import NEW_YORK, VENDOR_LIVE, VENDOR_REPLAY, an_event, at
from tests.calendars.hard_cases import timed_events
from tests.fixtures.product import SettableClock
from tests.web.conftest import Show

NOW = "2011-11-11 15:55"
SITE = "http://ir.example"
PHOENIX = "2011-credit-suisse-healthcare-conference"


def slugs(client: FlaskClient, query: str = "") -> list[str]:
    told: Any = client.get(f"/events.json?{query}").json
    return [event["url"].rpartition("/")[2] for event in told["events"]]


def test_an_event_says_what_its_page_says(client: FlaskClient, show: Show) -> None:
    show(an_event(replay_posted_at="2011-11-03 12:00"), now=NOW)
    answer = client.get("/events.json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.json == {
        "version": 1,
        "issuer": {
            "name": "ImmunoGen, Inc.",
            "ticker": "IMGN",
            "exchange": "Nasdaq",
            "home_zone": "America/New_York",
            "url": f"{SITE}/",
            "logo_url": None,
        },
        "total": 1,
        "page": 1,
        "next": None,
        "events": [
            {
                "id": f"{PHOENIX}@immunogen.com",
                "url": f"{SITE}/events/{PHOENIX}",
                "calendar_url": f"{SITE}/events/{PHOENIX}.ics",
                "title": "2011 Credit Suisse Healthcare Conference",
                "kind": "conference",
                "format": "presentation",
                "host": "Credit Suisse",
                "standing": "confirmed",
                "phase": "upcoming",
                "starts_at": "2011-11-11T16:00:00Z",
                "ends_at": "2011-11-11T17:00:00Z",
                "date": "2011-11-11",
                "wall_time": "2011-11-11T09:00:00",
                "zone": "America/Phoenix",
                "duration_minutes": 60,
                "when": "9:00 am MST / 11:00 am EST on Friday, November 11, 2011",
                "place": "Phoenix, AZ",
                "presenters": [{"name": "Daniel Junius", "title": "President and CEO"}],
                "live": {
                    "url": f"{SITE}/events/{PHOENIX}/live",
                    "state": "not_yet",
                    "opens_at": "2011-11-11T16:00:00Z",
                    "closes_at": "2011-11-11T17:00:00Z",
                    "words": "The live webcast begins at 9:00 am MST / 11:00 am EST on "
                    "Friday, November 11, 2011.",
                },
                "joining": {
                    "dial_in": [],
                    "conference_id": "",
                    "webcast_failed": False,
                    "note": "",
                },
                "replay": {
                    "url": f"{SITE}/events/{PHOENIX}/replay",
                    "state": "not_yet",
                    "opens_at": "2011-11-11T17:00:00Z",
                    "closes_at": "2011-11-18T17:00:00Z",
                    "missing_from": None,
                    "withdrawn": False,
                    "words": "Replay available until November 18, 2011, 12:00 pm EST",
                },
                "documents": [],
                "published_at": "2011-11-02T12:00:00Z",
                "changed_at": "2011-11-02T11:00:00Z",
                "sequence": 0,
            }
        ],
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["past", "phoenix", "lazard", "call"]),
        ("kind=earnings_call", ["call"]),
        ("phase=live,past", ["past", "phoenix"]),
        ("from=2011-11-15", ["lazard", "call"]),
        ("until=2011-11-11", ["past", "phoenix"]),
        ("from=2011-11-11&until=2011-11-11", ["phoenix"]),
        ("q=lazard+8th", ["lazard"]),
        ("limit=2", ["past", "phoenix"]),
        ("limit=2&page=2", ["lazard", "call"]),
        ("order=earliest&limit=1", ["past"]),
        ("order=latest", ["call", "lazard", "phoenix", "past"]),
        ("order=latest&limit=2&page=2", ["phoenix", "past"]),
        ("page=1000", []),
    ],
)
def test_filters_narrow_it(client: FlaskClient, show: Show, query: str, found: list[str]) -> None:
    show(
        an_event(slug="past", starts="2010-03-03 09:00", replay_days=None),
        an_event(slug="phoenix"),
        an_event(slug="lazard", like=NEW_YORK),
        an_event(slug="call", kind="earnings_call", starts="2011-12-01 09:00"),
        an_event(slug="embargoed", publish_at="2011-11-12 09:00"),
        an_event(slug="draft", standing="draft"),
        now="2011-11-11 16:30",
    )
    assert slugs(client, query) == found


def test_the_next_page_asks_the_same(client: FlaskClient, show: Show) -> None:
    show(an_event(slug="one"), an_event(slug="two"), now=NOW)
    answer: Any = client.get("/events.json?limit=1&order=latest&kind=conference&utm=x").json
    assert (answer["total"], answer["next"]) == (
        2,
        f"{SITE}/events.json?kind=conference&order=latest&limit=1&page=2",
    )


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("kind=circus", "The filter “kind” can only be conference, earnings_call, "),
        ("phase=live,dead", "The filter “phase” can only be upcoming, live, "),
        ("from=11/12/2011", "The filter “from” is a date such as 2011-11-11."),
        ("until=2011-02-30", "The filter “until” is a date such as 2011-11-11."),
        ("order=random", "The filter “order” can only be earliest or latest."),
        ("limit=201", "The filter “limit” is a whole number from 1 to 200."),
        ("page=0", "The filter “page” is a whole number from 1 to 1000."),
        ("q=" + "x" * 101, "The filter “q” takes 100 characters at most."),
    ],
)
def test_a_bad_filter_is_named(client: FlaskClient, show: Show, query: str, problem: str) -> None:
    show(now=NOW)
    answer = client.get(f"/events.json?{query}")
    told: Any = answer.json
    assert answer.status_code == 400
    assert told["problem"].startswith(problem)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_no_copy_outlives_the_truth(client: FlaskClient, show: Show, clock: SettableClock) -> None:
    show(
        an_event(),
        an_event(slug="next", publish_at="2011-11-11 15:40:00"),
        now="2011-11-11 15:39:30",
    )
    assert client.get("/events.json").headers["Cache-Control"] == "public, max-age=29"
    clock.set("2011-11-11 15:59:58")
    assert client.get("/events.json").headers["Cache-Control"] == "public, max-age=1"
    unchanged = client.get("/events.json").headers["ETag"]
    assert client.get("/events.json", headers={"If-None-Match": unchanged}).status_code == 304


@pytest.mark.parametrize("now", [NOW, "2011-11-11 16:30", "2011-11-12", "2011-11-30"])
def test_a_vendors_address_is_nowhere(client: FlaskClient, show: Show, now: str) -> None:
    show(an_event(replay_posted_at="2011-11-03 12:00"), now=now)
    for address in ("/events.json", "/feed.json", "/feed.atom", f"/events/{PHOENIX}"):
        text = client.get(address).text
        assert not any(vendor in text for vendor in (VENDOR_LIVE, VENDOR_REPLAY))


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_every_channel_tells_the_same_instant_in_hard_cases(
    client: FlaskClient, show: Show
) -> None:
    show(*(event for event, _ in timed_events()), now="2009-07-01")
    answer: Any = client.get("/events.json?limit=200").json
    told = {e["url"]: e for e in answer["events"]}
    for event, instant in timed_events():
        page = client.get(f"/events/{event.slug}").text
        entry: Any = icalendar.Calendar.from_ical(client.get(f"/events/{event.slug}.ics").data)
        channels = {
            "json": at(told[f"{SITE}/events/{event.slug}"]["starts_at"]),
            "json-ld": at(_described(page)["startDate"]),
            "page": at(re.findall(r'<p class="event-when"><time datetime="([^"]+)"', page)[0]),
            "feed": at(entry.walk("VEVENT")[0]["DTSTART"].dt),
        }
        assert channels == dict.fromkeys(channels, instant)


def _described(page: str) -> dict[str, Any]:
    block = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[0]
    read: dict[str, Any] = json.loads(block)
    return read
