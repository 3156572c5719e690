"""What machines ask for: share pictures, a map of the site, and what crawlers may read."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    render_template,
    request,
    send_file,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from eventsched.domain.events import Event
from eventsched.domain.wording import place_words, when_words
from eventsched.store import listing as listing_store
from eventsched.store.listing import Wanted
from eventsched.web.answers import LONGEST_SECONDS, public_answer
from eventsched.web.context import absolute, now, the_issuer, the_store, this_site
from eventsched.web.data import instant
from eventsched.web.picture import Caption, draw
from eventsched.web.public import last_saved_at, list_span, public_event_or_404
from eventsched.web.schema_org import drawn_logo, event_address

bp = Blueprint("machines", __name__)

_A_YEAR = 31_536_000
_INERT = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

# As many addresses as one map of a site may hold (sitemaps.org).
_MOST_ADDRESSES = 50_000


@bp.get("/events/<slug>/share.png")
def picture(slug: str) -> Response:
    """Answer with the event's share picture."""
    event, issuer = public_event_or_404(slug), the_issuer()
    above = render_template("public/picture.txt", event=event).strip()
    logo = drawn_logo()
    caption = Caption(
        issuer=f"{issuer.name} ({issuer.listing})" if issuer.listing else issuer.name,
        logo=logo.body if logo else b"",
        above=above,
        title=event.facts.title,
        when=when_words(event, issuer.home_zone),
        place=place_words(event.facts),
    )
    response = make_response(draw(caption))
    response.headers["Content-Type"] = "image/png"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return public_answer(response, until=None, changed_at=last_saved_at())


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """Answer with the addresses of the list, its years and every public event."""
    with the_store().reading() as session:
        shown = listing_store.portion(
            session, Wanted(), now=now(), limit=_MOST_ADDRESSES - 200, latest_first=True
        )
        tallies = listing_store.tallies(session, now=now())
        span = list_span(session)
    page = render_template(
        "public/sitemap.xml",
        events=[(event_address(event), _seen_changed(event)) for event in shown.events],
        lists=[absolute(url_for("public.events", year=year)) for year in _past_years(tallies)],
        home=absolute(url_for("public.events")),
    )
    response = make_response(page)
    response.headers["Content-Type"] = "application/xml; charset=utf-8"
    return public_answer(response, until=span.until, changed_at=span.changed_at)


@bp.get("/style.css")
def style_sheet() -> AnyResponse:
    """Answer with the issuer's own style sheet; 404 where there is none."""
    file = this_site().settings.style_sheet
    if file is None:
        abort(404)
    return send_file(file.absolute(), mimetype="text/css", max_age=LONGEST_SECONDS)


@bp.get("/logo")
@bp.get("/logo/<any(dark):scheme>")
def logo(scheme: str = "") -> Response:
    """Answer with the issuer's logo, or that for the night; 404 where there is none."""
    settings = this_site().settings
    found = settings.logo_dark if scheme else settings.logo
    if found is None:
        abort(404)
    response = make_response(found.body)
    response.headers["Content-Type"] = found.media_type
    # Opened by itself, a drawing is a page, and might hold scripts.
    response.headers["Content-Security-Policy"] = _INERT
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    is_named = request.args.get("v") == found.fingerprint
    seconds = _A_YEAR if is_named else LONGEST_SECONDS
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    return response


@bp.app_context_processor
def own_look() -> dict[str, Any]:
    """Tell every template what the issuer has of its own."""
    settings = this_site().settings
    return {
        "has_style_sheet": settings.style_sheet is not None,
        "logo": settings.logo,
        "logo_dark": settings.logo_dark,
    }


@bp.get("/robots.txt")
def robots() -> Response:
    """Answer with what crawlers may read: all that is public."""
    response = make_response(
        render_template("public/robots.txt", sitemap=absolute(url_for("machines.sitemap")))
    )
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    return public_answer(response, until=None, changed_at=last_saved_at())


def _seen_changed(event: Event) -> str | None:
    assert event.publish_at is not None
    return instant(max(event.changed_at, event.publish_at))


def _past_years(tallies: list[listing_store.Tally]) -> list[int]:
    return sorted({tally.year for tally in tallies if tally.is_past}, reverse=True)
