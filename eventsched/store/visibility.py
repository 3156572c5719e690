"""What the public may know of, as a condition; `lifecycle.is_public` has the last word on each."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_

from eventsched.domain.events import Standing
from eventsched.store.tables import EventRow

_CALLED_OFF = (Standing.CANCELLED, Standing.POSTPONED)


def is_public(now: datetime) -> ColumnElement[bool]:
    """Return the condition that the public may know of an event at `now`."""
    return and_(EventRow.publish_at <= now, is_announced())


def is_announced() -> ColumnElement[bool]:
    """Return the condition that the public may know of an event once `publish_at` has come.

    What is called off before it was public stays unknown.
    """
    known_before = EventRow.standing_since >= EventRow.publish_at
    return or_(
        EventRow.standing == Standing.APPROVED,
        and_(EventRow.standing.in_(_CALLED_OFF), known_before),
    )
