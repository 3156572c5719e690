"""Events as schema.org describes them, for search engines: JSON-LD in the event's page."""

from typing import Any

from flask import url_for

from eventsched.domain.changes import Change
from eventsched.domain.documents import Document, DocumentKind
from eventsched.domain.events import Event, Standing
from eventsched.domain.issuer import Issuer
from eventsched.domain.lifecycle import shown_documents
from eventsched.domain.times import local
from eventsched.domain.wording import place_words, when_words
from eventsched.logo import Logo
from eventsched.web.context import absolute, now, this_site


def described(event: Event, issuer: Issuer, changes: tuple[Change, ...]) -> dict[str, Any]:
    """Return the event as schema.org describes one, for JSON-LD."""
    facts, instants = event.facts, event.instants
    documents = shown_documents(event, now=now())
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "BusinessEvent",
        "@id": event_address(event),
        "url": event_address(event),
        "name": facts.title,
        "description": when_words(event, issuer.home_zone),
        "startDate": _start(event),
        "eventStatus": f"https://schema.org/{_status(event, changes)}",
        "eventAttendanceMode": f"https://schema.org/{_attendance(event)}",
        "location": _locations(event),
        "organizer": _organisation(facts.host) if facts.host else _issuer(issuer),
        "about": _issuer(issuer),
        "performer": [
            {"@type": "Person", "name": p.name, **({"jobTitle": p.title} if p.title else {})}
            for p in facts.presenters
        ],
        "image": share_picture(event),
        "subjectOf": [_document(document, event) for document in documents],
        "isAccessibleForFree": True,
        "inLanguage": "en",
    }
    if facts.duration is not None and instants.starts_at is not None:
        told["endDate"] = local(instants.ends_at, facts.zone).isoformat()
    moved = next((change for change in changes if change.moves_the_event), None)
    if moved is not None:
        told["previousStartDate"] = _start(moved.before)
    return {name: value for name, value in told.items() if value}


def _document(document: Document, event: Event) -> dict[str, Any]:
    label, file = document.label, document.file
    slides = label.kind is DocumentKind.SLIDES
    return {
        "@type": "PresentationDigitalDocument" if slides else "DigitalDocument",
        "name": label.title,
        "url": absolute(url_for("documents.file", slug=event.slug, name=document.name)),
        "encodingFormat": file.format.media_type,
        "dateCreated": label.as_of.isoformat(),
    }


def share_picture(event: Event) -> str:
    """Return the address of the event's picture, a new one after each change or with a new logo."""
    logo = drawn_logo()
    version = f"{event.sequence}-{logo.fingerprint}" if logo else event.sequence
    return absolute(url_for("machines.picture", slug=event.slug, v=version))


def drawn_logo() -> Logo | None:
    """Return the logo that stands on pictures: the one for them, or the usual one if it can."""
    settings = this_site().settings
    usual = settings.logo if settings.logo and settings.logo.is_raster else None
    return settings.logo_share or usual


def event_address(event: Event) -> str:
    """Return the one address of the event's page."""
    return absolute(url_for("public.event", slug=event.slug))


def logo_address() -> str | None:
    """Return the address of the issuer's logo; None where there is none."""
    logo = this_site().settings.logo
    return None if logo is None else absolute(url_for("machines.logo", v=logo.fingerprint))


def _start(event: Event) -> str:
    starts_at = event.instants.starts_at
    if starts_at is None:
        return event.facts.date.isoformat()
    return local(starts_at, event.facts.zone).isoformat()


def _status(event: Event, changes: tuple[Change, ...]) -> str:
    if event.standing is Standing.CANCELLED:
        return "EventCancelled"
    if event.standing is Standing.POSTPONED:
        return "EventPostponed"
    moved = any(change.moves_the_event for change in changes)
    return "EventRescheduled" if moved else "EventScheduled"


def _attendance(event: Event) -> str:
    place, webcast = place_words(event.facts), event.facts.way_in
    if place and webcast:
        return "MixedEventAttendanceMode"
    return "OfflineEventAttendanceMode" if place else "OnlineEventAttendanceMode"


def _locations(event: Event) -> list[dict[str, Any]]:
    facts = event.facts
    places: list[dict[str, Any]] = []
    if place := place_words(facts):
        places.append({"@type": "Place", "name": facts.venue or facts.city, "address": place})
    if facts.way_in or not places:
        url = (
            absolute(url_for("gates.live", slug=event.slug))
            if facts.way_in
            else event_address(event)
        )
        places.append({"@type": "VirtualLocation", "url": url})
    return places


def _issuer(issuer: Issuer) -> dict[str, Any]:
    told = {
        "@type": "Corporation",
        "name": issuer.name,
        "tickerSymbol": issuer.listing,
        "url": issuer.website,
        "logo": logo_address(),
    }
    return {name: value for name, value in told.items() if value}


def _organisation(name: str) -> dict[str, Any]:
    return {"@type": "Organization", "name": name}
