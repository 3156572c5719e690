"""What subscribers are owed, as a function of facts and the clock."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from eventsched.domain.alert_occasions import (
    Occasion,
    OccasionKind,
    nearness,
    news,
    occasions,
    ready_at,
    topics_now,
)
from tests.builders import an_event, at

ANNOUNCED, START, END = at("2011-11-02 12:00"), at("2011-11-11 16:00"), at("2011-11-11 17:00")
CLOSE = at("2011-11-18 17:00")
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def owed(now: datetime = ANNOUNCED, **facts: Any) -> list[tuple[str, datetime]]:
    found = occasions(an_event(**facts), changed_since=now, now=now)
    return [(str(one.kind), one.due_at) for one in found]


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (DAY, "tomorrow"),
        (10 * HOUR, "tomorrow"),
        (9 * HOUR, "today"),
        (HOUR + MINUTE, "today"),
        (HOUR, "in_an_hour"),
        (44 * MINUTE, "soon"),
    ],
)
def test_a_reminder_that_comes_late_says_what_is_left_on_the_events_clock(
    left: timedelta, said: str
) -> None:
    """It begins at 9:00 in Phoenix."""
    assert nearness(an_event(), now=START - left) == said


@pytest.mark.parametrize(
    "hidden",
    [
        {"standing": "draft", "publish_at": None},
        {"standing": "in_review", "publish_at": None},
        {"standing": "withdrawn"},
        {"standing": "cancelled", "standing_since": "2011-11-01", "publish_at": "2011-11-02"},
    ],
)
@pytest.mark.parametrize("kind", OccasionKind)
def test_of_what_is_hidden_nothing_is_owed_or_told(
    hidden: dict[str, Any], kind: OccasionKind
) -> None:
    event = an_event(**hidden)
    assert occasions(event, changed_since=ANNOUNCED, now=ANNOUNCED) == []
    for about, now in ((START, START - DAY), (START, START - HOUR), (CLOSE, CLOSE - DAY)):
        for before in (None, an_event(title="As it was told")):
            assert topics_now(kind, about, before, event, now=now) == set()


@pytest.mark.parametrize("kind", OccasionKind)
def test_before_its_publication_nothing_is_told(kind: OccasionKind) -> None:
    embargoed = an_event(publish_at=START - DAY + MINUTE)
    assert topics_now(kind, START, None, embargoed, now=START - DAY) == set()


def test_everything_that_is_owed_of_an_event_with_a_replay() -> None:
    assert owed(replay_posted_at="2011-11-10 12:00") == [
        ("event", ANNOUNCED),
        ("reminder_day", START - DAY),
        ("reminder_hour", START - HOUR),
        ("replay_available", END),
        ("replay_closing", CLOSE - DAY),
    ]


@pytest.mark.parametrize(
    ("facts", "kinds"),
    [
        pytest.param({}, ["event", "reminder_day", "reminder_hour"], id="no replay posted"),
        pytest.param({"starts": "2011-11-11"}, ["event"], id="time to be announced"),
        pytest.param({"standing": "cancelled"}, ["event"], id="called off"),
        pytest.param(
            {"replay_posted_at": "2011-11-10", "replay_days": 1},
            ["event", "reminder_day", "reminder_hour", "replay_available"],
            id="a replay too short to be reminded of its close",
        ),
        pytest.param(
            {"publish_at": START - 2 * HOUR}, ["event", "reminder_hour"], id="announced late"
        ),
    ],
)
def test_what_does_not_come_is_not_owed(facts: dict[str, Any], kinds: list[str]) -> None:
    assert [kind for kind, _ in owed(**facts)] == kinds


def test_nothing_is_due_before_publication() -> None:
    published = ANNOUNCED + DAY
    assert owed(publish_at=published)[0] == ("event", published)


@pytest.mark.parametrize(
    ("saved_after", "ready_after"),
    [
        pytest.param(0, 5, id="one save"),
        pytest.param(4, 9, id="saved again"),
        pytest.param(12, 15, id="saved for ever"),
    ],
)
def test_a_change_rests_for_a_while(saved_after: int, ready_after: int) -> None:
    change = Occasion(kind=OccasionKind.EVENT, about=ANNOUNCED, due_at=ANNOUNCED)
    saved_at = ANNOUNCED + saved_after * MINUTE
    assert ready_at(change, saved_at=saved_at, quiet=5 * MINUTE) == ANNOUNCED + ready_after * MINUTE


def test_publication_foreseen_waits_for_nothing() -> None:
    later = Occasion(kind=OccasionKind.EVENT, about=ANNOUNCED, due_at=ANNOUNCED + DAY)
    assert ready_at(later, saved_at=ANNOUNCED, quiet=5 * MINUTE) == ANNOUNCED + DAY


@pytest.mark.parametrize(
    ("kind", "now", "told"),
    [
        (OccasionKind.REMINDER_DAY, START - DAY, True),
        (OccasionKind.REMINDER_DAY, START - HOUR - MINUTE, True),
        (OccasionKind.REMINDER_DAY, START - HOUR, False),
        (OccasionKind.REMINDER_HOUR, START - MINUTE, True),
        (OccasionKind.REMINDER_HOUR, START, False),
    ],
)
def test_a_reminder_that_comes_too_late_is_none(
    kind: OccasionKind, now: datetime, told: bool
) -> None:
    assert bool(topics_now(kind, START, None, an_event(), now=now)) == told
    assert not topics_now(kind, START - MINUTE, None, an_event(), now=now)


def test_a_replays_posting_is_no_change_of_the_event() -> None:
    before, after = an_event(duration=None), an_event(duration=None, replay_posted_at=END)
    assert news(before, after, "UTC", now=END) == ()
    assert topics_now(OccasionKind.EVENT, END, before, after, now=END) == set()


def test_of_what_is_over_no_change_is_told() -> None:
    before, after = an_event(replay_days=None), an_event(replay_days=None, city="Tucson, AZ")
    assert topics_now(OccasionKind.EVENT, END, before, after, now=END - MINUTE) == {"change"}
    assert topics_now(OccasionKind.EVENT, END, before, after, now=END) == set()
