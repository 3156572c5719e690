"""How long before a call its live link is looked at: the company's rule, as typed and as said."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from eventsched.domain.wording import duration_words

USUALLY = (timedelta(hours=24), timedelta(hours=1), timedelta(minutes=10))
MOST_LOOKS = 10
LATEST = timedelta(minutes=1)
EARLIEST = timedelta(days=30)

_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)
# As numbers: what is typed may be longer than any timedelta.
_MINUTES = {"d": 24 * 60, "h": 60, "m": 1}
_PART = r"([0-9]{1,6})\s*(days?|d|hours?|hrs?|h|minutes?|mins?|m)\b"
_LENGTH = re.compile(rf"(?:{_PART}\s*)+(?:before)?")
_LONGEST_QUOTE = 40


@dataclass(frozen=True, kw_only=True)
class LookRule:
    """How long `before` a call its live link is looked at, longest first; `since` when.

    What would have been due before the rule was made is nothing that it asks for.
    """

    before: tuple[timedelta, ...] = USUALLY
    since: datetime | None = None

    @property
    def words(self) -> str:
        """The rule as somebody might type it: “1 day, 1 hour, 10 minutes”."""
        said = ("1 hour" if each == _HOUR else duration_words(each) for each in self.before)
        return ", ".join(said)


class InvalidLookRule(ValueError):
    """What was typed is no rule; the message says what to change."""


def decide_looks(typed: str) -> tuple[timedelta, ...]:
    """Return how long before a call to look, longest first. Raises InvalidLookRule."""
    parts = [part.strip() for part in re.split(r"[,;\n]|\band\b", typed.casefold())]
    parts = [part for part in parts if part]
    if not parts:
        raise InvalidLookRule("Name at least one look, such as “1 hour”.")
    if len(parts) > MOST_LOOKS:
        raise InvalidLookRule(f"{MOST_LOOKS} looks at most: these are {len(parts)}.")
    looks: list[timedelta] = []
    for part in parts:
        look = _length(part)
        if look in looks:
            raise InvalidLookRule(f"{_quoted(part)} is there already, perhaps in other words.")
        looks.append(look)
    return tuple(sorted(looks, reverse=True))


def _length(part: str) -> timedelta:
    if re.match(r"[-−–]\s*[0-9]", part) or part.endswith("after"):
        raise InvalidLookRule(f"{_quoted(part)} is after the call has begun: look before it.")
    if re.fullmatch(r"[0-9]+", part) and int(part[:6]):
        raise InvalidLookRule(f"{_quoted(part)} of what? Say minutes, hours or days.")
    if not re.fullmatch(r"0+", part) and not _LENGTH.fullmatch(part):
        raise InvalidLookRule(
            f"{_quoted(part)} is no length of time. Write “10 minutes”, “1 hour” or “2 days”."
        )
    minutes = sum(int(n) * _MINUTES[unit[0]] for n, unit in re.findall(_PART, part))
    if minutes < LATEST // _MINUTE:
        raise InvalidLookRule(f"{_quoted(part)} is too late: a minute before the call is the last.")
    if minutes > EARLIEST // _MINUTE:
        raise InvalidLookRule(f"{_quoted(part)} is too early: 30 days before the call at most.")
    return minutes * _MINUTE


def _quoted(part: str) -> str:
    cut = part if len(part) <= _LONGEST_QUOTE else part[: _LONGEST_QUOTE - 1] + "…"
    return f"“{cut}”"
