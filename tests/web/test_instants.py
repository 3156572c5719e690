"""Page, list, feed, file, JSON and JSON-LD name one instant, and the page's words are right.

The feed is read by its own VTIMEZONE, so that no zone data of ours or the system's help it.
"""

import json
import re
from collections.abc import Callable
from datetime import datetime
from io import StringIO

import pytest
from dateutil.tz import gettz, tzical
from flask.testing import FlaskClient

from tests.builders import an_event, at
from tests.calendars.linting import tree, unfolded
from tests.web.conftest import Show

SLUG = "the-event"
PUBLISHED = "2009-06-01"
# (wall time, zone, instant, the page's words), worked out by hand. The issuer is in New York.
CASES = [
    pytest.param(*case, id=f"{case[1]} {case[0]}")
    for case in [
        (
            "2011-11-11 09:00",
            "America/Phoenix",
            "2011-11-11 16:00",
            "9:00 am MST / 11:00 am EST on Friday, November 11, 2011",
        ),
        (
            "2011-07-04 09:00",
            "America/Phoenix",
            "2011-07-04 16:00",
            "9:00 am MST / 12:00 pm EDT on Monday, July 4, 2011",
        ),
        (
            "2012-01-16 10:00",
            "Asia/Kathmandu",
            "2012-01-16 04:15",
            "10:00 am UTC+5:45 on Monday, January 16, 2012 / "
            "11:15 pm EST on Sunday, January 15, 2012",
        ),
        # Half an hour of daylight time.
        (
            "2012-01-16 10:00",
            "Australia/Lord_Howe",
            "2012-01-15 23:00",
            "10:00 am UTC+11 on Monday, January 16, 2012 / 6:00 pm EST on Sunday, January 15, 2012",
        ),
        (
            "2012-07-16 10:00",
            "Australia/Lord_Howe",
            "2012-07-15 23:30",
            "10:00 am UTC+10:30 on Monday, July 16, 2012 / 7:30 pm EDT on Sunday, July 15, 2012",
        ),
        # In Ramadan Morocco's clocks go back an hour, and on after it.
        (
            "2023-03-28 10:00",
            "Africa/Casablanca",
            "2023-03-28 10:00",
            "10:00 am UTC / 6:00 am EDT on Tuesday, March 28, 2023",
        ),
        (
            "2023-05-28 10:00",
            "Africa/Casablanca",
            "2023-05-28 09:00",
            "10:00 am UTC+1 / 5:00 am EDT on Sunday, May 28, 2023",
        ),
        # America's clocks have changed, Europe's not yet.
        (
            "2012-03-20 09:00",
            "America/New_York",
            "2012-03-20 13:00",
            "9:00 am EDT on Tuesday, March 20, 2012",
        ),
        (
            "2012-03-20 09:00",
            "Europe/London",
            "2012-03-20 09:00",
            "9:00 am GMT / 5:00 am EDT on Tuesday, March 20, 2012",
        ),
        # Europe's have, America's not yet.
        (
            "2012-11-01 09:00",
            "America/New_York",
            "2012-11-01 13:00",
            "9:00 am EDT on Thursday, November 1, 2012",
        ),
        (
            "2012-11-01 09:00",
            "Europe/London",
            "2012-11-01 09:00",
            "9:00 am GMT / 5:00 am EDT on Thursday, November 1, 2012",
        ),
        # Brazil's last summer of daylight time, and the first without.
        (
            "2018-12-16 09:00",
            "America/Sao_Paulo",
            "2018-12-16 11:00",
            "9:00 am UTC−2 / 6:00 am EST on Sunday, December 16, 2018",
        ),
        (
            "2019-12-16 09:00",
            "America/Sao_Paulo",
            "2019-12-16 12:00",
            "9:00 am UTC−3 / 7:00 am EST on Monday, December 16, 2019",
        ),
        # The last year that pytz knows.
        (
            "2037-07-15 09:00",
            "America/New_York",
            "2037-07-15 13:00",
            "9:00 am EDT on Wednesday, July 15, 2037",
        ),
        (
            "2037-12-15 09:00",
            "America/New_York",
            "2037-12-15 14:00",
            "9:00 am EST on Tuesday, December 15, 2037",
        ),
    ]
]


def on_a_page(page: str) -> datetime:
    """Return the instant of the first `<time>`: when the event begins."""
    found = re.search(r'<time datetime="([^"]+T[^"]+)"', page)
    assert found is not None, page
    return at(found[1])


def in_a_calendar(text: str) -> datetime:
    """Return the instant of DTSTART, by the VTIMEZONE that stands before it."""
    lines = unfolded(text.encode())
    [calendar] = tree(lines).parts
    [entry] = [part for part in calendar.parts if part.kind == "VEVENT"]
    [(_, parameters, value)] = [p for p in entry.properties if p[0] == "DTSTART"]
    wall = datetime.fromisoformat(value)
    if wall.tzinfo is None:
        zone = tzical(StringIO("\n".join(lines))).get(parameters.partition("=")[2])
        wall = wall.replace(tzinfo=zone)
    return at(wall)


def in_json(text: str) -> datetime:
    """Return the instant that programs are told."""
    [event] = json.loads(text)["events"]
    return at(event["starts_at"])


def by_wall_time(text: str) -> datetime:
    """Return the instant that the wall time and zone beside it mean, by the system's zone data."""
    [event] = json.loads(text)["events"]
    wall = datetime.fromisoformat(event["wall_time"])
    return at(wall.replace(tzinfo=gettz(event["zone"])))


def in_json_ld(page: str) -> datetime:
    """Return the instant that search engines are told."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert found is not None, page
    return at(json.loads(found[1])["startDate"])


CHANNELS: list[tuple[str, Callable[[str], datetime]]] = [
    (f"/events/{SLUG}", on_a_page),
    (f"/events/{SLUG}", in_json_ld),
    ("/", on_a_page),
    (f"/events/{SLUG}.ics", in_a_calendar),
    ("/calendar.ics", in_a_calendar),
    ("/calendar/conference.ics", in_a_calendar),
    ("/events.json", in_json),
    ("/events.json", by_wall_time),
]


@pytest.mark.parametrize(("starts", "zone", "instant", "words"), CASES)
def test_every_channel_names_the_same_instant(
    client: FlaskClient, show: Show, starts: str, zone: str, instant: str, words: str
) -> None:
    show(an_event(slug=SLUG, starts=starts, zone=zone, publish_at=PUBLISHED), now=instant)

    told = [(path, read(client.get(path).text)) for path, read in CHANNELS]

    assert told == [(path, at(instant)) for path, _ in CHANNELS]
    page = client.get(f"/events/{SLUG}").text
    assert re.findall(r'<time datetime="[^"]+">([^<]*)</time>', page)[0] == words
    text = client.get(f"/events/{SLUG}.ics").text.replace("\r\n ", "")
    assert words.replace(",", "\\,") in text
