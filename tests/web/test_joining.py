"""How to join beside the webcast's own link, on every channel and only while anybody can."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from eventsched.domain.events import Event
from eventsched.services import events as services
from eventsched.store.database import Store
from tests.builders import PHOENIX, VENDOR_LIVE, a_draft, an_event, at
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import SettableClock
from tests.web.conftest import Show

BEFORE, LIVE, AFTER = "2011-11-11 15:55", "2011-11-11 16:10", "2011-11-11 17:00"
BACKUP = "https://other-vendor.example/live/77"
NOTE = "The provider has lost the picture."
NUMBERS = "United States: +1 877 555 0100\nUnited Kingdom: +44 20 7555 0100"
PAGE = "/events/phoenix"


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    return fresh_sqlite


def an_event_like(**typed: Any) -> Event:
    return an_event(slug="phoenix", **typed)


def told(client: FlaskClient) -> Any:
    return client.get("/events.json").json["events"][0]["joining"]  # type: ignore[index]


@pytest.mark.parametrize(("now", "is_told"), [(BEFORE, True), (LIVE, True), (AFTER, False)])
def test_numbers_to_call_are_told_while_one_can_call(
    client: FlaskClient, show: Show, now: str, is_told: bool
) -> None:
    show(an_event_like(dial_in=NUMBERS, conference_id="4711 22"), now=now)
    page, feed = client.get(PAGE).text, client.get(f"{PAGE}.ics").text.replace("\r\n ", "")
    assert ('href="tel:+448775550100"' in page, 'href="tel:+18775550100"' in page) == (
        False,
        is_told,
    )
    assert ("4711 22" in page, "Conference ID: 4711 22" in feed) == (is_told, is_told)
    assert ("Dial-in: United Kingdom: +44 20 7555 0100" in feed) is is_told
    assert told(client)["dial_in"] == is_told * [
        {"place": "United States", "number": "+1 877 555 0100"},
        {"place": "United Kingdom", "number": "+44 20 7555 0100"},
    ]


@pytest.mark.parametrize("live_url", [VENDOR_LIVE, None])
def test_a_backup_takes_the_gate_over_while_it_is_set(
    client: FlaskClient, show: Show, live_url: str | None
) -> None:
    show(an_event_like(live_url=live_url, backup_url=BACKUP), now=LIVE)
    answer = client.get(f"{PAGE}/live")
    assert (answer.status_code, answer.location) == (302, BACKUP)
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_backup_is_no_way_in_before_the_beginning_or_after_the_end(
    client: FlaskClient, show: Show, clock: SettableClock
) -> None:
    show(an_event_like(backup_url=BACKUP, backup_note=NOTE), now=BEFORE)
    assert client.get(f"{PAGE}/live").status_code == 200
    clock.set(AFTER)
    assert client.get(f"{PAGE}/live").status_code == 410
    assert NOTE not in client.get(PAGE).text


def test_a_backup_is_published_nowhere(client: FlaskClient, show: Show) -> None:
    show(an_event_like(backup_url=BACKUP, backup_note=NOTE), now=LIVE)
    for path in ("/", PAGE, f"{PAGE}.ics", "/calendar.ics", "/events.json", "/embed", "/feed.atom"):
        text = client.get(path).text.replace("\r\n ", "")
        assert "other-vendor" not in text, path


def test_with_no_backup_the_gate_says_how_else_to_join_and_lets_through_who_insists(
    client: FlaskClient, show: Show
) -> None:
    show(an_event_like(backup_note=NOTE, dial_in=NUMBERS), now=LIVE)
    answer = client.get(f"{PAGE}/live")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "The webcast is interrupted" in answer.text
    assert NOTE in answer.text
    assert "data-look-again" in answer.text
    insisted = client.get(f"{PAGE}/live?go=1")
    assert (insisted.status_code, insisted.location) == (302, VENDOR_LIVE)


def test_the_page_and_the_list_say_at_once_what_staff_say(
    client: FlaskClient, store: Store, show: Show, clock: SettableClock
) -> None:
    show(an_event_like(), now=LIVE)
    for path in ("/", PAGE, "/embed"):
        answer = client.get(path)
        assert "data-look-again" in answer.text
        assert answer.headers["Cache-Control"] == "public, max-age=5, stale-if-error=55"
        assert NOTE not in answer.text
    failed = a_draft(like=PHOENIX, backup_url=BACKUP, backup_note=NOTE)
    services.revise(store, "phoenix", failed, base=1, by="test", now=at(LIVE))
    for path in ("/", PAGE, "/embed"):
        assert NOTE in client.get(path).text
        assert "Join through the backup link" in client.get(path).text
    assert told(client) == {
        "dial_in": [],
        "conference_id": "",
        "webcast_failed": True,
        "note": NOTE,
    }


def test_no_copy_of_a_live_page_outlives_its_end_even_where_we_are_away(
    client: FlaskClient, show: Show, clock: SettableClock
) -> None:
    show(an_event_like(), now="2011-11-11 16:59:30")
    wanted = "public, max-age=5, stale-if-error=24"
    assert client.get(PAGE).headers["Cache-Control"] == wanted
    clock.set("2011-11-11 16:59:57")
    assert client.get(PAGE).headers["Cache-Control"] == "public, max-age=2"


def test_what_changed_tells_of_it_without_the_address(
    client: FlaskClient, store: Store, show: Show, clock: SettableClock
) -> None:
    show(an_event_like(), now=LIVE)
    failed = a_draft(like=PHOENIX, backup_url=BACKUP, dial_in=NUMBERS, conference_id="4711")
    services.revise(store, "phoenix", failed, base=1, by="test", now=at(LIVE))
    services.revise(store, "phoenix", PHOENIX, base=2, by="test", now=at("2011-11-11 16:20"))
    clock.set("2011-11-11 16:21")
    page = client.get(PAGE).text
    assert [page.count(f'alteration-field">{words}<') for words in (
        *("Backup of the webcast", "Numbers to call", "Conference ID"),
    )] == [2, 2, 2]  # fmt: skip
    assert "other-vendor" not in page
