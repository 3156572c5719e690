"""The outbox at work: what is owed in the transaction of a change is sent afterwards.

At least once: a crash between sending and marking is a second copy with the same Message-ID.
Composers are asked at the moment of sending, with the truth of that moment. Nothing here holds the
site: sending is no save, a slow mail server must not keep savers out, and each statement is
conditional on the notice being unsettled.
"""

import logging
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from eventsched.domain.bounce_notices import headers_for
from eventsched.domain.issuer import Issuer
from eventsched.domain.notices import (
    Mail,
    Notice,
    Outcome,
    bounce_address,
    message_id,
    wait_after,
)
from eventsched.mailing import Letter, Mailer, NotTaken, ServerUnavailable, letter
from eventsched.store import mail_server, site
from eventsched.store import notices as notice_store
from eventsched.store.database import DatabaseUnavailable, Overtaken, Session, Store, apart
from eventsched.store.notices import Claimed

# Few enough that a killed worker leaves little behind for the lease to run out.
PORTION = 10
# So long it is known what was sent to whom.
KEPT = timedelta(days=90)
# What is claimed and not tried by then is given back, long before its lease ends.
_KEEP_SECONDS = 30.0
_MARK_TRIES = 30

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """What every mail is written with: for whom, under which address, at what instant.

    `secret_key` is for links that only their receiver can have.
    """

    issuer: Issuer
    base_url: str
    secret_key: str
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Office:
    """What delivery knows of this installation. `leaving` tells that the worker is to stop."""

    base_url: str
    secret_key: str
    leaving: Callable[[], bool] = lambda: False


# None: there is nothing to say any more.
Composer = Callable[[Session, Notice, Letterhead], Mail | None]

# By the first word of a notice's kind; whoever owes such notices enters their composer here.
COMPOSERS: dict[str, Composer] = {}

# Called, for the same first word, in the transaction that marks a notice as sent.
Noter = Callable[[Session, Notice, Mail, datetime], None]
SENT: dict[str, Noter] = {}


def owe(session: Session, notices: Iterable[Notice], *, now: datetime) -> None:
    """Owe each of these notices, in the transaction of what causes them; once for each key."""
    notice_store.owe(session, notices, at=now)


def is_due(store: Store, *, now: datetime) -> bool:
    """Tell whether there is anything to deliver."""
    with store.reading() as session:
        return notice_store.is_due(session, now=now)


def deliver(store: Store, mailer: Mailer, office: Office, *, now: datetime) -> int:
    """Send some of the notices that are due, one after the other; return how many were claimed.

    1. Claim a portion under a lease, and commit: nobody waits for the mail server.
    2. Compose and send each, and write down what became of it before the next.
    3. Give back what there was no time for. Raises ServerUnavailable when nothing can be sent.
    """
    with store.writing() as session:
        claimed = notice_store.claim(
            session, now=now, limit=PORTION, per_domain=mailer.server.per_domain
        )
    until = time.monotonic() + _KEEP_SECONDS
    left = list(claimed)
    try:
        while left and time.monotonic() < until and not office.leaving():
            _send(store, mailer, office, left[0], now=now)
            del left[0]
    finally:
        if left:
            with store.writing() as session:
                notice_store.release(session, left)
    return len(claimed)


def forget_settled(store: Store, *, now: datetime) -> None:
    """Forget mail that was settled long ago, and with it to whom it went."""
    with store.writing() as session:
        notice_store.forget_settled(session, before=now - KEPT)


def note_trouble(store: Store, problem: ServerUnavailable, *, now: datetime) -> None:
    """Tell staff that the mail server takes no mail."""
    with store.writing() as session:
        mail_server.note_trouble(session, str(problem), at=now)


def note_recovery(store: Store) -> None:
    """Tell staff that it takes mail again."""
    with store.reading() as session:
        well = mail_server.trouble(session) is None
    if not well:
        with store.writing() as session:
            mail_server.note_recovery(session)


def _send(store: Store, mailer: Mailer, office: Office, claimed: Claimed, *, now: datetime) -> None:
    """Send one notice, and write down what became of it. Raises ServerUnavailable."""
    try:
        composed = _compose(store, mailer, office, claimed, now=now)
        if isinstance(composed, str):
            _mark(store, claimed, Outcome.DROPPED, now=now, reason=composed)
            return
        mail, sealed = composed
        mailer.send(sealed)
    except NotTaken as refused:
        _count_failure(store, claimed, str(refused), now=now, refused=refused)
    except (ServerUnavailable, DatabaseUnavailable):
        raise
    except Exception as problem:
        # A mistake in one mail of ours must not keep all others waiting.
        # Its message may name the recipient, so the log says only where it happened.
        name, where = type(problem).__name__, traceback.extract_tb(problem.__traceback__)[-1]
        told = (claimed.id, claimed.notice.kind, name, where.filename, where.lineno)
        log.error("Notice %s (%s) can't be written: %s at %s:%s", *told)
        words = f"It could not be written ({name})."
        _count_failure(store, claimed, words, now=now)
    else:
        _mark(store, claimed, Outcome.SENT, now=now, mail=mail)


def _compose(
    store: Store, mailer: Mailer, office: Office, claimed: Claimed, *, now: datetime
) -> tuple[Mail, Letter] | str:
    """Return the mail in its envelope, or why nothing is to be sent. Raises NotTaken."""
    notice, server = claimed.notice, mailer.server
    with store.reading() as session:
        if not notice_store.is_unsettled(session, claimed):
            return "said by another mail"
        if mail_server.is_stopped(session, notice.to):
            return "the address takes no mail"
        issuer = site.issuer(session)
        if issuer is None:
            return "there is no company yet"
        composer = COMPOSERS[notice.kind.partition(".")[0]]
        head = Letterhead(
            issuer=issuer, base_url=office.base_url, secret_key=office.secret_key, now=now
        )
        mail = composer(session, notice, head)
    if mail is None:
        return "nothing was left to say"
    envelope_sender = bounce_address(server.bounces, claimed.token) if server.bounces else ""
    return mail, letter(
        mail,
        to=notice.to,
        sender_name=issuer.name,
        sender=server.sender,
        envelope_sender=envelope_sender or server.sender,
        message_id=message_id(claimed.token, issuer.domain),
        at=now,
        besides=headers_for(server.host, claimed.token),
    )


def _count_failure(
    store: Store,
    claimed: Claimed,
    words: str,
    *,
    now: datetime,
    refused: NotTaken | None = None,
) -> None:
    """Let the notice wait for another attempt, or park it for staff to look at."""
    wait = wait_after(claimed.attempts + 1)
    if wait is None or (refused and refused.for_good):
        log.warning("Notice %s (%s) is parked.", claimed.id, claimed.notice.kind)
        _mark(store, claimed, Outcome.PARKED, now=now, reason=words)
    else:
        with store.writing() as session:
            notice_store.put_off(session, claimed, until=now + wait, reason=words)
    if refused and refused.no_such_address:
        with store.writing() as session:
            mail_server.stop(session, claimed.notice.to, at=now, reason=words)


def _note(session: Session, note: Noter, claimed: Claimed, mail: Mail, now: datetime) -> None:
    """Write down what a mail that was sent brings with it, where that is still possible.

    It has left; were it not marked as sent, it would leave again and again.
    """
    try:
        with apart(session):
            note(session, claimed.notice, mail, now)
    except Overtaken as problem:
        log.error("Notice %s was sent, and not noted: %s", claimed.id, problem)


def _write_down(session: Session, claimed: Claimed, reason: str, *, now: datetime) -> None:
    """Append the ledger's entry of a mail that was given up, without whose it was."""
    # First of all, as every save does, though settling a notice is none otherwise.
    site.hold(session)
    subject = claimed.notice.event_slug or ""
    body = {"notice": claimed.id, "about": claimed.notice.kind, "reason": reason}
    site.append_to_ledger(session, at=now, kind="mail_parked", subject=subject, body=body)


def _mark(
    store: Store,
    claimed: Claimed,
    outcome: Outcome,
    *,
    now: datetime,
    reason: str = "",
    mail: Mail | None = None,
) -> None:
    """Settle a notice. What was sent is marked even if the database is away for half a minute."""
    keys = sorted({claimed.notice.key, *(mail.covers if mail else ())})
    note = SENT.get(claimed.notice.kind.partition(".")[0])
    for tries_left in reversed(range(_MARK_TRIES)):
        try:
            with store.writing() as session:
                if outcome is Outcome.PARKED:
                    _write_down(session, claimed, reason, now=now)
                notice_store.settle(
                    session,
                    keys,
                    outcome,
                    at=now,
                    reason=reason,
                    tried=outcome is not Outcome.DROPPED,
                )
                if mail is not None and note is not None:
                    _note(session, note, claimed, mail, now)
            return
        except DatabaseUnavailable:
            if not tries_left:
                raise
            time.sleep(1)
