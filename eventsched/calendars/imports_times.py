"""When an entry of somebody's calendar is, and what has to be said about how it was read."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from icalendar import vDDDTypes, vDuration
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from eventsched.calendars.imports_lines import Entry, Property
from eventsched.domain.drafts import Problem
from eventsched.domain.places import zone_of_city
from eventsched.domain.times import (
    FIRST_YEAR,
    LAST_YEAR,
    OutsideZoneData,
    TimeProblem,
    instant_of,
    zone_of,
)

_UTC = frozenset({"UTC", "UCT", "GMT", "Z", "ZULU", "UNIVERSAL", "GREENWICH"})
_DAY = timedelta(days=1)
# No farther from what the zones know than the date can be another elsewhere.
_FIRST_DAY = date(FIRST_YEAR, 1, 1) - _DAY
_LAST_DAY = date(LAST_YEAR, 12, 31) + _DAY


@dataclass(frozen=True, kw_only=True)
class When:
    """When an entry begins and how long it lasts, as far as it says so readably."""

    said: dict[str, str] = field(default_factory=dict)
    starts_at: datetime | None = None
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def when_of(entry: Entry, *, place: str, calendar_zone: str, is_told: bool) -> When:
    """Return when an entry is; `calendar_zone` is its calendar's own, `is_told` to explain UTC."""
    begins = entry.first("DTSTART")
    if begins is None:
        return When(problems=(Problem(field="date", message="It has no date (DTSTART)."),))
    try:
        start = _moment(begins)
        ends = _end(entry, begins, start)
    except ValueError as problem:
        return When(problems=(Problem(field="date", message=str(problem)),))
    if not isinstance(start, datetime):
        return _whole_day(start, start + ends if isinstance(ends, timedelta) else ends)
    if start.tzinfo is not None:
        said = {"duration": _minutes(start, ends, "UTC")}
        note = f"Its time is in UTC; it is shown on the clock of {calendar_zone or 'its place'}."
        return When(said=said, starts_at=start.astimezone(UTC), notes=(note,) if is_told else ())
    said = {"date": start.date().isoformat(), "time": start.time().isoformat()}
    when = _in_zone(said, begins.params.get("TZID", ""), place, calendar_zone)
    lasts = _minutes(start, ends, when.said.get("zone", "UTC"))
    return replace(when, said={**when.said, "duration": lasts})


def known_zone(tzid: str) -> str:
    """Return the IANA name that a TZID means, by itself, by its end or by Windows' names."""
    words = tzid.strip("/").split("/")
    if words[-1].upper() in _UTC and words[:-1] in ([], ["Etc"]):
        return "UTC"
    last = ("/".join(words[-count:]) for count in (3, 2))
    for name in (tzid, WINDOWS_TO_OLSON.get(tzid, ""), *last):
        try:
            zone_of(name)
        except TimeProblem:
            continue
        return name
    return ""


def _in_zone(said: dict[str, str], tzid: str, place: str, calendar_zone: str) -> When:
    if tzid:
        zone = known_zone(tzid)
        problem = Problem(
            field="zone", message=f"“{tzid[:60]}” is not a time zone we know. Give it in the form."
        )
        if not zone:
            return When(said=said, problems=(problem,))
        notes = () if zone == tzid else (f"“{tzid[:60]}” is read as {zone}.",)
        return When(said=said | {"zone": zone}, notes=notes)
    zone = _zone_of_location(place) or calendar_zone
    if not zone:
        problem = Problem(
            field="zone", message="Its time has no time zone, and its place says none."
        )
        return When(said=said, problems=(problem,))
    note = f"Its time has no time zone; {zone} is taken from its place or its calendar."
    return When(said=said | {"zone": zone}, notes=(note,))


def _zone_of_location(place: str) -> str | None:
    """Return the zone of “The Biltmore, Phoenix” or “London, Ontario”: what stands last says most.

    A country that has several is asked last: “Cancun, Mexico”.
    """
    parts = [part.strip() for part in place.split(",")]
    ends = (", ".join(parts[-count:]) for count in (2, 3, 1))
    return next((zone for zone in map(zone_of_city, ends) if zone), None)


def _whole_day(start: date, end: date | None) -> When:
    notes = ["It is for the whole day: its time is to be announced."]
    if end is not None and end - start > timedelta(days=1):
        notes.append(f"It lasts until {end - timedelta(days=1)}; the first day is taken.")
    return When(said={"date": start.isoformat(), "time": ""}, notes=tuple(notes))


def _moment(said: Property) -> date:
    """Return a date, a wall time (naive) or an instant (UTC). Raises ValueError."""
    try:
        moment = vDDDTypes.from_ical(said.value)  # type: ignore[no-untyped-call]
    except (ValueError, OverflowError):
        moment = None
    if not isinstance(moment, date):
        raise ValueError(f"Line {said.line}: “{said.value[:40]}” is no date.")
    if not _FIRST_DAY <= (moment.date() if isinstance(moment, datetime) else moment) <= _LAST_DAY:
        raise ValueError(f"Line {said.line}: {OutsideZoneData(moment.year)}")
    return moment


def _clock(said: Property, moment: date) -> tuple[str, bool]:
    """Return by which clock a moment is given."""
    in_utc = isinstance(moment, datetime) and moment.tzinfo is not None
    return said.params.get("TZID", ""), in_utc


def _end(entry: Entry, begins: Property, start: date) -> date | timedelta | None:
    """Return when an entry ends, or how long it lasts: whichever it says. Raises ValueError."""
    ends, lasts = entry.first("DTEND"), entry.first("DURATION")
    if ends is not None:
        end = _moment(ends)
        if isinstance(end, datetime) is not isinstance(start, datetime):
            raise ValueError(f"Line {ends.line}: it begins by the day and ends by the hour.")
        if _clock(ends, end) != _clock(begins, start):
            raise ValueError(f"Line {ends.line}: it ends in another time zone than it begins in.")
        return end
    if lasts is None:
        return None
    try:
        length = vDuration.from_ical(lasts.value)  # type: ignore[no-untyped-call]
        _ = start + length
    except (ValueError, OverflowError):
        raise ValueError(f"Line {lasts.line}: “{lasts.value[:40]}” is no duration.") from None
    assert isinstance(length, timedelta)
    return length


def _minutes(start: datetime, ends: date | timedelta | None, zone: str) -> str:
    """Return the length in minutes, "" where none is given."""
    if isinstance(ends, datetime):
        ends = _between(start.replace(tzinfo=None), ends.replace(tzinfo=None), zone)
    return str(ends // timedelta(minutes=1)) if isinstance(ends, timedelta) and ends else ""


def _between(begins: datetime, ends: datetime, zone: str) -> timedelta:
    """Return how long it is between two wall times: an hour less in a night that loses one.

    Of a wall time that comes twice, the first is meant (§3.3.5).
    """
    try:
        at, until = (instant_of(wall, zone, repeated="earlier") for wall in (begins, ends))
    except TimeProblem:
        # The form says what is wrong with the time; the length is as the clocks have it.
        return ends - begins
    return until - at
