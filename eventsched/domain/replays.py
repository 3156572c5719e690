"""How long a replay stays: the company's usual promise, its early end, and a word of caution."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from eventsched.domain.drafts import Draft, InvalidEvent, Problem, decide
from eventsched.domain.events import CountedFrom, Event, Facts, Kind
from eventsched.domain.lifecycle import (
    Phase,
    closes_by_withdrawal,
    is_public,
    may_still_open,
    phase,
)
from eventsched.domain.replay_windows import DEFAULT_REPLAY_DAYS, FURTHER_NOTICE
from eventsched.domain.revisions import NotAllowed, instants_for, next_revision

PRESET_DAYS = (7, 30, 90, 365)
# “About twelve months”: nobody is to be reminded for the sake of a few days.
_ABOUT_A_YEAR = timedelta(days=360)
_WITHDRAWABLE = (Phase.REPLAY_OPEN, Phase.REPLAY_PENDING, Phase.REPLAY_MISSING)


class ReplayStep(StrEnum):
    """What staff may decide about a replay that was promised."""

    WITHDRAW = "replay_withdrawn"
    REINSTATE = "replay_reinstated"


@dataclass(frozen=True, kw_only=True)
class ReplayPolicy:
    """How long the company's replays stay unless an event says otherwise.

    With neither `days` nor `until_revoked`, none is promised.
    """

    days: int | None = DEFAULT_REPLAY_DAYS
    until_revoked: bool = False
    counted_from: CountedFrom = CountedFrom.END


def with_policy(draft: Draft, policy: ReplayPolicy) -> Draft:
    """Return the draft with the company's usual window in place of its own."""
    return replace(
        draft,
        replay_days="" if policy.days is None else str(policy.days),
        replay_until=FURTHER_NOTICE if policy.until_revoked else "",
        replay_counted_from="" if policy.counted_from is CountedFrom.END else policy.counted_from,
    )


def decide_policy(days: str, until: str, counted_from: str) -> ReplayPolicy:
    """Return the policy that was typed, in a draft's own words. Raises InvalidEvent."""
    facts = decide(
        Draft(
            title="-",
            date="2012-01-10",
            time="9:00",
            zone="UTC",
            replay_days=days,
            replay_until=until,
            replay_counted_from=counted_from,
        )
    )
    if facts.replay_until is not None:
        problem = "A rule for all events can’t end at one instant: say “further notice”, or days."
        raise InvalidEvent((Problem(field="replay_until", message=problem),))
    return ReplayPolicy(
        days=facts.replay_days,
        until_revoked=facts.replay_until_revoked,
        counted_from=facts.replay_counted_from,
    )


def next_replay_step(event: Event, *, now: datetime) -> ReplayStep | None:
    """Return what may be decided about the replay now.

    One that is still to come is not withdrawn: the form promises none then. One whose window would
    be over by now can't be reinstated; a longer window comes first.
    """
    if not is_public(event, now=now):
        return None
    if closes_by_withdrawal(event):
        try:
            closes = _withdrawn_at(event, None).instants.replay_closes_at
        except InvalidEvent:
            # Under new zone rules its time is not there any more: an edit comes first.
            return None
        return ReplayStep.REINSTATE if closes is None or closes > now else None
    withdrawable = phase(event, now=now) in _WITHDRAWABLE and may_still_open(event, now=now)
    return ReplayStep.WITHDRAW if withdrawable else None


def with_replay_step(event: Event, step: ReplayStep, *, now: datetime) -> Event:
    """Return the event's next revision, its replay withdrawn from `now`, or there again.

    Raises NotAllowed where the step makes no sense.
    """
    if next_replay_step(event, now=now) is not step:
        told = "withdrawn" if step is ReplayStep.WITHDRAW else "reinstated"
        raise NotAllowed(f"There is no replay that could be {told} now.")
    changed = _withdrawn_at(event, now if step is ReplayStep.WITHDRAW else None)
    return next_revision(event, changed, now=now)


def caution(facts: Facts) -> str:
    """Return a reminder where an earnings call gets a short replay window; "" elsewhere.

    The SEC's release that adopted Regulation G (33-8176, 68 FR 4820, January 30, 2003) lets what
    must accompany a non-GAAP measure given orally stand on the company's website, and encourages
    companies to keep it there for at least twelve months. Advice, not a rule of ours.
    """
    if facts.kind is not Kind.EARNINGS_CALL or not facts.promises_replay:
        return ""
    stays = _stays_for(facts)
    if stays is None or stays >= _ABOUT_A_YEAR:
        return ""
    return (
        "If non-GAAP figures are discussed: the SEC’s release on Regulation G encourages companies "
        "to keep them, and their reconciliation, on the website for at least twelve months."
    )


def _stays_for(facts: Facts) -> timedelta | None:
    """Return about how long the replay stays; None for good."""
    if facts.replay_days is not None:
        return timedelta(days=facts.replay_days)
    if facts.replay_until is None:
        return None
    return facts.replay_until - datetime.combine(facts.date, facts.time or time())


def _withdrawn_at(event: Event, at: datetime | None) -> Event:
    instants = instants_for(event.facts, posted=event.replay_posted_at, withdrawn=at)
    return replace(event, replay_withdrawn_at=at, instants=instants)
