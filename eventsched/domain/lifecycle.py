"""The one predicate: what the public may see of an event at an instant, and when that changes.

Every channel asks here: page, gate, feed, file, JSON, mail. The answers are computed from stored
facts and `now`; nothing has to have run. Intervals are half-open: at its opening instant a thing is
open, at its closing instant it is closed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from eventsched.domain.documents import Document, Shown
from eventsched.domain.events import Event, Standing

# Older than a quarter: the next results are out, or about to be.
HISTORICAL_AFTER = timedelta(days=90)
# A recording is cut within hours, and a week is the usual promise: what is not there by then was
# not on time for anybody. Exact hours, so that a database can ask it of what it stores.
REPLAY_IS_MISSING_AFTER = timedelta(days=7)


class Phase(StrEnum):
    """What an event is at an instant."""

    UPCOMING = "upcoming"
    LIVE = "live"
    REPLAY_PENDING = "replay_pending"
    REPLAY_OPEN = "replay_open"
    REPLAY_EXPIRED = "replay_expired"
    # One was promised and none is posted: it counts as not having come.
    REPLAY_MISSING = "replay_missing"
    PAST = "past"


class TransitionKind(StrEnum):
    """What changes for the public at a transition."""

    PUBLISHED = "published"
    LIVE_OPENED = "live_opened"
    PRESENTATION_ENDED = "presentation_ended"
    REPLAY_OPENED = "replay_opened"
    REPLAY_CLOSED = "replay_closed"
    REPLAY_MISSING = "replay_missing"


class GateState(StrEnum):
    """What a gate (live or replay) answers."""

    NOT_YET = "not_yet"
    OPEN = "open"
    CLOSED = "closed"
    # A replay was promised and none is posted. If one comes while it may, the gate opens.
    MISSING = "missing"
    # There is nothing behind the gate: no webcast or replay was announced, or it was called off.
    NONE = "none"


@dataclass(frozen=True, kw_only=True, order=True)
class Transition:
    """An instant at which what the public may see of an event changes."""

    due_at: datetime
    kind: TransitionKind


@dataclass(frozen=True, kw_only=True)
class ReplayWindow:
    """The half-open interval `[opens, closes)` in which the replay may be watched.

    `opens` is None until a replay was posted, and not before `closes` if that came too late.
    `closes` is None until it is revoked, and where the days are counted from a posting to come.
    """

    opens: datetime | None
    closes: datetime | None

    @property
    def ever_opens(self) -> bool:
        """Whether there is an instant at which the replay may be watched."""
        return self.opens is not None and (self.closes is None or self.opens < self.closes)

    def is_over(self, *, now: datetime) -> bool:
        """Tell whether the replay has closed by `now`."""
        return self.closes is not None and self.closes <= now


_SHOWN = frozenset({Standing.APPROVED, Standing.CANCELLED, Standing.POSTPONED})
_CALLED_OFF = frozenset({Standing.CANCELLED, Standing.POSTPONED})


def is_public(event: Event, *, now: datetime) -> bool:
    """Tell whether the public may know of the event at `now`."""
    published = published_at(event)
    return published is not None and published <= now


def published_at(event: Event) -> datetime | None:
    """Return the instant from which the public may know of the event; None for never.

    What is called off before it was public stays unknown.
    """
    if event.standing not in _SHOWN or event.publish_at is None:
        return None
    if event.standing in _CALLED_OFF and event.standing_since < event.publish_at:
        return None
    return event.publish_at


def takes_place(event: Event) -> bool:
    """Tell whether the event is still to be expected on its date (not cancelled or postponed)."""
    return event.standing not in _CALLED_OFF


def replay_window(event: Event) -> ReplayWindow | None:
    """Return when the replay opens and closes; None where none is to be expected."""
    is_timed = event.instants.starts_at is not None
    if not is_timed or not event.facts.promises_replay or not takes_place(event):
        return None
    posted = event.replay_posted_at
    opens = None if posted is None else max(event.instants.ends_at, posted)
    return ReplayWindow(opens=opens, closes=event.instants.replay_closes_at)


def closes_by_withdrawal(event: Event) -> bool:
    """Tell whether the replay closes because it was withdrawn, before its window was over."""
    at = event.replay_withdrawn_at
    return at is not None and at == event.instants.replay_closes_at


def replay_missing_at(event: Event) -> datetime | None:
    """Return the instant from which a promised replay counts as not having come; None where it had.

    That is when its window ends, or a week after the event where that is sooner or no end is known.
    One that is posted afterwards opens all the same, for as long as its window lasts.
    """
    if not event.facts.promises_replay or not takes_place(event):
        return None
    ends_at = event.instants.ends_at
    window = replay_window(event) or ReplayWindow(opens=None, closes=None)
    at = overdue_at = ends_at + REPLAY_IS_MISSING_AFTER
    if window.closes is not None:
        at = max(ends_at, min(overdue_at, window.closes))
        if closes_by_withdrawal(event) and window.closes <= at:
            return None
    return None if _has_come(event, window, by=at) else at


def _has_come(event: Event, window: ReplayWindow, *, by: datetime) -> bool:
    """Tell whether there was a replay `by` then. One whose link was taken away closes as promised;
    where that is never, nothing is left of it.
    """
    if window.opens is None or not window.ever_opens:
        return False
    return window.opens <= by if event.facts.replay_url else window.closes is not None


def is_replay_missing(event: Event, *, now: datetime) -> bool:
    """Tell whether a replay was promised by now, and neither is there nor ever closed."""
    return replay_gate(event, now=now) is GateState.MISSING


def may_still_open(event: Event, *, now: datetime) -> bool:
    """Tell whether a replay would be open, or would open, if it were posted at `now`."""
    window = replay_window(event)
    return window is not None and not window.is_over(now=now)


def phase(event: Event, *, now: datetime) -> Phase:
    """Return what the event is at `now`.

    Of one that was called off, it is what the date says: upcoming until it would have ended.
    """
    starts_at, ends_at = event.instants.starts_at, event.instants.ends_at
    if now < (starts_at or ends_at):
        return Phase.UPCOMING
    if now < ends_at:
        return Phase.LIVE if takes_place(event) else Phase.UPCOMING
    window = replay_window(event)
    if window is None:
        return Phase.PAST
    if window.is_over(now=now):
        was_there = window.ever_opens or closes_by_withdrawal(event)
        return Phase.REPLAY_EXPIRED if was_there else Phase.REPLAY_MISSING
    # A link that was taken away after the close leaves nothing to open, were the clock set back.
    opens = window.opens if event.facts.replay_url else None
    if opens and opens <= now:
        return Phase.REPLAY_OPEN
    return Phase.REPLAY_MISSING if _is_overdue(event, now=now) else Phase.REPLAY_PENDING


def _is_overdue(event: Event, *, now: datetime) -> bool:
    missing_at = replay_missing_at(event)
    return missing_at is not None and missing_at <= now


def live_gate(event: Event, *, now: datetime) -> GateState:
    """Return what the live gate answers at `now`, for an event that is public."""
    if not event.facts.way_in or not takes_place(event):
        return GateState.NONE
    match phase(event, now=now):
        case Phase.UPCOMING:
            return GateState.NOT_YET
        case Phase.LIVE:
            return GateState.OPEN
        case _:
            return GateState.CLOSED


def shows_ways_in(event: Event, *, now: datetime) -> bool:
    """Tell whether numbers to call and words about the webcast's failure are for anybody yet."""
    return takes_place(event) and phase(event, now=now) in (Phase.UPCOMING, Phase.LIVE)


def replay_gate(event: Event, *, now: datetime) -> GateState:
    """Return what the replay gate answers at `now`, for an event that is public."""
    if not event.facts.promises_replay or not takes_place(event):
        return GateState.NONE
    closes = event.instants.replay_closes_at
    # Whatever becomes of the date afterwards: what was withdrawn stays so.
    if closes_by_withdrawal(event) and closes is not None and closes <= now:
        return GateState.CLOSED
    match phase(event, now=now):
        case Phase.REPLAY_OPEN:
            return GateState.OPEN
        case Phase.REPLAY_EXPIRED:
            return GateState.CLOSED
        case _:
            # Also where the time was never announced, and the day is long over.
            return GateState.MISSING if _is_overdue(event, now=now) else GateState.NOT_YET


def shown_from(event: Event, document: Document) -> datetime | None:
    """Return the instant from which the public may have a document of the event; None for never.

    Always one at which the event itself changes: publication, its beginning, its end. What was to
    show when it begins or ended does not where it was called off: it never begins.
    """
    published = published_at(event)
    if published is None or document.label.shown is Shown.AT_ONCE:
        return published
    if not takes_place(event):
        return None
    starts_at, ends_at = event.instants.starts_at, event.instants.ends_at
    begins = document.label.shown is Shown.WHEN_IT_BEGINS and starts_at
    return max(published, begins or ends_at)


def shown_documents(event: Event, *, now: datetime) -> tuple[Document, ...]:
    """Return the documents of the event that the public may have at `now`."""
    instants = ((document, shown_from(event, document)) for document in event.documents)
    return tuple(document for document, at in instants if at is not None and at <= now)


def is_historical(event: Event, *, now: datetime) -> bool:
    """Tell whether what there is to watch or read of the event is old, and readers are to be told.

    Old is what is left when the promised replay has closed, and everything a quarter after the
    event. Where there is nothing to watch or read, nothing is old.
    """
    old_at = _grows_old_at(event)
    if old_at is None or now < old_at:
        return False
    return bool(shown_documents(event, now=now)) or replay_gate(event, now=now) is GateState.OPEN


def _grows_old_at(event: Event) -> datetime | None:
    if not takes_place(event):
        return None
    window, old_at = replay_window(event), event.instants.ends_at + HISTORICAL_AFTER
    return old_at if window is None or window.closes is None else min(window.closes, old_at)


def transitions(event: Event) -> list[Transition]:
    """Return every instant at which what the public may see changes, in order.

    Nothing precedes publication: before it there is nothing to see.
    """
    published = published_at(event)
    if published is None:
        return []
    found = {TransitionKind.PUBLISHED: published}
    if takes_place(event):
        if event.instants.starts_at is not None:
            found[TransitionKind.LIVE_OPENED] = event.instants.starts_at
        found[TransitionKind.PRESENTATION_ENDED] = event.instants.ends_at
        found |= _of_replay(event)
    return sorted(
        Transition(due_at=at, kind=kind)
        for kind, at in found.items()
        if kind is TransitionKind.PUBLISHED or at > published
    )


def _of_replay(event: Event) -> dict[TransitionKind, datetime]:
    """Return when the replay opens, closes, or counts as not having come."""
    window = replay_window(event) or ReplayWindow(opens=None, closes=None)
    opens, closes, missing_at = window.opens, window.closes, replay_missing_at(event)
    # A window in which nothing ever was has nothing to close.
    was_there = window.ever_opens or closes_by_withdrawal(event)
    found = {
        TransitionKind.REPLAY_OPENED: opens if window.ever_opens else None,
        TransitionKind.REPLAY_CLOSED: closes if was_there else None,
        TransitionKind.REPLAY_MISSING: missing_at,
    }
    return {kind: at for kind, at in found.items() if at is not None}


def next_transition(event: Event, *, now: datetime) -> datetime | None:
    """Return the first instant after `now` at which anything shown changes; None for never."""
    return next((at for at in _changes(event) if at > now), None)


def last_transition(event: Event, *, now: datetime) -> datetime | None:
    """Return the last instant up to `now` at which anything shown changed; None if not public."""
    return max((at for at in _changes(event) if at <= now), default=None)


def _changes(event: Event) -> list[datetime]:
    """Return the instants of all transitions, in order, and of what passes unrecorded.

    What was called off has no end that anybody would write down, but is past all the same; and
    nobody does anything when material grows old.
    """
    instants = [transition.due_at for transition in transitions(event)]
    if instants and not takes_place(event) and event.instants.ends_at > instants[0]:
        instants.append(event.instants.ends_at)
    old_at = _grows_old_at(event)
    if instants and old_at and old_at > instants[0] and is_historical(event, now=old_at):
        instants.append(old_at)
    return sorted(instants)
