"""The grammar of clocks and zones in prose: “9:00 am MST/11:00 am EST”, “noon”."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from eventsched.domain.releases.dates import DateWords

_HALF = r"[ap]\.? ?m\b\.?"
_SHORT_NAMES = (
    r"[ECMP][SD]?T|AK[SD]?T|HS?T|A[SD]T|N[SD]T|GMT|UTC|BST|I[SD]T|WES?T|CES?T|EES?T|MSK|SAST|GST"
    r"|HKT|SGT|JST|KST|PHT|WIB|ICT|AE[SD]T|AC[SD]T|AWST|NZ[SD]T|CLS?T|BRT|ART"
)
_REGIONS = (
    r"Eastern|Central European|Central|Mountain|Pacific|Atlantic|Alaska|Hawaii|Newfoundland"
    r"|Greenwich Mean|British|Western European|Eastern European|Israel|India(?:n)?|Japan|Korea"
    r"|China|Singapore|Hong Kong|Australian Eastern|Australian Western|New Zealand"
)
ZONE_WORDS = (
    rf"(?:(?:U\.?S\.? |North American )?(?:{_REGIONS})"
    r"(?: (?:Standard|Daylight(?: Saving[s]?)?|Summer))?(?: [Tt]ime\b)?(?![a-z])"
    rf"|(?:U\.?S\.? )?(?:(?-i:{_SHORT_NAMES})|est|edt|cst|cdt|mst|mdt|pst|pdt|gmt|cet|et|pt)"
    r"(?: ?[+-] ?\d{1,2}(?::\d\d)?)?(?![\w'])"
    r"|(?-i:[A-Z][A-Za-z.]+(?:[ /][A-Z][A-Za-z.]+){0,3}) [Tt]ime\b|local time\b)"
)
_CLOCK = (
    rf"(?:(?:12(?::00)?(?: {_HALF})? ?)?(?P<word>noon|midday|midnight)\b"
    rf"|(?<![\d:.,$+])(?P<hour>[0-2]?\d)(?:(?P<mark>[:.h])(?P<minute>[0-5]\d))?(?::[0-5]\d)?(?!\d"
    rf"|[.,]\d)"
    rf" ?(?P<half>{_HALF})?(?P<plain> ?(?:hours|hrs|Uhr|o'clock)\b)?)"
)
_FOUND = re.compile(rf"{_CLOCK}(?:\s?\(?,? ?(?:in )?(?P<zone>{ZONE_WORDS})\)?)?", re.IGNORECASE)
_ZONE = re.compile(ZONE_WORDS, re.IGNORECASE)
_RANGE = re.compile(r"\s?(?:-|to|until|till|through|and)\s?", re.IGNORECASE)
_SAME_INSTANT = re.compile(
    r"[\s/(),;=|-]*(?:(?:or|and|which is|i\.e\.|equivalent to|corresponding to|on|the"
    r"|of)[\s(,]*){0,3}",
    re.IGNORECASE,
)
_BEFORE_A_CLOCK = re.compile(r"(?:\bat|\bfrom|\btime:?|[-/(,]|\bto)\s?$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class ClockWords:
    """One clock as the words give it: its time, its zone's words and, of a range, its end.

    `day` is the date that this clock names for itself. `deadline` says that it ends something.
    """

    start: int
    end: int
    time: dt.time
    zone: str | None = None
    ends: dt.time | None = None
    day: DateWords | None = None
    half: str | None = None
    deadline: bool = False
    exact: bool = True


@dataclass(frozen=True, kw_only=True)
class ClockGroup:
    """Clocks that stand together and so mean one instant."""

    clocks: tuple[ClockWords, ...]

    @property
    def start(self) -> int:
        """Where the first of them begins."""
        return self.clocks[0].start

    @property
    def end(self) -> int:
        """Where the last of them ends."""
        return self.clocks[-1].end

    @property
    def deadline(self) -> bool:
        """Whether it ends something, rather than begins it."""
        return self.clocks[0].deadline


def find_clocks(text: str, dates: Sequence[DateWords] = ()) -> list[ClockGroup]:
    """Return the clocks in `text`, those that name one instant together, ranges as one clock."""
    taken = {words.start: words for words in dates}
    inside = {at for words in dates for at in range(words.start, words.end)}
    singles = []
    for found in _FOUND.finditer(text):
        if found.start() not in inside:
            clock = _clock(text, found)
            if clock:
                singles.append(clock)
    return _grouped(text, _ranges_joined(text, singles), taken)


def zone_words_in(text: str, start: int, end: int) -> str | None:
    """Return the first zone words in a stretch of text, such as a table's header."""
    found = _ZONE.search(text, start, end)
    return found[0] if found else None


def _clock(text: str, found: re.Match[str]) -> ClockWords | None:
    stands_alone = found["mark"] == ":" or found["half"] or found["word"] or found["plain"]
    told_by_place = found["mark"] and (found["zone"] or _follows_at(text, found.start()))
    bare_of_range = not found["mark"] and _follows_at(text, found.start())
    if not (stands_alone or told_by_place or bare_of_range):
        return None
    moment = _time_of(found)
    if moment is None:
        return None
    before = text[max(0, found.start() - 12) : found.start()].lower()
    return ClockWords(
        start=found.start(),
        end=_right_end(text, found),
        time=moment,
        zone=found["zone"],
        half=found["half"],
        deadline=re.search(r"\b(?:until|till|through|before|by) $", before) is not None,
        exact=bool(stands_alone or told_by_place),
    )


def _right_end(text: str, found: re.Match[str]) -> int:
    """Leave a closing bracket outside unless it was opened inside."""
    end = found.end()
    inside = text[found.start() : end]
    return end - 1 if inside.endswith(")") and "(" not in inside else end


def _follows_at(text: str, start: int) -> bool:
    return _BEFORE_A_CLOCK.search(text[max(0, start - 8) : start]) is not None


def _time_of(found: re.Match[str]) -> dt.time | None:
    if word := found["word"]:
        return dt.time(0) if word.lower() == "midnight" else dt.time(12)
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = _on_24(hour, found["half"])
    return dt.time(hour, minute) if hour < 24 else None


def _on_24(hour: int, half: str) -> int:
    return hour % 12 + (12 if half.lower().startswith("p") else 0)


def _ranges_joined(text: str, singles: list[ClockWords]) -> list[ClockWords]:
    """Join “1:00 p.m. to 4:30 p.m. Pacific Time” into one clock that has an end."""
    joined: list[ClockWords] = []
    for clock in singles:
        last = joined[-1] if joined else None
        if last and last.ends is None and _is_range(text, last, clock):
            joined[-1] = _range(last, clock)
        elif clock.exact or not last or last.end <= clock.start:
            joined.append(clock)
    return [clock for clock in joined if clock.exact]


def _is_range(text: str, first: ClockWords, second: ClockWords) -> bool:
    between = text[first.end : second.start]
    if len(between) > 8 or not _RANGE.fullmatch(between) or not between.strip():
        return False
    return not (first.zone and second.zone and first.zone.lower() != second.zone.lower())


def _range(first: ClockWords, second: ClockWords) -> ClockWords:
    begins = first.time
    if second.half and not first.half and 1 <= begins.hour <= 12:
        begins = _same_half(begins, second)
    return replace(
        first, end=second.end, time=begins, ends=second.time, zone=first.zone or second.zone,
        half=first.half or second.half, exact=first.exact or second.exact,
    )  # fmt: skip


def _same_half(begins: dt.time, ends: ClockWords) -> dt.time:
    """“9:00-9:30 a.m.” and “11:30-12:15 p.m.”: the nearest reading that precedes the end."""
    morning, afternoon = (begins.replace(hour=_on_24(begins.hour, half)) for half in "ap")
    return afternoon if afternoon < ends.time else morning


def _grouped(text: str, clocks: list[ClockWords], dates: dict[int, DateWords]) -> list[ClockGroup]:
    groups: list[list[ClockWords]] = []
    for clock in clocks:
        day = _day_after(text, clock, dates)
        clock = replace(clock, day=day) if day else clock
        if groups and _continues(text, groups[-1], clock):
            groups[-1].append(clock)
        else:
            groups.append([clock])
    return [ClockGroup(clocks=tuple(group)) for group in groups]


def _continues(text: str, group: list[ClockWords], clock: ClockWords) -> bool:
    last = group[-1]
    start = last.day.end if last.day else last.end
    between = text[start : clock.start]
    if len(between) > 40 or len(group) > 5 or "\n\n" in between:
        return False
    other_zone = bool(clock.zone) and clock.zone != last.zone
    return other_zone and _SAME_INSTANT.fullmatch(between) is not None


def _day_after(text: str, clock: ClockWords, dates: dict[int, DateWords]) -> DateWords | None:
    for gap in range(0, 6):
        words = dates.get(clock.end + gap)
        if words and re.fullmatch(r",? ?(?:on )?\(?", text[clock.end : words.start]):
            return words
    return None
