"""Counts, added up by the database so that any number of processes may bring theirs."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from eventsched.domain.counts import ROBOT, Counted, DailyCount, LastPoll, Noticed, Thing
from eventsched.store.count_tables import DailyCountRow, LastPollRow
from eventsched.store.dialects import insert_or


def add(session: Session, noticed: Sequence[Noticed], *, day: date) -> None:
    """Add what was noticed to the day's counts, and note when calendars last fetched.

    In one order, whoever adds: so two processes that add at once can't lock each other out.
    """
    # The site is not held: no save ever waits for this, and it changes nothing that is shown.
    for one in sorted(noticed, key=lambda n: (n.thing.subject, n.thing.what, n.family)):
        row = {"subject": one.thing.subject, "what": one.thing.what.value, "family": one.family}
        added = insert_or(session, DailyCountRow).values(day=day, count=one.count, **row)
        session.execute(
            added.on_conflict_do_update(
                index_elements=("day", "subject", "what", "family"),
                set_={"count": DailyCountRow.count + added.excluded.count},
            )
        )
        if one.thing.what is Counted.POLL:
            _note_poll(session, one)


def _note_poll(session: Session, one: Noticed) -> None:
    noted = insert_or(session, LastPollRow).values(
        subject=one.thing.subject, family=one.family, at=one.last_at
    )
    session.execute(
        noted.on_conflict_do_update(
            index_elements=("subject", "family"),
            set_={"at": noted.excluded.at},
            # Another process may have seen a later one.
            where=LastPollRow.at < noted.excluded.at,
        )
    )


def forget(session: Session, *, before: date) -> None:
    """Drop the counts of days before `before`."""
    session.execute(delete(DailyCountRow).where(DailyCountRow.day < before))


def since(session: Session, day: date, *, subject: str | None = None) -> list[DailyCount]:
    """Return the counts from `day` on, of everything or of one subject, in the order of days."""
    row = DailyCountRow
    chosen = select(row).where(row.day >= day)
    chosen = chosen.order_by(row.day, row.subject, row.what, row.family)
    if subject is not None:
        chosen = chosen.where(DailyCountRow.subject == subject)
    return [
        DailyCount(
            day=row.day,
            thing=Thing(what=Counted(row.what), subject=row.subject),
            family=row.family,
            count=row.count,
        )
        for row in session.scalars(chosen)
    ]


def by_day(session: Session, day: date, subjects: Sequence[str]) -> list[DailyCount]:
    """Return the counts of `subjects` from `day` on, all families but robots in one."""
    row = DailyCountRow
    chosen = (
        select(row.day, row.subject, row.what, func.sum(row.count))
        .where(row.day >= day, row.subject.in_(subjects), row.family != ROBOT)
        .group_by(row.day, row.subject, row.what)
    )
    return [
        DailyCount(day=on, thing=Thing(Counted(what), slug), family="", count=int(count))
        for on, slug, what, count in session.execute(chosen)
    ]


def totals(session: Session, day: date) -> dict[tuple[str, Counted], int]:
    """Return how often each thing was asked for from `day` on, by slug and what."""
    chosen = (
        select(DailyCountRow.subject, DailyCountRow.what, func.sum(DailyCountRow.count))
        .where(DailyCountRow.day >= day, DailyCountRow.family != ROBOT)
        .group_by(DailyCountRow.subject, DailyCountRow.what)
    )
    return {(slug, Counted(what)): int(count) for slug, what, count in session.execute(chosen)}


def last_polls(session: Session, subject: str) -> list[LastPoll]:
    """Return when each family last fetched the schedule (""), or one event; the latest first."""
    chosen = select(LastPollRow).where(LastPollRow.subject == subject)
    rows = session.scalars(chosen.order_by(LastPollRow.at.desc(), LastPollRow.family))
    return [LastPoll(subject=row.subject, family=row.family, at=row.at) for row in rows]
