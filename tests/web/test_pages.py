"""The public pages and gates, asked over HTTP."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventsched.domain.events import Event, Presenter
from tests.builders import NEW_YORK, VENDOR_LIVE, VENDOR_REPLAY, an_event
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import SettableClock
from tests.web.conftest import Show

BEFORE = "2011-11-11 15:55"
LIVE = "2011-11-11 16:00"
REPLAY = "2011-11-11 17:00"
LAST_SECOND = "2011-11-18 16:59:59"
AFTER = "2011-11-18 17:00"
PHOENIX = "/events/2011-credit-suisse-healthcare-conference"
LAZARD = "/events/lazard-capital-markets-8th-annual-healthcare-conference-2011"


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    """Serve the pages from SQLite alone: what they say is the same on both, as journeys show."""
    return fresh_sqlite


@pytest.fixture
def two_conferences(show: Show) -> None:
    """Show the two conferences of 2011, five minutes before the first."""
    posted = "2011-11-02 12:00"
    first, second = (
        an_event(replay_posted_at=posted),
        an_event(like=NEW_YORK, replay_posted_at=posted),
    )
    show(first, second, now=BEFORE)


# The page as a reader of its markup sees it


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
    found += [f"leads to {url}" for url in _led_to(page) if not _ours(url)]
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


def _led_to(page: Markup) -> list[str]:
    return [link["href"] for link in page.all("a")]


def _ours(url: str) -> bool:
    """Tell whether a link stays here, writes to somebody, or leads to the company or a calendar."""
    near = ("/", "#", "mailto:", "tel:", "webcal://ir.example/", *CALENDARS)
    return url.startswith(near) or url == "https://www.immunogen.com"


def _odd(page: Markup, tag: str) -> bool:
    return len(page.all(tag)) != 1


@pytest.mark.parametrize("now", [BEFORE, LIVE, REPLAY, AFTER])
@pytest.mark.parametrize(
    "path",
    ["/", PHOENIX, LAZARD, f"{PHOENIX}/replay", f"{PHOENIX}/live", f"{LAZARD}/live", "/nothing"],
)
@pytest.mark.usefixtures("two_conferences")
def test_no_page_has_a_fault(
    client: FlaskClient, clock: SettableClock, path: str, now: str
) -> None:
    clock.set(now)
    answer = client.get(path)
    if answer.status_code != 302:
        assert faults(answer) == []


HOSTILE = [
    pytest.param("W" * 300, id="300 characters without a space"),
    pytest.param("<script>alert(1)</script>\"'><img src=x onerror=alert(1)>", id="markup"),
    pytest.param("مؤتمر المستثمرين 2011", id="right to left"),
    pytest.param("{{ issuer }} {% raise %}", id="template"),
]


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_text_stays_text(client: FlaskClient, show: Show, title: str) -> None:
    hostile = an_event(
        slug="hostile",
        title=title,
        host=title[:100],
        city=title[:100],
        venue=title[:100],
        presenters=(Presenter(name=title[:100], title=title[:100]),),
    )
    show(hostile, now=BEFORE)
    for path in ("/", "/events/hostile", "/events/hostile/live", "/events/hostile/replay"):
        answer = client.get(path)
        assert faults(answer) == []
        assert answer.text.count("<script>alert") == 0
        assert title in "".join(markup(answer).text)


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([], id="none"),
        pytest.param([an_event(standing="cancelled")], id="cancelled"),
        pytest.param([an_event(standing="postponed")], id="postponed"),
        pytest.param([an_event(starts="2011-11-11")], id="time to be announced"),
        pytest.param([an_event(live_url=None, replay_days=None, host="", city="")], id="bare"),
        pytest.param([an_event(presenters=(), format=None, duration=None)], id="barer"),
        pytest.param(
            [an_event(slug=f"e{n}", starts=f"20{n % 12 + 10}-03-01 10:00") for n in range(60)],
            id="sixty in twelve years",
        ),
    ],
)
def test_the_list_and_its_events_have_no_fault_with(
    client: FlaskClient, show: Show, events: list[Event]
) -> None:
    show(*events, now=BEFORE)
    assert faults(client.get("/")) == []
    for event in events[:3]:
        answer = client.get(f"/events/{event.slug}")
        assert (answer.status_code, faults(answer)) == (200, [])


# The list and the event


@pytest.mark.parametrize(
    ("now", "headings"),
    [
        (BEFORE, ["Upcoming"]),
        (LIVE, ["Live now", "Upcoming"]),
        (REPLAY, ["Upcoming", "Replays"]),
        (AFTER, ["Replays", "Past events"]),
        ("2011-11-22 17:30", ["Past events"]),
    ],
)
@pytest.mark.usefixtures("two_conferences")
def test_the_list_follows_the_clock(
    client: FlaskClient, clock: SettableClock, now: str, headings: list[str]
) -> None:
    clock.set(now)
    main = client.get("/").text.partition("<main")[2].partition("</main>")[0]
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", main) == [*headings, "In your calendar"]


@pytest.mark.usefixtures("two_conferences")
def test_the_event_page_carries_the_address_for_print(client: FlaskClient) -> None:
    assert f"http://ir.example{PHOENIX}" in markup(client.get(PHOENIX)).words()


@pytest.mark.usefixtures("two_conferences")
def test_the_page_says_when_it_changes_next(client: FlaskClient, clock: SettableClock) -> None:
    assert markup(client.get(PHOENIX)).values("data-next") == ["2011-11-11T16:00:00+00:00"]
    clock.set(AFTER)
    assert markup(client.get(PHOENIX)).values("data-next") == []


@pytest.mark.usefixtures("two_conferences")
def test_an_address_that_is_too_short_leads_to_the_list(client: FlaskClient) -> None:
    answer = client.get("/events/")
    assert (answer.status_code, answer.location) == (301, "/")


# The gates


@pytest.mark.parametrize(
    ("now", "live", "replay"),
    [
        pytest.param("2011-11-11 15:59:59", 200, 200, id="a second before"),
        pytest.param(LIVE, 302, 200, id="begins"),
        pytest.param("2011-11-11 16:59:59", 302, 200, id="last second live"),
        pytest.param(REPLAY, 410, 302, id="has ended"),
        pytest.param(LAST_SECOND, 410, 302, id="last second of the replay"),
        pytest.param(AFTER, 410, 410, id="replay closed"),
    ],
)
@pytest.mark.usefixtures("two_conferences")
def test_the_gates_open_and_close_at_their_seconds(
    client: FlaskClient, clock: SettableClock, now: str, live: int, replay: int
) -> None:
    clock.set(now)
    answers = [client.get(f"{PHOENIX}/{gate}") for gate in ("live", "replay")]
    assert [answer.status_code for answer in answers] == [live, replay]
    assert [answer.headers["Cache-Control"] for answer in answers] == ["no-store", "no-store"]
    heads = [client.head(f"{PHOENIX}/{gate}") for gate in ("live", "replay")]
    assert [(head.status_code, head.data) for head in heads] == [(live, b""), (replay, b"")]


@pytest.mark.parametrize(
    ("gate", "now", "vendor"), [("live", LIVE, VENDOR_LIVE), ("replay", REPLAY, VENDOR_REPLAY)]
)
@pytest.mark.usefixtures("two_conferences")
def test_an_open_gate_leads_on_and_tells_nobody_where_from(
    client: FlaskClient, clock: SettableClock, gate: str, now: str, vendor: str
) -> None:
    clock.set(now)
    answer = client.get(f"{PHOENIX}/{gate}")
    assert (answer.status_code, answer.location) == (302, vendor)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.data == b""


@pytest.mark.parametrize(
    ("now", "gate", "title", "words"),
    [
        pytest.param(
            BEFORE,
            "live",
            "The webcast has not begun yet",
            "The live webcast begins at 9:00 am MST / 11:00 am EST on Friday, November 11, 2011.",
            id="live, before",
        ),
        pytest.param(
            REPLAY,
            "live",
            "The live webcast has ended",
            "The live webcast ended on November 11, 2011, 12:00 pm EST.",
            id="live, after",
        ),
        pytest.param(
            LIVE,
            "replay",
            "The replay is not here yet",
            "Replay available until November 18, 2011, 12:00 pm EST",
            id="replay, before",
        ),
        pytest.param(
            AFTER,
            "replay",
            "The replay has closed",
            "The replay closed on November 18, 2011, 12:00 pm EST.",
            id="replay, after",
        ),
    ],
)
@pytest.mark.usefixtures("two_conferences")
def test_a_shut_gate_says_when(
    client: FlaskClient, clock: SettableClock, now: str, gate: str, title: str, words: str
) -> None:
    clock.set(now)
    page = client.get(f"{PHOENIX}/{gate}").text
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", page) == [title]
    assert re.findall(r'<p class="notice-words">(.*?)</p>', page)[0] == words


@pytest.mark.parametrize(
    ("now", "says_when", "looks_again"),
    [(BEFORE, True, False), (LIVE, True, False), (REPLAY, False, True)],
)
def test_who_waits_for_a_replay_is_told_when_and_led_on_once_it_is_posted(
    client: FlaskClient, show: Show, now: str, says_when: bool, looks_again: bool
) -> None:
    show(an_event(slug="pending"), now=now)
    page = client.get("/events/pending/replay").text
    assert ("It follows the presentation: <time" in page) is says_when
    assert ('data-look-again="60"' in page) is looks_again
    assert ('data-look-again="60"' in client.get("/events/pending").text) is looks_again


def test_who_came_too_late_is_led_to_what_can_be_watched(client: FlaskClient, show: Show) -> None:
    def one(slug: str, starts: str, **typed: Any) -> Event:
        return an_event(slug=slug, title=slug, starts=starts, **typed)

    show(
        one("late", "2011-11-11 07:30"),
        one("open", "2011-11-08 10:00", replay_posted_at="2011-11-08 18:00"),
        one("called-off", "2011-11-11 09:15", standing="cancelled"),
        one("running", "2011-11-11 08:30", duration="240"),
        *(one(f"next-{number}", f"2011-12-0{number} 09:00") for number in (1, 2, 3)),
        one("draft", "2011-11-30 09:00", standing="draft"),
        now=LIVE,
    )

    def others(slug: str) -> list[str]:
        page = client.get(f"/events/{slug}/live").text
        return re.findall(r'<li><a href="/events/([^"/]+)"><bdi>', page)

    assert others("late") == ["running", "next-1", "next-2"]
    assert others("called-off") == ["running", "next-1", "next-2"]
    assert others("next-1") == []


def test_a_replay_that_was_never_posted_is_not_said_to_have_closed(
    client: FlaskClient, show: Show
) -> None:
    show(an_event(), now=AFTER)
    gate, page = client.get(f"{PHOENIX}/replay"), client.get(PHOENIX)
    words = "No replay is posted, though one was promised until November 18, 2011, 12:00 pm EST."
    assert (gate.status_code, "closed" in markup(gate).words().lower()) == (410, False)
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", gate.text) == ["There is no replay"]
    assert words in markup(gate).words()
    assert words in markup(page).words()
    assert 'data-state="No replay"' in page.text
    assert "Replay closed" not in page.text
    assert "No replay" in markup(client.get("/")).words()


@pytest.mark.usefixtures("two_conferences")
def test_a_closed_gate_says_what_else_there_is(client: FlaskClient, clock: SettableClock) -> None:
    clock.set(AFTER)
    page = markup(client.get(f"{PHOENIX}/replay"))
    assert [href for href in _led_to(page) if href.startswith("/events/")] == [PHOENIX, LAZARD]


@pytest.mark.parametrize(
    "typed",
    [
        {"live_url": None, "replay_days": None},
        {"standing": "cancelled"},
        {"standing": "postponed"},
    ],
)
@pytest.mark.parametrize("gate", ["live", "replay"])
@pytest.mark.parametrize("now", [BEFORE, LIVE, AFTER])
def test_there_is_no_gate_where_nothing_was_announced(
    client: FlaskClient, show: Show, typed: dict[str, Any], gate: str, now: str
) -> None:
    event = an_event(**typed)
    show(event, now=now)
    answer = client.get(f"/events/{event.slug}/{gate}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
    assert faults(answer) == []
