"""recurring-ical-events finds each event on the day that was announced, and on no other."""

import json
from collections import defaultdict

import pytest

from eventsched.calendars.feeds import Feed, calendar
from eventsched.domain.events import Event
from tests.builders import at
from tests.calendars.hard_cases import SITE, events_of_every_sort, timed_events
from tests.peers.programs import ask_python

SCHEDULES = {
    "every sort": events_of_every_sort(),
    "hard times": [event for event, _ in timed_events()],
}


@pytest.mark.parametrize("events", SCHEDULES.values(), ids=SCHEDULES.keys())
def test_each_event_falls_on_its_announced_day(events: list[Event]) -> None:
    held = calendar(Feed(past_months=None), events, site=SITE, now=at("2011-11-10"))
    announced: dict[str, list[str]] = defaultdict(list)
    for event in events:
        announced[event.facts.date.isoformat()].append(event.uid)
    said = json.loads(ask_python("days_of_events.py", held))
    assert said == {day: sorted(uids) for day, uids in announced.items()}
