"""Stated clocks must be one instant, in season, and the city's."""

from datetime import date, datetime

import pytest

from eventsched.domain.releases.arithmetic import Moment, Setting, moment_of
from eventsched.domain.releases.clocks import find_clocks
from eventsched.domain.releases.dates import find_dates
from eventsched.domain.releases.reading import plain


def a_moment(words: str, day: str, **setting: str) -> Moment:
    (group,) = find_clocks(words, find_dates(words))
    return moment_of(group, date.fromisoformat(day), Setting(**setting))


PHOENIX = {"city": "America/Phoenix", "city_name": "Phoenix, AZ"}


@pytest.mark.parametrize(
    ("words", "day", "instant"),
    [
        pytest.param("9:00 am MST/11:00 am EST", "2011-11-11", "2011-11-11T16:00:00Z", id="winter"),
        pytest.param("9:00 am MST/12:00 pm EDT", "2011-07-11", "2011-07-11T16:00:00Z", id="summer"),
    ],
)
def test_phoenix_keeps_one_clock_all_year(words: str, day: str, instant: str) -> None:
    moment = a_moment(words, day, **PHOENIX)
    assert (moment.zone, plain(moment.instant), moment.doubts) == ("America/Phoenix", instant, [])


def test_clocks_that_are_not_one_instant_are_doubted() -> None:
    moment = a_moment("8:00 a.m. MST/11:00 a.m. EST", "2012-01-11")
    assert [(doubt.field, doubt.reason) for doubt in moment.doubts] == [
        (
            "wall_time",
            "The stated clocks are not one instant: 08:00 MST and 11:00 EST are 1 h apart.",
        )
    ]


def test_a_day_apart_is_only_a_date_unsaid() -> None:
    moment = a_moment("8:00 PM Eastern Time (8:00 AM Beijing Time)", "2017-08-17")
    assert (plain(moment.instant), moment.doubts) == ("2017-08-18T00:00:00Z", [])


def test_est_in_july_is_the_wall_clock_and_doubted() -> None:
    moment = a_moment("11:00 a.m. EST", "2013-07-25")
    assert plain(moment.instant) == "2013-07-25T15:00:00Z"
    assert [doubt.field for doubt in moment.doubts] == ["zone"]


def test_the_only_clock_should_be_the_citys() -> None:
    moment = a_moment("5:00 p.m. ET", "2022-09-13", city="America/Los_Angeles", city_name="SF")
    assert plain(moment.instant) == "2022-09-13T21:00:00Z"
    assert [doubt.reason for doubt in moment.doubts] == [
        "17:00 ET is not the clock of SF, which then shows 14:00."
    ]


def test_without_a_zone_the_city_is_taken_and_without_a_city_nothing() -> None:
    taken = a_moment("9:00 a.m.", "2022-09-13", **PHOENIX)
    nothing = a_moment("9:00 a.m.", "2022-09-13")
    assert (taken.zone, [doubt.field for doubt in taken.doubts]) == ("America/Phoenix", ["zone"])
    assert (nothing.zone, nothing.instant) == (None, None)
    assert [doubt.field for doubt in nothing.doubts] == ["zone"]


def test_local_time_is_the_citys_without_a_doubt() -> None:
    moment = a_moment("9:00 a.m. local time", "2022-09-13", **PHOENIX)
    assert (moment.zone, moment.doubts) == ("America/Phoenix", [])


@pytest.mark.parametrize("words", ["2:30 a.m. ET", "1:30 a.m. ET"])
def test_a_time_that_the_clocks_skip_or_repeat_is_never_guessed(words: str) -> None:
    day = "2022-03-13" if words.startswith("2") else "2022-11-06"
    moment = a_moment(words, day)
    assert moment.instant is None
    assert [doubt.field for doubt in moment.doubts] == ["wall_time"]


def test_american_clocks_need_am_or_pm() -> None:
    assert [d.field for d in a_moment("at 2:30 ET", "2022-09-13").doubts] == ["wall_time"]
    assert a_moment("14:30 ET", "2022-09-13").doubts == []


def test_an_end_after_midnight_is_the_next_day() -> None:
    moment = a_moment("11:00 p.m. to 1:00 a.m. ET", "2022-09-13")
    assert moment.wall == datetime(2022, 9, 13, 23)
    assert plain(moment.ends) == "2022-09-14T05:00:00Z"
