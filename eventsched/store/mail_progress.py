"""How far the mail is: what is sent, what waits, what was given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.orm import Session

from eventsched.domain.notices import Outcome
from eventsched.store.tables import EventRow, MailServerRow, NoticeRow

LATELY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Numbers of notices of one occasion, or of all: `title` and `slug` are "" where of no event.

    `under_way` are being sent, `waiting` are due, `later` not yet; `sent` those of the last day.
    """

    slug: str
    title: str
    under_way: int
    waiting: int
    later: int
    sent: int
    parked: int

    @property
    def total(self) -> int:
        """Those that have been sent or should have been by now."""
        return self.under_way + self.waiting + self.sent + self.parked


@dataclass(frozen=True, kw_only=True)
class Parked:
    """A notice that was given up, and why."""

    id: int
    kind: str
    recipient: str
    title: str
    attempts: int
    at: datetime
    reason: str


def progress(session: Session, *, now: datetime) -> list[Progress]:
    """Return the numbers of each event that has mail unsettled or settled within the last day.

    What belongs to no event comes first, under no title.
    """
    row, due = NoticeRow, NoticeRow.due_at <= now
    unsettled, leased = row.settled_at.is_(None), row.leased_until > now
    counted = {
        "under_way": unsettled & leased,
        "waiting": unsettled & due & or_(row.leased_until.is_(None), row.leased_until <= now),
        "later": unsettled & (row.due_at > now) & or_(row.leased_until.is_(None), ~leased),
        "sent": (row.outcome == Outcome.SENT.value) & (row.settled_at > now - LATELY),
        "parked": row.outcome == Outcome.PARKED.value,
    }
    sums = [func.sum(case((rule, 1), else_=0)).label(name) for name, rule in counted.items()]
    chosen = (
        select(EventRow.slug, EventRow.title, *sums)
        .select_from(row)
        .outerjoin(EventRow, EventRow.id == row.event_id)
        .where(or_(unsettled, row.settled_at > now - LATELY, counted["parked"]))
        .group_by(row.event_id, EventRow.slug, EventRow.title)
        .order_by(func.coalesce(EventRow.slug, ""))
    )
    return [
        Progress(
            slug=found.slug or "",
            title=found.title or "",
            under_way=int(found.under_way),
            waiting=int(found.waiting),
            later=int(found.later),
            sent=int(found.sent),
            parked=int(found.parked),
        )
        for found in session.execute(chosen)
    ]


def parked(session: Session, *, limit: int) -> list[Parked]:
    """Return the notices that were given up, the latest first."""
    chosen = (
        select(NoticeRow, EventRow.title)
        .outerjoin(EventRow, EventRow.id == NoticeRow.event_id)
        .where(NoticeRow.outcome == Outcome.PARKED.value)
        .order_by(NoticeRow.settled_at.desc(), NoticeRow.id.desc())
        .limit(limit)
    )
    return [
        Parked(
            id=row.id,
            kind=row.kind,
            recipient=row.recipient,
            title=title or "",
            attempts=row.attempts,
            at=row.settled_at or row.owed_at,
            reason=row.reason,
        )
        for row, title in session.execute(chosen)
    ]


def count_parked(session: Session, *, but: str) -> int:
    """Return how many notices were given up, those of the kind `but` left out."""
    given_up = (NoticeRow.outcome == Outcome.PARKED.value, NoticeRow.kind != but)
    return session.scalar(select(func.count()).select_from(NoticeRow).where(*given_up)) or 0


def to_do(session: Session, *, now: datetime) -> tuple[int, int, str]:
    """Return how many notices are due, how many were given up, and the mail server's trouble."""
    due = (NoticeRow.settled_at.is_(None), NoticeRow.due_at <= now)
    given_up = NoticeRow.outcome == Outcome.PARKED.value
    counts = [
        select(func.count()).select_from(NoticeRow).where(*rules).scalar_subquery()
        for rules in (due, (given_up,))
    ]
    found = session.execute(select(*counts, MailServerRow.trouble)).one()
    return int(found[0]), int(found[1]), str(found[2])


def retry(session: Session, number: int | None, *, now: datetime) -> int:
    """Owe what was given up anew, one or all; return how many that were."""
    chosen = [NoticeRow.outcome == Outcome.PARKED.value]
    if number is not None:
        chosen.append(NoticeRow.id == number)
    again = (
        update(NoticeRow)
        .where(*chosen)
        .values(settled_at=None, outcome=None, attempts=0, due_at=now)
        .returning(NoticeRow.id)
    )
    return len(session.scalars(again, execution_options={"synchronize_session": False}).all())


def drop(session: Session, number: int, *, now: datetime) -> bool:
    """Let a notice that was given up rest; tell whether there was such a one."""
    given_up = (NoticeRow.id == number, NoticeRow.outcome == Outcome.PARKED.value)
    resting = (
        update(NoticeRow)
        .where(*given_up)
        .values(outcome=Outcome.DROPPED.value, settled_at=now, body="{}", recipient="", domain="")
        .returning(NoticeRow.id)
    )
    return bool(session.scalars(resting, execution_options={"synchronize_session": False}).all())
