"""Until when a recording is kept, as a release says it: a date, or a time on the event’s clock."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from eventsched.domain.releases.blocks import Release
from eventsched.domain.releases.clocks import ClockWords
from eventsched.domain.releases.dates import DateWords, resolve
from eventsched.domain.releases.segmenter import Unit
from eventsched.domain.releases.webcasts import until_word
from eventsched.domain.releases.zones import read_zone
from eventsched.domain.times import TimeProblem, instant_of, wall_of

_AT = re.compile(r"[\s,(]*(?:(?:at|until|by)\b)?\s?")


@dataclass(frozen=True, kw_only=True)
class Ending:
    """Until when a recording is kept, as a date or on the event's clock, and where that stands."""

    until: date | datetime
    start: int
    end: int
    doubt: str | None = None


def find_ending(release: Release, unit: Unit, zone: str | None) -> Ending | None:
    """Return until when a recording is kept, for an event whose clocks go by `zone`."""
    for words in release.dates_in(unit.start, unit.end):
        word = until_word(release.text, unit.start, words.start)
        if word is None or words.relative:
            continue
        day = resolve(words, released=release.opening.dateline.date)
        if day is not None:
            clocks = _clocks(release, unit, word, words)
            return _ending(release, day.first, words, clocks, zone)
    return None


def _clocks(release: Release, unit: Unit, word: int, words: DateWords) -> list[ClockWords]:
    """Return the clocks of the end: between the “until” and its date, or directly behind it.

    Any other clock close by says when the recording begins, or the event.
    """
    clocks = []
    for group in release.clocks_in(unit.start, unit.end):
        behind = group.start >= words.end and _AT.fullmatch(release.text, words.end, group.start)
        for clock in group.clocks:
            if clock.ends is not None and clock.start < word < clock.end:
                # “From noon until 5:00 p.m. on” the date.
                clocks.append(replace(clock, time=clock.ends))
            elif clock.ends is None and (behind or word < clock.start < words.start):
                clocks.append(clock)
    return clocks


def _ending(
    release: Release, day: date, words: DateWords, clocks: list[ClockWords], zone: str | None
) -> Ending:
    alone = Ending(until=day, start=words.start, end=words.end)
    if not clocks:
        return alone
    readings = [(clock, _zone(clock, day, zone)) for clock in clocks]
    clock, stated = next((one for one in readings if one[1] == zone), readings[0])
    if release.text[clock.start : clock.end].lower().endswith("midnight"):
        return replace(alone, doubt="“Midnight” belongs to two days.")
    wall = datetime.combine(day, clock.time)
    span = (min(clock.start, words.start), max(clock.end, words.end))
    if clock.zone is None:
        return Ending(until=wall, start=span[0], end=span[1])
    if stated is None or zone is None:
        doubt = f"“{clock.zone}” could not be set against the event’s clock."
        return Ending(until=wall, start=span[0], end=span[1], doubt=doubt)
    try:
        here = wall_of(instant_of(wall, stated), zone) if stated != zone else wall
    except TimeProblem as problem:
        return replace(alone, doubt=str(problem))
    doubt = (
        f"{wall:%H:%M} {clock.zone} was put on the event’s clock, which then shows {here:%H:%M}."
    )
    return Ending(until=here, start=span[0], end=span[1], doubt=doubt if here != wall else None)


def _zone(clock: ClockWords, day: date, zone: str | None) -> str | None:
    """Return the zone that a clock goes by: the event's where it names none."""
    if clock.zone is None or clock.zone.lower() == "local time":
        return zone
    places = (zone,) if zone else ()
    read = read_zone(clock.zone, datetime.combine(day, clock.time), places=places)
    return read.zone if read else None
