"""Looking at links before and after a call, and telling what was seen."""

from datetime import datetime, timedelta

from eventsched.domain.events import Event
from eventsched.domain.ledger import instant_text
from eventsched.domain.probes import (
    MISSED_AFTER,
    MISSED_WORDS,
    ProbeKind,
    is_missed,
    is_wanted,
    probes,
    verdict,
)
from eventsched.probing import Prober, Seen
from eventsched.store import events as event_store
from eventsched.store import probes as probe_store
from eventsched.store import site
from eventsched.store.database import Session, Store
from eventsched.store.probes import DueProbe, Told

# Small enough that a save never waits long behind it.
BATCH = 100
# The finest step of our clocks: what is exactly so late is not yet missed.
_GRAIN = timedelta(microseconds=1)


def look_at_one(store: Store, prober: Prober, *, base_url: str, now: datetime) -> Told | None:
    """Take the first look that is due; None where none is.

    1. Lease it, so that no other worker takes it, and commit: nobody waits for the vendor.
    2. Look, for ten seconds at most.
    3. Write down what was seen, with its entry in the ledger, unless another was faster.
    """
    with store.writing() as session:
        site.hold(session)
        found = _next_wanted(session, now=now)
    if found is None:
        return None
    due, event = found
    if is_missed(due.probe, now=now):
        told = _told(due, good=True, words=MISSED_WORDS, now=now)
    else:
        seen = look(event, due.probe.kind, prober, base_url=base_url)
        told = _told(due, good=verdict(due.probe.kind, seen.status), words=seen.words, now=now)
    with store.writing() as session:
        site.hold(session)
        if not probe_store.mark_done(session, due, at=now, good=told.good, words=told.words):
            return None
        _write_down(session, due, told, now=now)
    return told


def _next_wanted(session: Session, *, now: datetime) -> tuple[DueProbe, Event] | None:
    """Lease the first look that is due, and forget those before it that nobody wants any more."""
    while (due := probe_store.lease_due(session, now=now)) is not None:
        event = event_store.by_slug(session, due.slug)
        rule = site.look_rule(session)
        if event is not None and is_wanted(due.probe, event, rule, now=now):
            return due, event
        probe_store.drop(session, due)
    return None


def write_off_missed(store: Store, *, now: datetime, most: int = BATCH) -> int:
    """Settle up to `most` looks that it is too late for, all in one save; return how many.

    A worker that was away for a week finds thousands; a save for each would keep others waiting.
    """
    with store.writing() as session:
        site.hold(session)
        due_by = now - MISSED_AFTER - _GRAIN
        late = probe_store.lease_overdue(session, due_by=due_by, now=now, most=most)
        events = event_store.by_slugs(session, sorted({due.slug for due in late}))
        rule = site.look_rule(session)
        for due in late:
            event = events.get(due.slug)
            if event is None or not is_wanted(due.probe, event, rule, now=now):
                probe_store.drop(session, due)
                continue
            told = _told(due, good=True, words=MISSED_WORDS, now=now)
            probe_store.mark_done(session, due, at=now, good=told.good, words=told.words)
            _write_down(session, due, told, now=now)
    return len(late)


def derive_missing(store: Store, *, now: datetime) -> int:
    """Derive the looks of events that were saved before there were any; return of how many.

    Only those that still mean something: nobody looks back.
    """
    with store.writing() as session:
        site.hold(session)
        rule = site.look_rule(session)
        without = probe_store.without_any(session, event_store.lasting_beyond(session, now))
        for event in without:
            wanted = [probe for probe in probes(event, rule) if not is_missed(probe, now=now)]
            number = event_store.id_of(session, event.slug)
            probe_store.derive_again(session, {number: wanted}, at=now)
    return len(without)


def look(event: Event, kind: ProbeKind, prober: Prober, *, base_url: str) -> Seen:
    """Return what one of the event's links answers now."""
    facts = event.facts
    match kind:
        case ProbeKind.LIVE_LINK:
            return _look_at(facts.live_url, prober)
        case ProbeKind.OUR_GATE:
            return prober.look(f"{base_url}/events/{event.slug}/replay", follow=False)
        case _:
            return _look_at(facts.replay_url, prober)


def _look_at(url: str | None, prober: Prober) -> Seen:
    return Seen(status=None, words="no link is set") if url is None else prober.look(url)


def _told(due: DueProbe, *, good: bool, words: str, now: datetime) -> Told:
    return Told(slug=due.slug, kind=due.probe.kind, at=now, good=good, words=words)


def _write_down(session: Session, due: DueProbe, told: Told, *, now: datetime) -> None:
    """Append the ledger's entry. The vendor's address is in the revision, and not repeated."""
    site.append_to_ledger(
        session,
        at=now,
        kind="probe",
        subject=due.slug,
        body={
            "looked_at": due.probe.kind.value,
            "due": instant_text(due.probe.due_at),
            "good": told.good,
            "words": told.words,
        },
    )
