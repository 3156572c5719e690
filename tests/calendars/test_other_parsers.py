"""Programs that we did not write read in our calendars what the facts say."""

from typing import Any

import ics  # type: ignore[import-untyped]
import pytest
import vobject
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

from eventsched.calendars.feeds import Feed, calendar
from tests.builders import at
from tests.calendars.hard_cases import SITE, events_of_every_sort, timed_events
from tests.calendars.linting import faults
from tests.calendars.readings import Parser, Reading, expected, reading

NOW = at("2011-11-10")
FULL = Feed(past_months=None, alarm_minutes=15)


def by_icalendar(held: bytes) -> dict[str, Reading]:
    entries: list[Any] = Calendar.from_ical(held).walk("VEVENT")
    return {
        str(entry["UID"]): reading(
            summary=entry["SUMMARY"],
            location=entry.get("LOCATION"),
            start=entry["DTSTART"].dt,
            end=entry["DTEND"].dt if "DTEND" in entry else None,
            status=entry["STATUS"],
            sequence=entry["SEQUENCE"],
            url=entry["URL"],
            description=entry["DESCRIPTION"],
        )
        for entry in entries
    }


def by_vobject(held: bytes) -> dict[str, Reading]:
    read: Any = vobject.readOne(held.decode())
    assert read.validate()
    found = {}
    for entry in read.vevent_list:
        said = {child.name: child.value for child in entry.getChildren() if child.name != "VALARM"}
        found[said["UID"]] = reading(
            summary=said["SUMMARY"],
            location=said.get("LOCATION"),
            start=said["DTSTART"],
            end=said.get("DTEND"),
            status=said["STATUS"],
            sequence=said["SEQUENCE"],
            url=said["URL"],
            description=said["DESCRIPTION"],
        )
    return found


def by_ical(held: bytes) -> dict[str, Reading]:
    return {
        str(entry.uid): reading(
            summary=entry.summary,
            location=entry.location,
            start=entry.dtstart,
            end=entry.dtend,
            status=entry.status,
            sequence=entry.sequence,
            url=entry.url,
            description=entry.description,
        )
        for entry in IcsCalendarStream.calendar_from_ics(held.decode()).events
    }


def by_ics(held: bytes) -> dict[str, Reading]:
    found = {}
    for entry in ics.Calendar(held.decode()).events:
        end = entry.end if entry.has_end() else None
        extra = {line.name: line.value for line in entry.extra}
        found[entry.uid] = reading(
            summary=entry.name,
            location=entry.location,
            start=entry.begin.date() if entry.all_day else entry.begin.datetime,
            end=end and (end.date() if entry.all_day else end.datetime),
            status=entry.status,
            sequence=extra["SEQUENCE"],
            url=entry.url,
            description=entry.description,
        )
    return found


PARSERS: list[Parser] = [by_icalendar, by_vobject, by_ical, by_ics]


@pytest.mark.parametrize("read", PARSERS)
def test_every_sort_of_event_reads_as_its_facts_say(read: Parser) -> None:
    # ics undoes escapes in the wrong order: of a backslash before an n it makes a line break.
    misread = {"awkward"} if read is by_ics else set()
    events = [event for event in events_of_every_sort() if event.slug not in misread]
    held = calendar(FULL, events, site=SITE, now=NOW)
    assert faults(held) == []
    assert read(held) == {event.uid: expected(event, now=NOW) for event in events}


@pytest.mark.parametrize("read", PARSERS)
def test_hard_times_are_the_right_instants(read: Parser) -> None:
    pairs = timed_events()
    held = calendar(FULL, [event for event, _ in pairs], site=SITE, now=NOW)
    assert faults(held) == []
    said = read(held)
    assert {event.facts.title: said[event.uid]["start"] for event, _ in pairs} == {
        event.facts.title: instant for event, instant in pairs
    }
