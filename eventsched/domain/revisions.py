"""How an event becomes its next self, and how a saved state is written down.

Every save makes a revision. A reader's calendar only hears of those that a reader would notice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from eventsched.domain.dial_in import DialIn
from eventsched.domain.documents import (
    Document,
    document_of,
    in_order,
    record_of_document,
)
from eventsched.domain.drafts import InvalidEvent, Problem
from eventsched.domain.events import (
    CountedFrom,
    Event,
    Facts,
    Format,
    Instants,
    Kind,
    Presenter,
    Standing,
    derive_instants,
)
from eventsched.domain.ledger import instant_text
from eventsched.domain.lifecycle import is_public, replay_window, shown_documents, shows_ways_in
from eventsched.domain.times import TimeProblem


class StaleRevision(Exception):
    """Somebody else saved the event since it was opened; `current` is what stands now."""

    def __init__(self, current: Event) -> None:
        super().__init__("Somebody else has changed this event since you opened it.")
        self.current = current


class NotAllowed(Exception):
    """The event's standing does not permit the step."""


_STEPS: Mapping[Standing, frozenset[Standing]] = {
    Standing.DRAFT: frozenset({Standing.IN_REVIEW, Standing.APPROVED, Standing.WITHDRAWN}),
    Standing.IN_REVIEW: frozenset({Standing.DRAFT, Standing.APPROVED, Standing.WITHDRAWN}),
    Standing.APPROVED: frozenset({Standing.CANCELLED, Standing.POSTPONED, Standing.WITHDRAWN}),
    Standing.POSTPONED: frozenset({Standing.APPROVED, Standing.CANCELLED, Standing.WITHDRAWN}),
    Standing.CANCELLED: frozenset({Standing.APPROVED, Standing.WITHDRAWN}),
    Standing.WITHDRAWN: frozenset({Standing.DRAFT}),
}
# While nobody knows of it yet, an approval can be taken back, or given for another instant.
_BEFORE_PUBLICATION = frozenset({Standing.DRAFT, Standing.APPROVED})


def next_standings(event: Event, *, now: datetime) -> frozenset[Standing]:
    """Return what the event may stand as next."""
    steps = _STEPS[event.standing]
    if event.standing is Standing.APPROVED and not is_public(event, now=now):
        return steps | _BEFORE_PUBLICATION
    return steps


def first_revision(facts: Facts, *, slug: str, uid: str, now: datetime) -> Event:
    """Return the draft that `facts` begin. Its slug and UID are for life."""
    posted = now if facts.replay_url else None
    return Event(
        slug=slug,
        uid=uid,
        facts=facts,
        instants=instants_for(facts, posted=posted, withdrawn=None),
        standing=Standing.DRAFT,
        standing_since=now,
        publish_at=None,
        replay_posted_at=posted,
        revision=1,
        sequence=0,
        changed_at=now,
    )


def with_facts(event: Event, facts: Facts, *, now: datetime) -> Event:
    """Return the event's next revision, saying `facts`."""
    posted = _posted_at(event, facts, now=now)
    changed = replace(
        event,
        facts=facts,
        replay_posted_at=posted,
        instants=instants_for(facts, posted=posted, withdrawn=event.replay_withdrawn_at),
    )
    return next_revision(event, changed, now=now)


def instants_for(facts: Facts, *, posted: datetime | None, withdrawn: datetime | None) -> Instants:
    """Return the instants of `facts` with what befell the replay. Raises InvalidEvent.

    A draft was checked before; only days that are counted from a posting can end too late for it.
    """
    try:
        return derive_instants(facts, replay_posted_at=posted, replay_withdrawn_at=withdrawn)
    except TimeProblem as problem:
        raise InvalidEvent((Problem(field="replay_days", message=str(problem)),)) from None


def _posted_at(event: Event, facts: Facts, *, now: datetime) -> datetime | None:
    """Return since when the replay is there, as of a save of `facts`.

    A link that is taken away takes its posting with it, but for three: a replay that closed was
    there, days counted from a posting that the public saw are not counted anew, and an event with
    an open end that was over by it does not begin again.
    """
    posted, window = event.replay_posted_at, replay_window(event)
    if facts.replay_url:
        return posted or now
    if posted is not None and _ended_by(posted, event, facts) and posted <= now:
        return posted
    if window is None or window.opens is None or window.opens > now or not window.ever_opens:
        return None
    closes = instants_for(
        facts, posted=posted, withdrawn=event.replay_withdrawn_at
    ).replay_closes_at
    is_over = closes is not None and closes <= now
    is_counted = facts.replay_counted_from is CountedFrom.POSTING
    return posted if is_over or is_counted else None


def _ended_by(posted: datetime, event: Event, facts: Facts) -> bool:
    """Tell whether it is its posting that ended the event, and would end it still by `facts`."""
    ended = (event.facts.duration, facts.duration, event.instants.ends_at) == (None, None, posted)
    return ended and derive_instants(facts, replay_posted_at=posted).ends_at == posted


def with_standing(
    event: Event, standing: Standing, *, publish_at: datetime | None = None, now: datetime
) -> Event:
    """Return the event's next revision, standing as `standing` from `now`.

    On approval the event becomes public at `publish_at`; where that is None, at the instant that it
    was approved for before; and at once where there is none, or it has passed. One that was public
    before stays so. Raises NotAllowed where the step makes no sense.
    """
    if standing not in next_standings(event, now=now):
        raise NotAllowed(f"An event that is {event.standing} can't become {standing}.")
    changed = replace(event, standing=standing, standing_since=now)
    if standing is Standing.APPROVED and not is_public(event, now=now):
        changed = replace(changed, publish_at=max(publish_at or event.publish_at or now, now))
    if standing is Standing.DRAFT or _missed_publication(event, standing, now=now):
        changed = replace(changed, publish_at=None)
    return next_revision(event, changed, now=now)


def with_documents(event: Event, documents: Iterable[Document], *, now: datetime) -> Event:
    """Return the event's next revision, with these documents.

    Readers notice the ones that they may have at `now`. Of the others nothing is to be seen, not
    even that somebody worked on them.
    """
    return next_revision(event, replace(event, documents=in_order(documents)), now=now)


def _missed_publication(event: Event, standing: Standing, *, now: datetime) -> bool:
    """Tell whether the instant of publication passed while the event was called off.

    Nobody may hear of such an event by its being called off once more.
    """
    passed = event.publish_at is not None and event.publish_at <= now
    return passed and standing is not Standing.APPROVED and not is_public(event, now=now)


def owes_a_reason(before: Event, after: Event, *, now: datetime) -> bool:
    """Tell whether the public, who knew of the event, is owed a word about why it changed.

    A way to join that was posted as promised, or moved behind our gate, is no such change; nor is
    a document that is added. One that they could have and that is now another, or gone, is.
    """
    if not is_public(before, now=now):
        return False
    if not set(after.documents) >= set(shown_documents(before, now=now)):
        return True
    said, says = (_without_ways_in(event.facts) for event in (before, after))
    stood, stands = ((e.standing, e.replay_withdrawn_at) for e in (before, after))
    return (said, stood) != (says, stands)


def _without_ways_in(facts: Facts) -> Facts:
    hidden = replace(facts, live_url=None, replay_url=None, backup_url=None)
    return replace(hidden, backup_note="", dial_in=(), conference_id="")


def is_returned(before: Event, after: Event) -> bool:
    """Tell whether the step gives an event in review back to its author."""
    return (before.standing, after.standing) == (Standing.IN_REVIEW, Standing.DRAFT)


def next_revision(event: Event, changed: Event, *, now: datetime) -> Event:
    """Return `changed` as the revision that follows `event`."""
    faces = (_public_face(version, now=now) for version in (event, changed))
    noticed = is_public(event, now=now) and len(set(faces)) > 1
    return replace(
        changed,
        revision=event.revision + 1,
        sequence=event.sequence + 1 if noticed else event.sequence,
        changed_at=now if noticed or not is_public(event, now=now) else event.changed_at,
    )


def _public_face(event: Event, *, now: datetime) -> tuple[object, ...]:
    """Return what readers see of an event, in a form that can be compared.

    The vendor's addresses are behind our gates: that there is one is public, what it is is not.
    """
    facts = event.facts
    # Nobody sees that a recording is prepared, nor, once it is over, how one could have joined.
    posted = facts.replay_url is not None and event.instants.ends_at <= now
    shown = replace(facts, live_url=None, replay_url=None, backup_url=None)
    has_backup = facts.backup_url is not None
    if not shows_ways_in(event, now=now):
        shown, has_backup = _without_ways_in(shown), False
    links = (facts.live_url is not None, posted, has_backup)
    documents = shown_documents(event, now=now)
    return (shown, links, event.standing, event.instants, documents)


def record_of(event: Event) -> dict[str, Any]:
    """Return the event's saved state as JSON values, for a revision and the ledger."""
    facts, instants = event.facts, event.instants
    return {
        "slug": event.slug,
        "uid": event.uid,
        "revision": event.revision,
        "sequence": event.sequence,
        "changed_at": instant_text(event.changed_at),
        "standing": event.standing.value,
        "standing_since": instant_text(event.standing_since),
        "publish_at": _instant(event.publish_at),
        "replay_posted_at": _instant(event.replay_posted_at),
        "replay_withdrawn_at": _instant(event.replay_withdrawn_at),
        "starts_at": _instant(instants.starts_at),
        "ends_at": instant_text(instants.ends_at),
        "replay_closes_at": _instant(instants.replay_closes_at),
        "facts": _facts_record(facts),
        "documents": [record_of_document(document) for document in event.documents],
    }


def event_of(record: Mapping[str, Any]) -> Event:
    """Return the event that `record_of` wrote down."""
    return Event(
        slug=record["slug"],
        uid=record["uid"],
        facts=_facts_of(record["facts"]),
        instants=Instants(
            starts_at=_read_instant(record["starts_at"]),
            ends_at=datetime.fromisoformat(record["ends_at"]),
            replay_closes_at=_read_instant(record["replay_closes_at"]),
        ),
        standing=Standing(record["standing"]),
        standing_since=datetime.fromisoformat(record["standing_since"]),
        publish_at=_read_instant(record["publish_at"]),
        replay_posted_at=_read_instant(record["replay_posted_at"]),
        replay_withdrawn_at=_read_instant(record.get("replay_withdrawn_at")),
        revision=record["revision"],
        sequence=record["sequence"],
        changed_at=datetime.fromisoformat(record["changed_at"]),
        # Revisions from before there were documents say nothing about them.
        documents=tuple(map(document_of, record.get("documents", ()))),
    )


def _facts_record(facts: Facts) -> dict[str, Any]:
    return {
        "kind": facts.kind.value,
        "title": facts.title,
        "host": facts.host,
        "date": facts.date.isoformat(),
        "time": facts.time.isoformat() if facts.time else None,
        "repeated": facts.repeated,
        "zone": facts.zone,
        "duration_minutes": minutes(facts.duration),
        "city": facts.city,
        "venue": facts.venue,
        "format": facts.format.value if facts.format else None,
        "presenters": [{"name": p.name, "title": p.title} for p in facts.presenters],
        "live_url": facts.live_url,
        "backup_url": facts.backup_url,
        "backup_note": facts.backup_note,
        "dial_in": [{"place": d.place, "number": d.number} for d in facts.dial_in],
        "conference_id": facts.conference_id,
        "replay_url": facts.replay_url,
        "replay_days": facts.replay_days,
        "replay_until": facts.replay_until.isoformat() if facts.replay_until else None,
        "replay_until_revoked": facts.replay_until_revoked,
        "replay_counted_from": facts.replay_counted_from.value,
    }


def _facts_of(record: Mapping[str, Any]) -> Facts:
    said_until, said_time = record["replay_until"], record["time"]
    return Facts(
        kind=Kind(record["kind"]),
        title=record["title"],
        host=record["host"],
        date=date.fromisoformat(record["date"]),
        time=time.fromisoformat(said_time) if said_time else None,
        repeated=record["repeated"],
        zone=record["zone"],
        duration=duration_of(record["duration_minutes"]),
        city=record["city"],
        venue=record["venue"],
        format=Format(record["format"]) if record["format"] else None,
        presenters=tuple(Presenter(**presenter) for presenter in record["presenters"]),
        live_url=record["live_url"],
        # Revisions from before there were such fields lack them, for ever.
        backup_url=record.get("backup_url"),
        backup_note=record.get("backup_note", ""),
        dial_in=tuple(DialIn(**number) for number in record.get("dial_in", ())),
        conference_id=record.get("conference_id", ""),
        replay_url=record["replay_url"],
        replay_days=record["replay_days"],
        replay_until=datetime.fromisoformat(said_until) if said_until else None,
        # Older records know of neither.
        replay_until_revoked=record.get("replay_until_revoked", False),
        replay_counted_from=CountedFrom(record.get("replay_counted_from", CountedFrom.END)),
    )


def minutes(duration: timedelta | None) -> int | None:
    """Return a duration in whole minutes; None for an open end."""
    return None if duration is None else duration // timedelta(minutes=1)


def duration_of(number: int | None) -> timedelta | None:
    """Return the duration of that many minutes; None for an open end."""
    return None if number is None else timedelta(minutes=number)


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant_text(instant)


def _read_instant(said: str | None) -> datetime | None:
    return None if said is None else datetime.fromisoformat(said)
