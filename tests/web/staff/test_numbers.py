"""The numbers as staff see them: bars with a table beneath, and who has fetched since a change."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventsched.domain.counts import Counted, Noticed, Thing
from eventsched.domain.staff import Role
from eventsched.services import counts, events
from eventsched.store import events as event_store
from eventsched.store.database import Store
from tests.builders import PHOENIX as DRAFT
from tests.builders import a_draft, at
from tests.fixtures.axe import violations
from tests.fixtures.browser import OpenBrowser
from tests.fixtures.product import PHOENIX, SettableClock
from tests.fixtures.staff import ADMIN, PASSWORD, Desk, hire

NOW = "2011-11-10 15:00"
PAGE = f"/staff/events/{PHOENIX}/numbers"

pytestmark = pytest.mark.usefixtures("release")
Count = Callable[..., None]


@pytest.fixture
def count(store: Store, clock: SettableClock) -> Count:
    """Give a way to have something counted on a day of November 2011."""
    clock.set(NOW)

    def count(what: str, subject: str, family: str, number: int, *, day: int = 10) -> None:
        asked_at = at(f"2011-11-{day:02} 14:00")
        one = Noticed(
            thing=Thing(Counted(what), subject), family=family, count=number, last_at=asked_at
        )
        counts.record(store, [one], keep_days=400, now=asked_at)

    return count


def said(desk: Desk, path: str) -> str:
    answer = desk.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.text))


def test_an_event_has_bars_by_the_day_and_a_table_that_says_the_same(
    editor: Desk, count: Count
) -> None:
    for day, number in ((8, 5), (9, 20), (10, 10)):
        count("page", PHOENIX, "browser", number, day=day)
    count("page", PHOENIX, "robot", 1_000)
    count("page", "another-event", "browser", 77)
    count("live", PHOENIX, "browser", 3)
    page = editor.get(PAGE).text
    assert re.findall(r'class="chart-total">([\d,]+)<', page) == ["35", "0", "3", "0"]
    heights = re.findall(r'class="chart-bar".* height="([\d.]+)"', page)
    assert heights == ["25.00", "100.00", "50.00", "100.00"]
    rows = re.findall(r'<time datetime="([\d-]+)">.*?</tr>', page)
    assert rows == ["2011-11-10", "2011-11-09", "2011-11-08"]
    first = re.findall(r'class="tally">([\d,]+)</td>', page)[:4]
    assert first == ["10", "0", "3", "0"]
    assert "style=" not in page


def test_it_is_said_who_has_not_fetched_since_the_events_change(
    editor: Desk, count: Count, store: Store, clock: SettableClock
) -> None:
    count("poll", "", "google", 3, day=9)
    count("poll", "", "apple", 40, day=10)
    count("poll", "", "robot", 9, day=10)
    assert "Not since" not in said(editor, PAGE)
    with store.reading() as session:
        event = event_store.by_slug(session, PHOENIX)
    assert event is not None
    moved = a_draft(like=DRAFT, time="10:00", replay_url=event.facts.replay_url)
    changed_at = at("2011-11-10 12:00")
    events.revise(
        store, PHOENIX, moved, base=event.revision, by="t", reason="Moved.", now=changed_at
    )
    page = said(editor, PAGE)
    assert "Google Calendar 3 times Not since this event’s last change Last on November 9" in page
    assert "Apple Calendar 40 times Last on November 10, 2011, 9:00 am EST, since this" in page
    assert "Robot" not in page.partition("Who fetches")[2].partition("Nobody is tracked")[0]


def test_all_numbers_are_on_one_page(editor: Desk, count: Count) -> None:
    assert "No calendar program has fetched yet." in said(editor, "/staff/numbers")
    count("page", "", "browser", 1_234)
    count("page", PHOENIX, "browser", 12)
    count("replay", PHOENIX, "browser", 7)
    page = said(editor, "/staff/numbers")
    assert "Page views 1,234" in page
    assert "2011 Credit Suisse Healthcare Conference12007" in page.replace(" 12", "12")


@pytest.mark.parametrize("days", ["28", "91", "364", "", "0", "-1", "9" * 50, "x", "28&days=91"])
def test_how_far_back_is_one_of_three(editor: Desk, count: Count, days: str) -> None:
    count("page", PHOENIX, "browser", 1, day=1)
    assert "Page views" in said(editor, f"{PAGE}?days={days}")


def test_the_file_tells_nothing_about_a_few(editor: Desk, count: Count) -> None:
    count("page", PHOENIX, "browser", 9)
    count("poll", "", "google", 10)
    answer = editor.get("/staff/numbers.csv")
    assert answer.headers["Content-Disposition"].endswith('"numbers-2011-11-10.csv"')
    assert list(csv.reader(io.StringIO(answer.text))) == [
        ["day", "event", "what", "programs", "count"],
        ["2011-11-10", "", "poll", "google", "10"],
        ["2011-11-10", PHOENIX, "page", "browser", "<10"],
    ]


def test_numbers_are_for_staff(client: FlaskClient, editor: Desk) -> None:
    for path in ("/staff/numbers", PAGE, "/staff/numbers.csv"):
        assert client.get(path).status_code == 303
    assert editor.get("/staff/events/nothing-here/numbers").status_code == 404


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_the_numbers_can_be_read_by_everybody(
    app: Flask,
    open_browser: OpenBrowser,
    site_url: str,
    count: Count,
    store: Store,
    clock: SettableClock,
) -> None:
    hire(store, ADMIN, Role.ADMIN)
    for day in range(1, 11):
        count("page", PHOENIX, "browser", day * 3, day=day)
        count("poll", "", "google", day, day=min(day, 9))
    clock.at += timedelta(hours=1)
    page = open_browser().new_page()
    page.goto(f"{site_url}/staff/sign-in")
    page.get_by_label("Email").fill(ADMIN)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Board").wait_for()
    found = {}
    for path in ("/staff/numbers", PAGE):
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(site_url + path)
            page.get_by_text("As a table").click()
            spill = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            found[path, width] = (violations(page), spill)
    assert set(map(str, found.values())) == {"([], 0)"}


def test_the_board_shows_four_weeks_of_views_and_polls_and_each_events_own(
    editor: Desk, count: Count
) -> None:
    count("page", "", "browser", 40, day=9)
    count("page", "", "robot", 900, day=9)
    count("poll", "", "google", 3, day=10)
    count("page", PHOENIX, "browser", 7, day=8)
    count("page", PHOENIX, "outlook", 5, day=8)
    count("page", PHOENIX, "robot", 70, day=8)
    page = editor.get("/staff/").text
    assert re.findall(r'class="chart-total">([\d,]+)<', page) == ["40", "3"]
    assert re.findall(r'class="tally">([\d,]+)</td>', page) == ["0", "3", "40", "0"]
    assert re.findall(r'href="([^"]+)">([^<]* in 4 weeks)', page) == [
        (PAGE, "12 page views in 4 weeks")
    ]
    assert "in 4 weeks" in editor.get("/staff/?q=Suisse").text
    assert "Numbers of four weeks" not in editor.get("/staff/?q=Suisse").text
