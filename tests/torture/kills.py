"""`kill -9` at random, while transitions fall due: each is written down once, and soon."""

import math
import random
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from eventsched.domain.ledger import first_broken
from eventsched.services import intake
from eventsched.store import site
from eventsched.store.database import Store
from tests.fixtures.processes import PATIENCE_SECONDS, Processes
from tests.torture.storm import ISSUER

# A fresh worker needs this long to be at work; until then its fellow must live.
STARTING_TAKES_SECONDS = 4.0


@dataclass(frozen=True, kw_only=True)
class Lags:
    """Seconds from due to written down."""

    median: float
    p99: float
    worst: float


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What a run of kills counted; `twice` and `lost` are transitions."""

    kills: int
    due: int
    lost: int
    twice: int
    chain_broken: bool
    lags: Lags


def events_beginning_from(store: Store, begins: datetime, *, count: int, seconds: float) -> int:
    """Store events that begin, end and close their replays spread over `seconds` from `begins`.

    Return how many transitions fall due in that time.
    """
    announced = begins - timedelta(days=30)
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
    intake.take_in(store, "".join(texts), by="kills", now=announced)
    return count


def kill_workers(
    store: Store, eventsched: Processes, *, begins: datetime, due: int, seconds: float, seed: int
) -> Tally:
    """Run two workers, killing one of them again and again but never both, until all fell due."""
    dice, kills = random.Random(seed), 0
    workers = [eventsched.start("worker"), eventsched.start("worker")]
    born = [0.0, 0.0]
    end = begins + timedelta(seconds=seconds)
    while datetime.now(UTC) < end:
        time.sleep(dice.uniform(0.1, 0.6))
        victim = dice.randrange(2)
        if time.monotonic() - born[1 - victim] < STARTING_TAKES_SECONDS:
            continue
        _kill(workers[victim])
        workers[victim], born[victim] = eventsched.start("worker"), time.monotonic()
        kills += 1
    # What is lost stays so, however long one waits; on a busy machine the last may take a while.
    gives_up_at = time.monotonic() + PATIENCE_SECONDS
    while len(_closings(store)) < due and time.monotonic() < gives_up_at:
        time.sleep(0.2)
    time.sleep(1)
    return _count(store, begins, due, kills)


def _kill(worker: "subprocess.Popen[str]") -> None:
    worker.send_signal(signal.SIGKILL)
    worker.wait()


def _closings(store: Store) -> set[str]:
    """Return whose closing is written down."""
    with store.reading() as session:
        return {entry.subject for entry in site.ledger(session) if entry.kind == "replay_closed"}


def _count(store: Store, begins: datetime, due: int, kills: int) -> Tally:
    with store.reading() as session:
        entries = list(site.ledger(session))
    told = Counter((e.subject, e.kind, e.body["promised"]) for e in entries if "promised" in e.body)
    closings = [e for e in entries if e.kind == "replay_closed"]
    lags = sorted(
        (e.at - datetime.fromisoformat(e.body["promised"])).total_seconds()
        for e in closings
        if datetime.fromisoformat(e.body["promised"]) > begins
    )
    return Tally(
        kills=kills,
        due=due,
        lost=due - len({e.subject for e in closings}),
        twice=sum(count - 1 for count in told.values()),
        chain_broken=first_broken(entries) is not None,
        lags=Lags(
            median=lags[len(lags) // 2],
            p99=lags[math.ceil(len(lags) * 0.99) - 1],
            worst=lags[-1],
        ),
    )
