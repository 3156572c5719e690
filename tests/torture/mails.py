"""Mail in numbers, and `kill -9` of the worker in the middle of it: nobody is left out."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from eventsched.domain.notices import Notice
from eventsched.mailing import Mailer
from eventsched.services import notices
from eventsched.services.notices import COMPOSERS, Office
from eventsched.store import site
from eventsched.store.database import Store
from eventsched.store.notices import LEASE
from tests.builders import an_issuer
from tests.fixtures.mail import Inbox, as_environment
from tests.fixtures.processes import Processes, end
from tests.torture.mail_worker import compose

ROOT = Path(__file__).parents[2]
GIVE_UP_SECONDS = 900.0


@dataclass(frozen=True, kw_only=True)
class MailTally:
    """What was counted: `left_out` are recipients, `copies` mails beyond the first to one.

    `other_ids` are recipients whose mails bore more than one Message-ID.
    """

    owed: int
    kills: int
    left_out: int
    copies: int
    other_ids: int
    seconds: float


def owe_many(store: Store, count: int) -> None:
    """Owe a letter to each of so many recipients, of fifty domains."""
    now = datetime.now(UTC)
    with store.writing() as session:
        site.set_issuer(session, an_issuer(), at=now)
        owed = (
            Notice(
                key=str(number),
                kind="torture.letter",
                to=f"reader{number}@d{number % 50}.example",
                due_at=now,
            )
            for number in range(count)
        )
        notices.owe(session, owed, now=now)


@contextmanager
def mail_worker(processes: Processes, inbox: Inbox) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the worker until the block ends."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.torture.mail_worker"],
        env=processes.environment | as_environment(inbox.server),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield worker
    finally:
        end(worker)


def send_all(processes: Processes, inbox: Inbox, *, owed: int) -> MailTally:
    """Let one worker send everything; count it, and how long it took from its start."""
    began = time.monotonic()
    with mail_worker(processes, inbox):
        _wait_for(inbox, owed)
    return _tally(inbox, owed, kills=0, seconds=time.monotonic() - began)


def send_under_fire(
    store: Store, processes: Processes, inbox: Inbox, *, owed: int, kills: int, seed: int
) -> MailTally:
    """Kill the worker so many times while it sends; then let one more finish."""
    dice, began = random.Random(seed), time.monotonic()
    for _ in range(kills):
        with mail_worker(processes, inbox) as worker:
            # From one kill to the next a share of all mails goes; where exactly is for the dice.
            share = int(dice.uniform(0.2, 1) * owed / (kills + 1))
            _wait_for(inbox, len(inbox.received) + share)
            worker.kill()
            worker.wait()
    _finish(store, inbox)
    return _tally(inbox, owed, kills=kills, seconds=time.monotonic() - began)


def _finish(store: Store, inbox: Inbox) -> None:
    """Send what is left, as soon as the leases of the killed have ended: by a clock set forward."""
    COMPOSERS["torture"] = compose
    mailer, now = Mailer(inbox.server), datetime.now(UTC) + LEASE + timedelta(seconds=1)
    office = Office(base_url="https://ir.example", secret_key="-")
    while notices.deliver(store, mailer, office, now=now):
        pass
    mailer.close()
    del COMPOSERS["torture"]


def _tally(inbox: Inbox, owed: int, *, kills: int, seconds: float) -> MailTally:
    ids: dict[str, set[str]] = {}
    for one in inbox.received:
        ids.setdefault(one.recipient, set()).add(one.message["Message-ID"])
    return MailTally(
        owed=owed,
        kills=kills,
        left_out=owed - len(ids),
        copies=len(inbox.received) - len(ids),
        other_ids=sum(len(found) > 1 for found in ids.values()),
        seconds=seconds,
    )


def _wait_for(inbox: Inbox, received: int) -> None:
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while len(inbox.received) < received:
        assert time.monotonic() < deadline, "The worker sends nothing any more."
        time.sleep(0.01)
