"""Units gathered into blocks, one for each event that a release announces.

An occasion that is only mentioned (an award given at a conference, a dividend that an annual
meeting will vote on, a speech already made) starts no block.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from eventsched.domain.events import Kind
from eventsched.domain.releases.clocks import ZONE_WORDS, ClockGroup, find_clocks
from eventsched.domain.releases.datelines import Opening
from eventsched.domain.releases.dates import DateWords, find_dates
from eventsched.domain.releases.normaliser import UnreadableRelease
from eventsched.domain.releases.occasions import (
    Occasion,
    find_calls,
    find_conferences,
    find_meetings,
    is_for_others,
)
from eventsched.domain.releases.places import zone_of_place
from eventsched.domain.releases.segmenter import Unit, cut
from eventsched.domain.releases.webcasts import is_about_listening, is_about_replay

MOST_EVENTS, MOST_UNITS, MOST_MENTIONS = 100, 20_000, 3_000
_UNITS_OF_ONE_EVENT = 60
# What stands before all events, or speaks of several, is looked at again for each of them.
_CHARACTERS_FOR_ALL = 20_000
_NEAR = 600

EVENT_LABELS = frozenset(("event", "conference", "event name", "conference name", "what"))
DATE_LABELS = frozenset(
    ("date", "dates", "day", "when", "date and time", "date & time", "date/time", "time and date")
)
_ALL_TIMES = re.compile(
    r"\b[Aa]ll (?:presentation |listed |event )?times\b[^.\n;]{0,40}?(?<!\w)"
    rf"(?P<zone>{ZONE_WORDS})"
)
TIME_LABELS = frozenset(("time", "start time", "presentation time", *DATE_LABELS))
_OPENS_BLOCK = EVENT_LABELS | DATE_LABELS


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


# --- is it announced, or only mentioned? ------------------------------------------------------

_SPEAKS = re.compile(
    r"\b(?:present(?:s|ing|ations?)?|speak(?:s|ing)?|participat(?:e|es|ing|ion)|fireside|panel"
    r"|one-on-ones?|1x1s?"
    r"|address(?:es|ing)?|appear(?:s|ing|ance)?|take part|taking part|attend(?:s|ing|ance)?"
    r"|webcasts?|hosts?|hosting"
    r"|joins?(?! from)|sessions?|investor (?:conferences?|events?|meetings?))\b",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:will|to|is|are|be|scheduled|upcoming|following|plans?|invites?|invited|intends?|today"
    r"|tomorrow|"
    r"rescheduled|postpon\w*|cancel\w*|withdrawn|moved|below|webcasts?|no longer|begins?"
    r"|starts?)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:presented at|presented its|spoke at|spoken at|speaker at|attended|participated in"
    r"|took part|met at|was held|"
    r"were held|hosted|took place|has put|held (?:a|its|an|the)|conducted|recently|last year)\b",
    re.IGNORECASE,
)
_OTHER_BUSINESS = re.compile(
    r"\b(?:booths?|exhibit\w*|posters?|abstracts?|keynote|awards?|accept(?:s|ed) the|honou?red"
    r"|user conference|trade ?show"
    r"|oral presentations?|developers?|subject to|record date|to vote at|stand for|for election"
    r"|proxy statement|phase i{1,3} data)\b",
    re.IGNORECASE,
)
_ANOTHER_SUBJECT = re.compile(
    r"\b(?:dividends?|appoint\w*|elects?|elected|award\w*|honou?r\w*|named|names|recogni[sz]ed"
    r"|posters?|abstracts?|booths?"
    r"|exhibit\w*|oral presentations?|new data|launch\w*|prices|priced|offering|contract"
    r"|posts slides)\b",
    re.IGNORECASE,
)
_HOLDS = re.compile(
    r"\b(?:hold|holds|holding|host|hosts|hosting|conduct|convene|webcast|invites?|be held"
    r"|take place|takes place|is scheduled|scheduled"
    r"|present(?:s|ing)?|discuss|review|brief|join|announces?|reminds?|cancel\w*|postpon\w*"
    r"|reschedul\w*|moved|available|access|broadcast"
    r"|details|notice of|chang\w*|begins?|starts?|follow\w*)\b",
    re.IGNORECASE,
)
_SAME_DAY = re.compile(
    r"\b(?:today|tomorrow|same day|that (?:day|morning|afternoon|evening))\b", re.I
)
_SEVERAL = re.compile(
    r"\b(?:each|both|all|every|these|presentations|web-?casts|events|sessions|chats|talks"
    r"|conferences|replays|recordings"
    r"|archived versions|speeches|appearances)\b",
    re.IGNORECASE,
)
_OF_THE_EVENT = re.compile(
    r"\b(?:presentation|conference|session|call|meeting|event|fireside|scheduled|held"
    r"|takes? place|talk|webcast|speaker"
    r"|speech|panel|day|chat|begins?|starts?)\b",
    re.IGNORECASE,
)


class _Gathering:
    """Walks over the units once and hands each to the block it belongs to."""

    def __init__(self, release: Release, occasions: list[Occasion]) -> None:
        self._release = release
        self._occasions = occasions
        self._starts = [occasion.start for occasion in occasions]
        self._current: Block | None = None
        self._pending: list[Unit] = []
        self._announces = _SPEAKS.search(release.announcement) is not None
        self._reticent = _ANOTHER_SUBJECT.search(_subject(release)) is not None

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
        if unit.label in EVENT_LABELS and self._announces and not found:
            found = [_labelled(self._release, unit)]
        conferences = any(o.kind is Kind.CONFERENCE for o in found)
        seen: set[str] = set()
        for occasion in found:
            overlooked = conferences and occasion.kind is Kind.EARNINGS_CALL
            key = occasion.title.casefold() if occasion.named else occasion.kind
            if key not in seen and not overlooked and self._is_announced(occasion, unit):
                seen.add(key)
                yield occasion

    def _is_announced(self, occasion: Occasion, unit: Unit) -> bool:
        words = self._around(occasion, unit)
        if _OTHER_BUSINESS.search(words) or (_PAST.search(words) and not _will(words)):
            return False
        if self._reticent and not self._says_when(unit, both=True):
            return False
        if occasion.kind is Kind.CONFERENCE:
            if unit.label in EVENT_LABELS or unit.heads:
                return self._announces or _SPEAKS.search(words) is not None
            return bool(_SPEAKS.search(words) and _AHEAD.search(words))
        if unit.heads and self._announces_same(occasion):
            return True
        held = _HOLDS.search(words) is not None and _AHEAD.search(words) is not None
        return held and (self._says_when(unit) or self._announces_same(occasion))

    def _around(self, occasion: Occasion, unit: Unit) -> str:
        """Return the unit's words near the occasion's name: all of them, if it is a sentence."""
        start = max(unit.start, occasion.start - _NEAR)
        return self._release.text[start : min(unit.end, occasion.end + _NEAR)]

    def _announces_same(self, occasion: Occasion) -> bool:
        """Tell whether the announcement is about a call or meeting like this one."""
        subject = self._release.announcement.lower()
        if occasion.kind is Kind.EARNINGS_CALL:
            return re.search(r"\bcall\b|webcast|briefing|presentation", subject) is not None
        return occasion.title.split()[-1].lower() in subject and _HOLDS.search(subject) is not None

    def _says_when(self, unit: Unit, *, both: bool = False) -> bool:
        release = self._release
        clock = bool(release.clocks_in(unit.start, unit.end))
        dates = release.dates_in(unit.start, unit.end)
        day = any(not words.deadline for words in dates) or bool(
            _SAME_DAY.search(release.words(unit))
        )
        return (clock and day) if both else (clock or day)

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
        if is_about_replay(self._release.words(unit)) or not self._says_when(unit, both=True):
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


def refers_to_event(words: str) -> bool:
    """Tell whether a sentence speaks of the occasion, so that its date may be the event's."""
    return _OF_THE_EVENT.search(words) is not None


def _subject(release: Release) -> str:
    """The headline and the first sentence up to where it may turn to something else."""
    text, lead = release.text, release.opening.lead
    return f"{release.opening.headline}\n{text[lead : lead + 250]}"


def _will(words: str) -> bool:
    return (
        re.search(r"\b(?:will|to be held|is scheduled|rescheduled|postpon|cancel)", words)
        is not None
    )


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
