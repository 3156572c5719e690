"""What a save asks of whoever saves: the right to it, a reason, a second person."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from eventsched.domain.drafts import InvalidEvent, Problem
from eventsched.domain.events import Event, Standing
from eventsched.domain.lifecycle import is_public
from eventsched.domain.revisions import is_returned, owes_a_reason
from eventsched.domain.second_person import SecondPersonNeeded, takes_two
from eventsched.domain.staff import NotPermitted, Staff
from eventsched.store import history, second_person, site
from eventsched.store.database import Session, Store

LONGEST_REASON = 2_000
_LONGEST_SUBJECT = 320


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


def unreadable_reason(reason: str) -> str:
    """Return what is wrong with a reason, whether or not one is owed; "" if nothing is."""
    if len(reason) > LONGEST_REASON:
        return f"Too long: at most {LONGEST_REASON:,} characters fit."
    return "Contains an invisible control character; type it anew." if "\0" in reason else ""


def demand_reason(before: Event, after: Event, reason: str, *, now: datetime) -> None:
    """Raise InvalidEvent unless everybody who is owed a reason gets one that can be read."""
    reason_problem = unreadable_reason(reason)
    if not reason.strip() and owes_a_reason(before, after, now=now):
        reason_problem = "Say why: the public has read it otherwise, and will be told."
    elif not reason.strip() and is_returned(before, after):
        reason_problem = "Say what is to be corrected."
    if reason_problem:
        raise InvalidEvent((Problem(field="reason", message=reason_problem),))


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
