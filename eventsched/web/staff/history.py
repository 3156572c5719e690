"""What was saved, by whom and why; and what the public saw at any instant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from eventsched.calendars.entries import Site
from eventsched.calendars.feeds import Feed, calendar
from eventsched.domain.changes import Saved, public_changes
from eventsched.domain.drafts import InvalidEvent
from eventsched.domain.events import Event
from eventsched.domain.issuer import Issuer
from eventsched.domain.lifecycle import is_public, shown_documents
from eventsched.domain.publication import decide_instant
from eventsched.domain.times import local
from eventsched.domain.wording import deadline_words, happened_words
from eventsched.store import history as history_store
from eventsched.store import listing as listing_store
from eventsched.store import second_person as second_person_store
from eventsched.web import news
from eventsched.web.context import absolute, now, the_issuer, the_store, this_site
from eventsched.web.data import document as events_document
from eventsched.web.documents import delivered
from eventsched.web.news import News
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
        declined = second_person_store.declined(session, event.slug)
    return render_template(
        "staff/history.html",
        event=status_of(event, the_issuer(), now=now()),
        states=history_of(saved, declined, the_issuer()),
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
    seen = _seen(at)
    return render_template(
        "staff/as_seen_list.html",
        events=list_view(seen.events, seen.issuer, now=seen.at),
        issuer=seen.issuer,
        as_seen=seen.words,
        drawn_at=happened_words(now(), the_issuer().home_zone),
        at=at,
    )


@bp.get("/as-seen/<at>/events/<slug>")
def event(at: str, slug: str) -> str:
    """Show an event's page as the public saw it at an instant."""
    seen = _seen(at)
    found = next((e for e in seen.public if e.slug == slug), None)
    if found is None:
        abort(404)
    changes = public_changes(_states([found])[slug], seen.issuer.home_zone, now=seen.at)
    return render_template(
        "staff/as_seen_event.html",
        event=event_view(found, seen.issuer, now=seen.at),
        changes=[change_view(change, seen.issuer) for change in changes],
        address=absolute(url_for("public.event", slug=slug)),
        issuer=seen.issuer,
        as_seen=seen.words,
        drawn_at=happened_words(now(), the_issuer().home_zone),
        at=at,
    )


@bp.get("/as-seen/<at>/events/<slug>/documents/<name>")
def document(at: str, slug: str, name: str) -> Response:
    """Give a document of an event as the public could have it at an instant."""
    seen = _seen(at)
    found = next((e for e in seen.public if e.slug == slug), None)
    shown = () if found is None else shown_documents(found, now=seen.at)
    wanted = next((document for document in shown if document.name == name), None)
    if wanted is None:
        abort(404)
    return delivered(wanted, cache_control="no-store")


@bp.get("/as-seen/<at>/calendar.ics")
def feed(at: str) -> Response:
    """Give the calendar feed as it stood at an instant."""
    seen = _seen(at)
    settings = this_site().settings
    site = Site(issuer=seen.issuer, base_url=settings.base_url)
    shown = Feed(past_months=settings.feed_past_months)
    made = calendar(shown, seen.events, site=site, now=seen.at)
    return _file(made, "text/calendar; charset=utf-8", f"calendar-{at}.ics")


@bp.get("/as-seen/<at>/events.json")
def data(at: str) -> Response:
    """Give what programs were told of all events at an instant."""
    seen = _seen(at)
    told = events_document(seen.public, seen.issuer, total=len(seen.public), now=seen.at)
    return _file(told, "application/json", f"events-{at}.json")


@bp.get("/as-seen/<at>/feed.json")
def json_feed(at: str) -> Response:
    """Give the announcements and changes as JSON Feed, as they stood at an instant."""
    seen = _seen(at)
    return _file(
        news.as_json_feed(_news(seen), seen.issuer), "application/feed+json", f"feed-{at}.json"
    )


@bp.get("/as-seen/<at>/feed.atom")
def atom(at: str) -> Response:
    """Give the announcements and changes as Atom, as they stood at an instant."""
    seen = _seen(at)
    return _file(news.as_atom(_news(seen), seen.issuer), "application/atom+xml", f"feed-{at}.atom")


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What there was at an instant: every event and the company, as they were saved then."""

    at: datetime
    events: list[Event]
    issuer: Issuer

    @property
    def public(self) -> list[Event]:
        """The events that the public knew of, first to begin first."""
        known = (event for event in self.events if is_public(event, now=self.at))
        return sorted(known, key=lambda e: (e.instants.starts_at or e.instants.ends_at, e.slug))

    @property
    def words(self) -> str:
        """The instant on the company's clock of then."""
        return deadline_words(self.at, self.issuer.home_zone)


def _seen(at: str) -> _Seen:
    instant = _read(at)
    with the_store().reading() as session:
        events = history_store.as_of(session, instant)
        issuer = history_store.company_as_of(session, instant)
    return _Seen(at=instant, events=events, issuer=issuer or the_issuer())


def _news(seen: _Seen) -> list[News]:
    def told_last(event: Event) -> datetime:
        assert event.publish_at is not None
        return max(event.changed_at, event.publish_at)

    latest = sorted(seen.public, key=told_last, reverse=True)[: news.MOST]
    return news.latest_news(latest, _states(latest), seen.issuer, now=seen.at)


def _states(events: Iterable[Event]) -> Mapping[str, list[Saved]]:
    with the_store().reading() as session:
        return listing_store.histories(session, (event.slug for event in events))


def _file(content: bytes | str | dict[str, Any], content_type: str, name: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = content_type
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


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
