"""Dates and times as people type them into a form: “Nov 11 2011”, “9am”, “09:00”.

Only whole fields are read here. Dates inside prose are the business of `domain.releases`.
"""

import re
from datetime import date, time

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTH_FIRST = re.compile(
    r"(?P<month>[a-z]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})"
)
_DAY_FIRST = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\.? (?P<month>[a-z]{3,9})\.?,? (?P<year>\d{4})"
)
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?(?::(?P<second>\d{2}))? ?(?P<half>[ap]\.?m\.?)?"
)

# “9am MST”: a zone by its letters, which mean different clocks to different people.
_ZONED = re.compile(r"(?P<clock>.*[\dm.]) \(?(?P<zone>[a-z]{1,3}t|utc|gmt|et|ct|pt|mt)\)?")


class UnreadableTime(ValueError):
    """What was typed can't be read as one date or one time of day."""


def read_date(typed: str) -> date:
    """Return the date that `typed` names: ISO, “Nov 11, 2011” or “11 November 2011”.

    Dates in numbers alone (11/12/2011) mean two days to two readers and are refused, as is a day
    that the month does not have. Raises UnreadableTime.
    """
    text = " ".join(typed.split()).lower()
    if found := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
        return _date(typed, year, month, day)
    found = _MONTH_FIRST.fullmatch(text) or _DAY_FIRST.fullmatch(text)
    month = _month_number(found["month"]) if found else 0
    if not found or not month:
        raise UnreadableTime(
            f"Can't read “{typed[:40]}” as a date. Write it like 2011-11-11 or Nov 11, 2011."
        )
    return _date(typed, int(found["year"]), month, int(found["day"]))


def read_time(typed: str) -> time:
    """Return the time of day that `typed` names: “09:00”, “9am”, “9:30 p.m.”, “noon”.

    A bare number (“9”) and “13 pm” are refused. Raises UnreadableTime.
    """
    text = " ".join(typed.split()).lower()
    if text in ("noon", "12 noon"):
        return time(12)
    if text == "midnight":
        raise UnreadableTime("“Midnight” belongs to two days; write 00:00 and check the date.")
    found = _CLOCK.fullmatch(text)
    if not found and (zoned := _ZONED.fullmatch(text)) and _CLOCK.fullmatch(zoned["clock"]):
        raise UnreadableTime(
            f"Leave “{zoned['zone'].upper()}” out: the time is on the clock of the place."
        )
    if not found or not (found["minute"] or found["half"]):
        raise UnreadableTime(
            f"Can't read “{typed[:40]}” as a time. Write it like 9:00 am or 14:30."
        )
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    if half := found["half"]:
        if not 1 <= hour <= 12:
            raise UnreadableTime(f"“{typed[:40]}” mixes a 24-hour time with am or pm.")
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        raise UnreadableTime(f"“{typed[:40]}” is not a time of day.") from None


def _month_number(word: str) -> int:
    """Return 1 to 12 for a month's name or a beginning of it (“Nov”, “Sept”), else 0."""
    for number, name in enumerate(_MONTHS, start=1):
        if name.startswith(word):
            return number
    return 0


def _date(typed: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise UnreadableTime(f"“{typed[:40]}” is not a day in the calendar.") from None
