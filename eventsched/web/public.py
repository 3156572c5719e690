"""The pages that investors read: the list of events, and each event."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, abort, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from eventsched.domain.changes import public_changes
from eventsched.domain.events import Event
from eventsched.domain.lifecycle import Phase, last_transition, next_transition, phase
from eventsched.store import events as event_store
from eventsched.store import listing as listing_store
from eventsched.store import site as site_store
from eventsched.store.database import Session
from eventsched.web import listing
from eventsched.web.answers import earliest, latest, public_answer
from eventsched.web.asked import BadFilter
from eventsched.web.context import absolute, now, the_issuer, the_store
from eventsched.web.errors import error_page
from eventsched.web.listing import Listing
from eventsched.web.schema_org import described, event_address, share_picture
from eventsched.web.subscriptions import subscriptions
from eventsched.web.views import ListView, change_view, event_view

bp = Blueprint("public", __name__)

# What `events.slug_for` gives, with a number where the name was taken. Nothing else is looked up:
# PostgreSQL would stumble over a NUL, and nobody needs a megabyte of address.
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_LONGEST_SLUG = 100


@bp.get("/")
def events() -> Response:
    """Show the list of events: live first, then upcoming, replays, past."""

    def rendered(shown: ListView, around: Listing) -> str:
        return render_template(
            "public/list.html",
            events=shown,
            listing=around,
            address=absolute(around.url),
            subscriptions=subscriptions(),
        )

    return listed(rendered)


def listed(render: Callable[[ListView, Listing], str]) -> Response:
    """Return what `render` makes of the events that the address asks for."""
    try:
        wish = listing.read()
    except BadFilter as bad:
        return error_page(400, str(bad))
    with the_store().reading() as session:
        span = list_span(session)
        shown, around = listing.look_up(
            session, wish, the_issuer(), now=now(), next_change=span.turns_at
        )
    return public_answer(
        make_response(render(shown, around)),
        until=span.until,
        changed_at=span.changed_at,
        is_live=bool(shown.live),
    )


@dataclass(frozen=True, kw_only=True)
class Span:
    """From when to when an answer about many events stays as it is.

    `turns_at` is the next station of a public event's day; `until` counts publications too, which
    nobody may learn of beforehand.
    """

    changed_at: datetime | None
    turns_at: datetime | None
    until: datetime | None


def list_span(session: Session) -> Span:
    """Return how long the list, and whatever else is about all events, stays as it is."""
    turns_at = listing_store.next_change(session, now=now())
    return Span(
        changed_at=latest(
            site_store.public_change_at(session), listing_store.last_change(session, now=now())
        ),
        turns_at=turns_at,
        until=earliest(turns_at, event_store.next_publication(session, now=now())),
    )


@bp.get("/events/")
def events_elsewhere() -> AnyResponse:
    """Lead to the list, for those who shorten an event's address."""
    return redirect(url_for("public.events"), code=301)


@bp.get("/events/<slug>")
def event(slug: str) -> Response:
    """Show one event; 404 alike for one that is unknown and one that is not public."""
    shown, issuer = public_event_or_404(slug), the_issuer()
    with the_store().reading() as session:
        states = listing_store.histories(session, [slug]).get(slug, [])
    changes = public_changes(states, issuer.home_zone, now=now())
    page = render_template(
        "public/event.html",
        event=event_view(shown, issuer, now=now()),
        address=event_address(shown),
        changes=[change_view(change, issuer) for change in changes],
        told=described(shown, issuer, changes),
        picture=share_picture(shown),
        subscriptions=subscriptions(),
    )
    return public_answer(
        make_response(page),
        until=next_transition(shown, now=now()),
        changed_at=latest(last_saved_at(), last_transition(shown, now=now())),
        is_live=phase(shown, now=now()) is Phase.LIVE,
    )


def last_saved_at() -> datetime | None:
    """Return when a save last changed anything public: the issuer's name is on every page."""
    with the_store().reading() as session:
        return site_store.public_change_at(session)


def public_event_or_404(slug: str) -> Event:
    """Return the event at that address if the public may know of it now.

    Unknown, malformed, draft, embargoed, withdrawn: whoever asks can't tell one from the other.
    """
    if len(slug) > _LONGEST_SLUG or not _SLUG.fullmatch(slug):
        abort(404)
    with the_store().reading() as session:
        found = event_store.public_by_slug(session, slug, now=now())
    return found or abort(404)
