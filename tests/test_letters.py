"""Letters stand by themselves: nothing is fetched, nothing tells who read them, nothing is markup
that somebody typed.
"""

import re
from typing import Any

import pytest

from eventsched.domain.staff_notices import EVERYBODY, Concern
from eventsched.letters import write
from tests.builders import an_issuer

EVIL = 'Our <b>day</b> & "night" <script>'
CONCERN = Concern(
    key="k",
    kind="staff.probe",
    headline=EVIL,
    sentences=(EVIL, "It answered 404."),
    roles=EVERYBODY,
    slug="our-day",
    title=EVIL,
)
LINK = "https://ir.example/staff/x?a=1&b=2"
STAFF: dict[str, Any] = {"concern": CONCERN, "link": LINK, "account": "https://ir.example/staff/"}
ACCOUNT: dict[str, Any] = {
    "role": "editor",
    "address": "a&b@x.example",
    "until": "noon",
    "link": LINK,
    "title": EVIL,
}
LETTERS = [
    pytest.param("staff", STAFF, id="to the team"),
    *(
        pytest.param("account", ACCOUNT | {"kind": kind}, id=kind)
        for kind in ("invitation", "link", "forgotten")
    ),
]


@pytest.mark.parametrize(("name", "said"), LETTERS)
def test_a_letter_fetches_nothing_and_counts_nobody(name: str, said: dict[str, Any]) -> None:
    _, html = write(name, issuer=an_issuer(), **said)
    assert re.findall(r"<(?:img|link|script|iframe|object|form|video)\b|\bsrc=|url\(", html) == []
    assert set(re.findall(r'href="([^"]+)"', html)) <= {
        "https://ir.example/staff/",
        LINK.replace("&", "&amp;"),
    }


@pytest.mark.parametrize(("name", "said"), LETTERS)
def test_what_somebody_typed_is_text_in_both_parts(name: str, said: dict[str, Any]) -> None:
    text, html = write(name, issuer=an_issuer(), **said)
    assert LINK in text.splitlines()
    assert "&amp;" not in text
    assert "<b>" not in html
    assert "<title>Our &lt;b&gt;day" in html


@pytest.mark.parametrize(("name", "said"), LETTERS)
def test_plain_letters_fit_a_plain_window(name: str, said: dict[str, Any]) -> None:
    text, _ = write(name, issuer=an_issuer(), **said)
    assert max(len(line) for line in text.splitlines()) <= 100
    assert "\n\n\n" not in text
