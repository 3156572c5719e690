"""The public gates, asked over HTTP: open, shut, and what they say."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from eventsched.domain.events import Event
from tests.builders import VENDOR_LIVE, VENDOR_REPLAY, an_event
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import SettableClock
from tests.web.conftest import Show
from tests.web.markup import faults, led_to, markup
from tests.web.two_conferences import (
    AFTER,
    BEFORE,
    LAST_SECOND,
    LAZARD,
    LIVE,
    PHOENIX,
    REPLAY,
    two_conferences,
)

__all__ = ["two_conferences"]


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    """Serve the pages from SQLite alone: what they say is the same on both, as journeys show."""
    return fresh_sqlite


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


def test_who_came_too_late_isled_to_what_can_be_watched(client: FlaskClient, show: Show) -> None:
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
    assert [href for href in led_to(page) if href.startswith("/events/")] == [PHOENIX, LAZARD]


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
