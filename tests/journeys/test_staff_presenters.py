"""Presenters in their order: with buttons, with keys, by mouse and by finger; nothing is lost."""

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from eventsched.domain.events import Presenter
from eventsched.domain.staff import Role
from eventsched.services import events
from eventsched.store.database import Store
from tests.builders import PHOENIX
from tests.fixtures.browser import OpenBrowser
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import ANNOUNCED
from tests.fixtures.product import PHOENIX as SLUG
from tests.fixtures.staff import EDITOR, hire
from tests.journeys.test_staff_story import press, sign_in

THREE = tuple(Presenter(name=name, title=f"Title of {name}") for name in ("Ann", "Ben", "Cat"))


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    """One database is enough: nothing here depends on which it is."""
    return fresh_sqlite


@pytest.fixture
def held_megabytes() -> str:
    """Once is enough: no staff page is ever held."""
    return "32"


@pytest.fixture
def form(company: Store, site_url: str, open_browser: OpenBrowser) -> Page:
    """Give the form of an event with three presenters, on a desk that can be touched."""
    events.plan(company, replace(PHOENIX, presenters=THREE), by=EDITOR, now=ANNOUNCED)
    hire(company, EDITOR, Role.EDITOR)
    desk = open_browser(has_touch=True, viewport={"width": 1280, "height": 1600})
    page = desk.new_page()
    sign_in(page, site_url, EDITOR)
    page.goto(f"{site_url}/staff/events/{SLUG}")
    return page


def people(page: Page) -> list[tuple[str, str]]:
    """Return what the rows say, in order, each by its own number."""
    names = page.locator("[data-presenters] [name$='-name']").all()
    assert [name.get_attribute("name") for name in names] == [
        f"presenters-{number}-name" for number in range(len(names))
    ]
    return [
        (
            page.locator(f"#presenters-{number}-name").input_value(),
            page.locator(f"#presenters-{number}-title").input_value(),
        )
        for number in range(len(names))
    ]


def order(page: Page) -> str:
    return " ".join(name for name, _ in people(page))


def handle(page: Page, number: int) -> tuple[float, float]:
    box = page.locator("[data-handle]").nth(number).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_handle_is_moved_with_the_arrow_keys(form: Page) -> None:
    form.locator("[data-handle]").first.focus()
    form.keyboard.press("ArrowDown")
    assert order(form) == "Ben Ann Cat"
    expect(form.locator("#status")).to_have_text("Ann is now number 2 of 3.")
    form.keyboard.press("ArrowDown")
    form.keyboard.press("ArrowDown")
    assert order(form) == "Ben Cat Ann"
    assert people(form)[2] == ("Ann", "Title of Ann")
    press(form, "Save draft")
    form.get_by_text("is saved").first.wait_for()
    form.wait_for_load_state()
    assert order(form) == "Ben Cat Ann"


def test_the_buttons_move_at_once(form: Page) -> None:
    form.get_by_role("button", name="Move down presenter 1").click()
    assert order(form) == "Ben Ann Cat"
    form.get_by_role("button", name="Move up presenter 3").click()
    assert order(form) == "Ben Cat Ann"
    expect(form.get_by_role("button", name="Move down presenter 3")).to_be_hidden()
    form.get_by_role("button", name="Remove presenter 1").click()
    assert order(form) == "Cat Ann"
    assert form.evaluate("document.activeElement.value") == "Cat"
    form.get_by_role("button", name="Remove presenter 2").click()
    expect(form.get_by_role("button", name="Remove presenter 1")).to_be_hidden()
    expect(form.locator("[data-handle]")).to_be_hidden()


def test_a_presenter_is_added_without_leaving_the_page(form: Page) -> None:
    form.get_by_label("Venue").fill("The Biltmore")
    form.get_by_role("button", name="Add a presenter").click()
    form.keyboard.type("Dan")
    assert order(form) == "Ann Ben Cat Dan"
    assert people(form)[3] == ("Dan", "")
    expect(form.get_by_label("Venue")).to_have_value("The Biltmore")
    press(form, "Save draft")
    form.get_by_text("is saved").first.wait_for()
    form.wait_for_load_state()
    assert order(form) == "Ann Ben Cat Dan"


def test_the_handle_is_dragged_by_mouse(form: Page) -> None:
    form.locator("[data-handle]").last.scroll_into_view_if_needed()
    x, y = handle(form, 0)
    form.mouse.move(x, y)
    form.mouse.down()
    form.mouse.move(x, handle(form, 2)[1] + 10, steps=8)
    form.mouse.up()
    assert order(form) == "Ben Cat Ann"
    x, y = handle(form, 2)
    form.mouse.move(x, y)
    form.mouse.down()
    form.mouse.move(x, handle(form, 0)[1] - 10, steps=8)
    form.keyboard.press("Escape")
    form.mouse.up()
    assert order(form) == "Ben Cat Ann"


def test_the_handle_is_dragged_by_finger(form: Page) -> None:
    form.locator("[data-handle]").last.scroll_into_view_if_needed()
    finger = form.context.new_cdp_session(form)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        told = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told})

    x, y = handle(form, 2)
    goal = handle(form, 0)[1] - 10
    touch("touchStart", (x, y))
    for part in range(1, 9):
        touch("touchMove", (x, y + (goal - y) * part / 8))
    touch("touchEnd")
    expect(form.locator("#presenters-0-name")).to_have_value("Cat")
    assert order(form) == "Cat Ann Ben"


def test_rows_that_were_added_are_brought_back(form: Page, site_url: str) -> None:
    form.on("dialog", lambda dialog: dialog.accept())
    form.get_by_role("button", name="Add a presenter").click()
    form.keyboard.type("Dan")
    form.goto(f"{site_url}/staff/")
    form.goto(f"{site_url}/staff/events/{SLUG}")
    form.get_by_role("button", name="Bring it back").click()
    assert order(form) == "Ann Ben Cat Dan"


def test_what_was_typed_survives_signing_out(form: Page, site_url: str) -> None:
    form.on("dialog", lambda dialog: dialog.accept())
    form.get_by_label("Venue").fill("The Biltmore")
    press(form, "Sign out")
    form.get_by_role("heading", name="Sign in").wait_for()
    form.wait_for_load_state()
    sign_in(form, site_url, EDITOR)
    form.goto(f"{site_url}/staff/events/{SLUG}")
    form.get_by_role("button", name="Bring it back").click()
    expect(form.get_by_label("Venue")).to_have_value("The Biltmore")


def test_a_session_that_ends_while_somebody_types_goes_on_with_the_text(
    form: Page, site_url: str
) -> None:
    form.get_by_label("Venue").fill("The Biltmore")
    form.context.clear_cookies()
    press(form, "Save draft")
    form.get_by_text("What you typed is kept on this page").wait_for()
    form.get_by_label("Email").fill(EDITOR)
    form.get_by_label("Password").fill("a long walk in November")
    press(form, "Sign in")
    form.get_by_text("Everything is as you typed it, and not saved yet.").wait_for()
    expect(form.get_by_label("Venue")).to_have_value("The Biltmore")
    press(form, "Save draft")
    form.get_by_text("is saved").first.wait_for()
    form.reload()
    expect(form.get_by_label("Venue")).to_have_value("The Biltmore")
