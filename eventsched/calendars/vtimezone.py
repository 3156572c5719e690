"""VTIMEZONE (RFC 5545 §3.6.5) for pytz's zones.

icalendar can write one too, but as lists of dates whose first onset stands in the new offset:
Thunderbird and others then show a third of all events an hour off. This one is what calendar
programs were written against: one STANDARD and one DAYLIGHT with a yearly rule, and single
onsets, in the offset before them, for what came before the rule.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain, pairwise

import pytz

from eventsched.calendars.posix_rules import YearlyRules, read_rules
from eventsched.domain.times import FIRST_YEAR, LAST_YEAR, zone_of

_EPOCH = datetime(FIRST_YEAR, 1, 1)


@dataclass(frozen=True, kw_only=True)
class _Onset:
    """The instant (naive UTC) from which a zone's clocks are `after` UTC, no longer `before`.

    `rrule` repeats it each year; "" if it happened once.
    """

    at: datetime
    before: timedelta
    after: timedelta
    name: str
    daylight: bool
    rrule: str = ""

    @property
    def wall(self) -> datetime:
        """The onset on the clock in force before it, as RFC 5545 §3.6.5 wants it."""
        return self.at + self.before

    def lines(self) -> list[str]:
        """Return the STANDARD or DAYLIGHT block."""
        kind = "DAYLIGHT" if self.daylight else "STANDARD"
        return [
            f"BEGIN:{kind}",
            f"DTSTART:{self.wall:%Y%m%dT%H%M%S}",
            *([f"RRULE:{self.rrule}"] if self.rrule else []),
            f"TZOFFSETFROM:{_offset(self.before)}",
            f"TZOFFSETTO:{_offset(self.after)}",
            f"TZNAME:{self.name}",
            f"END:{kind}",
        ]


@dataclass(frozen=True, kw_only=True)
class _Series:
    """The onsets in one month of each year, with the rule that they follow."""

    after: timedelta
    month: int
    rrule: str

    def first_of(self, onsets: list[_Onset]) -> _Onset | None:
        """Return its first onset among `onsets`."""
        own = (o for o in onsets if o.after == self.after and o.wall.month == self.month)
        return next(own, None)


@lru_cache(maxsize=1024)
def vtimezone(zone: str, *, first_year: int) -> bytes:
    """Return the VTIMEZONE of an IANA zone, right from the first day of `first_year` on.

    Where pytz's file of the zone ends with a yearly rule it stays right for ever, else for as long
    as pytz knows. `first_year` is that of the calendar's earliest event: single onsets are needed
    only where the rule has changed since. Raises UnknownZone.
    """
    # A day early, so that the first of January is covered east of Greenwich too.
    needed = datetime(max(first_year, FIRST_YEAR), 1, 1) - timedelta(days=1)
    onsets = _onsets(zone)
    yearly = _yearly(onsets, _rules(zone))
    if yearly:
        onsets = [onset for onset in onsets if onset.at < yearly[0].at]
    if not yearly or yearly[0].at > needed:
        yearly = _in_force_since(needed, onsets) + yearly
    blocks = chain.from_iterable(onset.lines() for onset in yearly)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone}", *blocks, "END:VTIMEZONE"]
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _onsets(zone: str) -> list[_Onset]:
    """Return the changes of the zone's clocks since 1970, the state that 1970 began in first.

    pytz's own table is read, because pytz's instants are what the events' times mean.
    """
    table: list[datetime] = getattr(zone_of(zone), "_utc_transition_times", [])
    instants = [_EPOCH, *(at for at in table if at > _EPOCH)]
    offset, _, name = _state(zone, _EPOCH)
    began = _Onset(at=_EPOCH - offset, before=offset, after=offset, name=name, daylight=False)
    return [began, *(onset for pair in pairwise(instants) if (onset := _change(zone, *pair)))]


def _change(zone: str, earlier: datetime, later: datetime) -> _Onset | None:
    """Return the onset at `later`, or None where neither the clock nor its name changes."""
    before, was_flagged, was_named = _state(zone, earlier)
    after, flagged, name = _state(zone, later)
    if (after, name) == (before, was_named):
        return None
    # A country that moves its standard time puts its clocks forward too: the flag has to change.
    # Which way is no matter, for Ireland flags its winter and Morocco its Ramadan.
    daylight = after > before and flagged != was_flagged
    return _Onset(at=later, before=before, after=after, name=name, daylight=daylight)


def _state(zone: str, at: datetime) -> tuple[timedelta, bool, str]:
    """Return the offset, whether the zone data flag it as unusual, and its name."""
    local = at.replace(tzinfo=UTC).astimezone(zone_of(zone))
    offset = local.utcoffset()
    assert offset is not None
    return offset, bool(local.dst()), local.tzname() or zone


def _rules(zone: str) -> YearlyRules | None:
    """Return the rule at the end of pytz's file of the zone; None where clocks don't change."""
    with pytz.open_resource(zone) as file:  # type: ignore[attr-defined]
        return read_rules(file.read().rsplit(b"\n", 2)[-2].decode("ascii"))


def _yearly(onsets: list[_Onset], rules: YearlyRules | None) -> list[_Onset]:
    """Return the first onset of every series of the rule in force, in order, with its RRULE."""
    sides = [] if rules is None else _sides(rules)
    if rules is None or not all(sides):
        return []
    ruled = _agreeing(onsets, rules)
    for rarer, *_ in (side for side in sides if len(side) > 1):
        # Microsoft heeds only the STANDARD that starts last; it had better be the usual one.
        rare = rarer.first_of(ruled)
        ruled = [onset for onset in ruled if rare is not None and onset.at >= rare.at]
    firsts = [(series, series.first_of(ruled)) for series in chain.from_iterable(sides)]
    repeated = [replace(first, rrule=series.rrule) for series, first in firsts if first is not None]
    return sorted(repeated, key=lambda onset: onset.at)


def _sides(rules: YearlyRules) -> list[list[_Series]]:
    """Return the series that begin the rule's daylight time, and those that end it."""
    return [
        [_Series(after=after, month=r.month, rrule=r.rrule) for r in day.recurrences()]
        for day, after in ((rules.begins, rules.daylight), (rules.ends, rules.standard))
    ]


def _agreeing(onsets: list[_Onset], rules: YearlyRules) -> list[_Onset]:
    """Return the latest onsets, back to the last one that the rule would have put elsewhere."""
    expected = sorted(_expected(rules))
    count = 0
    for onset, change in zip(reversed(onsets), reversed(expected), strict=False):
        if (onset.at, onset.before, onset.after) != change:
            break
        count += 1
    return onsets[len(onsets) - count :]


def _expected(rules: YearlyRules) -> Iterator[tuple[datetime, timedelta, timedelta]]:
    """Yield the rule's onsets in pytz's years: naive UTC, the offset before and from then on."""
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        yield rules.begins.in_year(year) - rules.standard, rules.standard, rules.daylight
        yield rules.ends.in_year(year) - rules.daylight, rules.daylight, rules.standard


def _in_force_since(needed: datetime, onsets: list[_Onset]) -> list[_Onset]:
    """Return the onset in force at `needed` (naive UTC) and those after it."""
    passed = sum(onset.at <= needed for onset in onsets)
    return onsets[max(passed - 1, 0) :]


def _offset(offset: timedelta) -> str:
    """Return a UTC-OFFSET (RFC 5545 §3.3.14): “-0500”, “+0545”."""
    seconds = round(abs(offset).total_seconds())
    sign = "-" if offset < timedelta() else "+"
    text = f"{sign}{seconds // 3600:02}{seconds // 60 % 60:02}"
    return text + (f"{seconds % 60:02}" if seconds % 60 else "")
