"""What was saved, by whom and why; and what the public saw at any instant."""

from datetime import UTC, datetime

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from eventsched.calendars.entries import Site
from eventsched.calendars.feeds import Feed, calendar
from eventsched.domain.changes import public_changes
from eventsched.domain.drafts import InvalidEvent, decide_instant
from eventsched.domain.events import Event
from eventsched.domain.lifecycle import is_public
from eventsched.domain.times import local
from eventsched.domain.wording import deadline_words
from eventsched.store import history as history_store
from eventsched.store import listing as listing_store
from eventsched.web.context import absolute, now, the_issuer, the_store, this_site
from eventsched.web.staff.editor import event_or_404
from eventsched.web.staff.guard import staff_blueprint
from eventsched.web.staff.history_views import history_of
from eventsched.web.staff.views import FIELD_WORDS, status_of
from eventsched.web.views import change_view, event_view, list_view

bp = staff_blueprint("history", __name__)


@bp.get("/events/<slug>/history")
def revisions(slug: str) -> str:
    """Show every revision of an event: who, when, what changed, why."""
    event = event_or_404(slug)
    with the_store().reading() as session:
        saved = history_store.revisions(session, slug)
    return render_template(
        "staff/history.html",
        event=status_of(event, the_issuer(), now=now()),
        states=history_of(saved, the_issuer()),
        field_words=FIELD_WORDS,
    )


@bp.get("/as-seen")
def ask() -> AnyResponse:
    """Ask for an instant, and lead to what the public saw then."""
    day, clock = request.args.get("day", ""), request.args.get("clock", "")
    problems: tuple[tuple[str, str], ...] = ()
    if day or clock:
        try:
            instant = decide_instant(day, clock, the_issuer().home_zone)
            return redirect(url_for("history.page", at=_written(instant)), code=303)
        except InvalidEvent as invalid:
            problems = tuple((p.field, p.message) for p in invalid.problems)
    page = render_template("staff/as_seen.html", day=day, clock=clock, problems=problems)
    return make_response(page, 422 if problems else 200)


@bp.get("/as-seen/<at>/")
def page(at: str) -> str:
    """Show the list of events as the public saw it at an instant."""
    instant = _read(at)
    seen = list_view(_as_of(instant), the_issuer(), now=instant)
    return render_template("staff/as_seen_list.html", events=seen, as_seen=_words(instant), at=at)


@bp.get("/as-seen/<at>/events/<slug>")
def event(at: str, slug: str) -> str:
    """Show an event's page as the public saw it at an instant."""
    instant = _read(at)
    found = next((e for e in _as_of(instant) if e.slug == slug), None)
    if found is None or not is_public(found, now=instant):
        abort(404)
    issuer = the_issuer()
    with the_store().reading() as session:
        states = listing_store.histories(session, [slug]).get(slug, [])
    changes = public_changes(states, issuer.home_zone, now=instant)
    return render_template(
        "staff/as_seen_event.html",
        event=event_view(found, issuer, now=instant),
        changes=[change_view(change, issuer) for change in changes],
        address=absolute(url_for("public.event", slug=slug)),
        as_seen=_words(instant),
        at=at,
    )


@bp.get("/as-seen/<at>/calendar.ics")
def feed(at: str) -> Response:
    """Give the calendar feed as it stood at an instant."""
    instant = _read(at)
    site = Site(issuer=the_issuer(), base_url=this_site().settings.base_url)
    response = make_response(calendar(Feed(), _as_of(instant), site=site, now=instant))
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="calendar-{at}.ics"'
    return response


def _as_of(instant: datetime) -> list[Event]:
    with the_store().reading() as session:
        return history_store.as_of(session, instant)


def _words(instant: datetime) -> str:
    return deadline_words(instant, the_issuer().home_zone)


def _written(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _read(at: str) -> datetime:
    """Return the instant that an address names: “2011-11-11T16:00:00Z”. 404 for any other."""
    try:
        instant = datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        local(instant, the_issuer().home_zone)
    except (ValueError, OverflowError):
        abort(404)
    return instant
