"""Where a mail server, or a provider, hands in what came back, with the key from the settings.

Without that key there is no such address. What a report may do it may do by the token of the one
mail that it is about; the key only keeps strangers from having us read what they write.
"""

import hmac
import logging
from collections.abc import Callable

from flask import Blueprint, Response, abort, request

from eventsched.domain.bounce_notices import PROVIDERS, subscription
from eventsched.domain.bounces import LONGEST_REPORT, UnreadableReport
from eventsched.services import bounces
from eventsched.web.context import now, the_store, this_site
from eventsched.web.limits import Limited, refuse_too_many
from eventsched.web.visitors import private

bp = Blueprint("bounces", __name__)

log = logging.getLogger(__name__)


@bp.post("/mail/bounces")
def take_in() -> Response:
    """Take in a report (RFC 3464); `to` is where it was sent, if the report does not say so.

    What is no report of ours is told, and answered like one: sent again it would be none either.
    """
    return _refusal() or _taken_in(
        lambda report: bounces.report(
            the_store(), report, sent_to=request.args.get("to", "")[:1_000], now=now()
        )
    )


@bp.post("/mail/bounces/<provider>")
def take_notice(provider: str) -> Response:
    """Take in what a mail provider says in JSON, in the way of the one that is named."""
    if provider not in PROVIDERS:
        abort(404)
    return _refusal() or _taken_in(lambda said: _noticed(provider, said))


def _noticed(provider: str, said: bytes) -> str:
    if provider == "amazon-ses" and (confirm_at := subscription(said)):
        # Nothing that a stranger names is asked by us: whoever set it up opens it.
        log.warning("Amazon SNS wants its subscription confirmed; open: %s", confirm_at)
        return "The address to confirm it is in the log."
    return bounces.notices(the_store(), provider, said, now=now())


def _refusal() -> Response | None:
    """Refuse whoever does not know the key; None for who does."""
    key = this_site().settings.bounces_key
    if not key:
        abort(404)
    if _knows(key):
        return None
    if "Authorization" in request.headers:
        # Who gives none is asked for it; Amazon gives none before it is asked, each time.
        refuse_too_many(Limited.FORM)
    refused = private("The key is missing or wrong.\n", 401)
    refused.headers["WWW-Authenticate"] = 'Basic realm="bounces", Bearer'
    return _as_text(refused)


def _taken_in(read: Callable[[bytes], str]) -> Response:
    # One byte more than fits is enough to say that it is too long.
    said = request.stream.read(LONGEST_REPORT + 1)
    try:
        words = read(said)
    except UnreadableReport as unreadable:
        words = f"{unreadable} Nothing was changed."
    return _as_text(private(f"{words}\n"))


def _knows(key: str) -> bool:
    """Tell whether the key was given: as a bearer's token, or as a password in the address."""
    given = request.headers.get("Authorization", "")
    if request.authorization is not None and request.authorization.type == "basic":
        given = f"Bearer {request.authorization.password or ''}"
    return hmac.compare_digest(given.encode(errors="replace"), f"Bearer {key}".encode())


def _as_text(response: Response) -> Response:
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    return response
