"""Setting up the company that runs this installation."""

from datetime import datetime

from eventsched.domain.company import IssuerDraft, decide_issuer
from eventsched.domain.issuer import Issuer
from eventsched.domain.staff import NotPermitted, Role
from eventsched.services.events import forgery_noted
from eventsched.store import site
from eventsched.store import staff as staff_store
from eventsched.store.database import Store


def set_up(store: Store, draft: IssuerDraft, *, by: str, now: datetime) -> Issuer:
    """Save what the company is called and where it is at home. An admin's right.

    Raises InvalidIssuer or NotPermitted.
    """
    issuer = decide_issuer(draft)
    with forgery_noted(store, "", by=by, wanted="company", now=now), store.writing() as session:
        site.hold(session)
        staff = staff_store.by_email(session, by)
        if staff is not None and staff.role is not Role.ADMIN:
            raise NotPermitted("Only an admin may set up the company.")
        site.set_issuer(session, issuer, at=now)
        body = {"by": by, "name": issuer.name, "home_zone": issuer.home_zone}
        site.append_to_ledger(session, at=now, kind="company", subject="", body=body)
    return issuer
