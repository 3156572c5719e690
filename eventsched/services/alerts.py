"""Signing up for alerts, twice over: once on the page, and once from the mailbox.

The page answers alike whoever is known. Only the mail tells, and that only its owner reads.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from eventsched.domain.alerts import (
    SignUpDraft,
    Topic,
    Wishes,
    decide_sign_up,
    decide_wishes,
    record_of_wishes,
)
from eventsched.domain.notices import Notice
from eventsched.domain.personal_links import LinkKind, LinkToken
from eventsched.domain.privacy import PURPOSES, PurposeName, in_force
from eventsched.services import notices
from eventsched.store import alerts as alert_store
from eventsched.store import mail_server, people, site
from eventsched.store import privacy as privacy_store
from eventsched.store.alerts import Subscription
from eventsched.store.database import Session, Store
from eventsched.store.people import Person, PersonLink

CONFIRM_WITHIN = PURPOSES[PurposeName.ALERTS].unanswered
CONFIRM_KIND = "alert.confirm"
# However often somebody, or somebody else, types an address: so many mails a week, and not faster.
MOST_MAILS = 3
_BETWEEN_MAILS = timedelta(minutes=10)


class LinkUsed(Exception):
    """The link did what it was for before; it works once."""


class LinkOld(Exception):
    """The link's time is over, or what it was about has been erased."""


class PolicyMoved(Exception):
    """The policy that somebody saw while agreeing is not the one in force any more."""


def sign_up(store: Store, draft: SignUpDraft, *, now: datetime) -> None:
    """Owe the address a mail by which its owner can confirm. Raises InvalidSignUp.

    The same is done whether or not the address is known. One that is asked for again and again
    keeps its link, which then confirms what was typed last, and gets few mails.
    """
    asked = decide_sign_up(draft)
    with store.writing() as session:
        site.hold(session)
        person = known_or_new(session, asked.email, now=now)
        wishes = record_of_wishes(asked.wishes)
        link = link_that_confirms(session, person, LinkKind.CONFIRM, wishes, now=now)
        if may_be_mailed(link, now=now):
            owe_link(session, person, link, kind=CONFIRM_KIND, now=now)


def look_at_confirm(store: Store, token: LinkToken, *, now: datetime) -> tuple[str, Wishes]:
    """Return the address and wishes that a link will confirm. Raises LinkUsed or LinkOld."""
    with store.reading() as session:
        person, link = followed(session, token, now=now)
    return person.email, wishes_of(link)


def confirm(store: Store, token: LinkToken, *, policy_version: int, now: datetime) -> Person:
    """Begin the alerts that a link is for. Raises LinkUsed, LinkOld or PolicyMoved."""
    with store.writing() as session:
        site.hold(session)
        person, link = followed(session, token, now=now)
        alert_store.set_wishes(session, person.id, wishes_of(link), at=now)
        agree_in(session, person, PurposeName.ALERTS, policy_version=policy_version, now=now)
        people.use_link(session, link.id, at=now)
    return person


def subscribed(session: Session, token: LinkToken) -> Subscription:
    """Return whose preferences a link leads to. Raises LinkOld where there are none any more."""
    person = people.by_id(session, token.number)
    found = None if person is None else alert_store.subscription(session, person.id)
    if found is None or found.person.key != token.key:
        raise LinkOld
    return found


def change(store: Store, token: LinkToken, draft: SignUpDraft, *, now: datetime) -> None:
    """Save other wishes. Raises InvalidSignUp or LinkOld."""
    wishes = decide_wishes(draft)
    with store.writing() as session:
        site.hold(session)
        person = subscribed(session, token).person
        alert_store.set_wishes(session, person.id, wishes, at=now)
        # Whoever reads their mail here again says that it arrives.
        mail_server.lift(session, person.email)


def agree_anew(store: Store, token: LinkToken, *, policy_version: int, now: datetime) -> None:
    """Put a subscription under the policy in force. Raises LinkOld or PolicyMoved."""
    with store.writing() as session:
        site.hold(session)
        person = subscribed(session, token).person
        agree_in(session, person, PurposeName.ALERTS, policy_version=policy_version, now=now)


def unsubscribe(store: Store, token: LinkToken, *, now: datetime) -> bool:
    """End somebody's alerts; tell whether there were any. Twice is as good as once.

    Raises LinkOld where the link's person is not known any more.
    """
    with store.writing() as session:
        site.hold(session)
        person = people.by_id(session, token.number)
        if person is None or person.key != token.key:
            raise LinkOld
        had_any = alert_store.end(session, person.id)
        people.end_consent(session, person.id, PurposeName.ALERTS, at=now)
        alert_store.forget_told(session, person.id)
    return had_any


def wishes_of(link: PersonLink) -> Wishes:
    """Return the wishes that a link will confirm."""
    body = link.body
    return decide_wishes(
        SignUpDraft(kinds=tuple(body["kinds"]), topics=tuple(body["topics"]), zone=body["zone"])
    )


def everything(zone: str) -> SignUpDraft:
    """Return the draft that a form begins with."""
    return SignUpDraft(topics=tuple(t for t in Topic if t in SignUpDraft().topics), zone=zone)


def agree_in(
    session: Session, person: Person, purpose: PurposeName, *, policy_version: int, now: datetime
) -> None:
    """Store somebody's consent to a purpose, in its own words. Raises PolicyMoved."""
    if in_force(privacy_store.policies(session), now=now).version != policy_version:
        raise PolicyMoved
    people.give_consent(
        session,
        person.id,
        purpose,
        wording=PURPOSES[purpose].wording,
        policy_version=policy_version,
        at=now,
    )


def known_or_new(session: Session, email: str, *, now: datetime) -> Person:
    """Return who has that address, stored now if nobody had."""
    known = people.by_email(session, email)
    return known or people.add(session, email, key=new_key(), at=now)


def new_key() -> str:
    """Return the random part of a link."""
    return secrets.token_hex(8)


def followed(session: Session, token: LinkToken, *, now: datetime) -> tuple[Person, PersonLink]:
    """Return whose link that is, and the link. Raises LinkUsed or LinkOld."""
    link = people.link(session, token.number, token.key)
    person = None if link is None else people.by_id(session, link.person_id)
    if link is None or person is None:
        raise LinkOld
    if link.used_at is not None:
        raise LinkUsed
    if link.expires_at <= now:
        raise LinkOld
    return person, link


def may_be_mailed(link: PersonLink, *, now: datetime) -> bool:
    """Tell whether a link may be mailed once more."""
    rested = link.mailed_at is None or link.mailed_at + _BETWEEN_MAILS <= now
    return link.mails < MOST_MAILS and rested


def owe_link(
    session: Session, person: Person, link: PersonLink, *, kind: str, now: datetime
) -> None:
    """Owe somebody the mail that carries a link."""
    number = people.count_mail(session, link.id, at=now)
    notice = Notice(
        key=f"{kind}:{link.id}:{number}",
        kind=kind,
        to=person.email,
        due_at=now,
        body={"link": link.id, "key": link.key},
    )
    notices.owe(session, [notice], now=now)


def link_that_confirms(
    session: Session, person: Person, kind: LinkKind, body: Mapping[str, Any], *, now: datetime
) -> PersonLink:
    """Return the one link by which somebody confirms what `body` says: what was asked for last."""
    waiting = people.open_link(session, person.id, kind, now=now)
    if waiting is not None:
        people.set_link_body(session, waiting.id, body)
        return waiting
    return people.add_link(
        session, person.id, kind, key=new_key(), body=body, expires_at=now + CONFIRM_WITHIN
    )
