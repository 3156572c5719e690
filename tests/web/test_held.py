"""Answers held before the framework: rendered once, never what is not for all, in their room."""

import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventsched.app import create_app, warm
from eventsched.calendars import entries
from eventsched.settings import Settings
from eventsched.store.database import Store
from tests.builders import at
from tests.fixtures.processes import Processes
from tests.fixtures.product import PHOENIX, SettableClock
from tests.web.held import CLOSING, PAGE, PUBLIC, QUIET, START, cancel, layer, work

__all__ = ["work"]

pytestmark = pytest.mark.usefixtures("release")


# Once for each version


@pytest.mark.parametrize("path", PUBLIC)
def test_an_answer_is_rendered_once_for_all_who_ask(
    app: Flask, clock: SettableClock, work: Callable[[], Any], path: str
) -> None:
    clock.set(QUIET)
    client = app.test_client(use_cookies=False)
    with work() as first:
        tag = client.get(path).headers["ETag"]
    with work() as others:
        for minute in range(5):
            clock.set(at(QUIET) + timedelta(minutes=minute))
            client.get(path)
            client.head(path, headers={"Accept-Encoding": "gzip"})
            client.get(path, headers={"Cookie": "analytics=of-the-parent-domain"})
            assert client.get(path, headers={"If-None-Match": tag}).status_code == 304

    assert first.asked == {path: 1}
    assert others.nothing()


def test_a_new_process_has_rendered_what_most_will_ask_for(
    app: Flask, settings: Settings, clock: SettableClock, work: Callable[[], Any]
) -> None:
    clock.set(QUIET)
    with work() as first:
        warm(app, settings.base_url)
    with work() as others:
        client = app.test_client(use_cookies=False)
        assert [len(client.get(path).data) > 1000 for path in ("/", "/calendar.ics")] == [
            True,
            True,
        ]

    assert first.asked == {"/": 1, "/calendar.ics": 1}
    assert others.nothing()


def test_an_edit_renders_one_entry_again(
    client: FlaskClient, clock: SettableClock, release: Store, work: Callable[[], Any]
) -> None:
    clock.set(QUIET)
    entries.entry.cache_clear()
    client.get("/calendar.ics")
    before = entries.entry.cache_info().misses
    cancel(release, now=clock.at)

    with work() as done:
        answers = [client.get("/calendar.ics") for _ in range(3)]

    assert done.asked == {"/calendar.ics": 1}
    assert entries.entry.cache_info().misses - before == 1
    assert all("STATUS:CANCELLED" in answer.text for answer in answers)


@pytest.mark.parametrize("path", ["/calendar.ics", "/calendar.ics?cancelled=hide&utm=x"])
def test_a_poll_allocates_little_and_leaves_nothing(
    app: Flask, clock: SettableClock, path: str
) -> None:
    clock.set(QUIET)
    tag = app.test_client().get(path).headers["ETag"]
    environ = (
        app.test_client()
        ._request_from_builder_args((path,), {"headers": {"If-None-Match": tag}})
        .environ
    )
    said: list[str] = []

    def start_response(status: str, _headers: Any, _problem: Any = None) -> Any:
        said.append(status)

    held = layer(app)
    held(environ, start_response)
    peaks, left = [], []
    tracemalloc.start()
    # Other threads allocate too, now and then; the least is the poll's own.
    for _ in range(5):
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        held(environ, start_response)
        after, peak = tracemalloc.get_traced_memory()
        peaks.append(peak - before)
        left.append(after - before)
    tracemalloc.stop()

    assert said == ["304 Not Modified"] * 6
    assert min(peaks) < 2_000
    assert min(left) < 500


# Every process


def test_an_edit_by_another_process_is_in_the_next_answer(
    client: FlaskClient,
    clock: SettableClock,
    store: Store,
    processes: Callable[[str], Processes],
    tmp_path: Path,
) -> None:
    clock.set("2036-01-01 00:00")
    before = [client.get(path).text for path in ("/", "/calendar.ics?cancelled=hide")]
    document = tmp_path / "more.toml"
    document.write_text(
        '[[events]]\ntitle = "Another"\ndate = "2036-02-01"\ntime = "10:00"\n'
        'zone = "UTC"\npublish_at = 2011-11-02T12:00:00Z\n'
    )
    url = store.engine.url.render_as_string(hide_password=False)

    done = processes(url).run("load", str(document))

    assert (done.returncode, done.stderr) == (0, "")
    for path, old in zip(("/", "/calendar.ics?cancelled=hide"), before, strict=True):
        assert "Another" not in old
        assert "Another" in client.get(path).text


@pytest.mark.parametrize("path", PUBLIC)
def test_an_edit_by_this_process_is_in_the_next_answer(
    client: FlaskClient, clock: SettableClock, release: Store, path: str
) -> None:
    clock.set(QUIET)
    client.get(path)
    cancel(release, now=clock.at, slug=PHOENIX)
    text = client.get(path).text.lower()
    assert "cancelled" in text or ("hide" in path and PHOENIX not in text)


# Never held


def test_an_open_gate_asks_the_clock_and_the_database_each_time(
    client: FlaskClient, clock: SettableClock, release: Store, work: Callable[[], Any]
) -> None:
    clock.set(CLOSING - timedelta(seconds=2))
    first = client.get(f"{PAGE}/replay")
    with work() as done:
        again = client.get(f"{PAGE}/replay")
    assert (first.status_code, list(first.headers)) == (302, list(again.headers))
    assert done.nothing()

    clock.set(CLOSING)
    assert client.get(f"{PAGE}/replay").status_code == 410

    clock.set(CLOSING - timedelta(seconds=2))
    assert client.get(f"{PAGE}/replay").status_code == 302
    cancel(release, now=clock.at, slug=PHOENIX)
    assert client.get(f"{PAGE}/replay").status_code == 404


@pytest.mark.parametrize("notice", [False, True])
def test_who_read_the_notice_before_a_gate_is_let_through_from_what_is_held(
    app: Flask,
    client: FlaskClient,
    clock: SettableClock,
    release: Store,
    work: Callable[[], Any],
    notice: bool,
) -> None:
    object.__setattr__(app.extensions["eventsched"].settings, "leaving_notice", notice)
    clock.set(CLOSING - timedelta(seconds=2))
    address = f"{PAGE}/replay?go=1"
    first = client.get(address)
    with work() as done:
        again = client.get(f"{address}&utm_source=mail")
    assert (first.status_code, list(first.headers)) == (302, list(again.headers))
    assert done.nothing()
    assert client.get(f"{PAGE}/replay").status_code == (200 if notice else 302)

    clock.set(CLOSING)
    assert client.get(address).status_code == 410
    clock.set(CLOSING - timedelta(seconds=2))
    cancel(release, now=clock.at, slug=PHOENIX)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/events/unknown",
        "/nothing",
        f"{PAGE}/live",
        f"{PAGE}/replay",
        "/staff/sign-in",
        f"/?q={'+' * 200}",
        "/calendar/never.ics",
        "/healthz",
    ],
)
def test_what_is_not_for_everybody_for_a_while_is_never_held(
    app: Flask, clock: SettableClock, path: str, work: Callable[[], Any]
) -> None:
    clock.set(QUIET)
    client = app.test_client()
    with work() as done:
        for _ in range(3):
            client.get(path)
    assert done.asked == {path: 3}


def test_an_embargoed_address_is_not_held_as_missing(
    client: FlaskClient, clock: SettableClock
) -> None:
    clock.set("2011-11-02 11:59:59.999999")
    assert client.get(PAGE).status_code == 404
    clock.set("2011-11-02 12:00")
    assert client.get(PAGE).status_code == 200


def test_staffs_own_cookie_goes_past_what_is_held(
    app: Flask, clock: SettableClock, work: Callable[[], Any]
) -> None:
    clock.set(QUIET)
    client = app.test_client(use_cookies=False)
    client.get("/")
    with work() as done:
        client.get("/", headers={"Cookie": "eventsched_staff=x"})
    assert done.asked == {"/": 1}


@pytest.mark.parametrize("path", [*PUBLIC, f"{PAGE}/live"])
def test_held_or_not_the_bytes_are_the_same(
    settings: Settings, store: Store, clock: SettableClock, client: FlaskClient, path: str
) -> None:
    clock.set(START)
    bare = settings.__class__(**{**vars(settings), "held_megabytes": 0})
    plain = create_app(bare, clock, store).test_client()
    for headers in ({}, {"Accept-Encoding": "gzip"}, {"If-None-Match": "*"}):
        client.get(path)
        held, rendered = client.get(path, headers=headers), plain.get(path, headers=headers)
        assert (held.status, held.data) == (rendered.status, rendered.data)
        assert list(held.headers) == list(rendered.headers)
        assert ("Content-Security-Policy" in held.headers) is (held.status_code != 304)


# Bounded


def beside(number: int) -> str:
    """Return one of many queries that a page knows, and that are looked for by nobody else."""
    return "q=" + "%20" * (number % 2) + "+" * (number // 2)


@pytest.mark.parametrize("megabytes", [1])
def test_what_is_held_fits_its_room(
    settings: Settings, store: Store, clock: SettableClock, megabytes: int
) -> None:
    app = create_app(settings.__class__(**{**vars(settings), "held_megabytes": 1}), clock, store)
    client, held = app.test_client(), layer(app)
    for number in range(120):
        client.get("/", headers={"Host": "x"}, environ_overrides={"SCRIPT_NAME": f"/p{number}"})
        client.get(f"/?{beside(number)}")
        for room, most in ((held._common, 750_000), (held._seldom, 250_000)):
            assert sum(one.size for one in room.values()) == room.size <= most
    assert 20 < len(held._common) < 100
    assert ("/p119", "/", "") in held._common
    assert ("/p0", "/", "") not in held._common
    # What single askers think of has a room of its own.
    assert 5 < len(held._seldom) < 100
    assert ("", "/", beside(119)) in held._seldom


def test_an_edit_lets_everything_go(
    app: Flask, client: FlaskClient, clock: SettableClock, release: Store
) -> None:
    clock.set(QUIET)
    for path in PUBLIC:
        client.get(path)
    cancel(release, now=clock.at)
    client.get("/")
    assert [key[1] for key in (*layer(app)._common, *layer(app)._seldom)] == ["/"]
