"""The one predicate: what the public may see of an event at an instant, and when that changes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsched.domain.events import Event, Standing
from eventsched.domain.lifecycle import (
    GateState,
    Phase,
    ReplayWindow,
    closes_by_withdrawal,
    is_historical,
    is_public,
    live_gate,
    next_transition,
    phase,
    published_at,
    replay_gate,
    replay_window,
    shown_documents,
    transitions,
)
from eventsched.domain.wording import live_words, replay_words
from tests.builders import an_event, at
from tests.strategies import events

TICK = timedelta(microseconds=1)
POSTED = "2011-11-11 18:00"
ANNOUNCED = "2011-11-02 12:00"
START, END, CLOSE = "2011-11-11 16:00", "2011-11-11 17:00", "2011-11-18 17:00"
NOT_YET, OPEN, CLOSED, MISSING, NONE = GateState


def answers(event: Event, *, now: datetime) -> tuple[Phase, GateState, GateState]:
    """Return the phase, and what the live and the replay gate answer."""
    return phase(event, now=now), live_gate(event, now=now), replay_gate(event, now=now)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(
            at(START) - TICK, (Phase.UPCOMING, NOT_YET, NOT_YET), id="last instant before"
        ),
        pytest.param(at(START), (Phase.LIVE, OPEN, NOT_YET), id="start"),
        pytest.param(at(END) - TICK, (Phase.LIVE, OPEN, NOT_YET), id="last instant live"),
        pytest.param(at(END), (Phase.REPLAY_PENDING, CLOSED, NOT_YET), id="end"),
        pytest.param(
            at(POSTED) - TICK, (Phase.REPLAY_PENDING, CLOSED, NOT_YET), id="last instant waiting"
        ),
        pytest.param(at(POSTED), (Phase.REPLAY_OPEN, CLOSED, OPEN), id="replay opens"),
        pytest.param(at(CLOSE) - TICK, (Phase.REPLAY_OPEN, CLOSED, OPEN), id="last instant open"),
        pytest.param(at(CLOSE), (Phase.REPLAY_EXPIRED, CLOSED, CLOSED), id="replay closes"),
        pytest.param(at("2099-01-01"), (Phase.REPLAY_EXPIRED, CLOSED, CLOSED), id="long after"),
    ],
)
def test_phase_and_gates_turn_at_their_instants(
    now: datetime, expected: tuple[Phase, GateState, GateState]
) -> None:
    assert answers(an_event(replay_posted_at=POSTED), now=now) == expected


@pytest.mark.parametrize(
    ("said", "before", "during", "after"),
    [
        pytest.param(
            {"replay_days": None},
            (Phase.UPCOMING, NOT_YET, NONE),
            (Phase.LIVE, OPEN, NONE),
            (Phase.PAST, CLOSED, NONE),
            id="no replay promised",
        ),
        pytest.param(
            {"replay_days": None, "replay_posted_at": ANNOUNCED},
            (Phase.UPCOMING, NOT_YET, NONE),
            (Phase.LIVE, OPEN, NONE),
            (Phase.PAST, CLOSED, NONE),
            id="a link, but no promise",
        ),
        pytest.param(
            {"live_url": None},
            (Phase.UPCOMING, NONE, NOT_YET),
            (Phase.LIVE, NONE, NOT_YET),
            (Phase.REPLAY_PENDING, NONE, NOT_YET),
            id="a replay alone",
        ),
        pytest.param(
            {"standing": "cancelled", "replay_posted_at": ANNOUNCED},
            (Phase.UPCOMING, NONE, NONE),
            (Phase.UPCOMING, NONE, NONE),
            (Phase.PAST, NONE, NONE),
            id="cancelled",
        ),
        pytest.param(
            {"standing": "postponed", "replay_posted_at": ANNOUNCED},
            (Phase.UPCOMING, NONE, NONE),
            (Phase.UPCOMING, NONE, NONE),
            (Phase.PAST, NONE, NONE),
            id="postponed",
        ),
        pytest.param(
            {"starts": "2011-11-10"},
            (Phase.UPCOMING, NOT_YET, NOT_YET),
            (Phase.PAST, CLOSED, NOT_YET),
            (Phase.PAST, CLOSED, NOT_YET),
            id="time to be announced, for the day before",
        ),
        pytest.param(
            {"starts": "2011-11-11"},
            (Phase.UPCOMING, NOT_YET, NOT_YET),
            (Phase.UPCOMING, NOT_YET, NOT_YET),
            (Phase.UPCOMING, NOT_YET, NOT_YET),
            id="time to be announced",
        ),
        pytest.param(
            {"duration": None},
            (Phase.UPCOMING, NOT_YET, NOT_YET),
            (Phase.LIVE, OPEN, NOT_YET),
            (Phase.LIVE, OPEN, NOT_YET),
            id="open end",
        ),
        pytest.param(
            {"replay_days": None, "replay_until": "2011-11-11 10:30", "replay_posted_at": POSTED},
            (Phase.UPCOMING, NOT_YET, NOT_YET),
            (Phase.LIVE, OPEN, NOT_YET),
            (Phase.REPLAY_PENDING, CLOSED, NOT_YET),
            id="posted after it was to close",
        ),
    ],
)
def test_what_was_not_promised_has_no_gate(
    said: dict[str, Any],
    before: tuple[Phase, GateState, GateState],
    during: tuple[Phase, GateState, GateState],
    after: tuple[Phase, GateState, GateState],
) -> None:
    event = an_event(**said)
    now = at("2011-11-10 12:00"), at("2011-11-11 16:30"), at(END)
    assert tuple(answers(event, now=instant) for instant in now) == (before, during, after)


def test_a_replay_that_comes_too_late_never_opens() -> None:
    late = an_event(replay_posted_at=CLOSE)
    assert answers(late, now=at(CLOSE)) == (Phase.REPLAY_MISSING, CLOSED, MISSING)
    assert "replay_opened" not in [t.kind for t in transitions(late)]


def test_a_replay_opens_when_the_presentation_has_ended_and_a_link_is_there() -> None:
    early, late = an_event(replay_posted_at=ANNOUNCED), an_event(replay_posted_at=POSTED)
    assert replay_window(an_event()) == ReplayWindow(opens=None, closes=at(CLOSE))
    assert replay_window(early) == ReplayWindow(opens=at(END), closes=at(CLOSE))
    assert replay_window(late) == ReplayWindow(opens=at(POSTED), closes=at(CLOSE))


def test_an_open_end_is_over_after_four_hours() -> None:
    event = an_event(duration=None)
    assert phase(event, now=at("2011-11-11 20:00") - TICK) is Phase.LIVE
    assert phase(event, now=at("2011-11-11 20:00")) is Phase.REPLAY_PENDING


# Publication

PUBLISHED = "2011-11-05 12:00"


@pytest.mark.parametrize("now", [at(PUBLISHED) - TICK, at(PUBLISHED), at("2031-01-01")])
@pytest.mark.parametrize("standing", Standing)
def test_an_event_is_public_from_its_instant_in_these_standings(
    standing: Standing, now: datetime
) -> None:
    shown = standing in (Standing.APPROVED, Standing.CANCELLED, Standing.POSTPONED)
    event = an_event(standing=standing, publish_at=PUBLISHED)
    assert is_public(event, now=now) is (shown and now >= at(PUBLISHED))


@pytest.mark.parametrize("standing", ["cancelled", "postponed"])
@pytest.mark.parametrize(
    ("since", "public"),
    [
        pytest.param(at(PUBLISHED) - timedelta(days=1), False, id="a day before publication"),
        pytest.param(at(PUBLISHED) - TICK, False, id="the last instant before publication"),
        pytest.param(at(PUBLISHED), True, id="at publication, when it could be seen"),
        pytest.param(at(PUBLISHED) + timedelta(days=1), True, id="a day after publication"),
    ],
)
def test_what_is_called_off_before_it_was_public_stays_unknown(
    standing: str, since: datetime, public: bool
) -> None:
    event = an_event(standing=standing, standing_since=since, publish_at=PUBLISHED)
    assert is_public(event, now=at("2031-01-01")) is public
    assert published_at(event) == (at(PUBLISHED) if public else None)


def test_what_has_no_instant_of_publication_is_never_public() -> None:
    assert published_at(an_event(publish_at=None)) is None
    assert transitions(an_event(publish_at=None)) == []


# Transitions


def due(event: Event) -> list[tuple[str, datetime]]:
    return [(t.kind.value, t.due_at) for t in transitions(event)]


def test_everything_that_will_change_is_foretold_in_order() -> None:
    assert due(an_event(replay_posted_at=POSTED)) == [
        ("published", at(ANNOUNCED)),
        ("live_opened", at(START)),
        ("presentation_ended", at(END)),
        ("replay_opened", at(POSTED)),
        ("replay_closed", at(CLOSE)),
    ]


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ({"standing": "draft"}, []),
        ({"standing": "withdrawn"}, []),
        ({"standing": "cancelled"}, ["published"]),
        ({"standing": "postponed"}, ["published"]),
        ({"starts": "2011-11-11"}, ["published", "presentation_ended", "replay_missing"]),
        ({"replay_days": None}, ["published", "live_opened", "presentation_ended"]),
        pytest.param({"publish_at": START}, ["published", "presentation_ended", "replay_missing"]),
        pytest.param({"publish_at": END}, ["published", "replay_missing"]),
        pytest.param({"publish_at": CLOSE}, ["published"], id="published when all is over"),
    ],
)
def test_nothing_is_foretold_that_nobody_will_see(said: dict[str, Any], kinds: list[str]) -> None:
    assert [kind for kind, _ in due(an_event(**said))] == kinds


def test_a_cancelled_event_moves_to_the_past_at_its_end_though_nothing_ends() -> None:
    cancelled = an_event(standing="cancelled")
    assert next_transition(cancelled, now=at(END) - TICK) == at(END)
    assert next_transition(cancelled, now=at(END)) is None


def seen(event: Event, *, now: datetime) -> object:
    """Return all that the public can see of the event at `now`; None if it may not know of it."""
    if not is_public(event, now=now):
        return None
    words = (f(event, "America/New_York", now=now) for f in (live_words, replay_words))
    return (
        *answers(event, now=now),
        *words,
        shown_documents(event, now=now),
        is_historical(event, now=now),
    )


@given(event=events(), share=st.floats(0, 1))
def test_between_two_transitions_nothing_changes(event: Event, share: float) -> None:
    moment: datetime | None = at("2000-01-01")
    while moment is not None:
        following = next_transition(event, now=moment)
        end = at("2037-12-31") if following is None else following
        between = moment + (end - moment - TICK) * share
        assert seen(event, now=between) == seen(event, now=moment) == seen(event, now=end - TICK)
        moment = following


@given(event=events())
def test_at_each_transition_something_changes(event: Event) -> None:
    moment = next_transition(event, now=at("2000-01-01"))
    while moment is not None:
        assert seen(event, now=moment - TICK) != seen(event, now=moment)
        moment = next_transition(event, now=moment)


@given(event=events())
def test_transitions_stand_in_order_and_follow_publication(event: Event) -> None:
    instants = [transition.due_at for transition in transitions(event)]
    assert instants == sorted(instants)
    assert instants[:1] == [at for at in [published_at(event)] if at]


@given(event=events(), now=st.datetimes(datetime(2005, 1, 1), datetime(2036, 1, 1)).map(at))
def test_a_gate_is_open_only_where_there_is_a_link(event: Event, now: datetime) -> None:
    _, live, replay = answers(event, now=now)
    assert event.facts.live_url or event.facts.backup_url or live is NONE
    assert event.facts.replay_url or replay is not OPEN
    assert OPEN not in (live, replay) or event.standing not in ("cancelled", "postponed")


@pytest.mark.parametrize(
    ("withdrawn", "is_early"),
    [("2011-11-18 16:59:59", True), ("2011-11-18 17:00:01", False), (None, False)],
)
def test_a_replay_closes_by_withdrawal_only_where_its_window_had_not_ended(
    withdrawn: str | None, is_early: bool
) -> None:
    event = an_event(replay_posted_at="2011-11-11 17:30", replay_withdrawn_at=withdrawn)
    assert closes_by_withdrawal(event) is is_early
