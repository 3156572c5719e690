"""The small grammars: dates, clocks, zones, places, people, occasions, datelines, listening."""

from datetime import date, datetime, time

import pytest

from eventsched.domain.events import Kind
from eventsched.domain.releases.clocks import find_clocks
from eventsched.domain.releases.datelines import read_opening
from eventsched.domain.releases.dates import find_dates, resolve
from eventsched.domain.releases.hosts import known_host, stated_host
from eventsched.domain.releases.occasions import (
    find_calls,
    find_conferences,
    find_meetings,
    find_period,
    is_for_others,
)
from eventsched.domain.releases.people import find_people
from eventsched.domain.releases.places import find_places, zone_of_place
from eventsched.domain.releases.segmenter import cut
from eventsched.domain.releases.webcasts import (
    find_address,
    find_code,
    find_life,
    find_numbers,
    says_webcast,
)
from eventsched.domain.releases.zones import read_zone

RELEASED = date(2011, 12, 19)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("Friday, November 11, 2011", date(2011, 11, 11), None),
        ("11 November 2011", date(2011, 11, 11), None),
        ("the 3rd of May 2012", date(2012, 5, 3), None),
        ("2012-05-03", date(2012, 5, 3), None),
        ("25/12/2012", date(2012, 12, 25), None),
        ("Sept. 5-6, 2012", date(2012, 9, 5), date(2012, 9, 6)),
        ("30 June - 2 July 2012", date(2012, 6, 30), date(2012, 7, 2)),
        ("January 9", date(2012, 1, 9), None),
        ("December 20", date(2011, 12, 20), None),
        ("tomorrow", date(2011, 12, 20), None),
        ("today", date(2011, 12, 19), None),
    ],
)
def test_dates(words: str, first: date, last: date | None) -> None:
    (found,) = find_dates(words)
    day = resolve(found, released=RELEASED)
    assert day is not None
    assert (day.first, day.last, day.doubts) == (first, last, ())


@pytest.mark.parametrize(
    "words", ["may 5 people come", "February 30, 2012", "November 45, 2011", "in 2012", "9:30"]
)
def test_what_is_not_a_date(words: str) -> None:
    assert [day for found in find_dates(words) if (day := resolve(found, released=RELEASED))] == []


def test_a_weekday_that_does_not_fit_is_doubted() -> None:
    (found,) = find_dates("Wednesday, May 19, 2009")
    day = resolve(found, released=None)
    assert day is not None
    assert day.doubts == ("May 19, 2009 is a Tuesday, not a Wednesday.",)


@pytest.mark.parametrize(
    "words",
    ["ended May 5, 2011", "until May 5, 2011", "today announced", "of record on May 5, 2011"],
)
def test_deadlines_periods_and_the_day_of_telling_are_no_dates_of_events(words: str) -> None:
    (found,) = find_dates(words)
    assert found.deadline


@pytest.mark.parametrize(
    ("words", "clocks"),
    [
        ("9:00 am MST/11:00 am EST", [("09:00", "MST", None), ("11:00", "EST", None)]),
        ("12:30 a.m. ET", [("00:30", "ET", None)]),
        ("at noon Eastern Time", [("12:00", "Eastern Time", None)]),
        ("12 noon ET", [("12:00", "ET", None)]),
        ("13:00-16:30 CET", [("13:00", "CET", "16:30")]),
        ("9:00-9:30 a.m. ET", [("09:00", "ET", "09:30")]),
        ("11:30-12:15 p.m. ET", [("11:30", "ET", "12:15")]),
        ("10.30am AEDT", [("10:30", "AEDT", None)]),
        ("2:00 p.m. (Vancouver time)", [("14:00", "Vancouver time", None)]),
        ("at 10:00", [("10:00", None, None)]),
        ("raised $9.30 a share", []),
        ("(877) 555-0164", []),
        ("a ratio of 13 pm", []),
    ],
)
def test_clocks(words: str, clocks: list[tuple[str, str | None, str | None]]) -> None:
    found = [clock for group in find_clocks(words) for clock in group.clocks]
    shown = [
        (f"{c.time:%H:%M}", c.zone, f"{c.ends:%H:%M}" if c.ends is not None else None)
        for c in found
    ]
    assert shown == clocks


def test_clocks_of_one_instant_stand_together_and_others_apart() -> None:
    words = "at 9:00 a.m. ET (2:00 p.m. London time) and a reception at 6:00 p.m. ET"
    assert [len(group.clocks) for group in find_clocks(words)] == [2, 1]
    assert find_clocks("from 9:00 a.m. ET")[0].clocks[0].time == time(9)


JULY, JANUARY = datetime(2015, 7, 9, 10), datetime(2015, 1, 9, 10)


@pytest.mark.parametrize(
    ("words", "wall", "place", "zone", "doubted"),
    [
        ("EST", JANUARY, None, "America/New_York", False),
        ("EST", JULY, "America/New_York", "America/New_York", True),
        ("EST", JULY, None, "America/New_York", True),
        ("EST", JULY, "America/Jamaica", "America/Jamaica", False),
        ("MST", JULY, "America/Phoenix", "America/Phoenix", False),
        ("MST", JULY, "America/Denver", "America/Denver", True),
        ("MDT", JULY, "America/Phoenix", "America/Phoenix", True),
        ("ET", JULY, "America/Los_Angeles", "America/New_York", False),
        ("Eastern Time", JULY, "America/Toronto", "America/Toronto", False),
        ("CET", JULY, "Europe/Oslo", "Europe/Oslo", True),
        ("CEST", JULY, "Europe/Oslo", "Europe/Oslo", False),
        ("CST", JANUARY, "Asia/Shanghai", "Asia/Shanghai", False),
        ("CST", JANUARY, None, "America/Chicago", False),
        ("IST", JANUARY, None, "Asia/Kolkata", True),
        ("IST", JANUARY, "Asia/Jerusalem", "Asia/Jerusalem", False),
        ("GMT", JULY, "Europe/London", "Europe/London", True),
        ("EST", JANUARY, "Australia/Sydney", "Australia/Sydney", True),
        ("Vancouver time", JULY, None, "America/Vancouver", False),
    ],
)
def test_zones(words: str, wall: datetime, place: str | None, zone: str, doubted: bool) -> None:
    reading = read_zone(words, wall, places=(place,) if place else ())
    assert reading is not None
    assert (reading.zone, bool(reading.doubts)) == (zone, doubted)


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Phoenix, AZ", "America/Phoenix"),
        ("Dana Point, Calif.", "America/Los_Angeles"),
        ("Portland, Maine", "America/New_York"),
        ("Nashville, TN", "America/Chicago"),
        ("Pensacola, Florida", "America/Chicago"),
        ("Yokneam, Israel", "Asia/Jerusalem"),
        ("Vancouver, British Columbia", "America/Vancouver"),
        ("Stockholm", "Europe/Stockholm"),
        ("Cancun, Mexico", "America/Cancun"),
        ("Cancún", "America/Cancun"),
        ("Tijuana, Mexico", "America/Tijuana"),
        ("Puebla, Mexico", "America/Mexico_City"),
        ("Manaus, Brazil", "America/Manaus"),
        ("Vladivostok, Russia", "Asia/Vladivostok"),
        ("St. Petersburg, Russia", "Europe/Moscow"),
        ("Tbilisi, Georgia", "Asia/Tbilisi"),
        ("Atlanta, Georgia", "America/New_York"),
        ("Panama City, FL", "America/Chicago"),
        ("Panama City, Panama", "America/Panama"),
        ("Lima, Ohio", "America/New_York"),
        ("Nowhere", None),
        # The country that is named says that it is not the city that is known.
        ("London, Canada", None),
        ("London, ON, Canada", "America/Toronto"),
        ("Sydney, Nova Scotia", "America/Halifax"),
        ("Sydney, Canada", None),
        ("Vancouver, USA", None),
        ("Berlin, U.S.A.", None),
        ("Paris, Texas", "America/Chicago"),
        ("Birmingham, Alabama", "America/Chicago"),
        ("Birmingham, United Kingdom", "Europe/London"),
        ("Cambridge, Massachusetts", "America/New_York"),
        ("Cambridge, UK", "Europe/London"),
        ("Berlin, DE", "Europe/Berlin"),
        ("Dover, DE", "America/New_York"),
        ("Toronto, CA", "America/Toronto"),
        ("Phoenix, US", "America/Phoenix"),
        ("London, Somewhere", "Europe/London"),
        ("Saigon, Vietnam", "Asia/Ho_Chi_Minh"),
        ("Calcutta", "Asia/Kolkata"),
    ],
)
def test_places_and_their_zones(name: str, zone: str | None) -> None:
    assert zone_of_place(name) == zone


def test_a_house_is_not_a_city() -> None:
    words = "Lotte New York Palace Hotel, New York, NY"
    assert [place.name for place in find_places(words, 0, len(words))][-1] == "New York, NY"


@pytest.mark.parametrize(
    ("words", "people"),
    [
        ("Daniel Junius, President and CEO", [("Daniel Junius", "President and CEO")]),
        ("Daniel Junius. President and CEO", [("Daniel Junius", "President and CEO")]),
        ("CFO Carla Bassi will speak", [("Carla Bassi", "CFO")]),
        (
            "Harold T. Vance, Jr., chairman and CEO, and Susan Yee, vice president",
            [("Harold T. Vance, Jr.", "chairman and CEO"), ("Susan Yee", "vice president")],
        ),
        (
            "Thérèse Labat, Ph.D., the Company's President,",
            [("Thérèse Labat, Ph.D.", "President")],
        ),
        ("the executive committee", []),
    ],
)
def test_people(words: str, people: list[tuple[str, str]]) -> None:
    assert [(p.name, p.title) for p in find_people(words, 0, len(words))] == people


@pytest.mark.parametrize(
    ("words", "title", "host"),
    [
        ("at the 2011 Credit Suisse Healthcare Conference in", "2011 Credit Suisse Healthcare "
         "Conference", "Credit Suisse"),
        ("at the Sandler O'Neill + Partners East Coast Conference", "Sandler O'Neill + Partners "
         "East Coast Conference", "Sandler O'Neill + Partners"),
        ("on Friday, Baird Global Consumer, Technology & Services Conference", "Baird Global "
         "Consumer, Technology & Services Conference", "Baird"),
        ("at EnerCom's The Oil & Gas Conference", "EnerCom's The Oil & Gas Conference", "EnerCom"),
        ("Biotech Showcase", "Biotech Showcase", None),
    ],
)  # fmt: skip
def test_conferences(words: str, title: str, host: str | None) -> None:
    (occasion,) = find_conferences(words)
    assert (occasion.title, occasion.host) == (title, host)


@pytest.mark.parametrize(
    "words", ["a Conference Call", "the Annual Conference", "Investor Conference"]
)
def test_what_is_no_conferences_name(words: str) -> None:
    assert list(find_conferences(words)) == []


def test_meetings_of_doctors_and_buyers_are_not_for_investors() -> None:
    (occasion,) = find_conferences("the American Society of Hematology Symposium")
    assert is_for_others(occasion)


def test_meetings_calls_and_periods() -> None:
    (meeting,) = find_meetings("its 2012 annual meeting of stockholders")
    (call,) = find_calls("an earnings conference call")
    period = find_period("the fourth quarter and full year 2018 results", 0, 45)
    assert (meeting.kind, meeting.title) == (
        Kind.SHAREHOLDER_MEETING,
        "2012 Annual Meeting of Stockholders",
    )
    assert call.title == "Earnings Conference Call"
    assert period is not None
    assert period[0] == "fourth quarter and full year 2018"


def test_hosts() -> None:
    assert known_host("26th Annual ROTH Conference") == "ROTH"
    assert known_host("Rothschild Dinner") is None
    assert stated_host("Diggers & Dealers Mining Forum") == "Diggers & Dealers"


@pytest.mark.parametrize(
    ("line", "place", "wire", "issuer"),
    [
        ("WALTHAM, Mass., Nov. 2, 2011 (GLOBE NEWSWIRE) -- Acme, Inc. (Nasdaq:ACM) said",
         "WALTHAM, Mass.", "GLOBE NEWSWIRE", "Acme, Inc."),
        ("CAMBRIDGE, Mass.--(BUSINESS WIRE)--Sep. 2, 2014-- Acme Corp. (NYSE: ACM) said",
         "CAMBRIDGE, Mass.", "BUSINESS WIRE", "Acme Corp."),
        ("NEW YORK--(BUSINESS WIRE)--Acme Corp. (NYSE: ACM) said",
         "NEW YORK", "BUSINESS WIRE", "Acme Corp."),
        ("Oslo, 1 July 2014: Acme ASA (OSE: ACM) said", "Oslo", None, "Acme ASA"),
    ],
)  # fmt: skip
def test_datelines(line: str, place: str, wire: str | None, issuer: str) -> None:
    dateline = read_opening(f"Acme Speaks\n\n{line}").dateline
    assert (dateline.place, dateline.wire, dateline.issuer, dateline.ticker) == (
        place,
        wire,
        issuer,
        "ACM",
    )


def test_units_are_sentences_labels_and_cells_without_boilerplate() -> None:
    text = (
        "Acme Inc. will speak at 9:00 a.m. Eastern Time. Come.\n"
        "Date: May 5 Time: 9:00 a.m.\n"
        "Date | Event\nMay 6 | Roth Conference\n"
        "\nAbout Acme\nAcme will speak on May 7."
    )
    assert [(unit.label, text[unit.start : unit.end]) for unit in cut(text, 0)] == [
        (None, "Acme Inc. will speak at 9:00 a.m. Eastern Time."),
        (None, "Come."),
        ("date", "May 5"),
        ("time", "9:00 a.m."),
        ("event", "Roth Conference"),
        ("date", "May 6"),
    ]


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("for one week", 7),
        ("for 30 days", 30),
        ("for a period of two weeks", 14),
        ("for one year", 365),
        ("for 48 hours", 2),
        ("within two hours of the call", None),
        ("approximately two hours after the call", None),
        ("15 minutes before", None),
    ],
)
def test_how_long_a_recording_is_kept(words: str, days: int | None) -> None:
    life = find_life(words, 0, len(words))
    assert (life.days if life else None) == days


def test_listening() -> None:
    words = "Dial (877) 555-0173 or +44 20 7555 0600, conference ID 40118822, www.acme.example/ir."
    numbers = find_numbers(words, 0, len(words), listed=False)
    code, address = find_code(words, 0, len(words)), find_address(f"webcast: {words}", 0, 200)
    assert [number.text for number in numbers] == ["(877) 555-0173", "+44 20 7555 0600"]
    assert code is not None
    assert code.text == "40118822"
    assert address is not None
    assert address.text == "www.acme.example/ir"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("The call will be webcast live", True),
        ("The presentation will not be webcast", False),
        ("Where a talk is webcast, a link follows", None),
        ("We met in Boston", None),
    ],
)
def test_webcast_yes_no_or_unsaid(words: str, said: bool | None) -> None:
    assert says_webcast(words) is said
