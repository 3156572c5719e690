"""Ending a replay before its time, giving it back, and how long replays stay as a rule."""

from datetime import datetime

from eventsched.domain.events import Event
from eventsched.domain.replays import ReplayPolicy, ReplayStep, with_replay_step
from eventsched.domain.staff import NotPermitted, Role
from eventsched.services.demands import demand_reason, demand_second_person, forgery_noted
from eventsched.services.events import held, save
from eventsched.store import site
from eventsched.store import staff as staff_store
from eventsched.store.database import Store


def take(
    store: Store,
    slug: str,
    step: ReplayStep,
    *,
    base: int,
    by: str,
    now: datetime,
    reason: str,
) -> Event:
    """Save that the replay is withdrawn from `now`, or reinstated: an approver's right.

    Raises InvalidEvent, NotAllowed, NotPermitted, SecondPersonNeeded, NoSuchEvent or StaleRevision.
    """
    with forgery_noted(store, slug, by=by, wanted=step, now=now), store.writing() as session:
        event = held(session, slug, base)
        staff = staff_store.by_email(session, by)
        if staff is not None and not staff.may_approve:
            raise NotPermitted("Only an approver may withdraw or reinstate a replay.")
        changed = with_replay_step(event, step, now=now)
        demand_reason(event, changed, reason, now=now)
        demand_second_person(session, event, changed, staff, now=now)
        return save(session, changed, by=by, reason=reason, now=now)


def set_policy(store: Store, policy: ReplayPolicy, *, by: str, now: datetime) -> None:
    """Set how long replays stay unless an event says otherwise. An admin's right: NotPermitted.

    What was promised stays as it was: only events that are still to be entered begin with it.
    """
    with forgery_noted(store, "", by=by, wanted="rules", now=now), store.writing() as session:
        site.hold(session)
        staff = staff_store.by_email(session, by)
        if staff is not None and staff.role is not Role.ADMIN:
            raise NotPermitted("Only an admin may change the rules.")
        if site.replay_policy(session) == policy:
            return
        site.set_replay_policy(session, policy)
        said = {
            "days": policy.days,
            "until_revoked": policy.until_revoked,
            "counted_from": policy.counted_from.value,
        }
        body = {"by": by, "replays": said}
        site.append_to_ledger(session, at=now, kind="rules", subject="", body=body)
