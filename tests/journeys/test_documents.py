"""Slides handed in before a call, there at the second at which it begins, and after the replay."""

import pytest
from playwright.sync_api import FilePayload, Page, expect

from eventsched.domain.staff import Role
from eventsched.store.database import Store
from tests.files_of_every_sort import PDF, TEXT
from tests.fixtures.browser import OpenBrowser
from tests.fixtures.product import PHOENIX, SettableClock
from tests.fixtures.staff import APPROVER, hire
from tests.journeys.test_staff_story import sign_in

EVENT = f"/events/{PHOENIX}"
DECK = f"{EVENT}/documents/q3-deck.pdf"


def chosen(name: str, held: bytes) -> FilePayload:
    return FilePayload(name=name, mimeType="application/octet-stream", buffer=held)


def hand_in(page: Page, url: str, name: str, held: bytes, *, shown: str) -> None:
    page.goto(url)
    page.get_by_label("What is it?").select_option("Slides")
    page.get_by_label("Title").fill("The deck")
    page.get_by_label(shown).check()
    page.get_by_label("File").set_input_files(chosen(name, held))
    page.get_by_role("button", name="Attach it").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_slides_show_when_the_call_begins_and_stay(
    release: Store,
    site_url: str,
    page: Page,
    open_browser: OpenBrowser,
    clock: SettableClock,
    scripts: bool,
) -> None:
    hire(release, APPROVER, Role.APPROVER)
    clock.set("2011-11-11 15:30")
    desk = open_browser(java_script_enabled=scripts).new_page()
    sign_in(desk, site_url, APPROVER)
    desk.goto(f"{site_url}/staff{EVENT}")
    desk.get_by_role("link", name="Add slides, transcript or release…").click()
    form = desk.url
    hand_in(desk, form, "Q3 deck.pdf", TEXT, shown="When the event begins")
    expect(desk.get_by_role("alert")).to_contain_text("inside it is plain text")
    expect(desk.get_by_label("Title")).to_have_value("The deck")
    desk.get_by_label("File").set_input_files(chosen("Q3 deck.pdf", PDF))
    desk.get_by_role("button", name="Attach it").click()
    expect(desk.get_by_text("Hidden until November 11, 2011, 11:00 am EST.")).to_be_visible()

    page.goto(site_url + EVENT)
    expect(page.get_by_role("link", name="The deck")).to_have_count(0)
    assert page.request.get(site_url + DECK).status == 404

    clock.set("2011-11-11 16:00")
    page.reload()
    link = page.get_by_role("link", name="The deck")
    expect(link).to_have_attribute("href", DECK)
    assert page.request.get(site_url + DECK).status == 200

    clock.set("2011-11-18 17:00")
    gone = page.goto(f"{site_url}{EVENT}/replay")
    assert gone is not None
    assert gone.status == 410
    expect(page.get_by_role("navigation", name="What else there is")).to_contain_text("The deck")
    page.goto(site_url + EVENT)
    expect(page.get_by_text("Historical: as of November 11, 2011.")).to_be_visible()


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_too_large_a_file_is_told_before_it_travels(
    release: Store, site_url: str, page: Page
) -> None:
    hire(release, APPROVER, Role.APPROVER)
    sign_in(page, site_url, APPROVER)
    page.goto(f"{site_url}/staff{EVENT}/documents")
    # Playwright hands no file over that is as large as the limit, so the limit comes down.
    page.evaluate("document.getElementById('file').dataset.most = 10")
    page.get_by_label("File").set_input_files(chosen("deck.pdf", PDF))
    expect(page.get_by_text("The file is larger than")).to_be_visible()
    # And it stays at home: the form waits for another one.
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_role("button", name="Attach it").click()
    file = page.get_by_label("File")
    expect(file).to_be_focused()
    expect(file).to_have_attribute("aria-invalid", "true")
    assert sent == []
    file.set_input_files(chosen("deck.txt", b"Q3"))
    expect(page.get_by_text("The file is larger than")).to_be_hidden()
    page.get_by_role("button", name="Attach it").click()
    page.get_by_role("alert").wait_for()
    assert sent[0] == "POST"
