"""Joining by telephone: numbers, and whose callers each of them is for.

Typed, and kept, as one number a line: “United States: +1 877 555 0100”.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from eventsched.domain.lines import read_line

LONGEST_LINE = 120
MOST_NUMBERS = 60
_FEWEST_DIGITS, _MOST_DIGITS = 5, 17
# Digits as telephones have them; the place may be in any script.
_TYPE = r"\+? ?\(?[0-9][0-9 ()./-]{3,28}[0-9]"
_NUMBER = rf"(?P<number>(?P<plain>{_TYPE})(?: ?(?:x|ext\.?) ?[0-9]{{1,6}})?)"
_PLACE_FIRST = re.compile(rf"(?P<place>.*?)[\s:,-]*{_NUMBER}")
# As releases have it: “877-555-0100 (domestic)”.
_NUMBER_FIRST = re.compile(rf"{_NUMBER}[\s:,(-]+(?P<place>[^\W\d][^()]*?)\)?")
_DASHES = re.compile("[\u2010-\u2015\u2212]")


class UnreadableNumber(ValueError):
    """A line holds no telephone number."""


@dataclass(frozen=True, kw_only=True)
class DialIn:
    """A number to call; `place` says whose callers it is for, "" where that was not said."""

    place: str
    number: str

    @property
    def words(self) -> str:
        """The line that would be read as this: “United States: +1 877 555 0100”."""
        return f"{self.place}: {self.number}" if self.place else self.number

    @property
    def digits(self) -> str:
        """What a telephone dials: “+18775550100”, without an extension."""
        plain = re.split(r"[a-z]", self.number, maxsplit=1)[0]
        return re.sub(r"[^+\d]", "", plain)


def read_dial_in(line: str) -> DialIn:
    """Return what one line, of `LONGEST_LINE` characters at most, says. Raises UnreadableNumber."""
    text = " ".join(_DASHES.sub("-", line).split())
    found = _PLACE_FIRST.fullmatch(text) or _NUMBER_FIRST.fullmatch(text)
    if found is None or not _is_dialable(found["plain"]):
        raise UnreadableNumber(
            f"Can't read “{line[:40]}” as a telephone number. Write one on each line, such as "
            "“United States: +1 877 555 0100”."
        )
    return DialIn(place=found["place"].strip(), number=found["number"])


def read_dial_ins(typed: str) -> tuple[DialIn, ...]:
    """Return the numbers that lines say, each once. Raises UnreadableNumber for the first bad one.

    Pasted from a spreadsheet's cell, several stand on one line.
    """
    lines = [line for line in re.split(r"[;\r\n]+", typed) if line.strip()]
    if len(lines) > MOST_NUMBERS:
        raise UnreadableNumber(f"At most {MOST_NUMBERS} numbers fit on one event.")
    return tuple(dict.fromkeys(map(_read_any, lines)))


def _read_any(line: str) -> DialIn:
    text, problem = read_line(line, LONGEST_LINE)
    if problem:
        raise UnreadableNumber(problem)
    return read_dial_in(text)


def dial_in_text(numbers: Iterable[DialIn]) -> str:
    """Return numbers one a line, as they are typed."""
    return "\n".join(number.words for number in numbers)


def _is_dialable(number: str) -> bool:
    return _FEWEST_DIGITS <= sum(c.isdigit() for c in number) <= _MOST_DIGITS
