"""A file of events that somebody brings: what each of its rows says.

A `Row` says some fields of a draft and is silent about the others. Nothing here knows what is
planned already: that is the business of `imports_plan`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from eventsched.domain.drafts import Problem
from eventsched.domain.events import Presenter

LARGEST = 4 * 1024 * 1024
# All of them are saved in one transaction, and nobody else can save meanwhile.
MOST_ROWS = 2_000
LONGEST_UID = 500

Said = Mapping[str, str | tuple[Presenter, ...]]

# Windows-1252 has no letter here: such a file is something else.
_NO_TEXT = "This is not text. Save it as CSV (UTF-8), or as a calendar file (.ics), and try again."
_KNOWN_BY_THEIR_FIRST_BYTES = {
    b"PK\x03\x04": "This is an Excel workbook or an archive. Save the sheet as CSV (UTF-8) first.",
    b"\xd0\xcf\x11\xe0": "This is an old Excel workbook. Save the sheet as CSV (UTF-8) first.",
    b"%PDF": "This is a PDF. Bring the table that it was made from, as CSV.",
    b"{\\rtf": "This is a Rich Text file. Bring a table as CSV, or a calendar file (.ics).",
    b"\x1f\x8b": "This is a compressed file. Unpack it first.",
    b"\x89PNG": _NO_TEXT,
    b"\xff\xd8\xff": _NO_TEXT,
}


class UnreadableFile(ValueError):
    """A file that can't be read at all, in a sentence that a person can act on."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One event as a file says it.

    `number` is the row of a spreadsheet, or the line of a calendar file at which the entry begins.
    `said` are a draft's fields. `place` is a venue and a city in one; `starts_at` an instant that
    was given without a place, `zone_hint` the zone to show it in. `left_out` says why the row is
    none of our business; `problems` why it can't be read.
    """

    number: int
    said: Said = field(default_factory=dict)
    slug: str = ""
    uid: str = ""
    place: str = ""
    starts_at: datetime | None = None
    zone_hint: str = ""
    standing: str = ""
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    left_out: str = ""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A file as it was read. `unit` is what its numbers count; `columns` are headings by field."""

    rows: tuple[Row, ...]
    unit: str = "Row"
    notes: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)


def text_of(content: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the text that a file holds, and what has to be said about how it was read.

    Raises UnreadableFile.
    """
    if len(content) > LARGEST:
        raise UnreadableFile(f"This file is larger than {LARGEST // 1024 // 1024} MB. Split it.")
    if not content.strip():
        raise UnreadableFile("This file is empty.")
    for first, sentence in _KNOWN_BY_THEIR_FIRST_BYTES.items():
        if content.startswith(first):
            raise UnreadableFile(sentence)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(content, "utf-16"), ("Read as UTF-16, as its first bytes say.",)
    if b"\0" in content:
        raise UnreadableFile(_NO_TEXT)
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        said = "Read as Windows-1252 (Western European), as it is not UTF-8: check the accents."
        return _western(content), (said,)


def too_many(count: int) -> UnreadableFile:
    """Return the refusal of a file with more rows than are taken at once."""
    return UnreadableFile(
        f"This file has {count:,} rows; at most {MOST_ROWS:,} are taken at once. Split it."
    )


def _western(content: bytes) -> str:
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _decoded(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableFile(_NO_TEXT) from None
    if "\0" in text:
        raise UnreadableFile(_NO_TEXT)
    return text
