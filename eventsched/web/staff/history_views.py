"""What the staff pages say of saved states: side by side, one after another, and waiting."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from eventsched.domain.comparison import Clash, Difference, clashes, differences
from eventsched.domain.documents import Shown
from eventsched.domain.drafts import Draft, InvalidEvent, decide, draft_of
from eventsched.domain.events import Event, Standing
from eventsched.domain.issuer import Issuer
from eventsched.domain.replays import ReplayStep
from eventsched.domain.second_person import Declined, Proposal
from eventsched.domain.staff import Staff
from eventsched.domain.wording import deadline_words, document_words, happened_words
from eventsched.store.history import Revision
from eventsched.web.staff.views import STANDING_WORDS

_REPLAY_WORDS = {
    ReplayStep.WITHDRAW: "without its replay, from the confirmation on",
    ReplayStep.REINSTATE: "with its replay again",
}
_SHOWN_WORDS = {
    Shown.AT_ONCE: "shown at once",
    Shown.WHEN_IT_BEGINS: "shown when the event begins",
    Shown.WHEN_IT_ENDED: "shown when the event has ended",
}


@dataclass(frozen=True, kw_only=True)
class Versions:
    """Somebody's version against the one that was saved meanwhile."""

    saved_by: str
    saved_at: str
    clashes: tuple[Clash, ...]


@dataclass(frozen=True, kw_only=True)
class DeclinedChange:
    """A change that was proposed and declined: by whom, when, why, and what it would have been."""

    by: str
    at: str
    reason: str
    proposed_by: str
    proposed_reason: str
    standing_words: str
    changes: tuple[Difference, ...]


@dataclass(frozen=True, kw_only=True)
class SavedState:
    """One revision in the history: who, when, why, what it changed, and what it outlived."""

    number: int
    by: str
    at: str
    reason: str
    standing_words: str
    changes: tuple[Difference, ...]
    is_first: bool
    declined: tuple[DeclinedChange, ...]


@dataclass(frozen=True, kw_only=True)
class WaitingChange:
    """A change that waits for a second person, for one of the team."""

    id: int
    by: str
    at: str
    reason: str
    standing_words: str
    changes: tuple[Difference, ...]
    is_mine: bool
    is_overtaken: bool
    may_confirm: bool
    may_decline: bool


@dataclass(frozen=True, kw_only=True)
class Note:
    """What was last said about an event, by whom and when; of a change, who had proposed it."""

    reason: str
    by: str
    at: str
    proposed_by: str = ""


def versions_of(
    ours: Draft, revisions: Sequence[Revision], *, base: int, issuer: Issuer
) -> Versions:
    """Return where `ours`, made from revision `base`, and the latest revision part."""
    latest = revisions[-1]
    origin = next((r for r in revisions if r.event.revision == base), revisions[0])
    theirs = draft_of(latest.event.facts)
    return Versions(
        saved_by=latest.by,
        saved_at=happened_words(latest.at, issuer.home_zone),
        clashes=clashes(ours, theirs, base=draft_of(origin.event.facts)),
    )


def history_of(
    revisions: Sequence[Revision], declined: Sequence[Declined], issuer: Issuer
) -> tuple[SavedState, ...]:
    """Return every revision and what it changed, the latest first."""
    before = [None, *revisions]
    states = (
        _saved_state(earlier, later, declined, issuer.home_zone)
        for earlier, later in zip(before, revisions, strict=False)
    )
    return tuple(reversed(list(states)))


def waiting_for(proposal: Proposal, event: Event, staff: Staff, issuer: Issuer) -> WaitingChange:
    """Return the change of `event` that waits, as `staff` may deal with it."""
    is_mine = proposal.by == staff.email
    return WaitingChange(
        id=proposal.id,
        by=proposal.by,
        at=happened_words(proposal.at, issuer.home_zone),
        reason=proposal.reason,
        standing_words=_proposed_words(proposal),
        changes=_proposed_changes(proposal, event),
        is_mine=is_mine,
        is_overtaken=proposal.base != event.revision,
        may_confirm=staff.may_approve and not is_mine,
        may_decline=staff.may_approve or is_mine,
    )


def _proposed_changes(proposal: Proposal, event: Event) -> tuple[Difference, ...]:
    draft = proposal.draft
    if draft is None:
        return ()
    # What could be decided on then may not be any more, under other zone rules.
    with suppress(InvalidEvent):
        draft = draft_of(decide(draft))
    return differences(draft_of(event.facts), draft)


def _declined_change(declined: Declined, event: Event, home_zone: str) -> DeclinedChange:
    proposal = declined.proposal
    return DeclinedChange(
        by=declined.by,
        at=deadline_words(declined.at, home_zone),
        reason=declined.reason,
        proposed_by=proposal.by,
        proposed_reason=proposal.reason,
        standing_words=_proposed_words(proposal),
        changes=_proposed_changes(proposal, event),
    )


def _proposed_words(proposal: Proposal) -> str:
    if proposal.replay_step is not None:
        return _REPLAY_WORDS[proposal.replay_step]
    return "" if proposal.standing is None else STANDING_WORDS[proposal.standing].lower()


def last_word(
    revisions: Sequence[Revision], declined: Sequence[Declined], issuer: Issuer
) -> Note | None:
    """Return the comment with which the event was given back, or last decided on.

    `declined` are the changes that were declined, the latest first.
    """
    latest = revisions[-1] if revisions else None
    if latest is None:
        return None
    if declined and declined[0].proposal.base == latest.event.revision and declined[0].reason:
        refusal = declined[0]
        at = happened_words(refusal.at, issuer.home_zone)
        by = refusal.proposal.by
        return Note(reason=refusal.reason, by=refusal.by, at=at, proposed_by=by)
    if not latest.reason:
        return None
    at = happened_words(latest.at, issuer.home_zone)
    return Note(reason=latest.reason, by=latest.by, at=at)


def _saved_state(
    before: Revision | None, after: Revision, declined: Sequence[Declined], home_zone: str
) -> SavedState:
    event = after.event
    old = None if before is None else before.event
    stands_otherwise = old is None or _standing(old) != _standing(event)
    return SavedState(
        number=event.revision,
        by=after.by,
        at=deadline_words(after.at, home_zone),
        reason=after.reason,
        standing_words=_stood(old, event, home_zone) if stands_otherwise else "",
        changes=() if old is None else _changes(old, event),
        is_first=old is None,
        declined=tuple(
            _declined_change(one, event, home_zone)
            for one in declined
            if one.proposal.base == event.revision
        ),
    )


def _changes(old: Event, event: Event) -> tuple[Difference, ...]:
    typed = differences(draft_of(old.facts), draft_of(event.facts))
    before, after = (_documents(version) for version in (old, event))
    if before == after:
        return typed
    return (*typed, Difference(field="documents", before=before, after=after))


def _documents(event: Event) -> str:
    said = ((document_words(d), _SHOWN_WORDS[d.label.shown]) for d in event.documents)
    return "\n".join(f"{words}, {shown}" for words, shown in said)


def _standing(event: Event) -> tuple[object, ...]:
    return event.standing, event.publish_at, event.replay_withdrawn_at


def _stood(old: Event | None, event: Event, home_zone: str) -> str:
    if old is not None and old.replay_withdrawn_at != event.replay_withdrawn_at:
        return "Replay withdrawn" if event.replay_withdrawn_at else "Replay reinstated"
    if event.standing is Standing.APPROVED and event.publish_at is not None:
        return f"Approved, public from {deadline_words(event.publish_at, home_zone)}"
    return STANDING_WORDS[event.standing]
