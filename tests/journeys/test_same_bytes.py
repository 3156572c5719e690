"""Unchanged facts are the same bytes under the same ETag: in any process, on either database.

Real processes on the machine's own clock; the events are so far off that no transition is due.
"""

import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from eventsched.domain.drafts import draft_of
from eventsched.services import events as event_service
from eventsched.store import events as event_store
from eventsched.store import site
from eventsched.store.database import Store
from eventsched.store.versions import GOOD_FOR_SECONDS
from tests.builders import an_event, an_issuer, at
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.ports import free_port
from tests.fixtures.processes import Processes, status_of, wait_until
from tests.fixtures.product import ANNOUNCED, migrated

COUNT = 12
FEEDS = ["/calendar.ics", "/calendar/conference.ics", "/events/event-3.ics"]
# Several zones, so that VTIMEZONEs are compared too.
ZONES = ["America/New_York", "Europe/London", "Asia/Kathmandu", "Australia/Lord_Howe"]

Answer = tuple[bytes, str, str]


def filled(store: Store) -> None:
    """Save a dozen events of the far future, in no order."""
    with store.writing() as session:
        site.set_issuer(session, an_issuer(), at=ANNOUNCED)
        for number in sorted(range(COUNT), key=lambda n: n * 7 % COUNT):
            event = an_event(
                slug=f"event-{number}",
                title=f"Conference {number}",
                starts=f"2036-{number + 1:02}-10 09:00",
                zone=ZONES[number % len(ZONES)],
            )
            event_store.add(session, event, by="test", reason="", at=event.changed_at)
        site.raise_version(session)


@contextmanager
def prepared(fresh: FreshDatabase) -> Iterator[Store]:
    store = Store(fresh(prepared_by=migrated))
    try:
        filled(store)
        yield store
    finally:
        store.close()


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    return environment | {"EVENTSCHED_BASE_URL": "http://ir.example"}


Serve = Callable[[Store], str]


@pytest.fixture
def serve(processes: Callable[[str], Processes]) -> Serve:
    """Start a process of the product on a database, and say where it listens."""

    def started(store: Store) -> str:
        eventsched = processes(store.engine.url.render_as_string(hide_password=False))
        url = f"http://127.0.0.1:{(port := free_port())}"
        eventsched.start("serve", "--port", str(port))
        wait_until(lambda: status_of(f"{url}/readyz") == 200, what="the site")
        return url

    return started


def asked(url: str) -> dict[str, Answer]:
    """Return what a process answers to each feed: bytes, ETag and Last-Modified."""
    answers = {}
    for path in FEEDS:
        with urllib.request.urlopen(f"{url}{path}", timeout=60) as answer:
            answers[path] = (answer.read(), answer.headers["ETag"], answer.headers["Last-Modified"])
    return answers


def test_two_processes_two_databases_and_a_restart_give_the_same_bytes(
    serve: Serve, fresh_sqlite: FreshDatabase, fresh_postgres: FreshDatabase
) -> None:
    with prepared(fresh_sqlite) as sqlite, prepared(fresh_postgres) as postgres:
        first = asked(serve(sqlite))
        assert first[FEEDS[0]][0].count(b"BEGIN:VEVENT") == COUNT
        # Another process beside it, one that begins later, and the other database's two.
        assert [asked(serve(store)) for store in (sqlite, postgres, postgres)] == [first] * 3


def test_an_edit_changes_one_entry_and_no_other_byte(
    serve: Serve, fresh_database: FreshDatabase
) -> None:
    with prepared(fresh_database) as store:
        url = serve(store)
        before = asked(url)
        correct(store, "event-3", venue="The Biltmore")
        # So long another process may not have heard of it.
        time.sleep(GOOD_FOR_SECONDS)
        after = asked(url)

    changed = {path for path in FEEDS if before[path] != after[path]}
    tags = {path for path in FEEDS if before[path][1] != after[path][1]}
    assert (changed, tags) == (set(FEEDS), set(FEEDS))
    for path in FEEDS:
        pairs = list(zip(parts(before[path]), parts(after[path]), strict=True))
        assert [b"UID:event-3@" in was for was, tells in pairs if was != tells] == [True]


def correct(store: Store, slug: str, **typed: str) -> None:
    with store.reading() as session:
        event = event_store.by_slug(session, slug)
    assert event is not None
    draft = replace(draft_of(event.facts), **typed)  # type: ignore[arg-type]
    event_service.revise(
        store, slug, draft, base=event.revision, by="test", now=at("2011-11-05"), reason="Moved."
    )


def parts(answer: Answer) -> list[bytes]:
    """Return what stands before the entries, and each entry."""
    return answer[0].split(b"BEGIN:VEVENT")
