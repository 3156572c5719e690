"""What would follow from each row of a file, held against what is planned already.

A plan is computed, never stored: the same file, schedule and person give the same plan, and what is
confirmed is the plan that was seen (`fingerprint`) or nothing.
"""

import hashlib
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from eventsched.domain.clockface import UnreadableTime, read_date
from eventsched.domain.comparison import Difference, differences
from eventsched.domain.drafts import Draft, InvalidEvent, Problem, decide, draft_of
from eventsched.domain.events import Event, Facts, Standing, derive_instants
from eventsched.domain.imports import Row, Sheet
from eventsched.domain.places import with_zone_of_city, zone_of_city
from eventsched.domain.revisions import owes_a_reason, with_facts
from eventsched.domain.second_person import takes_two
from eventsched.domain.staff import Staff, may_revise
from eventsched.domain.times import TimeProblem, instant_of, wall_of
from eventsched.domain.wording import place_words

_MOST_CITY_PARTS = 3
_WINDOW = frozenset({"replay_days", "replay_until", "replay_counted_from"})


class Outcome(StrEnum):
    """What would become of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    UNREADABLE = "unreadable"
    LEFT_OUT = "left_out"


class Way(StrEnum):
    """How a new or changed row would be saved."""

    DRAFT = "draft"
    AT_ONCE = "at_once"
    APPROVER = "approver"
    SECOND_PERSON = "second_person"

    @property
    def waits(self) -> bool:
        """Whether it would wait for somebody else."""
        return self in (Way.APPROVER, Way.SECOND_PERSON)


@dataclass(frozen=True, kw_only=True)
class Blame:
    """What is wrong in one column of a row; the column is "" where the whole row is meant."""

    column: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A row and what would follow from it.

    `event` is the one that it is about, None for a new one. `facts` are what would be said of it.
    """

    number: int
    outcome: Outcome
    title: str
    uid: str = ""
    event: Event | None = None
    facts: Facts | None = None
    way: Way = Way.DRAFT
    owes_reason: bool = False
    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()
    blames: tuple[Blame, ...] = ()
    because: str = ""


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """What is planned already. `uids` are those that earlier files gave, with their slugs.

    `usual` is an empty form: what a new event is where nothing is said.
    """

    events: tuple[Event, ...]
    uids: Mapping[str, str]
    waiting: Container[str]
    demands_two: bool
    usual: Draft = field(default_factory=Draft)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Every row of a file with what would follow from it, in the file's order."""

    rows: tuple[Planned, ...]
    unit: str
    notes: tuple[str, ...]

    def of(self, *outcomes: Outcome) -> tuple[Planned, ...]:
        """Return the rows with one of these outcomes."""
        return tuple(row for row in self.rows if row.outcome in outcomes)

    @property
    def owes_reason(self) -> bool:
        """Whether the public is owed a reason for one of the changes."""
        return any(row.owes_reason for row in self.of(Outcome.CHANGED))

    @property
    def does_anything(self) -> bool:
        """Whether confirming would save anything."""
        return bool(self.of(Outcome.NEW, Outcome.CHANGED))

    @property
    def fingerprint(self) -> str:
        """A digest of everything that confirming would do."""
        said = [
            (
                *(row.number, row.outcome, row.way, row.owes_reason, row.facts),
                None if row.event is None else (row.event.slug, row.event.revision),
            )
            for row in self.rows
        ]
        return hashlib.sha256(repr(said).encode()).hexdigest()


def plan(sheet: Sheet, schedule: Schedule, staff: Staff | None, *, now: datetime) -> Plan:
    """Return what would follow from a file if `staff` (None: the operator) confirmed it."""
    planner = _Planner(sheet, schedule, staff, now)
    rows = tuple(planner.planned(row) for row in sheet.rows)
    new = {row.number for row in rows if row.outcome is Outcome.NEW}
    unsaid = _unsaid(row for row in sheet.rows if row.number in new)
    return Plan(rows=rows, unit=sheet.unit, notes=(*sheet.notes, *unsaid))


def _unsaid(rows: Iterable[Row]) -> list[str]:
    """Return what an empty form says in place of a file."""
    said = [row.said.keys() for row in rows]
    notes = []
    if any("duration" not in fields and fields & {"time"} for fields in said):
        notes.append("Nothing is said of how long new events last: 60 minutes, as in the form.")
    if any(not fields & _WINDOW for fields in said):
        notes.append("Nothing is said of new events’ replays: as usual, and none for what is over.")
    return notes


class _Planner:
    """Holds one row after the other against the schedule, and against the rows before it."""

    def __init__(self, sheet: Sheet, schedule: Schedule, staff: Staff | None, now: datetime):
        self._sheet, self._schedule, self._staff, self._now = sheet, schedule, staff, now
        self._by_slug = {event.slug: event for event in schedule.events}
        self._by_uid = {event.uid: event for event in schedule.events}
        for uid, slug in schedule.uids.items():
            if slug in self._by_slug:
                self._by_uid.setdefault(uid, self._by_slug[slug])
        self._by_day = _by_title_and_day(schedule.events)
        self._taken: dict[str, int] = {}
        self._seen: dict[Facts, int] = {}

    def planned(self, row: Row) -> Planned:
        """Return the row with what would follow from it."""
        if row.left_out:
            title = str(row.said.get("title", ""))
            return Planned(
                number=row.number, outcome=Outcome.LEFT_OUT, title=title, because=row.left_out
            )
        event, notes = self._meant(row)
        draft = with_zone_of_city(_drafted(row, event, self._schedule.usual))
        problems = [*row.problems]
        facts = None
        try:
            facts = self._decided(draft, row, event)
        except InvalidEvent as invalid:
            # One word a field is enough, and the file's own comes first.
            blamed = {problem.field for problem in row.problems}
            blamed |= {"time", "zone"} if "date" in blamed else set()
            problems += [problem for problem in invalid.problems if problem.field not in blamed]
        if event is not None and event.slug in self._taken:
            taken = f"{self._sheet.unit} {self._taken[event.slug]} is about the same event already."
            problems.append(Problem(field="", message=taken))
        about = Planned(
            number=row.number,
            outcome=Outcome.UNREADABLE,
            title=draft.title.strip(),
            uid=row.uid,
            event=event,
            notes=(*row.notes, *notes, *_standing_notes(row, event)),
        )
        if problems or facts is None:
            return self._blamed(about, problems)
        if event is None:
            return self._new(about, facts)
        self._taken[event.slug] = row.number
        try:
            return self._compared(about, event, facts)
        except InvalidEvent as invalid:
            # What befell its replay does not go with what the row says.
            return self._blamed(about, invalid.problems)

    def _decided(self, draft: Draft, row: Row, event: Event | None) -> Facts:
        """Return what a draft says. Of a new event that is over, no replay can be promised."""
        facts = decide(draft)
        promises = row.said.keys() & {*_WINDOW, "replay_url"}
        if event is None and not promises and derive_instants(facts).ends_at <= self._now:
            return decide(replace(draft, replay_days="", replay_until=""))
        return facts

    def _meant(self, row: Row) -> tuple[Event | None, list[str]]:
        """Return the event that a row is about, and what is to be said about how it was found."""
        named = self._by_slug.get(row.slug) or self._by_uid.get(row.uid)
        if named is not None:
            return named, []
        title = str(row.said.get("title", ""))
        same = self._by_day.get(_title_and_day(title, str(row.said.get("date", ""))), [])
        if len(same) == 1 and not row.slug:
            return same[0], ["Found by its title and date."]
        if row.slug:
            return None, [f"There is no event at “{row.slug[:80]}”; it gets an address of its own."]
        return None, []

    def _new(self, about: Planned, facts: Facts) -> Planned:
        if facts in self._seen:
            because = f"{self._sheet.unit} {self._seen[facts]} says the same."
            return replace(about, outcome=Outcome.LEFT_OUT, because=because)
        self._seen[facts] = about.number
        return replace(about, outcome=Outcome.NEW, facts=facts)

    def _compared(self, about: Planned, event: Event, facts: Facts) -> Planned:
        changed = with_facts(event, facts, now=self._now)
        if (changed.facts, changed.instants) == (event.facts, event.instants):
            return replace(about, outcome=Outcome.UNCHANGED)
        way = self._way(event, changed)
        if way.waits and event.slug in self._schedule.waiting:
            blame = Blame(
                column="", message="Another change of this event waits already. Settle that first."
            )
            return replace(about, blames=(blame,))
        return replace(
            about,
            outcome=Outcome.CHANGED,
            facts=facts,
            way=way,
            owes_reason=owes_a_reason(event, changed, now=self._now),
            differences=differences(draft_of(event.facts), draft_of(facts)),
        )

    def _way(self, event: Event, changed: Event) -> Way:
        if self._staff is not None and not may_revise(self._staff, event):
            return Way.APPROVER
        demanded = self._staff is not None and self._schedule.demands_two
        if demanded and takes_two(event, changed):
            return Way.SECOND_PERSON
        preparing = event.standing in (Standing.DRAFT, Standing.IN_REVIEW, Standing.WITHDRAWN)
        return Way.DRAFT if preparing else Way.AT_ONCE

    def _blamed(self, about: Planned, problems: Iterable[Problem]) -> Planned:
        blames = tuple(Blame(column=self._column(p.field), message=p.message) for p in problems)
        return replace(about, blames=blames)

    def _column(self, field: str) -> str:
        name = re.sub(r"-\d+-.*", "", field)
        return self._sheet.columns.get(name, name.replace("_", " "))


def _drafted(row: Row, event: Event | None, usual: Draft) -> Draft:
    """Return the draft that a row says: of what it does not say, what is known or usual."""
    new = Draft() if row.said.keys() & _WINDOW else usual
    base = new if event is None else draft_of(event.facts)
    said: dict[str, Any] = dict(row.said)
    if said.get("replay_days") and "replay_until" not in said:
        said["replay_until"] = ""
    if row.place and (event is None or place_words(event.facts) != row.place):
        said["venue"], said["city"] = venue_and_city(row.place)
    if row.starts_at is not None:
        said |= _wall_time(row, event, row.starts_at, city=str(said.get("city", "")))
    return replace(base, **said)


def _wall_time(row: Row, event: Event | None, at: datetime, *, city: str) -> dict[str, str]:
    """Return date, time and zone for an instant that was given without a place."""
    if event is not None and event.instants.starts_at == at:
        return {}
    zone = event.facts.zone if event is not None else ""
    zone = zone or zone_of_city(city) or row.zone_hint or "UTC"
    wall = wall_of(at, zone)
    return {
        "date": wall.date().isoformat(),
        "time": wall.time().isoformat(),
        "zone": zone,
        "repeated": _which(at, wall, zone),
    }


def _which(at: datetime, wall: datetime, zone: str) -> str:
    """Return which of two instants that show `wall` is `at`; "" where there is but one."""
    try:
        if instant_of(wall, zone, repeated="earlier") != at:
            return "later"
        return "earlier" if instant_of(wall, zone, repeated="later") != at else ""
    except TimeProblem:
        return ""


def venue_and_city(place: str) -> tuple[str, str]:
    """Return “The Biltmore, Phoenix, AZ” as a venue and a city; all of it is venue if in doubt."""
    parts = [part.strip() for part in place.split(",")]
    for count in range(min(_MOST_CITY_PARTS, len(parts)), 0, -1):
        city = ", ".join(parts[-count:])
        if zone_of_city(city) and (count == 1 or zone_of_city(parts[-count])):
            return ", ".join(parts[:-count]), city
    return place, ""


def _standing_notes(row: Row, event: Event | None) -> list[str]:
    said = row.standing.casefold().replace(" ", "_")
    if not said or (event is not None and said == event.standing):
        return []
    if event is None:
        drafty = said in (Standing.DRAFT, "tentative", "confirmed")
        return [] if drafty else [f"It is “{row.standing[:40]}” in the file; it becomes a draft."]
    if said in ("confirmed", "tentative") and event.standing is not Standing.CANCELLED:
        return []
    words = event.standing.replace("_", " ")
    return [f"It is “{row.standing[:40]}” in the file and {words} here; no file changes that."]


def _by_title_and_day(events: Iterable[Event]) -> dict[tuple[str, str], list[Event]]:
    found: dict[tuple[str, str], list[Event]] = {}
    for event in events:
        if event.standing is not Standing.WITHDRAWN:
            key = _title_and_day(event.facts.title, event.facts.date.isoformat())
            found.setdefault(key, []).append(event)
    return found


def _title_and_day(title: str, day: str) -> tuple[str, str]:
    try:
        day = read_date(day).isoformat()
    except UnreadableTime:
        day = ""
    return " ".join(title.casefold().split()) if day else "", day
