"""A person who subscribes in Thunderbird sees in its window what the schedule says.

A real Thunderbird polls the real application over HTTP: first sync, an unchanged poll, a change of
time, a cancellation, a replay that comes and goes, and the day on which an entry leaves.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from eventsched.calendars.feeds import Feed, calendar
from eventsched.domain.drafts import draft_of
from eventsched.domain.events import Standing
from eventsched.services import events
from eventsched.store import events as event_store
from eventsched.store.database import Store
from tests.builders import at
from tests.calendars.hard_cases import SITE, timed_events
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.processes import wait_until
from tests.fixtures.product import NEW_YORK, PHOENIX, SettableClock
from tests.peers import thunderbird
from tests.peers.thunderbird import Seen, Thunderbird

PHOENIX_SEEN = Seen("2011-11-11 11:00", "IMGN: 2011 Credit Suisse Healthcare Conference")
LAZARD = "IMGN: Lazard Capital Markets' 8th Annual Healthcare Conference"
NEW_YORK_SEEN = Seen("2011-11-15 11:30", LAZARD)
REPLAY = "IMGN: Replay available until November {}, 2011, 12:00 pm EST – 2011 Credit Suisse "
REPLAY += "Healthcare Conference"
SHOWN_WITHIN_SECONDS = 120.0
STEADY_SECONDS = 0.8
TURNS_THE_PAGE_AFTER_SECONDS = 8.0


@dataclass(frozen=True)
class Answer:
    """What was asked for, by which validator (or None), and what was answered."""

    path: str
    known: str | None
    status: int
    etag: str | None


class Listening:
    """An application, with a note of each answer that it gives."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app
        self.answers: list[Answer] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        def note(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            etag, known = dict(headers).get("ETag"), environ.get("HTTP_IF_NONE_MATCH")
            self.answers.append(Answer(environ["PATH_INFO"], known, int(status[:3]), etag))
            return start_response(status, headers, *rest)

        return self._app(environ, note)


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Keep the test's output to the test."""


@contextmanager
def serving(app: Callable[..., Iterable[bytes]]) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    """Serve from SQLite alone: the bytes are the same from both, as tests/web shows."""
    return fresh_sqlite


class Company:
    """The company's staff, who say what is so, and the clock on their wall."""

    def __init__(self, store: Store, clock: SettableClock) -> None:
        self._store = store
        self.clock = clock

    def move(self, slug: str, **typed: Any) -> None:
        """Say something else of an event."""
        draft = replace(draft_of(self._held(slug).facts), **typed)
        base, now = self._held(slug).revision, self.clock.now()
        events.revise(self._store, slug, draft, base=base, by="test", now=now, reason="It moved.")

    def cancel(self, slug: str) -> None:
        base, now = self._held(slug).revision, self.clock.now()
        standing, reason = Standing.CANCELLED, "The host has called it off."
        events.set_standing(
            self._store, slug, standing, base=base, by="test", now=now, reason=reason
        )

    def _held(self, slug: str) -> Any:
        with self._store.reading() as session:
            return event_store.by_slug(session, slug)


@pytest.fixture
def company(release: Store, clock: SettableClock) -> Company:
    return Company(release, clock)


def test_from_first_sync_through_change_and_cancellation_until_it_leaves(
    company: Company, app: Flask, tmp_path: Path
) -> None:
    listening = Listening(app)
    profile = tmp_path / "thunderbird"
    company.clock.set("2011-11-03")
    with serving(listening) as url, thunderbird.running(profile, f"{url}/calendar.ics") as person:
        person.show_month("2011-11-11")
        expect(person, PHOENIX_SEEN, NEW_YORK_SEEN)

        poll(person, listening)
        asked = listening.answers[-1]
        assert (asked.status, asked.known) == (304, listening.answers[0].etag)
        expect(person, PHOENIX_SEEN, NEW_YORK_SEEN)

        company.clock.set("2011-11-05")
        company.move(NEW_YORK, time="2:00 pm")
        poll(person, listening)
        expect(person, PHOENIX_SEEN, replace(NEW_YORK_SEEN, when="2011-11-15 14:00"))

        company.clock.set("2011-11-06")
        company.cancel(NEW_YORK)
        poll(person, listening)
        cancelled = Seen("2011-11-15 14:00", f"CANCELLED: {LAZARD}", struck=True)
        expect(person, PHOENIX_SEEN, cancelled)

        company.clock.set("2011-12-06")
        poll(person, listening)
        expect(person, PHOENIX_SEEN)

        poll(person, listening)
        expect(person, PHOENIX_SEEN)
        assert [answer.status for answer in listening.answers] == [200, 304, 200, 200, 200, 304]

    phoenix = f"{PHOENIX}@immunogen.com"
    assert thunderbird.kept(profile) == {
        phoenix: thunderbird.Kept(
            at("2011-11-11 16:00"), at("2011-11-11 17:00"), "America/Phoenix", "CONFIRMED"
        )
    }


def test_a_replay_comes_moves_and_goes(company: Company, app: Flask, tmp_path: Path) -> None:
    listening = Listening(app)
    company.cancel(NEW_YORK)
    company.clock.set("2011-11-11 16:59:59")
    with (
        serving(listening) as url,
        thunderbird.running(tmp_path / "thunderbird", f"{url}/calendar/replays.ics") as person,
    ):
        person.show_month("2011-11-11")
        expect(person)

        company.clock.set("2011-11-11 17:00")
        poll(person, listening)
        expect(person, *replay(18))

        company.move(PHOENIX, replay_days="8")
        poll(person, listening)
        expect(person, *replay(19))

        company.clock.set("2011-11-19 16:59:59")
        poll(person, listening)
        assert listening.answers[-1].status == 304
        expect(person, *replay(19))

        company.clock.set("2011-11-19 17:00")
        poll(person, listening)
        expect(person)


def test_hard_times_are_the_right_instants(tmp_path: Path) -> None:
    pairs = timed_events()
    feed = Feed(past_months=None, alarm_minutes=15)
    held = calendar(feed, [event for event, _ in pairs], site=SITE, now=at("2011-11-10"))

    def file(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/calendar; charset=utf-8")])
        return [held]

    profile = tmp_path / "thunderbird"
    with serving(file) as url, thunderbird.running(profile, f"{url}/calendar.ics") as person:
        person.show_month("2037-12-15")
        wait_until(lambda: len(person.sees()) == 1, what="the last of them")
    said = thunderbird.kept(profile)
    assert {event.facts.title: said[event.uid].starts for event, _ in pairs} == {
        event.facts.title: instant for event, instant in pairs
    }


def poll(person: Thunderbird, listening: Listening) -> None:
    """Press “Synchronize” and wait for the answer that it brings."""
    before = len(listening.answers)
    person.synchronize()
    wait_until(lambda: len(listening.answers) > before, what="a poll")


def expect(person: Thunderbird, *seen: Seen) -> None:
    """Wait until the window shows exactly this, and goes on showing it.

    While it takes in an answer, Thunderbird empties the month for a moment and may fill it with
    what stood there before: a single look says nothing.
    """
    began, turned = time.monotonic(), False
    right_since: float | None = None
    while (now := time.monotonic()) < began + SHOWN_WITHIN_SECONDS:
        sees = person.sees()
        if sees != [*seen]:
            right_since = None
        elif right_since is None:
            right_since = now
        elif now > right_since + STEADY_SECONDS:
            return
        if right_since is None and not turned and now > began + TURNS_THE_PAGE_AFTER_SECONDS:
            person.turn_the_page()
            turned = True
        time.sleep(0.1)
    assert sees == [*seen]
    pytest.fail("The window shows now this and now that.")


def replay(until: int) -> list[Seen]:
    """Return a replay's entry in each of its days: in New York it opens and closes at noon."""
    words = REPLAY.format(until)
    between = [Seen(f"2011-11-{day}", words) for day in range(12, until)]
    return [Seen("2011-11-11 12:00", words), *between, Seen(f"2011-11-{until} 12:00", words)]
