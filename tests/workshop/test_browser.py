"""The browser that the other tests stand on."""

import pytest
from playwright.sync_api import Browser, Page

from tests.fixtures.browser import watch


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
def test_a_page_is_seen_misbehaving(browser: Browser, markup: str, misdeed: str) -> None:
    context = browser.new_context()
    misdeeds = watch(context)
    context.new_page().goto(f"data:text/html,{markup}")
    context.close()
    assert misdeeds == [misdeed]
