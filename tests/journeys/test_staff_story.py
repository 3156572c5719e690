"""The story of the Phoenix event, told by three people, with scripts and without."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from eventsched.domain.staff import Role
from eventsched.store import events as event_store
from eventsched.store.database import Store
from tests.builders import facts
from tests.fixtures.browser import OpenBrowser
from tests.fixtures.hands import Hands
from tests.fixtures.product import PHOENIX as SLUG
from tests.fixtures.product import SettableClock
from tests.fixtures.staff import ADMIN, APPROVER, EDITOR, PASSWORD, hire

People = Callable[[], Page]
PHOENIX_FACTS = facts(live_url="https://vendor.example/live/1")
SCRIPTS = pytest.mark.parametrize(
    "scripts", [pytest.param(True, id="scripts"), pytest.param(False, id="no-scripts")]
)


@pytest.fixture
def someone(open_browser: OpenBrowser, scripts: bool) -> People:
    """Seat people at browsers of their own."""
    return lambda: open_browser(java_script_enabled=scripts).new_page()


def sign_in(page: Page, site_url: str, email: str) -> None:
    page.goto(f"{site_url}/staff/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Board").wait_for()


def see(page: Page, words: str) -> None:
    expect(page.get_by_text(words).first).to_be_visible()


def status(page: Page, url: str) -> int:
    answer = page.goto(url)
    assert answer is not None
    return answer.status


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()


@SCRIPTS
def test_three_people_bring_an_event_to_the_public(
    company: Store, site_url: str, clock: SettableClock, someone: People
) -> None:
    for email, role in ((EDITOR, Role.EDITOR), (APPROVER, Role.APPROVER), (ADMIN, Role.ADMIN)):
        hire(company, email, role)
    editor, approver, admin, investor = (someone() for _ in range(4))
    address = f"{site_url}/events/{SLUG}"
    work = f"{site_url}/staff/events/{SLUG}"

    # The editor drafts it, with a slip, and sends it to review.
    sign_in(editor, site_url, EDITOR)
    editor.get_by_role("link", name="New event").first.click()
    editor.get_by_label("Title", exact=True).fill("2011 Credit Suisse Healthcare Conference")
    editor.get_by_label("Host").fill("Credit Suisse")
    editor.get_by_label("Date and time", exact=True).fill("Nov 11 2011 9:30am")
    editor.get_by_label("City").fill("Phoenix, AZ")
    editor.get_by_label("Name").fill("Daniel Junius")
    editor.get_by_label("Title at the time of the event").fill("President and CEO")
    editor.get_by_label("Link to the live webcast").fill("https://vendor.example/live/1")
    press(editor, "Save and send to review…")
    press(editor, "Send to review")
    see(editor, "waits for an approver.")

    # The approver returns it with a comment.
    sign_in(approver, site_url, APPROVER)
    approver.get_by_role("link", name="2011 Credit Suisse Healthcare Conference").last.click()
    approver.get_by_role("link", name="Return to draft with a comment…").click()
    press(approver, "Return to draft")
    expect(approver.get_by_role("link", name="Say what is to be corrected.")).to_be_visible()
    approver.get_by_label("Reason").fill("The release says 9:00 am.")
    press(approver, "Return to draft")
    see(approver, "is a draft again")

    # The editor reads it, corrects and sends it again.
    editor.goto(work)
    see(editor, "The release says 9:00 am.")
    editor.get_by_label("Date and time", exact=True).fill("Nov 11 2011 9am")
    press(editor, "Save and send to review…")
    press(editor, "Send to review")
    see(editor, "waits for an approver.")

    # The approver publishes it for the next morning: nothing before, everything after.
    approver.goto(work)
    approver.get_by_role("link", name="Approve…").click()
    see(approver, "9:00 am MST / 11:00 am EST")
    approver.get_by_label("At this date and time").check()
    approver.get_by_label("Date", exact=True).fill("Nov 3 2011")
    approver.get_by_label("Time", exact=True).fill("8am")
    press(approver, "Approve")
    see(approver, "Becomes public on November 3, 2011, 8:00 am EDT.")
    clock.set("2011-11-03 11:59:59")
    assert status(investor, address) == 404
    investor.goto(site_url)
    assert investor.get_by_text("Credit Suisse").count() == 0
    clock.set("2011-11-03 12:00")
    assert status(investor, address) == 200
    see(investor, "9:00 am MST / 11:00 am EST")

    # A third person moves it: only with a reason.
    sign_in(admin, site_url, ADMIN)
    admin.goto(work)
    admin.get_by_label("Date and time", exact=True).fill("2011-11-11 10am")
    press(admin, "Save")
    expect(admin.get_by_role("link", name="Say why")).to_be_visible()
    assert admin.get_by_label("Date and time", exact=True).input_value() == "2011-11-11 10am"
    admin.get_by_label("Reason for the change").fill("The host moved our slot.")
    press(admin, "Save")
    admin.get_by_text("is saved").wait_for()
    # Another investor: the first one's browser may keep its copy for a minute.
    investor = someone()
    investor.goto(address)
    see(investor, "10:00 am MST / 12:00 pm EST")

    # And it is cancelled.
    approver.goto(work)
    approver.get_by_role("link", name="Cancel the event…").click()
    see(approver, "every subscriber’s calendar will say")
    approver.get_by_label("Reason").fill("The conference is off.")
    press(approver, "Cancel the event")
    approver.get_by_text("is cancelled").wait_for()
    investor = someone()
    investor.goto(address)
    see(investor, "Cancelled on November 3, 2011")
    approver.goto(f"{work}/history")
    see(approver, "The host moved our slot.")


LINE = (
    "2011 Credit Suisse Healthcare Conference, Credit Suisse, Nov 11 2011 9am, Phoenix, AZ, "
    "presentation, Daniel Junius, President and CEO, https://vendor.example/live/1"
)


@SCRIPTS
def test_the_phoenix_event_is_entered_in_one_line(
    company: Store, site_url: str, someone: People
) -> None:
    """Every key counts, Tab too; a text that is typed counts as one. Five are allowed."""
    hire(company, EDITOR, Role.EDITOR)
    page = someone()
    sign_in(page, site_url, EDITOR)
    page.goto(f"{site_url}/staff/events/new")
    expect(page.get_by_label("Title", exact=True)).to_be_focused()
    hands = Hands(page)
    hands.type(LINE)
    hands.press("Enter")
    see(page, "9:00 am MST / 11:00 am EST on Friday, November 11, 2011")
    expect(page.get_by_label("Name")).to_have_value("Daniel Junius")
    expect(page.get_by_label("Title", exact=True)).to_be_focused()
    hands.press("Enter")
    page.wait_for_url(f"**/staff/events/{SLUG}")
    with company.reading() as session:
        entered = event_store.by_slug(session, SLUG)
    assert entered is not None
    assert entered.facts == PHOENIX_FACTS
    assert hands.interactions == 3


@SCRIPTS
def test_the_phoenix_event_is_entered_field_by_field_in_fourteen_interactions(
    company: Store, site_url: str, someone: People
) -> None:
    """Every key counts, Tab too: no field lies in the way that is not typed each time."""
    hire(company, EDITOR, Role.EDITOR)
    page = someone()
    sign_in(page, site_url, EDITOR)
    page.goto(f"{site_url}/staff/events/new")
    expect(page.get_by_label("Title", exact=True)).to_be_focused()
    hands = Hands(page)
    hands.type("2011 Credit Suisse Healthcare Conference")
    hands.move_on_to("Host optional")
    hands.type("Credit Suisse")
    hands.move_on_to("Date and time")
    hands.type("Nov 11 2011 9am")
    hands.move_on_to("City optional")
    hands.type("Phoenix, AZ")
    hands.move_on_to("Name")
    hands.type("Daniel Junius, President and CEO")
    hands.move_on_to("Link to the live webcast optional")
    hands.type("https://vendor.example/live/1")
    hands.press("Enter")
    page.wait_for_url(f"**/staff/events/{SLUG}")
    with company.reading() as session:
        entered = event_store.by_slug(session, SLUG)
    assert entered is not None
    assert entered.facts == PHOENIX_FACTS
    assert (hands.interactions - hands.tabs, hands.tabs) == (7, 7)
