"""A release on its way to being read, and its blocks: one for each event that it announces."""

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cached_property

from eventsched.domain.releases.clocks import ZONE_WORDS, ClockGroup, find_clocks
from eventsched.domain.releases.datelines import Opening
from eventsched.domain.releases.dates import DateWords, find_dates
from eventsched.domain.releases.occasions import Occasion
from eventsched.domain.releases.places import zone_of_place
from eventsched.domain.releases.segmenter import Unit

EVENT_LABELS = frozenset(("event", "conference", "event name", "conference name", "what"))
DATE_LABELS = frozenset(
    ("date", "dates", "day", "when", "date and time", "date & time", "date/time", "time and date")
)
_ALL_TIMES = re.compile(
    r"\b[Aa]ll (?:presentation |listed |event )?times\b[^.\n;]{0,40}?(?<!\w)"
    rf"(?P<zone>{ZONE_WORDS})"
)
TIME_LABELS = frozenset(("time", "start time", "presentation time", *DATE_LABELS))
_OF_THE_EVENT = re.compile(
    r"\b(?:presentation|conference|session|call|meeting|event|fireside|scheduled|held"
    r"|takes? place|talk|webcast|speaker"
    r"|speech|panel|day|chat|begins?|starts?)\b",
    re.IGNORECASE,
)


@dataclass(kw_only=True)
class Block:
    """What a release says of one event: its own units, the one that names it first."""

    occasion: Occasion
    named_in: Unit
    units: list[Unit] = field(default_factory=list)

    @property
    def is_listed(self) -> bool:
        """Whether it is an item of a list, a table row or a heading with details below."""
        return self.named_in.heads


@dataclass(kw_only=True)
class Release:
    """A release on its way to being read: its text, what was found in it, and its blocks.

    `preface` are the units before the first event, `shared` those that speak of several.
    """

    text: str
    opening: Opening
    blocks: list[Block] = field(default_factory=list)
    preface: list[Unit] = field(default_factory=list)
    shared: list[Unit] = field(default_factory=list)

    @cached_property
    def dates(self) -> list[DateWords]:
        """Every date in the text."""
        return find_dates(self.text)

    @cached_property
    def clocks(self) -> list[ClockGroup]:
        """Every clock, or group of clocks, in the text."""
        return find_clocks(self.text, self.dates)

    @cached_property
    def _date_starts(self) -> list[int]:
        return [words.start for words in self.dates]

    @cached_property
    def _clock_starts(self) -> list[int]:
        return [group.start for group in self.clocks]

    def told_together(self, block: "Block") -> list[Unit]:
        """Return the parts of the sentence that names `block` and other events at once."""
        if block.is_listed:
            return []
        parts = [other.named_in for other in self.blocks]
        return [unit for unit in parts if unit.line == block.named_in.line]

    def words(self, unit: Unit) -> str:
        """Return the text of a unit."""
        return self.text[unit.start : unit.end]

    def dates_in(self, start: int, end: int) -> list[DateWords]:
        """Return the dates that begin in a stretch."""
        return self.dates[
            bisect_left(self._date_starts, start) : bisect_left(self._date_starts, end)
        ]

    def clocks_in(self, start: int, end: int) -> list[ClockGroup]:
        """Return the groups of clocks that begin in a stretch."""
        starts = self._clock_starts
        return self.clocks[bisect_left(starts, start) : bisect_left(starts, end)]

    @cached_property
    def zone_for_all(self) -> str | None:
        """The zone words of “All times are Eastern.”"""
        found = _ALL_TIMES.search(self.text)
        return found["zone"] if found else None

    @cached_property
    def home_zone(self) -> str | None:
        """The zone of the dateline's place."""
        city, comma, region = (self.opening.dateline.place or "").partition(",")
        return zone_of_place((city.title() if city.isupper() else city) + comma + region)

    @cached_property
    def announcement(self) -> str:
        """The headline and the first sentences: what the release is about."""
        return f"{self.opening.headline}\n{self.text[self.opening.lead : self.opening.lead + 600]}"


def refers_to_event(words: str) -> bool:
    """Tell whether a sentence speaks of the occasion, so that its date may be the event's."""
    return _OF_THE_EVENT.search(words) is not None
