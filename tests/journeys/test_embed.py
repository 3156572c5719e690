"""The schedule on the company's own site: another origin, under a strict policy."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from eventsched.logo import read_logo
from eventsched.settings import Settings
from eventsched.store.database import Store
from tests.builders import NEW_YORK, an_event
from tests.fixtures.browser import OpenBrowser
from tests.fixtures.product import SettableClock
from tests.web.conftest import (
    Show,
    show,  # noqa: F401 (a fixture)
)

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

TITLE = "2011 Credit Suisse Healthcare Conference"
LIVE = "2011-11-11 16:30"


@dataclass
class Company:
    """The company's own web server: one page, whatever is asked for."""

    markup: str = ""
    policy: str = ""
    server: ThreadingHTTPServer = field(init=False)

    def __post_init__(self) -> None:
        company = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", company.policy)
                self.end_headers()
                self.wfile.write(f"<!doctype html><title>Company</title>{company.markup}".encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def company() -> Iterator[Company]:
    company = Company()
    thread = threading.Thread(target=company.server.serve_forever, daemon=True)
    thread.start()
    yield company
    company.server.shutdown()
    thread.join()
    company.server.server_close()


@pytest.fixture
def settings(settings: Settings, company: Company, tmp_path: Path) -> Settings:
    drawing = tmp_path / "logo.svg"
    drawing.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"/>')
    logo = read_logo(str(drawing))
    return replace(settings, embed_parents=(company.url,), logo=logo)


@pytest.fixture
def announced(show: Show, store: Store) -> None:  # noqa: F811
    hostile = "<img src=x onerror=alert(1)>"
    show(an_event(), an_event(like=NEW_YORK), an_event(slug="h", title=hostile), now=LIVE)


@pytest.mark.usefixtures("announced")
def test_the_component_shows_the_schedule_under_a_strict_policy(
    page: Page, site_url: str, company: Company, clock: SettableClock
) -> None:
    sources = f"script-src {site_url}; connect-src {site_url}; img-src {site_url}"
    company.policy = f"default-src 'none'; {sources}"
    company.markup = (
        f'<script type="module" src="{site_url}/embed/investor-events.js"></script>'
        '<investor-events limit="5"><b slot="logo">Logo</b></investor-events>'
    )
    page.goto(company.url)
    widget = page.locator("investor-events")
    expect(widget.get_by_role("heading", level=2)).to_have_text(["Live now", "Upcoming"])
    expect(widget.get_by_role("link", name=TITLE, exact=True)).to_be_visible()
    way = widget.get_by_role("link", name=f"Join the live webcast: {TITLE}")
    assert way.get_attribute("href") == (
        "http://ir.example/events/2011-credit-suisse-healthcare-conference/live"
    )
    expect(widget.get_by_text("<img src=x onerror=alert(1)>", exact=True)).to_be_visible()
    expect(widget.locator("img")).to_have_count(0)
    widget.evaluate("e => { e.replaceChildren(); e.setAttribute('logo', ''); }")
    expect(widget.get_by_role("img", name="ImmunoGen, Inc.")).to_have_attribute(
        "src", re.compile(f"^{re.escape(site_url)}/logo\\?v=\\w{{10}}$")
    )
    assert widget.locator("li").first.evaluate("e => getComputedStyle(e).display") == "grid"
    for variable in ("", "--events-font-display: serif"):
        widget.evaluate("(e, style) => { e.style.cssText = style; }", variable)
        heavy = "es => es.map(e => getComputedStyle(e).fontWeight)"
        assert {*widget.locator("h2, h3").evaluate_all(heavy)} == {"600"}, variable
    page.emulate_media(forced_colors="active")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert way.evaluate("e => getComputedStyle(e).color") != ground
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_component_shows_what_is_live_and_the_latest_replays_however_many_there_are(
    page: Page,
    site_url: str,
    company: Company,
    show: Show,  # noqa: F811
) -> None:
    replays = [
        an_event(
            slug=f"replay-{number}",
            title=f"Replay {number}",
            starts=f"2011-11-{1 + number // 10:02} {8 + number % 10:02}:00",
            replay_posted_at="2011-11-09 12:00",
            replay_days=90,
        )
        for number in range(60)
    ]
    show(*replays, an_event(), now=LIVE)
    company.policy = f"default-src 'none'; script-src {site_url}; connect-src {site_url}"
    company.markup = (
        f'<script type="module" src="{site_url}/embed/investor-events.js"></script>'
        '<investor-events limit="3"></investor-events>'
    )
    page.goto(company.url)
    titles = page.locator("investor-events").get_by_role("heading", level=3)
    expect(titles).to_have_text([TITLE, "Replay 59", "Replay 58", "Replay 57"])


@pytest.mark.usefixtures("announced")
@pytest.mark.parametrize("path", ["/", "/embed?logo=yes"])
def test_the_logo_has_its_size_before_it_arrives(page: Page, site_url: str, path: str) -> None:
    page.route("**/logo?*", lambda route: route.abort())
    page.goto(site_url + path)
    box = page.locator(".logo").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (120, 40)


@pytest.mark.usefixtures("announced")
def test_a_listed_site_frames_the_list_at_its_full_height(
    page: Page, site_url: str, company: Company
) -> None:
    company.policy = f"default-src 'none'; script-src {site_url}; frame-src {site_url}"
    company.markup = (
        f'<iframe src="{site_url}/embed" title="Events" width="600" height="20"></iframe>'
        f'<script src="{site_url}/embed/resize.js"></script>'
    )
    page.goto(company.url)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Upcoming")).to_be_visible()
    page.wait_for_function("document.querySelector('iframe').offsetHeight > 400")
    # Letters that come late make the list higher, and then the frame: in the end nothing scrolls.
    page.frames[1].wait_for_function(
        "document.documentElement.scrollHeight === document.documentElement.clientHeight"
    )


@pytest.mark.usefixtures("announced")
@pytest.mark.parametrize(("host", "path"), [("localhost", "/embed"), ("127.0.0.1", "/")])
def test_nobody_else_frames_it_and_nothing_else_is_framed(
    open_browser: OpenBrowser, site_url: str, company: Company, host: str, path: str
) -> None:
    company.markup = f'<iframe src="{site_url}{path}" title="Events"></iframe>'
    page = open_browser(watched=False).new_page()
    with page.expect_console_message(lambda m: "frame-ancestors" in m.text):
        page.goto(company.url.replace("127.0.0.1", host))
    assert page.frames[1].get_by_role("heading").count() == 0
