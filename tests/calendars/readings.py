"""What a program makes of an entry, in one form for all programs, and what it should."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from eventsched.calendars.descriptions import as_text, describe, gates_of
from eventsched.domain.events import Event
from eventsched.domain.lifecycle import shown_documents
from eventsched.domain.wording import place_words
from tests.calendars.hard_cases import SITE

Reading = dict[str, Any]
Parser = Callable[[bytes], dict[str, Reading]]

_SUMMARIES = {
    "cancelled": "CANCELLED: IMGN: {}",
    "postponed": "POSTPONED: IMGN: {}",
    "no-time": "IMGN: {} (time to be announced)",
}
_STATUSES = {"cancelled": "CANCELLED", "postponed": "TENTATIVE", "no-time": "TENTATIVE"}


def reading(
    *,
    summary: object,
    location: object,
    start: object,
    end: object,
    status: object,
    sequence: object,
    url: object,
    description: object,
) -> Reading:
    """Return what was read: instants in UTC, days as days, everything else as text."""
    return {
        "summary": str(summary),
        "location": str(location or ""),
        "start": _moment(start),
        "end": _moment(end),
        "status": str(getattr(status, "value", status)),
        "sequence": int(str(sequence)),
        "url": str(url),
        "description": str(description),
    }


def expected(event: Event, *, now: datetime) -> Reading:
    """Return what a reader of the event's facts expects of its entry."""
    facts, instants = event.facts, event.instants
    all_day = instants.starts_at is None
    shown = [(d, SITE.document(event, d)) for d in shown_documents(event, now=now)]
    page = SITE.page(event)
    prose = describe(event, gates_of(event, now=now), shown, issuer=SITE.issuer, page=page)
    return reading(
        summary=_SUMMARIES.get(event.slug, "IMGN: {}").format(facts.title),
        location=place_words(facts),
        start=facts.date if all_day else instants.starts_at,
        end=_next_day(facts.date) if all_day else (instants.ends_at if facts.duration else None),
        status=_STATUSES.get(event.slug, "CONFIRMED"),
        sequence=event.sequence,
        url=SITE.page(event),
        description=as_text(prose),
    )


def _next_day(day: date) -> date:
    return day + timedelta(days=1)


def _moment(moment: object) -> object:
    """Return an instant in UTC or a day, out of one or of its ISO text."""
    if isinstance(moment, str):
        long = len(moment) > len("2011-11-11")
        return _moment(datetime.fromisoformat(moment) if long else date.fromisoformat(moment))
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment
