"""What an address asks of the board: a search and filters that can be shared as a link."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from flask import url_for

from eventsched.domain.events import Event, Kind, Standing
from eventsched.services.attention import Case
from eventsched.web import asked
from eventsched.web.staff.views import STANDING_WORDS


class Group(StrEnum):
    """Events that wait for the same thing; each can be shown alone, page by page."""

    PREPARING = "preparing"
    LIVE = "live"
    UPCOMING = "upcoming"
    REPLAYS = "replays"
    PAST = "past"
    WITHDRAWN = "withdrawn"


class _Yes(StrEnum):
    YES = "yes"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Which events are asked for; `group` is None for all groups."""

    text: str = ""
    standing: Standing | None = None
    kind: Kind | None = None
    year: int | None = None
    attention: bool = False
    group: Group | None = None
    page: int = 1

    @property
    def is_everything(self) -> bool:
        """Whether nothing is asked for in particular."""
        return replace(self, page=1) == Wish()

    @property
    def narrows(self) -> bool:
        """Whether only some events of a group are wanted."""
        return replace(self, group=None, page=1) != Wish()

    def url(self, **changes: Any) -> str:
        """Return the address that asks the same but for `changes`, from the first page on."""
        wish = replace(self, **{"page": 1, **changes})
        given: dict[str, Any] = {
            "q": wish.text,
            "standing": wish.standing,
            "kind": wish.kind,
            "year": wish.year,
            "attention": _Yes.YES if wish.attention else None,
            "show": wish.group,
            "page": wish.page if wish.page > 1 else None,
        }
        return url_for("staff.board", **{name: said for name, said in given.items() if said})

    def is_for(self, case: Case) -> bool:
        """Tell whether the event is asked for."""
        event = case.event
        return (
            self.standing in (None, event.standing)
            and self.kind in (None, event.facts.kind)
            and self.year in (None, event.facts.date.year)
            and (case.needs_attention or not self.attention)
            and all(word in _searchable(event) for word in self.text.casefold().split())
        )


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A link that filters; `value` is what it asks for, None for all."""

    value: Kind | Standing | int | None
    words: str
    url: str
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class Filters:
    """The links that narrow the board; a row is empty where it could not narrow anything."""

    standings: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    years: tuple[Choice, ...]
    attention: Choice
    needing_attention: int


def read() -> Wish:
    """Return what the request's address asks for. Raises BadFilter; unknown parameters are none."""
    asked.refuse_endless_query()
    return Wish(
        text=asked.text("q"),
        standing=asked.choice("standing", Standing),
        kind=asked.choice("kind", Kind),
        year=asked.number("year"),
        attention=asked.choice("attention", _Yes) is not None,
        group=asked.choice("show", Group),
        page=asked.page(),
    )


def filters(cases: list[Case], wish: Wish) -> Filters:
    """Return what the board can be narrowed by, from all events there are."""
    facts = [case.event.facts for case in cases]
    standings, kinds = {case.event.standing for case in cases}, {said.kind for said in facts}
    years = sorted({said.date.year for said in facts}, reverse=True)
    here = replace(wish, group=None)
    return Filters(
        standings=_row(
            [(s, STANDING_WORDS[s]) for s in Standing if s in standings], "standing", here
        ),
        kinds=_row([(kind, "") for kind in Kind if kind in kinds], "kind", here),
        years=_row([(year, str(year)) for year in years], "year", here),
        attention=Choice(
            value=None,
            words="Needs attention",
            url=here.url(attention=not wish.attention),
            is_chosen=wish.attention,
        ),
        needing_attention=sum(case.needs_attention for case in cases),
    )


def _row(there: Iterable[tuple[Any, str]], name: str, wish: Wish) -> tuple[Choice, ...]:
    chosen, values = getattr(wish, name), [(None, "All"), *there]
    if len(values) < 3 and chosen is None:
        return ()
    return tuple(
        Choice(value=value, words=words, url=wish.url(**{name: value}), is_chosen=value == chosen)
        for value, words in values
    )


def _searchable(event: Event) -> str:
    facts = event.facts
    people = [part for p in facts.presenters for part in (p.name, p.title)]
    parts = (facts.title, facts.host, facts.city, facts.venue, str(facts.date), *people)
    return " ".join((*parts, STANDING_WORDS[event.standing])).casefold()
