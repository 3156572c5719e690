"""What moves when zone rules change: wall times stay, instants shift, and staff must know first."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from eventsched.domain.events import Event, Instants, Standing, derive_instants
from eventsched.domain.times import TimeProblem

# Whoever has not decided by then is to be woken: investors will dial in at one time or the other.
ALARM_BEFORE = timedelta(days=1)

_DECIDED = frozenset({Standing.WITHDRAWN, Standing.CANCELLED})


@dataclass(frozen=True, kw_only=True)
class Drift:
    """An event whose stored instants are not those that today's zone rules give its wall time.

    `would_be` is None where the wall time does not exist any more; `problem` then says why.
    """

    event: Event
    would_be: Instants | None
    problem: str = ""

    @property
    def moves_by(self) -> timedelta | None:
        """How much later (or, negative, earlier) the event would begin; None where unknown."""
        starts = self.event.instants.starts_at
        would_start = self.would_be.starts_at if self.would_be else None
        return None if starts is None or would_start is None else would_start - starts

    def is_alarming(self, *, now: datetime) -> bool:
        """Tell whether the event begins within the day and nobody has decided yet."""
        begins = self.event.instants.starts_at or self.event.instants.ends_at
        return begins - now <= ALARM_BEFORE


def drift_of(event: Event, *, now: datetime) -> Drift | None:
    """Return how the event would move under today's zone rules; None if it stays or is over."""
    lasts_until = max(event.instants.ends_at, event.instants.replay_closes_at or now)
    if lasts_until <= now or event.standing in _DECIDED:
        return None
    try:
        would_be = derive_instants(
            event.facts,
            replay_posted_at=event.replay_posted_at,
            replay_withdrawn_at=event.replay_withdrawn_at,
        )
    except TimeProblem as problem:
        return Drift(event=event, would_be=None, problem=str(problem))
    if would_be == event.instants or _is_rounded(event.instants, would_be):
        return None
    return Drift(event=event, would_be=would_be)


def _is_rounded(stands: Instants, would_be: Instants) -> bool:
    """Tell whether only the close moves, by less than a minute: no zone rule does that.

    Closes were kept to the second once.
    """
    stood, closes = stands.replay_closes_at, would_be.replay_closes_at
    if stood is None or closes is None or replace(would_be, replay_closes_at=stood) != stands:
        return False
    return abs(closes - stood) < timedelta(minutes=1)
