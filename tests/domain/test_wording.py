"""How dates and times read. No time is ever without a zone."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsched.domain.wording import (
    both_clocks,
    clock_words,
    date_words,
    deadline_words,
    duration_words,
    left_words,
    live_words,
    long_date_words,
    place_words,
    replay_words,
    short_date_words,
    when_words,
    zone_words,
)
from tests.builders import an_event, at, facts
from tests.strategies import ZONES

HOME = "America/New_York"
WINTER, SUMMER = "2011-01-15 12:00", "2011-07-15 12:00"


@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [
        ("America/New_York", "EST", "EDT"),
        ("America/Phoenix", "MST", "MST"),
        ("America/Chicago", "CST", "CDT"),
        ("America/St_Johns", "NST", "NDT"),
        ("America/Halifax", "AST", "ADT"),
        ("America/Anchorage", "AKST", "AKDT"),
        ("Pacific/Honolulu", "HST", "HST"),
        ("US/Eastern", "EST", "EDT"),
        ("Europe/London", "GMT", "BST"),
        ("Europe/Zurich", "CET", "CEST"),
        ("Asia/Tokyo", "JST", "JST"),
        ("Australia/Sydney", "AEDT", "AEST"),
        ("UTC", "UTC", "UTC"),
        pytest.param("Asia/Shanghai", "CST (UTC+8)", "CST (UTC+8)", id="not Chicago"),
        pytest.param("America/Havana", "CST (UTC−5)", "CDT (UTC−4)", id="nor this"),
        pytest.param("Asia/Kolkata", "IST (UTC+5:30)", "IST (UTC+5:30)", id="India"),
        pytest.param("Asia/Jerusalem", "IST (UTC+2)", "IDT (UTC+3)", id="Israel"),
        pytest.param("Europe/Dublin", "GMT", "IST (UTC+1)", id="Ireland"),
        pytest.param("Asia/Manila", "PST (UTC+8)", "PST (UTC+8)", id="not Los Angeles"),
        pytest.param("Atlantic/Bermuda", "AST (UTC−4)", "ADT (UTC−3)", id="not Arabia"),
        pytest.param("Africa/Johannesburg", "SAST (UTC+2)", "SAST (UTC+2)", id="Johannesburg"),
        pytest.param("Asia/Kathmandu", "UTC+5:45", "UTC+5:45", id="no letters"),
        pytest.param("America/Sao_Paulo", "UTC−2", "UTC−3", id="no letters either"),
        pytest.param("Australia/Lord_Howe", "UTC+11", "UTC+10:30", id="half an hour"),
    ],
)
def test_a_zone_is_named_so_that_nobody_mistakes_it(zone: str, winter: str, summer: str) -> None:
    assert (zone_words(at(WINTER), zone), zone_words(at(SUMMER), zone)) == (winter, summer)


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        ("2011-11-11 16:00", "9:00 am MST"),
        ("2011-11-11 07:00", "12:00 am MST"),
        ("2011-11-11 07:01", "12:01 am MST"),
        ("2011-11-11 19:00", "12:00 pm MST"),
        ("2011-11-11 19:30:15", "12:30:15 pm MST"),
        ("2011-11-12 06:59", "11:59 pm MST"),
    ],
)
def test_a_clock_reads_as_wires_write_it(instant: str, words: str) -> None:
    assert clock_words(at(instant), "America/Phoenix") == words


def test_a_date_has_four_lengths() -> None:
    day = date(2011, 11, 1)
    assert date_words(day) == "November 1, 2011"
    assert long_date_words(day) == "Tuesday, November 1, 2011"
    assert short_date_words(day) == "Nov 1, 2011"
    assert deadline_words(at("2011-11-18 17:00"), HOME) == "November 18, 2011, 12:00 pm EST"


@pytest.mark.parametrize(
    ("instant", "zone", "words"),
    [
        (
            "2011-11-11 16:00",
            "America/Phoenix",
            "9:00 am MST / 11:00 am EST on Friday, November 11, 2011",
        ),
        ("2011-11-15 16:30", "America/New_York", "11:30 am EST on Tuesday, November 15, 2011"),
        ("2011-11-15 16:30", "America/Toronto", "11:30 am EST on Tuesday, November 15, 2011"),
        (
            "2011-11-15 16:30",
            "America/Panama",
            "11:30 am EST on Tuesday, November 15, 2011",
        ),
        (
            "2011-11-15 23:30",
            "Asia/Tokyo",
            "8:30 am JST on Wednesday, November 16, 2011 / "
            "6:30 pm EST on Tuesday, November 15, 2011",
        ),
        pytest.param(
            "2011-11-06 06:30",
            "America/Chicago",
            "1:30 am CDT on Sunday, November 6, 2011",
            id="both clocks show the same",
        ),
    ],
)
def test_the_events_clock_comes_first_and_the_issuers_beside_it(
    instant: str, zone: str, words: str
) -> None:
    assert both_clocks(at(instant), zone, HOME) == words


def test_a_time_that_is_open_is_said_to_be() -> None:
    words = "Friday, November 11, 2011 (time to be announced)"
    assert when_words(an_event(starts="2011-11-11"), HOME) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (1, "1 minute"),
        (45, "45 minutes"),
        (60, "60 minutes"),
        (89, "89 minutes"),
        (90, "1 hour 30 minutes"),
        (120, "2 hours"),
        (1440, "1 day"),
        (1501, "1 day 1 hour 1 minute"),
        (10080, "7 days"),
    ],
)
def test_a_duration_reads_as_people_say_it(minutes: int, words: str) -> None:
    assert duration_words(timedelta(minutes=minutes)) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute"),
        (59.999, "less than a minute"),
        (60, "1 minute"),
        (3599, "59 minutes"),
        (3600, "1 hour"),
        (86399, "23 hours"),
        (86400, "1 day"),
        (604799.9, "6 days"),
    ],
)
def test_what_is_left_is_never_said_to_be_more(seconds: float, words: str) -> None:
    assert left_words(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("venue", "city", "words"),
    [
        ("The Biltmore", "Phoenix, AZ", "The Biltmore, Phoenix, AZ"),
        ("", "Phoenix, AZ", "Phoenix, AZ"),
        ("The Biltmore", "", "The Biltmore"),
        ("", "", ""),
    ],
)
def test_a_place_is_as_much_as_is_known(venue: str, city: str, words: str) -> None:
    assert place_words(facts(venue=venue, city=city)) == words


START, END, CLOSE = "2011-11-11 16:00", "2011-11-11 17:00", "2011-11-18 17:00"
BEGINS = "The live webcast begins at 9:00 am MST / 11:00 am EST on Friday, November 11, 2011."
ENDED = "The live webcast ended on November 11, 2011, 12:00 pm EST."
WILL_BE = "The replay will be posted here and stay available until November 18, 2011, 12:00 pm EST."
AVAILABLE = "Replay available until November 18, 2011, 12:00 pm EST"
WAS = "The replay closed on November 18, 2011, 12:00 pm EST."
NEVER_WAS = "No replay is posted, though one was promised until November 18, 2011, 12:00 pm EST."


@pytest.mark.parametrize(
    ("said", "now", "live", "replay"),
    [
        ({}, "2011-11-11 15:59:59", BEGINS, AVAILABLE),
        ({}, START, "The webcast is live now.", AVAILABLE),
        pytest.param({}, END, ENDED, WILL_BE, id="no recording yet"),
        ({"replay_posted_at": END}, END, ENDED, AVAILABLE),
        ({"replay_posted_at": END}, "2011-11-18 16:59:59", ENDED, AVAILABLE),
        ({"replay_posted_at": END}, CLOSE, ENDED, WAS),
        pytest.param({}, CLOSE, ENDED, NEVER_WAS, id="no recording ever"),
        pytest.param(
            {"replay_posted_at": CLOSE}, CLOSE, ENDED, NEVER_WAS, id="a recording that came late"
        ),
        ({"live_url": None}, START, "", AVAILABLE),
        ({"replay_days": None}, START, "The webcast is live now.", ""),
        ({"standing": "cancelled"}, START, "", ""),
        ({"standing": "postponed"}, START, "", ""),
        pytest.param(
            {"starts": "2011-11-11"},
            START,
            "The time of the live webcast is to be announced.",
            "A replay will be available for 7 days.",
            id="time to be announced",
        ),
        pytest.param(
            {"starts": "2011-11-11", "replay_days": 1},
            "2011-11-12 07:00",
            "The live webcast has ended.",
            "A replay will be available for 1 day.",
            id="its day is over",
        ),
        pytest.param(
            {"starts": "2011-11-11", "replay_days": None, "replay_until": "2011-12-01 17:00"},
            START,
            "The time of the live webcast is to be announced.",
            "A replay will be available after the presentation.",
            id="time to be announced, replay until an instant",
        ),
    ],
)
def test_the_state_of_webcast_and_replay_is_a_sentence(
    said: dict[str, Any], now: str, live: str, replay: str
) -> None:
    event = an_event(**said)
    assert live_words(event, HOME, now=at(now)) == live
    assert replay_words(event, HOME, now=at(now)) == replay


@given(
    instant=st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1)).map(at),
    zone=st.sampled_from(ZONES),
)
def test_no_time_is_ever_without_a_zone(instant: datetime, zone: str) -> None:
    words = both_clocks(instant, zone, HOME)
    clocks = re.findall(r"\d+:\d\d(?::\d\d)? [ap]m", words)
    assert len(clocks) == len(re.findall(r"[ap]m (?:[A-Z]{2,5}|UTC[+−][\d:]+)\b", words))
