"""Numbers without people: how often something was asked for, by the day, and by which programs.

Of whoever asks only one word is kept, the family of their program, and no number of an export is
small enough to be about somebody.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

# The family of programs that read pages for nobody in particular.
ROBOT = "robot"
OTHER = "other"
BROWSER = "browser"
_SMALLEST_TOLD = 10


class Counted(StrEnum):
    """What is counted."""

    PAGE = "page"
    POLL = "poll"
    LIVE = "live"
    REPLAY = "replay"


class Thing(NamedTuple):
    """What was asked for: `subject` is an event's slug, "" for the schedule as a whole."""

    what: Counted
    subject: str


@dataclass(frozen=True, kw_only=True)
class Noticed:
    """How often a thing was asked for by one family of programs, and when last."""

    thing: Thing
    family: str
    count: int
    last_at: datetime


@dataclass(frozen=True, kw_only=True)
class DailyCount:
    """How often a thing was asked for on one day, by one family of programs."""

    day: date
    thing: Thing
    family: str
    count: int


@dataclass(frozen=True, kw_only=True)
class LastPoll:
    """When a family of calendar programs last fetched, the schedule or one event."""

    subject: str
    family: str
    at: datetime


# The first that fits names the family. Programs that look at calendars in a browser's name are
# found before browsers, and those that read for search engines before both.
_FAMILIES = (
    ("", re.compile(r"eventsched-")),
    ("google", re.compile(r"Google-Calendar|GoogleCalendar")),
    ("apple", re.compile(r"CalendarAgent|dataaccessd|accountsd|iCal/|CalendarServices|CalDAVKit")),
    ("outlook", re.compile(r"Microsoft[ .](Exchange|Office|Outlook)|Outlook|MSOffice|OWA")),
    ("thunderbird", re.compile(r"Thunderbird|Lightning|Betterbird")),
    ("nextcloud", re.compile(r"Nextcloud|ownCloud|sabre", re.IGNORECASE)),
    ("android", re.compile(r"ICSx5|ICSdroid|DAVx5|DAVdroid|CalDAV-Sync|OneCalendar")),
    ("proton", re.compile(r"Proton", re.IGNORECASE)),
    ("fastmail", re.compile(r"Fastmail|Cyrus", re.IGNORECASE)),
    ("yahoo", re.compile(r"Yahoo!? ?Calendar|YahooCal", re.IGNORECASE)),
    ("evolution", re.compile(r"Evolution|gnome-calendar|KOrganizer|Akonadi|vdirsyncer|khal")),
    (ROBOT, re.compile(r"bot\b|bot[/;]|crawl|spider|slurp|monitor|uptime|preview|scan", re.I)),
    (ROBOT, re.compile(r"facebookexternalhit|curl/|Wget|python|Go-http|Java/|okhttp|libwww", re.I)),
    (BROWSER, re.compile(r"Mozilla/|Opera/")),
)


def family_of(agent: str) -> str | None:
    """Return the family of a program by what it calls itself; None for programs of our own."""
    found = next((name for name, pattern in _FAMILIES if pattern.search(agent)), OTHER)
    return found or None


def blurred(count: int) -> str:
    """Return a count as an export tells it: nothing that is about a few people."""
    return "0" if not count else f"<{_SMALLEST_TOLD}" if count < _SMALLEST_TOLD else str(count)


def by_day(counts: list[DailyCount], *, first: date, last: date) -> dict[date, int]:
    """Return how many there were on each day from `first` to `last`, days without any included."""
    days = {first + timedelta(days=n): 0 for n in range((last - first).days + 1)}
    for one in counts:
        if one.day in days:
            days[one.day] += one.count
    return days


def of_people(counts: list[DailyCount]) -> list[DailyCount]:
    """Return the counts without those of programs that read for nobody in particular."""
    return [one for one in counts if one.family != ROBOT]
