"""Saving events: each save is one transaction with its revision, ledger entry and transitions.

`by` is a staff member's address, whose role is looked up in the same transaction, or the name of
something that acts for the operator, such as the command line.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from eventsched.domain.drafts import Draft, decide
from eventsched.domain.events import Event, Facts, Standing, slug_for
from eventsched.domain.lifecycle import transitions
from eventsched.domain.probes import Probe, probes, probes_of_new_links
from eventsched.domain.revisions import (
    StaleRevision,
    first_revision,
    record_of,
    with_facts,
    with_standing,
)
from eventsched.domain.staff import NotPermitted, may_decide, may_revise
from eventsched.services import alert_notices
from eventsched.services.demands import demand_reason, demand_second_person, forgery_noted
from eventsched.store import events as event_store
from eventsched.store import probes as probe_store
from eventsched.store import site
from eventsched.store import staff as staff_store
from eventsched.store import transitions as transition_store
from eventsched.store.database import Session, Store
from eventsched.store.site import Happening


class NoIssuer(Exception):
    """No company is set up yet, so events have no domain to be issued under."""


class NoSuchEvent(LookupError):
    """There is no event at that address."""


def plan(store: Store, draft: Draft, *, by: str, now: datetime) -> Event:
    """Save a new event as a draft. Raises InvalidEvent or NoIssuer."""
    with store.writing() as session:
        return plan_in(session, draft, by=by, now=now)


def plan_in(session: Session, draft: Draft, *, by: str, now: datetime) -> Event:
    """Save a new event as a draft within the caller's transaction."""
    (event,) = plan_all_in(session, [decide(draft)], by=by, now=now)
    return event


def plan_all_in(
    session: Session, stated: Sequence[Facts], *, by: str, now: datetime, reason: str = ""
) -> tuple[Event, ...]:
    """Save new events as drafts within the caller's transaction, in as few statements as can be.

    Raises NoIssuer.
    """
    site.hold(session)
    issuer = site.issuer(session)
    if issuer is None:
        raise NoIssuer("Set up the issuer first.")
    wanted = [slug_for(facts.title, facts.date) for facts in stated]
    slugs = _free_slugs(wanted, event_store.taken_slugs(session, wanted))
    events = tuple(
        first_revision(facts, slug=slug, uid=f"{slug}@{issuer.domain}", now=now)
        for facts, slug in zip(stated, slugs, strict=True)
    )
    event_store.add_all(session, events, by=by, reason=reason, at=now)
    _settle(session, events, by=by, reason=reason, now=now, are_new=True)
    return events


def revise(
    store: Store,
    slug: str,
    draft: Draft,
    *,
    base: int,
    by: str,
    now: datetime,
    reason: str = "",
) -> Event:
    """Save what an event now says, made from revision `base`. What says the same is not saved.

    Raises InvalidEvent, NoSuchEvent, NotPermitted, SecondPersonNeeded, or StaleRevision if somebody
    else was faster.
    """
    facts = decide(draft)
    with forgery_noted(store, slug, by=by, wanted="revise", now=now), store.writing() as session:
        return revise_in(session, slug, facts, base=base, by=by, reason=reason, now=now)


def revise_in(
    session: Session, slug: str, facts: Facts, *, base: int, by: str, reason: str, now: datetime
) -> Event:
    """Save what an event now says within the caller's transaction. Raises what `revise` does."""
    (event,) = revise_all_in(
        session, {slug: facts}, bases={slug: base}, by=by, reason=reason, now=now
    )
    return event


def revise_all_in(
    session: Session,
    stated: Mapping[str, Facts],
    *,
    bases: Mapping[str, int],
    by: str,
    reason: str,
    now: datetime,
) -> tuple[Event, ...]:
    """Save what events now say within the caller's transaction, in as few statements as can be.

    Raises what `revise` does.
    """
    standing = held_all(session, {slug: bases[slug] for slug in stated})
    staff = staff_store.by_email(session, by)
    revised = {}
    for slug, event in standing.items():
        if staff is not None and not may_revise(staff, event):
            raise NotPermitted("Only an approver may change what was approved.")
        after = with_facts(event, stated[slug], now=now)
        if (after.facts, after.instants) == (event.facts, event.instants):
            continue
        demand_reason(event, after, reason, now=now)
        demand_second_person(session, event, after, staff, now=now)
        revised[slug] = after
    save_all(session, tuple(revised.values()), by=by, reason=reason, now=now)
    return tuple(revised.get(slug, event) for slug, event in standing.items())


def set_standing(
    store: Store,
    slug: str,
    standing: Standing,
    *,
    base: int,
    by: str,
    now: datetime,
    publish_at: datetime | None = None,
    reason: str = "",
) -> Event:
    """Save what staff decided about an event: approve, cancel, postpone, withdraw.

    Raises InvalidEvent, NotAllowed, NotPermitted, SecondPersonNeeded, NoSuchEvent or StaleRevision.
    """
    with forgery_noted(store, slug, by=by, wanted=standing, now=now), store.writing() as session:
        event = held(session, slug, base)
        staff = staff_store.by_email(session, by)
        if staff is not None and not may_decide(staff, event, standing):
            raise NotPermitted(f"Only an approver may let this event become {standing}.")
        decided = with_standing(event, standing, publish_at=publish_at, now=now)
        demand_reason(event, decided, reason, now=now)
        demand_second_person(session, event, decided, staff, now=now)
        return save(session, decided, by=by, reason=reason, now=now)


def approve_in(
    session: Session, event: Event, *, publish_at: datetime | None, by: str, now: datetime
) -> Event:
    """Approve an event within the caller's transaction."""
    decided = with_standing(event, Standing.APPROVED, publish_at=publish_at, now=now)
    return save(session, decided, by=by, reason="", now=now)


def held(session: Session, slug: str, base: int) -> Event:
    """Return the event, held for saving, if it still is at revision `base`."""
    return held_all(session, {slug: base})[slug]


def held_all(session: Session, bases: Mapping[str, int]) -> dict[str, Event]:
    """Return events, held for saving, if each still is at the revision that `bases` says."""
    site.hold(session)
    found = event_store.by_slugs(session, list(bases))
    for slug, base in bases.items():
        if slug not in found:
            raise NoSuchEvent(slug)
        if found[slug].revision != base:
            raise StaleRevision(found[slug])
    return {slug: found[slug] for slug in bases}


def save(
    session: Session,
    event: Event,
    *,
    by: str,
    reason: str,
    now: datetime,
    confirmed_by: str | None = None,
) -> Event:
    """Save an event's next revision, and all that follows from it."""
    save_all(session, [event], by=by, reason=reason, now=now, confirmed_by=confirmed_by)
    return event


def save_all(
    session: Session,
    events: Sequence[Event],
    *,
    by: str,
    reason: str,
    now: datetime,
    confirmed_by: str | None = None,
) -> None:
    """Save each event's next revision, and all that follows, in as few statements as can be."""
    if not events:
        return
    before = event_store.update_all(session, events, by=by, reason=reason, at=now)
    asked = {
        event.slug: probes_of_new_links(old, event, now=now)
        for old, event in zip(before, events, strict=True)
    }
    _settle(session, events, by=by, reason=reason, now=now, confirmed_by=confirmed_by, asked=asked)


def _settle(
    session: Session,
    events: Sequence[Event],
    *,
    by: str,
    reason: str,
    now: datetime,
    confirmed_by: str | None = None,
    asked: Mapping[str, Iterable[Probe]] | None = None,
    are_new: bool = False,
) -> None:
    """Write what follows from saves: entries in the ledger, due instants, alerts, version.

    `asked` are looks at links that are wanted at once, by the event's address.
    """
    said = {"by": by, "reason": reason}
    if confirmed_by is not None:
        said["confirmed_by"] = confirmed_by
    entries = [
        Happening(kind="revision", subject=event.slug, body=said | {"record": record_of(event)})
        for event in events
    ]
    site.append_all_to_ledger(session, entries, at=now)
    numbered = {event_store.id_of(session, event.slug): event for event in events}
    due = {number: transitions(event) for number, event in numbered.items()}
    rule = site.look_rule(session)
    looks = {
        number: sorted({*(asked or {}).get(event.slug, ()), *probes(event, rule)})
        for number, event in numbered.items()
    }
    transition_store.derive_again(session, due, are_new=are_new)
    probe_store.derive_again(session, looks, at=now, are_new=are_new)
    alert_notices.owe_in(session, numbered, now=now)
    site.raise_version(session)


def _free_slugs(wanted: Iterable[str], taken: set[str]) -> list[str]:
    """Return an address for each that is wanted, with a number where it is taken."""
    free: list[str] = []
    for slug in wanted:
        candidates = itertools.chain([slug], (f"{slug}-{n}" for n in itertools.count(2)))
        free.append(next(one for one in candidates if one not in taken))
        taken.add(free[-1])
    return free
