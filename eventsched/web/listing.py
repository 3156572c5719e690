"""The list of events as one address shows it: which groups, how many of each, and where to go on.

The first view holds what is live and to come, the replays, and the latest year of the past. Years,
kinds, searches and further pages are addresses of their own, and only what is shown is read.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask import abort, url_for

from eventsched.domain.events import Event, Kind
from eventsched.domain.issuer import Issuer
from eventsched.domain.lifecycle import Phase
from eventsched.store import listing as listing_store
from eventsched.store.database import Session
from eventsched.store.listing import Portion, Tally, Wanted
from eventsched.web import asked
from eventsched.web.asked import BadFilter
from eventsched.web.views import ListView, list_view

# So many lines that the page keeps its weight; what follows is a link away.
_MOST = 50
_MOST_PAST = 100
# Whoever sees all at a glance needs no search.
_WORTH_SEARCHING = 12


class Group(StrEnum):
    """A part of the list that can be shown alone, page by page."""

    UPCOMING = "upcoming"
    REPLAYS = "replays"
    PAST = "past"


_PHASES = {
    Group.UPCOMING: frozenset({Phase.LIVE, Phase.UPCOMING}),
    Group.REPLAYS: frozenset({Phase.REPLAY_OPEN, Phase.REPLAY_PENDING}),
    Group.PAST: listing_store.PAST,
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address asks for; `group` is None for all of them."""

    kind: Kind | None
    text: str
    year: int | None
    group: Group | None
    page: int

    @property
    def is_everything(self) -> bool:
        """Whether nothing is asked for in particular."""
        return not (self.kind or self.text or self.year or self.group)

    def url(self, **changes: Any) -> str:
        """Return the address that asks the same but for `changes`."""
        wish = replace(self, **{"page": 1, **changes})
        given: dict[str, Any] = {
            "kind": wish.kind,
            "q": wish.text,
            "year": wish.year,
            # A year says already that the past is meant.
            "show": None if wish.year else wish.group,
            "page": wish.page if wish.page > 1 else None,
        }
        return url_for("public.events", **{name: said for name, said in given.items() if said})


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A link that filters: `value` is the kind or year, None for all; `count` what it leads to."""

    value: Kind | int | None
    count: int
    url: str
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What stands around the events of one address of the list.

    `further` gives for a group the address of its next page, `back` that of the page before.
    """

    asked: Asked
    kinds: tuple[Choice, ...]
    years: tuple[Choice, ...]
    further: dict[Group, str]
    back: str | None
    can_be_searched: bool

    @property
    def url(self) -> str:
        """The address of what is shown, said in one way only."""
        return self.asked.url(page=self.asked.page)


def read() -> Asked:
    """Return what the request's address asks for. Raises BadFilter; unknown parameters are none."""
    asked.refuse_endless_query()
    year, group, page = asked.number("year"), asked.choice("show", Group), asked.page()
    if year is not None and group not in (None, Group.PAST):
        raise BadFilter("The filter “year” is for past events.")
    if year is not None or page > 1:
        group = group or Group.PAST
    return Asked(
        kind=asked.choice("kind", Kind),
        text=asked.text("q"),
        year=year,
        group=group,
        page=page,
    )


def look_up(
    session: Session, wish: Asked, issuer: Issuer, *, now: datetime, next_change: datetime | None
) -> tuple[ListView, Listing]:
    """Return the events that `wish` is for and what stands around them; 404 where no page is.

    `next_change` is when any list may read differently, whatever is shown of it here.
    """
    tallies = listing_store.tallies(session, now=now)
    years = _years(tallies, wish)
    if wish.year is not None and wish.year not in {
        tally.year for tally in tallies if tally.is_past
    }:
        abort(404)
    portions = {group: _portion(session, wish, group, years, now=now) for group in _groups(wish)}
    if wish.page > 1 and not any(portion.events for portion in portions.values()):
        abort(404)
    view = list_view(_events(portions.values()), issuer, now=now)
    view = replace(view, next_change=None if next_change is None else next_change.isoformat())
    return view, Listing(
        asked=wish,
        kinds=_kinds(tallies, wish),
        years=years,
        further={g: _further(wish, g, years) for g, some in portions.items() if some.has_more},
        back=wish.url(page=wish.page - 1) if wish.page > 1 else None,
        can_be_searched=bool(wish.text) or sum(t.count for t in tallies) >= _WORTH_SEARCHING,
    )


def _groups(wish: Asked) -> tuple[Group, ...]:
    return tuple(Group) if wish.group is None else (wish.group,)


def _portion(
    session: Session, wish: Asked, group: Group, years: tuple[Choice, ...], *, now: datetime
) -> Portion:
    year = _year_shown(wish, years) if group is Group.PAST else None
    limit = _MOST_PAST if group is Group.PAST else _MOST
    wanted = Wanted(
        kind=wish.kind,
        phases=_PHASES[group],
        text=wish.text,
        since=None if year is None else date(year, 1, 1),
        until=None if year is None else date(year, 12, 31),
    )
    return listing_store.portion(
        session,
        wanted,
        now=now,
        limit=limit,
        skip=(wish.page - 1) * limit,
        latest_first=group is not Group.UPCOMING,
    )


def _year_shown(wish: Asked, years: tuple[Choice, ...]) -> int | None:
    """Return the one year of the past that is shown; None for all, as a search goes through."""
    if wish.year is not None:
        return wish.year
    chosen = next((choice.value for choice in years if choice.is_chosen), None)
    return chosen if isinstance(chosen, int) else None


def _further(wish: Asked, group: Group, years: tuple[Choice, ...]) -> str:
    year = _year_shown(wish, years) if group is Group.PAST else None
    return wish.url(group=group, year=year, page=wish.page + 1)


def _events(portions: Iterable[Portion]) -> list[Event]:
    return [event for portion in portions for event in portion.events]


def _years(tallies: list[Tally], wish: Asked) -> tuple[Choice, ...]:
    """Return the years that have past events of the kind, latest first; none beside a search."""
    past = [t for t in tallies if t.is_past and wish.kind in (None, t.kind)]
    if wish.text or wish.group not in (None, Group.PAST):
        return ()
    latest_first = sorted({tally.year for tally in past}, reverse=True)
    shown = wish.year or (latest_first[0] if latest_first else None)
    return tuple(
        Choice(
            value=year,
            count=sum(tally.count for tally in past if tally.year == year),
            url=wish.url(year=year, group=Group.PAST),
            is_chosen=year == shown,
        )
        for year in latest_first
    )


def _kinds(tallies: list[Tally], wish: Asked) -> tuple[Choice, ...]:
    """Return “all” and the kinds that there are, in the domain's order; nothing where one is."""
    counts = {kind: sum(t.count for t in tallies if t.kind is kind) for kind in Kind}
    there = [kind for kind in Kind if counts[kind] or kind is wish.kind]
    if len(there) < 2 and wish.kind is None:
        return ()
    return tuple(
        Choice(
            value=kind,
            count=sum(counts.values()) if kind is None else counts[kind],
            # A year is left behind: it may have nothing of that kind.
            url=replace(wish, year=None, group=None).url(kind=kind),
            is_chosen=kind is wish.kind,
        )
        for kind in (None, *there)
    )
