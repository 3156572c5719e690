"""One tab stays open through an event's whole life, on a demo's clock, and is never reloaded."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from eventsched.clock import DemoClock
from eventsched.demo.vendor import Vendor
from eventsched.domain.drafts import draft_of
from eventsched.services import events, intake
from eventsched.store import events as event_store
from eventsched.store.database import Store
from tests.builders import at
from tests.fixtures.product import ANNOUNCED, PHOENIX, sample_release

# Each of the three hours, before, live and replay, takes six seconds.
SPEED = 600
PATIENCE = 60_000
# The page itself notes its badge, its last words and what it announced: a look from outside may
# come too late. Whoever reloads it loses the notes.
NOTE_EACH_STATE = """() => {
  window.states = [];
  const note = () => {
    const said = (place) => [...document.querySelectorAll(place)].at(-1)?.innerText.trim() ?? "";
    const badge = said(".badge");
    if (badge !== window.states.at(-1)?.[0]) {
      window.states.push([badge, said(".way-words"), said("#status")]);
    }
  };
  note();
  new MutationObserver(note).observe(document.body, {childList: true, subtree: true});
}"""

pytestmark = [
    pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("linked_release"),
]


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    vendor = Vendor("127.0.0.1", 0)
    vendor.start()
    yield vendor
    vendor.stop()


@pytest.fixture
def is_posted() -> bool:
    """Tell whether the first conference's replay is there, for an hour; else it is promised."""
    return True


@pytest.fixture
def linked_release(store: Store, vendor: Vendor, is_posted: bool) -> None:
    """Announce the two conferences."""
    text = sample_release(vendor.address)
    if is_posted:
        text = text.replace("replay_days = 7", 'replay_until = "2011-11-11 11:00"', 1)
    else:
        posted = f'replay_url = "{vendor.address}/replay/credit-suisse-2011"\nreplay_days = 7'
        promised = 'replay_days = 1\nreplay_counted_from = "posting"'
        text = text.replace(posted, promised, 1)
    intake.take_in(store, text, by="test", now=ANNOUNCED)


@pytest.fixture
def opened() -> tuple[str, float]:
    """Return when the tab is opened, and how fast time runs from then on."""
    return "2011-11-11 15:00", SPEED


@pytest.fixture
def clock(linked_release: None, opened: tuple[str, float]) -> DemoClock:
    moment, speed = opened
    return DemoClock.starting(at(moment), speed=speed)


def test_the_page_turns_at_each_transition(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}/events/{PHOENIX}")
    page.evaluate(NOTE_EACH_STATE)
    expect(page.locator(".badge")).to_have_text("Replay closed", timeout=PATIENCE)
    until, closed = (
        "Replay available until November 11, 2011, 1:00 pm EST",
        "The replay closed on November 11, 2011, 1:00 pm EST.",
    )
    states = page.evaluate("window.states")
    assert [(badge, status) for badge, _, status in states] == [
        ("Upcoming", ""),
        *((badge, badge) for badge in ("Live now", "Replay available", "Replay closed")),
    ]
    assert [
        words.startswith(said)
        for (_, words, _), said in zip(states, (until, until, until, closed), strict=True)
    ] == [True] * 4


def test_the_waiting_page_goes_on_by_itself(page: Page, site_url: str, vendor: Vendor) -> None:
    page.goto(f"{site_url}/events/{PHOENIX}/live")
    page.wait_for_url(f"{vendor.address}/live/credit-suisse-2011", timeout=PATIENCE)


def say(store: Store, now: datetime, **said: str) -> None:
    """Save the event anew, as staff do."""
    with store.reading() as session:
        event = event_store.by_slug(session, PHOENIX)
    assert event is not None
    draft = replace(draft_of(event.facts), **said)  # type: ignore[arg-type]
    events.revise(
        store, PHOENIX, draft, base=event.revision, by="test", reason="It is so.", now=now
    )


def fail(store: Store, **said: str) -> None:
    """Say, as staff do, that the webcast has failed."""
    say(store, at("2011-11-11 16:10"), **said)


@pytest.mark.parametrize(("opened", "is_posted"), [(("2011-11-11 17:30", 14_400), False)])
def test_the_page_turns_at_an_end_that_it_learnt_of_while_it_was_open(
    page: Page, site_url: str, vendor: Vendor, store: Store, clock: DemoClock
) -> None:
    """A replay stays for a day, six seconds here, counted from its posting.

    It counts as missing after a week, 42 seconds here.
    """
    page.goto(f"{site_url}/events/{PHOENIX}")
    expect(page.locator(".badge")).to_have_text("Replay to follow")
    assert page.locator("main").get_attribute("data-next") == "2011-11-18T17:00:00+00:00"
    page.evaluate("document.querySelector('link[href*=\"event.css\"]').remove()")
    say(store, clock.now(), replay_url=f"{vendor.address}/replay/credit-suisse-2011")
    page.evaluate("dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".badge")).to_have_text("Replay available")
    sheets = page.locator('link[rel="stylesheet"]').evaluate_all("all => all.map(one => one.href)")
    at_first = ["tokens", "base", "frame", "pieces", "event"]
    assert [sheet.rpartition("/")[2].partition(".")[0] for sheet in sheets][:5] == at_first
    expect(page.locator(".badge")).to_have_text("Replay closed", timeout=2 * PATIENCE)


@pytest.mark.parametrize("opened", [("2011-11-11 16:05", 10)])
def test_a_backup_appears_while_the_tab_is_open(
    page: Page, site_url: str, vendor: Vendor, store: Store
) -> None:
    page.goto(f"{site_url}/events/{PHOENIX}")
    page.evaluate("window.neverReloaded = true")
    expect(page.get_by_role("link", name="Join the live webcast")).to_be_visible()
    fail(store, backup_note="The picture is lost: please call.", dial_in="US: 877-555-0100")
    expect(page.locator(".failure")).to_contain_text("please call", timeout=PATIENCE)
    expect(page.get_by_role("status")).to_contain_text("please call")
    expect(page.get_by_role("link", name="877-555-0100")).to_be_visible()
    assert page.evaluate("window.neverReloaded")
    expect(page.get_by_role("link", name="Try the webcast all the same")).to_be_visible()
    page.goto(f"{site_url}/events/{PHOENIX}/live")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("The webcast is interrupted")
    fail(store, backup_url=f"{vendor.address}/live/lazard-2011")
    page.wait_for_url(f"{vendor.address}/live/lazard-2011", timeout=PATIENCE)
