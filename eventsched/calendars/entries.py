"""One VEVENT (RFC 5545 §3.6.1): an event, or the open replay of one.

The only serialiser there is: feeds, files and mail attachments all get these bytes. An entry is a
function of the event, of `Edition` (how far its life has come) and of where the site is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from icalendar import Alarm, vCalAddress, vDDDTypes, vUri
from icalendar import Event as Component

from eventsched.calendars.descriptions import (
    KIND_WORDS,
    Gates,
    Paragraphs,
    as_html,
    as_text,
    describe,
    gates_of,
    is_behind,
    recall,
)
from eventsched.calendars.texts import Text, one_line, written
from eventsched.domain.documents import Document
from eventsched.domain.events import Event, Standing
from eventsched.domain.issuer import Contact, Issuer
from eventsched.domain.lifecycle import (
    published_at,
    replay_window,
    shown_documents,
    takes_place,
    transitions,
)
from eventsched.domain.times import TimeProblem, instant_of, local, wall_of, zone_of
from eventsched.domain.wording import place_words, stay_words

Content = Literal["event", "replay"]

# Rendering costs some 400 µs an entry; this many kept ones are about 14 MB at most.
_KEPT_ENTRIES = 4096

_PREFIXES = {Standing.CANCELLED: "CANCELLED", Standing.POSTPONED: "POSTPONED"}
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")


@dataclass(frozen=True, kw_only=True)
class Edition:
    """How far an event's life has come, as far as its entry tells: with the facts, all of it.

    `modified_at` is the last instant at which a reader would have noticed a change.
    """

    gates: Gates
    documents: tuple[Document, ...]
    modified_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A VEVENT, whole, and the `brief` form that it takes where a calendar grows too large."""

    whole: bytes
    brief: bytes


@dataclass(frozen=True, kw_only=True)
class Site:
    """Whose calendar it is and where the site lives: `base_url` without a slash at its end."""

    issuer: Issuer
    base_url: str

    def page(self, event: Event) -> str:
        """Return the address of the event's page."""
        return f"{self.base_url}/events/{event.slug}"

    def document(self, event: Event, document: Document) -> str:
        """Return the address of a document of the event."""
        return f"{self.page(event)}/documents/{document.name}"


def edition_at(event: Event, *, now: datetime) -> Edition:
    """Return the edition of a public event at `now`. Raises ValueError before publication."""
    reached = None
    for due_at, edition in editions(event):
        if due_at <= now:
            reached = edition
    if reached is None:
        raise ValueError(f"{event.slug} is not public.")
    return reached


@lru_cache(maxsize=_KEPT_ENTRIES)
def editions(event: Event) -> tuple[tuple[datetime, Edition], ...]:
    """Return publication and the later instants at which the text changes by itself, with the text.

    Nothing that happened before publication shows in them: not even when.
    """
    found: list[tuple[datetime, Edition]] = []
    for due_at in sorted({transition.due_at for transition in transitions(event)}):
        gates, documents = gates_of(event, now=due_at), shown_documents(event, now=due_at)
        before = found[-1][1] if found else None
        if before is None or (before.gates, before.documents) != (gates, documents):
            modified_at = max(due_at, event.changed_at)
            edition = Edition(gates=gates, documents=documents, modified_at=modified_at)
            found.append((due_at, edition))
    return tuple(found)


@lru_cache(maxsize=_KEPT_ENTRIES)
def entry(
    event: Event, content: Content, edition: Edition, site: Site, alarm_minutes: int | None
) -> Entry:
    """Return the VEVENT of one edition; kept by value, so that an edit renders one and no more."""
    component = Component()
    component.add("UID", Text(_uid(event, content)))
    component.add("SEQUENCE", event.sequence)
    modified_at = max(edition.modified_at, site.issuer.told_since or edition.modified_at)
    component.add("DTSTAMP", modified_at)
    component.add("CREATED", _created(event, content))
    component.add("LAST-MODIFIED", modified_at)
    for name, value in _when(event, content):
        component.add(name, value)
    component.add("STATUS", _status(event))
    component.add("TRANSP", "OPAQUE" if _is_opaque(event, content) else "TRANSPARENT")
    component.add("SUMMARY", Text(one_line(_summary(event, content, site.issuer))))
    if place := one_line(place_words(event.facts)):
        component.add("LOCATION", Text(place))
    prose, in_brief = _prose(event, edition, site)
    component.add("DESCRIPTION", Text(as_text(prose)))
    alternative = Text(as_html(prose))
    alternative.params["FMTTYPE"] = "text/html"
    component.add("X-ALT-DESC", alternative)
    _add_people_and_links(component, event, edition, site)
    if alarm_minutes is not None and _is_opaque(event, content):
        component.add_component(_alarm(event, site.issuer, alarm_minutes))
    whole = written(component)
    # HTML is a third of an entry, and says what the plain text does.
    del component["X-ALT-DESC"]
    component["DESCRIPTION"] = Text(as_text(in_brief))
    return Entry(whole=whole, brief=written(component))


def _prose(event: Event, edition: Edition, site: Site) -> tuple[Paragraphs, Paragraphs]:
    """Return what the entry says, whole and in brief."""
    documents = [(document, site.document(event, document)) for document in edition.documents]
    issuer, page = site.issuer, site.page(event)
    whole = describe(event, edition.gates, documents, issuer=issuer, page=page)
    if not is_behind(event, edition.gates):
        return whole, whole
    return whole, recall(event, edition.gates, documents, issuer=issuer, page=page)


def _add_people_and_links(component: Component, event: Event, edition: Edition, site: Site) -> None:
    component.add("CATEGORIES", [KIND_WORDS[event.facts.kind]])
    if organizer := _organizer(site.issuer.contact):
        component.add("ORGANIZER", organizer)
    component.add("URL", vUri(site.page(event)))
    if edition.gates.live:
        component.add("CONFERENCE", _conference(f"{site.page(event)}/live"))
    for document in edition.documents:
        component.add("ATTACH", _attachment(document, site.document(event, document)))


def is_mailbox(email: str) -> bool:
    """Tell whether an address can stand in a mailto: link as it is."""
    return _MAILBOX.fullmatch(email) is not None


def _uid(event: Event, content: Content) -> str:
    uid = one_line(event.uid)
    return f"replay-{uid}" if content == "replay" else uid


def _created(event: Event, content: Content) -> datetime:
    published = published_at(event)
    assert published is not None
    window = replay_window(event)
    if content == "event" or window is None or window.opens is None:
        return published
    return max(published, window.opens)


def _status(event: Event) -> str:
    if event.standing is Standing.CANCELLED:
        return "CANCELLED"
    if event.standing is Standing.POSTPONED or event.instants.starts_at is None:
        return "TENTATIVE"
    return "CONFIRMED"


def _is_opaque(event: Event, content: Content) -> bool:
    """Tell whether the entry blocks time: a presentation that takes place at a known time does."""
    return content == "event" and takes_place(event) and event.instants.starts_at is not None


def _summary(event: Event, content: Content, issuer: Issuer) -> str:
    prefix = _PREFIXES.get(event.standing, "")
    title = event.facts.title
    if content == "replay":
        title = f"Replay available {stay_words(event, issuer.home_zone)} – {title}"
    elif event.instants.starts_at is None and takes_place(event):
        title = f"{title} (time to be announced)"
    return ": ".join(part for part in (prefix, issuer.ticker or issuer.name, title) if part)


def _when(event: Event, content: Content) -> Iterator[tuple[str, vDDDTypes]]:
    """Yield DTSTART and, where there is an end, DTEND."""
    starts_at, ends_at = event.instants.starts_at, event.instants.ends_at
    window = replay_window(event)
    if content == "replay" and window is not None and window.opens is not None:
        opens = max(window.opens, _created(event, content))
        if window.closes is None:
            # No component lasts until further notice: it stands on the day on which it opened.
            yield from _all_day(local(opens, event.facts.zone).date())
        else:
            yield from _span(opens, window.closes, event)
    elif starts_at is None:
        yield from _all_day(event.facts.date)
    else:
        yield from _span(starts_at, ends_at if event.facts.duration else None, event)


def _all_day(day: date) -> Iterator[tuple[str, vDDDTypes]]:
    yield "DTSTART", vDDDTypes(day)
    # RFC 5545 §3.6.1 would do without; some programs show nothing then.
    yield "DTEND", vDDDTypes(day + timedelta(days=1))


def _span(start: datetime, end: datetime | None, event: Event) -> Iterator[tuple[str, vDDDTypes]]:
    instants = [(name, at) for name, at in (("DTSTART", start), ("DTEND", end)) if at is not None]
    zone = event.facts.zone
    local = zone != "UTC" and all(_is_plain(at, zone) for _, at in instants)
    for name, at in instants:
        yield name, _in_zone(at, zone) if local else vDDDTypes(at.astimezone(UTC))


def _is_plain(instant: datetime, zone: str) -> bool:
    """Tell whether the wall time at `instant` names it alone.

    Of a time that the clocks show twice, RFC 5545 §3.3.5 can name only the first, and programs
    disagree even on that; UTC is the way out.
    """
    try:
        return instant_of(wall_of(instant, zone), zone) == instant
    except TimeProblem:
        return False


def _in_zone(instant: datetime, zone: str) -> vDDDTypes:
    value = vDDDTypes(wall_of(instant, zone))
    value.params["TZID"] = zone_of(zone).zone
    return value


def _organizer(contact: Contact) -> vCalAddress | None:
    if not is_mailbox(contact.email):
        return None
    organizer = vCalAddress(f"mailto:{contact.email}")
    if name := one_line(contact.name):
        organizer.params["CN"] = name
    return organizer


def _conference(url: str) -> vUri:
    """Return a CONFERENCE (RFC 7986 §5.11) at our own gate."""
    conference = vUri(url)
    conference.params["VALUE"] = "URI"
    conference.params["FEATURE"] = ["AUDIO", "VIDEO"]
    conference.params["LABEL"] = "Live webcast"
    return conference


def _attachment(document: Document, url: str) -> vUri:
    """Return an ATTACH (RFC 5545 §3.8.1.1) that leads to the document's address."""
    attachment = vUri(url)
    attachment.params["FMTTYPE"] = document.file.format.media_type
    return attachment


def _alarm(event: Event, issuer: Issuer, minutes: int) -> Alarm:
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", Text(one_line(_summary(event, "event", issuer))))
    alarm.add("TRIGGER", -timedelta(minutes=minutes))
    return alarm
