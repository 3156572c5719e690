"""The rule of two: what nobody at the company may do alone, where the company demands it."""

from dataclasses import dataclass
from datetime import datetime

from eventsched.domain.drafts import Draft
from eventsched.domain.events import Event, Facts, Standing

_PREPARING = frozenset({Standing.DRAFT, Standing.IN_REVIEW})


class SecondPersonNeeded(Exception):
    """Somebody else has to decide this too."""


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A change that waits for a second person.

    It was made from revision `base` and is either a draft to be saved or a standing to be taken.
    """

    id: int
    slug: str
    base: int
    draft: Draft | None
    standing: Standing | None
    reason: str
    by: str
    at: datetime


def takes_two(before: Event, after: Event) -> bool:
    """Tell whether the step is one of those that the rule is about.

    Publication, cancellation and the like; and, of what was approved, another date or time or
    another replay window.
    """
    if before.standing in _PREPARING and after.standing in _PREPARING:
        return False
    if after.standing is not before.standing:
        return after.standing is not Standing.DRAFT and not _gives_up(before, after)
    return _promise(before.facts) != _promise(after.facts) or before.publish_at != after.publish_at


def _gives_up(before: Event, after: Event) -> bool:
    return before.standing in _PREPARING and after.standing is Standing.WITHDRAWN


def _promise(facts: Facts) -> tuple[object, ...]:
    """Return when it takes place, and how long its replay was promised."""
    when = (facts.date, facts.time, facts.repeated, facts.zone, facts.duration)
    return (*when, facts.replay_days, facts.replay_until)
