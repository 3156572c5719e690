"""With its worker killed, a replay still closes at its second; a later worker writes that down.

Real processes on the machine's own clock, so the test takes as long as the replay stays open.
"""

import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from eventsched.services import intake
from eventsched.store import site
from eventsched.store.database import Store
from tests.fixtures.processes import Processes, free_port, status_of, wait_until

ISSUER = '[issuer]\nname = "ImmunoGen, Inc."\nhome_zone = "America/New_York"\ndomain = "i.com"\n'
OPEN_FOR = timedelta(seconds=10)


def an_event_whose_replay_closes(at: datetime) -> str:
    started = at - timedelta(days=7, hours=1)
    return f"""{ISSUER}
[[events]]
title = "Closing soon"
date = "{started:%Y-%m-%d}"
time = "{started:%H:%M:%S}"
zone = "UTC"
replay_url = "https://vendor.example/replay"
publish_at = {started - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}
"""


def closings(store: Store) -> list[dict[str, str]]:
    with store.reading() as session:
        return [dict(e.body) for e in site.ledger(session) if e.kind == "replay_closed"]


def test_a_replay_closes_at_its_second_though_the_worker_was_killed(
    store: Store, processes: Callable[[str], Processes]
) -> None:
    port = free_port()
    eventsched = processes(store.engine.url.render_as_string(hide_password=False))
    eventsched.start("serve", "--no-worker", "--port", str(port))
    worker = eventsched.start("worker")
    # A busy machine takes its time to start them: the replay's last seconds are counted from then.
    wait_until(lambda: status_of(f"http://127.0.0.1:{port}/healthz") == 200, what="the web")
    closes = datetime.now(UTC).replace(microsecond=0) + OPEN_FOR
    announced = closes - timedelta(days=9)
    taken = intake.take_in(store, an_event_whose_replay_closes(closes), by="test", now=announced)
    gate = f"http://127.0.0.1:{port}/events/{taken.events[0].slug}/replay"
    wait_until(lambda: status_of(gate) == 302, what="the open gate")
    wait_until(lambda: ledger_says(store, "replay_opened"), what="the worker's first look")

    worker.send_signal(signal.SIGKILL)
    worker.wait()
    answers = answers_until(gate, closes + timedelta(seconds=1))

    # Asked before the closing instant and answered 410, or asked after it and led on: neither.
    assert {s for asked, answered, s in answers if answered < closes} == {302}
    assert {s for asked, answered, s in answers if asked >= closes} == {410}
    assert closings(store) == []

    eventsched.start("worker")
    wait_until(lambda: closings(store) != [], what="the closing to be written down")
    eventsched.start("worker")
    time.sleep(1.5)

    [closing] = closings(store)
    assert closing["promised"] == f"{closes:%Y-%m-%dT%H:%M:%S.%f}Z"
    assert closing["observed"] > closing["promised"]


def ledger_says(store: Store, kind: str) -> bool:
    with store.reading() as session:
        return any(entry.kind == kind for entry in site.ledger(session))


def answers_until(url: str, end: datetime) -> list[tuple[datetime, datetime, int]]:
    """Ask again and again; return when each question was asked and answered, and with what."""
    answers = []
    while (asked := datetime.now(UTC)) < end:
        status = status_of(url)
        answers.append((asked, datetime.now(UTC), status))
        time.sleep(0.02)
    return answers
