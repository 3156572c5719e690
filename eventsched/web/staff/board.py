"""The board: what is next, and where each event stands."""

from flask import render_template, request

from eventsched.store import events as event_store
from eventsched.store import second_person, site
from eventsched.web.context import now, the_issuer, the_store
from eventsched.web.staff.board_views import board_of
from eventsched.web.staff.guard import staff_blueprint

_LONGEST_SEARCH = 200

bp = staff_blueprint("staff", __name__)


@bp.get("/")
def board() -> str:
    """Show every event, or those that hold the words of `q`, whatever its standing."""
    text = request.args.get("q", "").strip()[:_LONGEST_SEARCH]
    with the_store().reading() as session:
        events = event_store.every(session)
        is_set_up = site.issuer(session) is not None
        waiting = second_person.all_waiting(session)
    groups = board_of(events, the_issuer(), now=now(), text=text, waiting=waiting)
    return render_template(
        "staff/board.html",
        groups=groups,
        text=text,
        is_set_up=is_set_up,
        is_empty=not events,
        is_searched=bool(text),
    )
