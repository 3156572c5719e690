"""The rule at the end of a zone file, which says how its clocks change for ever after.

“EST5EDT,M3.2.0,M11.1.0” is a POSIX TZ string (IEEE Std 1003.1, 8.3) with the extension of RFC 8536
§3.3.1: a time of day from −167 to 167 hours, so that “Thursday 50:00” means Saturday 02:00.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

_WEEKDAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_LAST_WEEK = 5

_NAME = r"(?:<[^>]+>|[A-Za-z]{3,})"
_CLOCK = r"[+-]?\d{1,3}(?::\d{2}){0,2}"
_RULES = re.compile(
    rf"{_NAME}(?P<standard>{_CLOCK}){_NAME}(?P<daylight>{_CLOCK})?,(?P<begins>[^,]+),(?P<ends>[^,]+)"
)
_YEARLY = re.compile(
    rf"(?:M(?P<month>\d+)\.(?P<week>\d)\.(?P<weekday>\d)|J(?P<day>\d+))(?:/(?P<clock>{_CLOCK}))?"
)


class Recurrence(NamedTuple):
    """A yearly RRULE that stays within one month: the onsets in `month` follow `rrule`."""

    month: int
    rrule: str


@dataclass(frozen=True, kw_only=True)
class YearlyDay:
    """A day of each year and a time on that day, which may lie days before or after it.

    With `week` 1 to 4, the first to fourth `weekday` (0 is Sunday) of `month`, with 5 the last;
    without a week, day `day` of `month`.
    """

    month: int
    week: int | None
    weekday: int
    day: int
    clock: timedelta

    def in_year(self, year: int) -> datetime:
        """Return the wall time at which it falls in `year`, on the clock in force before it."""
        return datetime(year, self.month, self._day(year)) + self.clock

    def recurrences(self) -> list[Recurrence]:
        """Return the yearly rules (RFC 5545 §3.3.10) that fall where this falls, fewest first.

        Two where the days to choose from lie in two months (Cairo's “last Thursday, 24:00” is a
        Friday that may be 1 November); none where RFC 5545 has no plain word for it.
        """
        if self.week is None:
            return self._on_a_date()
        if not self.clock.days:
            nth = -1 if self.week == _LAST_WEEK else self.week
            return [self._recurrence(self.month, f"BYDAY={nth}{_WEEKDAYS[self.weekday]}")]
        return self._among_dates()

    def _day(self, year: int) -> int:
        if self.week is None:
            return self.day
        first = 1 + (self.weekday - (calendar.weekday(year, self.month, 1) + 1)) % 7
        day = first + 7 * (self.week - 1)
        return day if day <= calendar.monthrange(year, self.month)[1] else day - 7

    def _on_a_date(self) -> list[Recurrence]:
        # A date moved by its clock may meet the end of February.
        if self.clock.days:
            return []
        return [self._recurrence(self.month, f"BYMONTHDAY={self.day}")]

    def _among_dates(self) -> list[Recurrence]:
        choices, leap_choices = self._dates(2001), self._dates(2000)
        # Where February's length or the turn of the year has a say, no plain rule holds.
        if choices != leap_choices or any(year for year, _, _ in choices):
            return []
        weekday = _WEEKDAYS[(self.weekday + self.clock.days) % 7]
        months: dict[int, list[str]] = {}
        for _, month, day in choices:
            months.setdefault(month, []).append(str(day))
        fewest_first = sorted(months.items(), key=lambda item: len(item[1]))
        return [
            self._recurrence(month, f"BYDAY={weekday};BYMONTHDAY={','.join(days)}")
            for month, days in fewest_first
        ]

    def _dates(self, year: int) -> list[tuple[int, int, int]]:
        """Return the seven dates that it may fall on: years after `year`, month, day."""
        assert self.week is not None
        length = calendar.monthrange(year, self.month)[1]
        last = length if self.week == _LAST_WEEK else 7 * self.week
        dates = (
            datetime(year, self.month, 1) + timedelta(days=last - 1 - back + self.clock.days)
            for back in range(6, -1, -1)
        )
        return [(date.year - year, date.month, date.day) for date in dates]

    def _recurrence(self, month: int, days: str) -> Recurrence:
        return Recurrence(month, f"FREQ=YEARLY;BYMONTH={month};{days}")


@dataclass(frozen=True, kw_only=True)
class YearlyRules:
    """The two changes of a year's clocks: offsets from UTC, and when the daylight time is on."""

    standard: timedelta
    daylight: timedelta
    begins: YearlyDay
    ends: YearlyDay


def read_rules(text: str) -> YearlyRules | None:
    """Return what a POSIX TZ string says; None where the clocks don't change, or by day number.

    “J60” counts 28 days of February for ever and is 1 March; a bare “59” counts 29 February too,
    is no date, and no zone uses it.
    """
    found = _RULES.fullmatch(text)
    if found is None:
        return None
    begins, ends = _yearly_day(found["begins"]), _yearly_day(found["ends"])
    if begins is None or ends is None:
        return None
    standard = -_duration(found["standard"])
    daylight = standard + timedelta(hours=1)
    if found["daylight"]:
        daylight = -_duration(found["daylight"])
    return YearlyRules(standard=standard, daylight=daylight, begins=begins, ends=ends)


def _yearly_day(text: str) -> YearlyDay | None:
    found = _YEARLY.fullmatch(text)
    if found is None:
        return None
    clock = _duration(found["clock"] or "2")
    if found["day"]:
        date = datetime(2001, 1, 1) + timedelta(days=int(found["day"]) - 1)
        return YearlyDay(month=date.month, week=None, weekday=0, day=date.day, clock=clock)
    month, week, weekday = (int(found[part]) for part in ("month", "week", "weekday"))
    return YearlyDay(month=month, week=week, weekday=weekday, day=0, clock=clock)


def _duration(text: str) -> timedelta:
    hours, minutes, seconds = ([int(part) for part in text.lstrip("+-").split(":")] + [0, 0])[:3]
    duration = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -duration if text.startswith("-") else duration
