"""A calendar file that somebody brings (RFC 5545), ours or another program's, entry by entry."""

import re

from eventsched.calendars.descriptions import KIND_WORDS
from eventsched.calendars.imports_lines import Entry, File
from eventsched.calendars.imports_times import known_zone, when_of
from eventsched.domain.drafts import Problem
from eventsched.domain.events import Kind
from eventsched.domain.imports import (
    LONGEST_UID,
    MOST_ROWS,
    Row,
    Sheet,
    UnreadableFile,
    text_of,
    too_many,
)
from eventsched.domain.issuer import Issuer

_OUR_PAGE = re.compile(r"/events/([a-z0-9-]{1,100})$")
_KINDS = {words.casefold(): kind.value for kind, words in KIND_WORDS.items()}
# Calendars of others call one so, and so did ours.
_KINDS["conference"] = Kind.CONFERENCE.value
_OUR_PREFIXES = ("CANCELLED: ", "POSTPONED: ")
_UNKNOWN_TIME = " (time to be announced)"
_SAID_ONCE = ("UID", "DTSTART")
_REPEATS = ("RRULE", "RDATE", "EXRULE")


def read_calendar(content: bytes, issuer: Issuer | None) -> Sheet:
    """Return what the entries of a calendar file say; `issuer` is ours. Raises UnreadableFile."""
    text, notes = text_of(content)
    if not re.match(r"\s*BEGIN:VCALENDAR\s", text, re.IGNORECASE):
        raise UnreadableFile("This is no calendar file: it does not begin with BEGIN:VCALENDAR.")
    file = File(text)
    if len(file.entries) > MOST_ROWS:
        raise too_many(len(file.entries))
    rows = [_row(entry, file, issuer) for entry in file.entries] + file.stray
    if not rows:
        raise UnreadableFile("There is no event in this calendar file.")
    dropped = ("Descriptions, guests and reminders are not taken over.",)
    return Sheet(
        rows=tuple(sorted(rows, key=lambda row: row.number)),
        unit="Line",
        notes=notes if file.is_ours else notes + dropped,
        columns={"date": "DTSTART", "time": "DTSTART", "zone": "TZID", "title": "SUMMARY"},
    )


def _row(entry: Entry, file: File, issuer: Issuer | None) -> Row:
    page = _OUR_PAGE.search(entry.text("URL")) if file.is_ours else None
    place = entry.text("LOCATION")
    zone = known_zone(file.head.get("X-WR-TIMEZONE", ""))
    when = when_of(entry, place=place, calendar_zone=zone, is_told=not file.is_ours)
    said = {"title": _title(entry, issuer if file.is_ours else None), **when.said}
    notes = [*when.notes]
    kind = _KINDS.get(entry.text("CATEGORIES").casefold())
    if kind:
        said["kind"] = kind
    if not file.is_ours and (link := entry.text("CONFERENCE") or entry.text("URL")):
        said["live_url"] = link
        notes.append("Its link is taken for the live webcast’s: check that.")
    uid = entry.text("UID")
    if recurrence := entry.text("RECURRENCE-ID"):
        uid = f"{uid}/{recurrence}"
        notes.append("It is one date of a series in the file, and an event of its own here.")
    return Row(
        number=entry.line,
        said=said,
        slug=page[1] if page else "",
        uid=uid[:LONGEST_UID],
        place=place,
        starts_at=when.starts_at,
        zone_hint=zone,
        standing=entry.text("STATUS").lower(),
        notes=tuple(notes),
        problems=(*entry.problems, *when.problems, *_run_together(entry), *_repetition(entry)),
        left_out=_why_left_out(entry, file),
    )


def _title(entry: Entry, issuer: Issuer | None) -> str:
    """Return the title, without what our own feed puts around it."""
    title = entry.text("SUMMARY")
    if issuer is None:
        return title
    for prefix in (*_OUR_PREFIXES, f"{issuer.ticker or issuer.name}: "):
        title = title.removeprefix(prefix)
    return title.removesuffix(_UNKNOWN_TIME)


def _why_left_out(entry: Entry, file: File) -> str:
    if file.is_ours and entry.text("UID").startswith("replay-"):
        return "It is the replay of an event, and follows from that."
    return ""


def _run_together(entry: Entry) -> list[Problem]:
    """Blame what two entries must have left that lost the lines between them (§3.6.1)."""
    if all(len(entry.properties.get(name, ())) < 2 for name in _SAID_ONCE):
        return []
    sentence = "It has two dates or two UIDs: two events may have run into one."
    return [Problem(field="", message=sentence)]


def _repetition(entry: Entry) -> list[Problem]:
    if not any(name in entry.properties for name in _REPEATS):
        return []
    sentence = "It repeats, and events here do not. Bring each date as an entry of its own."
    return [Problem(field="", message=sentence)]
