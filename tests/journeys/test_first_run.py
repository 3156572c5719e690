"""A new installation: from the first command to the first published event, as a person does it."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.axe import violations
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.hands import Hands
from tests.fixtures.ports import free_port
from tests.fixtures.processes import Processes, status_of, wait_until

TWO_MINUTES = 120
LINK = r"http\S+/staff/begin/\w+\n"


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    """One database is enough: nothing here depends on which it is."""
    return fresh_sqlite


@pytest.fixture
def held_megabytes() -> str:
    """Once is enough: no staff page is ever held."""
    return "32"


def test_an_empty_installation_leads_to_its_first_published_event_in_two_minutes(
    fresh_sqlite: FreshDatabase,
    processes: Callable[[str], Processes],
    page: Page,
    tmp_path: Path,
) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    installation = processes(fresh_sqlite())
    installation.environment |= {"EVENTSCHED_BASE_URL": address, "EVENTSCHED_PORT": str(port)}
    assert installation.run("migrate").returncode == 0
    installation.start("serve")
    wait_until(lambda: status_of(f"{address}/readyz") == 200, what="the site to serve")
    log = tmp_path / "serve.log"
    wait_until(lambda: re.search(LINK, log.read_text()), what="the link")
    assert "This installation is new." in log.read_text()
    link = re.search(LINK, log.read_text())
    assert link is not None

    hands, began = Hands(page), time.monotonic()
    pages: list[str] = []
    page.on("framenavigated", lambda frame: pages.append(frame.url))
    # Who you are.
    page.goto(link[0].strip())
    began += look(page)
    expect(page.get_by_label("Your name")).to_be_focused()
    hands.type("Jo Doe")
    hands.move_on_to("Email")
    hands.type("jo@example.com")
    hands.move_on_to("Password")
    hands.type("a long walk in November")
    hands.press("Enter")
    # The company; its home zone, domain and website are there already.
    page.get_by_role("heading", name="The company").wait_for()
    began += look(page)
    expect(page.locator("#name")).to_be_focused()
    hands.type("Example Pharma, Inc.")
    expect(page.get_by_label("Home time zone")).to_have_value("UTC")
    hands.press("Enter")
    # The first event.
    page.get_by_role("heading", name="New event").wait_for()
    expect(page.get_by_label("Title", exact=True)).to_be_focused()
    hands.type("Third quarter 2030 earnings call")
    hands.move_on_to("Date and time")
    hands.type("Nov 11 2030 9am")
    hands.move_on_to("City optional")
    hands.type("New York, NY")
    hands.move_on_to("Name")
    hands.type("Jo Doe")
    hands.move_on_to("Title at the time of the event")
    hands.type("CEO")
    hands.click("Save and approve…")
    page.get_by_role("heading", name="Approve").wait_for()
    hands.clicks += 1
    page.get_by_label("At once").check()
    hands.click("Approve")
    page.get_by_role("link", name="Its public page").click()
    expect(page.get_by_role("heading", name="Third quarter 2030 earnings call")).to_be_visible()

    took = time.monotonic() - began
    assert took < TWO_MINUTES
    # What a machine does in seconds takes people longer: they type, look and think.
    assert hands.seconds + took < TWO_MINUTES
    assert len(pages) <= 6
    assert hands.interactions <= 35
    page.goto(link[0].strip())
    expect(page.get_by_role("heading", name="This link has been used up")).to_be_visible()


def look(page: Page) -> float:
    """Have axe look at the page; return how long it took, which nobody's first event waits for."""
    page.wait_for_load_state()
    began = time.monotonic()
    assert violations(page) == []
    return time.monotonic() - began
