"""The post: several threads, each with a connection of its own, deliver what is due."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta

from eventsched.mailing import Mailer, MailServer, ServerUnavailable
from eventsched.services import (
    account_mails,  # noqa: F401 - enters the composer of mail about accounts
    alert_mails,  # noqa: F401 - enters the composer of alerts
    alert_notices,
    notices,
    staff_notices,  # noqa: F401 - enters the composer of mail to the team
)
from eventsched.services.notices import Office
from eventsched.store.database import Store

# A server that takes no mail is left alone for so long.
REST_SECONDS = 30.0
# Then what has arisen meanwhile is written, and goes in its turn.
ROUND_SECONDS = 15.0
# What is under way when the worker stops has so long to end well.
STOP_SECONDS = 5.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class MailRoute:
    """Where mail goes, what its links begin with, and how long a change rests untold."""

    server: MailServer
    base_url: str
    secret_key: str
    alert_quiet: timedelta = timedelta(minutes=5)


class Post:
    """Delivers what is due, until it is stopped."""

    def __init__(self, store: Store, now: Callable[[], datetime], route: MailRoute) -> None:
        self._store = store
        self._now = now
        self._leaving = threading.Event()
        self._rests_until = 0.0
        self._quiet = route.alert_quiet
        self._has_taken_over = False
        self._office = Office(
            base_url=route.base_url, secret_key=route.secret_key, leaving=self._leaving.is_set
        )
        self._mailers = [Mailer(route.server) for _ in range(route.server.connections)]
        self._threads = ThreadPoolExecutor(len(self._mailers), thread_name_prefix="post")

    def deliver_due(self) -> None:
        """Write the alerts that are due, and deliver for a round. Raises DatabaseUnavailable.

        What an occasion has to tell is written for all who asked before any of it is sent.
        """
        if not self._has_taken_over:
            alert_notices.take_over(self._store, now=self._now())
            self._has_taken_over = True
        while not self._leaving.is_set() and (
            written := alert_notices.write_due(self._store, quiet=self._quiet, now=self._now())
        ):
            log.info("%s of %s: %s notices", written.kind, written.slug, written.count)
        if time.monotonic() < self._rests_until or self._leaving.is_set():
            return
        if not notices.is_due(self._store, now=self._now()):
            return
        at_work = [self._threads.submit(self._work_off, mailer) for mailer in self._mailers]
        wait(at_work)
        delivered, problems = _results(at_work)
        # A server that takes fewer connections than we open still takes our mail.
        if problems and not delivered:
            self._rest(problems[0])
        else:
            notices.note_recovery(self._store)

    def stop(self) -> None:
        """Begin no message more; what is under way ends well, or is cut off after some seconds."""
        self._leaving.set()
        cut = threading.Timer(STOP_SECONDS, self._cut_off)
        cut.start()
        self._threads.shutdown(wait=True)
        cut.cancel()
        for mailer in self._mailers:
            mailer.close()

    def _work_off(self, mailer: Mailer) -> int:
        until, delivered = time.monotonic() + ROUND_SECONDS, 0
        while time.monotonic() < until and not self._leaving.is_set():
            claimed = notices.deliver(self._store, mailer, self._office, now=self._now())
            if not claimed:
                break
            delivered += claimed
        return delivered

    def _rest(self, problem: ServerUnavailable) -> None:
        if not self._leaving.is_set():
            log.error("Mail waits. %s", problem)
            notices.note_trouble(self._store, problem, now=self._now())
            self._rests_until = time.monotonic() + REST_SECONDS

    def _cut_off(self) -> None:
        for mailer in self._mailers:
            mailer.abort()


def _results(at_work: list[Future[int]]) -> tuple[int, list[ServerUnavailable]]:
    """Return how much was delivered in all, and why some could not."""
    delivered, problems = 0, []
    for done in at_work:
        try:
            delivered += done.result()
        except ServerUnavailable as problem:
            problems.append(problem)
    return delivered, problems
