"""The numbers: how often pages, calendars and webcasts were asked for, by nobody in particular."""

import csv
import io
from datetime import date
from enum import StrEnum

from flask import Response, abort, make_response, render_template, request

from eventsched.domain.counts import Counted, blurred
from eventsched.domain.lifecycle import is_public
from eventsched.store import counts as count_store
from eventsched.store import events as event_store
from eventsched.store import site
from eventsched.web.context import now, the_issuer, the_store, this_site
from eventsched.web.staff.count_views import (
    FOUR_WEEKS,
    chart_of,
    days_back,
    programs_of,
    table_of,
)
from eventsched.web.staff.guard import staff_blueprint

bp = staff_blueprint("counts", __name__)

_MOST_EVENTS = 200


class Span(StrEnum):
    """How many days back to look."""

    MONTH = str(FOUR_WEEKS)
    QUARTER = "91"
    YEAR = "364"


@bp.get("/numbers")
def numbers() -> str:
    """Show the numbers of the schedule as a whole, and of each event."""
    span, first, last = _span()
    with the_store().reading() as session:
        counts = count_store.since(session, first, subject="")
        totals = count_store.totals(session, first)
        polls = count_store.last_polls(session, "")
        events = event_store.every(session)
        changed_at = site.public_change_at(session)
    asked = {slug for slug, _ in totals}
    rows = [
        (event.slug, event.facts.title, [totals.get((event.slug, what), 0) for what in Counted])
        for event in reversed(events)
        if event.slug in asked
    ]
    return render_template(
        "staff/numbers.html",
        event=None,
        charts=[chart_of(counts, w, first=first, last=last) for w in (Counted.PAGE, Counted.POLL)],
        days=table_of(counts, first=first, last=last),
        programs=programs_of(
            counts, polls, changed_at=changed_at, home_zone=the_issuer().home_zone
        ),
        rows=rows[:_MOST_EVENTS],
        **_around(span),
    )


@bp.get("/events/<slug>/numbers")
def of_event(slug: str) -> str:
    """Show the numbers of one event."""
    span, first, last = _span()
    with the_store().reading() as session:
        event = event_store.by_slug(session, slug) or abort(404)
        counts = count_store.since(session, first, subject=slug)
        of_schedule = count_store.since(session, first, subject="")
        polls = count_store.last_polls(session, "")
    changed_at = event.changed_at if is_public(event, now=now()) else None
    return render_template(
        "staff/numbers.html",
        event=event,
        charts=[chart_of(counts, what, first=first, last=last) for what in Counted],
        days=table_of(counts, first=first, last=last),
        programs=programs_of(
            of_schedule, polls, changed_at=changed_at, home_zone=the_issuer().home_zone
        ),
        rows=[],
        **_around(span),
    )


@bp.get("/numbers.csv")
def as_csv() -> Response:
    """Give every daily count as CSV; small ones are blurred."""
    with the_store().reading() as session:
        counts = count_store.since(session, date.min)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("day", "event", "what", "programs", "count"))
    for one in counts:
        told = (one.thing.subject, one.thing.what.value, one.family, blurred(one.count))
        writer.writerow((one.day.isoformat(), *told))
    response = make_response(text.getvalue())
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    name = f"numbers-{now():%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _span() -> tuple[Span, date, date]:
    said = request.args.get("days", "")
    span = Span(said) if said in [*Span] else Span.MONTH
    first, last = days_back(int(span), home_zone=the_issuer().home_zone, now=now())
    return span, first, last


def _around(span: Span) -> dict[str, object]:
    settings = this_site().settings
    return {
        "span": span,
        "spans": [*Span],
        "keep_days": settings.count_days,
    }
