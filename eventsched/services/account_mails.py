"""Mail about accounts: an invitation, a new link, and a way back for who forgot their password.

A notice holds no link: only what makes one together with the installation's key.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from eventsched.domain.networks import network_of
from eventsched.domain.notices import Mail, Notice
from eventsched.domain.wording import deadline_words
from eventsched.letters import write
from eventsched.services import notices, sessions
from eventsched.services.notices import COMPOSERS, SENT, Letterhead
from eventsched.services.sessions import digest
from eventsched.services.staff import BadAccount, address_of, has_password
from eventsched.store import notices as notice_store
from eventsched.store import sessions as session_store
from eventsched.store import site
from eventsched.store import staff as staff_store
from eventsched.store.database import Session, Store

INVITATION, NEW_LINK, FORGOTTEN = "account.invitation", "account.link", "account.forgotten"
FORGOTTEN_LASTS = timedelta(hours=4)
# So many mails to one account within an hour; more would only annoy its owner.
_MOST_AN_HOUR = 3
_URGENT = timedelta(days=1)
# Attempts from one origin are counted like failed sign-ins, under a name that is no address.
_ASKED = "(forgotten)"

_SUBJECTS = {
    INVITATION: "Your account for investor events",
    NEW_LINK: "Choose a new password",
    FORGOTTEN: "Choose a new password",
}


def link_token(secret_key: str, nonce: str) -> str:
    """Return the token of the link that was made with `nonce`."""
    key, text = secret_key.encode(), f"staff-link:{nonce}".encode()
    sealed = hmac.new(key, text, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def owe_link(
    session: Session, email: str, kind: str, *, nonce: str, until: datetime, now: datetime
) -> None:
    """Owe somebody the mail that brings their link."""
    body = {"nonce": nonce, "until": until.isoformat()}
    # Somebody waits for it: it goes before any mailing that is under way.
    due_at = now - _URGENT
    notice = Notice(key=f"account:{nonce}", kind=kind, to=email, due_at=due_at, body=body)
    notices.owe(session, [notice], now=now)


def ask_for_link(store: Store, email: str, *, origin: str, now: datetime) -> None:
    """Have a link sent to whoever has an account with that address.

    Nothing is looked up before the worker writes the mail, so that neither the answer nor its time
    tells whether there is such an account. Raises TooManyAttempts.
    """
    sessions.refuse_too_many(store, _ASKED, origin, now=now)
    with store.writing() as session:
        session_store.forget_failures(session, before=now - sessions.WINDOW)
        session_store.note_failure(session, _ASKED, origin=network_of(origin), at=now)
        try:
            address = address_of(email)
        except BadAccount:
            return
        until = now + FORGOTTEN_LASTS
        nonce = secrets.token_hex(16)
        owe_link(session, address, FORGOTTEN, nonce=nonce, until=until, now=now)


def compose(session: Session, notice: Notice, head: Letterhead) -> Mail | None:
    """Write the mail that brings a link; None where the link works no more, or for nobody."""
    until = datetime.fromisoformat(notice.body["until"])
    staff = staff_store.by_email(session, notice.to)
    token = link_token(head.secret_key, notice.body["nonce"])
    if staff is None or head.now >= until:
        return None
    if notice.kind == FORGOTTEN:
        since = head.now - timedelta(hours=1)
        sent = notice_store.count_sent(session, notice.to, kind=FORGOTTEN, since=since)
        # Whoever was locked out, or never chose a password, is let in by an admin alone.
        if not has_password(staff) or sent >= _MOST_AN_HOUR:
            return None
    elif staff_store.by_link(session, digest(token), now=head.now) is None:
        return None
    where = f"{head.base_url}/staff/welcome/{token}"
    subject = _SUBJECTS[notice.kind]
    text, html = write(
        "account",
        issuer=head.issuer,
        kind=notice.kind.partition(".")[2],
        role=staff.role.value,
        address=staff.email,
        until=deadline_words(until.replace(second=0, microsecond=0), head.issuer.home_zone),
        link=where,
        title=subject,
    )
    subject = f"{subject} – {head.issuer.name}"
    return Mail(subject=subject, text=text, html=html, memo=f"{digest(token)} {staff.session_key}")


def note_sent(session: Session, notice: Notice, mail: Mail, now: datetime) -> None:
    """Let a link that was sent to who forgot their password work from now on.

    Not where they were locked, or chose a password, while the mail was on its way.
    """
    if notice.kind == FORGOTTEN:
        site.hold(session)
        key, _, session_key = mail.memo.partition(" ")
        staff = staff_store.by_email(session, notice.to)
        if staff is None or staff.session_key != session_key:
            return
        until = datetime.fromisoformat(notice.body["until"])
        staff_store.add_link(session, staff.email, key=key, expires_at=until)
        body = {"by": "forgotten password"}
        site.append_to_ledger(session, at=now, kind="staff_link", subject=notice.to, body=body)


COMPOSERS["account"] = compose
SENT["account"] = note_sent
