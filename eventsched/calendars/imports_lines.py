"""The lines of a calendar file (RFC 5545 §3.1), parsed one by one and sorted into its entries."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from icalendar.parser import Contentline

from eventsched.calendars.feeds import PRODUCT
from eventsched.domain.drafts import Problem
from eventsched.domain.imports import Row

_LINE = re.compile(r"[A-Za-z0-9-]+[;:]")
_OTHER_PARTS = frozenset({"VTODO", "VJOURNAL"})


@dataclass(frozen=True, kw_only=True)
class Property:
    """One line of an entry: where it begins, its parameters and its value."""

    line: int
    params: dict[str, str]
    value: str


@dataclass(kw_only=True)
class Entry:
    """One VEVENT as its lines come in."""

    line: int
    properties: dict[str, list[Property]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def first(self, name: str) -> Property | None:
        """Return the first line of that name."""
        found = self.properties.get(name)
        return found[0] if found else None

    def text(self, name: str) -> str:
        """Return what the first line of that name says, on one line; \"\" where there is none."""
        found = self.first(name)
        return "" if found is None else " ".join(found.value.split())


class File:
    """The entries of a calendar file, its own properties, and what stands astray in it."""

    def __init__(self, text: str) -> None:
        self.head: dict[str, str] = {}
        self.entries: list[Entry] = []
        self.stray: list[Row] = []
        self._open: list[str] = []
        for number, line in _unfolded(text):
            self._take(number, line)
        if self._open:
            sentence = f"The file ends inside {self._open[-1]}: it may have been cut off."
            self._blame(text.count("\n") + 1, sentence)

    @property
    def is_ours(self) -> bool:
        """Whether an installation of eventsched wrote it."""
        return self.head.get("PRODID") == PRODUCT

    def _take(self, number: int, line: str) -> None:
        inside = self._open[-1] if self._open else ""
        upper = line.upper()
        is_event = upper.startswith("BEGIN:") and upper[6:].strip() == "VEVENT"
        is_foreign = inside not in ("", "VEVENT", "VCALENDAR")
        if is_foreign and not is_event and not upper.startswith("END:"):
            # Zones, reminders and the like: not read, so only told where they are no line at all.
            if not _LINE.match(line):
                self._blame(number, f"This line can’t be read: “{line[:60]}”.")
            elif upper.startswith("BEGIN:"):
                self._open.append(upper[6:].strip())
            return
        try:
            name, params, value = Contentline(line).parts()  # type: ignore[no-untyped-call]
        except ValueError:
            self._blame(number, f"This line can’t be read: “{line[:60]}”.")
            return
        self._place(number, name.upper(), {k.upper(): str(v) for k, v in params.items()}, value)

    def _place(self, number: int, name: str, params: dict[str, str], value: str) -> None:
        inside = self._open[-1] if self._open else ""
        part = value.strip().upper()
        if name == "BEGIN":
            self._begin(number, part)
        elif name == "END" and part == inside:
            self._open.pop()
        elif name == "END" and part in self._open:
            self._drop(number, len(self._open) - self._open[::-1].index(part))
            self._open.pop()
        elif name == "END":
            self._blame(number, f"END:{part[:40]} ends what did not begin.")
        elif inside == "VEVENT":
            said = Property(line=number, params=params, value=value)
            self.entries[-1].properties.setdefault(name, []).append(said)
        elif inside == "VCALENDAR":
            self.head.setdefault(name, value)

    def _begin(self, number: int, part: str) -> None:
        if part == "VEVENT":
            outside = (n for n, one in enumerate(self._open) if one != "VCALENDAR")
            self._drop(number, next(outside, len(self._open)))
            self.entries.append(Entry(line=number))
        elif part in _OTHER_PARTS:
            because = "It is a task or a journal entry, not an event."
            self.stray.append(Row(number=number, left_out=because))
        self._open.append(part)

    def _drop(self, number: int, depth: int) -> None:
        """Give up the parts that are open below `depth`, whose ends never came."""
        for part in reversed(self._open[depth:]):
            self._blame(number, f"END:{part[:40]} is missing before this line.")
        del self._open[depth:]

    def _blame(self, number: int, sentence: str) -> None:
        """Blame the entry that the line stands in, or the line where it stands in none."""
        told = Problem(field="", message=f"Line {number}: {sentence}")
        if "VEVENT" in self._open:
            self.entries[-1].problems.append(told)
        else:
            self.stray.append(Row(number=number, problems=(told,)))


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line with its number; one that goes on in the next line is one (§3.1)."""
    begun, whole = 0, ""
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if line.startswith((" ", "\t")) and whole:
            whole += line[1:]
            continue
        if whole.strip():
            yield begun, whole
        begun, whole = number, line
    if whole.strip():
        yield begun, whole
