"""Saving events: each save is one transaction with its revision, ledger entry and transitions.

`by` is a staff member's address, whose role is looked up in the same transaction, or the name of
something that acts for the operator, such as the command line.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from eventsched.domain.drafts import Draft, InvalidEvent, Problem, decide
from eventsched.domain.events import Event, Facts, Standing, slug_for
from eventsched.domain.lifecycle import is_public, transitions
from eventsched.domain.probes import Probe, probes, probes_of_new_links
from eventsched.domain.revisions import (
    StaleRevision,
    first_revision,
    is_returned,
    owes_a_reason,
    record_of,
    with_facts,
    with_standing,
)
from eventsched.domain.second_person import SecondPersonNeeded, takes_two
from eventsched.domain.staff import NotPermitted, Staff, may_decide, may_revise
from eventsched.services import alert_notices
from eventsched.store import events as event_store
from eventsched.store import history, second_person, site
from eventsched.store import probes as probe_store
from eventsched.store import staff as staff_store
from eventsched.store import transitions as transition_store
from eventsched.store.database import Session, Store

LONGEST_REASON = 2_000
_LONGEST_SUBJECT = 320


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
    for event in events:
        _settle(session, event, by=by, reason=reason, now=now)
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
    event = held(session, slug, base)
    staff = staff_store.by_email(session, by)
    if staff is not None and not may_revise(staff, event):
        raise NotPermitted("Only an approver may change what was approved.")
    revised = with_facts(event, facts, now=now)
    if (revised.facts, revised.instants) == (event.facts, event.instants):
        return event
    demand_reason(event, revised, reason, now=now)
    demand_second_person(session, event, revised, staff, now=now)
    return save(session, revised, by=by, reason=reason, now=now)


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


@contextmanager
def forgery_noted(
    store: Store, slug: str, *, by: str, wanted: str, now: datetime
) -> Iterator[None]:
    """Write down who tried what their role does not permit; no page of ours offers it to them."""
    try:
        yield
    except NotPermitted as refused:
        with store.writing() as session:
            site.hold(session)
            site.append_to_ledger(
                session,
                at=now,
                kind="refused",
                # What a forger typed for a name may be anything; no database holds a NUL.
                subject=slug[:_LONGEST_SUBJECT].replace("\0", ""),
                body={"by": by, "wanted": str(wanted), "because": str(refused)},
            )
        raise


def held(session: Session, slug: str, base: int) -> Event:
    """Return the event, held for saving, if it still is at revision `base`."""
    site.hold(session)
    event = event_store.by_slug(session, slug)
    if event is None:
        raise NoSuchEvent(slug)
    if event.revision != base:
        raise StaleRevision(event)
    return event


def demand_reason(before: Event, after: Event, reason: str, *, now: datetime) -> None:
    """Raise InvalidEvent unless everybody who is owed a reason gets one that can be read."""
    reason_problem = ""
    if len(reason) > LONGEST_REASON:
        reason_problem = f"Too long: at most {LONGEST_REASON:,} characters fit."
    elif "\0" in reason:
        reason_problem = "Contains an invisible control character; type it anew."
    elif not reason.strip() and owes_a_reason(before, after, now=now):
        reason_problem = "Say why: the public has read it otherwise, and will be told."
    elif not reason.strip() and is_returned(before, after):
        reason_problem = "Say what is to be corrected."
    if reason_problem:
        raise InvalidEvent((Problem(field="reason", message=reason_problem),))


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
    before = event_store.update(session, event, by=by, reason=reason, at=now)
    asked = probes_of_new_links(before, event, now=now)
    _settle(
        session, event, by=by, reason=reason, now=now, confirmed_by=confirmed_by, probes_now=asked
    )
    return event


def demand_second_person(
    session: Session, before: Event, after: Event, staff: Staff | None, *, now: datetime
) -> None:
    """Raise SecondPersonNeeded for what nobody may do alone, where the company says so."""
    if staff is None or not takes_two(before, after) or not second_person.is_demanded(session):
        return
    if after.standing is Standing.APPROVED and not is_public(before, now=now):
        if before.facts == after.facts and history.author(session, before.slug) != staff.email:
            return
        if before.facts == after.facts:
            raise SecondPersonNeeded("You wrote this version, so somebody else has to approve it.")
    raise SecondPersonNeeded("A second person has to confirm this.")


def _settle(
    session: Session,
    event: Event,
    *,
    by: str,
    reason: str,
    now: datetime,
    confirmed_by: str | None = None,
    probes_now: Iterable[Probe] = (),
) -> None:
    """Write what follows from a save: entry in the ledger, due instants, alerts, version."""
    body = {"by": by, "reason": reason, "record": record_of(event)}
    if confirmed_by is not None:
        body["confirmed_by"] = confirmed_by
    site.append_to_ledger(session, at=now, kind="revision", subject=event.slug, body=body)
    event_id = event_store.id_of(session, event.slug)
    is_new = event.revision == 1
    looks = sorted({*probes_now, *probes(event)})
    transition_store.derive_again(session, event_id, transitions(event), is_new=is_new)
    probe_store.derive_again(session, event_id, looks, is_new=is_new)
    alert_notices.owe_in(session, event, event_id, now=now)
    site.raise_version(session)


def _free_slugs(wanted: Iterable[str], taken: set[str]) -> list[str]:
    """Return an address for each that is wanted, with a number where it is taken."""
    free: list[str] = []
    for slug in wanted:
        candidates = itertools.chain([slug], (f"{slug}-{n}" for n in itertools.count(2)))
        free.append(next(one for one in candidates if one not in taken))
        taken.add(free[-1])
    return free
