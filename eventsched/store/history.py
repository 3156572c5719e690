"""The revisions of events and of the company: every state that was ever saved."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventsched.domain.company import following, issuer_of
from eventsched.domain.events import Event
from eventsched.domain.issuer import Issuer
from eventsched.domain.revisions import event_of
from eventsched.store.tables import CompanyRevisionRow, EventRow, PresenterRow, RevisionRow


@dataclass(frozen=True, kw_only=True)
class Revision:
    """One saved state: what, when, by whom and why."""

    event: Event
    at: datetime
    by: str
    reason: str


def revisions(session: Session, slug: str) -> list[Revision]:
    """Return every revision of the event at that address, first saved first."""
    chosen = (
        select(RevisionRow)
        .join(EventRow, EventRow.id == RevisionRow.event_id)
        .where(EventRow.slug == slug)
        .order_by(RevisionRow.number)
    )
    return [
        Revision(event=event_of(json.loads(row.record)), at=row.at, by=row.by, reason=row.reason)
        for row in session.scalars(chosen)
    ]


def author(session: Session, slug: str) -> str:
    """Return who last changed what the event says or shows, whatever was decided about it since."""
    saved = revisions(session, slug)
    pairs = zip(reversed(saved), [*reversed(saved[:-1]), None], strict=True)
    return next(
        later.by
        for later, earlier in pairs
        if earlier is None or _content(earlier.event) != _content(later.event)
    )


def _content(event: Event) -> tuple[object, ...]:
    return event.facts, event.documents


def as_of(session: Session, instant: datetime) -> list[Event]:
    """Return every event as its latest revision said at `instant`, in the order of their begin."""
    latest = (
        select(RevisionRow.event_id, func.max(RevisionRow.number).label("number"))
        .where(RevisionRow.at <= instant)
        .group_by(RevisionRow.event_id)
        .subquery()
    )
    chosen = select(RevisionRow.record).join(
        latest,
        (RevisionRow.event_id == latest.c.event_id) & (RevisionRow.number == latest.c.number),
    )
    events = [event_of(json.loads(record)) for record in session.scalars(chosen)]
    return sorted(events, key=lambda event: (event.instants.ends_at, event.slug))


@dataclass(frozen=True, kw_only=True)
class CompanyRevision:
    """One saved state of the company: what, when and by whom."""

    issuer: Issuer
    at: datetime
    by: str


def company(session: Session) -> list[CompanyRevision]:
    """Return every revision of the company, first saved first."""
    chosen = select(CompanyRevisionRow).order_by(CompanyRevisionRow.number)
    saved: list[CompanyRevision] = []
    for row in session.scalars(chosen):
        before = saved[-1].issuer if saved else None
        issuer = following(before, issuer_of(json.loads(row.record)), at=row.at)
        saved.append(CompanyRevision(issuer=issuer, at=row.at, by=row.by))
    return saved


def company_as_of(session: Session, instant: datetime) -> Issuer | None:
    """Return the company as its latest revision said at `instant`; None where none was ever set.

    Before its first revision nothing of it was public; the first stands for that time too.
    """
    saved = company(session)
    said = [revision.issuer for revision in saved if revision.at <= instant]
    return said[-1] if said else next((revision.issuer for revision in saved), None)


def presenters(session: Session) -> dict[str, str]:
    """Return everybody who ever presented, by name, each with the title of their latest event."""
    chosen = (
        select(PresenterRow.name, PresenterRow.title)
        .join(EventRow, EventRow.id == PresenterRow.event_id)
        .order_by(EventRow.ends_at, EventRow.slug)
    )
    # A later one overwrites an earlier one.
    return {row.name: row.title for row in session.execute(chosen)}
