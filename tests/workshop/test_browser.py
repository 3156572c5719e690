"""The browser that the other tests stand on."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.fixtures.browser import OpenBrowser, leave, watch


def test_the_browser_renders_a_page(page: Page) -> None:
    page.goto("data:text/html,<h1>Investor events</h1>")
    assert page.get_by_role("heading").inner_text() == "Investor events"


@pytest.mark.parametrize(
    ("markup", "misdeed"),
    [
        pytest.param(
            "<img src='https://tracker.example/pixel'>",
            "asked another machine: https://tracker.example/pixel",
            id="something loaded from elsewhere",
        ),
        pytest.param(
            "<script>throw new Error('torn')</script>",
            "script error: torn",
            id="an error in a script",
        ),
        pytest.param(
            "<meta http-equiv=Content-Security-Policy content=\"img-src 'none'\">"
            "<img src='data:,'>",
            "Loading the image 'data:,' violates the following Content Security Policy directive: "
            "\"img-src 'none'\". The action has been blocked.",
            id="a breach of the policy",
        ),
    ],
)
def test_a_page_is_seen_misbehaving(open_browser: OpenBrowser, markup: str, misdeed: str) -> None:
    context = open_browser(watched=False)
    misdeeds = watch(context)
    page = context.new_page()
    page.goto(f"data:text/html,{markup}")
    # The browser tells of some of them a moment after the page is there.
    until(lambda: bool(misdeeds), page)
    assert misdeeds == [misdeed]


def test_a_browser_is_left_once_its_last_answer_is_given(browser: Browser) -> None:
    """What breaks in an answer whose browser has gone would be thrown in the next test."""
    context = browser.new_context()
    page = context.new_page()
    steps: list[str] = []

    def answer(route: Route) -> None:
        steps.append("asked")
        route.fulfill(response=route.fetch())
        steps.append("answered")

    with slow_server() as address:
        page.goto(address)
        page.route("**/late", answer)
        page.evaluate("void fetch('/late')")
        until(lambda: bool(steps), page)
        leave(context)
    assert steps == ["asked", "answered"]
    # Says what broke meanwhile, if anything did.
    browser.new_context().close()


def until(happened: Callable[[], bool], page: Page) -> None:
    """Let the browser tell what it has to tell, until that has happened."""
    for _ in range(300):
        if happened():
            return
        page.wait_for_timeout(100)
    pytest.fail("It never happened.")


@contextmanager
def slow_server() -> Iterator[str]:
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(0.5 if self.path == "/late" else 0)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"so")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
