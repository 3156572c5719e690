"""A replay that was promised and is not posted: since when that is said, and what mends it."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from eventsched.calendars.descriptions import as_text, describe
from eventsched.calendars.entries import edition_at
from eventsched.domain.events import Event, Standing
from eventsched.domain.lifecycle import (
    GateState,
    Phase,
    TransitionKind,
    is_replay_missing,
    next_transition,
    phase,
    replay_gate,
    replay_missing_at,
    transitions,
)
from eventsched.domain.readiness import Item, checks
from eventsched.domain.replays import ReplayStep, next_replay_step, with_replay_step
from eventsched.domain.revisions import event_of, record_of, with_facts, with_standing
from eventsched.domain.staff_notices import of_replay
from eventsched.domain.wording import replay_words
from tests.builders import VENDOR_REPLAY, an_event, an_issuer, at, facts

HOME = "America/New_York"
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
END, A_WEEK_ON = at("2011-11-11 17:00"), at("2011-11-18 17:00")
LATE = at("2011-11-20 09:00")
NO_END: dict[str, Any] = {"replay_days": None, "replay_until": "further notice"}
FROM_POSTING: dict[str, Any] = {"replay_counted_from": "posting"}
A_MONTH: dict[str, Any] = {"replay_days": 30}
NONE_CAME = "No replay is posted, though one was promised"
UNTIMED_DAY_OVER = at("2011-11-12 07:00")


@pytest.mark.parametrize(
    ("said", "missing_at", "words"),
    [
        pytest.param(NO_END, A_WEEK_ON, f"{NONE_CAME}.", id="until further notice"),
        pytest.param(FROM_POSTING, A_WEEK_ON, f"{NONE_CAME}.", id="days from its posting"),
        pytest.param(
            A_MONTH,
            A_WEEK_ON,
            f"{NONE_CAME} until December 11, 2011, 12:00 pm EST.",
            id="a window of a month",
        ),
        pytest.param(
            {"replay_days": 2},
            at("2011-11-13 17:00"),
            f"{NONE_CAME} until November 13, 2011, 12:00 pm EST.",
            id="a window of two days",
        ),
        pytest.param(
            {"replay_days": None, "replay_until": "2011-11-14 10:00"},
            at("2011-11-14 17:00"),
            f"{NONE_CAME} until November 14, 2011, 12:00 pm EST.",
            id="a window with a last wall time",
        ),
    ],
)
def test_what_is_not_posted_in_time_has_not_come(
    said: dict[str, Any], missing_at: datetime, words: str
) -> None:
    event = an_event(**said)
    assert replay_missing_at(event) == missing_at
    before, then = missing_at - SECOND, missing_at
    assert (phase(event, now=before), phase(event, now=then)) == (
        Phase.REPLAY_PENDING,
        Phase.REPLAY_MISSING,
    )
    assert replay_gate(event, now=before) is GateState.NOT_YET
    for now in (then, then + SECOND, at("2031-01-01")):
        assert replay_gate(event, now=now) is GateState.MISSING
        assert replay_words(event, HOME, now=now) == words
        assert words in told_in_calendars(event, now=now)
    assert next_transition(event, now=before) == missing_at
    assert transitions(event)[-1].kind is TransitionKind.REPLAY_MISSING
    # There was never one, so nothing closes.
    assert next_transition(event, now=then) is None


def told_in_calendars(event: Event, *, now: datetime) -> str:
    edition, issuer = edition_at(event, now=now), an_issuer()
    return as_text(describe(event, edition.gates, issuer=issuer, page="https://ir.example/e"))


@pytest.mark.parametrize("window", [NO_END, FROM_POSTING, A_MONTH])
def test_one_that_is_posted_late_opens_all_the_same(window: dict[str, Any]) -> None:
    event = with_facts(an_event(**window), facts(replay_url=VENDOR_REPLAY, **window), now=LATE)
    assert replay_gate(event, now=LATE) is GateState.OPEN
    # Were the clock set back, it would have been missing, and before that to come.
    assert replay_gate(event, now=LATE - SECOND) is GateState.MISSING
    assert f"{NONE_CAME}" in told_in_calendars(event, now=LATE - SECOND)
    assert replay_gate(event, now=A_WEEK_ON - SECOND) is GateState.NOT_YET
    kinds = [transition.kind for transition in transitions(event)]
    assert kinds[3:5] == [TransitionKind.REPLAY_MISSING, TransitionKind.REPLAY_OPENED]
    assert event_of(record_of(event)) == event


def test_one_that_is_posted_at_the_last_second_was_never_missing() -> None:
    for posted in (A_WEEK_ON - SECOND, A_WEEK_ON):
        event = an_event(replay_posted_at=posted, **NO_END)
        assert replay_missing_at(event) is None
        assert replay_gate(event, now=A_WEEK_ON) is GateState.OPEN
    after = an_event(replay_posted_at=A_WEEK_ON + SECOND, **NO_END)
    assert replay_gate(after, now=A_WEEK_ON) is GateState.MISSING


def test_posting_after_the_end_of_its_window_opens_nothing() -> None:
    posted = with_facts(an_event(), facts(replay_url=VENDOR_REPLAY), now=LATE)
    assert replay_gate(posted, now=LATE) is GateState.MISSING
    longer = with_facts(posted, facts(replay_url=VENDOR_REPLAY, replay_days=30), now=LATE)
    assert replay_gate(longer, now=LATE) is GateState.OPEN


@pytest.mark.parametrize("standing", [Standing.CANCELLED, Standing.POSTPONED])
def test_of_what_was_called_off_no_replay_is_missed(standing: Standing) -> None:
    event = an_event(standing=standing, **NO_END)
    assert replay_missing_at(event) is None
    assert replay_gate(event, now=LATE) is GateState.NONE
    late = with_standing(an_event(**NO_END), standing, now=LATE)
    assert (phase(late, now=LATE), replay_gate(late, now=LATE)) == (Phase.PAST, GateState.NONE)


def test_without_a_promise_none_is_missed() -> None:
    event = an_event(**NO_END)
    promises_none = with_facts(event, facts(replay_days=None), now=LATE)
    assert (phase(promises_none, now=LATE), replay_missing_at(promises_none)) == (Phase.PAST, None)
    assert replay_gate(promises_none, now=LATE) is GateState.NONE


def test_the_promise_can_be_withdrawn_and_given_back() -> None:
    event = an_event(**NO_END)
    assert next_replay_step(event, now=LATE) is ReplayStep.WITHDRAW
    gone = with_replay_step(event, ReplayStep.WITHDRAW, now=LATE)
    assert replay_gate(gone, now=LATE) is GateState.CLOSED
    assert replay_words(gone, HOME, now=LATE) == (
        "No replay is posted. The promise of one was withdrawn on November 20, 2011, 4:00 am EST."
    )
    assert replay_gate(gone, now=LATE - SECOND) is GateState.MISSING
    back = with_replay_step(gone, ReplayStep.REINSTATE, now=LATE + DAY)
    assert replay_gate(back, now=LATE + DAY) is GateState.MISSING


def test_one_whose_window_is_over_has_nothing_left_to_withdraw() -> None:
    assert next_replay_step(an_event(), now=A_WEEK_ON - SECOND) is ReplayStep.WITHDRAW
    assert next_replay_step(an_event(), now=A_WEEK_ON) is None


def test_what_was_withdrawn_before_it_was_missing_is_withdrawn() -> None:
    gone = with_replay_step(an_event(**NO_END), ReplayStep.WITHDRAW, now=A_WEEK_ON - DAY)
    assert replay_missing_at(gone) is None
    assert replay_gate(gone, now=LATE) is GateState.CLOSED


def test_a_link_that_is_taken_away_for_good_leaves_no_replay() -> None:
    event = an_event(replay_posted_at=END + DAY, **NO_END)
    gone = with_facts(event, facts(replay_url=None, **NO_END), now=LATE)
    assert replay_gate(gone, now=LATE) is GateState.MISSING
    # An event with an open end keeps the posting that ended it.
    ended = an_event(duration=None, replay_posted_at="2011-11-11 17:10", **NO_END)
    gone = with_facts(ended, facts(duration=None, replay_url=None, **NO_END), now=LATE)
    assert gone.replay_posted_at is not None
    assert replay_gate(gone, now=LATE) is GateState.MISSING


def test_where_the_time_was_never_told_no_replay_is_to_come_for_ever() -> None:
    event = an_event(starts="2011-11-11")
    assert event.instants.ends_at == UNTIMED_DAY_OVER
    missing_at = UNTIMED_DAY_OVER + 7 * DAY
    assert replay_gate(event, now=missing_at - SECOND) is GateState.NOT_YET
    assert replay_gate(event, now=missing_at) is GateState.MISSING
    assert replay_words(event, HOME, now=missing_at) == f"{NONE_CAME}."
    assert f"{NONE_CAME}." in told_in_calendars(event, now=missing_at)
    assert next_transition(event, now=missing_at - SECOND) == missing_at
    assert phase(event, now=missing_at) is Phase.PAST


def test_what_is_published_afterwards_never_said_that_one_would_come() -> None:
    event = an_event(publish_at=LATE, **NO_END)
    assert [transition.kind for transition in transitions(event)] == [TransitionKind.PUBLISHED]
    assert is_replay_missing(event, now=LATE)


@pytest.mark.parametrize(
    ("said", "now", "sentences"),
    [
        pytest.param(
            NO_END, A_WEEK_ON - SECOND, ["The replay is promised and not posted yet."], id="to come"
        ),
        pytest.param(
            NO_END,
            at("2013-01-01"),
            ["No replay is posted: post it, or withdraw the promise."],
            id="may still come",
        ),
        pytest.param({}, A_WEEK_ON, ["No replay is posted, and its window is over."], id="over"),
        pytest.param({}, A_WEEK_ON + 31 * DAY, [], id="long over"),
        pytest.param(
            {"starts": "2011-11-11"},
            UNTIMED_DAY_OVER + 7 * DAY,
            ["No replay is posted, and the event’s time was never entered."],
            id="no time",
        ),
    ],
)
def test_staff_see_it_for_as_long_as_they_can_do_something(
    said: dict[str, Any], now: datetime, sentences: list[str]
) -> None:
    found = checks(an_event(**said), home_zone=HOME, now=now)
    assert [(c.item, c.is_done, c.sentence) for c in found] == [
        (Item.REPLAY, False, sentence) for sentence in sentences
    ]


def test_staff_are_told_once_that_the_page_says_so() -> None:
    event = an_event(**NO_END)
    [first], [later] = (list(of_replay(event, HOME, now=now)) for now in (A_WEEK_ON, LATE))
    assert (first.key, first.kind) == (later.key, "staff.replay_missing")
    assert first.headline == "No replay is posted"
    assert first.sentences == (
        "The page and the calendars say so, and that one was promised.",
        "Enter its link and it opens at once, or withdraw the promise.",
    )


def test_of_one_that_was_there_nobody_is_told_that_it_never_was() -> None:
    event = an_event(replay_posted_at=END + DAY, **NO_END)
    gone = with_facts(event, facts(replay_url=None, **NO_END), now=LATE)
    [concern] = of_replay(gone, HOME, now=LATE)
    [check] = checks(gone, home_zone=HOME, now=LATE)
    for words in (concern.headline, *concern.sentences, check.sentence):
        assert not re.search("never|since|November 18", words, re.IGNORECASE)
