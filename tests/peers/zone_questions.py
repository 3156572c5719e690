"""What to ask a calendar program about each zone, with pytz's answers."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytz

from eventsched.calendars.vtimezone import vtimezone
from eventsched.domain.times import local

FIRST_YEAR, AFTER_LAST_YEAR = 2010, 2036
SECOND = timedelta(seconds=1)
_ZONES = [zone for zone in pytz.all_timezones if "/" in zone and not zone.startswith("Etc/")]


def zones_of_each_kind() -> list[str]:
    """Return one of all zones that differ in no more than their names.

    Half of pytz's names are other names of the same zone.
    """
    kinds: dict[str, str] = {}
    for zone in _ZONES:
        text = vtimezone(zone, first_year=FIRST_YEAR).decode()
        kinds.setdefault(re.sub("(TZID|TZNAME):.*", "", text), zone)
    return sorted(kinds.values())


def question(zone: str) -> dict[str, Any]:
    """Return what to ask libical of a zone, with pytz's answers.

    Wall times that the clocks skip or repeat belong to neither side of a change.
    """
    changes = list(_changes(zone))
    return {
        "vtimezone": vtimezone(zone, first_year=FIRST_YEAR).decode(),
        "walls": [
            [
                (at + max(before, offset)).isoformat(),
                (until + min(offset, after)).isoformat(),
                offset.total_seconds(),
            ]
            for (at, before, offset), (until, _, after) in pairwise(changes)
        ],
        "instants": [
            [moment.isoformat(), offset.total_seconds()]
            for at, before, after in changes[1:-1]
            for moment, offset in ((at - SECOND, before), (at, after))
        ],
    }


def _changes(zone: str) -> Iterator[tuple[datetime, timedelta, timedelta]]:
    """Yield (instant, offset before, offset after) of pytz's changes, the range's ends included.

    Found by halving days, so that the code under test and the test do not read the same table.
    """
    at, ends = datetime(FIRST_YEAR, 1, 1), datetime(AFTER_LAST_YEAR, 1, 1)
    yield at, _offset(at, zone), _offset(at, zone)
    while at < ends:
        following = at + timedelta(days=1)
        before, after = _offset(at, zone), _offset(following, zone)
        if before != after:
            yield _first(at, following, zone), before, after
        at = following
    yield ends, _offset(ends, zone), _offset(ends, zone)


def _first(early: datetime, late: datetime, zone: str) -> datetime:
    """Return the first second after `early` that has the offset of `late`."""
    while late - early > SECOND:
        middle = early + timedelta(seconds=(late - early) // SECOND // 2)
        if _offset(middle, zone) == _offset(late, zone):
            late = middle
        else:
            early = middle
    return late


def _offset(at: datetime, zone: str) -> timedelta:
    offset = local(at.replace(tzinfo=UTC), zone).utcoffset()
    assert offset is not None
    return offset
