"""Every event as a file: CSV for a spreadsheet, JSON for a program, iCalendar for a calendar."""

from flask import Response, jsonify, make_response

from eventsched.calendars.entries import Site
from eventsched.calendars.feeds import Feed, calendar
from eventsched.domain.events import Event
from eventsched.domain.export import as_csv, as_records
from eventsched.store import events as event_store
from eventsched.web.context import now, the_issuer, the_store, this_site
from eventsched.web.staff.guard import staff_blueprint

bp = staff_blueprint("export", __name__)


@bp.get("/export.csv")
def csv() -> Response:
    """Give every event, whatever its standing, as CSV."""
    # The mark tells a spreadsheet that this is UTF-8.
    response = make_response("\ufeff" + as_csv(_events()))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    return _as_file(response, "csv")


@bp.get("/export.json")
def json() -> Response:
    """Give every event, whatever its standing, as JSON."""
    return _as_file(jsonify(events=as_records(_events())), "json")


@bp.get("/export.ics")
def calendar_file() -> Response:
    """Give every event that is public, of all years, as a calendar.

    Whoever opens such a file passes it on, or has it shared by a calendar program: no drafts.
    """
    settings = this_site().settings
    site = Site(issuer=the_issuer(), base_url=settings.base_url)
    response = make_response(calendar(Feed(past_months=None), _events(), site=site, now=now()))
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    return _as_file(response, "ics")


def _events() -> list[Event]:
    with the_store().reading() as session:
        return event_store.every(session)


def _as_file(response: Response, ending: str) -> Response:
    name = f"events-{now():%Y-%m-%d}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
