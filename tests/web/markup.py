"""A page as a reader of its markup sees it, and what is wrong with it, whichever it is."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from werkzeug.test import TestResponse

from tests.builders import VENDOR_LIVE, VENDOR_REPLAY


@dataclass
class Markup(HTMLParser):
    """What the lint and the tests want to know of a page."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attributes}))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def values(self, attribute: str) -> list[str]:
        return [found[attribute] for _, found in self.elements if attribute in found]

    def words(self) -> str:
        return " ".join("".join(self.text).split())


def markup(answer: TestResponse) -> Markup:
    page = Markup()
    page.feed(answer.text)
    return page


CALENDARS = (
    "https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2Fir.example%2Fcalendar.ics",
    "https://outlook.office.com/calendar/0/addfromweb?url=http%3A%2F%2Fir.example%2Fcalendar.ics",
    "https://outlook.live.com/calendar/0/addfromweb?url=http%3A%2F%2Fir.example%2Fcalendar.ics",
)
LOADING = (("link", "href"), ("script", "src"), ("img", "src"), ("iframe", "src"), ("use", "href"))


def faults(answer: TestResponse) -> list[str]:
    """Return what is wrong with the page, whichever it is."""
    page = markup(answer)
    ids = page.values("id")
    found = [f"id twice: {name}" for name, times in Counter(ids).items() if times > 1]
    found += [f"labelled by nothing: {i}" for i in _named(page) if i not in ids]
    found += [f"inline {name}" for name in ("style", "onclick", "onload") if page.values(name)]
    found += [f"inline <{tag}>" for tag in ("style",) if page.all(tag)]
    found += ["inline script" for script in page.all("script") if not _may_stand(script)]
    found += [f"no lang: {html}" for html in page.all("html") if html.get("lang") != "en"]
    found += [f"loads {url}" for url in _loaded(page) if urlsplit(url).netloc]
    found += [f"leads to {url}" for url in led_to(page) if not _ours(url)]
    found += [f"{tag}: {len(page.all(tag))}" for tag in ("h1", "title", "main") if _odd(page, tag)]
    found += [
        "no title"
        for title in re.findall("<title>(.*?)</title>", answer.text, re.S)
        if not title.strip(" –\n")
    ]
    found += ["vendor's link" for url in (VENDOR_LIVE, VENDOR_REPLAY) if url in answer.text]
    found += [f"cookie: {cookie}" for cookie in answer.headers.getlist("Set-Cookie")]
    return found


def _may_stand(script: dict[str, str]) -> bool:
    """Tell whether it is a file of ours, or data that no browser executes (HTML §4.12.1)."""
    return "src" in script or script.get("type") == "application/ld+json"


def _named(page: Markup) -> list[str]:
    lists = page.values("aria-labelledby") + page.values("aria-describedby") + page.values("for")
    return [name for names in lists for name in names.split()]


def _loaded(page: Markup) -> list[str]:
    return [
        found[name]
        for tag, name in LOADING
        for found in page.all(tag)
        if name in found and found.get("rel") not in ("canonical", "alternate")
    ]


def led_to(page: Markup) -> list[str]:
    return [link["href"] for link in page.all("a")]


def _ours(url: str) -> bool:
    """Tell whether a link stays here, writes to somebody, or leads to the company or a calendar."""
    near = ("/", "#", "mailto:", "tel:", "webcal://ir.example/", *CALENDARS)
    return url.startswith(near) or url == "https://www.immunogen.com"


def _odd(page: Markup, tag: str) -> bool:
    return len(page.all(tag)) != 1
