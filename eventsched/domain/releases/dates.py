"""The grammar of dates in prose: “Friday, November 11, 2011”, “5-6 June 2018”, “tomorrow”.

A date is first what the words say; `resolve` gives it a year and checks its weekday.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_WEEKDAY_NAMES = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

_WEEKDAY = (
    r"(?:(?P<{0}>Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:day|s|sday|nesday|rs|r|rsday|urday)?"
    r"\.?,? ?(?:the )?)?"
)
_MONTH = (
    r"(?P<{0}>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r"(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\b\.?"
)
_DAY = r"(?P<{0}>[0-3]?\d)(?:st|nd|rd|th)?(?![\d:]|\.\d)"
_YEAR = r"(?P<{0}>(?:19|20)\d\d)(?!\d)"
_TO = r" ?(?:-|to|through|and|&) ?"


def _named(pattern: str, name: str) -> str:
    return pattern.replace("{0}", name)


_MONTH_FIRST = re.compile(
    r"\b" + _named(_WEEKDAY, "weekday") + _named(_MONTH, "month") + " ?" + _named(_DAY, "day")
    + rf"(?:{_TO}{_named(_WEEKDAY, 'weekday2')}(?:{_named(_MONTH, 'month2')} ?)?"
    + rf"{_named(_DAY, 'day2')}(?! ?(?:[ap]\.?m|hours)))?"
    + rf"(?:,? ?(?:in )?{_named(_YEAR, 'year')})?",
    re.IGNORECASE,
)  # fmt: skip
_DAY_FIRST = re.compile(
    r"(?<![\d:.,$])\b" + _named(_WEEKDAY, "weekday") + _named(_DAY, "day")
    + rf"(?: ?(?:{_named(_MONTH, 'month1')})?(?: {_named(_YEAR, 'year1')})?{_TO}"
    + rf"{_named(_WEEKDAY, 'weekday2')}{_named(_DAY, 'day2')})?"
    + r" (?:of )?" + _named(_MONTH, "month") + rf"(?:,? {_named(_YEAR, 'year')})?(?! ?\d)",
    re.IGNORECASE,
)  # fmt: skip
_NUMBERS = re.compile(
    r"(?<![\d/.-])(?:(?P<iso>(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d))"
    r"|(?P<first>\d\d?)[/.](?P<second>\d\d?)[/.](?P<last>(?:(?:19|20)\d\d"
    r"|\d\d(?=[ ,)\n-]))))(?![\d/])"
)
_RELATIVE = re.compile(
    r"\b(?:(?P<today>today|this (?:morning|afternoon|evening))|(?P<tomorrow>tomorrow)"
    r"|(?P<same>(?:the|that) same (?:day|date|morning|afternoon|evening)|same day"
    r"|that (?:day|morning|afternoon|evening))"
    r"|(?P<next>(?:the )?(?:following|next) (?:day|morning)))\b",
    re.IGNORECASE,
)
# What such a date names is the past, a deadline or the life of a recording, not an event.
_NOT_AN_EVENT = re.compile(
    r"(?:\b(?:ended|ending|ends|as of|as at|since|until|till|through|thru|by|before|dated|filed on"
    r"|founded(?: on| in)?|effective|of record (?:on|at)|record(?:ed)? (?:on|date)"
    r"|payable(?: on)?|expires(?: on)?|expire on)|\bfiscal year) ?$",
    re.IGNORECASE,
)


_TELLS = (
    r"(?:announc|report|said|sa(?:ys|id)|issu|releas|disclos|declar|confirm|provid|advis|publish"
    r"|list|unveil"
    r"|launch|post|updat|began|commenc|set)(?:ed|d|es|s|ing)?"
)


@dataclass(frozen=True, kw_only=True)
class DateWords:
    """A date as the words give it; `year` None where they leave it out.

    `relative` is “today”, “tomorrow”, “same” (as the date named before) or “next” (after it).
    `ambiguous` says that month and day could be swapped.
    """

    start: int
    end: int
    month: int = 0
    day: int = 0
    year: int | None = None
    last_month: int = 0
    last_day: int = 0
    weekday: int | None = None
    relative: str = ""
    ambiguous: bool = False
    deadline: bool = False

    @property
    def is_range(self) -> bool:
        """Whether two days are named."""
        return self.last_day > 0


@dataclass(frozen=True, kw_only=True)
class Day:
    """A date in the calendar, perhaps the first of several, with the doubts about it."""

    first: date
    last: date | None = None
    doubts: tuple[str, ...] = ()


def find_dates(text: str) -> list[DateWords]:
    """Return the dates that `text` names, in order, none within another."""
    found = [*_spelled(text, _MONTH_FIRST), *_spelled(text, _DAY_FIRST)]
    found += [*_numeric(text), *_relative(text)]
    found.sort(key=lambda words: (words.start, -words.end))
    return list(_apart(found))


def resolve(words: DateWords, *, released: date | None, before: Day | None = None) -> Day | None:
    """Return the day that `words` name, or None where it cannot be told.

    Without a year it is the next such day at or after about the date of release. `before` is the
    date named before, for “the same day”.
    """
    if words.relative:
        return _relative_day(words, released, before)
    year, doubts = _year_of(words, released)
    first = _date(year, words.month, words.day)
    if first is None:
        return None
    if words.ambiguous:
        doubts.append("Day and month may be swapped; it was read as month/day.")
    if words.weekday is not None and words.weekday != first.weekday():
        doubts.append(
            f"{first:%B} {first.day}, {first.year} is a {_WEEKDAY_NAMES[first.weekday()]}, "
            f"not a {_WEEKDAY_NAMES[words.weekday]}."
        )
    last = _date(year, words.last_month, words.last_day) if words.is_range else None
    if last is not None and last < first:
        last = _date(year + 1, words.last_month, words.last_day)
    return Day(first=first, last=last, doubts=tuple(doubts))


def _spelled(text: str, pattern: re.Pattern[str]) -> Iterator[DateWords]:
    for found in pattern.finditer(text):
        parts = found.groupdict()
        if _looks_like_may_be(text, found):
            continue
        month, day = _month(parts["month"]), int(parts["day"])
        first_month = _month(parts.get("month1")) or month
        yield DateWords(
            start=found.start(),
            end=found.end(),
            month=first_month,
            day=day,
            year=_number(parts["year"]) or _number(parts.get("year1")),
            last_month=(_month(parts.get("month2")) or month) if parts["day2"] else 0,
            last_day=_number(parts["day2"]) or 0,
            weekday=_weekday(parts["weekday"]),
            deadline=_is_deadline(text, found.start()),
        )


def _looks_like_may_be(text: str, found: re.Match[str]) -> bool:
    """Tell whether it is no date: “may 5” in small letters, a month without a usable day."""
    word = text[found.start("month") : found.end("month")]
    return word[0].islower() or not 1 <= int(found["day"]) <= 31


def _numeric(text: str) -> Iterator[DateWords]:
    for found in _NUMBERS.finditer(text):
        deadline = _is_deadline(text, found.start())
        if found["iso"]:
            yield DateWords(
                start=found.start(), end=found.end(), year=int(found["year"]),
                month=int(found["month"]), day=int(found["day"]), deadline=deadline,
            )  # fmt: skip
            continue
        first, second = int(found["first"]), int(found["second"])
        day_first = first > 12 or "." in found[0]
        month, day = (second, first) if day_first else (first, second)
        yield DateWords(
            start=found.start(), end=found.end(), year=_full_year(found["last"]),
            month=month, day=day,
            ambiguous=not day_first and second <= 12 and first != second, deadline=deadline,
        )  # fmt: skip


def _relative(text: str) -> Iterator[DateWords]:
    for found in _RELATIVE.finditer(text):
        relative = str(found.lastgroup)
        told = relative == "today" and _is_of_telling(text, found)
        yield DateWords(start=found.start(), end=found.end(), relative=relative, deadline=told)


def _is_of_telling(text: str, found: re.Match[str]) -> bool:
    """“Today announced”, “said today”: the day of the release, not of an event."""
    before = re.search(
        rf"\b{_TELLS} (?:earlier )?$", text[max(0, found.start() - 24) : found.start()]
    )
    return bool(before or re.match(rf" {_TELLS}\b", text[found.end() : found.end() + 20]))


def _apart(found: list[DateWords]) -> Iterator[DateWords]:
    end = -1
    for words in found:
        if words.start >= end:
            end = words.end
            yield words


def _is_deadline(text: str, start: int) -> bool:
    return _NOT_AN_EVENT.search(text[max(0, start - 24) : start]) is not None


def _relative_day(words: DateWords, released: date | None, before: Day | None) -> Day | None:
    anchor = before.first if before else None
    if words.relative in ("today", "tomorrow"):
        anchor = released
    if anchor is None:
        return None
    later = 1 if words.relative in ("tomorrow", "next") else 0
    return Day(first=anchor + timedelta(days=later))


def _year_of(words: DateWords, released: date | None) -> tuple[int, list[str]]:
    if words.year:
        return words.year, []
    if released is None:
        return 0, ["No year is stated and the release bears no date."]
    # A notice may name a day just gone; half a year back means next year's.
    this_year = _date(released.year, words.month, words.day)
    over = this_year is not None and this_year < released - timedelta(days=120)
    return released.year + over, []


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(word: str | None) -> int:
    return _MONTHS.index(word[:3].lower()) + 1 if word else 0


def _weekday(word: str | None) -> int | None:
    return _WEEKDAYS.index(word[:3].lower()) if word else None


def _full_year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None
