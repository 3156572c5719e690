"""The board by keyboard: one key each for what is done most, and never while somebody types."""

import pytest
from playwright.sync_api import Page, expect

from eventsched.domain.staff import Role
from eventsched.store.database import Store
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import NEW_YORK, PHOENIX
from tests.fixtures.staff import EDITOR, hire
from tests.journeys.test_staff_story import sign_in

FOCUSED = "document.activeElement.getAttribute('href') || document.activeElement.id"


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    """One database is enough: nothing here depends on which it is."""
    return fresh_sqlite


@pytest.fixture
def held_megabytes() -> str:
    """Once is enough: no staff page is ever held."""
    return "32"


@pytest.fixture
def board(release: Store, site_url: str, page: Page) -> Page:
    hire(release, EDITOR, Role.EDITOR)
    sign_in(page, site_url, EDITOR)
    expect(page.get_by_role("button", name="All keys")).to_be_visible()
    return page


def press(page: Page, *keys: str) -> str:
    for key in keys:
        page.keyboard.press(key)
    focused: str = page.evaluate(FOCUSED)
    return focused


def test_keys_lead_through_the_events(board: Page) -> None:
    first, second = f"/staff/events/{PHOENIX}", f"/staff/events/{NEW_YORK}"
    assert press(board, "j") == first
    assert press(board, "j") == second
    assert press(board, "j") == second
    assert press(board, "k") == first
    assert press(board, "ArrowDown") == second
    assert press(board, "ArrowUp", "ArrowUp") == first
    board.keyboard.press("Enter")
    board.wait_for_url(f"**{first}")


def test_a_slash_finds_and_n_begins_an_event(board: Page) -> None:
    assert press(board, "/") == "q"
    board.keyboard.type("lazard jnk?/")
    expect(board.get_by_label("Find an event")).to_have_value("lazard jnk?/")
    expect(board.get_by_role("dialog")).to_be_hidden()
    board.get_by_label("Find an event").fill("lazard")
    board.keyboard.press("Enter")
    board.wait_for_url("**/staff/?q=lazard")
    assert press(board, "j") == f"/staff/events/{NEW_YORK}"
    board.keyboard.press("n")
    board.wait_for_url("**/staff/events/new")


def test_the_keys_are_explained_and_can_be_turned_off(board: Page) -> None:
    board.keyboard.press("?")
    board.get_by_role("dialog", name="Keys on the board").wait_for()
    board.get_by_label("Use these keys in this browser").uncheck()
    board.keyboard.press("Escape")
    expect(board.get_by_role("dialog")).to_be_hidden()
    board.reload()
    assert press(board, "j") == ""
    assert press(board, "/") == ""
    board.get_by_role("button", name="All keys").click()
    board.get_by_label("Use these keys in this browser").check()
    board.get_by_role("button", name="Close").click()
    assert press(board, "j") == f"/staff/events/{PHOENIX}"


def test_keys_of_the_browser_and_the_system_stay_theirs(board: Page) -> None:
    for combined in ("Control+j", "Alt+n", "Meta+k"):
        board.keyboard.press(combined)
    assert board.url.endswith("/staff/")
    assert board.evaluate("document.activeElement === document.body")
