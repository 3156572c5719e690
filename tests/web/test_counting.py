"""Numbers without people: what is counted, what is not, and what is left behind."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from eventsched.app import create_app
from eventsched.domain.counts import Counted, Noticed, Thing
from eventsched.services import counts as count_service
from eventsched.settings import Settings
from eventsched.store import counts as count_store
from eventsched.store import site
from eventsched.store.database import DatabaseUnavailable, Store
from eventsched.store.tables import Base
from eventsched.web.counting import Counting
from tests.builders import at
from tests.fixtures.processes import PATIENCE_SECONDS, Processes
from tests.fixtures.product import PHOENIX, SettableClock

PAGE = f"/events/{PHOENIX}"
LIVE = "2011-11-11 16:30"
GOOGLE = "Google-Calendar-Importer"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/130.0"

VISITS = f"""
import multiprocessing, os
from eventsched.app import create_app
from eventsched.clock import SystemClock
from eventsched.settings import load_settings

def visit():
    client = create_app(load_settings(os.environ), SystemClock()).test_client()
    for _ in range(10):
        client.get("/calendar.ics", headers={{"User-Agent": "{GOOGLE}"}})

if __name__ == "__main__":
    begun = [multiprocessing.Process(target=visit) for _ in range(2)]
    for one in begun:
        one.start()
    for one in begun:
        one.join()
"""
pytestmark = pytest.mark.usefixtures("release")


@pytest.fixture(params=[32, 0], ids=["held", "not held"])
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return replace(settings, held_megabytes=request.param)


@pytest.fixture
def visitor(app: Flask, clock: SettableClock) -> FlaskClient:
    clock.set(LIVE)
    return app.test_client(use_cookies=False)


def counting(app: Flask) -> Counting:
    counting = app.wsgi_app._notice.__self__  # type: ignore[attr-defined]
    assert isinstance(counting, Counting)
    return counting


def counted(app: Flask, store: Store) -> dict[tuple[str, str, str], int]:
    """Return what was counted, by subject, what, and family, once it is written down."""
    counting(app).flush()
    with store.reading() as session:
        return {
            (one.thing.subject, one.thing.what.value, one.family): one.count
            for one in count_store.since(session, date(2000, 1, 1))
        }


def get(client: FlaskClient, path: str, agent: str = BROWSER, **headers: str) -> int:
    return client.get(path, headers={"User-Agent": agent, **headers}).status_code


def test_views_polls_and_entries_are_counted_each_as_what_it_is(
    app: Flask, store: Store, visitor: FlaskClient, clock: SettableClock
) -> None:
    for _ in range(3):
        get(visitor, "/")
        get(visitor, PAGE)
        get(visitor, f"{PAGE}/live")
        get(visitor, "/calendar.ics", GOOGLE)
    tag = visitor.get("/calendar.ics", headers={"User-Agent": GOOGLE}).headers["ETag"]
    assert get(visitor, "/calendar.ics", GOOGLE, **{"If-None-Match": tag}) == 304
    get(visitor, "/calendar/replays.ics", "iOS/17.5 (21F79) dataaccessd/1.0")
    get(visitor, f"{PAGE}.ics")
    clock.set("2011-11-11 18:00")
    get(visitor, f"{PAGE}/replay")

    assert counted(app, store) == {
        ("", "page", "browser"): 3,
        (PHOENIX, "page", "browser"): 3,
        (PHOENIX, "live", "browser"): 3,
        (PHOENIX, "replay", "browser"): 1,
        (PHOENIX, "poll", "browser"): 1,
        ("", "poll", "google"): 5,
        ("", "poll", "apple"): 1,
    }


def test_what_is_no_view_is_not_counted(
    app: Flask, store: Store, visitor: FlaskClient, clock: SettableClock
) -> None:
    visitor.head(PAGE)
    get(visitor, "/events/nothing-here")
    get(visitor, f"{PAGE}/replay")
    get(visitor, "/nothing")
    get(visitor, "/events.json")
    get(visitor, PAGE, "eventsched-leaks")
    get(visitor, PAGE, **{"Sec-Fetch-Mode": "cors"})
    visitor.post(PAGE)
    clock.set("2011-11-11 15:00")
    get(visitor, f"{PAGE}/live")
    assert counted(app, store) == {}


def test_counts_add_up_over_flushes_and_processes(
    app: Flask, settings: Settings, store: Store, visitor: FlaskClient, clock: SettableClock
) -> None:
    other = create_app(settings, clock, store)
    for _ in range(2):
        get(visitor, PAGE)
        get(other.test_client(), PAGE)
        counting(app).flush()
        counting(other).flush()
    assert counted(app, store) == {(PHOENIX, "page", "browser"): 4}


def test_a_day_is_the_companys_and_the_last_poll_its_instant(
    app: Flask, store: Store, visitor: FlaskClient, clock: SettableClock
) -> None:
    # Half past eleven at night in New York, already the twelfth in UTC.
    clock.set("2011-11-12 04:30")
    get(visitor, "/calendar.ics", GOOGLE)
    polled_at = clock.at
    clock.at += timedelta(minutes=20)
    counting(app).flush()
    clock.set("2011-11-12 05:00")
    get(visitor, PAGE)
    counting(app).flush()
    with store.reading() as session:
        counts = count_store.since(session, date(2000, 1, 1))
        [last] = count_store.last_polls(session, "")
    assert [(one.day, one.thing.what) for one in counts] == [
        (date(2011, 11, 11), Counted.POLL),
        (date(2011, 11, 12), Counted.PAGE),
    ]
    assert (last.family, last.at) == ("google", polled_at)


def test_an_older_poll_does_not_hide_a_newer_one(store: Store) -> None:
    for minute in (30, 10):
        noticed = Noticed(
            thing=Thing(Counted.POLL, ""),
            family="google",
            count=1,
            last_at=at(f"2011-11-11 10:{minute}"),
        )
        count_service.record(store, [noticed], keep_days=400, now=at(LIVE))
    with store.reading() as session:
        [last] = count_store.last_polls(session, "")
    assert last.at == at("2011-11-11 10:30")


def test_counts_go_when_their_time_is_over(store: Store) -> None:
    noticed = Noticed(thing=Thing(Counted.PAGE, "a"), family="browser", count=1, last_at=at(LIVE))
    for days in range(0, 12, 2):
        now = at("2011-11-11 12:00") + timedelta(days=days)
        count_service.record(store, [noticed], keep_days=4, now=now)
    with store.reading() as session:
        left = [one.day.day for one in count_store.since(session, date(2000, 1, 1))]
    assert left == [17, 19, 21]


def test_what_is_held_stays_held(
    app: Flask, store: Store, visitor: FlaskClient, settings: Settings
) -> None:
    get(visitor, PAGE)
    with store.reading() as session:
        before = site.version(session)
    counting(app).flush()
    with store.reading() as session:
        assert site.version(session) == before


def test_while_the_database_is_away_counts_wait(
    app: Flask, store: Store, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    get(visitor, PAGE)

    def refuse(*_: Any, **__: Any) -> Any:
        raise DatabaseUnavailable("It is away.")

    with monkeypatch.context() as away:
        away.setattr(store, "writing", refuse)
        counting(app).flush()
    get(visitor, PAGE)
    assert counted(app, store) == {(PHOENIX, "page", "browser"): 2}


def test_nothing_is_left_behind_of_whoever_asked(
    app: Flask, store: Store, visitor: FlaskClient
) -> None:
    agent = "Mozilla/5.0 (telltale-device-4711) Firefox/130.0"
    visitor.get(
        f"{PAGE}?who=telltale-query",
        headers={"User-Agent": agent, "Referer": "https://telltale.example/"},
        environ_overrides={"REMOTE_ADDR": "203.0.113.77"},
    )
    assert counted(app, store) == {(PHOENIX, "page", "browser"): 1}
    with store.engine.connect() as connection:
        kept = [
            str(row)
            for table in Base.metadata.tables
            for row in connection.execute(text(f'select * from "{table}"'))
        ]
    assert not [row for row in kept if "telltale" in row or "203.0.113" in row]


def test_what_programs_call_themselves_is_kept_in_a_bounded_way(
    app: Flask, clock: SettableClock
) -> None:
    page, one = Thing(Counted.PAGE, PHOENIX), counting(app)
    for agent in (*(f"Mozilla/5.0 Firefox/{n}" for n in range(2_500)), "x" * 10_000):
        one.notice(page, {"REQUEST_METHOD": "GET", "HTTP_USER_AGENT": agent}, clock.at)
    assert len(one._families) <= 1_000
    assert max(map(len, one._families)) < 500
    assert one._counts == {(page, "browser"): 2_500, (page, "other"): 1}


def test_where_the_operator_wants_none_nothing_is_counted(
    settings: Settings, store: Store, clock: SettableClock
) -> None:
    clock.set(LIVE)
    client = create_app(replace(settings, count_days=0), clock, store).test_client()
    assert get(client, PAGE) == 200
    store.close()
    with store.reading() as session:
        assert count_store.since(session, date(2000, 1, 1)) == []


@pytest.mark.parametrize("fresh_database", ["postgresql"], indirect=True)
def test_web_processes_write_down_their_counts_when_they_end(
    store: Store, processes: Callable[[str], Processes], tmp_path: Path
) -> None:
    """Of processes such as the server starts, the main thread ends and nobody closes the store."""
    (tmp_path / "visits.py").write_text(VISITS)
    environment = processes(store.engine.url.render_as_string(hide_password=False)).environment
    subprocess.run(
        [sys.executable, str(tmp_path / "visits.py")],
        env={**environment, "PYTHONPATH": str(Path(__file__).parents[2])},
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    with store.reading() as session:
        counts = count_store.since(session, date(2000, 1, 1))
    assert [(one.thing.what, one.family, one.count) for one in counts] == [
        (Counted.POLL, "google", 20)
    ]
