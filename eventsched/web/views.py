"""What the public pages say of events: plain values, computed from events and an instant.

Two views of one event are equal as long as no transition lies between them, so a page may be held
until the next one. What ticks (“6 days left”) is therefore left to the browser.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from eventsched.domain.changes import Alteration, Change
from eventsched.domain.documents import KIND_WORDS, Document, DocumentKind, size_words
from eventsched.domain.events import Event, Format, Kind, Presenter, Standing
from eventsched.domain.issuer import Issuer
from eventsched.domain.lifecycle import (
    GateState,
    Phase,
    Transition,
    TransitionKind,
    closes_by_withdrawal,
    is_historical,
    is_public,
    is_replay_missing,
    live_gate,
    next_transition,
    phase,
    replay_gate,
    replay_missing_at,
    replay_window,
    shown_documents,
    takes_place,
    transitions,
)
from eventsched.domain.times import local
from eventsched.domain.wording import (
    clock_words,
    date_words,
    deadline_words,
    duration_words,
    live_words,
    month_words,
    place_words,
    replay_words,
    short_date_words,
    weekday_words,
    when_words,
)
from eventsched.web.joining import Joining, joining_of


@dataclass(frozen=True, kw_only=True)
class Moment:
    """An instant or a day for `<time>`: `iso` (with the offset) for machines, `words` to read."""

    iso: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """The event's date as on a calendar's leaf: “Nov”, “11”, “Friday”, “2011”."""

    month: str
    day: str
    weekday: str
    year: str


@dataclass(frozen=True, kw_only=True)
class Gate:
    """The live webcast or the replay: its state, that in a sentence, and when it changes.

    `opens` and `closes` are None where that is not known, or where there is no such thing. A
    replay that `is_withdrawn` closed before its window was over; `missing_from` is when one that is
    not posted counts as not having come, None where it had.
    """

    state: GateState
    words: str
    opens: Moment | None
    closes: Moment | None
    is_withdrawn: bool = False
    missing_from: Moment | None = None


@dataclass(frozen=True, kw_only=True)
class Point:
    """A station on an event's timeline. `position` is its place from 0 to 100, evenly spread.

    `is_last_reached` marks the one station after which the event now is.
    """

    kind: TransitionKind
    moment: Moment
    date: str
    clock: str
    position: float
    is_reached: bool
    is_last_reached: bool


@dataclass(frozen=True, kw_only=True)
class DocumentView:
    """A file that the public may have: what it is, of which day, and what it costs to load."""

    name: str
    kind: DocumentKind
    kind_words: str
    title: str
    as_of: Moment
    format: str
    size: str


@dataclass(frozen=True, kw_only=True)
class EventView:
    """What the pages say of one event at one instant.

    `called_off_on` is the date on which it was cancelled or postponed, in words, else "".
    `next_change` is the next instant (ISO) at which any of this may read differently.
    `historical_as_of` is the day, in words, on which what was said there was right; "" until what
    is left of it is old.
    """

    slug: str
    title: str
    kind: Kind
    format: Format | None
    host: str
    when: Moment
    leaf: Leaf
    duration: str
    place: str
    presenters: tuple[Presenter, ...]
    standing: Standing
    called_off_on: str
    phase: Phase
    live: Gate
    joining: Joining
    replay: Gate
    timeline: tuple[Point, ...]
    next_change: str | None
    historical_as_of: str
    documents: tuple[DocumentView, ...]


@dataclass(frozen=True, kw_only=True)
class ChangeView:
    """What one save altered for readers, and why; `reason` is "" where none was given."""

    at: Moment
    reason: str
    alterations: tuple[Alteration, ...]


@dataclass(frozen=True, kw_only=True)
class PastYear:
    """The past events of one year, latest first."""

    year: int
    events: tuple[EventView, ...]


@dataclass(frozen=True, kw_only=True)
class ListView:
    """Every public event, in the order in which an investor looks for it."""

    live: tuple[EventView, ...]
    upcoming: tuple[EventView, ...]
    replays: tuple[EventView, ...]
    past: tuple[PastYear, ...]
    next_change: str | None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show at all."""
        return not (self.live or self.upcoming or self.replays or self.past)


def event_view(event: Event, issuer: Issuer, *, now: datetime) -> EventView:
    """Return what the pages say of `event`, which is public at `now`."""
    facts, home_zone = event.facts, issuer.home_zone
    next_change = next_transition(event, now=now)
    return EventView(
        slug=event.slug,
        title=facts.title,
        kind=facts.kind,
        format=facts.format,
        host=facts.host,
        when=_when(event, home_zone),
        leaf=_leaf(facts.date),
        duration="" if facts.duration is None else duration_words(facts.duration),
        place=place_words(facts),
        presenters=facts.presenters,
        standing=event.standing,
        called_off_on=_called_off_on(event, home_zone),
        phase=phase(event, now=now),
        live=_live(event, home_zone, now=now),
        joining=joining_of(event, now=now),
        replay=_replay(event, home_zone, now=now),
        timeline=_timeline(event, home_zone, now=now),
        next_change=None if next_change is None else next_change.isoformat(),
        historical_as_of=_historical_as_of(event, now=now),
        documents=tuple(map(document_view, shown_documents(event, now=now))),
    )


def document_view(document: Document) -> DocumentView:
    """Return what the pages say of a document."""
    label, file = document.label, document.file
    return DocumentView(
        name=document.name,
        kind=label.kind,
        kind_words=KIND_WORDS[label.kind],
        title=label.title,
        as_of=Moment(iso=label.as_of.isoformat(), words=date_words(label.as_of)),
        format=file.format.words,
        size=size_words(file.size),
    )


def change_view(change: Change, issuer: Issuer) -> ChangeView:
    """Return what the pages say of a change."""
    when = local(change.at, issuer.home_zone)
    return ChangeView(
        at=Moment(iso=when.isoformat(), words=deadline_words(change.at, issuer.home_zone)),
        reason=change.reason,
        alterations=change.alterations,
    )


def list_view(events: Iterable[Event], issuer: Issuer, *, now: datetime) -> ListView:
    """Return the public ones of `events`: live first, then upcoming, replays, and past by year."""
    shown = sorted((e for e in events if is_public(e, now=now)), key=_begins)
    changes = [change for event in shown if (change := next_transition(event, now=now))]

    def of(*phases: Phase) -> tuple[EventView, ...]:
        members = (event for event in shown if phase(event, now=now) in phases)
        return tuple(event_view(event, issuer, now=now) for event in members)

    return ListView(
        live=of(Phase.LIVE),
        upcoming=of(Phase.UPCOMING),
        replays=_latest_first(of(Phase.REPLAY_OPEN, Phase.REPLAY_PENDING)),
        past=_by_year(_latest_first(of(Phase.REPLAY_EXPIRED, Phase.REPLAY_MISSING, Phase.PAST))),
        next_change=min(changes).isoformat() if changes else None,
    )


def _when(event: Event, home_zone: str) -> Moment:
    starts_at = event.instants.starts_at
    begins = event.facts.date if starts_at is None else local(starts_at, event.facts.zone)
    return Moment(iso=begins.isoformat(), words=when_words(event, home_zone))


def _leaf(day: date) -> Leaf:
    return Leaf(
        month=month_words(day),
        day=str(day.day),
        weekday=weekday_words(day),
        year=str(day.year),
    )


def _called_off_on(event: Event, home_zone: str) -> str:
    return "" if takes_place(event) else date_words(local(event.standing_since, home_zone))


def _historical_as_of(event: Event, *, now: datetime) -> str:
    return date_words(event.facts.date) if is_historical(event, now=now) else ""


def _live(event: Event, home_zone: str, *, now: datetime) -> Gate:
    return Gate(
        state=live_gate(event, now=now),
        words=live_words(event, home_zone, now=now),
        opens=_moment(event.instants.starts_at, home_zone),
        closes=_moment(event.instants.ends_at, home_zone),
    )


def _replay(event: Event, home_zone: str, *, now: datetime) -> Gate:
    window = replay_window(event)
    return Gate(
        state=replay_gate(event, now=now),
        words=replay_words(event, home_zone, now=now),
        opens=None if not (window and window.ever_opens) else _moment(window.opens, home_zone),
        closes=None if window is None else _moment(window.closes, home_zone),
        is_withdrawn=window is not None and closes_by_withdrawal(event),
        missing_from=_moment(replay_missing_at(event), home_zone),
    )


def _moment(instant: datetime | None, zone: str) -> Moment | None:
    if instant is None:
        return None
    return Moment(iso=local(instant, zone).isoformat(), words=deadline_words(instant, zone))


def _timeline(event: Event, home_zone: str, *, now: datetime) -> tuple[Point, ...]:
    """Return announcement, live, replay and end, each where it is known."""
    # Where two fall on one instant (the presentation ends, the replay opens) the later one speaks.
    stations = list({t.due_at: t for t in _stations(event, now=now)}.values())
    reached = sum(station.due_at <= now for station in stations)
    return tuple(
        Point(
            kind=station.kind,
            moment=Moment(
                iso=local(station.due_at, home_zone).isoformat(),
                words=deadline_words(station.due_at, home_zone),
            ),
            date=short_date_words(local(station.due_at, home_zone)),
            clock=clock_words(station.due_at, home_zone),
            position=round(100 * index / len(stations), 2),
            is_reached=index < reached,
            is_last_reached=index == reached - 1,
        )
        for index, station in enumerate(stations)
    )


def _stations(event: Event, *, now: datetime) -> list[Transition]:
    """Return the transitions as they are promised: nobody announces that a replay will not come."""
    found, window = transitions(event), replay_window(event)
    if is_replay_missing(event, now=now):
        return found
    promised = [t for t in found if t.kind is not TransitionKind.REPLAY_MISSING]
    if window and window.closes and len(promised) < len(found) and not window.ever_opens:
        promised.append(Transition(due_at=window.closes, kind=TransitionKind.REPLAY_CLOSED))
    return promised


def _begins(event: Event) -> tuple[datetime, str]:
    return event.instants.starts_at or event.instants.ends_at, event.slug


def _latest_first(events: Sequence[EventView]) -> tuple[EventView, ...]:
    return tuple(reversed(events))


def _by_year(events: Sequence[EventView]) -> tuple[PastYear, ...]:
    # Around New Year the order of instants is not quite the order of the events' own years.
    by_year = sorted(events, key=_year, reverse=True)
    return tuple(
        PastYear(year=year, events=tuple(members)) for year, members in groupby(by_year, key=_year)
    )


def _year(event: EventView) -> int:
    return int(event.leaf.year)
