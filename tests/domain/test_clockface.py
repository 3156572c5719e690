"""Dates and times as people type them."""

from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsched.domain.clockface import UnreadableTime, read_date, read_time

ELEVENTH = date(2011, 11, 11)


@pytest.mark.parametrize(
    "typed",
    [
        *("2011-11-11", "Nov 11 2011", "Nov 11, 2011", "Nov. 11, 2011", "November 11, 2011"),
        *("november 11th 2011", "11 November 2011", "11 Nov. 2011", "11th nov, 2011"),
        *("  Nov\t11,\n 2011 ", "11. November 2011"),
    ],
)
def test_a_date_is_read_as_people_write_it(typed: str) -> None:
    assert read_date(typed) == ELEVENTH


@pytest.mark.parametrize(
    "typed",
    [
        *("", "11/11/2011", "11.11.2011", "20111111", "11-11-2011", "2011-11", "Nov 2011", "today"),
        *("Nov 31, 2011", "Feb 29, 2011", "2011-13-01", "2011-00-10", "0000-01-01", "Nov 0, 2011"),
        *("Smarch 11, 2011", "J 11, 2011", "Nov 11, 11", "Nov 11, 2011 9am", "2011-11-11\0"),
        *("Friday, November 11, 2011", "\ud800", "9" * 1_000_000, "Nov " + " " * 9 + "x" * 999_999),
    ],
)
def test_what_is_no_one_date_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableTime) as refused:
        read_date(typed)
    assert len(str(refused.value)) < 150


@pytest.mark.parametrize(
    ("typed", "clock"),
    [
        *[(typed, time(9)) for typed in ("09:00", "9:00", "9am", "9 AM", "9:00 a.m.", "9.00")],
        *[(typed, time(12)) for typed in ("noon", "Noon", "12 noon", "12pm", "12:00 pm", "12:00")],
        *[(typed, time(0)) for typed in ("12am", "12:00 a.m.", "00:00", "0:00")],
        *[(typed, time(21, 30)) for typed in ("9:30 pm", "9:30p.m.", "21:30", " 9:30  PM ")],
        ("23:59:59", time(23, 59, 59)),
        ("12:30 am", time(0, 30)),
        ("12:59 pm", time(12, 59)),
        ("11:59:59 pm", time(23, 59, 59)),
    ],
)
def test_a_time_of_day_is_read_as_people_write_it(typed: str, clock: time) -> None:
    assert read_time(typed) == clock


@pytest.mark.parametrize(
    "typed",
    [
        *("", "9", "21", "13pm", "0am", "13:00 pm", "24:00", "12:60", "09:00:60", "-9:00", "9:0"),
        *("midnight", "9 o'clock", "9am EST", "9:00-10:00", "9:00 xm", "9:00+02:00", "09:00Z"),
        *("09:00\0", "\ud800", ":", "am", "9" * 1_000_000, "9" + " " * 1_000_000 + "x"),
    ],
)
def test_what_is_no_one_time_of_day_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableTime) as refused:
        read_time(typed)
    assert len(str(refused.value)) < 150


@given(st.dates())
def test_every_date_is_read_from_each_of_its_spellings(day: date) -> None:
    spellings = (day.isoformat(), f"{day:%B %d}, {day.year:04}", f"{day:%d %b} {day.year:04}")
    assert {read_date(spelling) for spelling in spellings} == {day}


@given(st.times().map(lambda clock: clock.replace(microsecond=0)))
def test_every_time_is_read_from_each_of_its_spellings(clock: time) -> None:
    spellings = (clock.isoformat(), f"{clock:%I:%M:%S %p}", f"{clock:%I:%M:%S}{clock:%p}".lower())
    assert {read_time(spelling) for spelling in spellings} == {clock}


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(typed: str) -> None:
    for read in (read_date, read_time):
        with suppress(UnreadableTime):
            read(typed)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [("9am EST", "EST"), ("9:15 am (MST)", "MST"), ("14:30 utc", "UTC"), ("9 a.m. et", "ET")],
)
def test_a_zone_behind_a_time_is_named_and_not_guessed_at(typed: str, zone: str) -> None:
    with pytest.raises(UnreadableTime, match=f"Leave “{zone}” out: the time is on the clock of"):
        read_time(typed)
