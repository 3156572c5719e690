"""One tab stays open through an event's whole life, on a demo's clock, and is never reloaded."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from eventsched.clock import DemoClock
from eventsched.demo.vendor import Vendor
from eventsched.services import intake
from eventsched.store.database import Store
from tests.builders import at
from tests.fixtures.product import ANNOUNCED, PHOENIX, sample_release

# Each of the two hours, live and replay, takes nine seconds.
SPEED = 400
PATIENCE = 20_000

pytestmark = [
    pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("release"),
]


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    vendor = Vendor("127.0.0.1", 0)
    vendor.start()
    yield vendor
    vendor.stop()


@pytest.fixture
def release(store: Store, vendor: Vendor) -> None:
    """Announce the two conferences; the first one's replay stays for an hour only."""
    until = 'replay_until = "2011-11-11 11:00"'
    text = sample_release(vendor.address).replace("replay_days = 7", until, 1)
    intake.take_in(store, text, by="test", now=ANNOUNCED)


@pytest.fixture
def clock(release: None) -> DemoClock:
    return DemoClock.starting(at("2011-11-11 15:30"), speed=SPEED)


def test_the_page_turns_at_each_transition(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}/events/{PHOENIX}")
    page.evaluate("window.neverReloaded = true")
    for badge, words in (
        ("Upcoming", "Replay available until November 11, 2011, 1:00 pm EST"),
        ("Live now", "Replay available until November 11, 2011, 1:00 pm EST"),
        ("Replay available", "Replay available until November 11, 2011, 1:00 pm EST"),
        ("Replay closed", "The replay closed on November 11, 2011, 1:00 pm EST."),
    ):
        expect(page.locator(".badge")).to_have_text(badge, timeout=PATIENCE)
        expect(page.locator(".way-words").last).to_contain_text(words)
        if badge != "Upcoming":
            expect(page.get_by_role("status")).to_have_text(badge)
    assert page.evaluate("window.neverReloaded")


def test_the_waiting_page_goes_on_by_itself(page: Page, site_url: str, vendor: Vendor) -> None:
    page.goto(f"{site_url}/events/{PHOENIX}/live")
    page.wait_for_url(f"{vendor.address}/live/credit-suisse-2011", timeout=PATIENCE)
