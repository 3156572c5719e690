"""A calendar file that somebody brings (RFC 5545), ours or another program's, entry by entry.

Lines are parsed one by one, so that a broken one costs its entry alone and can be named.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from icalendar import vDDDTypes, vDuration
from icalendar.parser import Contentline
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from eventsched.calendars.descriptions import KIND_WORDS
from eventsched.calendars.feeds import PRODUCT
from eventsched.domain.drafts import Problem
from eventsched.domain.imports import MOST_ROWS, Row, Sheet, UnreadableFile, text_of, too_many
from eventsched.domain.issuer import Issuer
from eventsched.domain.places import zone_of_city
from eventsched.domain.times import TimeProblem, zone_of

_PROPERTY = re.compile(r"[A-Za-z0-9-]+[;:]")
_OUR_PAGE = re.compile(r"/events/([a-z0-9-]{1,100})$")
_KINDS = {words.casefold(): kind.value for kind, words in KIND_WORDS.items()}
_OUR_PREFIXES = ("CANCELLED: ", "POSTPONED: ")
_UNKNOWN_TIME = " (time to be announced)"
_OTHER_PARTS = frozenset({"VTODO", "VJOURNAL"})
_REPEATS = ("RRULE", "RDATE", "EXRULE")


@dataclass(frozen=True, kw_only=True)
class _Property:
    """One line of an entry: where it begins, its parameters and its value."""

    line: int
    params: dict[str, str]
    value: str


@dataclass(kw_only=True)
class _Entry:
    """One VEVENT as its lines come in."""

    line: int
    properties: dict[str, list[_Property]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def first(self, name: str) -> _Property | None:
        found = self.properties.get(name)
        return found[0] if found else None

    def text(self, name: str) -> str:
        found = self.first(name)
        return "" if found is None else " ".join(found.value.split())


@dataclass(frozen=True, kw_only=True)
class _When:
    """When an entry begins and how long it lasts, as far as it says so readably."""

    said: dict[str, str] = field(default_factory=dict)
    starts_at: datetime | None = None
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_calendar(content: bytes, issuer: Issuer | None) -> Sheet:
    """Return what the entries of a calendar file say; `issuer` is ours. Raises UnreadableFile."""
    text, notes = text_of(content)
    if not re.match(r"\s*BEGIN:VCALENDAR\s", text, re.IGNORECASE):
        raise UnreadableFile("This is no calendar file: it does not begin with BEGIN:VCALENDAR.")
    file = _File(text)
    if len(file.entries) > MOST_ROWS:
        raise too_many(len(file.entries))
    rows = [_row(entry, file, issuer) for entry in file.entries] + file.stray
    if not rows:
        raise UnreadableFile("There is no event in this calendar file.")
    dropped = ("Descriptions, guests and reminders are not taken over.",)
    return Sheet(
        rows=tuple(sorted(rows, key=lambda row: row.number)),
        unit="Line",
        notes=notes if file.is_ours else notes + dropped,
        columns={"date": "DTSTART", "time": "DTSTART", "zone": "TZID", "title": "SUMMARY"},
    )


class _File:
    """The entries of a calendar file, its own properties, and what stands astray in it."""

    def __init__(self, text: str) -> None:
        self.head: dict[str, str] = {}
        self.entries: list[_Entry] = []
        self.stray: list[Row] = []
        self._open: list[str] = []
        for number, line in _unfolded(text):
            self._take(number, line)
        if self._open:
            sentence = f"The file ends inside {self._open[-1]}: it may have been cut off."
            self._blame(text.count("\n") + 1, sentence)

    @property
    def is_ours(self) -> bool:
        """Whether an installation of eventsched wrote it."""
        return self.head.get("PRODID") == PRODUCT

    @property
    def zone(self) -> str:
        """The zone that the calendar names as its own; "" where we know none."""
        return _known_zone(self.head.get("X-WR-TIMEZONE", ""))

    def _take(self, number: int, line: str) -> None:
        inside = self._open[-1] if self._open else ""
        if inside not in ("", "VEVENT", "VCALENDAR") and not line.upper().startswith("END:"):
            # Zones, reminders and the like: not read, so only told where they are no line at all.
            if not _PROPERTY.match(line):
                self._blame(number, f"This line can’t be read: “{line[:60]}”.")
            elif line.upper().startswith("BEGIN:"):
                self._open.append(line[6:].strip().upper())
            return
        try:
            name, params, value = Contentline(line).parts()  # type: ignore[no-untyped-call]
        except ValueError:
            self._blame(number, f"This line can’t be read: “{line[:60]}”.")
            return
        self._place(number, name.upper(), {k.upper(): str(v) for k, v in params.items()}, value)

    def _place(self, number: int, name: str, params: dict[str, str], value: str) -> None:
        inside = self._open[-1] if self._open else ""
        part = value.strip().upper()
        if name == "BEGIN":
            self._begin(number, part)
        elif name == "END" and part == inside:
            self._open.pop()
        elif name == "END":
            self._blame(number, f"END:{part[:40]} ends what did not begin.")
        elif inside == "VEVENT":
            said = _Property(line=number, params=params, value=value)
            self.entries[-1].properties.setdefault(name, []).append(said)
        elif inside == "VCALENDAR":
            self.head.setdefault(name, value)

    def _begin(self, number: int, part: str) -> None:
        if part == "VEVENT" and part in self._open:
            self._blame(number, "An event begins inside another: an END:VEVENT is missing.")
            del self._open[self._open.index(part) :]
        if part == "VEVENT":
            self.entries.append(_Entry(line=number))
        elif part in _OTHER_PARTS:
            because = "It is a task or a journal entry, not an event."
            self.stray.append(Row(number=number, left_out=because))
        self._open.append(part)

    def _blame(self, number: int, sentence: str) -> None:
        """Blame the entry that the line stands in, or the line where it stands in none."""
        told = Problem(field="", message=f"Line {number}: {sentence}")
        if "VEVENT" in self._open:
            self.entries[-1].problems.append(told)
        else:
            self.stray.append(Row(number=number, problems=(told,)))


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line with its number; one that goes on in the next line is one (§3.1)."""
    begun, whole = 0, ""
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if line.startswith((" ", "\t")) and whole:
            whole += line[1:]
            continue
        if whole.strip():
            yield begun, whole
        begun, whole = number, line
    if whole.strip():
        yield begun, whole


def _row(entry: _Entry, file: _File, issuer: Issuer | None) -> Row:
    page = _OUR_PAGE.search(entry.text("URL")) if file.is_ours else None
    place = entry.text("LOCATION")
    when = _when(entry, place, file)
    said = {"title": _title(entry, issuer if file.is_ours else None), **when.said}
    notes = [*when.notes]
    kind = _KINDS.get(entry.text("CATEGORIES").casefold())
    if kind:
        said["kind"] = kind
    if not file.is_ours and (link := entry.text("CONFERENCE") or entry.text("URL")):
        said["live_url"] = link
        notes.append("Its link is taken for the live webcast’s: check that.")
    uid = entry.text("UID")
    if recurrence := entry.text("RECURRENCE-ID"):
        uid = f"{uid}/{recurrence}"
        notes.append("It is one date of a series in the file, and an event of its own here.")
    return Row(
        number=entry.line,
        said=said,
        slug=page[1] if page else "",
        uid=uid[:500],
        place=place,
        starts_at=when.starts_at,
        zone_hint=file.zone,
        standing=entry.text("STATUS").lower(),
        notes=tuple(notes),
        problems=(*entry.problems, *when.problems, *_repetition(entry)),
        left_out=_why_left_out(entry, file),
    )


def _title(entry: _Entry, issuer: Issuer | None) -> str:
    """Return the title, without what our own feed puts around it."""
    title = entry.text("SUMMARY")
    if issuer is None:
        return title
    for prefix in (*_OUR_PREFIXES, f"{issuer.ticker or issuer.name}: "):
        title = title.removeprefix(prefix)
    return title.removesuffix(_UNKNOWN_TIME)


def _why_left_out(entry: _Entry, file: _File) -> str:
    if file.is_ours and entry.text("UID").startswith("replay-"):
        return "It is the replay of an event, and follows from that."
    return ""


def _repetition(entry: _Entry) -> list[Problem]:
    if not any(name in entry.properties for name in _REPEATS):
        return []
    sentence = "It repeats, and events here do not. Bring each date as an entry of its own."
    return [Problem(field="", message=sentence)]


def _when(entry: _Entry, place: str, file: _File) -> _When:
    begins = entry.first("DTSTART")
    if begins is None:
        return _When(problems=(Problem(field="date", message="It has no date (DTSTART)."),))
    try:
        start = _moment(begins)
        end = _end(entry, begins, start)
    except ValueError as problem:
        return _When(problems=(Problem(field="date", message=str(problem)),))
    if not isinstance(start, datetime):
        return _whole_day(start, end)
    said = {"duration": _minutes(start, end)}
    if start.tzinfo is not None:
        note = f"Its time is in UTC; it is shown on the clock of {file.zone or 'its place'}."
        return _When(
            said=said, starts_at=start.astimezone(UTC), notes=() if file.is_ours else (note,)
        )
    said |= {"date": start.date().isoformat(), "time": start.time().isoformat()}
    return _in_zone(said, begins.params.get("TZID", ""), place, file)


def _in_zone(said: dict[str, str], tzid: str, place: str, file: _File) -> _When:
    if tzid:
        zone = _known_zone(tzid)
        problem = Problem(
            field="zone", message=f"“{tzid[:60]}” is not a time zone we know. Give it in the form."
        )
        if not zone:
            return _When(said=said, problems=(problem,))
        notes = () if zone == tzid else (f"“{tzid[:60]}” is read as {zone}.",)
        return _When(said=said | {"zone": zone}, notes=notes)
    zone = zone_of_city(place.rpartition(",")[2]) or zone_of_city(place) or file.zone
    if not zone:
        problem = Problem(
            field="zone", message="Its time has no time zone, and its place says none."
        )
        return _When(said=said, problems=(problem,))
    note = f"Its time has no time zone; {zone} is taken from its place or its calendar."
    return _When(said=said | {"zone": zone}, notes=(note,))


def _whole_day(start: date, end: date | None) -> _When:
    notes = ["It is for the whole day: its time is to be announced."]
    if end is not None and end - start > timedelta(days=1):
        notes.append(f"It lasts until {end - timedelta(days=1)}; the first day is taken.")
    return _When(said={"date": start.isoformat(), "time": ""}, notes=tuple(notes))


def _moment(said: _Property) -> date:
    """Return a date, a wall time (naive) or an instant (UTC). Raises ValueError."""
    try:
        moment = vDDDTypes.from_ical(said.value)  # type: ignore[no-untyped-call]
    except (ValueError, OverflowError):
        moment = None
    if not isinstance(moment, date):
        raise ValueError(f"Line {said.line}: “{said.value[:40]}” is no date.")
    return moment


def _clock(said: _Property, moment: date) -> tuple[str, bool]:
    """Return by which clock a moment is given."""
    in_utc = isinstance(moment, datetime) and moment.tzinfo is not None
    return said.params.get("TZID", ""), in_utc


def _end(entry: _Entry, begins: _Property, start: date) -> date | None:
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
        end = start + length
    except (ValueError, OverflowError):
        raise ValueError(f"Line {lasts.line}: “{lasts.value[:40]}” is no duration.") from None
    assert isinstance(end, date)
    return end


def _minutes(start: datetime, end: date | None) -> str:
    """Return the length in minutes; the zones of both ends are taken to be one."""
    if not isinstance(end, datetime):
        return ""
    lasts = end.replace(tzinfo=None) - start.replace(tzinfo=None)
    return "" if not lasts else str(lasts // timedelta(minutes=1))


def _known_zone(tzid: str) -> str:
    """Return the IANA name that a TZID means, by itself, by its end or by Windows' names."""
    last_words = "/".join(tzid.strip("/").split("/")[-2:])
    for name in (tzid, WINDOWS_TO_OLSON.get(tzid, ""), last_words):
        try:
            zone_of(name)
        except TimeProblem:
            continue
        return name
    return ""
