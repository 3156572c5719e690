"""How long a replay stays, as it is typed: a number of days, a last wall time, or neither."""

import re
from contextlib import suppress
from datetime import datetime

from eventsched.domain.clockface import UnreadableTime, read_date, read_time

DEFAULT_REPLAY_DAYS = 7
LONGEST_REPLAY_DAYS = 3660
# Typed in place of a date: the replay stays until it is withdrawn.
FURTHER_NOTICE = "further notice"
_UNTIL_REVOKED = frozenset({FURTHER_NOTICE, "until further notice", "revoked", "until revoked"})
_LONGEST_WALL_TIME = 60


class UnreadableWindow(ValueError):
    """The days, or the last wall time, can't be read; `field` says which of a draft's two."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def read_window(days: str, until: str) -> tuple[int | None, datetime | None, bool]:
    """Return the days, the last wall time, and whether it stays until it is revoked.

    A last wall time counts before a number of days. Raises UnreadableWindow.
    """
    days, until = days.strip(), until.strip()
    if until.casefold() in _UNTIL_REVOKED:
        return None, None, True
    if until:
        try:
            return None, _read_wall_time(until), False
        except UnreadableTime as problem:
            raise UnreadableWindow("replay_until", str(problem)) from None
    return (_read_days(days) if days else None), None, False


def _read_days(typed: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,9}", typed):
        raise UnreadableWindow("replay_days", "Give the replay window in whole days.")
    number = int(typed)
    if not 1 <= number <= LONGEST_REPLAY_DAYS:
        problem = f"Give between 1 and {LONGEST_REPLAY_DAYS:,} days."
        raise UnreadableWindow("replay_days", problem)
    return number


def _read_wall_time(typed: str) -> datetime:
    """Return the naive wall time that a date, a space, comma or “T”, and a time say together."""
    for gap in re.finditer(r"[T\s,]+", typed[:_LONGEST_WALL_TIME]):
        with suppress(UnreadableTime):
            day, clock = typed[: gap.start()], typed[gap.end() :]
            return datetime.combine(read_date(day), read_time(clock))
    raise UnreadableTime(
        f"Can't read “{typed[:40]}” as a date and a time. Write it like 2011-11-18 17:00."
    )
