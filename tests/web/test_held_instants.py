"""Held answers end at their instant, whatever storms around it, and without the database."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventsched.store.database import DatabaseUnavailable, Store
from tests.fixtures.product import VENDOR, SettableClock
from tests.web.held import PAGE, QUIET, START, layer, work

__all__ = ["work"]

pytestmark = pytest.mark.usefixtures("release")


# To the instant


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("/", 'data-next="2011-11-11T16:00:00+00:00"', "Live now</h2>"),
        (PAGE, "begins at 9:00 am MST", "The webcast is live now."),
        (f"{PAGE}/live", "has not begun yet", VENDOR),
    ],
)
def test_in_a_storm_around_an_instant_nobody_is_told_wrong(
    app: Flask, clock: SettableClock, path: str, before: str, after: str
) -> None:
    """Ask from several threads while the clock steps over the start, back and forth."""
    answers: list[tuple[bool, bool, bool]] = []
    steps: list[None] = []
    stop = threading.Event()

    def ask() -> None:
        client = app.test_client()
        while not stop.is_set():
            # In this order: a step between the two is seen, and the answer counts for nothing.
            step, asked_at = len(steps), clock.at
            answer = client.get(path)
            told = answer.text + answer.headers.get("Location", "")
            # While the clock moves, either answer is right.
            if step == len(steps) and step % 2 == 0:
                answers.append((asked_at < START, before in told, after in told))

    clock.set(START - timedelta(seconds=1))
    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    right = {(True, True, False), (False, False, True)}
    for number in range(1_500):
        steps.append(None)
        clock.set(START + timedelta(microseconds=(number % 7) - 3))
        steps.append(None)
        # On a busy machine an answer seldom fits between two steps.
        stop.wait(0.02 if number < 200 else 0.2)
        if number >= 60 and set(answers) >= right:
            break
    stop.set()
    for asker in askers:
        asker.join()

    assert set(answers) == right


def test_an_answer_ends_at_its_transition_and_begins_at_its_rendering(
    client: FlaskClient, clock: SettableClock, work: Callable[[], Any]
) -> None:
    instants = [START - timedelta(microseconds=1), START, START - timedelta(microseconds=1)]
    told = []
    with work() as done:
        for instant in instants:
            clock.set(instant)
            told.append("The webcast is live now." in client.get(PAGE).text)

    assert told == [False, True, False]
    assert done.asked == {PAGE: 3}


# Without the database


@pytest.fixture
def away(app: Flask, store: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Give a way to take the database away."""

    def take_away() -> None:
        def refuse(*_: Any, **__: Any) -> Any:
            raise DatabaseUnavailable("It is away.")

        monkeypatch.setattr(layer(app), "_read_version", refuse)
        monkeypatch.setattr(store, "reading", refuse)

    return take_away


def test_without_the_database_an_answer_is_given_as_long_as_a_cache_might(
    client: FlaskClient, clock: SettableClock, away: Callable[[], None]
) -> None:
    agreed_at = START - timedelta(hours=1)
    clock.set(agreed_at - timedelta(minutes=10))
    whole = client.get("/calendar.ics")
    clock.set(agreed_at)
    client.get("/calendar.ics")
    away()

    for after, status, lifetime in [
        (0, 200, "public, max-age=60"),
        (20, 200, "public, max-age=40"),
        (59.5, 200, "no-cache"),
        (60, 503, "no-store"),
        (-1, 503, "no-store"),
    ]:
        clock.set(agreed_at + timedelta(seconds=after))
        answer = client.get("/calendar.ics")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (status, lifetime)
        assert (answer.data == whole.data) is (status == 200)


def test_without_the_database_nothing_is_given_past_its_transition(
    client: FlaskClient, clock: SettableClock, away: Callable[[], None]
) -> None:
    clock.set(START - timedelta(seconds=20))
    client.get(PAGE)
    away()
    clock.set(START - timedelta(microseconds=1))
    assert client.get(PAGE).headers["Cache-Control"] == "no-cache"
    clock.set(START)
    assert client.get(PAGE).status_code == 503


def test_without_the_database_gates_say_so_at_once(
    client: FlaskClient, clock: SettableClock, away: Callable[[], None]
) -> None:
    clock.set(START)
    assert client.get(f"{PAGE}/live").status_code == 302
    away()
    assert client.get(f"{PAGE}/live").status_code == 503


def test_a_page_rendered_while_the_database_went_away_is_not_given(
    app: Flask, clock: SettableClock, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from eventsched.store import site

    def refuse(_: Any) -> Any:
        raise DatabaseUnavailable("It is away.")

    monkeypatch.setattr(site, "issuer", refuse)
    clock.set(QUIET)
    assert app.test_client().get("/").status_code == 503
    monkeypatch.undo()
    assert "ImmunoGen" in app.test_client().get("/").text
