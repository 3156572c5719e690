"""No page breaks a rule of accessibility that axe knows: phone and desk, by day and night."""

from dataclasses import replace
from importlib import resources
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from eventsched.domain.events import Standing
from eventsched.services import events as services
from eventsched.settings import Settings
from eventsched.store.database import Store
from tests.builders import NEW_YORK, a_document, a_draft, an_event, at
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import SettableClock
from tests.web.conftest import Show

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LAZARD = "/events/lazard-capital-markets-8th-annual-healthcare-conference-2011"
PHOENIX = "/events/phoenix"
LIVE, AFTER = "2011-11-11 16:30", "2011-11-18 17:00"


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    return fresh_sqlite


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Have open gates say where they lead."""
    return replace(settings, leaving_notice=True)


@pytest.fixture
def announced(store: Store, show: Show, clock: SettableClock) -> None:
    """Announce what fills every part of the pages, one event of it moved."""
    kinds = ("conference", "earnings_call", "shareholder_meeting", "investor_day")
    show(
        an_event(
            slug="phoenix",
            dial_in="US: 877-555-0100",
            conference_id="4711",
            documents=(a_document(), a_document(name="call.txt", kind="transcript")),
        ),
        an_event(slug="lost", backup_note="The picture is lost.", dial_in="877-555-0100"),
        an_event(slug="moved", backup_url="https://vendor.example/backup"),
        an_event(slug="off", starts="2011-11-20 10:00", standing="cancelled"),
        an_event(slug="replay", starts="2011-11-09 10:00", replay_posted_at="2011-11-09 18:00"),
        *(
            an_event(slug=f"past-{n}", starts=f"{2008 + n % 3}-05-05 10:00", kind=kinds[n % 4])
            for n in range(12)
        ),
        now=LIVE,
    )
    event = services.plan(store, a_draft(like=NEW_YORK), by="test", now=at("2011-11-01"))
    services.set_standing(
        store, event.slug, Standing.APPROVED, base=1, by="test", now=at("2011-11-02")
    )
    moved = a_draft(like=NEW_YORK, starts="2011-11-15 14:00")
    why = "The host moved the session."
    services.revise(store, event.slug, moved, base=2, by="test", now=at("2011-11-08"), reason=why)


def violations(page: Page) -> list[Any]:
    """Return what is wrong as the page is shown, and with its colours by day and night."""
    axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    # Half-way from one colour to the other nobody reads.
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.evaluate(axe)
    found = _found(page, RULES)
    # By night only the contrast is another.
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += _found(page, ["color-contrast"])
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


def _found(page: Page, rules: list[str]) -> list[Any]:
    options = {"runOnly": rules, "resultTypes": ["violations"], "selectors": False}
    found: list[Any] = page.evaluate("o => axe.run(document, o)", options)["violations"]
    return found


@pytest.mark.usefixtures("announced")
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(page: Page, site_url: str, clock: SettableClock, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    found = {}
    for path, now in (
        *(
            ("/", LIVE),
            ("/?q=nothing+like+it", LIVE),
            ("/?year=2010", LIVE),
            ("/embed", LIVE),
            ("/cookies", LIVE),
            *((path, LIVE) for path in ("/alerts", "/privacy", "/privacy/data", "/investor-kit")),
        ),
        *((LAZARD, LIVE), (PHOENIX, LIVE), (PHOENIX, AFTER), ("/events/off", LIVE)),
        *(("/events/lost", LIVE), ("/events/lost/live", LIVE), ("/events/moved", LIVE)),
        ("/events/replay", LIVE),
        *((f"{LAZARD}/live", LIVE), (f"{PHOENIX}/replay", AFTER), ("/nothing", LIVE)),
    ):
        clock.set(now)
        page.goto(site_url + path)
        page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true; })")
        found[path, now] = violations(page)
    found["component", LIVE] = _in_the_component(page, site_url)
    assert {path: broken for path, broken in found.items() if broken} == {}


def _in_the_component(page: Page, site_url: str, shown: str = "Upcoming") -> list[Any]:
    page.goto(f"{site_url}/nothing")
    page.add_script_tag(url=f"{site_url}/embed/investor-events.js", type="module")
    page.evaluate(
        "document.querySelector('.notice').append(document.createElement('investor-events'))"
    )
    expect(page.locator("investor-events").get_by_text(shown, exact=True)).to_be_visible()
    return violations(page)


def test_axe_finds_nothing_where_nothing_is_announced_and_where_the_gates_lead_out(
    page: Page, site_url: str, show: Show
) -> None:
    found = {}
    nothing = "No events are announced at the moment."
    show(now=LIVE)
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for path in ("/", "/?q=anything", "/embed"):
            page.goto(site_url + path)
            found[path, width] = violations(page)
        found["component", width] = _in_the_component(page, site_url, nothing)
    show(
        an_event(slug="phoenix"),
        an_event(slug="replay", starts="2011-11-09 10:00", replay_posted_at="2011-11-09 18:00"),
        now=LIVE,
    )
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for path in ("/events/phoenix/live", "/events/replay/replay"):
            page.goto(site_url + path)
            expect(page.get_by_role("heading", level=1)).to_have_text(
                "You are about to leave this site"
            )
            found[path, width] = violations(page)
    assert {where: broken for where, broken in found.items() if broken} == {}


@pytest.mark.usefixtures("announced")
def test_axe_would_find_something(page: Page, site_url: str) -> None:
    page.goto(site_url)
    page.evaluate("document.querySelector('html').removeAttribute('lang')")
    assert [rule for rule, _ in violations(page)] == ["html-has-lang"]
