"""The one table of errors: which problem is which status, each a page in the site's own dress."""

import logging

from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import BadHost, HTTPException

from eventsched.domain.revisions import NotAllowed, StaleRevision
from eventsched.services.documents import NoSuchDocument
from eventsched.services.events import NoIssuer, NoSuchEvent
from eventsched.store.database import DatabaseUnavailable

log = logging.getLogger(__name__)

# Problem → status, and the sentence to show where the status's own is not enough.
_TABLE: dict[type[Exception], tuple[int, str | None]] = {
    NoSuchEvent: (404, None),
    NoSuchDocument: (404, None),
    StaleRevision: (409, None),
    NotAllowed: (409, None),
    NoIssuer: (409, "No company is set up yet: an admin does that first."),
    DatabaseUnavailable: (503, None),
}
_RETRY_AFTER_SECONDS = 5


def register(app: Flask) -> None:
    """Answer every problem of `app` with a page."""
    app.register_error_handler(HTTPException, _answer_http)
    for problem in _TABLE:
        app.register_error_handler(problem, _answer_known)
    app.register_error_handler(Exception, _answer_unknown)


def error_page(status: int, problem: str | None = None) -> Response:
    """Return the page for `status`, with a sentence of its own where `problem` gives one."""
    response = make_response(
        render_template("errors/error.html", status=status, problem=problem), status
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _answer_http(problem: HTTPException) -> Response:
    status = problem.code or 500
    if isinstance(problem, BadHost):
        # No address of ours can be made under such a host, and so no page either.
        return make_response(
            f"{problem.code} {problem.name}", status, {"Content-Type": "text/plain"}
        )
    if status < 400:
        response = problem.get_response()
        assert isinstance(response, Response)
        return response
    response = error_page(status)
    if status == 405 and (allowed := problem.get_response().headers.get("Allow")):
        response.headers["Allow"] = allowed
    return response


def _answer_known(problem: Exception) -> Response:
    status, sentence = _TABLE[type(problem)]
    response = error_page(status, sentence)
    if status == 503:
        log.error("Answered 503: %s", problem)
        response.headers["Retry-After"] = str(_RETRY_AFTER_SECONDS)
    return response


def _answer_unknown(problem: Exception) -> Response:
    log.exception("Answered 500 to %s %s", request.method, request.path, exc_info=problem)
    return error_page(500)
