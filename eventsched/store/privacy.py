"""Policies, requests for an investor kit, and what has been kept long enough."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, ScalarSelect, Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from eventsched.domain.privacy import PURPOSES, Policy, PurposeName
from eventsched.store.people import Person
from eventsched.store.privacy_tables import (
    ConsentRow,
    KitRequestRow,
    PersonLinkRow,
    PersonRow,
    PolicyRow,
    SubscriptionRow,
)

_KIT, _ALERTS = PURPOSES[PurposeName.INVESTOR_KIT], PURPOSES[PurposeName.ALERTS]


@dataclass(frozen=True, kw_only=True)
class KitRequest:
    """A request for an investor kit, and when staff sent it."""

    id: int
    person: Person
    name: str
    postal_address: str
    asked_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """Of how many people something is held, by purpose; what waits, and what has outlived its time.

    `outlived` counts the sign-ups, requests, consents and people that the worker should have erased
    by now.
    """

    held: Mapping[PurposeName, int]
    open_requests: int
    outlived: int


@dataclass(frozen=True, kw_only=True)
class Erased:
    """How much retention took away.

    Sign-ups nobody confirmed, kit requests, consents that had ended, and whole people.
    """

    sign_ups: int
    kit_requests: int
    consents: int
    people: int

    @property
    def anything(self) -> bool:
        """Whether there was something."""
        return any((self.sign_ups, self.kit_requests, self.consents, self.people))


def policies(session: Session) -> list[Policy]:
    """Return every version of the policy that is or was in force or will be, in order."""
    rows = session.scalars(_policies().where(PolicyRow.taken_back_at.is_(None)))
    return [_policy_of_row(row) for row in rows]


def policies_taken_back(session: Session) -> list[Policy]:
    """Return the versions that will never be in force, in order."""
    rows = session.scalars(_policies().where(PolicyRow.taken_back_at.is_not(None)))
    return [_policy_of_row(row) for row in rows]


def take_policy_back(session: Session, version: int, *, at: datetime) -> None:
    """Note that a version will never be in force."""
    session.execute(update(PolicyRow).where(PolicyRow.version == version).values(taken_back_at=at))


def _policies() -> Select[PolicyRow]:
    return select(PolicyRow).order_by(PolicyRow.version)


def _policy_of_row(row: PolicyRow) -> Policy:
    return Policy(version=row.version, text=row.text, in_force_at=row.in_force_at)


def add_policy(session: Session, policy: Policy, *, by: str, at: datetime) -> None:
    """Store a new version."""
    session.add(
        PolicyRow(
            version=policy.version,
            text=policy.text,
            in_force_at=policy.in_force_at,
            added_by=by,
            added_at=at,
        )
    )


def kit_requests(session: Session, *, person_id: int | None = None) -> list[KitRequest]:
    """Return all requests, or one person's: open ones first, the oldest first."""
    chosen = _kits().order_by(KitRequestRow.done_at.is_not(None), KitRequestRow.asked_at)
    if person_id is not None:
        chosen = chosen.where(KitRequestRow.person_id == person_id)
    return [_kit(*row) for row in session.execute(chosen)]


def set_kit_request(
    session: Session, person_id: int, *, name: str, postal_address: str, at: datetime
) -> None:
    """Store somebody's request, in place of one that is still open."""
    row = session.scalar(
        select(KitRequestRow).where(
            KitRequestRow.person_id == person_id, KitRequestRow.done_at.is_(None)
        )
    )
    row = row or KitRequestRow(person_id=person_id, asked_at=at)
    row.name, row.postal_address = name, postal_address
    session.add(row)
    session.flush()


def fulfil_kit_request(session: Session, request_id: int, *, at: datetime) -> int | None:
    """Store that a kit is on its way; return whose, or None where nothing was open."""
    row = session.get(KitRequestRow, request_id)
    if row is None or row.done_at is not None:
        return None
    row.done_at = at
    return row.person_id


def keeping(session: Session, *, now: datetime) -> Keeping:
    """Return how much is held, and how much should not be, in one question."""
    asked = select(
        _count_of(select(SubscriptionRow.person_id)),
        _count_of(select(KitRequestRow.person_id).distinct()),
        _count_of(select(KitRequestRow.id).where(KitRequestRow.done_at.is_(None))),
        _count_of(_old_links(now))
        + _count_of(_old_kits(now))
        + _count_of(_old_consents(now).where(ConsentRow.person_id.not_in(_ids(_purposeless(now)))))
        + _count_of(_ids(_purposeless(now))),
    )
    alerts, kits, open_requests, outlived = session.execute(asked).one()
    return Keeping(
        held={PurposeName.ALERTS: alerts, PurposeName.INVESTOR_KIT: kits},
        open_requests=open_requests,
        outlived=outlived,
    )


def erase_outlived(session: Session, *, now: datetime) -> tuple[Erased, list[str]]:
    """Drop what has been kept long enough; return how much, and whose addresses went."""
    sign_ups = _drop(session, PersonLinkRow, _old_links(now))
    kits = _drop(session, KitRequestRow, _old_kits(now))
    gone = session.execute(_purposeless(now)).all()
    session.execute(delete(PersonRow).where(PersonRow.id.in_([person.id for person in gone])))
    consents = _drop(session, ConsentRow, _old_consents(now))
    erased = Erased(sign_ups=sign_ups, kit_requests=kits, consents=consents, people=len(gone))
    return erased, [person.email for person in gone]


def _drop(
    session: Session, row: type[PersonLinkRow | KitRequestRow | ConsentRow], chosen: Select[int]
) -> int:
    done = session.execute(delete(row).where(row.id.in_(chosen)))
    assert isinstance(done, CursorResult)
    return done.rowcount


def _count_of(chosen: Select[Any]) -> ScalarSelect[int]:
    return select(func.count()).select_from(chosen.subquery()).scalar_subquery()


def _old_links(now: datetime) -> Select[int]:
    return select(PersonLinkRow.id).where(PersonLinkRow.expires_at <= now)


def _old_kits(now: datetime) -> Select[int]:
    row = KitRequestRow
    return select(row.id).where(
        or_(
            row.done_at <= now - _KIT.kept_after_end,
            row.done_at.is_(None) & (row.asked_at <= now - _KIT.unanswered),
        )
    )


def _old_consents(now: datetime) -> Select[int]:
    """Choose the records of consents whose purpose ended so long ago, whatever else is held."""
    ended = (
        (ConsentRow.purpose == purpose.name.value)
        & (ConsentRow.ended_at <= now - purpose.kept_after_end)
        for purpose in PURPOSES.values()
    )
    return select(ConsentRow.id).where(or_(*ended))


def _purposeless(now: datetime) -> Select[int, str]:
    """Choose the people for whom nothing is held that still has a purpose.

    A consent that holds without anything under it is of a request that grew old unfulfilled.
    """
    lately_ended = select(ConsentRow.person_id).where(
        ConsentRow.ended_at > now - _ALERTS.kept_after_end
    )
    purposes = (
        select(SubscriptionRow.person_id),
        select(KitRequestRow.person_id),
        select(PersonLinkRow.person_id).where(PersonLinkRow.expires_at > now),
        lately_ended,
    )
    kept = (PersonRow.id.not_in(purpose) for purpose in purposes)
    return select(PersonRow.id, PersonRow.email).where(*kept).order_by(PersonRow.id)


def _ids(people: Select[int, str]) -> Select[int]:
    return people.with_only_columns(PersonRow.id).order_by(None)


def _kits() -> Select[KitRequestRow, PersonRow]:
    return select(KitRequestRow, PersonRow).join(PersonRow, PersonRow.id == KitRequestRow.person_id)


def _kit(row: KitRequestRow, person: PersonRow) -> KitRequest:
    return KitRequest(
        id=row.id,
        person=Person(id=person.id, email=person.email, key=person.key),
        name=row.name,
        postal_address=row.postal_address,
        asked_at=row.asked_at,
        done_at=row.done_at,
    )
