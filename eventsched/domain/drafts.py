"""What somebody typed, and whether it says an event.

A `Draft` is strings. `decide` turns it into `Facts`, or names every problem at once, by field.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from eventsched.domain.clockface import UnreadableTime, read_date, read_time
from eventsched.domain.dial_in import (
    DialIn,
    UnreadableNumber,
    dial_in_text,
    read_dial_ins,
)
from eventsched.domain.events import (
    CountedFrom,
    Facts,
    Format,
    Kind,
    Presenter,
    derive_instants,
)
from eventsched.domain.lines import is_visible, read_line
from eventsched.domain.links import UnusableLink, read_link
from eventsched.domain.replay_windows import (
    DEFAULT_REPLAY_DAYS,
    FURTHER_NOTICE,
    UnreadableWindow,
    read_window,
)
from eventsched.domain.times import Repeated, RepeatedTime, TimeProblem, instant_of

LONGEST_DURATION = timedelta(days=7)
MOST_PRESENTERS = 50

# How to join beside the webcast's own link, and instead of it.
JOINING = ("dial_in", "conference_id", "backup_url", "backup_note")

_TYPED = TypeVar("_TYPED")
_CHOICE = TypeVar("_CHOICE", bound=StrEnum)


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
        if facts.wall_time is None and facts.replay_until is not None:
            # Nobody knows yet when it ends, but not before its day.
            is_early = facts.replay_until.date() < facts.date
        else:
            is_early = closes is not None and closes <= instants.ends_at
        if is_early:
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
        try:
            return read_window(self._draft.replay_days, self._draft.replay_until)
        except UnreadableWindow as problem:
            self._blame(problem.field, str(problem))
            return None, None, False

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
        try:
            return read_dial_ins(self._draft.dial_in)
        except UnreadableNumber as problem:
            self._blame("dial_in", str(problem))
            return ()

    def _link(self, field: str) -> str | None:
        typed = self._line(field, 2000)
        if not typed or self._blames(field):
            return None
        try:
            return read_link(typed)
        except UnusableLink as problem:
            self._blame(field, str(problem))
            return None
