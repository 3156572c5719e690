"""What the team is told of an event, and when there is nothing to tell."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from eventsched.domain.events import Event, Standing
from eventsched.domain.probes import LinkState, ProbeKind
from eventsched.domain.second_person import Declined, Proposal
from eventsched.domain.staff import Role
from eventsched.domain.staff_notices import APPROVERS, Concern, concerns, parked
from tests.builders import an_event, at

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
EVENT = an_event(starts="2011-11-11 09:00", zone="America/Phoenix")
ENDS = EVENT.instants.ends_at
CLOSES = at("2011-11-18 17:00")
POSTED = replace(
    EVENT,
    facts=replace(EVENT.facts, replay_url="https://vendor.example/replay"),
    replay_posted_at=ENDS + HOUR,
)


def told(
    event: Event = EVENT,
    *,
    now: datetime,
    links: dict[ProbeKind, LinkState] | None = None,
    proposal: Proposal | None = None,
    declined: Declined | None = None,
) -> list[Concern]:
    return concerns(
        event,
        links=links or {},
        proposal=proposal,
        declined=declined,
        home_zone="America/New_York",
        rules="2026f",
        now=now,
    )


def kinds(event: Event = EVENT, *, now: datetime, **said: object) -> list[str]:
    return [concern.kind for concern in told(event, now=now, **said)]  # type: ignore[arg-type]


def failed(kind: ProbeKind) -> dict[ProbeKind, LinkState]:
    looked = at("2011-11-11 15:00")
    return {kind: LinkState(good=False, since=looked, looked_at=looked, words="answered 404")}


UNPOSTED = replace(EVENT, facts=replace(EVENT.facts, replay_url=None), replay_posted_at=None)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(ENDS, [], id="it has just ended"),
        pytest.param(ENDS + 2 * HOUR - SECOND, [], id="a second before two hours"),
        pytest.param(ENDS + 2 * HOUR, ["staff.replay_late"], id="two hours after"),
        pytest.param(CLOSES - SECOND, ["staff.replay_late"], id="the last second"),
        pytest.param(CLOSES, ["staff.replay_missing"], id="too late for any replay"),
        pytest.param(CLOSES + timedelta(days=7), [], id="nothing can be done any more"),
    ],
)
def test_a_replay_is_missed_two_hours_after_the_call(now: datetime, expected: list[str]) -> None:
    assert kinds(UNPOSTED, now=now) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(CLOSES - 24 * HOUR - SECOND, [], id="more than a day left"),
        pytest.param(CLOSES - 24 * HOUR, ["staff.replay_closing"], id="a day left"),
        pytest.param(CLOSES, [], id="closed"),
    ],
)
def test_a_replay_that_closes_tomorrow_is_told(now: datetime, expected: list[str]) -> None:
    assert kinds(POSTED, now=now) == expected


@pytest.mark.parametrize(
    ("kind", "now", "expected"),
    [
        (ProbeKind.LIVE_LINK, ENDS - SECOND, True),
        (ProbeKind.LIVE_LINK, ENDS, False),
        (ProbeKind.REPLAY_LINK, ENDS + 2 * HOUR, True),
        (ProbeKind.REPLAY_LINK, CLOSES, False),
        (ProbeKind.OUR_GATE, CLOSES - SECOND, False),
        (ProbeKind.OUR_GATE, CLOSES, True),
        (ProbeKind.VENDOR_STILL_SERVES, CLOSES + timedelta(days=7), False),
    ],
)
def test_a_failed_look_is_told_while_it_matters(
    kind: ProbeKind, now: datetime, expected: bool
) -> None:
    assert ("staff.probe" in kinds(POSTED, now=now, links=failed(kind))) is expected


def test_a_link_that_works_again_is_not_told() -> None:
    state = failed(ProbeKind.LIVE_LINK)[ProbeKind.LIVE_LINK]
    links = {ProbeKind.LIVE_LINK: replace(state, good=True)}
    assert kinds(now=at("2011-11-11 15:30"), links=links) == []


def test_one_failure_is_one_concern_however_often_it_is_seen() -> None:
    links = failed(ProbeKind.LIVE_LINK)
    later = {k: replace(s, looked_at=s.looked_at + HOUR / 2) for k, s in links.items()}
    now = at("2011-11-11 15:45")
    first, second = told(now=now, links=links), told(now=now, links=later)
    assert [one.key for one in first] == [one.key for one in second]
    anew = {k: replace(s, since=s.since + HOUR / 2) for k, s in links.items()}
    assert [one.key for one in told(now=now, links=anew)] != [one.key for one in first]


@pytest.mark.parametrize("standing", [Standing.CANCELLED, Standing.WITHDRAWN, Standing.DRAFT])
def test_of_what_does_not_take_place_nothing_is_told(standing: Standing) -> None:
    gone = replace(UNPOSTED, standing=standing, standing_since=ENDS - HOUR)
    links = failed(ProbeKind.LIVE_LINK)
    for now in (ENDS - SECOND, ENDS + 3 * HOUR, CLOSES - HOUR, CLOSES):
        assert kinds(gone, now=now, links=links) == []


def test_an_event_in_review_waits_for_approvers() -> None:
    waiting = replace(EVENT, standing=Standing.IN_REVIEW, revision=3)
    [concern] = told(waiting, now=at("2011-11-01 12:00"))
    assert (concern.kind, concern.roles) == ("staff.approval", APPROVERS)
    [again] = told(replace(waiting, revision=4), now=at("2011-11-01 12:00"))
    assert again.key != concern.key


def test_a_proposal_waits_for_approvers_but_for_its_author() -> None:
    proposal = Proposal(
        id=7,
        slug=EVENT.slug,
        base=1,
        draft=None,
        standing=Standing.CANCELLED,
        reason="",
        by="ann@x.example",
        at=at("2011-11-01 12:00"),
    )
    [concern] = told(now=at("2011-11-01 12:00"), proposal=proposal)
    assert (concern.roles, concern.but) == (APPROVERS, "ann@x.example")
    assert "They gave no reason." in concern.sentences


def test_who_proposed_is_told_why_it_was_declined() -> None:
    proposal = Proposal(
        id=7,
        slug=EVENT.slug,
        base=EVENT.revision,
        draft=None,
        standing=Standing.CANCELLED,
        reason="",
        by="ann@x.example",
        at=at("2011-11-01 12:00"),
    )
    now = at("2011-11-01 13:00")
    declined = Declined(proposal=proposal, by="bo@x.example", at=now, reason="Not off at all.")
    [concern] = told(now=now, declined=declined)
    assert (concern.kind, concern.only) == ("staff.declined", "ann@x.example")
    assert "Their reason: Not off at all." in concern.sentences
    assert told(now=now, declined=replace(declined, reason="")) == []
    saved_since = replace(EVENT, revision=EVENT.revision + 1)
    assert told(saved_since, now=now, declined=declined) == []


def test_new_zone_rules_are_told_and_told_again_as_an_alarm() -> None:
    instants = EVENT.instants
    moved = replace(
        EVENT,
        instants=replace(
            instants,
            starts_at=at("2011-11-11 15:00"),
            ends_at=at("2011-11-11 15:30"),
        ),
    )
    [calm] = told(moved, now=at("2011-11-01 12:00"))
    [alarm] = told(moved, now=at("2011-11-11 12:00"))
    assert calm.kind == alarm.kind == "staff.drift"
    assert calm.key != alarm.key
    assert calm.sentences[0].endswith("it would begin 60 minutes later.")
    assert "within a day" in alarm.sentences[-1]


def test_parked_mail_is_the_admins_concern_once_a_day() -> None:
    assert parked(1, "2011-11-11").key != parked(1, "2011-11-12").key
    assert parked(2, "2011-11-11").key == parked(1, "2011-11-11").key
    assert parked(1, "2011-11-11").roles == {Role.ADMIN}
