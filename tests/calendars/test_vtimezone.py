"""Our VTIMEZONEs tell the same time as pytz, as other programs read them."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
import vobject
from dateutil.rrule import rrulestr
from dateutil.tz import tzical
from icalendar import Timezone

from eventsched.calendars.posix_rules import YearlyDay, read_rules
from eventsched.calendars.vtimezone import vtimezone
from eventsched.domain.times import TimeProblem, UnknownZone, instant_of, local

# Zones with something of their own: half an hour of daylight time, three quarters of an hour of
# offset, none, once and abolished, by decree, backwards, across midnight and across a month's end.
HARD_ZONES = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/El_Aaiun",
    "America/Godthab",
    "America/Havana",
    "America/New_York",
    "America/Nuuk",
    "America/Phoenix",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/Vancouver",
    "Antarctica/Troll",
    "Asia/Gaza",
    "Asia/Jerusalem",
    "Asia/Kathmandu",
    "Asia/Pyongyang",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Europe/Istanbul",
    "Europe/London",
    "Europe/Moscow",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Norfolk",
]

NEW_YORK = b"""\
BEGIN:VTIMEZONE
TZID:America/New_York
BEGIN:DAYLIGHT
DTSTART:20070311T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
TZNAME:EDT
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20071104T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
TZNAME:EST
END:STANDARD
END:VTIMEZONE
"""


def test_new_york_is_one_daylight_and_one_standard() -> None:
    written = vtimezone("America/New_York", first_year=2011)
    assert written == NEW_YORK.replace(b"\n", b"\r\n")


def test_years_before_the_rule_are_listed_one_by_one() -> None:
    written = vtimezone("America/New_York", first_year=2006).decode()
    assert [line for line in written.split("\r\n") if line.startswith("DTSTART")] == [
        "DTSTART:20051030T020000",
        "DTSTART:20060402T020000",
        "DTSTART:20061029T020000",
        "DTSTART:20070311T020000",
        "DTSTART:20071104T020000",
    ]


def test_ireland_puts_its_clocks_forward_in_summer_like_everyone() -> None:
    components = Timezone.from_ical(vtimezone("Europe/Dublin", first_year=2011)).subcomponents
    assert [(c.name, c["TZNAME"], c["TZOFFSETTO"].to_ical()) for c in components] == [
        ("DAYLIGHT", "IST", "+0100"),
        ("STANDARD", "GMT", "+0000"),
    ]


def test_a_rule_that_meets_a_month_s_end_is_written_as_two() -> None:
    written = vtimezone("Africa/Cairo", first_year=2026).decode()
    assert [line for line in written.split("\r\n") if line.startswith("RRULE")] == [
        "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=FR;BYMONTHDAY=1",
        "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=-1FR",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=FR;BYMONTHDAY=26,27,28,29,30,31",
    ]


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(UnknownZone):
        vtimezone("Mars/Olympus", first_year=2011)


@pytest.mark.parametrize("zone", HARD_ZONES)
def test_dateutil_reads_the_same_instants_as_pytz_does(zone: str) -> None:
    calendar = io.StringIO(vtimezone(zone, first_year=2010).decode())
    read = tzical(calendar).get(zone)
    assert read is not None
    wrong = [
        wall
        for wall in _walls_every(timedelta(hours=39, minutes=30), 2010, 2038)
        if (instant := _plain_instant(wall, zone)) is not None
        and wall.replace(tzinfo=read).astimezone(UTC) != instant
    ]
    assert wrong == []


@pytest.mark.parametrize("zone", HARD_ZONES)
def test_vobject_reads_the_same_offsets_as_pytz_does(zone: str) -> None:
    wall = datetime(2029, 7, 4, 12)
    event = f"BEGIN:VEVENT\r\nUID:a\r\nDTSTART;TZID={zone}:{wall:%Y%m%dT%H%M%S}\r\nEND:VEVENT\r\n"
    zones = vtimezone(zone, first_year=2010).decode()
    read = vobject.readOne(f"BEGIN:VCALENDAR\r\n{zones}{event}END:VCALENDAR\r\n")
    assert read.vevent.dtstart.value.astimezone(UTC) == instant_of(wall, zone)


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Dublin", "Australia/Lord_Howe"])
def test_the_rule_goes_on_after_the_zone_data_end(zone: str) -> None:
    read = tzical(io.StringIO(vtimezone(zone, first_year=2010).decode())).get(zone)
    assert read is not None
    for month in (1, 7):
        known = local(instant_of(datetime(2036, month, 15, 12), zone), zone).utcoffset()
        assert datetime(2061, month, 15, 12, tzinfo=read).utcoffset() == known


@pytest.mark.parametrize(
    ("rule", "year", "falls"),
    [
        pytest.param("M3.2.0", 2026, datetime(2026, 3, 8, 2), id="second Sunday, two o'clock"),
        pytest.param("M10.5.4/24", 2024, datetime(2024, 11, 1), id="last Thursday, next month"),
        pytest.param("M10.5.4/24", 2026, datetime(2026, 10, 30), id="last Thursday, next day"),
        pytest.param("M3.4.4/50", 2026, datetime(2026, 3, 28, 2), id="two days after"),
        pytest.param("M3.5.0/-1", 2026, datetime(2026, 3, 28, 23), id="an hour before"),
        pytest.param("M2.5.0", 2024, datetime(2024, 2, 25, 2), id="last Sunday of February"),
        pytest.param("J60/0", 2024, datetime(2024, 3, 1), id="J60 is 1 March in a leap year"),
        pytest.param("J60/0", 2023, datetime(2023, 3, 1), id="J60 is 1 March in any year"),
    ],
)
def test_a_posix_rule_falls_on_its_day(rule: str, year: int, falls: datetime) -> None:
    assert _day(rule).in_year(year) == falls


@pytest.mark.parametrize("week", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("clock", ["-25", "-1", "0", "2", "24", "50", "167"])
def test_recurrences_fall_on_the_posix_rule_s_days(month: int, week: int, clock: str) -> None:
    day = _day(f"M{month}.{week}.4/{clock}")
    recurrences = day.recurrences()
    falls = {day.in_year(year).date() for year in range(2000, 2028)}
    first = datetime(2000, 1, 1)
    found = {
        moment.date() for recurrence in recurrences for moment in _expanded(recurrence.rrule, first)
    }
    assert found == (falls if recurrences else set())
    # Where February's length matters and at the year's ends, single onsets do instead.
    assert recurrences or month in (1, 2, 3, 12)


def test_rules_by_day_number_are_left_to_single_onsets() -> None:
    assert read_rules("XST5XDT,59/2,300/2") is None
    assert read_rules("EST5") is None


def test_a_date_has_a_yearly_rule() -> None:
    assert [r.rrule for r in _day("J60/0").recurrences()] == ["FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1"]
    assert _day("J59/24").recurrences() == []


def _day(rule: str) -> YearlyDay:
    rules = read_rules(f"XST5XDT,{rule},M1.1.0")
    assert rules is not None
    return rules.begins


def _expanded(rrule: str, first: datetime) -> list[datetime]:
    return list(rrulestr(rrule, dtstart=first).between(first, datetime(2027, 12, 31, 23), inc=True))


def _walls_every(step: timedelta, first_year: int, last_year: int) -> list[datetime]:
    begins, ends = (
        datetime(first_year, 1, 1),
        datetime.combine(date(last_year, 1, 1), datetime.min.time()),
    )
    return [begins + step * count for count in range((ends - begins) // step)]


def _plain_instant(wall: datetime, zone: str) -> datetime | None:
    """Return the one instant at which clocks show `wall`, or None."""
    try:
        return instant_of(wall, zone)
    except TimeProblem:
        return None
