"""Web addresses as staff give them."""

import pytest

from eventsched.domain.links import UnusableLink, read_link


@pytest.mark.parametrize(
    "host", ["a..b", ".example.com", "example.com..", f"{'x' * 64}.com", "a." + "é" * 60 + ".com"]
)
def test_a_host_that_no_browser_can_ask_for_is_refused(host: str) -> None:
    with pytest.raises(UnusableLink, match=r"Give a web address that begins with https://"):
        read_link(f"https://{host}/live")


@pytest.mark.parametrize(
    "host", ["example.com.", "bücher.example.com", "a_b.example.com", "8.8.8.8", "[2600::1]:8443"]
)
def test_a_host_that_can_be_asked_for_is_taken(host: str) -> None:
    assert read_link(f"https://{host}/live") == f"https://{host}/live"
