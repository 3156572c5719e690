"""Answers held in front of the framework: rendered once, right to the instant, never too long."""

import threading
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import flask
import pytest
import sqlalchemy
from flask import Flask
from flask.testing import FlaskClient

from eventsched.app import create_app, warm
from eventsched.calendars import entries
from eventsched.domain.events import Standing
from eventsched.services import events as event_service
from eventsched.settings import Settings
from eventsched.store.database import DatabaseUnavailable, Store
from eventsched.web.held import HeldAnswers
from eventsched.web.questions import known_at
from tests.builders import at
from tests.fixtures.processes import Processes
from tests.fixtures.product import NEW_YORK, PHOENIX, VENDOR, SettableClock

PAGE = f"/events/{PHOENIX}"
PUBLIC = ["/", PAGE, "/calendar.ics", "/calendar.ics?cancelled=hide", f"{PAGE}.ics"]
ALSO_HELD = [
    *(
        "/?kind=conference",
        "/embed",
        "/events.json?limit=1",
        "/feed.json",
        "/feed.atom",
        "/privacy",
        "/cookies",
    ),
    *("/sitemap.xml", "/robots.txt", "/calendar/replays.ics?alarm=5"),
    *(f"{PAGE}/share.png", f"{PAGE}/live"),
]
START, CLOSING = at("2011-11-11 16:00"), at("2011-11-18 17:00")
QUIET = "2011-11-05 00:00"

pytestmark = pytest.mark.usefixtures("release")


@dataclass
class Work:
    """What was done to answer."""

    asked: Counter[str] = field(default_factory=Counter)
    statements: list[str] = field(default_factory=list)
    templates: list[str] = field(default_factory=list)

    def nothing(self) -> bool:
        return not (self.asked or self.statements or self.templates)


@pytest.fixture
def work(app: Flask, store: Store) -> Iterator[Callable[[], Any]]:
    """Give a way to watch what Flask, the templates and SQLAlchemy are made to do."""

    @contextmanager
    def watched() -> Iterator[Work]:
        done = Work()

        def statement(_c: Any, _u: Any, text: str, *_: Any) -> None:
            done.statements.append(text)

        def request(*_: Any, **__: Any) -> None:
            done.asked[flask.request.full_path.rstrip("?")] += 1

        def template(*_: Any, template: Any, **__: Any) -> None:
            done.templates.append(template.name)

        sqlalchemy.event.listen(store.engine, "before_cursor_execute", statement)
        with (
            flask.request_started.connected_to(request, app),
            flask.template_rendered.connected_to(template, app),
        ):
            yield done
        sqlalchemy.event.remove(store.engine, "before_cursor_execute", statement)

    return watched  # type: ignore[return-value]


def layer(app: Flask) -> HeldAnswers:
    assert isinstance(app.wsgi_app, HeldAnswers)
    return app.wsgi_app


def cancel(store: Store, *, now: Any, slug: str = NEW_YORK) -> None:
    event_service.set_standing(
        store, slug, Standing.CANCELLED, base=2, by="test", reason="so", now=at(now)
    )


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


@pytest.mark.parametrize("path", [*PUBLIC, *ALSO_HELD])
def test_what_an_address_does_not_know_is_rendered_for_nobody(
    app: Flask, clock: SettableClock, work: Callable[[], Any], path: str
) -> None:
    """Newsletters and networks hang their own parameters on every link."""
    clock.set(START if path.endswith("/live") else QUIET)
    client, mark = app.test_client(use_cookies=False), "&" if "?" in path else "?"
    first = client.get(path)
    with work() as others:
        for number in range(1_000 if path == "/" else 3):
            for query in (f"utm_source=mail&fbclid={number}", f"%6Bind{number}=1", f"&{number}"):
                told = client.get(f"{path}{mark}{query}")
                assert (told.data, told.headers["Cache-Control"]) == (
                    *(first.data, first.headers["Cache-Control"]),
                )
    assert others.nothing()


@pytest.mark.parametrize(
    ("path", "first", "others"),
    [
        (
            "/",
            "kind=conference&q=health",
            ["q=health&kind=conference", "q=health&%6Bind=conference"],
        ),
        ("/calendar.ics", "cancelled=hide&alarm=15", ["alarm=15&utm=x&cancelled=hide"]),
        ("/events.json", "limit=1&page=2", ["page=2&limit=1", "page=2&limit=1&page=1"]),
    ],
)
def test_parameters_in_another_order_ask_for_the_same_answer(
    client: FlaskClient,
    clock: SettableClock,
    work: Callable[[], Any],
    path: str,
    first: str,
    others: list[str],
) -> None:
    clock.set(QUIET)
    answer = client.get(f"{path}?{first}")
    assert answer.status_code == 200
    with work() as again:
        assert [client.get(f"{path}?{query}").data for query in others] == [answer.data] * len(
            others
        )
    assert again.nothing()


def test_of_every_address_that_is_held_it_is_known_what_it_may_be_asked(
    app: Flask, client: FlaskClient, clock: SettableClock
) -> None:
    clock.set(START)
    values = {"slug": PHOENIX, "kind": "conference", "name": "x", "token": "x"}
    addresses = app.url_map.bind("ir.example")
    for rule in app.url_map.iter_rules():
        if rule.arguments <= values.keys() and not rule.rule.startswith("/staff"):
            path = addresses.build(rule.endpoint, {name: values[name] for name in rule.arguments})
            client.get(path)
    held = {key[1] for key in (*layer(app)._common, *layer(app)._seldom)}
    assert held > {"/", PAGE, f"{PAGE}/live", "/events.json", "/cookies", "/privacy"}
    assert {path for path in held if known_at(path) is None} == set()


def test_what_an_address_knows_is_still_asked_for(
    client: FlaskClient, clock: SettableClock
) -> None:
    clock.set(QUIET)
    client.get("/")
    for query in ("utm_source=x&kind=circus", "fbclid=1&%6Bind=circus", "kind=circus&kind="):
        assert client.get(f"/?{query}").status_code == 400


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
