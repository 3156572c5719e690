"""How an event becomes its next self, and what a reader's calendar hears of it."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given

from eventsched.domain.events import Event, Facts, Presenter, Standing
from eventsched.domain.ledger import canonical_json
from eventsched.domain.lifecycle import Phase, is_public, phase
from eventsched.domain.revisions import (
    NotAllowed,
    event_of,
    first_revision,
    next_standings,
    record_of,
    with_facts,
    with_standing,
)
from eventsched.domain.wording import live_words, replay_words
from tests.builders import VENDOR_REPLAY, an_event, at, facts
from tests.strategies import events
from tests.strategies import facts as any_facts

ANNOUNCED, LATER = at("2011-11-02 12:00"), at("2011-11-05 09:30")
EMBARGO = at("2011-11-10 12:00")
DRAFT, IN_REVIEW, APPROVED, CANCELLED, POSTPONED, WITHDRAWN = Standing


def drafted() -> Event:
    return first_revision(facts(), slug="e", uid="e@i.com", now=at("2011-10-01 09:00"))


def counted(event: Event) -> tuple[int, int, datetime]:
    return event.revision, event.sequence, event.changed_at


def test_an_event_begins_as_a_draft_that_nobody_knows_of() -> None:
    event = drafted()
    assert (event.standing, event.publish_at) == (DRAFT, None)
    assert counted(event) == (1, 0, at("2011-10-01 09:00"))


# What readers notice


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"title": "Another title"}, id="title"),
        pytest.param({"starts": "2011-11-11 09:30"}, id="time"),
        pytest.param({"starts": "2011-11-11"}, id="the time is open again"),
        pytest.param({"zone": "America/Denver"}, id="a zone with the same clock"),
        pytest.param({"duration": 45}, id="duration"),
        pytest.param({"duration": None}, id="open end"),
        pytest.param({"city": "Scottsdale, AZ"}, id="city"),
        pytest.param({"venue": "The Biltmore"}, id="venue"),
        pytest.param({"host": "Crédit Suisse"}, id="host"),
        pytest.param({"kind": "investor_day"}, id="kind"),
        pytest.param({"format": "panel"}, id="format"),
        pytest.param({"presenters": ()}, id="no presenters"),
        pytest.param(
            {"presenters": (Presenter(name="Daniel Junius", title="CEO"),)}, id="title of"
        ),
        pytest.param({"replay_days": 14}, id="longer replay"),
        pytest.param({"replay_days": None}, id="no replay"),
        pytest.param({"live_url": None}, id="webcast withdrawn"),
        pytest.param({"backup_url": "https://other.example/live"}, id="backup given"),
        pytest.param({"backup_note": "Please call."}, id="failure told"),
        pytest.param({"dial_in": "877-555-0100"}, id="number to call"),
        pytest.param({"conference_id": "4711"}, id="conference id"),
    ],
)
def test_a_change_that_readers_notice_raises_the_sequence(said: dict[str, Any]) -> None:
    event = an_event(revision=3, sequence=1)
    assert counted(with_facts(event, facts(**said), now=LATER)) == (4, 2, LATER)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param({}, {}, id="the same facts"),
        pytest.param({}, {"live_url": "https://other.example/live"}, id="another live link"),
        pytest.param(
            {"replay_posted_at": "2011-11-03"},
            {"replay_url": "https://other.example/replay"},
            id="another replay link",
        ),
        pytest.param({}, {"replay_url": VENDOR_REPLAY}, id="a replay is prepared"),
    ],
)
def test_what_stays_behind_the_gates_is_not_noticed(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    event = an_event(**before, revision=3, sequence=1)
    assert counted(with_facts(event, facts(**after), now=LATER)) == (4, 1, event.changed_at)


def test_a_replay_that_is_posted_is_noticed() -> None:
    ended, event = at("2011-11-11 17:00"), an_event(revision=3, sequence=1)
    posted = facts(replay_url=VENDOR_REPLAY)
    assert counted(with_facts(event, posted, now=ended)) == (4, 2, ended)


@pytest.mark.parametrize(
    "said",
    [
        {"dial_in": "877-555-0100"},
        {"conference_id": "4711"},
        {"backup_note": "Please call."},
        {"backup_url": "https://other.example/live"},
    ],
)
def test_how_one_could_have_joined_is_not_noticed_once_it_is_over(said: dict[str, Any]) -> None:
    ended, event = at("2011-11-11 17:00"), an_event(revision=3, sequence=1)
    assert counted(with_facts(event, facts(**said), now=ended)) == (4, 1, event.changed_at)


@pytest.mark.parametrize("standing", [CANCELLED, POSTPONED, WITHDRAWN])
def test_calling_off_what_is_public_is_noticed(standing: Standing) -> None:
    assert counted(with_standing(an_event(), standing, now=LATER)) == (2, 1, LATER)


def test_a_reinstated_event_is_noticed_and_stays_public() -> None:
    cancelled = with_standing(an_event(), CANCELLED, now=LATER)
    back = with_standing(cancelled, APPROVED, now=LATER + timedelta(days=1))
    assert counted(back) == (3, 2, LATER + timedelta(days=1))
    assert back.publish_at == ANNOUNCED


def test_the_replay_is_posted_when_its_link_first_appears() -> None:
    first = with_facts(an_event(), facts(replay_url=VENDOR_REPLAY), now=LATER)
    other = with_facts(first, facts(replay_url="https://b.example"), now=EMBARGO)
    gone = with_facts(other, facts(), now=EMBARGO)
    posted = [event.replay_posted_at for event in (first, other, gone)]
    assert posted == [LATER, LATER, None]


def test_an_open_end_is_over_once_its_replay_is_posted() -> None:
    event = an_event(duration=None)
    posted = facts(duration=None, replay_url=VENDOR_REPLAY)
    over = with_facts(event, posted, now=at("2011-11-11 17:10"))
    assert over.instants.ends_at == at("2011-11-11 17:10")
    assert over.instants.replay_closes_at == at("2011-11-18 17:10")
    assert with_facts(over, facts(duration=None), now=LATER).instants == event.instants


@pytest.mark.parametrize("replay_days", [7, None])
def test_an_event_that_was_over_does_not_begin_again_without_its_replay(
    replay_days: int | None,
) -> None:
    posted = facts(duration=None, replay_url=VENDOR_REPLAY)
    over = with_facts(an_event(duration=None), posted, now=at("2011-11-11 17:10"))
    says = facts(duration=None, replay_days=replay_days)
    gone = with_facts(over, says, now=at("2011-11-11 17:20"))
    assert gone.instants.ends_at == at("2011-11-11 17:10")
    assert phase(gone, now=at("2011-11-11 17:20")) in (Phase.REPLAY_PENDING, Phase.PAST)
    moved = with_facts(
        over, facts(duration=None, starts="2011-11-12 09:00"), now=at("2011-11-11 17:20")
    )
    assert moved.instants.ends_at == at("2011-11-12 20:00")


# Before publication


def test_nothing_of_the_time_before_publication_counts() -> None:
    event = drafted()
    for days, title in enumerate(["First try", "Second try", "Third try"], start=1):
        now = at("2011-10-01 09:00") + timedelta(days=days)
        event = with_facts(event, facts(title=title), now=now)
    event = with_standing(event, APPROVED, publish_at=EMBARGO, now=LATER)
    event = with_facts(event, facts(), now=LATER + timedelta(hours=1))
    assert counted(event) == (6, 0, LATER + timedelta(hours=1))
    assert not is_public(event, now=EMBARGO - timedelta(microseconds=1))
    assert is_public(event, now=EMBARGO)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        pytest.param(None, LATER, id="at once"),
        pytest.param(LATER - timedelta(days=1), LATER, id="an instant that has passed"),
        pytest.param(LATER, LATER, id="now"),
        pytest.param(EMBARGO, EMBARGO, id="under embargo"),
    ],
)
def test_an_approved_event_is_public_from_its_instant(
    asked: datetime | None, given: datetime
) -> None:
    assert with_standing(drafted(), APPROVED, publish_at=asked, now=LATER).publish_at == given


def test_an_embargo_can_be_moved_and_lifted() -> None:
    embargoed = with_standing(drafted(), APPROVED, publish_at=EMBARGO, now=ANNOUNCED)
    earlier = with_standing(embargoed, APPROVED, publish_at=LATER, now=ANNOUNCED)
    lifted = with_standing(embargoed, APPROVED, publish_at=ANNOUNCED, now=ANNOUNCED)
    taken_back = with_standing(embargoed, DRAFT, now=ANNOUNCED)
    instants = [event.publish_at for event in (earlier, lifted, taken_back)]
    assert instants == [LATER, ANNOUNCED, None]


@pytest.mark.parametrize("called_off", list(product([CANCELLED, POSTPONED], repeat=2)))
@pytest.mark.parametrize("again_after", [timedelta(hours=-1), timedelta(0), timedelta(days=30)])
def test_what_was_called_off_under_embargo_is_never_heard_of(
    called_off: tuple[Standing, Standing], again_after: timedelta
) -> None:
    embargoed = with_standing(drafted(), APPROVED, publish_at=EMBARGO, now=ANNOUNCED)
    event = with_standing(embargoed, called_off[0], now=LATER)
    if called_off[1] in next_standings(event, now=LATER):
        event = with_standing(event, called_off[1], now=EMBARGO + again_after)
    event = with_facts(event, facts(title="Renamed"), now=EMBARGO + timedelta(days=40))
    assert not is_public(event, now=at("2031-01-01"))
    assert event.sequence == 0


@pytest.mark.parametrize(
    ("reinstated", "public_from"),
    [
        pytest.param(EMBARGO - timedelta(hours=1), EMBARGO, id="before the embargo ends"),
        pytest.param(
            EMBARGO + timedelta(hours=1), EMBARGO + timedelta(hours=1), id="after it ended"
        ),
    ],
)
def test_an_event_reinstated_under_embargo_keeps_it(
    reinstated: datetime, public_from: datetime
) -> None:
    embargoed = with_standing(drafted(), APPROVED, publish_at=EMBARGO, now=ANNOUNCED)
    postponed = with_standing(embargoed, POSTPONED, now=LATER)
    back = with_standing(postponed, APPROVED, now=reinstated)
    assert (back.publish_at, back.sequence) == (public_from, 0)


def test_a_withdrawn_event_starts_again_as_a_draft() -> None:
    withdrawn = with_standing(an_event(), WITHDRAWN, now=LATER)
    draft = with_standing(withdrawn, DRAFT, now=LATER)
    again = with_standing(draft, APPROVED, publish_at=EMBARGO, now=LATER)
    assert (draft.publish_at, again.publish_at) == (None, EMBARGO)
    assert not is_public(again, now=EMBARGO - timedelta(microseconds=1))
    # Its UID has been in calendars; what comes again has to count more than what they hold.
    assert again.sequence == 1


STEPS = {
    DRAFT: {IN_REVIEW, APPROVED, WITHDRAWN},
    IN_REVIEW: {DRAFT, APPROVED, WITHDRAWN},
    APPROVED: {CANCELLED, POSTPONED, WITHDRAWN},
    CANCELLED: {APPROVED, WITHDRAWN},
    POSTPONED: {APPROVED, CANCELLED, WITHDRAWN},
    WITHDRAWN: {DRAFT},
}


@pytest.mark.parametrize(("old", "new"), list(product(Standing, repeat=2)))
def test_only_steps_that_make_sense_are_taken(old: Standing, new: Standing) -> None:
    event = an_event(standing=old)
    if new in STEPS[old]:
        assert with_standing(event, new, now=LATER).standing is new
    else:
        with pytest.raises(NotAllowed) as refused:
            with_standing(event, new, now=LATER)
        assert str(refused.value) == f"An event that is {old} can't become {new}."


# Every event


@given(event=events())
def test_what_was_written_down_is_read_back(event: Event) -> None:
    assert event_of(json.loads(canonical_json(record_of(event)))) == event


@given(event=events(), changed=any_facts())
def test_a_revision_keeps_identity_and_counts_one(event: Event, changed: Facts) -> None:
    following = with_facts(event, changed, now=event.changed_at + timedelta(days=1))
    assert (following.slug, following.uid) == (event.slug, event.uid)
    assert following.revision == event.revision + 1
    assert following.sequence - event.sequence in (0, 1)


@given(event=events(), changed=any_facts())
def test_the_sequence_rises_with_what_can_be_read(event: Event, changed: Facts) -> None:
    now = event.changed_at + timedelta(days=1)
    following = with_facts(event, changed, now=now)

    def read(one: Event) -> list[str]:
        return [words(one, "UTC", now=now) for words in (live_words, replay_words)]

    if is_public(event, now=now) and read(following) != read(event):
        assert counted(following)[1:] == (event.sequence + 1, now)
    if not is_public(event, now=now):
        assert following.sequence == event.sequence


@given(event=events())
def test_the_same_facts_again_are_not_noticed(event: Event) -> None:
    now = event.replay_posted_at or event.changed_at
    again = with_facts(event, event.facts, now=now)
    noted = event.changed_at if is_public(event, now=now) else now
    assert again == replace(event, revision=event.revision + 1, changed_at=noted)
