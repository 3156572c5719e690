"""Public events, chosen, counted and cut into portions by the database, however many there are.

What a phase is, `lifecycle.phase` says; the conditions here repeat it so that only what is shown is
read, and a test holds the two together.
"""

import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, extract, func, not_, or_, select
from sqlalchemy.orm import Session

from eventsched.domain.changes import Saved
from eventsched.domain.events import Event, Kind, Standing
from eventsched.domain.lifecycle import (
    HISTORICAL_AFTER,
    REPLAY_IS_MISSING_AFTER,
    Phase,
    is_public,
)
from eventsched.domain.revisions import event_of
from eventsched.store import visibility
from eventsched.store.event_rows import event_of_row
from eventsched.store.tables import EventRow, PresenterRow, RevisionRow

PAST = frozenset({Phase.REPLAY_EXPIRED, Phase.REPLAY_MISSING, Phase.PAST})
ALL = frozenset(Phase)

_STATIONS = (
    EventRow.starts_at,
    EventRow.ends_at,
    EventRow.replay_posted_at,
    EventRow.replay_closes_at,
)
# So long after its end an event changes once more.
_AFTER = (REPLAY_IS_MISSING_AFTER, HISTORICAL_AFTER)
# More than anybody reads; a search this wide is better narrowed.
_MOST_FOUND = 1_000


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which public events: of a kind, in some phases, on dates of their own (inclusive), by text.

    Of `text`, every word must begin or be within some word of an event's. With `takes_place`, none
    that was called off.
    """

    kind: Kind | None = None
    phases: frozenset[Phase] = ALL
    since: date | None = None
    until: date | None = None
    text: str = ""
    takes_place: bool = False


@dataclass(frozen=True, kw_only=True)
class Portion:
    """Some of the wanted events, in order, and whether more follow."""

    events: tuple[Event, ...]
    has_more: bool


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many public events there are of one kind in one year, and whether they are past."""

    kind: Kind
    year: int
    is_past: bool
    count: int


def portion(
    session: Session,
    wanted: Wanted,
    *,
    now: datetime,
    limit: int,
    skip: int = 0,
    latest_first: bool = False,
) -> Portion:
    """Return up to `limit` of the wanted events after the first `skip`, in order of beginning."""
    order = (_begins(), EventRow.slug)
    chosen = _chosen(session, wanted, now=now).order_by(
        *(column.desc() if latest_first else column for column in order)
    )
    rows = session.scalars(chosen.offset(skip).limit(limit + 1)).all()
    events = (event_of_row(row) for row in rows[:limit])
    return Portion(
        events=tuple(event for event in events if is_public(event, now=now)),
        has_more=len(rows) > limit,
    )


def count(session: Session, wanted: Wanted, *, now: datetime) -> int:
    """Return how many events are wanted."""
    chosen = _chosen(session, wanted, now=now).with_only_columns(func.count())
    return session.scalars(chosen).one()


def tallies(session: Session, *, now: datetime) -> list[Tally]:
    """Return how many public events there are, by kind and year."""
    is_past = or_(*(_is(phase, now) for phase in PAST))
    year = extract("year", EventRow.date)
    chosen = (
        select(EventRow.kind, year.label("year"), is_past.label("is_past"), func.count())
        .where(visibility.is_public(now))
        .group_by("kind", "year", "is_past")
    )
    return [
        Tally(kind=Kind(kind), year=int(of), is_past=bool(past), count=number)
        for kind, of, past, number in session.execute(chosen)
    ]


def next_change(session: Session, *, now: datetime) -> datetime | None:
    """Return the first instant after `now` at which a public event passes a station of its day.

    Never later than what `lifecycle.next_transition` says of any of them.
    """
    earliest = (func.min(station).filter(station > now) for station in _STATIONS)
    ended = (func.min(EventRow.ends_at).filter(EventRow.ends_at > now - after) for after in _AFTER)
    found = session.execute(select(*earliest, *ended).where(visibility.is_public(now))).one()
    return min(_later(found), default=None)


def last_change(session: Session, *, now: datetime) -> datetime | None:
    """Return the last instant up to `now` at which a public event passed a station of its day."""
    stations = (EventRow.publish_at, *_STATIONS)
    latest = (func.max(station).filter(station <= now) for station in stations)
    ended = (func.max(EventRow.ends_at).filter(EventRow.ends_at <= now - after) for after in _AFTER)
    found = session.execute(select(*latest, *ended).where(visibility.is_public(now))).one()
    return max(_later(found), default=None)


def _later(found: Sequence[datetime | None]) -> list[datetime]:
    """Return the instants of stations, and of those that come some time after the end."""
    waits = (*(timedelta() for _ in found[: -len(_AFTER)]), *_AFTER)
    return [at + after for at, after in zip(found, waits, strict=True) if at is not None]


def _chosen(session: Session, wanted: Wanted, *, now: datetime) -> Select[EventRow]:
    chosen = select(EventRow).where(visibility.is_public(now))
    if wanted.kind is not None:
        chosen = chosen.where(EventRow.kind == wanted.kind)
    if wanted.phases != ALL:
        chosen = chosen.where(or_(*(_is(phase, now) for phase in sorted(wanted.phases))))
    if wanted.since is not None:
        chosen = chosen.where(EventRow.date >= wanted.since)
    if wanted.until is not None:
        chosen = chosen.where(EventRow.date <= wanted.until)
    if wanted.takes_place:
        chosen = chosen.where(EventRow.standing == Standing.APPROVED)
    if wanted.text:
        chosen = chosen.where(EventRow.id.in_(_found(session, wanted.text, now=now)))
    return chosen


def _is(phase: Phase, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a public event is in `phase`."""
    closes, posted = EventRow.replay_closes_at, EventRow.replay_posted_at
    on = EventRow.standing == Standing.APPROVED
    over, begun = EventRow.ends_at <= now, _begins() <= now
    stays = or_(EventRow.replay_days.is_not(None), EventRow.replay_until_revoked)
    promised = and_(
        on, EventRow.starts_at.is_not(None), or_(stays, EventRow.replay_until.is_not(None))
    )
    still = and_(over, promised, or_(closes.is_(None), closes > now))
    is_linked, withdrawn = EventRow.replay_url.is_not(None), EventRow.replay_withdrawn_at
    there = and_(is_linked, posted.is_not(None), posted <= now)
    is_dated = and_(posted.is_not(None), closes.is_not(None))
    ever_opens = and_(is_dated, posted < closes, EventRow.ends_at < closes)
    is_withdrawn = and_(withdrawn.is_not(None), closes.is_not(None), withdrawn == closes)
    was_there, closed = or_(ever_opens, is_withdrawn), and_(closes.is_not(None), closes <= now)
    overdue = and_(
        EventRow.ends_at <= now - REPLAY_IS_MISSING_AFTER, or_(is_linked, not_(ever_opens))
    )
    return {
        Phase.UPCOMING: and_(not_(over), not_(and_(on, begun))),
        Phase.LIVE: and_(not_(over), on, begun),
        Phase.REPLAY_PENDING: and_(still, not_(there), not_(overdue)),
        Phase.REPLAY_OPEN: and_(still, there),
        Phase.REPLAY_EXPIRED: and_(over, promised, closed, was_there),
        Phase.REPLAY_MISSING: and_(
            over,
            promised,
            or_(and_(closed, not_(was_there)), and_(not_(closed), not_(there), overdue)),
        ),
        Phase.PAST: and_(over, not_(promised)),
    }[phase]


def _begins() -> ColumnElement[datetime]:
    return func.coalesce(EventRow.starts_at, EventRow.ends_at)


def _found(session: Session, text: str, *, now: datetime) -> list[int]:
    """Return the numbers of the latest events that hold every word of `text`.

    Compared here and not by the databases: they disagree about letters beyond ASCII.
    """
    words = folded(text).split()
    chosen = (
        select(EventRow.id, EventRow.title, EventRow.host, EventRow.city, EventRow.venue)
        .where(visibility.is_public(now))
        .order_by(EventRow.ends_at.desc())
    )
    presenters = _presenters(session, now=now)
    said = (
        (id, folded(" ".join((*texts, presenters.get(id, "")))))
        for id, *texts in session.execute(chosen)
    )
    found = [id for id, told in said if all(word in told for word in words)]
    return found[:_MOST_FOUND]


def _presenters(session: Session, *, now: datetime) -> dict[int, str]:
    """Return the names of the presenters of each public event."""
    chosen = (
        select(PresenterRow.event_id, PresenterRow.name)
        .join(EventRow, EventRow.id == PresenterRow.event_id)
        .where(visibility.is_public(now))
    )
    names: dict[int, str] = {}
    for event_id, name in session.execute(chosen):
        names[event_id] = f"{names.get(event_id, '')} {name}"
    return names


def folded(text: str) -> str:
    """Return `text` without case and accents: “Zürich” and “zurich” are one word."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def recently_changed(session: Session, *, now: datetime, limit: int) -> list[Event]:
    """Return the public events that were announced or changed last, the latest first."""
    latest = case(
        (EventRow.changed_at > EventRow.publish_at, EventRow.changed_at),
        else_=EventRow.publish_at,
    )
    chosen = (
        select(EventRow).where(visibility.is_public(now)).order_by(latest.desc(), EventRow.slug)
    )
    events = (event_of_row(row) for row in session.scalars(chosen.limit(limit)))
    return [event for event in events if is_public(event, now=now)]


def histories(session: Session, slugs: Iterable[str]) -> dict[str, list[Saved]]:
    """Return the saved states of the events at those addresses, first saved first."""
    chosen = (
        select(EventRow.slug, RevisionRow.at, RevisionRow.reason, RevisionRow.record)
        .join(EventRow, EventRow.id == RevisionRow.event_id)
        .where(EventRow.slug.in_(list(slugs)))
        .order_by(RevisionRow.event_id, RevisionRow.number)
    )
    states: dict[str, list[Saved]] = {}
    for slug, at, reason, record in session.execute(chosen):
        saved = Saved(event=event_of(json.loads(record)), at=at, reason=reason)
        states.setdefault(slug, []).append(saved)
    return states
