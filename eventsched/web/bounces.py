"""Where a mail server hands in what came back: a report as it is, with the key from the settings.

Without that key there is no such address. What a report may do it may do by the token of the one
mail that it is about; the key only keeps strangers from having us read their mail.
"""

import hmac

from flask import Blueprint, Response, abort, request

from eventsched.domain.bounces import LONGEST_REPORT, UnreadableReport
from eventsched.services import bounces
from eventsched.web.context import now, the_store, this_site
from eventsched.web.limits import Limited, refuse_too_many
from eventsched.web.visitors import private

bp = Blueprint("bounces", __name__)


@bp.post("/mail/bounces")
def take_in() -> Response:
    """Take in a report (RFC 3464); `to` is where it was sent, if the report does not say so.

    What is no report of ours is told, and answered like one: sent again it would be none either.
    """
    key = this_site().settings.bounces_key
    if not key:
        abort(404)
    if not _knows(key):
        refuse_too_many(Limited.FORM)
        refused = private("The key is missing or wrong.\n", 401)
        refused.headers["WWW-Authenticate"] = "Bearer"
        return _as_text(refused)
    # One byte more than fits is enough to say that it is too long.
    report = request.stream.read(LONGEST_REPORT + 1)
    try:
        words = bounces.report(
            the_store(), report, sent_to=request.args.get("to", "")[:1_000], now=now()
        )
    except UnreadableReport as unreadable:
        words = f"{unreadable} Nothing was changed."
    return _as_text(private(f"{words}\n"))


def _knows(key: str) -> bool:
    given = request.headers.get("Authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {key}".encode())


def _as_text(response: Response) -> Response:
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    return response
