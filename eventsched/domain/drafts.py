"""What somebody typed, and whether it says an event.

A `Draft` is strings. `decide` turns it into `Facts`, or names every problem at once, by field.
"""

import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from eventsched.domain.clockface import UnreadableTime, read_date, read_time
from eventsched.domain.dial_in import (
    LONGEST_LINE,
    MOST_NUMBERS,
    DialIn,
    UnreadableNumber,
    dial_in_text,
    read_dial_in,
)
from eventsched.domain.events import (
    CountedFrom,
    Facts,
    Format,
    Kind,
    Presenter,
    derive_instants,
)
from eventsched.domain.links import UnusableLink, read_link
from eventsched.domain.times import Repeated, RepeatedTime, TimeProblem, instant_of

DEFAULT_REPLAY_DAYS = 7
LONGEST_REPLAY_DAYS = 3660
# Typed in place of a date: the replay stays until it is withdrawn.
FURTHER_NOTICE = "further notice"
LONGEST_DURATION = timedelta(days=7)
MOST_PRESENTERS = 50
# A character and its accents, of which NFC makes one.
_MOST_PARTS = 4
_LONGEST_WALL_TIME = 60

# How to join beside the webcast's own link, and instead of it.
JOINING = ("dial_in", "conference_id", "backup_url", "backup_note")

_TYPED = TypeVar("_TYPED")
_CHOICE = TypeVar("_CHOICE", bound=StrEnum)
_UNTIL_REVOKED = frozenset({FURTHER_NOTICE, "until further notice", "revoked", "until revoked"})
# Embeddings, overrides and isolates make text read other than it is stored. Plain marks
# (U+200E, U+200F) are needed in Hebrew and Arabic names and stay.
_DIRECTION_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing wrong with one field, in a sentence that a person can act on.

    `field` is a draft's field; of the second presenter's title it is “presenters-1-title”.
    """

    field: str
    message: str


class InvalidEvent(ValueError):
    """A draft breaks rules; `problems` names every one of them, by field."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{p.field}: {p.message}" for p in problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An event as typed: every field a string, "" where nothing was said.

    `duration` is in minutes, "" for an open end; `time` "" means to be announced. `replay_days` ""
    together with an empty `replay_until` means that no replay is promised. `replay_until` is a wall
    time in the event's zone, or “further notice”. `replay_counted_from` is "end" or "posting", ""
    for the former. `repeated` is "earlier" or "later" where the clocks show the time twice.
    `dial_in` holds one telephone number a line.
    """

    kind: str = Kind.CONFERENCE
    title: str = ""
    host: str = ""
    date: str = ""
    time: str = ""
    repeated: str = ""
    zone: str = ""
    duration: str = "60"
    city: str = ""
    venue: str = ""
    format: str = ""
    presenters: tuple[Presenter, ...] = ()
    live_url: str = ""
    backup_url: str = ""
    backup_note: str = ""
    dial_in: str = ""
    conference_id: str = ""
    replay_url: str = ""
    replay_days: str = str(DEFAULT_REPLAY_DAYS)
    replay_until: str = ""
    replay_counted_from: str = ""


def decide(draft: Draft) -> Facts:
    """Return what `draft` says, or raise InvalidEvent naming everything that is wrong with it."""
    reading = _DraftReading(draft)
    facts = reading.facts()
    if reading.problems:
        raise InvalidEvent(tuple(reading.problems))
    assert facts is not None
    return facts


def draft_of(facts: Facts) -> Draft:
    """Return the draft that would be read as `facts`, for a form to start from."""
    return Draft(
        kind=facts.kind,
        title=facts.title,
        host=facts.host,
        date=facts.date.isoformat(),
        time=_time_text(facts.time) if facts.time else "",
        repeated=facts.repeated or "",
        zone=facts.zone,
        duration=f"{facts.duration // timedelta(minutes=1)}" if facts.duration else "",
        city=facts.city,
        venue=facts.venue,
        format=facts.format or "",
        presenters=facts.presenters,
        live_url=facts.live_url or "",
        backup_url=facts.backup_url or "",
        backup_note=facts.backup_note,
        dial_in=dial_in_text(facts.dial_in),
        conference_id=facts.conference_id,
        replay_url=facts.replay_url or "",
        replay_days="" if facts.replay_days is None else str(facts.replay_days),
        replay_until=_until_text(facts),
        replay_counted_from=(
            "" if facts.replay_counted_from is CountedFrom.END else facts.replay_counted_from
        ),
    )


def decide_publication(moment: str, day: str, clock: str, zone: str, *, now: datetime) -> datetime:
    """Return the instant of publication: `now`, or what a typed date and time mean in `zone`.

    `moment` is “now” or “later”; there is no default, so that nobody publishes by leaving out.
    Raises InvalidEvent for what `decide_instant` refuses, and for what has passed.
    """
    is_typed = bool(day.strip() or clock.strip())
    if moment == "now" and not is_typed:
        return now
    if moment == "now":
        raise _one_problem("moment", "At once, or at the time that is filled in? Say one of them.")
    if moment != "later" and not is_typed:
        raise _one_problem("moment", "Choose when it becomes public.")
    instant = decide_instant(day, clock, zone)
    if instant <= now:
        raise _one_problem("day", "This instant has passed. Give a later one, or choose “At once”.")
    return instant


def _one_problem(field: str, message: str) -> InvalidEvent:
    return InvalidEvent((Problem(field=field, message=message),))


def decide_instant(day: str, clock: str, zone: str) -> datetime:
    """Return the instant that a typed date and time mean in `zone`.

    Raises InvalidEvent (fields “day” and “clock”) for what can't be read, or names no one instant.
    """
    missing = [field for field, typed in (("day", day), ("clock", clock)) if not typed.strip()]
    if missing:
        words = {"day": "Give the date too.", "clock": "Give the time too."}
        raise InvalidEvent(tuple(Problem(field=f, message=words[f]) for f in missing))
    field = "day"
    try:
        wanted = read_date(day)
        field = "clock"
        return instant_of(datetime.combine(wanted, read_time(clock)), zone)
    except (UnreadableTime, TimeProblem) as problem:
        raise InvalidEvent((Problem(field=field, message=str(problem)),)) from None


def again(draft: Draft) -> Draft:
    """Return the draft for another occasion of the same kind: without its date and its links."""
    one_time = ("date", "repeated", "live_url", "replay_url", "replay_until", *JOINING)
    nothing: dict[str, Any] = dict.fromkeys(one_time, "")
    return replace(draft, **nothing)


def _time_text(clock: time) -> str:
    return clock.isoformat("seconds" if clock.second else "minutes")


def _until_text(facts: Facts) -> str:
    if facts.replay_until_revoked:
        return FURTHER_NOTICE
    return "" if facts.replay_until is None else _wall_time_text(facts.replay_until)


def _wall_time_text(wall: datetime) -> str:
    return f"{wall.date()} {_time_text(wall.time())}"


class _DraftReading:
    """Reads one draft field by field and gathers what is wrong."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self.problems: list[Problem] = []

    def facts(self) -> Facts | None:
        draft = self._draft
        title = self._line("title", 300)
        if not is_visible(title) and not self._blames("title"):
            self._blame("title", "Give the event a title.")
        day = self._read("date", read_date)
        if not draft.date.strip():
            self._blame("date", "Give the date.")
        zone = self._zone()
        replay_days, replay_until, revoked = self._replay_window()
        facts = Facts(
            kind=self._choice("kind", Kind) or Kind.OTHER,
            title=title,
            host=self._line("host", 200),
            date=day or date.min,
            time=self._read("time", read_time),
            repeated=self._repeated(),
            zone=zone,
            duration=self._duration(),
            city=self._line("city", 120),
            venue=self._line("venue", 200),
            format=self._choice("format", Format),
            presenters=self._presenters(),
            live_url=self._link("live_url"),
            backup_url=self._link("backup_url"),
            backup_note=self._line("backup_note", 300),
            dial_in=self._dial_in(),
            conference_id=self._line("conference_id", 40),
            replay_url=self._link("replay_url"),
            replay_days=replay_days,
            replay_until=replay_until,
            replay_until_revoked=revoked,
            replay_counted_from=self._counted_from(),
        )
        if day is None or not zone or self._blames("time", "zone"):
            return None
        return self._with_instants_checked(facts)

    def _with_instants_checked(self, facts: Facts) -> Facts | None:
        try:
            instants = derive_instants(replace(facts, replay_days=None, replay_until=None))
        except RepeatedTime as problem:
            self._blame("repeated", str(problem))
            return None
        except TimeProblem as problem:
            self._blame("time" if facts.time else "date", str(problem))
            return None
        try:
            closes = derive_instants(facts, replay_posted_at=instants.ends_at).replay_closes_at
        except RepeatedTime:
            self._blame("replay_until", "The clocks show this time twice that day; take another.")
            return None
        except TimeProblem as problem:
            self._blame("replay_until" if facts.replay_until else "replay_days", str(problem))
            return None
        if closes is not None and closes <= instants.ends_at:
            self._blame("replay_until", "The replay closes before the presentation has ended.")
        return facts

    def _blame(self, field: str, message: str) -> None:
        self.problems.append(Problem(field=field, message=message))

    def _blames(self, *fields: str) -> bool:
        return any(problem.field in fields for problem in self.problems)

    def _line(self, field: str, longest: int) -> str:
        return self._one_line(field, getattr(self._draft, field), longest)

    def _one_line(self, field: str, typed: str, longest: int) -> str:
        text, problem = read_line(typed, longest)
        if problem:
            self._blame(field, problem)
        return text

    def _read(self, field: str, read: Callable[[str], _TYPED]) -> _TYPED | None:
        typed = getattr(self._draft, field).strip()
        if not typed:
            return None
        try:
            return read(typed)
        except UnreadableTime as problem:
            self._blame(field, str(problem))
            return None

    def _zone(self) -> str:
        typed = self._draft.zone.strip()
        if not typed:
            self._blame("zone", "Choose the time zone of the place.")
            return ""
        try:
            instant_of(datetime(2000, 1, 15), typed)
        except TimeProblem as problem:
            self._blame("zone", str(problem))
            return ""
        return typed

    def _repeated(self) -> Repeated | None:
        match self._draft.repeated:
            case "":
                return None
            case "earlier":
                return "earlier"
            case "later":
                return "later"
        self._blame("repeated", "Say “earlier” or “later”.")
        return None

    def _duration(self) -> timedelta | None:
        typed = self._draft.duration.strip()
        if not typed:
            return None
        minutes = self._whole_number("duration", typed, "Give the length in whole minutes.")
        if minutes is None:
            return None
        if minutes <= 0:
            self._blame("duration", "Ends before it starts.")
        elif minutes > LONGEST_DURATION / timedelta(minutes=1):
            self._blame("duration", "Longer than a week; give the length in minutes.")
        else:
            return timedelta(minutes=minutes)
        return None

    def _replay_window(self) -> tuple[int | None, datetime | None, bool]:
        """Return the days, the last wall time, and whether it stays until it is revoked."""
        days = self._draft.replay_days.strip()
        until = self._draft.replay_until.strip()
        if until.casefold() in _UNTIL_REVOKED:
            return None, None, True
        if until:
            return None, self._read("replay_until", _read_wall_time), False
        if not days:
            return None, None, False
        number = self._whole_number("replay_days", days, "Give the replay window in whole days.")
        if number is not None and not 1 <= number <= LONGEST_REPLAY_DAYS:
            self._blame("replay_days", f"Give between 1 and {LONGEST_REPLAY_DAYS:,} days.")
            return None, None, False
        return number, None, False

    def _counted_from(self) -> CountedFrom:
        wanted = self._choice("replay_counted_from", CountedFrom) or CountedFrom.END
        is_counted = self._draft.replay_days.strip() and not self._draft.replay_until.strip()
        return wanted if is_counted else CountedFrom.END

    def _whole_number(self, field: str, typed: str, problem: str) -> int | None:
        if re.fullmatch(r"-?[0-9]{1,9}", typed):
            return int(typed)
        self._blame(field, problem)
        return None

    def _choice(self, field: str, choices: type[_CHOICE]) -> _CHOICE | None:
        typed = getattr(self._draft, field)
        if not typed:
            return None
        try:
            return choices(typed)
        except ValueError:
            known = ", ".join(choices)
            self._blame(field, f"“{typed[:40]}” is none of: {known}.")
            return None

    def _presenters(self) -> tuple[Presenter, ...]:
        if len(self._draft.presenters) > MOST_PRESENTERS:
            self._blame("presenters", f"At most {MOST_PRESENTERS} presenters fit on one event.")
            return ()
        presenters = []
        for number, presenter in enumerate(self._draft.presenters):
            name = self._one_line(f"presenters-{number}-name", presenter.name, 200)
            title = self._one_line(f"presenters-{number}-title", presenter.title, 200)
            if is_visible(name):
                presenters.append(Presenter(name=name, title=title))
            elif is_visible(title):
                whose = f"Who is “{title[:60]}”? Give the name too."
                self._blame(f"presenters-{number}-name", whose)
        return tuple(presenters)

    def _dial_in(self) -> tuple[DialIn, ...]:
        # Pasted from a spreadsheet's cell, several stand on one line.
        typed = re.split(r"[;\r\n]+", self._draft.dial_in)
        lines = [line for line in typed if line.strip()]
        if len(lines) > MOST_NUMBERS:
            self._blame("dial_in", f"At most {MOST_NUMBERS} numbers fit on one event.")
            return ()
        numbers = []
        for line in lines:
            text = self._one_line("dial_in", line, LONGEST_LINE)
            if self._blames("dial_in"):
                break
            try:
                numbers.append(read_dial_in(text))
            except UnreadableNumber as problem:
                self._blame("dial_in", str(problem))
        return tuple(dict.fromkeys(numbers))

    def _link(self, field: str) -> str | None:
        typed = self._line(field, 2000)
        if not typed or self._blames(field):
            return None
        try:
            return read_link(typed)
        except UnusableLink as problem:
            self._blame(field, str(problem))
            return None


def _read_wall_time(typed: str) -> datetime:
    """Return the naive wall time that a date, a space, comma or “T”, and a time say together."""
    for gap in re.finditer(r"[T\s,]+", typed[:_LONGEST_WALL_TIME]):
        with suppress(UnreadableTime):
            day, clock = typed[: gap.start()], typed[gap.end() :]
            return datetime.combine(read_date(day), read_time(clock))
    raise UnreadableTime(
        f"Can't read “{typed[:40]}” as a date and a time. Write it like 2011-11-18 17:00."
    )


def read_line(typed: str, longest: int) -> tuple[str, str]:
    """Return a line of text as it is stored, and what is wrong with it or ""."""
    text = typed.strip()
    # Composing takes the square of the length in combining marks: hours for a megabyte.
    if len(text) <= longest * _MOST_PARTS:
        text = unicodedata.normalize("NFC", text)
    if len(text) > longest:
        return text, f"Too long: {len(text):,} characters, at most {longest} fit in this field."
    if any(unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") for c in text):
        return text, "Keep it to one line, without tabs or control characters."
    if any(c in _DIRECTION_OVERRIDES for c in text):
        return text, "Contains an invisible character that reverses text; type it anew."
    return text, ""


def is_visible(text: str) -> bool:
    """Tell whether there is anything to see: a letter, a number, a mark of any sort."""
    return any(unicodedata.category(c)[0] in "LNPS" for c in text)
