"""Last year's event once more."""

from datetime import date

import pytest

from eventsched.domain.next_time import likely_day, on_day
from tests.builders import a_draft


@pytest.mark.parametrize(
    ("last", "today", "likely"),
    [
        pytest.param("2011-11-11", "2012-08-01", "2012-11-09", id="a year on"),
        pytest.param("2011-11-11", "2011-11-01", "2012-11-09", id="before it was"),
        pytest.param("2011-11-11", "2012-11-09", "2013-11-08", id="on the day itself"),
        pytest.param("2011-11-11", "2014-02-01", "2014-11-07", id="years later"),
        pytest.param("2012-02-29", "2012-03-01", "2013-02-27", id="a leap day"),
    ],
)
def test_the_weekday_stays(last: str, today: str, likely: str) -> None:
    was, then = date.fromisoformat(last), date.fromisoformat(likely)
    assert likely_day(was, today=date.fromisoformat(today)) == then
    assert was.weekday() == then.weekday()


@pytest.mark.parametrize(
    ("title", "typed", "becomes"),
    [
        ("2011 Healthcare Conference", "2012-11-09", "2012 Healthcare Conference"),
        ("Healthcare Conference", "2012-11-09", "Healthcare Conference"),
        ("Room 20111 in 2011", "Nov 9, 2012", "Room 20111 in 2012"),
        ("2011 Healthcare Conference", "soon", "2011 Healthcare Conference"),
    ],
)
def test_the_year_in_a_title_moves_along(title: str, typed: str, becomes: str) -> None:
    moved = on_day(a_draft(title=title), typed, last=date(2011, 11, 11))
    assert (moved.title, moved.date) == (becomes, typed)
