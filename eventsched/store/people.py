"""People who gave an address, their links and their consents."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from eventsched.domain.ledger import canonical_json
from eventsched.domain.personal_links import LinkKind
from eventsched.domain.privacy import PurposeName
from eventsched.store.privacy_tables import ConsentRow, PersonLinkRow, PersonRow


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who gave an address. `key` is a part of the links that are theirs for long."""

    id: int
    email: str
    key: str


@dataclass(frozen=True, kw_only=True)
class PersonLink:
    """A link in a mail that works for a while: once, where following it does something."""

    id: int
    person_id: int
    key: str
    body: Mapping[str, Any]
    mails: int
    mailed_at: datetime | None
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Consent:
    """What somebody agreed to: in which words, under which policy, and when."""

    purpose: PurposeName
    wording: str
    policy_version: int
    given_at: datetime
    ended_at: datetime | None


def by_email(session: Session, email: str) -> Person | None:
    """Return who has that address, spelt as `mailboxes.mailbox_of` does."""
    row = session.scalar(select(PersonRow).where(PersonRow.email == email))
    return None if row is None else _person(row)


def by_id(session: Session, person_id: int) -> Person | None:
    """Return the person of that number."""
    row = session.get(PersonRow, person_id)
    return None if row is None else _person(row)


def add(session: Session, email: str, *, key: str, at: datetime) -> Person:
    """Store an address that nobody has given yet."""
    row = PersonRow(email=email, key=key, since=at)
    session.add(row)
    session.flush()
    return _person(row)


def erase(session: Session, person_id: int) -> None:
    """Drop a person and everything that stands under them."""
    session.execute(delete(PersonRow).where(PersonRow.id == person_id))


def open_link(
    session: Session, person_id: int, kind: LinkKind, *, now: datetime
) -> PersonLink | None:
    """Return the person's link of that kind that nobody has used and that has time left."""
    found = unused_link(session, person_id, kind)
    return None if found is None or found.expires_at <= now else found


def unused_link(session: Session, person_id: int, kind: LinkKind) -> PersonLink | None:
    """Return the person's latest link of that kind that nobody has used, in time or not."""
    row = PersonLinkRow
    mine = (row.person_id == person_id, row.kind == kind, row.used_at.is_(None))
    found = session.scalars(select(row).where(*mine).order_by(row.id.desc()).limit(1)).first()
    return None if found is None else _link(found)


def link(session: Session, link_id: int, key: str) -> PersonLink | None:
    """Return a link by its number and key, whether or not it still works."""
    row = session.get(PersonLinkRow, link_id)
    return None if row is None or row.key != key else _link(row)


def add_link(
    session: Session,
    person_id: int,
    kind: LinkKind,
    *,
    key: str,
    body: Mapping[str, Any],
    expires_at: datetime,
) -> PersonLink:
    """Store a new link."""
    row = PersonLinkRow(
        person_id=person_id,
        kind=kind.value,
        key=key,
        body=canonical_json(body),
        mails=0,
        mailed_at=None,
        expires_at=expires_at,
        used_at=None,
    )
    session.add(row)
    session.flush()
    return _link(row)


def set_link_body(session: Session, link_id: int, body: Mapping[str, Any]) -> None:
    """Store what following a link will do from now on."""
    session.get_one(PersonLinkRow, link_id).body = canonical_json(body)


def count_mail(session: Session, link_id: int, *, at: datetime) -> int:
    """Note that a link is mailed once more; return how many times that makes."""
    row = session.get_one(PersonLinkRow, link_id)
    row.mails, row.mailed_at = row.mails + 1, at
    return row.mails


def use_link(session: Session, link_id: int, *, at: datetime) -> None:
    """Note that a link was followed and did what it was for."""
    session.get_one(PersonLinkRow, link_id).used_at = at


def give_consent(
    session: Session,
    person_id: int,
    purpose: PurposeName,
    *,
    wording: str,
    policy_version: int,
    at: datetime,
) -> None:
    """Store a consent; an earlier one to the same purpose ends."""
    end_consent(session, person_id, purpose, at=at)
    session.add(
        ConsentRow(
            person_id=person_id,
            purpose=purpose.value,
            wording=wording,
            policy_version=policy_version,
            given_at=at,
        )
    )
    session.flush()


def end_consent(session: Session, person_id: int, purpose: PurposeName, *, at: datetime) -> None:
    """Store that a consent holds no longer: withdrawn, replaced, or its purpose is done."""
    row = ConsentRow
    chosen = select(row).where(
        row.person_id == person_id, row.purpose == purpose, row.ended_at.is_(None)
    )
    for given in session.scalars(chosen):
        given.ended_at = at


def consents(session: Session, person_id: int) -> list[Consent]:
    """Return everything that somebody agreed to, first first."""
    row = ConsentRow
    chosen = select(row).where(row.person_id == person_id).order_by(row.given_at, row.id)
    return [
        Consent(
            purpose=PurposeName(given.purpose),
            wording=given.wording,
            policy_version=given.policy_version,
            given_at=given.given_at,
            ended_at=given.ended_at,
        )
        for given in session.scalars(chosen)
    ]


def _person(row: PersonRow) -> Person:
    return Person(id=row.id, email=row.email, key=row.key)


def _link(row: PersonLinkRow) -> PersonLink:
    return PersonLink(
        id=row.id,
        person_id=row.person_id,
        key=row.key,
        body=json.loads(row.body),
        mails=row.mails,
        mailed_at=row.mailed_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
    )
