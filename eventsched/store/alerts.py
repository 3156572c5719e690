"""Who is told what by email."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from eventsched.domain.alerts import Topic, Wishes
from eventsched.domain.events import Kind
from eventsched.store.people import Person
from eventsched.store.privacy_tables import PersonRow, SubscriptionRow, ToldRow
from eventsched.store.tables import EventRow


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """Somebody who confirmed, and what they wish."""

    person: Person
    wishes: Wishes
    since: datetime


def subscription(session: Session, person_id: int) -> Subscription | None:
    """Return what somebody confirmed; None where nothing, or no longer."""
    chosen = _chosen().where(SubscriptionRow.person_id == person_id)
    found = session.execute(chosen).first()
    return None if found is None else _subscription(*found)


def set_wishes(session: Session, person_id: int, wishes: Wishes, *, at: datetime) -> None:
    """Store what somebody wishes from now on."""
    row = session.get(SubscriptionRow, person_id)
    if row is None:
        row = SubscriptionRow(person_id=person_id, since=at)
        session.add(row)
    row.kinds, row.topics, row.zone = _names(wishes.kinds), _names(wishes.topics), wishes.zone
    session.flush()


def end(session: Session, person_id: int) -> bool:
    """Drop what somebody wished; tell whether there was anything."""
    row = session.get(SubscriptionRow, person_id)
    if row is not None:
        session.delete(row)
        session.flush()
    return row is not None


def recipients(
    session: Session,
    kind: Kind,
    topics: Collection[Topic],
    *,
    told_event_id: int | None = None,
    after: int = 0,
    limit: int = 1_000,
) -> list[Subscription]:
    """Return who wants one of `topics` told of events of that kind, by number after `after`.

    Given `told_event_id`, also everybody who was told of that event before, whatever they wish.
    """
    wanted = _wanted(kind, topics, told_event_id)
    chosen = _chosen().where(wanted, SubscriptionRow.person_id > after)
    found = session.execute(chosen.order_by(SubscriptionRow.person_id).limit(limit))
    return [_subscription(*row) for row in found]


def count(
    session: Session, kind: Kind, topics: Collection[Topic], *, told_event_id: int | None = None
) -> int:
    """Return how many `recipients` there are."""
    chosen = select(func.count()).select_from(SubscriptionRow)
    return session.scalars(chosen.where(_wanted(kind, topics, told_event_id))).one()


def forget_told(session: Session, person_id: int) -> None:
    """Drop what somebody was told."""
    session.execute(delete(ToldRow).where(ToldRow.person_id == person_id))


def told_of(session: Session, person_id: int) -> list[tuple[str, datetime]]:
    """Return the events that somebody was told of, by address, and when last."""
    chosen = select(EventRow.slug, ToldRow.at).join(ToldRow, ToldRow.event_id == EventRow.id)
    found = session.execute(chosen.where(ToldRow.person_id == person_id).order_by(ToldRow.at))
    return [(slug, at) for slug, at in found]


def _wanted(
    kind: Kind, topics: Collection[Topic], told_event_id: int | None
) -> ColumnElement[bool]:
    row = SubscriptionRow
    wish = and_(_holds(row.kinds, kind), or_(*(_holds(row.topics, topic) for topic in topics)))
    if told_event_id is not None:
        told = select(ToldRow.person_id).where(ToldRow.event_id == told_event_id)
        wish = or_(wish, row.person_id.in_(told))
    return wish


def _holds(column: InstrumentedAttribute[str], name: str) -> ColumnElement[bool]:
    """Return the condition that a list of names with spaces around each holds `name`."""
    # contains() would take the underscores of a name for anything.
    return column.contains(f" {name} ", autoescape=True)


def _names(names: Collection[str]) -> str:
    return f" {' '.join(sorted(names))} "


def _chosen() -> Select[PersonRow, SubscriptionRow]:
    return select(PersonRow, SubscriptionRow).join(
        SubscriptionRow, SubscriptionRow.person_id == PersonRow.id
    )


def _subscription(person: PersonRow, row: SubscriptionRow) -> Subscription:
    return Subscription(
        person=Person(id=person.id, email=person.email, key=person.key),
        wishes=Wishes(
            kinds=frozenset(map(Kind, row.kinds.split())),
            topics=frozenset(map(Topic, row.topics.split())),
            zone=row.zone,
        ),
        since=row.since,
    )
