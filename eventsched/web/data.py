"""`/events.json`: what the pages say, for programs. The schema is in docs/feeds.md.

Our own gates only; a vendor's address is nowhere in it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from flask import Blueprint, Response, json, make_response, request, url_for

from eventsched.domain.documents import Document
from eventsched.domain.events import Event, Kind, Standing
from eventsched.domain.issuer import Issuer
from eventsched.domain.lifecycle import Phase, phase, shown_documents
from eventsched.domain.revisions import minutes
from eventsched.store import listing as listing_store
from eventsched.store.listing import Wanted
from eventsched.web import asked
from eventsched.web.answers import public_answer
from eventsched.web.asked import BadFilter
from eventsched.web.context import absolute, now, the_issuer, the_store
from eventsched.web.joining import Joining
from eventsched.web.public import list_span
from eventsched.web.schema_org import logo_address
from eventsched.web.views import Gate, event_view

bp = Blueprint("data", __name__)

VERSION = 1
_USUAL_LIMIT = 100
_MOST = 200
# What the widget asks for at a company’s own site, by all of its visitors.
_OF_THE_WIDGET = (
    "phase=live,upcoming&limit=50",
    "phase=replay_pending,replay_open&order=latest&limit=50",
)
_HELD_QUERIES = (
    b"",
    *(
        f"{of}{query}".encode()
        for of in ("", *map("kind={}&".format, Kind))
        for query in _OF_THE_WIDGET
    ),
)
_STANDINGS = {
    Standing.APPROVED: "confirmed",
    Standing.CANCELLED: "cancelled",
    Standing.POSTPONED: "postponed",
}


class Order(StrEnum):
    """Which event comes first: the earliest to begin, or the latest."""

    EARLIEST = "earliest"
    LATEST = "latest"


@bp.get("/events.json")
def events() -> Response:
    """Answer with the public events that the address asks for, in the order that it asks for."""
    try:
        wanted, order = _wanted(), asked.choice("order", Order)
        page, limit = asked.page(), asked.count("limit", _USUAL_LIMIT, most=_MOST)
    except BadFilter as bad:
        return _readable_from_anywhere(make_response({"problem": str(bad)}, 400))
    with the_store().reading() as session:
        found = listing_store.portion(
            session,
            wanted,
            now=now(),
            limit=limit,
            skip=(page - 1) * limit,
            latest_first=order is Order.LATEST,
        )
        total = listing_store.count(session, wanted, now=now())
        span = list_span(session)
    body = document(
        found.events,
        the_issuer(),
        total=total,
        page=page,
        next_page=_address(page + 1) if found.has_more else None,
        now=now(),
    )
    return public_answer(
        _readable_from_anywhere(make_response(body)),
        until=span.until,
        changed_at=span.changed_at,
        known_queries=_HELD_QUERIES,
        is_live=any(phase(event, now=now()) is Phase.LIVE for event in found.events),
    )


def document(
    events: Sequence[Event],
    issuer: Issuer,
    *,
    total: int,
    page: int = 1,
    next_page: str | None = None,
    now: datetime,
) -> dict[str, Any]:
    """Return the answer that tells of these events, out of `total`, as they are at `now`."""
    return {
        "version": VERSION,
        "issuer": _issuer(issuer),
        "total": total,
        "page": page,
        "next": next_page,
        "events": [_event(event, issuer, now=now) for event in events],
    }


def _wanted() -> Wanted:
    asked.refuse_endless_query()
    return Wanted(
        kind=asked.choice("kind", Kind),
        phases=asked.choices("phase", Phase),
        since=asked.day("from"),
        until=asked.day("until"),
        text=asked.text("q"),
    )


def _address(page: int) -> str:
    """Return the address that asks the same for another page."""
    known = ("kind", "phase", "from", "until", "q", "order", "limit")
    same = {name: request.args[name] for name in known if request.args.get(name)}
    return absolute(url_for("data.events", **same, page=page))  # type: ignore[arg-type]


def _readable_from_anywhere(response: Response) -> Response:
    """Let scripts on other sites read it: it is public and says the same to everyone."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _issuer(issuer: Issuer) -> dict[str, Any]:
    return {
        "name": issuer.name,
        "ticker": issuer.ticker,
        "exchange": issuer.exchange,
        "home_zone": issuer.home_zone,
        "url": absolute(url_for("public.events")),
        "logo_url": logo_address(),
    }


def _event(event: Event, issuer: Issuer, *, now: datetime) -> dict[str, Any]:
    facts, view = event.facts, event_view(event, issuer, now=now)
    documents = shown_documents(event, now=now)
    return {
        "id": event.uid,
        "url": absolute(url_for("public.event", slug=event.slug)),
        "calendar_url": absolute(url_for("feeds.event", slug=event.slug)),
        "title": facts.title,
        "kind": facts.kind,
        "format": facts.format,
        "host": facts.host,
        "standing": _STANDINGS[event.standing],
        "phase": view.phase,
        "starts_at": instant(event.instants.starts_at),
        "ends_at": instant(event.instants.ends_at) if facts.duration else None,
        "date": facts.date.isoformat(),
        "wall_time": None if facts.wall_time is None else facts.wall_time.isoformat(),
        "zone": facts.zone,
        "duration_minutes": minutes(facts.duration),
        "when": view.when.words,
        "place": view.place,
        "presenters": [{"name": p.name, "title": p.title} for p in facts.presenters],
        "live": _gate(view.live, "live", event.slug),
        "joining": _joining(view.joining),
        "replay": _gate(view.replay, "replay", event.slug),
        "documents": [_document(document, event.slug) for document in documents],
        "published_at": instant(event.publish_at),
        "changed_at": instant(event.changed_at),
        "sequence": event.sequence,
    }


def _joining(joining: Joining) -> dict[str, Any]:
    return {
        "dial_in": [{"place": d.place, "number": d.number} for d in joining.dial_in],
        "conference_id": joining.conference_id,
        "webcast_failed": joining.has_failed,
        "note": joining.note,
    }


def _document(document: Document, slug: str) -> dict[str, Any]:
    label, file = document.label, document.file
    return {
        "url": absolute(url_for("documents.file", slug=slug, name=document.name)),
        "kind": label.kind,
        "title": label.title,
        "as_of": label.as_of.isoformat(),
        "version": document.version,
        "media_type": file.format.media_type,
        "size": file.size,
        "sha256": file.sha256,
    }


def _gate(gate: Gate, name: str, slug: str) -> dict[str, Any] | None:
    if gate.state == "none":
        return None
    missing_from = _utc(gate.missing_from.iso) if gate.missing_from else None
    of_replay = {"missing_from": missing_from, "withdrawn": gate.is_withdrawn}
    return {
        "url": absolute(url_for(f"gates.{name}", slug=slug)),
        "state": gate.state,
        "opens_at": _utc(gate.opens.iso) if gate.opens else None,
        "closes_at": _utc(gate.closes.iso) if gate.closes else None,
        **(of_replay if name == "replay" else {}),
        "words": gate.words,
    }


def _utc(iso: str) -> str | None:
    return instant(datetime.fromisoformat(iso))


def instant(at: datetime | None) -> str | None:
    """Return an instant as ISO 8601 in UTC: “2011-11-11T16:00:00Z”."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def written(value: object) -> str:
    """Return `value` as JSON text whose bytes are the same every time."""
    return json.dumps(value, sort_keys=False, ensure_ascii=False)
