"""The rule of two: what nobody at the company may do alone, where the company demands it."""

from dataclasses import dataclass
from datetime import datetime

from eventsched.domain.drafts import Draft
from eventsched.domain.events import Event, Standing
from eventsched.domain.replays import ReplayStep

Wanted = Draft | Standing | ReplayStep

_PREPARING = frozenset({Standing.DRAFT, Standing.IN_REVIEW})


class SecondPersonNeeded(Exception):
    """Somebody else has to decide this too."""


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A change that waits for a second person.

    It was made from revision `base` and is one of a draft to be saved, a standing to be taken and
    a step about the replay.
    """

    id: int
    slug: str
    base: int
    draft: Draft | None
    standing: Standing | None
    replay_step: ReplayStep | None = None
    reason: str
    by: str
    at: datetime

    @property
    def wanted(self) -> Wanted:
        """What was proposed."""
        found = self.draft or self.standing or self.replay_step
        assert found is not None
        return found


@dataclass(frozen=True, kw_only=True)
class Declined:
    """A change that was declined by somebody else than proposed it, who said why."""

    proposal: Proposal
    by: str
    at: datetime
    reason: str


def takes_two(before: Event, after: Event) -> bool:
    """Tell whether the step is one of those that the rule is about.

    Publication, cancellation and the like; and, of what was approved, another date or time,
    another replay window, and a replay that is withdrawn or reinstated.
    """
    if before.standing in _PREPARING and after.standing in _PREPARING:
        return False
    if after.standing is not before.standing:
        return after.standing is not Standing.DRAFT and not _gives_up(before, after)
    return _promise(before) != _promise(after) or before.publish_at != after.publish_at


def _gives_up(before: Event, after: Event) -> bool:
    return before.standing in _PREPARING and after.standing is Standing.WITHDRAWN


def _promise(event: Event) -> tuple[object, ...]:
    """Return when it takes place, and how long its replay was promised."""
    facts = event.facts
    when = (facts.date, facts.time, facts.repeated, facts.zone, facts.duration)
    stays = (facts.replay_days, facts.replay_until, facts.replay_until_revoked)
    return (*when, *stays, facts.replay_counted_from, event.replay_withdrawn_at)
