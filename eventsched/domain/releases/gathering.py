"""Units gathered into blocks, one for each event that a release announces.

An occasion that is only mentioned starts no block.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from eventsched.domain.events import Kind
from eventsched.domain.releases.announcing import Announcing, says_when
from eventsched.domain.releases.blocks import DATE_LABELS, EVENT_LABELS, Block, Release
from eventsched.domain.releases.datelines import Opening
from eventsched.domain.releases.normaliser import UnreadableRelease
from eventsched.domain.releases.occasions import (
    Occasion,
    find_calls,
    find_conferences,
    find_meetings,
    is_for_others,
)
from eventsched.domain.releases.segmenter import Unit, cut
from eventsched.domain.releases.webcasts import is_about_listening, is_about_replay

MOST_EVENTS, MOST_UNITS, MOST_MENTIONS = 100, 20_000, 3_000
_UNITS_OF_ONE_EVENT = 60
# What stands before all events, or speaks of several, is looked at again for each of them.
_CHARACTERS_FOR_ALL = 20_000

_OPENS_BLOCK = EVENT_LABELS | DATE_LABELS
_SEVERAL = re.compile(
    r"\b(?:each|both|all|every|these|presentations|web-?casts|events|sessions|chats|talks"
    r"|conferences|replays|recordings"
    r"|archived versions|speeches|appearances)\b",
    re.IGNORECASE,
)


def gather(text: str, opening: Opening) -> Release:
    """Return the release with its blocks.

    Raises UnreadableRelease where there is far more than a release can hold.
    """
    release = Release(text=text, opening=opening)
    occasions = _occasions(text)
    if occasions:
        _Gathering(release, occasions).gather()
    return release


def _occasions(text: str) -> list[Occasion]:
    found = [*find_conferences(text), *find_meetings(text), *find_calls(text)]
    if len(found) > MOST_MENTIONS:
        raise UnreadableRelease(
            f"More than {MOST_MENTIONS:,} conferences and calls are mentioned; "
            "paste one release at a time."
        )
    return sorted((o for o in found if not is_for_others(o)), key=lambda o: o.start)


class _Gathering:
    """Walks over the units once and hands each to the block it belongs to."""

    def __init__(self, release: Release, occasions: list[Occasion]) -> None:
        self._release = release
        self._occasions = occasions
        self._starts = [occasion.start for occasion in occasions]
        self._current: Block | None = None
        self._pending: list[Unit] = []
        self._announcing = Announcing(release)

    def gather(self) -> None:
        for count, unit in enumerate(cut(self._release.text, self._release.opening.lead)):
            if count > MOST_UNITS or len(self._release.blocks) > MOST_EVENTS:
                raise UnreadableRelease(
                    f"This has more than {MOST_EVENTS} events or {MOST_UNITS:,} sentences; "
                    "paste one release at a time."
                )
            self._take(unit)
        if self._current:
            self._current.units.extend(self._pending)

    def _take(self, unit: Unit) -> None:
        named = list(self._announced_in(unit))
        if not named:
            self._take_detail(unit)
        for occasion, part in _parts(self._release, unit, named):
            self._take_named(occasion, part)

    def _announced_in(self, unit: Unit) -> Iterator[Occasion]:
        first = bisect_left(self._starts, unit.start)
        last = bisect_left(self._starts, unit.end)
        found = [o for o in self._occasions[first:last] if o.end <= unit.end]
        if unit.label in EVENT_LABELS and self._announcing.announces and not found:
            found = [_labelled(self._release, unit)]
        conferences = any(o.kind is Kind.CONFERENCE for o in found)
        seen: set[str] = set()
        for occasion in found:
            overlooked = conferences and occasion.kind is Kind.EARNINGS_CALL
            key = occasion.title.casefold() if occasion.named else occasion.kind
            if key not in seen and not overlooked and self._announcing.is_announced(occasion, unit):
                seen.add(key)
                yield occasion

    def _take_named(self, occasion: Occasion, unit: Unit) -> None:
        block = self._same_event(occasion, unit)
        if block is None:
            block = Block(occasion=occasion, named_in=unit)
            self._release.blocks.append(block)
        elif _names_better(occasion, block.occasion):
            block.occasion = occasion
        self._current = block
        block.units.extend([*self._pending, unit])
        self._pending = []

    def _same_event(self, occasion: Occasion, unit: Unit) -> Block | None:
        for block in reversed(self._release.blocks):
            if block.occasion.kind is occasion.kind and self._is_same(block, occasion, unit):
                return block
        return None

    def _is_same(self, block: Block, occasion: Occasion, unit: Unit) -> bool:
        if occasion.kind is Kind.CONFERENCE:
            one, other = block.occasion.title.casefold(), occasion.title.casefold()
            return one.endswith(other) or other.endswith(one)
        if occasion.kind is not Kind.EARNINGS_CALL:
            return True
        return not (self._has_clock(block.units) and self._is_another_call(block, unit))

    def _is_another_call(self, block: Block, unit: Unit) -> bool:
        """A second call has its own date and clock, and is not the first one's recording."""
        if is_about_replay(self._release.words(unit)) or not says_when(
            self._release, unit, both=True
        ):
            return False
        known = {
            (d.month, d.day) for u in block.units for d in self._release.dates_in(u.start, u.end)
        }
        new = {(d.month, d.day) for d in self._release.dates_in(unit.start, unit.end)}
        return not known & new

    def _has_clock(self, units: list[Unit]) -> bool:
        return any(self._release.clocks_in(unit.start, unit.end) for unit in units)

    def _take_detail(self, unit: Unit) -> None:
        current = self._current
        if current is None and (unit.label in _OPENS_BLOCK or self._is_bare_date(unit)):
            self._pending.append(unit)
        elif current is None:
            self._keep(self._release.preface, unit)
        elif self._opens_next(unit, current):
            self._pending.append(unit)
        elif self._is_shared(unit, current):
            self._keep(self._release.shared, unit)
        elif len(current.units) < _UNITS_OF_ONE_EVENT:
            current.units.extend([*self._pending, unit])
            self._pending = []

    def _keep(self, units: list[Unit], unit: Unit) -> None:
        taken = units is self._release.preface
        new = [*self._pending, unit] if taken else [unit]
        self._pending = [] if taken else self._pending
        room = _CHARACTERS_FOR_ALL - sum(known.end - known.start for known in units[-80:])
        if room > 0 and len(units) < 80:
            units.extend(new)

    def _opens_next(self, unit: Unit, current: Block) -> bool:
        """Tell whether a date stands above the next event's name, not below the last one's."""
        if self._pending and unit.heads:
            return True
        dated = any(self._release.dates_in(u.start, u.end) for u in current.units)
        if unit.label in _OPENS_BLOCK:
            return any(known.label == unit.label for known in current.units)
        return dated and self._is_bare_date(unit)

    def _is_bare_date(self, unit: Unit) -> bool:
        dates = self._release.dates_in(unit.start, unit.end)
        return bool(unit.heads and dates and dates[0].start - unit.start < 3)

    def _is_shared(self, unit: Unit, current: Block) -> bool:
        words = self._release.words(unit)
        if len(self._release.blocks) < 2 or unit.label or not is_about_listening(words):
            return False
        if _SEVERAL.search(words):
            return True
        return current.is_listed and unit.paragraph != current.units[-1].paragraph


def _names_better(new: Occasion, known: Occasion) -> bool:
    return new.kind is Kind.CONFERENCE and len(new.title) > len(known.title)


def _labelled(release: Release, unit: Unit) -> Occasion:
    title = release.words(unit).strip(" .")
    return Occasion(start=unit.start, end=unit.end, kind=Kind.CONFERENCE, title=title)


def _parts(release: Release, unit: Unit, named: list[Occasion]) -> Iterator[tuple[Occasion, Unit]]:
    """Yield each occasion with its part of the unit.

    Where one sentence names several, a part begins at its date if dates come first, else at its
    name.
    """
    if len(named) < 2:
        yield from ((occasion, unit) for occasion in named)
        return
    dates = release.dates_in(unit.start, unit.end)
    date_first = len(dates) >= len(named) and dates[0].start < named[0].start
    begins = [d.start for d in dates] if date_first else [o.start for o in named]
    stops = [*begins[1 : len(named)], unit.end]
    starts = [unit.start, *begins[1 : len(named)]]
    for occasion, start, end in zip(named, starts, stops, strict=True):
        yield occasion, replace(unit, start=start, end=end)
