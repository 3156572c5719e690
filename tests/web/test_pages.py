"""The public pages, asked over HTTP."""

import re

import pytest
from flask.testing import FlaskClient

from eventsched.domain.events import Event, Presenter
from tests.builders import an_event
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import SettableClock
from tests.web.conftest import Show
from tests.web.markup import faults, markup
from tests.web.two_conferences import (
    AFTER,
    BEFORE,
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
