"""Bounces: an address that takes no mail gets none, until staff lift the stop."""

from datetime import datetime

from eventsched.domain.bounce_notices import read_notices
from eventsched.domain.bounces import Bounce, UnreadableReport, read_bounce
from eventsched.store import mail_server, site
from eventsched.store import notices as notice_store
from eventsched.store.database import Session, Store


def report(store: Store, text: bytes, *, now: datetime, sent_to: str = "") -> str:
    """Take in a report of a mail that was not delivered; return what came of it, in words.

    Raises UnreadableReport, also for a mail that is not ours or that was forgotten.
    """
    bounce = read_bounce(text, sent_to=sent_to)
    with store.writing() as session:
        site.hold(session)
        return _take_in(session, bounce, now=now)


def notices(store: Store, provider: str, text: bytes, *, now: datetime) -> str:
    """Take in what a mail provider says of failures, in JSON; return what came of each, in words.

    Raises UnreadableReport where it says nothing of ours.
    """
    said, told = read_notices(provider, text), []
    with store.writing() as session:
        site.hold(session)
        for bounce in said:
            try:
                told.append(_take_in(session, bounce, now=now))
            except UnreadableReport as unknown:
                told.append(str(unknown))
    return "\n".join(told)


def _take_in(session: Session, bounce: Bounce, *, now: datetime) -> str:
    claimed = notice_store.by_token(session, bounce.token)
    if claimed is None:
        raise UnreadableReport("It is about no mail that we remember.")
    if not bounce.for_good:
        return f"Not for good, so nothing was stopped: {bounce.words}"
    notice_store.note_bounce(session, claimed, bounce.words)
    mail_server.stop(session, claimed.notice.to, at=now, reason=bounce.words)
    return f"Nothing more is sent to that address: {bounce.words}"
