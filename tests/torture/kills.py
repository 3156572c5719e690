"""`kill -9` at random, of workers and of web processes, while replays close.

Each closing is written down once, and soon while one worker is at work; and whatever answers at a
gate answers right.
"""

import math
import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from eventsched.domain.ledger import first_broken
from eventsched.services import intake
from eventsched.store import events as event_store
from eventsched.store import site
from eventsched.store.database import Store
from tests.fixtures.ports import free_port
from tests.fixtures.processes import Processes, status_of, wait_until, web_processes
from tests.torture.storm import ISSUER

WEB_PROCESSES = 3
_BETWEEN_WEB_KILLS = (2.5, 6.0)
_BETWEEN_WORKER_KILLS = (0.1, 0.6)
# An answer that was under way while its replay closed may say either.
_CLOCK_GRAIN = timedelta(milliseconds=1)


@dataclass(frozen=True, kw_only=True)
class Lags:
    """Seconds from due to written down."""

    median: float
    p99: float
    worst: float


@dataclass
class Tally:
    """What a run of kills counted: `lost` and `twice` are closings, answer 0 is a broken line."""

    worker_kills: int = 0
    web_kills: int = 0
    begun_again: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    due: int = 0
    lost: int = 0
    twice: int = 0
    chain_broken: bool = False
    lags: Lags | None = None


def kill_at_random(
    store: Store, eventsched: Processes, *, events: int, seconds: float, seed: int
) -> Tally:
    """Close `events` replays spread over `seconds`, killing workers and web processes meanwhile.

    Of two workers, one is at work at each moment.
    """
    tally = Tally(due=events)
    web, workers = _Web(eventsched), _Workers(eventsched)
    wait_until(web.is_whole, what="the web")
    wait_until(workers.are_at_work, what="the workers")
    # Storing them takes a while; those that close before all is ready count, but not for the lag.
    # Where a busy machine took so long that they have begun to close, as many more close later.
    for ready_within in (2, 10, 40, 160):
        takes = timedelta(seconds=ready_within + events // 25)
        begins = datetime.now(UTC).replace(microsecond=0) + takes
        closings = _store_closings(store, begins, count=events, seconds=seconds)
        if datetime.now(UTC) < begins:
            break
    tally.due = len(closings)
    watched_from = datetime.now(UTC)
    until = max(begins, watched_from) + timedelta(seconds=seconds)
    asker = threading.Thread(target=_ask, args=(web.base_url, closings, until, tally))
    killer = threading.Thread(target=web.kill_until, args=(until, random.Random(seed), tally))
    asker.start()
    killer.start()
    workers.kill_until(until, random.Random(seed), tally)
    killer.join()
    asker.join()
    wait_until(web.is_whole, what="the web to be whole again")
    wait_until(lambda: not _unwritten(store, closings), what="the last closings")
    _count(store, watched_from, tally)
    return tally


def idle_share(*, seconds: float = 3.0) -> float:
    """Return which part of the machine idles for so long, as Linux counts it (proc(5))."""
    before = _ticks()
    time.sleep(seconds)
    spent = [after - was for after, was in zip(_ticks(), before, strict=True)]
    return spent[3] / sum(spent)


def _ticks() -> list[int]:
    with Path("/proc/stat").open(encoding="ascii") as stat:
        return [int(count) for count in stat.readline().split()[1:]]


class _Workers:
    """Two workers, of which one is at work at each moment, whatever is killed."""

    def __init__(self, eventsched: Processes) -> None:
        self._eventsched = eventsched
        self._running = [eventsched.start("worker"), eventsched.start("worker")]

    def are_at_work(self) -> bool:
        return all(self._is_at_work(worker.pid) for worker in self._running)

    def kill_until(self, until: datetime, dice: random.Random, tally: Tally) -> None:
        while datetime.now(UTC) < until:
            time.sleep(dice.uniform(*_BETWEEN_WORKER_KILLS))
            victim = dice.randrange(2)
            # How long a fresh worker needs is the machine's affair; its fellow lives until then.
            if self._is_at_work(self._running[1 - victim].pid):
                _kill(self._running[victim])
                self._running[victim] = self._eventsched.start("worker")
                tally.worker_kills += 1

    def _is_at_work(self, pid: int) -> bool:
        return self._eventsched.has_said("worker", f"keeps watch (process {pid})")


def _kill(worker: "subprocess.Popen[str]") -> None:
    worker.send_signal(signal.SIGKILL)
    worker.wait()


class _Web:
    """`serve`, started again where it leaves, as systemd would."""

    def __init__(self, eventsched: Processes) -> None:
        eventsched.environment["EVENTSCHED_WEB_WORKERS"] = str(WEB_PROCESSES)
        self._eventsched, self._port = eventsched, free_port()
        self.base_url = f"http://127.0.0.1:{self._port}"
        self._server = self._start()

    def is_whole(self) -> bool:
        """Tell whether it answers again and again: each process takes some of the questions."""
        return all(status_of(f"{self.base_url}/") == 200 for _ in range(3 * WEB_PROCESSES))

    def kill_until(self, until: datetime, dice: random.Random, tally: Tally) -> None:
        while (now := datetime.now(UTC)) < until:
            if self._server.poll() is not None:
                self._server = self._start()
                tally.begun_again += 1
            # On a busy machine those that were killed take long to be back.
            elif status_of(f"{self.base_url}/") == 200:
                tally.web_kills += self._kill_one(dice)
            left = (until - now).total_seconds()
            time.sleep(min(left, dice.uniform(*_BETWEEN_WEB_KILLS)))

    def _kill_one(self, dice: random.Random) -> bool:
        """Kill one at random; tell whether there was one."""
        if processes := web_processes(self._server.pid):
            with suppress(ProcessLookupError):
                os.kill(dice.choice(processes), signal.SIGKILL)
                return True
        return False

    def _start(self) -> "subprocess.Popen[str]":
        return self._eventsched.start("serve", "--no-worker", "--port", str(self._port))


def _store_closings(
    store: Store, begins: datetime, *, count: int, seconds: float
) -> Sequence[tuple[str, datetime]]:
    """Store events whose replays close spread over `seconds`; return which closes when."""
    texts = [ISSUER]
    for number in range(count):
        closes = begins + timedelta(seconds=int(number * seconds / count))
        started = closes - timedelta(days=7, hours=1)
        texts.append(
            f"""
[[events]]
title = "Kill Nr{number}"
date = "{started:%Y-%m-%d}"
time = "{started:%H:%M:%S}"
zone = "UTC"
replay_url = "https://vendor.example/replay/{number}"
publish_at = {started - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}
"""
        )
    intake.take_in(store, "".join(texts), by="kills", now=begins - timedelta(days=30))
    with store.reading() as session:
        stored = event_store.every(session)
    return [(e.slug, at) for e in stored if (at := e.instants.replay_closes_at)]


def _ask(
    base_url: str, closings: Sequence[tuple[str, datetime]], until: datetime, tally: Tally
) -> None:
    """Ask gates at random, of which some have closed and some have not."""
    dice = random.Random(len(closings))
    while (asked := datetime.now(UTC)) < until:
        slug, closes = dice.choice(closings)
        status = status_of(f"{base_url}/events/{slug}/replay")
        answered = datetime.now(UTC)
        tally.answers[status] += 1
        if asked >= closes and status == 302:
            tally.wrong.append(f"{slug} open {asked - closes} after its closing")
        if answered < closes - _CLOCK_GRAIN and status == 410:
            tally.wrong.append(f"{slug} closed {closes - answered} before its closing")


def _unwritten(store: Store, closings: Sequence[tuple[str, datetime]]) -> set[str]:
    with store.reading() as session:
        told = {e.subject for e in site.ledger(session) if e.kind == "replay_closed"}
    return {slug for slug, _ in closings} - told


def _count(store: Store, watched_from: datetime, tally: Tally) -> None:
    with store.reading() as session:
        entries = list(site.ledger(session))
    told = Counter((e.subject, e.kind, e.body["promised"]) for e in entries if "promised" in e.body)
    closings = [e for e in entries if e.kind == "replay_closed"]
    tally.lost = tally.due - len({e.subject for e in closings})
    tally.twice = sum(count - 1 for count in told.values())
    tally.chain_broken = first_broken(entries) is not None
    promised = [(e.at, datetime.fromisoformat(e.body["promised"])) for e in closings]
    lags = sorted((at - due).total_seconds() for at, due in promised if due > watched_from)
    if lags:
        tally.lags = Lags(
            median=lags[len(lags) // 2],
            p99=lags[math.ceil(len(lags) * 0.99) - 1],
            worst=lags[-1],
        )
