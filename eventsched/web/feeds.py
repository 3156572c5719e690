"""The addresses that calendar programs poll, and the files that people download."""

from dataclasses import replace
from datetime import date, datetime

from flask import Blueprint, Response, abort, make_response, request

from eventsched.calendars.entries import Site
from eventsched.calendars.feeds import CANCELLED_SHOWN_FOR, Feed, last_day_left, left_at
from eventsched.domain.events import Event, Kind
from eventsched.store import events as event_store
from eventsched.store import listing as listing_store
from eventsched.store import site as site_store
from eventsched.web.answers import latest, public_answer
from eventsched.web.context import now, the_issuer, the_store, this_site
from eventsched.web.errors import error_page
from eventsched.web.public import last_saved_at, public_event_or_404

bp = Blueprint("feeds", __name__)

_LONGEST_ALARM_MINUTES = 7 * 24 * 60
# Those that many subscribers share.
_HELD_QUERIES = (b"", b"cancelled=hide")


class _BadFilter(ValueError):
    """A parameter of the address says something that can't be done."""


@bp.get("/calendar.ics", endpoint="calendar")
def events() -> Response:
    """Answer with every public event of the last months and all to come."""
    return _answer(Feed(past_months=_past_months()), file_name="investor-events.ics")


@bp.get("/calendar/replays.ics")
def replays() -> Response:
    """Answer with the replays that are open now."""
    return _answer(Feed(replays=True), file_name="replays.ics")


@bp.get("/calendar/<kind>.ics")
def events_of_kind(kind: str) -> Response:
    """Answer with the public events of one kind."""
    if kind not in [*Kind]:
        abort(404)
    return _answer(Feed(kind=Kind(kind), past_months=_past_months()), file_name=f"{kind}.ics")


@bp.get("/events/<slug>.ics")
def event(slug: str) -> Response:
    """Answer with one event, to be put into a calendar once."""
    shown = public_event_or_404(slug)
    return _answer(Feed(slug=slug), only=shown, file_name=f"{slug}.ics")


def _past_months() -> int:
    return this_site().settings.feed_past_months


def _answer(feed: Feed, *, file_name: str, only: Event | None = None) -> Response:
    try:
        feed = _as_asked(feed)
    except _BadFilter as bad:
        return error_page(400, str(bad))
    announced, else_changed_at = ([only], last_saved_at()) if only else _found(feed)
    site = Site(issuer=the_issuer(), base_url=this_site().settings.base_url)
    made = this_site().shelf.calendar(feed, announced, site=site, now=now())
    response = make_response(made.written)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = f'inline; filename="{file_name}"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    return public_answer(
        response,
        until=made.until,
        changed_at=latest(else_changed_at, made.changed_at),
        known_queries=_HELD_QUERIES,
    )


def _found(feed: Feed) -> tuple[list[Event], datetime | None]:
    """Return the events that the feed may be of, and when it last changed but for what they say."""
    day = last_day_left(feed, now=now())
    with the_store().reading() as session:
        # Replays are not left out for their date, but nothing else matters there.
        announced = this_site().known.announced(session, after=day or date.max, now=now())
        saved_at = site_store.public_change_at(session)
        if day is None:
            return announced, latest(saved_at, listing_store.last_change(session, now=now()))
        cancelled_before = now() - CANCELLED_SHOWN_FOR
        last_day, last_cancelled = event_store.last_departures(
            session, day=day, cancelled_before=cancelled_before, now=now()
        )
    left = left_at(feed, last_day) if last_day else None
    gone = last_cancelled and last_cancelled + CANCELLED_SHOWN_FOR
    return announced, latest(saved_at, left, gone)


def _as_asked(feed: Feed) -> Feed:
    """Return the feed with the wishes in the address. Raises _BadFilter."""
    cancelled, alarm = request.args.get("cancelled"), request.args.get("alarm")
    if cancelled not in (None, "hide"):
        raise _BadFilter("The parameter “cancelled” can only be “hide”.")
    if alarm is not None:
        usable = alarm.isascii() and alarm.isdecimal() and len(alarm) <= 5
        if not usable or int(alarm) > _LONGEST_ALARM_MINUTES:
            raise _BadFilter("The parameter “alarm” is a number of minutes, a week’s at most.")
        feed = replace(feed, alarm_minutes=int(alarm))
    return replace(feed, hide_cancelled=cancelled == "hide")
