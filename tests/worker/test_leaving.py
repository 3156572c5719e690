"""A worker's process that is told to end while a look hangs."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from eventsched.domain.probes import Probe, ProbeKind
from eventsched.store import events as event_store
from eventsched.store import probes as probe_store
from eventsched.store.database import Store
from eventsched.store.schema import migrate
from eventsched.store.tables import ProbeRow
from tests.builders import an_event
from tests.fixtures.processes import PATIENCE_SECONDS, end

# A resolver that never answers, and looks that nothing but the end of the worker cuts short.
WORK = """
import socket, sys, time
from datetime import timedelta
from eventsched import probing, serving
from eventsched.clock import SystemClock
from eventsched.settings import load_settings
from eventsched.worker import timer

def hang(*asked, **more):
    print("asked", flush=True)
    time.sleep(3600)

socket.getaddrinfo = hang
probing.SECONDS_IN_ALL = 3600.0
timer.LINKS_EVERY = timedelta(seconds=0.1)
told = {"EVENTSCHED_DATABASE_URL": sys.argv[1], "EVENTSCHED_SECRET_KEY": "k" * 32}
serving.work(load_settings(told), SystemClock())
"""


def test_a_resolver_that_never_answers_keeps_no_worker_from_ending(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'events.db'}"
    store, now = Store(url), datetime.now(UTC)
    migrate(store)
    event = an_event(starts="2036-11-11 09:00", publish_at=now)
    with store.writing() as session:
        event_store.add(session, event, by="test", reason="", at=now)
        number = event_store.id_of(session, event.slug)
        due = Probe(due_at=now, kind=ProbeKind.LIVE_LINK)
        probe_store.derive_again(session, {number: [due]}, at=now)

    worker = subprocess.Popen(
        [sys.executable, "-c", WORK, url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "asked\n"
    end(worker)

    _, said = worker.communicate(timeout=PATIENCE_SECONDS)
    assert (worker.returncode, "Traceback" in said) == (0, False), said
    # Nothing is told of a look that was not taken; it waits for the next worker.
    with store.reading() as session:
        [left] = session.scalars(select(ProbeRow).where(ProbeRow.due_at == now))
    assert left.done_at is None
    store.close()
