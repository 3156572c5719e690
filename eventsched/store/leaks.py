"""All that was ever saved, for whoever looks whether any of it is found outside too early."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventsched.domain.changes import Saved
from eventsched.store import events, listing
from eventsched.store.tables import StaffLinkRow, StaffRow, StaffSessionRow


def histories(session: Session) -> dict[str, list[Saved]]:
    """Return the saved states of every event, by address, first saved first."""
    slugs = [event.slug for event in events.every(session)]
    found: dict[str, list[Saved]] = {}
    for first in range(0, len(slugs), 1000):
        found |= listing.histories(session, slugs[first : first + 1000])
    return found


def keys(session: Session) -> list[str]:
    """Return what sessions, links and passwords of staff are known by."""
    columns = (StaffSessionRow.key, StaffLinkRow.key, StaffRow.session_key, StaffRow.password_hash)
    return [key for column in columns for key in session.scalars(select(column))]
