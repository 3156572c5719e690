"""The worker on a real scheduler: on time, through an outage, and not alone."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from eventsched.clock import DemoClock, SystemClock
from eventsched.domain.lifecycle import transitions
from eventsched.probing import Prober, Seen
from eventsched.store import events as event_store
from eventsched.store import site
from eventsched.store import transitions as transition_store
from eventsched.store.database import Store
from eventsched.store.schema import migrate
from eventsched.worker.timer import LinkWatch, Worker
from tests.builders import an_event, at
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.processes import wait_until

CLOSED, ALL_OVER = at("2011-11-18 17:01"), at("2011-12-01 00:00")
# A machine is busy now and then, and late for it; a worker that does not watch is late each time.
MOST_ROUNDS = 8


@contextmanager
def working(worker: Worker) -> Iterator[None]:
    worker.start()
    try:
        yield
    finally:
        worker.stop()


def seen(store: Store) -> list[tuple[str, str]]:
    """Return the promised and the observed instant of all that was written down."""
    with store.reading() as session:
        entries = [entry for entry in site.ledger(session) if "observed" in entry.body]
    return [(entry.body["promised"], entry.body["observed"]) for entry in entries]


def wait_for(store: Store, count: int) -> None:
    """Return once so many transitions are written down."""
    wait_until(lambda: len(seen(store)) >= count, what=f"transition {count}")
    assert len(seen(store)) == count


def delay(promised: str, observed: str) -> timedelta:
    return datetime.fromisoformat(observed) - datetime.fromisoformat(promised)


def an_event_published_at(store: Store, instant: datetime) -> None:
    event = an_event(slug=f"e-{instant:%H%M%S%f}", starts="2036-11-11 09:00", publish_at=instant)
    with store.writing() as session:
        event_store.add(session, event, by="test", reason="", at=instant)
        number = event_store.id_of(session, event.slug)
        transition_store.derive_again(session, {number: transitions(event)})


def test_what_fell_due_while_nobody_worked_is_caught_up_on_at_once(release: Store) -> None:
    worker = Worker(release, DemoClock(shown=ALL_OVER, since=time.time(), speed=1))
    with working(worker):
        assert len(seen(release)) == 10


def test_a_transition_is_written_down_within_a_second(store: Store) -> None:
    with working(Worker(store, SystemClock())):
        for told in range(0, MOST_ROUNDS * 3, 3):
            # Announced while the worker sleeps, as another process would.
            for seconds in (0.3, 1.1, 1.9):
                an_event_published_at(store, datetime.now(UTC) + timedelta(seconds=seconds))
            wait_for(store, told + 3)
            delays = [delay(*one) for one in seen(store)[told:]]
            assert min(delays) >= timedelta(0)
            if max(delays) < timedelta(seconds=1):
                break
    assert max(delays) < timedelta(seconds=1)


def test_several_workers_write_a_hurried_week_down_once_and_in_order(release: Store) -> None:
    clock = DemoClock.starting(at("2011-11-11 15:55"), speed=1_000_000)
    with working(Worker(release, clock)), working(Worker(release, clock)):
        wait_until(lambda: len(seen(release)) >= 10, what="the week")
        time.sleep(0.6)
    promised = [instant for instant, _ in seen(release)]
    assert len(promised) == 10
    assert promised == sorted(promised)


def test_a_worker_survives_an_outage_and_says_so_once(
    fresh_sqlite: FreshDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(fresh_sqlite())
    caplog.set_level(logging.INFO, logger="eventsched")
    with working(Worker(store, SystemClock())):
        wait_until(lambda: caplog.records, what="the outage to be told")
        # Several looks later, still once.
        time.sleep(1.2)
        [outage] = [record.message for record in caplog.records]
        migrate(store)
        an_event_published_at(store, datetime.now(UTC))
        wait_until(lambda: len(seen(store)) == 1, what="the catching up")
    assert outage.startswith("The database does not answer; will catch up when it does.")
    assert "The database answers again; caught up." in [r.message for r in caplog.records]
    store.close()


@dataclass
class Slow(Prober):
    """Answers once it is let, and notes what it was asked."""

    asked: list[str] = field(default_factory=list)
    may_answer: threading.Event = field(default_factory=threading.Event)

    def look(self, url: str, *, follow: bool = True) -> Seen:
        self.asked.append(url)
        assert self.may_answer.wait(120), follow
        return Seen(status=200, words="answered 200")


def test_a_worker_that_is_stopped_begins_no_other_look(release: Store) -> None:
    """Else a thousand links of a provider that has gone silent keep it from ending for hours."""
    slow = Slow()
    worker = Worker(release, DemoClock(shown=CLOSED, since=time.time(), speed=1))
    worker.start()
    links = LinkWatch(prober=slow, base_url="http://ir.example")
    looking = threading.Thread(target=worker.look_at_links, args=[links])
    looking.start()
    wait_until(lambda: bool(slow.asked), what="the first look")
    worker.stop()
    slow.may_answer.set()
    looking.join(120)
    assert (looking.is_alive(), len(slow.asked)) == (False, 1)
