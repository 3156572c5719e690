"""What the staff pages say of events: plain values for templates."""

from dataclasses import dataclass, replace
from datetime import datetime

from eventsched.domain.drafts import Draft, InvalidEvent, decide
from eventsched.domain.events import Event, Kind, Standing
from eventsched.domain.issuer import Issuer
from eventsched.domain.lifecycle import is_public
from eventsched.domain.links import UnusableLink, read_link
from eventsched.domain.next_time import likely_day
from eventsched.domain.replays import caution
from eventsched.domain.revisions import first_revision, next_standings
from eventsched.domain.shorthand import is_on_the_home_clock, spelled_out
from eventsched.domain.staff import Staff, may_decide
from eventsched.domain.times import offset_words, start_of_day
from eventsched.domain.wording import (
    deadline_words,
    happened_words,
    long_date_words,
    replay_words,
    when_words,
)
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
    "backup_url": "Backup link",
    "backup_note": "What investors are told of the failure",
    "dial_in": "Numbers to call",
    "conference_id": "Conference ID",
    "replay_url": "Link to the replay",
    "replay_days": "Days the replay stays open",
    "replay_until": "Replay open until",
    "replay_counted_from": "Days counted from",
    "documents": "Documents",
}
STANDING_WORDS = {
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
_WHEN = (
    *("date", "time", "repeated", "zone", "duration"),
    *("replay_days", "replay_until", "replay_counted_from"),
)
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
    documents: int
    standing_words: str
    standing_line: str


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Something that this person may decide about an event, and what the link to it says."""

    standing: Standing
    words: str


@dataclass(frozen=True, kw_only=True)
class NextTime:
    """When an event was of which another is to be like, and when that may be."""

    slug: str
    was: str
    likely: str
    typed: str


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
    zone_from: str = ""
    caution: str = ""
    problem: str = ""


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
        documents=len(event.documents),
        standing_words="Approved" if scheduled else STANDING_WORDS[event.standing],
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


def next_time_of(model: Event, *, now: datetime) -> NextTime:
    """Return when `model` was, and when its like may be."""
    last = model.facts.date
    likely = likely_day(last, today=now.date())
    return NextTime(
        slug=model.slug,
        was=long_date_words(last),
        likely=long_date_words(likely),
        typed=likely.isoformat(),
    )


def preview_of(typed: Draft, issuer: Issuer, *, now: datetime) -> Preview:
    """Return how `typed` will read, as far as it says anything yet."""
    draft = spelled_out(typed, home_zone=issuer.home_zone)
    title = typed.title.strip()[:_LONGEST_TITLE_SHOWN]
    # What is wrong with other fields must not hide when it takes place.
    readable = Draft(
        title="-",
        kind=draft.kind if draft.kind in set(Kind) else Kind.OTHER,
        replay_url=_followable(draft.replay_url),
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
        problem = told[0].message if told else ""
        if not problem and draft.date.strip() and not draft.zone.strip():
            problem = unknown_zone_words(draft)
        return Preview(title=title, problem=problem)
    event = first_revision(facts, slug="-", uid="-", now=now)
    shown = replace(event, standing=Standing.APPROVED, publish_at=now)
    begins = event.instants.starts_at or start_of_day(facts.date, facts.zone)
    return Preview(
        title=title,
        when=when_words(shown, issuer.home_zone),
        replay=replay_words(shown, issuer.home_zone, now=now),
        zone=facts.zone,
        offset=offset_words(begins, facts.zone),
        zone_from=_zone_from(typed),
        caution=caution(facts),
    )


def unknown_zone_words(draft: Draft) -> str:
    """Return what to do about a city whose clock is not known; "" where no city was typed."""
    city = draft.city.strip()[:_LONGEST_TITLE_SHOWN]
    if not city:
        return ""
    return f"Whose clock “{city}” keeps is not known: name its state, or the zone “In detail”."


def _zone_from(typed: Draft) -> str:
    """Return what the zone was taken from, "" where it was typed."""
    if typed.zone.strip():
        return ""
    return "home" if is_on_the_home_clock(typed) else "city"


def _followable(typed: str) -> str:
    """Return a link that can be followed; "" for what is none yet, as saving will say."""
    try:
        return read_link(typed.strip())
    except UnusableLink:
        return ""


def _standing_line(event: Event, home_zone: str, *, public: bool) -> str:
    since = happened_words(event.standing_since, home_zone)
    match event.standing:
        case Standing.DRAFT:
            return "Only staff can see it."
        case Standing.IN_REVIEW:
            return f"Waits for an approver since {since}. Only staff can see it."
        case Standing.WITHDRAWN:
            return f"Withdrawn on {since}. Only staff can see it."
    if event.publish_at is None or not public:
        return _not_yet_public(event, home_zone)
    published = happened_words(event.publish_at, home_zone)
    if event.standing is Standing.APPROVED:
        return f"Public since {published}."
    return f"{STANDING_WORDS[event.standing]} on {since}; the public can see that."


def _not_yet_public(event: Event, home_zone: str) -> str:
    if event.standing is Standing.APPROVED and event.publish_at is not None:
        return f"Becomes public on {deadline_words(event.publish_at, home_zone)}."
    return f"{STANDING_WORDS[event.standing]} before it was public; only staff can see it."
