"""Writing transitions down. Nothing opens or closes here: the clock did that already."""

from datetime import datetime

from eventsched.domain.ledger import instant_text
from eventsched.store import site
from eventsched.store import transitions as transition_store
from eventsched.store.database import Store
from eventsched.store.transitions import DueTransition

# Small enough that a save never waits long behind a worker that catches up on a year.
BATCH = 500


def record_due(store: Store, *, now: datetime, most: int = BATCH) -> list[DueTransition]:
    """Write every transition due by `now` into the ledger, once each; return up to `most` of them.

    1. Hold the site, so that entries are numbered in order.
    2. Claim what is due and not yet written down.
    3. Write the mark and the ledger's entry in the same transaction: both stand, or neither.
    """
    with store.writing() as session:
        site.hold(session)
        due = transition_store.claim_due(session, now=now, most=most)
        transition_store.mark_observed(session, due, at=now)
        site.append_all_to_ledger(session, [_told(transition, now) for transition in due], at=now)
        return due


def _told(transition: DueTransition, now: datetime) -> site.Happening:
    return site.Happening(
        kind=transition.kind.value,
        subject=transition.slug,
        body={"promised": instant_text(transition.due_at), "observed": instant_text(now)},
    )


def next_due(store: Store) -> datetime | None:
    """Return the earliest instant that waits to be written down."""
    with store.reading() as session:
        return transition_store.next_due(session)
