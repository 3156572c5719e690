"""What the public pages say of the two conferences of the release of 2 November 2011, and when."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsched.domain.events import Event, Presenter
from eventsched.domain.lifecycle import GateState, Phase, TransitionKind, next_transition
from eventsched.web.views import (
    EventView,
    Gate,
    Leaf,
    Moment,
    PastYear,
    Point,
    event_view,
    list_view,
)
from tests.builders import NEW_YORK, an_event, an_issuer, at

ANNOUNCED = at("2011-11-02 12:00")
BEGINS = at("2011-11-11 16:00")
ENDS = at("2011-11-11 17:00")
CLOSES = at("2011-11-18 17:00")
SECOND = timedelta(seconds=1)

LIVE_BEGINS = "The live webcast begins at 9:00 am MST / 11:00 am EST on Friday, November 11, 2011."
LIVE_ENDED = "The live webcast ended on November 11, 2011, 12:00 pm EST."
REPLAY_UNTIL = "Replay available until November 18, 2011, 12:00 pm EST"
REPLAY_TO_FOLLOW = (
    "The replay will be posted here and stay available until November 18, 2011, 12:00 pm EST."
)
REPLAY_CLOSED = "The replay closed on November 18, 2011, 12:00 pm EST."


def phoenix(**typed: Any) -> Event:
    return an_event(replay_posted_at=ANNOUNCED, **typed)


def seen(event: Event, now: datetime | str) -> EventView:
    return event_view(event, an_issuer(), now=at(now))


def test_the_phoenix_conference_reads_as_in_the_release() -> None:
    view = seen(phoenix(), ANNOUNCED)
    assert view.title == "2011 Credit Suisse Healthcare Conference"
    assert view.when == Moment(
        iso="2011-11-11T09:00:00-07:00",
        words="9:00 am MST / 11:00 am EST on Friday, November 11, 2011",
    )
    assert view.leaf == Leaf(month="Nov", day="11", weekday="Friday", year="2011")
    assert view.place == "Phoenix, AZ"
    assert view.duration == "60 minutes"
    assert view.presenters == (Presenter(name="Daniel Junius", title="President and CEO"),)


def test_the_new_york_conference_has_one_clock() -> None:
    assert seen(an_event(like=NEW_YORK), ANNOUNCED).when == Moment(
        iso="2011-11-15T11:30:00-05:00",
        words="11:30 am EST on Tuesday, November 15, 2011",
    )


@pytest.mark.parametrize(
    ("now", "phase", "live", "replay"),
    [
        pytest.param(ANNOUNCED, Phase.UPCOMING, LIVE_BEGINS, REPLAY_UNTIL, id="announced"),
        pytest.param(
            BEGINS - SECOND, Phase.UPCOMING, LIVE_BEGINS, REPLAY_UNTIL, id="a second before"
        ),
        pytest.param(BEGINS, Phase.LIVE, "The webcast is live now.", REPLAY_UNTIL, id="begins"),
        pytest.param(
            ENDS - SECOND, Phase.LIVE, "The webcast is live now.", REPLAY_UNTIL, id="last second"
        ),
        pytest.param(ENDS, Phase.REPLAY_OPEN, LIVE_ENDED, REPLAY_UNTIL, id="has ended"),
        pytest.param(
            CLOSES - SECOND, Phase.REPLAY_OPEN, LIVE_ENDED, REPLAY_UNTIL, id="replay's last second"
        ),
        pytest.param(CLOSES, Phase.REPLAY_EXPIRED, LIVE_ENDED, REPLAY_CLOSED, id="replay closed"),
        pytest.param(
            "2012-11-18", Phase.REPLAY_EXPIRED, LIVE_ENDED, REPLAY_CLOSED, id="a year later"
        ),
    ],
)
def test_the_webcast_in_words(now: datetime | str, phase: Phase, live: str, replay: str) -> None:
    view = seen(phoenix(), now)
    assert (view.phase, view.live.words, view.replay.words) == (phase, live, replay)


def test_a_replay_that_is_not_there_yet_is_said_to_follow() -> None:
    view = seen(an_event(), ENDS)
    assert (view.phase, view.replay.words) == (Phase.REPLAY_PENDING, REPLAY_TO_FOLLOW)
    assert view.replay == Gate(
        state=GateState.NOT_YET,
        words=REPLAY_TO_FOLLOW,
        opens=None,
        closes=Moment(iso="2011-11-18T12:00:00-05:00", words="November 18, 2011, 12:00 pm EST"),
        missing_from=Moment(
            iso="2011-11-18T12:00:00-05:00", words="November 18, 2011, 12:00 pm EST"
        ),
    )


def test_a_replay_week_across_a_clock_change_ends_at_the_same_wall_time() -> None:
    event = an_event(starts="2011-11-01 11:00", zone="America/New_York", replay_posted_at=ANNOUNCED)
    assert seen(event, ANNOUNCED).replay.words == (
        "Replay available until November 8, 2011, 12:00 pm EST"
    )


@pytest.mark.parametrize(
    ("typed", "live", "replay"),
    [
        pytest.param({"live_url": None}, "", REPLAY_UNTIL, id="no live webcast"),
        pytest.param({"replay_days": None}, LIVE_BEGINS, "", id="no replay"),
        pytest.param({"standing": "cancelled"}, "", "", id="cancelled"),
        pytest.param({"standing": "postponed"}, "", "", id="postponed"),
        pytest.param(
            {"starts": "2011-11-11"},
            "The time of the live webcast is to be announced.",
            "A replay will be available for 7 days.",
            id="time to be announced",
        ),
        pytest.param(
            {"replay_days": None, "replay_until": "2011-11-30 17:00"},
            LIVE_BEGINS,
            "Replay available until November 30, 2011, 7:00 pm EST",
            id="replay until an instant that staff set",
        ),
    ],
)
def test_the_webcast_in_words_before_the_event(
    typed: dict[str, Any], live: str, replay: str
) -> None:
    view = seen(an_event(**typed), "2011-11-10")
    assert (view.live.words, view.replay.words) == (live, replay)


def test_a_day_stands_for_a_time_to_be_announced() -> None:
    assert seen(an_event(starts="2011-11-11"), ANNOUNCED).when == Moment(
        iso="2011-11-11", words="Friday, November 11, 2011 (time to be announced)"
    )


@pytest.mark.parametrize(
    ("standing", "on"),
    [("approved", ""), ("cancelled", "November 3, 2011"), ("postponed", "November 3, 2011")],
)
def test_what_is_called_off_says_since_when(standing: str, on: str) -> None:
    assert seen(an_event(standing=standing), BEGINS).called_off_on == on


def test_the_timeline_runs_from_the_announcement_to_the_replays_end() -> None:
    assert seen(phoenix(), BEGINS).timeline == (
        Point(
            kind=TransitionKind.PUBLISHED,
            moment=Moment(iso="2011-11-02T08:00:00-04:00", words="November 2, 2011, 8:00 am EDT"),
            date="Nov 2, 2011",
            clock="8:00 am EDT",
            position=0,
            is_reached=True,
            is_last_reached=False,
        ),
        Point(
            kind=TransitionKind.LIVE_OPENED,
            moment=Moment(iso="2011-11-11T11:00:00-05:00", words="November 11, 2011, 11:00 am EST"),
            date="Nov 11, 2011",
            clock="11:00 am EST",
            position=25,
            is_reached=True,
            is_last_reached=True,
        ),
        Point(
            kind=TransitionKind.REPLAY_OPENED,
            moment=Moment(iso="2011-11-11T12:00:00-05:00", words="November 11, 2011, 12:00 pm EST"),
            date="Nov 11, 2011",
            clock="12:00 pm EST",
            position=50,
            is_reached=False,
            is_last_reached=False,
        ),
        Point(
            kind=TransitionKind.REPLAY_CLOSED,
            moment=Moment(iso="2011-11-18T12:00:00-05:00", words="November 18, 2011, 12:00 pm EST"),
            date="Nov 18, 2011",
            clock="12:00 pm EST",
            position=75,
            is_reached=False,
            is_last_reached=False,
        ),
    )


@pytest.mark.parametrize(
    ("typed", "stations"),
    [
        pytest.param(
            {"replay_posted_at": "2011-11-11 18:00"},
            ["published", "live_opened", "presentation_ended", "replay_opened", "replay_closed"],
            id="replay posted an hour after the end",
        ),
        pytest.param(
            {"replay_days": None},
            ["published", "live_opened", "presentation_ended"],
            id="no replay",
        ),
        pytest.param(
            {"starts": "2011-11-11"},
            ["published", "presentation_ended", "replay_missing"],
            id="no time",
        ),
        pytest.param(
            {"replay_until": "further notice"},
            ["published", "live_opened", "presentation_ended", "replay_missing"],
            id="a replay that never came",
        ),
        pytest.param(
            {"replay_until": "further notice", "replay_posted_at": "2011-11-20 12:00"},
            ["published", "live_opened", "presentation_ended", "replay_opened"],
            id="a replay that came late",
        ),
        pytest.param(
            {"replay_days": 30},
            ["published", "live_opened", "presentation_ended", "replay_missing"],
            id="a replay that may still come",
        ),
        pytest.param({"standing": "cancelled"}, ["published"], id="cancelled"),
        pytest.param(
            {"publish_at": "2011-11-12 12:00", "replay_posted_at": "2011-11-12 11:00"},
            ["published", "replay_closed"],
            id="announced when the replay was open",
        ),
    ],
)
def test_the_timeline_shows_what_the_public_can_see(
    typed: dict[str, Any], stations: list[str]
) -> None:
    assert [point.kind for point in seen(an_event(**typed), "2011-12-01").timeline] == stations


@given(
    event=st.sampled_from(
        [
            phoenix(),
            an_event(),
            an_event(starts="2011-11-11"),
            an_event(duration=None, replay_posted_at="2011-11-11 17:30"),
            an_event(live_url=None, replay_days=None),
            an_event(standing="cancelled"),
            an_event(like=NEW_YORK, replay_posted_at="2011-11-16 09:00"),
        ]
    ),
    now=st.datetimes(min_value=datetime(2011, 11, 2, 12), max_value=datetime(2011, 11, 30)),
    later=st.timedeltas(min_value=timedelta(), max_value=timedelta(days=10)),
)
def test_a_page_may_be_held_until_the_next_transition(
    event: Event, now: datetime, later: timedelta
) -> None:
    first = at(now)
    change = next_transition(event, now=first)
    second = first + later if change is None else min(first + later, change - SECOND / 1000)
    assert seen(event, max(first, second)) == seen(event, first)
    if change is not None:
        assert seen(event, change) != seen(event, first)


def slugs(events: tuple[EventView, ...]) -> list[str]:
    return [event.slug for event in events]


def test_the_list_puts_each_event_where_an_investor_looks_for_it() -> None:
    events = [
        an_event(slug="soon", starts="2011-11-15 11:30"),
        an_event(slug="later", starts="2011-12-01 10:00"),
        an_event(slug="called-off", starts="2011-11-20 10:00", standing="cancelled"),
        phoenix(slug="now"),
        phoenix(slug="watchable", starts="2011-11-10 10:00"),
        an_event(slug="to-follow", starts="2011-11-09 10:00"),
        an_event(slug="over", starts="2011-03-01 10:00", publish_at="2011-02-01 12:00"),
        an_event(slug="long-over", starts="2010-03-01 10:00", publish_at="2010-02-01 12:00"),
        an_event(slug="over-last", starts="2011-04-01 10:00", publish_at="2011-02-01 12:00"),
        an_event(slug="embargoed", publish_at="2011-11-12 12:00"),
        an_event(slug="draft", standing="draft"),
        an_event(slug="withdrawn", standing="withdrawn"),
    ]
    view = list_view(events, an_issuer(), now=BEGINS)
    assert slugs(view.live) == ["now"]
    assert slugs(view.upcoming) == ["soon", "called-off", "later"]
    assert slugs(view.replays) == ["watchable", "to-follow"]
    assert [(year.year, slugs(year.events)) for year in view.past] == [
        (2011, ["over-last", "over"]),
        (2010, ["long-over"]),
    ]
    assert view.next_change == ENDS.isoformat()


def test_a_year_stands_once_although_zones_disagree_about_new_year() -> None:
    events = [
        an_event(slug="hawaii", starts="2010-12-31 23:00", zone="Pacific/Honolulu"),
        an_event(slug="tonga", starts="2011-01-01 00:30", zone="Pacific/Tongatapu"),
        an_event(slug="samoa", starts="2010-12-30 00:30", zone="Pacific/Pago_Pago"),
    ]
    past = list_view(events, an_issuer(), now=at("2012-01-01")).past
    assert [(year.year, slugs(year.events)) for year in past] == [
        (2011, ["tonga"]),
        (2010, ["hawaii", "samoa"]),
    ]


def test_an_embargo_shows_in_nothing() -> None:
    embargoed = an_event(publish_at="2011-11-12 12:00")
    view = list_view([embargoed], an_issuer(), now=at("2011-11-12 11:59:59"))
    assert (view.is_empty, view.next_change) == (True, None)


def test_an_empty_list_is_empty() -> None:
    view = list_view([], an_issuer(), now=BEGINS)
    assert (view.is_empty, view.past, view.next_change) == (True, (), None)


def test_the_list_is_not_empty_with_one_past_event() -> None:
    event = phoenix()
    view = list_view([event], an_issuer(), now=CLOSES)
    assert view.past == (PastYear(year=2011, events=(seen(event, CLOSES),)),)
    assert not view.is_empty
