"""What the staff pages say of events: plain values for templates."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from eventsched.domain.comparison import Clash, Difference, clashes, differences
from eventsched.domain.drafts import Draft, InvalidEvent, decide, draft_of
from eventsched.domain.events import Event, Standing
from eventsched.domain.issuer import Issuer
from eventsched.domain.lifecycle import Phase, is_public, phase
from eventsched.domain.places import with_zone_of_city
from eventsched.domain.readiness import clashes as clashes_of
from eventsched.domain.readiness import missing
from eventsched.domain.revisions import first_revision, next_standings
from eventsched.domain.second_person import Proposal
from eventsched.domain.staff import Staff, may_decide
from eventsched.domain.times import offset_words, start_of_day
from eventsched.domain.wording import deadline_words, replay_words, when_words
from eventsched.store.history import Revision
from eventsched.web.views import EventView, event_view

FIELD_WORDS = {
    "kind": "Kind of occasion",
    "title": "Title",
    "host": "Host",
    "date": "Date",
    "time": "Time",
    "repeated": "Which of the two times",
    "zone": "Time zone",
    "duration": "Length in minutes",
    "city": "City",
    "venue": "Venue",
    "format": "Format",
    "presenters": "Presenters",
    "live_url": "Link to the live webcast",
    "replay_url": "Link to the replay",
    "replay_days": "Days the replay stays open",
    "replay_until": "Replay open until",
}
_STANDING_WORDS = {
    Standing.DRAFT: "Draft",
    Standing.IN_REVIEW: "In review",
    Standing.APPROVED: "Public",
    Standing.CANCELLED: "Cancelled",
    Standing.POSTPONED: "Postponed",
    Standing.WITHDRAWN: "Withdrawn",
}
_DECISION_WORDS = {
    Standing.APPROVED: "Approve…",
    Standing.IN_REVIEW: "Send to review…",
    Standing.DRAFT: "Take back to draft…",
    Standing.POSTPONED: "Postpone…",
    Standing.CANCELLED: "Cancel the event…",
    Standing.WITHDRAWN: "Withdraw…",
}
_WHEN = ("date", "time", "repeated", "zone", "duration", "replay_days", "replay_until")
_LONGEST_TITLE_SHOWN = 300
_LIKELIEST_FIRST = tuple(_DECISION_WORDS)
_CALLED_OFF = (Standing.CANCELLED, Standing.POSTPONED)


@dataclass(frozen=True, kw_only=True)
class StaffEvent:
    """An event for those who look after it: as the public would read it, and where it stands.

    `standing_words` is a badge; `standing_line` says who can see it and from when.
    """

    view: EventView
    standing: Standing
    is_public: bool
    is_scheduled: bool
    revision: int
    standing_words: str
    standing_line: str


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Something that this person may decide about an event, and what the link to it says."""

    standing: Standing
    words: str


@dataclass(frozen=True, kw_only=True)
class Preview:
    """How the page and a release will say it; `when` is empty where too little is known yet.

    `offset` is the zone's on that date; `problem` is what keeps the date and time from being read.
    """

    title: str
    when: str = ""
    replay: str = ""
    zone: str = ""
    offset: str = ""
    is_zone_of_city: bool = False
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Versions:
    """Somebody's version against the one that was saved meanwhile."""

    saved_by: str
    saved_at: str
    clashes: tuple[Clash, ...]


@dataclass(frozen=True, kw_only=True)
class SavedState:
    """One revision in the history: who, when, why, and what it changed."""

    number: int
    by: str
    at: str
    reason: str
    standing_words: str
    changes: tuple[Difference, ...]
    is_first: bool


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
    """What was last said about an event, by whom and when."""

    reason: str
    by: str
    at: str


@dataclass(frozen=True, kw_only=True)
class BoardRow:
    """An event on the board: what it still needs, what stands in its way, what waits."""

    event: StaffEvent
    missing: tuple[str, ...]
    clashes: tuple[str, ...]
    has_waiting_change: bool


@dataclass(frozen=True, kw_only=True)
class BoardGroup:
    """Events that wait for the same thing; `key` names it."""

    key: str
    rows: tuple[BoardRow, ...]


def status_of(event: Event, issuer: Issuer, *, now: datetime) -> StaffEvent:
    """Return what staff read of `event` at `now`."""
    public = is_public(event, now=now)
    scheduled = event.standing is Standing.APPROVED and not public
    return StaffEvent(
        view=event_view(event, issuer, now=now),
        standing=event.standing,
        is_public=public,
        is_scheduled=scheduled,
        revision=event.revision,
        standing_words="Approved" if scheduled else _STANDING_WORDS[event.standing],
        standing_line=_standing_line(event, issuer.home_zone, public=public),
    )


def decisions_for(staff: Staff, event: Event, *, now: datetime) -> tuple[Decision, ...]:
    """Return what `staff` may decide about `event` now, the likeliest first."""
    possible = next_standings(event, now=now)
    return tuple(
        Decision(standing=standing, words=_decision_words(event, standing))
        for standing in _LIKELIEST_FIRST
        if standing in possible and may_decide(staff, event, standing)
    )


def _decision_words(event: Event, standing: Standing) -> str:
    if standing is Standing.APPROVED and event.standing is Standing.APPROVED:
        return "Publish at another time…"
    if standing is Standing.APPROVED and event.standing in _CALLED_OFF:
        return "Reinstate…"
    if standing is Standing.DRAFT and event.standing is Standing.IN_REVIEW:
        return "Return to draft with a comment…"
    return _DECISION_WORDS[standing]


def preview_of(typed: Draft, issuer: Issuer, *, now: datetime) -> Preview:
    """Return how `typed` will read, as far as it says anything yet."""
    draft, title = with_zone_of_city(typed), typed.title.strip()[:_LONGEST_TITLE_SHOWN]
    # What is wrong with other fields must not hide when it takes place.
    readable = Draft(
        title="-",
        **{name: getattr(draft, name) for name in _WHEN},
    )
    try:
        facts = decide(readable)
    except InvalidEvent as invalid:
        told = [
            p
            for p in invalid.problems
            if getattr(draft, p.field, "").strip() or p.field == "repeated"
        ]
        return Preview(title=title, problem=told[0].message if told else "")
    event = first_revision(facts, slug="-", uid="-", now=now)
    shown = replace(event, standing=Standing.APPROVED, publish_at=now)
    begins = event.instants.starts_at or start_of_day(facts.date, facts.zone)
    return Preview(
        title=title,
        when=when_words(shown, issuer.home_zone),
        replay=replay_words(shown, issuer.home_zone, now=now),
        zone=facts.zone,
        offset=offset_words(begins, facts.zone),
        is_zone_of_city=not typed.zone.strip(),
    )


def versions_of(
    ours: Draft, revisions: Sequence[Revision], *, base: int, issuer: Issuer
) -> Versions:
    """Return where `ours`, made from revision `base`, and the latest revision part."""
    latest = revisions[-1]
    origin = next((r for r in revisions if r.event.revision == base), revisions[0])
    theirs = draft_of(latest.event.facts)
    return Versions(
        saved_by=latest.by,
        saved_at=deadline_words(latest.at, issuer.home_zone),
        clashes=clashes(ours, theirs, base=draft_of(origin.event.facts)),
    )


def history_of(revisions: Sequence[Revision], issuer: Issuer) -> tuple[SavedState, ...]:
    """Return every revision and what it changed, the latest first."""
    before = [None, *revisions]
    states = (
        _saved_state(earlier, later, issuer.home_zone)
        for earlier, later in zip(before, revisions, strict=False)
    )
    return tuple(reversed(list(states)))


def waiting_for(proposal: Proposal, event: Event, staff: Staff, issuer: Issuer) -> WaitingChange:
    """Return the change of `event` that waits, as `staff` may deal with it."""
    is_mine = proposal.by == staff.email
    draft, standing = proposal.draft, proposal.standing
    return WaitingChange(
        id=proposal.id,
        by=proposal.by,
        at=deadline_words(proposal.at, issuer.home_zone),
        reason=proposal.reason,
        standing_words="" if standing is None else _STANDING_WORDS[standing].lower(),
        changes=()
        if draft is None
        else differences(draft_of(event.facts), draft_of(decide(draft))),
        is_mine=is_mine,
        is_overtaken=proposal.base != event.revision,
        may_confirm=staff.may_approve and not is_mine,
        may_decline=staff.may_approve or is_mine,
    )


def last_word(revisions: Sequence[Revision], issuer: Issuer) -> Note | None:
    """Return the comment with which the event was given back, or last decided on."""
    latest = revisions[-1] if revisions else None
    if latest is None or not latest.reason:
        return None
    at = deadline_words(latest.at, issuer.home_zone)
    return Note(reason=latest.reason, by=latest.by, at=at)


def _saved_state(before: Revision | None, after: Revision, home_zone: str) -> SavedState:
    event = after.event
    old = None if before is None else before.event
    stands_otherwise = old is None or _standing(old) != _standing(event)
    return SavedState(
        number=event.revision,
        by=after.by,
        at=deadline_words(after.at, home_zone),
        reason=after.reason,
        standing_words=_stood(event, home_zone) if stands_otherwise else "",
        changes=() if old is None else differences(draft_of(old.facts), draft_of(event.facts)),
        is_first=old is None,
    )


def _standing(event: Event) -> tuple[object, ...]:
    return event.standing, event.publish_at


def _stood(event: Event, home_zone: str) -> str:
    if event.standing is Standing.APPROVED and event.publish_at is not None:
        return f"Approved, public from {deadline_words(event.publish_at, home_zone)}"
    return _STANDING_WORDS[event.standing]


def board_of(
    events: Sequence[Event],
    issuer: Issuer,
    *,
    now: datetime,
    text: str = "",
    waiting: Container[str] = (),
) -> tuple[BoardGroup, ...]:
    """Return the events that hold all words of `text`, grouped by what they wait for.

    Clashes are told with all `events`, shown or not.
    """
    keys = ("preparing", "live", "upcoming", "replays", "past", "withdrawn")
    groups: dict[str, list[BoardRow]] = {key: [] for key in keys}
    at_once, words = clashes_of(events, now=now), text.casefold().split()
    for event in events:
        if all(word in _searchable(event) for word in words):
            row = BoardRow(
                event=status_of(event, issuer, now=now),
                missing=missing(event, now=now),
                clashes=at_once.get(event.slug, ()),
                has_waiting_change=event.slug in waiting,
            )
            groups[_group(event, now=now)].append(row)
    groups["past"].reverse()
    return tuple(BoardGroup(key=key, rows=tuple(rows)) for key, rows in groups.items())


def _searchable(event: Event) -> str:
    facts = event.facts
    people = [part for p in facts.presenters for part in (p.name, p.title)]
    parts = (facts.title, facts.host, facts.city, facts.venue, str(facts.date), *people)
    return " ".join((*parts, _STANDING_WORDS[event.standing])).casefold()


def _group(event: Event, *, now: datetime) -> str:
    if event.standing is Standing.WITHDRAWN:
        return "withdrawn"
    if not is_public(event, now=now):
        return "preparing"
    match phase(event, now=now):
        case Phase.LIVE:
            return "live"
        case Phase.UPCOMING:
            return "upcoming"
        case Phase.REPLAY_OPEN | Phase.REPLAY_PENDING:
            return "replays"
    return "past"


def _standing_line(event: Event, home_zone: str, *, public: bool) -> str:
    since = deadline_words(event.standing_since, home_zone)
    match event.standing:
        case Standing.DRAFT:
            return "Only staff can see it."
        case Standing.IN_REVIEW:
            return f"Waits for an approver since {since}. Only staff can see it."
        case Standing.WITHDRAWN:
            return f"Withdrawn on {since}. Only staff can see it."
    if event.publish_at is None or not public:
        return _not_yet_public(event, home_zone)
    published = deadline_words(event.publish_at, home_zone)
    if event.standing is Standing.APPROVED:
        return f"Public since {published}."
    return f"{_STANDING_WORDS[event.standing]} on {since}; the public can see that."


def _not_yet_public(event: Event, home_zone: str) -> str:
    if event.standing is Standing.APPROVED and event.publish_at is not None:
        return f"Becomes public on {deadline_words(event.publish_at, home_zone)}."
    return f"{_STANDING_WORDS[event.standing]} before it was public; only staff can see it."
