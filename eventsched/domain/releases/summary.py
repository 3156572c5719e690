"""A reading as text for people: each event in a few lines, the doubts pointed out."""

from collections.abc import Iterator
from datetime import date, datetime

from eventsched.domain.releases.reading import ReadEvent, Reading, Status
from eventsched.domain.times import abbreviation, offset_words

_STATUS = {
    Status.RESCHEDULED: "Rescheduled",
    Status.POSTPONED: "Postponed, without a new date",
    Status.CANCELLED: "Cancelled",
}


def reading_text(reading: Reading) -> str:
    """Return the reading in words: who announced what, and every doubt marked with “?”."""
    lines = [_dateline(reading), ""]
    if not reading.events:
        lines.append("No events are announced here.")
    for number, event in enumerate(reading.events, start=1):
        lines += [f"{number}. {event.title or 'Untitled'}", *_event(event), ""]
    lines.append(_outcome(reading) if reading.events else "")
    return "\n".join(lines).rstrip() + "\n"


def _dateline(reading: Reading) -> str:
    line = reading.dateline
    issuer = f"{line.issuer} ({line.ticker})" if line.issuer and line.ticker else line.issuer
    parts = (issuer, line.place, _day(line.date), line.wire)
    return " · ".join(part for part in parts if part) or "No dateline was recognised."


def _outcome(reading: Reading) -> str:
    doubts = sum(len(event.doubts) for event in reading.events)
    events = _count(len(reading.events), "event")
    return f"{events}, {_count(doubts, 'doubt') if doubts else 'no doubts'}."


def _event(event: ReadEvent) -> Iterator[str]:
    for label, shown in _facts(event):
        if shown:
            yield f"   {label:<10} {shown}"
    for doubt in event.doubts:
        yield f" ? {doubt.field.replace('_', ' ')}: {doubt.reason}"


def _facts(event: ReadEvent) -> Iterator[tuple[str, str | None]]:
    yield "status", _status(event)
    kind = str(event.kind).replace("_", " ")
    form = f", {event.format.replace('_', ' ')}" if event.format else ""
    host = f", held by {event.host}" if event.host else ""
    yield "what", f"{kind}{form}{host}"
    yield "when", _when(event)
    yield "stated as", " / ".join(clock.text for clock in event.stated_clocks)
    yield "where", ", ".join(part for part in (event.venue, event.city) if part)
    yield "who", "; ".join(f"{p.name}, {p.title}" if p.title else p.name for p in event.presenters)
    yield "webcast", _webcast(event)
    yield "dial-in", ", ".join(event.dial_in)
    yield "id", event.conference_id
    yield "replay", _replay(event)


def _status(event: ReadEvent) -> str | None:
    if event.status is Status.RESCHEDULED and event.rescheduled_from:
        return f"Rescheduled from {_day(event.rescheduled_from)}"
    return _STATUS.get(event.status)


def _when(event: ReadEvent) -> str:
    if event.date is None:
        return "no date"
    days = f" to {_day(event.date_end)}" if event.date_end else ""
    if event.wall_time is None:
        return f"{_day(event.date)}{days}, time not stated"
    zone = event.zone or "zone not known"
    ends = _ending(event)
    return f"{_day(event.date)}{days}, {event.wall_time:%H:%M}{ends} {zone}{_utc(event)}"


def _ending(event: ReadEvent) -> str:
    if event.instant is None or event.ends_instant is None or event.wall_time is None:
        return ""
    ends = datetime.combine(date.min, event.wall_time) + (event.ends_instant - event.instant)
    return f"-{ends:%H:%M}"


def _utc(event: ReadEvent) -> str:
    if event.instant is None or event.zone is None:
        return ""
    name = abbreviation(event.instant, event.zone) or offset_words(event.instant, event.zone)
    return f" ({name}; {event.instant:%H:%M} UTC)"


def _webcast(event: ReadEvent) -> str | None:
    said = {True: "yes", False: "no"}.get(event.webcast) if event.webcast is not None else None
    parts = [part for part in (said, event.webcast_url) if part]
    return ", ".join(parts) or None


def _replay(event: ReadEvent) -> str | None:
    if event.replay_until:
        return f"until {_day(event.replay_until)}"
    return f"for {_count(event.replay_days, 'day')}" if event.replay_days else None


def _day(day: date | datetime | None) -> str | None:
    if day is None:
        return None
    clock = f", {day:%H:%M}" if isinstance(day, datetime) else ""
    return f"{day:%a} {day.day} {day:%b %Y}{clock}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
