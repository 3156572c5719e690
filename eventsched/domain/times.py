"""Wall times, zones and instants.

A *wall time* is a naive datetime: what the announcement says. A *zone* is an IANA name. An
*instant* is the aware UTC datetime that the two stand for. Only pytz is asked for zone rules, so
that every channel agrees (the system's own zone data may be of another year).
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

import pytz
from pytz.tzinfo import BaseTzInfo

# pytz holds explicit transitions up to 2037 and silently repeats the last offset after that.
LAST_YEAR = 2037
# Before 1970 the zone data is an outline; no webcast is older.
FIRST_YEAR = 1970

Repeated = Literal["earlier", "later"]

_OFFSET_NAME = re.compile(r"[+-]\d")


class TimeProblem(ValueError):
    """A date, time or zone that does not name exactly one instant."""


class UnknownZone(TimeProblem):
    """The zone is not an IANA name such as America/Phoenix."""

    def __init__(self, zone: str) -> None:
        super().__init__(
            f"“{zone[:60]}” is not a time zone we know. Use a name such as America/New_York."
        )


class SkippedTime(TimeProblem):
    """The clocks jump over this wall time; nobody can be on time for it."""

    def __init__(self, wall: datetime, zone: str) -> None:
        super().__init__(
            f"{wall:%H:%M} on {wall:%Y-%m-%d} does not exist in {zone}: "
            "the clocks go forward past it that day."
        )
        self.wall = wall
        self.zone = zone


class SkippedDay(TimeProblem):
    """The calendar jumps over this day, as Samoa's did when it crossed the date line."""

    def __init__(self, day: date, zone: str) -> None:
        super().__init__(f"{day} does not exist in {zone}: the clocks skip the whole day.")


class RepeatedTime(TimeProblem):
    """The clocks show this wall time twice; `earlier` and `later` are the two instants."""

    def __init__(self, wall: datetime, zone: str, earlier: datetime, later: datetime) -> None:
        super().__init__(
            f"{wall:%H:%M} on {wall:%Y-%m-%d} happens twice in {zone}, because the clocks go back. "
            f"Say whether the earlier ({offset_words(earlier, zone)}) or the later "
            f"({offset_words(later, zone)}) is meant."
        )
        self.earlier = earlier
        self.later = later


class OutsideZoneData(TimeProblem):
    """The zone rules for this year are not known."""

    def __init__(self, year: int) -> None:
        super().__init__(f"The year {year} is outside {FIRST_YEAR} to {LAST_YEAR}.")


@lru_cache(maxsize=1024)
def zone_of(name: str) -> BaseTzInfo:
    """Return pytz's zone of that name.

    Abbreviations are refused (“EST” is a fixed offset and “CST” has three meanings): a zone is an
    area and a place, or UTC. Raises UnknownZone.
    """
    if name != "UTC" and ("/" not in name or name.startswith("Etc/")):
        raise UnknownZone(name)
    if name not in pytz.all_timezones_set:
        raise UnknownZone(name)
    zone = pytz.timezone(name)
    assert isinstance(zone, BaseTzInfo)
    return zone


def instant_of(wall: datetime, zone: str, *, repeated: Repeated | None = None) -> datetime:
    """Return the instant (UTC) at which clocks in `zone` show `wall`.

    `repeated` picks one of the two instants where the clocks show `wall` twice; it is ignored
    elsewhere. Raises UnknownZone, SkippedTime, RepeatedTime or OutsideZoneData.
    """
    rules = zone_of(zone)
    if not FIRST_YEAR <= wall.year <= LAST_YEAR:
        raise OutsideZoneData(wall.year)
    try:
        return rules.localize(wall, is_dst=None).astimezone(UTC)
    except pytz.NonExistentTimeError:
        raise SkippedTime(wall, zone) from None
    except pytz.AmbiguousTimeError:
        candidates = _instants_showing(wall, rules)
        earlier, later = candidates[0], candidates[-1]
        if repeated is None:
            raise RepeatedTime(wall, zone, earlier, later) from None
        return earlier if repeated == "earlier" else later


def wall_of(instant: datetime, zone: str) -> datetime:
    """Return what clocks in `zone` show at `instant` (naive)."""
    return local(instant, zone).replace(tzinfo=None)


def local(instant: datetime, zone: str) -> datetime:
    """Return `instant` as an aware datetime in `zone`, with that moment's offset."""
    return instant.astimezone(zone_of(zone))


def days_later(instant: datetime, days: int, zone: str) -> datetime:
    """Return the instant `days` calendar days after `instant`, at the same wall time in `zone`.

    A week across a clock change is 167 or 169 hours. A wall time that is skipped or repeated on
    that day is read as RFC 5545 §3.3.5 does: with the offset from before the gap, or as the first
    of the two. Raises OutsideZoneData.
    """
    wall = wall_of(instant, zone) + timedelta(days=days)
    try:
        return instant_of(wall, zone, repeated="earlier")
    except SkippedTime:
        before_gap = zone_of(zone).localize(wall - timedelta(days=1), is_dst=False)
        offset = before_gap.utcoffset()
        assert offset is not None
        return (wall - offset).replace(tzinfo=UTC)


def offset_words(instant: datetime, zone: str) -> str:
    """Return the zone's offset at `instant` in words: “UTC−7”, “UTC+5:45”, “UTC”."""
    offset = local(instant, zone).utcoffset()
    assert offset is not None
    minutes = round(offset.total_seconds() / 60)
    if minutes == 0:
        return "UTC"
    sign = "+" if minutes > 0 else "\N{MINUS SIGN}"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def abbreviation(instant: datetime, zone: str) -> str | None:
    """Return the zone's own abbreviation at `instant` (“MST”), or None where it has only digits."""
    name = local(instant, zone).tzname()
    return None if name is None or _OFFSET_NAME.match(name) else name


def start_of_day(day: date, zone: str) -> datetime:
    """Return the first instant of `day` in `zone`, also where midnight is skipped."""
    wall = datetime.combine(day, time())
    try:
        return instant_of(wall, zone, repeated="earlier")
    except SkippedTime:
        return days_later(instant_of(wall - timedelta(days=1), zone, repeated="earlier"), 1, zone)


def end_of_day(day: date, zone: str) -> datetime:
    """Return the first instant after `day` in `zone`. Raises SkippedDay or OutsideZoneData."""
    if wall_of(start_of_day(day, zone), zone).date() != day:
        raise SkippedDay(day, zone)
    return start_of_day(day + timedelta(days=1), zone)


def _instants_showing(wall: datetime, rules: BaseTzInfo) -> list[datetime]:
    """Return, in order, the instants at which clocks under `rules` show `wall`.

    pytz's own choice by `is_dst` can't tell two instants apart where standard time itself changed.
    """
    nearby = [wall + timedelta(days=days) for days in (-1, 1)]
    offsets = {rules.localize(moment, is_dst=False).utcoffset() for moment in nearby}
    guesses = {(wall - offset).replace(tzinfo=UTC) for offset in offsets if offset is not None}
    return sorted(g for g in guesses if g.astimezone(rules).replace(tzinfo=None) == wall)
