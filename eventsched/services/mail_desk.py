"""What staff see of the mail, and what they may do about it."""

from dataclasses import dataclass
from datetime import datetime

from eventsched.services.attention import Matter
from eventsched.store import mail_progress, mail_server, site
from eventsched.store.database import Session, Store
from eventsched.store.mail_progress import Parked, Progress
from eventsched.store.mail_server import StoppedAddress, Trouble

MOST_PARKED_SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The state of all mail at an instant."""

    trouble: Trouble | None
    progress: list[Progress]
    parked: list[Parked]
    stopped: list[StoppedAddress]


def look(store: Store, *, now: datetime) -> Desk:
    """Return what is being sent, what waits, what was given up and to whom nothing goes."""
    with store.reading() as session:
        return Desk(
            trouble=mail_server.trouble(session),
            progress=mail_progress.progress(session, now=now),
            parked=mail_progress.parked(session, limit=MOST_PARKED_SHOWN),
            stopped=mail_server.stopped(session),
        )


def matters(session: Session, *, is_configured: bool, now: datetime) -> list[Matter]:
    """Return what the board says of the mail: only what somebody has to do something about."""
    said = []
    due, given_up, trouble = mail_progress.to_do(session, now=now)
    if due and not is_configured:
        said.append(f"{_mails(due)} {_waits(due)}, as no mail server is set up.")
    elif due and trouble:
        said.append(f"{_mails(due)} {_waits(due)}. {trouble}")
    if given_up:
        said.append(f"{_mails(given_up)} could not be delivered.")
    return [Matter(sentence=sentence, title="Mail", page="mail.mail") for sentence in said]


def _mails(count: int) -> str:
    return "One mail" if count == 1 else f"{count} mails"


def _waits(count: int) -> str:
    return "waits" if count == 1 else "wait"


def retry(store: Store, number: int | None, *, by: str, now: datetime) -> int:
    """Try one parked mail again, or all of them; return how many."""
    with store.writing() as session:
        site.hold(session)
        if count := mail_progress.retry(session, number, now=now):
            body = {"by": by, "notice": number, "mails": count}
            site.append_to_ledger(session, at=now, kind="mail_retried", subject="", body=body)
        return count


def drop(store: Store, number: int, *, by: str, now: datetime) -> bool:
    """Give a parked mail up for good; tell whether there was such a one."""
    with store.writing() as session:
        site.hold(session)
        if was_there := mail_progress.drop(session, number, now=now):
            body = {"by": by, "notice": number}
            site.append_to_ledger(session, at=now, kind="mail_given_up", subject="", body=body)
        return was_there


def lift(store: Store, number: int) -> bool:
    """Let mail go to an address again; tell whether it was stopped."""
    with store.writing() as session:
        for stopped in mail_server.stopped(session):
            if stopped.id == number:
                return mail_server.lift(session, stopped.address)
    return False
