"""A table of events, as CSV: ours, a spreadsheet's, or another program's.

Headings are told by their words, cells are what people type into the form.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields

from eventsched.domain.clockface import UnreadableTime, read_time
from eventsched.domain.drafts import Draft, Problem
from eventsched.domain.events import Format, Kind, Presenter
from eventsched.domain.export import plain_cell, read_presenters
from eventsched.domain.imports import (
    LONGEST_UID,
    MOST_ROWS,
    Row,
    Sheet,
    UnreadableFile,
    text_of,
    too_many,
)

_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_FIELDS = tuple(f.name for f in fields(Draft))
# What others call our fields; our own names, and the form's, are told without this table.
_OTHER_NAMES = {
    "title": "event, event title, name, event name, subject, summary, conference",
    "host": "host name, organizer, organiser, hosted by, bank, broker",
    "date": "event date, start date, day",
    "time": "start time, event time, start, begins, starts",
    "zone": "time zone, timezone, tz, event time zone",
    "duration": "length in minutes, duration in minutes, duration minutes, minutes, length",
    "city": "place, town, event city",
    "venue": "location, hotel, address, event venue",
    "kind": "kind of occasion, type, event type, category",
    "presenters": "presenter, speaker, speakers, participants, executives",
    "live_url": "link to the live webcast, webcast, webcast link, webcast url, live link, link",
    "replay_url": "link to the replay, replay, replay link",
    "replay_days": "days the replay stays open, replay window",
    "replay_until": "replay open until, or until this date and time",
    "slug": "page, event page",
    "uid": "calendar id",
    "standing": "status",
    "end": "end time, ends, finish",
}
# Ours, and not to be decided by a file.
_PASSED_OVER = frozenset({"publish at", "starts at", "ends at", "documents"})
_KINDS = {
    "investor conference": Kind.CONFERENCE,
    "earnings": Kind.EARNINGS_CALL,
    "results": Kind.EARNINGS_CALL,
    "conference call": Kind.EARNINGS_CALL,
    "annual meeting": Kind.SHAREHOLDER_MEETING,
    "agm": Kind.SHAREHOLDER_MEETING,
    "capital markets day": Kind.INVESTOR_DAY,
    "something else": Kind.OTHER,
}
_FORMATS = {"fireside": Format.FIRESIDE_CHAT, "one on one meetings": Format.ONE_ON_ONE}
_CHOICES = {
    "kind": {kind.replace("_", " "): kind.value for kind in Kind}
    | {words: kind.value for words, kind in _KINDS.items()},
    "format": {one.replace("_", " "): one.value for one in Format}
    | {words: one.value for words, one in _FORMATS.items()},
}


def read_csv(content: bytes) -> Sheet:
    """Return what the rows of a CSV file say. Raises UnreadableFile."""
    text, notes = text_of(content)
    separator, rows = _table(text)
    numbered = [(n, cells) for n, cells in enumerate(rows, start=1) if any(map(str.strip, cells))]
    if not numbered:
        raise UnreadableFile("This file is empty.")
    heading, *body = numbered
    columns, remarks = _columns(heading[1])
    if len(body) > MOST_ROWS:
        raise too_many(len(body))
    if separator != ",":
        notes += (f"Its cells are set apart by {_SEPARATORS[separator]}.",)
    return Sheet(
        rows=tuple(_row(number, cells, columns, width=len(heading[1])) for number, cells in body),
        notes=(*notes, *remarks),
        columns={field: heading[1][index].strip() for field, index in columns.items()},
    )


def _table(text: str) -> tuple[str, list[list[str]]]:
    """Return the separator under which the most headings are known, and all rows of cells."""
    said = re.match(r"sep=([,;\t])\r?\n", text)
    if said:
        # A spreadsheet's own first line; it keeps its number.
        return said[1], [[], *_parsed(text[said.end() :], said[1])]
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=lambda one: _known(first, one))
    return separator, list(_parsed(text, separator))


def _known(line: str, separator: str) -> int:
    return sum(_field(cell) is not None for cell in line.split(separator))


def _parsed(text: str, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    read = 0
    try:
        for cells in reader:
            yield cells
            read += 1
    except csv.Error as problem:
        raise UnreadableFile(
            f"Row {read + 1} can’t be read as CSV, nor what follows: {problem}. "
            "Look at its quotation marks."
        ) from None


def _columns(headings: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Return where each field stands, and what has to be said of the headings."""
    columns: dict[str, int] = {}
    remarks = []
    for index, heading in enumerate(headings):
        field = _field(heading)
        if field is None:
            if heading.strip() and _plain(heading) not in _PASSED_OVER:
                remarks.append(f"The column “{heading.strip()[:60]}” is not known and not read.")
        elif field in columns:
            first = headings[columns[field]].strip()
            remarks.append(f"“{heading.strip()[:60]}” says what “{first[:60]}” does; not read.")
        else:
            columns[field] = index
    if not columns.keys() & {"title", "slug", "uid"}:
        raise UnreadableFile(
            "No column is called “title”. The first row has to name the columns: "
            "title, date, time, zone, city …"
        )
    return columns, remarks


def _plain(heading: str) -> str:
    return " ".join(re.sub(r"[_\-.:*()]+", " ", heading).casefold().split())


def _field(heading: str) -> str | None:
    return _NAMES.get(_plain(heading))


def _names() -> dict[str, str]:
    ours = {_plain(name): name for name in (*_FIELDS, *_OTHER_NAMES)}
    others = {one.strip(): name for name, said in _OTHER_NAMES.items() for one in said.split(",")}
    return others | ours


_NAMES = _names()


def _row(number: int, cells: Sequence[str], columns: dict[str, int], *, width: int) -> Row:
    said = {field: _cell(cells, index) for field, index in columns.items()}
    problems = []
    if any(map(str.strip, cells[width:])):
        problems.append(
            Problem(field="", message="It has more cells than there are headings; quote its text.")
        )
    slug, uid, standing = (said.pop(name, "").strip() for name in ("slug", "uid", "standing"))
    if len(uid) > LONGEST_UID:
        problems.append(Problem(field="uid", message=f"Give at most {LONGEST_UID} characters."))
    ends = said.pop("end", "")
    typed: dict[str, str | tuple[Presenter, ...]] = dict(said)
    for field, choices in _CHOICES.items():
        if field in said:
            typed[field] = choices.get(_plain(said[field]), said[field].strip())
    if "presenters" in said:
        typed["presenters"] = read_presenters(said["presenters"])
    if ends.strip() and "duration" not in said:
        problems += _take_end(typed, ends)
    return Row(
        number=number, said=typed, slug=slug, uid=uid, standing=standing, problems=tuple(problems)
    )


def _cell(cells: Sequence[str], index: int) -> str:
    return plain_cell(cells[index]) if index < len(cells) else ""


def _take_end(typed: dict[str, str | tuple[Presenter, ...]], ends: str) -> list[Problem]:
    """Let the length follow from when it begins and ends, on the same day."""
    begins = str(typed.get("time", ""))
    try:
        start, end = read_time(begins), read_time(ends)
    except UnreadableTime as problem:
        return [Problem(field="end", message=str(problem))] if begins.strip() else []
    minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
    if minutes <= 0:
        return [Problem(field="end", message="Ends before it starts.")]
    typed["duration"] = str(minutes)
    return []
