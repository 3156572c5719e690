"""Asking for an investor kit, twice over: once on the page, and once from the mailbox.

Anybody can type anybody's address. So nothing is asked for, and nothing agreed to, before whoever
reads the mailbox has seen what was typed and confirmed it.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from eventsched.domain.drafts import Problem
from eventsched.domain.ledger import canonical_json
from eventsched.domain.mailboxes import BadMailbox, mailbox_of
from eventsched.domain.personal_links import LinkKind, LinkToken
from eventsched.domain.privacy import PurposeName
from eventsched.services import alerts
from eventsched.services.privacy import InvalidRequest
from eventsched.store import people, site
from eventsched.store import privacy as privacy_store
from eventsched.store.database import Session, Store
from eventsched.store.people import Person, PersonLink

KIT_KIND = "alert.kit"
LONGEST_NAME, LONGEST_POSTAL = 200, 1_000


class AskedOtherwise(Exception):
    """Something else was typed after the page that confirms was shown."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was typed; `mark` stands for all of it."""

    name: str
    postal_address: str

    @property
    def mark(self) -> str:
        """Tell this request from another one."""
        said = canonical_json([self.name, self.postal_address])
        return hashlib.sha256(said.encode()).hexdigest()[:32]


def ask(store: Store, *, email: str, name: str, postal_address: str, now: datetime) -> None:
    """Owe the address a mail by which its owner can confirm the request. Raises InvalidRequest.

    The same is done whether or not the address is known, and a request that was confirmed stays as
    it is. A link that waits then confirms what was typed last.
    """
    asked = Asked(name=name.strip(), postal_address=postal_address.strip().replace("\r\n", "\n"))
    problems = [
        *_wrong(asked.name, "name", LONGEST_NAME),
        *_wrong(asked.postal_address, "postal_address", LONGEST_POSTAL),
    ]
    try:
        address = mailbox_of(email)
    except BadMailbox as bad:
        problems.append(Problem(field="email", message=str(bad)))
    if problems:
        raise InvalidRequest(tuple(problems))
    with store.writing() as session:
        site.hold(session)
        person = alerts.known_or_new(session, address, now=now)
        link = _link(session, person, asked, now=now)
        if alerts.may_be_mailed(link, now=now):
            alerts.owe_link(session, person, link, kind=KIT_KIND, now=now)


def look(store: Store, token: LinkToken, *, now: datetime) -> Asked:
    """Return what a link will confirm. Raises LinkUsed or LinkOld."""
    with store.reading() as session:
        _, link = alerts.followed(session, token, now=now)
    return _asked(link)


def confirm(
    store: Store, token: LinkToken, *, mark: str, policy_version: int, now: datetime
) -> None:
    """Hand the request whose `mark` was seen to staff, in place of one that is still open.

    Raises LinkUsed, LinkOld, PolicyMoved or AskedOtherwise.
    """
    with store.writing() as session:
        site.hold(session)
        person, link = alerts.followed(session, token, now=now)
        asked = _asked(link)
        if asked.mark != mark:
            raise AskedOtherwise
        purpose = PurposeName.INVESTOR_KIT
        alerts.agree_in(session, person, purpose, policy_version=policy_version, now=now)
        privacy_store.set_kit_request(
            session, person.id, name=asked.name, postal_address=asked.postal_address, at=now
        )
        people.use_link(session, link.id, at=now)
        people.set_link_body(session, link.id, {})


def _link(session: Session, person: Person, asked: Asked, *, now: datetime) -> PersonLink:
    body = {"name": asked.name, "postal_address": asked.postal_address}
    return alerts.link_that_confirms(session, person, LinkKind.KIT, body, now=now)


def _asked(link: PersonLink) -> Asked:
    return Asked(name=link.body["name"], postal_address=link.body["postal_address"])


def _wrong(said: str, field: str, longest: int) -> list[Problem]:
    if not said:
        return [Problem(field=field, message="Fill this in, so that the kit can be addressed.")]
    if len(said) > longest:
        return [Problem(field=field, message=f"Too long: at most {longest:,} characters fit.")]
    allowed = "\n" if field == "postal_address" else ""
    if any(ord(letter) < 32 and letter not in allowed for letter in said):
        return [Problem(field=field, message="Contains a control character; type it anew.")]
    return []
