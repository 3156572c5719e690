"""The board: what is next, and is it ready?"""

import re
from dataclasses import replace

import pytest

from eventsched.store.database import Store
from tests.builders import PHOENIX
from tests.fixtures.product import SettableClock
from tests.fixtures.staff import Desk


def titles(page: str) -> list[str]:
    return re.findall(r'class="row-link"[^>]*><bdi>([^<]*)', page)


@pytest.fixture
def busy(release: Store, editor: Desk) -> Desk:
    editor.save(replace(PHOENIX, title="Our own day", live_url=""))
    return editor


def test_the_board_says_what_is_missing_and_in_the_way(busy: Desk) -> None:
    page = busy.get("/staff/").text
    assert titles(page)[0] == "Our own day"
    assert "The live link is missing." in page
    assert "Daniel Junius would be at “Our own day” at the same time." in page
    assert "Ready" in page


def test_an_empty_board_leads_to_the_first_event(company: Store, editor: Desk) -> None:
    page = editor.get("/staff/").text
    assert "Enter the first event" in page
    assert titles(page) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("lazard", ["Lazard Capital Markets&#39; 8th Annual Healthcare Conference"]),
        ("PHOENIX public", ["2011 Credit Suisse Healthcare Conference"]),
        ("draft", ["Our own day"]),
        ("junius 2011-11-15", ["Lazard Capital Markets&#39; 8th Annual Healthcare Conference"]),
        ("nothing of the kind", []),
        ("<b>", []),
    ],
)
def test_events_are_found_by_their_words(busy: Desk, words: str, found: list[str]) -> None:
    page = busy.client.get("/staff/", query_string={"q": words}).text
    assert titles(page) == found
    assert ("Nothing matches" in page) == (found == [])


def test_the_past_is_folded_away_but_there(
    release: Store, editor: Desk, clock: SettableClock
) -> None:
    clock.set("2012-01-15 12:00")
    page = editor.get("/staff/").text
    assert "<details" in page
    assert len(titles(page)) == 2
