"""With its worker killed, a replay still closes at its second; a later worker writes that down.

Real processes on the machine's own clock, so the test takes as long as a replay stays open.
"""

import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from eventsched.services import intake
from eventsched.store import site
from eventsched.store.database import Store
from tests.fixtures.ports import free_port
from tests.fixtures.processes import Processes, status_of, wait_until

ISSUER = '[issuer]\nname = "ImmunoGen, Inc."\nhome_zone = "America/New_York"\ndomain = "i.com"\n'
# A busy machine takes its time: whatever is not ready before a replay closes has another, longer.
OPEN_FOR = [timedelta(seconds=seconds) for seconds in (5, 12, 40, 90)]
# What is still to be done while it is open, and asked.
LEFT = timedelta(seconds=3)


def an_event_whose_replay_closes(at: datetime) -> str:
    started = at - timedelta(days=7, hours=1)
    return f"""{ISSUER}
[[events]]
title = "Closing at {at:%H:%M:%S}"
date = "{started:%Y-%m-%d}"
time = "{started:%H:%M:%S}"
zone = "UTC"
replay_url = "https://vendor.example/replay"
publish_at = {started - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}
"""


def told(store: Store, kind: str, slug: str) -> list[dict[str, str]]:
    with store.reading() as session:
        return [dict(e.body) for e in site.ledger(session, subject=slug) if e.kind == kind]


def an_open_replay(store: Store, base_url: str) -> tuple[str, datetime]:
    """Announce an event whose replay closes soon; return it once a worker has seen it open."""
    for open_for in OPEN_FOR:
        closes = datetime.now(UTC).replace(microsecond=0) + open_for
        slug = announce(store, closes)
        wait_until(partial(told, store, "replay_opened", slug), what="the worker's look")
        status = status_of(f"{base_url}/events/{slug}/replay")
        if datetime.now(UTC) < closes - LEFT:
            assert status == 302
            return slug, closes
    raise AssertionError("The machine is too busy to be watched.")


def announce(store: Store, closes: datetime) -> str:
    text, now = an_event_whose_replay_closes(closes), closes - timedelta(days=9)
    [event] = intake.take_in(store, text, by="test", now=now).events
    return event.slug


def test_a_replay_closes_at_its_second_though_the_worker_was_killed(
    store: Store, processes: Callable[[str], Processes]
) -> None:
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    eventsched = processes(store.engine.url.render_as_string(hide_password=False))
    eventsched.start("serve", "--no-worker", "--port", str(port))
    worker = eventsched.start("worker")
    wait_until(lambda: status_of(f"{base_url}/healthz") == 200, what="the web")
    long_closed = announce(store, datetime.now(UTC).replace(microsecond=0) - timedelta(days=1))
    wait_until(partial(told, store, "replay_closed", long_closed), what="the worker")
    slug, closes = an_open_replay(store, base_url)

    worker.send_signal(signal.SIGKILL)
    worker.wait()
    answers = answers_over(closes, f"{base_url}/events/{slug}/replay")

    # Asked before the closing instant and answered 410, or asked after it and led on: neither.
    assert {s for asked, answered, s in answers if answered < closes} == {302}
    assert {s for asked, answered, s in answers if asked >= closes} == {410}
    assert told(store, "replay_closed", slug) == []

    eventsched.start("worker")
    wait_until(partial(told, store, "replay_closed", slug), what="the closing to be told")
    another = eventsched.start("worker")
    # What is due is looked for before that is said.
    at_work = f"keeps watch (process {another.pid})"
    wait_until(partial(eventsched.has_said, "worker", at_work), what="another worker")

    [closing] = told(store, "replay_closed", slug)
    assert closing["promised"] == f"{closes:%Y-%m-%dT%H:%M:%S.%f}Z"
    assert closing["observed"] > closing["promised"]


def answers_over(closes: datetime, url: str) -> list[tuple[datetime, datetime, int]]:
    """Ask again and again, and a second and ten times beyond the closing.

    Return when each question was asked and answered, and with what.
    """
    answers: list[tuple[datetime, datetime, int]] = []
    asked = datetime.now(UTC)
    while asked < closes + timedelta(seconds=1) or sum(at >= closes for at, *_ in answers) < 10:
        asked = datetime.now(UTC)
        status = status_of(url)
        answers.append((asked, datetime.now(UTC), status))
        time.sleep(0.02)
    return answers
