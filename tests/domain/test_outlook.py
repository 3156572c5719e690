"""The coming weeks as a picture."""

from datetime import date

import pytest

from eventsched.domain.outlook import MOST_LINES, Span, outlook
from tests.builders import an_event, at

HOME = "America/New_York"
# A Wednesday, three seventh parts into a week of eight.
NOW = at("2011-11-09 05:00")
PHOENIX = an_event(slug="phoenix")


def test_the_weeks_begin_with_this_monday_at_home() -> None:
    view = outlook([], HOME, now=NOW)
    assert [week.begins for week in view.weeks][:3] == [
        date(2011, 11, 7),
        date(2011, 11, 14),
        date(2011, 11, 21),
    ]
    assert [week.position for week in view.weeks] == [0, 12.5, 25, 37.5, 50, 62.5, 75, 87.5]
    assert view.present == pytest.approx(12.5 * 2 / 7, abs=0.01)


def test_an_event_lies_where_its_day_is_and_its_replay_after_it() -> None:
    (line,) = outlook([PHOENIX], HOME, now=NOW).lines
    assert line.begins == pytest.approx(12.5 * (4 + 11 / 24) / 7, abs=0.01)
    assert line.published is None
    assert line.replay == Span(start=8.04, end=20.54)
    assert not line.is_posted


def test_what_was_published_this_week_shows_when() -> None:
    (line,) = outlook([an_event(publish_at="2011-11-10 05:00")], HOME, now=NOW).lines
    assert line.published == pytest.approx(12.5 * 3 / 7, abs=0.01)


@pytest.mark.parametrize(
    ("said", "now", "is_shown"),
    [
        pytest.param({}, at("2011-09-01 12:00"), False, id="later than eight weeks"),
        pytest.param({}, at("2011-11-17 12:00"), True, id="its replay is promised"),
        pytest.param({}, at("2011-11-19 12:00"), False, id="its replay has closed"),
        pytest.param({"replay_days": None}, at("2011-11-14 12:00"), False, id="over"),
        pytest.param({"standing": "withdrawn"}, NOW, False, id="withdrawn"),
        pytest.param({"standing": "cancelled"}, NOW, True, id="cancelled"),
        pytest.param({"starts": "2011-11-11"}, NOW, True, id="no time yet"),
        pytest.param(
            {"standing": "draft", "publish_at": None},
            at("2011-11-14 12:00"),
            False,
            id="a draft whose day is over",
        ),
    ],
)
def test_what_is_to_come_or_can_be_replayed_has_a_line(
    said: dict[str, object], now: object, is_shown: bool
) -> None:
    view = outlook([an_event(**said)], HOME, now=now)  # type: ignore[arg-type]
    assert bool(view.lines) == is_shown


def test_what_was_called_off_promises_no_replay() -> None:
    (line,) = outlook([an_event(standing="cancelled")], HOME, now=NOW).lines
    assert (line.begins is None, line.replay) == (False, None)


def test_a_replay_that_goes_on_beyond_the_weeks_is_cut_at_their_end() -> None:
    (line,) = outlook([an_event(replay_days=300)], HOME, now=NOW).lines
    assert line.replay is not None
    assert line.replay.end == 100


def test_more_than_fit_are_counted() -> None:
    many = [an_event(slug=f"event-{number}") for number in range(MOST_LINES + 3)]
    view = outlook(many, HOME, now=NOW)
    assert (len(view.lines), view.more) == (MOST_LINES, 3)
