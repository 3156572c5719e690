"""Keeping what the policy promises: versions, access and erasure by the person, retention."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from eventsched.domain.alerts import record_of_wishes
from eventsched.domain.drafts import Problem
from eventsched.domain.ledger import instant_text
from eventsched.domain.mailboxes import BadMailbox, mailbox_of
from eventsched.domain.notices import Notice
from eventsched.domain.personal_links import LinkKind, LinkToken
from eventsched.domain.privacy import PURPOSES, Policy, PurposeName, next_version, to_take_back
from eventsched.domain.staff import NotPermitted, Role
from eventsched.services import alerts, notices
from eventsched.services.demands import forgery_noted
from eventsched.store import alerts as alert_store
from eventsched.store import mail_server, people, site
from eventsched.store import notices as notice_store
from eventsched.store import privacy as privacy_store
from eventsched.store import staff as staff_store
from eventsched.store.database import Session, Store
from eventsched.store.people import Person
from eventsched.store.privacy import Erased

DATA_LINK_LASTS = timedelta(hours=24)
DATA_KIND = "alert.data"


class InvalidRequest(ValueError):
    """What was typed can't be done; `problems` names every reason, by field."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{p.field}: {p.message}" for p in problems))
        self.problems = problems


def add_policy(store: Store, text: str, in_force_at: datetime, *, by: str, now: datetime) -> Policy:
    """Add a version of the privacy policy. An admin's right. Raises BadPolicy or NotPermitted."""
    with _changing_policies(store, by=by, now=now) as session:
        policies = privacy_store.policies(session)
        gone = privacy_store.policies_taken_back(session)
        added = next_version(policies, text, in_force_at, taken_back=gone, now=now)
        privacy_store.add_policy(session, added, by=by, at=now)
        body = {"by": by, "version": added.version, "in_force_at": instant_text(in_force_at)}
        site.append_to_ledger(session, at=now, kind="policy", subject="", body=body)
    return added


def take_policy_back(store: Store, version: int, *, by: str, now: datetime) -> None:
    """Take back a version that is not in force yet. Raises as `add_policy` does."""
    with _changing_policies(store, by=by, now=now) as session:
        to_take_back(privacy_store.policies(session), version, now=now)
        privacy_store.take_policy_back(session, version, at=now)
        body = {"by": by, "version": version}
        site.append_to_ledger(session, at=now, kind="policy_taken_back", subject="", body=body)


@contextmanager
def _changing_policies(store: Store, *, by: str, now: datetime) -> Iterator[Session]:
    with forgery_noted(store, "", by=by, wanted="policy", now=now), store.writing() as session:
        site.hold(session)
        staff = staff_store.by_email(session, by)
        if staff is not None and staff.role is not Role.ADMIN:
            raise NotPermitted("Only an admin may change the privacy policy.")
        yield session
        site.note_public_change(session, at=now)
        site.raise_version(session)


def ask_for_data(store: Store, typed: str, *, now: datetime) -> None:
    """Owe the address a link to what is held of it, if anything is. Raises InvalidRequest.

    Nobody can tell from the answer whether anything is.
    """
    email = _mailbox(typed)
    with store.writing() as session:
        site.hold(session)
        person = people.by_email(session, email)
        if person is None:
            _spend_as_long(session, now=now)
            return
        link = people.open_link(session, person.id, LinkKind.DATA, now=now)
        link = link or people.add_link(
            session,
            person.id,
            LinkKind.DATA,
            key=alerts.new_key(),
            body={},
            expires_at=now + DATA_LINK_LASTS,
        )
        if alerts.may_be_mailed(link, now=now):
            alerts.owe_link(session, person, link, kind=DATA_KIND, now=now)


def data_of(store: Store, token: LinkToken, *, now: datetime) -> dict[str, Any]:
    """Return everything that is held of a link's person, as JSON values. Raises LinkOld."""
    with store.reading() as session:
        person, _ = alerts.followed(session, token, now=now)
        return {
            "address": person.email,
            "consents": [
                _consent_record(consent) for consent in people.consents(session, person.id)
            ],
            **{purpose: record(session, person) for purpose, record in _RECORDS.items()},
            "mails": [
                {
                    "kind": notice.kind,
                    "event": notice.event_slug,
                    "due": instant_text(notice.due_at),
                }
                for notice in notice_store.of(session, person.email)
            ],
            "mail_comes_back": mail_server.is_stopped(session, person.email),
        }


def erase(store: Store, token: LinkToken, *, now: datetime) -> None:
    """Drop everything that is held of a link's person. Raises LinkOld.

    The ledger learns that somebody was erased, and nothing of who it was.
    """
    with store.writing() as session:
        site.hold(session)
        person, _ = alerts.followed(session, token, now=now)
        _forget(session, [person.email])
        people.erase(session, person.id)
        site.append_to_ledger(
            session, at=now, kind="erased", subject="", body={"because": "asked", "people": 1}
        )


def fulfil_kit(store: Store, request_id: int, *, now: datetime) -> bool:
    """Note that a kit is on its way; tell whether the request was still open."""
    with store.writing() as session:
        site.hold(session)
        person_id = privacy_store.fulfil_kit_request(session, request_id, at=now)
        if person_id is not None:
            people.end_consent(session, person_id, PurposeName.INVESTOR_KIT, at=now)
    return person_id is not None


def keep_no_longer(store: Store, *, now: datetime) -> Erased | None:
    """Erase what has been kept long enough; None where nothing has. The worker's errand."""
    with store.reading() as session:
        if not privacy_store.keeping(session, now=now).outlived:
            return None
    with store.writing() as session:
        site.hold(session)
        erased, addresses = privacy_store.erase_outlived(session, now=now)
        if not erased.anything:
            return None
        _forget(session, addresses)
        body = {"because": "kept long enough", **asdict(erased)}
        site.append_to_ledger(session, at=now, kind="erased", subject="", body=body)
    return erased


def _forget(session: Session, addresses: list[str]) -> None:
    for address in addresses:
        notice_store.forget(session, address)
        mail_server.lift(session, address)


def _spend_as_long(session: Session, *, now: datetime) -> None:
    """Write as much as for somebody who is known, and take it back: the clock tells nothing."""
    nobody = "nobody@unknown.invalid"
    key = f"{DATA_KIND}:{alerts.new_key()}"
    notices.owe(session, [Notice(key=key, kind=DATA_KIND, to=nobody, due_at=now)], now=now)
    notice_store.forget(session, nobody)


def _mailbox(typed: str) -> str:
    try:
        return mailbox_of(typed)
    except BadMailbox as bad:
        raise InvalidRequest((Problem(field="email", message=str(bad)),)) from None


def _consent_record(consent: people.Consent) -> dict[str, Any]:
    return {
        "purpose": consent.purpose.value,
        "title": PURPOSES[consent.purpose].title,
        "wording": consent.wording,
        "policy_version": consent.policy_version,
        "given_at": instant_text(consent.given_at),
        "ended_at": None if consent.ended_at is None else instant_text(consent.ended_at),
    }


def _alerts_record(session: Session, person: Person) -> Any:
    found = alert_store.subscription(session, person.id)
    if found is None:
        waiting = people.unused_link(session, person.id, LinkKind.CONFIRM)
        return None if waiting is None else {"not_confirmed": waiting.body}
    return {
        **record_of_wishes(found.wishes),
        "since": instant_text(found.since),
        "told": [
            {"event": slug, "at": instant_text(at)}
            for slug, at in alert_store.told_of(session, person.id)
        ],
    }


def _kit_record(session: Session, person: Person) -> Any:
    asked = [
        {
            "name": request.name,
            "postal_address": request.postal_address,
            "asked_at": instant_text(request.asked_at),
            "sent_at": None if request.done_at is None else instant_text(request.done_at),
        }
        for request in privacy_store.kit_requests(session, person_id=person.id)
    ]
    waiting = people.unused_link(session, person.id, LinkKind.KIT)
    return asked if waiting is None else [*asked, {"not_confirmed": waiting.body}]


# What a purpose holds of somebody. One that is not here could not be exported: a test sees to it.
_RECORDS: dict[PurposeName, Callable[[Session, Person], Any]] = {
    PurposeName.ALERTS: _alerts_record,
    PurposeName.INVESTOR_KIT: _kit_record,
}
