"""A release is pasted, corrected where it doubts itself, saved, approved, and public."""

import re

import pytest
from playwright.sync_api import Page, expect

from eventsched.domain.staff import Role
from eventsched.store.database import Store
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import PHOENIX as SLUG
from tests.fixtures.staff import APPROVER, hire
from tests.journeys.test_staff_story import SCRIPTS, People, press, see, sign_in, someone, status
from tests.web.staff.test_releases import DOUBTFUL

__all__ = ["someone"]
OTHER = "Lazard Capital Markets' 8th Annual Healthcare Conference"


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    """One database is enough: nothing here depends on which it is."""
    return fresh_sqlite


@SCRIPTS
def test_a_pasted_release_becomes_public(
    company: Store, site_url: str, someone: People, scripts: bool
) -> None:
    hire(company, APPROVER, Role.APPROVER)
    page, investor = someone(), someone()
    sign_in(page, site_url, APPROVER)
    page.get_by_role("link", name="Paste a release").click()
    page.get_by_label("The release").fill(DOUBTFUL)
    press(page, "Read it")

    # The doubt stands at the field, whose words in the release are marked.
    expect(page.get_by_text("1 doubt to look at")).to_be_visible()
    time = page.get_by_label("Time", exact=True).first
    expect(page.get_by_text("The stated clocks are not one instant").first).to_be_visible()
    expect(page.locator(".from-doubted")).to_have_text("9:00 am MST")
    if scripts:
        time.focus()
        expect(page.locator(".from-lit")).to_have_text(["9:00 am MST", "/10:00 am EST"])
        page.locator("mark", has_text="Phoenix, AZ").click()
        expect(page.get_by_label("City").first).to_be_focused()
        expect(page.locator(".from-lit")).to_have_text(["Phoenix, AZ"])
    else:
        page.get_by_role("link", name="Time, in the release").first.click()
        mark = page.locator(".from-doubted").get_attribute("id") or "?"
        expect(page).to_have_url(re.compile(f"#{re.escape(mark)}$"))

    # The team knows better: it is at ten in Phoenix.
    time.fill("10am")
    press(page, "Save as drafts")
    expect(page.get_by_role("heading", name="In preparation 2")).to_be_visible()
    assert status(investor, f"{site_url}/events/{SLUG}") == 404
    _approve(page, "2011 Credit Suisse Healthcare Conference")
    page.goto(f"{site_url}/staff/")
    _approve(page, OTHER)

    assert status(investor, f"{site_url}/events/{SLUG}") == 200
    expect(investor.get_by_text("10:00 am MST / 12:00 pm EST").first).to_be_visible()
    investor.goto(site_url)
    expect(investor.get_by_role("link", name=OTHER).first).to_be_visible()


def _approve(page: Page, title: str) -> None:
    page.get_by_role("link", name=title).last.click()
    page.get_by_role("link", name="Approve…").click()
    page.get_by_label("At once").check()
    press(page, "Approve")
    see(page, "is approved.")
