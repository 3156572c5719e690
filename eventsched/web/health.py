"""Two questions that machines ask: is the process alive, and can it serve?"""

from datetime import timedelta

from flask import Blueprint, Response, jsonify, make_response

from eventsched.store import site
from eventsched.store.schema import steps_missing
from eventsched.web.context import now, the_store

bp = Blueprint("health", __name__)

# Machines that keep time by the network differ by milliseconds; a minute is something broken.
CLOCK_MAY_DIFFER = timedelta(minutes=1)


@bp.get("/healthz")
def alive() -> Response:
    """Answer as long as the process does."""
    return _answer(200, status="alive")


@bp.get("/readyz")
def ready() -> Response:
    """Answer 200 if this machine may serve, else 503 with the reason.

    The database must answer and have the shape that this version needs, and the clock must not run
    behind what the ledger has seen: what is public follows from the clock.
    """
    store = the_store()
    if not store.answers():
        return _answer(503, status="not ready", why="The database does not answer.")
    if steps_missing(store):
        return _answer(503, status="not ready", why="Run eventsched migrate.")
    if _clock_runs_behind():
        return _answer(503, status="not ready", why="The clock runs behind the ledger.")
    return _answer(200, status="ready")


def _clock_runs_behind() -> bool:
    with the_store().reading() as session:
        last = site.last_entry(session)
    return last is not None and last.at > now() + CLOCK_MAY_DIFFER


def _answer(code: int, **said: str) -> Response:
    response = make_response(jsonify(said), code)
    response.headers["Cache-Control"] = "no-store"
    return response
