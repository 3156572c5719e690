"""Changes that wait for a second person: proposed by one, confirmed or declined by another."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from eventsched.domain.drafts import Draft, InvalidEvent, Problem, decide
from eventsched.domain.events import Event, Standing
from eventsched.domain.replays import ReplayStep, with_replay_step
from eventsched.domain.revisions import NotAllowed, owes_a_reason, with_facts, with_standing
from eventsched.domain.second_person import Proposal, SecondPersonNeeded, Wanted
from eventsched.domain.staff import NotPermitted, Role, Staff, may_decide
from eventsched.services.demands import demand_reason, forgery_noted, unreadable_reason
from eventsched.services.events import NoSuchEvent, held_all, save
from eventsched.store import events as event_store
from eventsched.store import second_person, site
from eventsched.store import staff as staff_store
from eventsched.store.database import Session, Store
from eventsched.store.site import Happening


def demand(store: Store, demanded: bool, *, by: str, now: datetime) -> None:
    """Set whether the company demands a second person. Raises NotPermitted but for an admin."""
    with forgery_noted(store, by, by=by, wanted="rules", now=now), store.writing() as session:
        site.hold(session)
        staff = staff_store.by_email(session, by)
        if staff is not None and staff.role is not Role.ADMIN:
            raise NotPermitted("Only an admin may change the rules.")
        if second_person.is_demanded(session) == demanded:
            return
        second_person.demand(session, demanded)
        body = {"by": by, "second_person": demanded}
        site.append_to_ledger(session, at=now, kind="rules", subject="", body=body)


def propose(
    store: Store,
    slug: str,
    wanted: Wanted,
    *,
    base: int,
    by: str,
    now: datetime,
    reason: str = "",
) -> None:
    """Keep a change, made from revision `base`, until a second person has looked at it.

    Raises what saving it at once would, and NotAllowed where another change waits.
    """
    with forgery_noted(store, slug, by=by, wanted="propose", now=now), store.writing() as session:
        propose_all_in(session, {slug: wanted}, bases={slug: base}, by=by, reason=reason, now=now)


def propose_all_in(
    session: Session,
    wanted: Mapping[str, Wanted],
    *,
    bases: Mapping[str, int],
    by: str,
    reason: str,
    now: datetime,
) -> None:
    """Keep changes, by their events' addresses, within the caller's transaction, in as few
    statements as can be. Raises what `propose` does.
    """
    if not wanted:
        return
    found = held_all(session, {slug: bases[slug] for slug in wanted})
    if second_person.waiting_among(session, list(found)):
        raise NotAllowed("Another change of this event waits already.")
    staff = staff_store.by_email(session, by)
    for slug, event in found.items():
        _demand_proposable(event, wanted[slug], staff, reason=reason, now=now)
    numbers = event_store.ids_of(session, list(found))
    by_number = {numbers[slug]: (bases[slug], wanted[slug]) for slug in found}
    second_person.add_all(session, by_number, reason=reason, by=by, at=now)
    said = {"by": by, "reason": reason}
    entries = [
        Happening(
            kind="proposed",
            subject=slug,
            body=said | {"base": bases[slug], "wanted": _told(wanted[slug])},
        )
        for slug in found
    ]
    site.append_all_to_ledger(session, entries, at=now)


def _demand_proposable(
    event: Event, wanted: Wanted, staff: Staff | None, *, reason: str, now: datetime
) -> None:
    """Raise NotPermitted, NotAllowed or InvalidEvent for what must not even wait."""
    if isinstance(wanted, Standing):
        _demand_right(staff, event, wanted)
    changed = _changed(event, wanted, now=now)
    if _said(changed) == _said(event):
        raise NotAllowed("Nothing was changed, so there is nothing to propose.")
    demand_reason(event, changed, reason, now=now)


def confirm(store: Store, slug: str, proposal_id: int, *, by: str, now: datetime) -> Event:
    """Save a change that waited. Raises NotPermitted, SecondPersonNeeded or NotAllowed."""
    with forgery_noted(store, slug, by=by, wanted="confirm", now=now), store.writing() as session:
        site.hold(session)
        proposal = _waiting(session, slug, proposal_id)
        staff = staff_store.by_email(session, by)
        if staff is None or not staff.may_approve:
            raise NotPermitted("Only an approver may confirm a change.")
        if proposal.by == by:
            raise SecondPersonNeeded("You proposed this, so somebody else has to confirm it.")
        event = event_store.by_slug(session, slug)
        assert event is not None
        if event.revision != proposal.base:
            raise NotAllowed("The event has changed since this was proposed. Decline it.")
        changed = _changed(event, proposal.wanted, now=now)
        if owes_a_reason(event, changed, now=now) and not proposal.reason.strip():
            raise NotAllowed(
                "The event is public since this was proposed, and the public is owed a reason. "
                "Decline it, and propose it again with one."
            )
        second_person.settle(session, proposal.id, "confirmed", by=by, at=now)
        return save(
            session, changed, by=proposal.by, reason=proposal.reason, now=now, confirmed_by=by
        )


def decline(
    store: Store, slug: str, proposal_id: int, *, by: str, now: datetime, reason: str = ""
) -> None:
    """Drop a change that waited: an approver's right, and that of whoever proposed it.

    Who proposed it is owed a reason by anybody else: raises InvalidEvent.
    """
    with forgery_noted(store, slug, by=by, wanted="decline", now=now), store.writing() as session:
        site.hold(session)
        proposal = _waiting(session, slug, proposal_id)
        staff = staff_store.by_email(session, by)
        if proposal.by != by and (staff is None or not staff.may_approve):
            raise NotPermitted("Only an approver may decline somebody else’s change.")
        if problem := _reason_problem(reason, is_owed=proposal.by != by):
            raise InvalidEvent((Problem(field="because", message=problem),))
        second_person.settle(session, proposal.id, "declined", by=by, at=now, because=reason)
        body = {"by": by, "proposed_by": proposal.by, "reason": reason}
        site.append_to_ledger(session, at=now, kind="declined", subject=slug, body=body)


def _reason_problem(reason: str, *, is_owed: bool) -> str:
    """Return what is wrong with the reason of declining, "" if nothing is."""
    if is_owed and not reason.strip():
        return "Say why you decline it: whoever proposed it reads that."
    return unreadable_reason(reason)


def _waiting(session: Session, slug: str, proposal_id: int) -> Proposal:
    proposal = second_person.waiting(session, slug)
    if event_store.by_slug(session, slug) is None:
        raise NoSuchEvent(slug)
    if proposal is None or proposal.id != proposal_id:
        raise NotAllowed("This change does not wait any more.")
    return proposal


def _demand_right(staff: Staff | None, event: Event, standing: Standing) -> None:
    if staff is not None and not may_decide(staff, event, standing):
        raise NotPermitted(f"Only an approver may let this event become {standing}.")


def _changed(event: Event, wanted: Wanted, *, now: datetime) -> Event:
    match wanted:
        case Standing():
            return with_standing(event, wanted, now=now)
        case ReplayStep():
            return with_replay_step(event, wanted, now=now)
        case Draft():
            return with_facts(event, decide(wanted), now=now)


def _said(event: Event) -> tuple[object, ...]:
    return event.facts, event.standing, event.replay_withdrawn_at


def _told(wanted: Wanted) -> dict[str, Any]:
    match wanted:
        case Standing():
            return {"standing": wanted.value}
        case ReplayStep():
            return {"replay": wanted.value}
        case Draft():
            return asdict(wanted)
