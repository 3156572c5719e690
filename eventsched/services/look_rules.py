"""How long before a call its live link is looked at, as the company wants it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from eventsched.domain.events import Event
from eventsched.domain.look_rules import LookRule
from eventsched.domain.probes import Probe, probes, probes_of_new_rule
from eventsched.domain.staff import NotPermitted, Role
from eventsched.services.demands import forgery_noted
from eventsched.store import events as event_store
from eventsched.store import probes as probe_store
from eventsched.store import site
from eventsched.store import staff as staff_store
from eventsched.store.database import Session, Store


def set_rule(store: Store, before: Sequence[timedelta], *, by: str, now: datetime) -> None:
    """Set how long `before` a call to look, longest first. An admin's right: NotPermitted.

    It holds for every call that is still to begin.
    """
    with forgery_noted(store, "", by=by, wanted="rules", now=now), store.writing() as session:
        site.hold(session)
        staff = staff_store.by_email(session, by)
        if staff is not None and staff.role is not Role.ADMIN:
            raise NotPermitted("Only an admin may change the rules.")
        if site.look_rule(session).before == tuple(before):
            return
        rule = LookRule(before=tuple(before), since=now)
        site.set_look_rule(session, rule)
        _derive_again(session, rule, now=now)
        minutes = [look // timedelta(minutes=1) for look in before]
        body = {"by": by, "looks_before_minutes": minutes}
        site.append_to_ledger(session, at=now, kind="rules", subject="", body=body)


def _derive_again(session: Session, rule: LookRule, *, now: datetime) -> None:
    """Replace the looks that are to come; what was looked at, or is due already, stays."""
    lasting = event_store.lasting_beyond(session, now)
    coming = {e.slug: e for e in lasting if e.instants.starts_at and e.instants.starts_at > now}
    numbers = event_store.ids_of(session, list(coming))
    wanted = {
        numbers[slug]: probes(event, rule) + _owed(session, numbers[slug], event, rule, now=now)
        for slug, event in coming.items()
    }
    probe_store.derive_again(session, wanted, at=now)


def _owed(
    session: Session, number: int, event: Event, rule: LookRule, *, now: datetime
) -> list[Probe]:
    """Return the look that is taken at once: one that the rule, made a little late, would miss."""
    latest = max(probes_of_new_rule(event, rule), default=None)
    if latest is None or probe_store.is_looked_at_since(
        session, number, latest.kind, since=latest.due_at, now=now
    ):
        return []
    return [latest]
