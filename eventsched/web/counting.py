"""Counting what is asked for, in this process's memory, where answers are given.

An answer costs a look at a dictionary more. Every `FLUSH_SECONDS` a thread adds what was counted to
the database in one transaction, and once more when the process ends; a process that is killed
outright loses that much. Nothing is kept of whoever asks but the family of their program, and the
site's version does not rise: what is held stays held.
"""

import logging
import re
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from eventsched.clock import Clock
from eventsched.domain.counts import Counted, Noticed, Thing, family_of
from eventsched.services import counts as count_service
from eventsched.store.database import DatabaseUnavailable, Store

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

Notice = Callable[[Thing, "WSGIEnvironment", datetime], None]

FLUSH_SECONDS = 15.0
_LOOK_SECONDS = 0.5
# Longer than the few instructions that another thread may be in the middle of.
_GRACE_SECONDS = 0.05
_MOST_AGENTS = 1_000
_LONGEST_AGENT = 400
_OURS = ""

_EVENT = re.compile(r"/events/([a-z0-9-]{1,100})(|\.ics|/live|/replay)", re.ASCII)
_OF_AN_EVENT = {
    "": Counted.PAGE,
    ".ics": Counted.POLL,
    "/live": Counted.LIVE,
    "/replay": Counted.REPLAY,
}

log = logging.getLogger(__name__)


def thing_at(path: str) -> Thing | None:
    """Return what is counted where the answer at `path` is given; None where nothing is."""
    if path == "/":
        return Thing(Counted.PAGE, "")
    if path == "/calendar.ics" or (path.startswith("/calendar/") and path.endswith(".ics")):
        return Thing(Counted.POLL, "")
    found = _EVENT.fullmatch(path)
    return None if found is None else Thing(_OF_AN_EVENT[found[2]], found[1])


def unnoticed(_thing: Thing, _environ: "WSGIEnvironment", _now: datetime) -> None:
    """Count nothing."""


def begin(store: Store, clock: Clock, *, keep_days: int) -> Notice:
    """Return what counts from now on; what it counted is written down when `store` is closed."""
    if not keep_days:
        return unnoticed
    counting = Counting(store, clock, keep_days=keep_days)
    store.at_close(counting.close)
    return counting.notice


class Counting:
    """Counts of one process, on their way to the database."""

    def __init__(self, store: Store, clock: Clock, *, keep_days: int) -> None:
        self._store = store
        self._clock = clock
        self._keep_days = keep_days
        self._counts: dict[tuple[Thing, str], int] = {}
        self._last: dict[tuple[Thing, str], datetime] = {}
        self._families: dict[str, str] = {}
        self._keeper: threading.Thread | None = None
        self._starting = threading.Lock()
        self._leaving = threading.Event()

    def notice(self, thing: Thing, environ: "WSGIEnvironment", now: datetime) -> None:
        """Count that a thing was asked for. Threads that count the same at once may lose one."""
        if environ["REQUEST_METHOD"] != "GET":
            return
        # A page that asks for itself anew when its event goes live is no second view.
        if thing[0] is Counted.PAGE and environ.get("HTTP_SEC_FETCH_MODE") in ("cors", "no-cors"):
            return
        agent = environ.get("HTTP_USER_AGENT", "")
        family = self._families.get(agent)
        if family is None:
            family = self._learn(agent)
        if family is _OURS:
            return
        key = (thing, family)
        counts = self._counts
        counts[key] = counts.get(key, 0) + 1
        self._last[key] = now
        if self._keeper is None:
            self._start()

    def flush(self, *, grace_seconds: float = 0.0) -> None:
        """Add what was counted to the database; keep it where the database is away."""
        counts, self._counts = self._counts, {}
        last, self._last = self._last, {}
        if not counts:
            return
        time.sleep(grace_seconds)
        noticed = [
            Noticed(thing=thing, family=family, count=count, last_at=last[thing, family])
            for (thing, family), count in list(counts.items())
            if (thing, family) in last
        ]
        try:
            now = self._clock.now()
            count_service.record(self._store, noticed, keep_days=self._keep_days, now=now)
        except DatabaseUnavailable:
            self._put_back(noticed)
        except Exception:
            log.exception("What was counted could not be written down.")

    def close(self) -> None:
        """Write down what was counted, and count no more."""
        self._leaving.set()
        if self._keeper is not None and self._keeper is not threading.current_thread():
            self._keeper.join()
        self.flush()

    def _put_back(self, noticed: list[Noticed]) -> None:
        for one in noticed:
            key = (one.thing, one.family)
            self._counts[key] = self._counts.get(key, 0) + one.count
            self._last.setdefault(key, one.last_at)

    def _learn(self, agent: str) -> str:
        family = family_of(agent[:_LONGEST_AGENT]) or _OURS
        if len(agent) <= _LONGEST_AGENT:
            if len(self._families) >= _MOST_AGENTS:
                self._families = {}
            self._families[agent] = family
        return family

    def _start(self) -> None:
        with self._starting:
            if self._keeper is None and not self._leaving.is_set():
                # Not a daemon: it ends after the process's main thread, and writes down the rest.
                keeper = threading.Thread(target=self._keep, name="counts", daemon=False)
                self._keeper = keeper
                keeper.start()

    def _keep(self) -> None:
        main, next_flush = threading.main_thread(), time.monotonic() + FLUSH_SECONDS
        while not self._leaving.wait(_LOOK_SECONDS):
            if not main.is_alive():
                self.flush()
                return
            if time.monotonic() >= next_flush:
                self.flush(grace_seconds=_GRACE_SECONDS)
                next_flush = time.monotonic() + FLUSH_SECONDS
