"""An investor fills in every form of the public pages on a phone: with scripts and without."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from eventsched.settings import Settings
from eventsched.store import people, site
from eventsched.store.database import Store
from tests.builders import an_issuer
from tests.fixtures.alerts import Investor, Round
from tests.fixtures.browser import OpenBrowser
from tests.fixtures.mail import Inbox
from tests.fixtures.product import ANNOUNCED

EMAIL = "jo@example.com"


@pytest.fixture
def settings(settings: Settings, mail_server: Inbox) -> Settings:
    return replace(settings, mail=mail_server.server)


@pytest.fixture(autouse=True)
def _company(store: Store) -> None:
    with store.writing() as session:
        site.set_issuer(session, an_issuer(), at=ANNOUNCED)


def press(page: Page, name: str) -> None:
    """Press a button, by the keyboard alone, and see that the page it leads to fits a phone."""
    button = page.get_by_role("button", name=name, exact=True)
    button.focus()
    expect(button).to_be_in_viewport()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def title(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def put_right(page: Page, problem: str, field: Locator) -> None:
    """See that one thing is wrong, that it is read out first, and that it leads to its field."""
    summary = page.get_by_role("alert", name="One thing needs your attention")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Problem: "))
    page.keyboard.press("Tab")
    expect(summary.get_by_role("link", name=problem)).to_be_focused()
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    expect(field).to_be_in_viewport()


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_every_form_is_filled_in_on_a_phone(
    open_browser: OpenBrowser,
    app: Flask,
    site_url: str,
    store: Store,
    work: Round,
    scripts: bool,
) -> None:
    phone = open_browser(
        java_script_enabled=scripts,
        viewport={"width": 360, "height": 740},
        timezone_id="Asia/Calcutta",
    )
    page = phone.new_page()
    mailbox = Investor(email=EMAIL, client=app.test_client(), round=work)

    def follow_the_link() -> None:
        work()
        page.goto(site_url + mailbox.links(mailbox.mail())[0])

    # Asks for alerts: first with nothing typed, then without a choice, then as it should be.
    page.goto(f"{site_url}/alerts")
    own = "Asia/Kolkata" if scripts else "America/New_York"
    expect(page.get_by_label("My time zone")).to_have_value(own)
    press(page, "Send me the link")
    email = page.get_by_label("Email address")
    put_right(page, "Give your email address.", email)
    expect(page.get_by_label("My time zone")).to_have_value(own)
    page.keyboard.type(EMAIL)
    topics = page.get_by_role("group", name="Tell me of").get_by_role("checkbox")
    for topic in topics.all():
        topic.uncheck()
    press(page, "Send me the link")
    put_right(page, "Choose at least one thing to be told.", topics.first)
    expect(email).to_have_value(EMAIL)
    page.keyboard.press("Space")
    press(page, "Send me the link")
    expect(title(page)).to_have_text("Look into your mailbox")

    # Confirms, changes what comes, and ends it.
    follow_the_link()
    expect(title(page)).to_have_text("Confirm your alerts")
    press(page, "Yes, send me these alerts")
    expect(page.get_by_role("status").filter(has_text="Confirmed.")).to_be_visible()
    expect(page.get_by_label("My time zone")).to_have_value(own)
    page.wait_for_load_state()
    kinds = page.get_by_role("group", name="For these events").get_by_role("checkbox")
    for kind in kinds.all():
        kind.uncheck()
    press(page, "Save my wishes")
    put_right(page, "Choose at least one kind of event.", kinds.first)
    page.keyboard.press("Space")
    page.get_by_label("My time zone").select_option("Europe/Berlin")
    press(page, "Save my wishes")
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    press(page, "Unsubscribe")
    expect(title(page)).to_have_text("You are unsubscribed")

    # Asks for an investor kit.
    page.goto(f"{site_url}/investor-kit")
    page.get_by_label("Name").fill("Jo Müller")
    page.get_by_label("Email address").fill(EMAIL)
    press(page, "Ask for the kit")
    address = page.get_by_label("Postal address")
    put_right(page, "Fill this in, so that the kit can be addressed.", address)
    page.keyboard.type("Hauptstr. 1")
    page.keyboard.press("Enter")
    page.keyboard.type("10115 Berlin")
    press(page, "Ask for the kit")
    expect(title(page)).to_have_text("Look into your mailbox")
    follow_the_link()
    expect(title(page)).to_have_text("Confirm your request")
    expect(page.get_by_text("10115 Berlin")).to_be_visible()
    press(page, "Yes, send me the kit")
    expect(title(page)).to_have_text("Your request is here")

    # Looks at what is held, and has it erased.
    page.goto(f"{site_url}/privacy/data")
    press(page, "Send me the link")
    put_right(page, "Give your email address.", page.get_by_label("Email address"))
    page.keyboard.type(EMAIL)
    press(page, "Send me the link")
    follow_the_link()
    expect(page.get_by_role("region", name="What is held")).to_contain_text("Jo Müller")
    press(page, "Erase everything")
    expect(title(page)).to_have_text("It is erased")
    with store.reading() as session:
        assert people.by_email(session, EMAIL) is None
