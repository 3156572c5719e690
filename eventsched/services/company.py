"""Setting up the company that runs this installation."""

from datetime import datetime

from eventsched.domain.company import IssuerDraft, decide_issuer, issuer_record
from eventsched.domain.issuer import Issuer
from eventsched.domain.staff import NotPermitted, Role
from eventsched.services.demands import forgery_noted
from eventsched.store import site
from eventsched.store import staff as staff_store
from eventsched.store.database import Session, Store


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
        set_up_in(session, issuer, by=by, now=now)
    return issuer


def set_up_in(session: Session, issuer: Issuer, *, by: str, now: datetime) -> None:
    """Save the company, its revision and its entry in the ledger within the caller's transaction.

    What says the same is not saved.
    """
    known = site.issuer(session)
    if known is not None and issuer_record(known) == issuer_record(issuer):
        return
    site.set_issuer(session, issuer, at=now, by=by)
    body = {"by": by, "record": issuer_record(issuer)}
    site.append_to_ledger(session, at=now, kind="company", subject="", body=body)
