"""How long replays stay: until revoked, from their posting, withdrawn before their time."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from eventsched.domain.changes import Alteration, Saved, public_changes
from eventsched.domain.drafts import Draft, InvalidEvent, decide, draft_of
from eventsched.domain.events import CountedFrom, Event, Instants
from eventsched.domain.lifecycle import (
    GateState,
    Phase,
    TransitionKind,
    phase,
    replay_gate,
    transitions,
)
from eventsched.domain.look_rules import LookRule
from eventsched.domain.probes import ProbeKind, probes
from eventsched.domain.replays import (
    PRESET_DAYS,
    ReplayPolicy,
    ReplayStep,
    caution,
    decide_policy,
    next_replay_step,
    with_policy,
    with_replay_step,
)
from eventsched.domain.revisions import (
    NotAllowed,
    event_of,
    owes_a_reason,
    record_of,
    with_facts,
    with_standing,
)
from eventsched.domain.second_person import takes_two
from eventsched.domain.wording import replay_words
from tests.builders import VENDOR_REPLAY, a_draft, an_event, at, facts

HOME = "America/New_York"
PUBLISHED, END, POSTED = at("2011-11-02 12:00"), at("2011-11-11 17:00"), at("2011-11-12 15:30")
A_MOMENT = timedelta(microseconds=1)
FROM_POSTING: dict[str, Any] = {"replay_counted_from": "posting"}
NO_END: dict[str, Any] = {"replay_days": None, "replay_until": "further notice"}


def words(event: Event, now: Any) -> str:
    return replay_words(event, HOME, now=at(now))


@pytest.mark.parametrize("days", PRESET_DAYS)
def test_a_preset_counts_calendar_days_on_the_events_clock(days: int) -> None:
    event = an_event(starts="2011-11-01 09:00", zone="America/New_York", replay_days=days)
    event = replace(event, replay_posted_at=PUBLISHED)
    closes = event.instants.replay_closes_at
    assert closes is not None
    # The clocks go back on November 6, so a week later the same wall time is an hour further on.
    assert closes - event.instants.ends_at in (
        timedelta(days=days, hours=1),
        timedelta(days=days),
    )
    assert replay_gate(event, now=closes) is GateState.CLOSED


def test_days_from_the_posting_are_not_counted_until_it_is_posted() -> None:
    event = an_event(**FROM_POSTING)
    assert event.instants.replay_closes_at is None
    assert phase(event, now=at("2011-11-18 16:59")) is Phase.REPLAY_PENDING
    assert words(event, "2011-11-10") == "Replay available for 7 days from its posting"
    assert words(event, END) == (
        "The replay will be posted here and stay available for 7 days from its posting."
    )


def test_days_from_the_posting_close_at_the_same_time_of_day_as_the_posting() -> None:
    event = an_event(replay_posted_at=POSTED, **FROM_POSTING)
    closes = at("2011-11-19 15:30")
    assert event.instants.replay_closes_at == closes
    assert replay_gate(event, now=closes - A_MOMENT) is GateState.OPEN
    assert replay_gate(event, now=closes) is GateState.CLOSED


@pytest.mark.parametrize("posted", ["2011-11-12 15:29:00.000001", "2011-11-12 15:29:37", POSTED])
def test_days_from_the_posting_close_at_a_whole_minute(posted: str) -> None:
    event = an_event(replay_posted_at=posted, **FROM_POSTING)
    assert event.instants.replay_closes_at == at("2011-11-19 15:30")
    assert words(event, "2011-11-13") == ("Replay available until November 19, 2011, 10:30 am EST")
    assert an_event(duration=None, replay_posted_at="2011-11-11 17:10:37").instants == Instants(
        starts_at=at("2011-11-11 16:00"),
        ends_at=at("2011-11-11 17:10:37"),
        replay_closes_at=at("2011-11-18 17:11"),
    )


def test_a_recording_posted_before_the_end_counts_from_the_end() -> None:
    event = an_event(replay_posted_at=PUBLISHED, **FROM_POSTING)
    assert event.instants.replay_closes_at == at("2011-11-18 17:00")


def test_taking_the_link_away_and_back_does_not_count_the_days_anew() -> None:
    event = an_event(replay_posted_at=POSTED, **FROM_POSTING)
    gone = with_facts(event, facts(**FROM_POSTING), now=at("2011-11-14"))
    assert phase(gone, now=at("2011-11-14")) is Phase.REPLAY_PENDING
    back = with_facts(gone, event.facts, now=at("2011-11-17"))
    assert back.instants.replay_closes_at == event.instants.replay_closes_at


def test_until_further_notice_nothing_closes_by_itself() -> None:
    event = an_event(replay_posted_at=POSTED, **NO_END)
    assert replay_gate(event, now=at("2030-01-01")) is GateState.OPEN
    assert transitions(event)[-1].kind is TransitionKind.REPLAY_OPENED
    assert words(event, POSTED) == "Replay available until further notice"
    assert [probe.kind for probe in probes(event, LookRule())][-1] is ProbeKind.REPLAY_LINK


@pytest.mark.parametrize("typed", ["further notice", "Until further notice", "revoked"])
def test_until_further_notice_may_be_typed(typed: str) -> None:
    said = facts(replay_days="7", replay_until=typed)
    assert (said.replay_until_revoked, said.replay_days, said.replay_until) == (True, None, None)
    assert draft_of(said).replay_until == "further notice"


@pytest.mark.parametrize("window", [{}, FROM_POSTING, NO_END], ids=["end", "posting", "no end"])
def test_a_replay_withdrawn_is_closed_from_that_instant(window: dict[str, Any]) -> None:
    event, now = an_event(replay_posted_at=POSTED, **window), at("2011-11-14 20:12:37")
    gone = with_replay_step(event, ReplayStep.WITHDRAW, now=now)
    assert replay_gate(gone, now=now - A_MOMENT) is GateState.OPEN
    assert replay_gate(gone, now=now) is GateState.CLOSED
    assert phase(gone, now=now) is Phase.REPLAY_EXPIRED
    assert words(gone, now) == "The replay was withdrawn on November 14, 2011, 3:12 pm EST."
    assert (gone.sequence, gone.changed_at) == (event.sequence + 1, now)
    assert transitions(gone)[-1].due_at == now
    assert transitions(gone)[-1].kind is TransitionKind.REPLAY_CLOSED
    assert event_of(record_of(gone)) == gone


def test_what_was_withdrawn_stays_so_whatever_becomes_of_the_date() -> None:
    event, now = an_event(replay_posted_at=POSTED), at("2011-11-14 20:12")
    gone = with_replay_step(event, ReplayStep.WITHDRAW, now=now)
    moved = facts(starts="2012-02-01 09:00", replay_url=VENDOR_REPLAY)
    again = with_facts(gone, moved, now=now)
    for instant in ("2011-12-01", "2012-02-01 16:30", "2012-02-02", "2012-03-01"):
        assert replay_gate(again, now=at(instant)) is GateState.CLOSED


def test_a_replay_that_was_not_posted_yet_can_be_withdrawn_too() -> None:
    gone = with_replay_step(an_event(), ReplayStep.WITHDRAW, now=END)
    posted = with_facts(gone, facts(replay_url=VENDOR_REPLAY), now=POSTED)
    assert replay_gate(posted, now=POSTED) is GateState.CLOSED
    assert words(posted, POSTED) == (
        "No replay is posted. The promise of one was withdrawn on November 11, 2011, 12:00 pm EST."
    )


def test_a_reinstated_replay_is_there_for_as_long_as_was_promised() -> None:
    event = an_event(replay_posted_at=POSTED)
    gone = with_replay_step(event, ReplayStep.WITHDRAW, now=at("2011-11-14"))
    back = with_replay_step(gone, ReplayStep.REINSTATE, now=at("2011-11-15"))
    assert (back.facts, back.instants) == (event.facts, event.instants)
    assert replay_gate(back, now=at("2011-11-15")) is GateState.OPEN


@pytest.mark.parametrize(
    ("event", "now", "step"),
    [
        pytest.param(an_event(), END - A_MOMENT, None, id="still to come"),
        pytest.param(an_event(), END, ReplayStep.WITHDRAW, id="to be posted"),
        pytest.param(an_event(standing="draft"), END, None, id="never public"),
        pytest.param(an_event(standing="cancelled"), END, None, id="cancelled"),
        pytest.param(an_event(replay_days=None), END, None, id="none promised"),
        pytest.param(an_event(replay_posted_at=POSTED), at("2011-11-18 17:00"), None, id="closed"),
        pytest.param(
            an_event(replay_posted_at=POSTED, replay_withdrawn_at=POSTED),
            at("2011-11-18 16:59"),
            ReplayStep.REINSTATE,
            id="withdrawn",
        ),
        pytest.param(
            an_event(replay_posted_at=POSTED, replay_withdrawn_at=POSTED),
            at("2011-11-18 17:00"),
            None,
            id="withdrawn, and its window over",
        ),
    ],
)
def test_only_what_makes_sense_can_be_done(event: Event, now: Any, step: ReplayStep | None) -> None:
    assert next_replay_step(event, now=now) is step
    for wrong in set(ReplayStep) - {step}:
        with pytest.raises(NotAllowed):
            with_replay_step(event, wrong, now=now)


def test_withdrawing_owes_a_reason_and_takes_two() -> None:
    event, now = an_event(replay_posted_at=POSTED), at("2011-11-14 20:12")
    gone = with_replay_step(event, ReplayStep.WITHDRAW, now=now)
    assert owes_a_reason(event, gone, now=now)
    assert takes_two(event, gone)
    assert takes_two(event, with_facts(event, facts(**NO_END), now=now))


def test_the_public_note_tells_of_the_withdrawal_and_why() -> None:
    event, now = an_event(replay_posted_at=POSTED), at("2011-11-14 20:12")
    gone = with_replay_step(event, ReplayStep.WITHDRAW, now=now)
    states = [
        Saved(event=event, at=POSTED, reason=""),
        Saved(event=gone, at=now, reason="A figure was misread."),
    ]
    (change,) = public_changes(states, HOME, now=now)
    assert change.reason == "A figure was misread."
    assert change.alterations == (
        Alteration(
            field="replay",
            before="until November 18, 2011, 12:00 pm EST",
            after="until November 14, 2011, 3:12 pm EST",
        ),
        Alteration(field="replay_link", before="posted", after="withdrawn"),
    )


def test_a_link_tidied_away_after_the_close_leaves_a_replay_that_was_there() -> None:
    event, after = an_event(replay_posted_at=POSTED), at("2011-12-01")
    tidied = with_facts(event, facts(replay_url=None), now=after)
    assert tidied.replay_posted_at == POSTED
    assert words(tidied, after) == "The replay closed on November 18, 2011, 12:00 pm EST."
    # Were the clock set back, there would still be nothing to open.
    assert replay_gate(tidied, now=POSTED) is GateState.NOT_YET
    longer = with_facts(tidied, facts(replay_days=60), now=after)
    assert phase(longer, now=after) is Phase.REPLAY_MISSING


def test_a_link_taken_away_while_it_was_promised_leaves_a_replay_to_come() -> None:
    event = an_event(replay_posted_at=POSTED)
    gone = with_facts(event, facts(replay_url=None), now=at("2011-11-14"))
    assert gone.replay_posted_at is None
    over = with_standing(gone, gone.standing.CANCELLED, now=at("2011-11-15"))
    assert replay_gate(over, now=at("2011-11-15")) is GateState.NONE


@pytest.mark.parametrize(
    ("typed", "policy"),
    [
        (("90", "", ""), ReplayPolicy(days=90)),
        (("365", "", "posting"), ReplayPolicy(days=365, counted_from=CountedFrom.POSTING)),
        (("", "further notice", ""), ReplayPolicy(days=None, until_revoked=True)),
        (("", "", "posting"), ReplayPolicy(days=None)),
    ],
)
def test_a_policy_is_what_a_new_draft_begins_with(
    typed: tuple[str, str, str], policy: ReplayPolicy
) -> None:
    assert decide_policy(*typed) == policy
    said = decide(with_policy(a_draft(replay_until="2011-12-01 10:00"), policy))
    assert (said.replay_days, said.replay_until_revoked, said.replay_counted_from) == (
        policy.days,
        policy.until_revoked,
        policy.counted_from,
    )


@pytest.mark.parametrize("typed", [("0", "", ""), ("", "2011-12-01 10:00", ""), ("a", "", "b")])
def test_a_policy_that_fits_no_event_is_refused(typed: tuple[str, str, str]) -> None:
    with pytest.raises(InvalidEvent):
        decide_policy(*typed)


def test_days_from_a_posting_beyond_all_zone_rules_are_refused_in_words() -> None:
    event = an_event(
        starts="2027-11-11 09:00", publish_at=PUBLISHED, replay_days=3660, **FROM_POSTING
    )
    late = at("2030-01-01")
    with pytest.raises(InvalidEvent, match="replay_days: The year 2040 is outside"):
        with_facts(event, replace(event.facts, replay_url=VENDOR_REPLAY), now=late)


@pytest.mark.parametrize(
    ("typed", "reminds"),
    [
        pytest.param({}, True, id="a week"),
        pytest.param({"replay_days": 90}, True, id="a quarter"),
        pytest.param({"replay_days": 365}, False, id="a year"),
        pytest.param(NO_END, False, id="no end"),
        pytest.param({"replay_until": "2012-03-01 09:00"}, True, id="until March"),
        pytest.param({"replay_until": "2012-11-30 09:00"}, False, id="until next November"),
        pytest.param({"replay_days": None}, False, id="no replay"),
        pytest.param({"kind": "conference"}, False, id="a conference"),
        pytest.param({"starts": "2011-11-11"}, True, id="time to be announced"),
    ],
)
def test_an_earnings_call_with_a_short_window_is_cause_for_a_reminder(
    typed: dict[str, Any], reminds: bool
) -> None:
    assert bool(caution(facts(**{"kind": "earnings_call"} | typed))) is reminds


def test_a_policy_leaves_all_else_of_a_draft_alone() -> None:
    assert with_policy(Draft(), ReplayPolicy()) == Draft()


def test_what_new_zone_rules_took_the_time_from_is_not_reinstated_before_an_edit() -> None:
    withdrawn: dict[str, Any] = {
        "replay_posted_at": "2012-03-11 10:00",
        "replay_withdrawn_at": "2012-03-12 10:00",
    }
    event = an_event(starts="2012-03-11 01:30", zone="America/New_York", city="", **withdrawn)
    now = at("2012-03-13")
    assert next_replay_step(event, now=now) is ReplayStep.REINSTATE
    skipped = replace(event, facts=replace(event.facts, time=time(2, 30)))
    assert next_replay_step(skipped, now=now) is None
