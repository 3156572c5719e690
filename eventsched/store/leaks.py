"""All that was ever saved, for whoever looks whether any of it is found outside too early."""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventsched.domain.changes import Saved
from eventsched.domain.notices import Notice
from eventsched.store import events, listing
from eventsched.store.tables import (
    EventRow,
    NoticeRow,
    StaffLinkRow,
    StaffRow,
    StaffSessionRow,
)


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


def notices_that_wait(session: Session, *, most: int) -> list[Notice]:
    """Return up to `most` notices to investors that are not settled, the latest owed first."""
    chosen = (
        select(NoticeRow, EventRow.slug)
        .outerjoin(EventRow, EventRow.id == NoticeRow.event_id)
        .where(NoticeRow.settled_at.is_(None), NoticeRow.kind.startswith("alert."))
        .order_by(NoticeRow.id.desc())
        .limit(most)
    )
    return [
        Notice(
            key=row.key,
            kind=row.kind,
            to=row.recipient,
            due_at=row.due_at,
            event_slug=slug,
            revision=row.revision,
            body=json.loads(row.body),
        )
        for row, slug in session.execute(chosen)
    ]
