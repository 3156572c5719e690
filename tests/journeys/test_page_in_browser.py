"""An investor walks the pages in a real browser: before, live, while the replay is open, after."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from eventsched.demo.vendor import Vendor
from eventsched.domain.events import Presenter
from eventsched.services import intake
from eventsched.store import events as event_store
from eventsched.store.database import Store
from tests.builders import an_event, at
from tests.fixtures.browser import OpenBrowser
from tests.fixtures.product import ANNOUNCED, PHOENIX, SettableClock, sample_release

BEFORE = "2011-11-11 15:55"
LIVE = "2011-11-11 16:00"
REPLAY = "2011-11-11 17:00"
AFTER = "2011-11-18 17:00"
# When the second conference's replay has closed too.
LONG_AFTER = "2011-11-22 17:30"

# A phone, a tablet and a desk; the narrowest that must still work, and the widest usual one.
WIDTHS = (320, 360, 768, 1280, 1920)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

WHEN = "9:00 am MST / 11:00 am EST on Friday, November 11, 2011"

on_sqlite = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    vendor = Vendor("127.0.0.1", 0)
    vendor.start()
    yield vendor
    vendor.stop()


@pytest.fixture
def linked_release(store: Store, vendor: Vendor) -> None:
    """Announce the two conferences, with links that lead to the vendor of this test."""
    intake.take_in(store, sample_release(vendor.address), by="test", now=ANNOUNCED)


@pytest.fixture
def desk(page: Page, site_url: str, linked_release: None) -> Page:
    """Give an investor's browser, in Arizona, whose clock does not tick by itself."""
    page.clock.install(time=at(BEFORE))
    return page


def visit(page: Page, clock: SettableClock, url: str, now: str | datetime) -> None:
    """Open `url` at the instant `now`, on the server and in the browser."""
    clock.set(now)
    page.clock.set_fixed_time(at(now))
    page.goto(url)


def sentences(page: Page, selector: str) -> list[str]:
    return [text.replace("\n\n", "\n") for text in page.locator(selector).all_inner_texts()]


def overflow(page: Page) -> Any:
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


def spilled(page: Page) -> Any:
    """Return the classes of elements whose text is wider than they are."""
    return page.evaluate(
        """[...document.querySelectorAll("main *, header *, footer *")]
        .filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1)
        .filter(e => getComputedStyle(e).display !== "inline" && !e.closest("svg"))
        .map(e => e.className || e.tagName)"""
    )


@on_sqlite
@pytest.mark.parametrize("now", [BEFORE, LIVE, REPLAY, AFTER, LONG_AFTER])
def test_nothing_spills_at_any_width_by_day_or_night(
    desk: Page, site_url: str, clock: SettableClock, now: str
) -> None:
    found = {}
    for path in ("/", f"/events/{PHOENIX}", "/nothing-here"):
        visit(desk, clock, site_url + path, now)
        for width in WIDTHS:
            desk.set_viewport_size({"width": width, "height": 800})
            for scheme in SCHEMES:
                desk.emulate_media(color_scheme=scheme)
                expect(desk.get_by_role("heading", level=1)).to_be_visible()
                found[path, width, scheme] = (overflow(desk), spilled(desk))
    assert {where: what for where, what in found.items() if what != (0, [])} == {}


@on_sqlite
@pytest.mark.parametrize(
    "title",
    [
        pytest.param("W" * 300, id="no spaces"),
        pytest.param("<b>" * 100, id="markup"),
        pytest.param("مؤتمر المستثمرين السنوي للرعاية الصحية " * 7, id="right to left"),
    ],
)
@pytest.mark.parametrize("standing", ["approved", "cancelled"])
def test_hostile_text_stays_in_its_place(
    desk: Page, site_url: str, clock: SettableClock, store: Store, title: str, standing: str
) -> None:
    short = title[:100]
    presenters = (Presenter(name=short, title=short),) * 2
    hostile = an_event(
        slug="hostile",
        title=title,
        host=short,
        city=short,
        presenters=presenters,
        standing=standing,
        backup_note=title,
        dial_in=f"{short}: 877-555-0100\n" * 2,
        conference_id=title[:40],
    )
    with store.writing() as session:
        event_store.add(session, hostile, by="test", reason="", at=hostile.changed_at)
    found = {}
    for now in (BEFORE, LIVE, REPLAY):
        for path in ("/", "/events/hostile", "/events/hostile/replay", "/events/hostile/live"):
            visit(desk, clock, site_url + path, now)
            for width in (WIDTHS[0], WIDTHS[-1]):
                desk.set_viewport_size({"width": width, "height": 800})
                found[path, now, width] = (overflow(desk), spilled(desk))
    assert {where: what for where, what in found.items() if what != (0, [])} == {}


@on_sqlite
@pytest.mark.parametrize("width", [640, 1280])
def test_letters_twice_as_large_stay_on_the_page(
    desk: Page, site_url: str, clock: SettableClock, width: int
) -> None:
    found = {}
    for now in (BEFORE, LIVE, REPLAY):
        for path in ("/", f"/events/{PHOENIX}", f"/events/{PHOENIX}/replay", "/nothing-here"):
            visit(desk, clock, site_url + path, now)
            desk.set_viewport_size({"width": width, "height": 800})
            desk.evaluate("document.documentElement.style.fontSize = '200%'")
            found[path, now] = (overflow(desk), spilled(desk))
    assert {where: what for where, what in found.items() if what != (0, [])} == {}


@on_sqlite
def test_nothing_moves_for_who_wants_no_motion(
    desk: Page, site_url: str, clock: SettableClock
) -> None:
    moving = """[...document.querySelectorAll("*")].map(e => getComputedStyle(e))
        .filter(s => s.animationName !== "none" || parseFloat(s.transitionDuration) > 0).length"""
    visit(desk, clock, site_url, LIVE)
    assert desk.evaluate(moving) > 0
    desk.emulate_media(reduced_motion="reduce")
    for path in ("/", f"/events/{PHOENIX}", "/embed"):
        visit(desk, clock, site_url + path, LIVE)
        assert desk.evaluate(moving) == 0


@on_sqlite
def test_night_and_day_differ(desk: Page, site_url: str, clock: SettableClock) -> None:
    visit(desk, clock, site_url, BEFORE)
    grounds = []
    for scheme in SCHEMES:
        desk.emulate_media(color_scheme=scheme)
        grounds.append(desk.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert grounds == ["rgb(255, 255, 255)", "rgb(13, 21, 29)"]


@pytest.mark.parametrize(
    ("now", "badge", "words", "ways"),
    [
        pytest.param(
            BEFORE,
            "Upcoming",
            [
                f"The live webcast begins at {WHEN}.\nBegins in 5 minutes",
                "Replay available until November 18, 2011, 12:00 pm EST",
            ],
            ["Go to the webcast", "Add to calendar"],
            id="before",
        ),
        pytest.param(
            LIVE,
            "Live now",
            [
                "The webcast is live now.",
                "Replay available until November 18, 2011, 12:00 pm EST",
            ],
            ["Join the live webcast: 2011 Credit Suisse Healthcare Conference", "Add to calendar"],
            id="live",
        ),
        pytest.param(
            REPLAY,
            "Replay available",
            [
                "The live webcast ended on November 11, 2011, 12:00 pm EST.",
                "Replay available until November 18, 2011, 12:00 pm EST\nCloses in 7 days",
            ],
            ["Watch the replay: 2011 Credit Suisse Healthcare Conference"],
            id="replay",
        ),
        pytest.param(
            AFTER,
            "Replay closed",
            [
                "The live webcast ended on November 11, 2011, 12:00 pm EST.",
                "The replay closed on November 18, 2011, 12:00 pm EST.",
            ],
            [],
            id="after",
        ),
    ],
)
@on_sqlite
def test_the_event_page_says_what_there_is_to_watch(
    desk: Page,
    site_url: str,
    clock: SettableClock,
    now: str,
    badge: str,
    words: list[str],
    ways: list[str],
) -> None:
    visit(desk, clock, f"{site_url}/events/{PHOENIX}", now)
    assert sentences(desk, ".event-when") == [WHEN]
    assert sentences(desk, ".badge") == [badge]
    assert sentences(desk, ".way-words") == words
    buttons = [" ".join(way.split()) for way in desk.locator(".button").all_text_contents()]
    assert buttons == ways


def test_an_investor_watches_live_then_the_replay_then_comes_too_late(
    desk: Page, site_url: str, clock: SettableClock, vendor: Vendor
) -> None:
    visit(desk, clock, site_url, BEFORE)
    desk.get_by_role("link", name="2011 Credit Suisse Healthcare Conference", exact=True).click()
    desk.get_by_role("link", name="Go to the webcast").click()
    expect(heading(desk)).to_have_text("The webcast has not begun yet")

    visit(desk, clock, site_url, LIVE)
    desk.get_by_role("link", name="Join the live webcast").click()
    expect(desk).to_have_url(f"{vendor.address}/live/credit-suisse-2011")

    visit(desk, clock, site_url, REPLAY)
    desk.get_by_role("link", name="Watch the replay").click()
    expect(desk).to_have_url(f"{vendor.address}/replay/credit-suisse-2011")

    visit(desk, clock, f"{site_url}/events/{PHOENIX}/replay", AFTER)
    expect(heading(desk)).to_have_text("The replay has closed")
    assert sentences(desk, ".notice-words") == [
        "The replay closed on November 18, 2011, 12:00 pm EST."
    ]
    desk.get_by_role("link", name="Lazard Capital Markets' 8th Annual Healthcare").click()
    expect(heading(desk)).to_have_text("Lazard Capital Markets' 8th Annual Healthcare Conference")


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


@on_sqlite
def test_the_page_is_complete_without_scripts(
    open_browser: OpenBrowser, site_url: str, clock: SettableClock, linked_release: None
) -> None:
    clock.set(REPLAY)
    page = open_browser(java_script_enabled=False).new_page()
    page.goto(f"{site_url}/events/{PHOENIX}")
    assert sentences(page, ".way-words") == [
        "The live webcast ended on November 11, 2011, 12:00 pm EST.",
        "Replay available until November 18, 2011, 12:00 pm EST",
    ]
    assert [own.is_hidden() for own in page.locator(".own-time").all()] == [True, True]


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/New_York", []),
        ("America/Phoenix", ["until Friday, November 18, 10:00 am MST"]),
        (
            "Europe/Berlin",
            ["Friday, 5:00 pm GMT+1", "until Friday, November 18, 6:00 pm GMT+1"],
        ),
        (
            "Asia/Tokyo",
            ["Saturday, November 12, 1:00 am GMT+9", "until Saturday, November 19, 2:00 am GMT+9"],
        ),
    ],
)
@on_sqlite
def test_the_visitors_own_time_stands_beside(
    open_browser: OpenBrowser,
    site_url: str,
    clock: SettableClock,
    linked_release: None,
    zone: str,
    words: list[str],
) -> None:
    page = open_browser(timezone_id=zone).new_page()
    visit(page, clock, f"{site_url}/events/{PHOENIX}", BEFORE)
    shown = [own.inner_text() for own in page.locator(".own-time").all() if own.is_visible()]
    assert shown == [f"In your time zone: {said}" for said in words]


@on_sqlite
def test_a_thousand_tabs_do_not_ask_at_once(
    desk: Page, site_url: str, clock: SettableClock
) -> None:
    """Each asks after the instant, by chance up to two seconds; here chance says one half."""
    desk.add_init_script("Math.random = () => 0.5")
    clock.set(BEFORE)
    desk.goto(f"{site_url}/events/{PHOENIX}")
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        answered = route.fetch()
        # The test's server dates its answers in the present.
        headers = {k: v for k, v in answered.headers.items() if k != "date"}
        route.fulfill(response=answered, headers=headers)

    desk.route("**/events/*", answer)
    desk.clock.pause_at(at("2011-11-11 15:59:59"))
    clock.set(LIVE)
    desk.clock.run_for(1_900)
    assert asked == []
    desk.clock.run_for(200)
    expect(desk.locator(".badge")).to_have_text("Live now")
    assert len(asked) == 1
    # While it is live, how to join may change: it looks again after twelve seconds, give or take.
    desk.clock.run_for(11_800)
    assert len(asked) == 1
    # Waited for to the end: what is still being fetched when its tab goes is nobody's.
    with desk.expect_response(f"**/events/{PHOENIX}"):
        desk.clock.run_for(300)
    assert len(asked) == 2


@on_sqlite
def test_the_keyboard_finds_the_content_first(
    desk: Page, site_url: str, clock: SettableClock
) -> None:
    visit(desk, clock, site_url, LIVE)
    desk.keyboard.press("Tab")
    focused = desk.locator(":focus")
    expect(focused).to_have_text("Skip to the content")
    expect(focused).to_be_in_viewport()
    desk.keyboard.press("Enter")
    expect(desk.locator("main")).to_be_focused()


@on_sqlite
def test_an_event_prints_on_one_page(desk: Page, site_url: str, clock: SettableClock) -> None:
    visit(desk, clock, f"{site_url}/events/{PHOENIX}", REPLAY)
    desk.emulate_media(media="print", color_scheme="dark")
    expect(desk.locator(".print-only")).to_have_text(f"http://ir.example/events/{PHOENIX}")
    expect(desk.locator(".print-only")).to_be_visible()
    assert desk.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    desk.emulate_media(media="null")
    assert desk.pdf(format="Letter").count(b"/Type /Page\n") == 1


@on_sqlite
def test_in_high_contrast_every_word_can_be_read(
    desk: Page, site_url: str, clock: SettableClock
) -> None:
    """Windows puts a plate in the ground's colour behind all text: text must not have it."""
    desk.emulate_media(forced_colors="active")
    unseen = {}
    for now in (BEFORE, LIVE, REPLAY):
        for path in ("/", f"/events/{PHOENIX}", f"/events/{PHOENIX}/replay", "/embed", "/nothing"):
            visit(desk, clock, site_url + path, now)
            unseen[path, now] = desk.evaluate(
                """() => {
                  const ground = getComputedStyle(document.body).backgroundColor;
                  return [...document.querySelectorAll("body *")]
                    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
                    .filter(e => getComputedStyle(e).color === ground)
                    .map(e => e.className || e.tagName);
                }"""
            )
    assert {where: what for where, what in unseen.items() if what} == {}
