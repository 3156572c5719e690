"""libical, ical.js and node-ical read in our calendars what the facts say."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from eventsched.calendars.entries import Site
from eventsched.calendars.feeds import Feed, calendar
from tests.builders import an_event, an_issuer, at
from tests.calendars.hard_cases import SITE, events_of_every_sort, timed_events
from tests.calendars.readings import Reading, expected, reading
from tests.peers.conftest import AskLibical
from tests.peers.programs import ask_node

NOW = at("2011-11-10")
FULL = Feed(past_months=None, alarm_minutes=15)
WITH_LIBICAL = Path(__file__).with_name("read_with_libical.py").read_text()

Ask = Callable[[bytes], dict[str, Reading]]


@pytest.fixture(params=["libical", "ical_js", "node_ical"])
def read(request: pytest.FixtureRequest, ask_libical: AskLibical) -> Ask:
    """Read a calendar with one program: what it says by UID."""

    def ask(held: bytes) -> dict[str, Reading]:
        if request.param == "libical":
            said = json.loads(ask_libical(WITH_LIBICAL, held))["events"]
        else:
            said = json.loads(ask_node(f"read_with_{request.param}.mjs", held))
        return {uid: reading(**entry) for uid, entry in said.items()}

    return ask


def test_every_sort_of_event_reads_as_its_facts_say(
    read: Ask, request: pytest.FixtureRequest
) -> None:
    # node-ical undoes escapes in the wrong order: a backslash before an n becomes a line break.
    misread = {"awkward"} if "node_ical" in request.node.name else set()
    events = [event for event in events_of_every_sort() if event.slug not in misread]
    said = read(calendar(FULL, events, site=SITE, now=NOW))
    assert said == {event.uid: expected(event, now=NOW) for event in events}


def test_hard_times_are_the_right_instants(read: Ask) -> None:
    pairs = timed_events()
    said = read(calendar(FULL, [event for event, _ in pairs], site=SITE, now=NOW))
    assert {event.facts.title: said[event.uid]["start"] for event, _ in pairs} == {
        event.facts.title: instant for event, instant in pairs
    }


@pytest.mark.parametrize(
    "feed", [FULL, Feed(replays=True), Feed(slug="approved"), Feed(slug="no-such-event")]
)
@pytest.mark.parametrize("now", ["2011-11-10", "2011-11-12", "2011-12-24"])
def test_libical_finds_no_rule_broken(feed: Feed, now: str, ask_libical: AskLibical) -> None:
    held = calendar(feed, events_of_every_sort(), site=SITE, now=at(now))
    assert json.loads(ask_libical(WITH_LIBICAL, held))["errors"] == []


def test_libical_would_find_a_broken_rule(ask_libical: AskLibical) -> None:
    site = Site(issuer=an_issuer(), base_url="https://ir.immunogen.example")
    held = calendar(Feed(), [an_event()], site=site, now=NOW)
    broken = held.replace(b"DTSTAMP:20111102T120000Z\r\n", b"")
    assert json.loads(ask_libical(WITH_LIBICAL, broken))["errors"] == [
        "X-LIC-ERROR;X-LIC-ERRORTYPE=INVALID-ITIP:Failed iTIP restrictions for DTSTAMP property. "
        "Expected 1 instances of the property and got 0"
    ]
