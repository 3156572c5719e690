"""For somebody who forgot their password: a link by email, and no word on who has an account."""

import math

from flask import Response, make_response, render_template, request

from eventsched.services import account_mails
from eventsched.services.sessions import TooManyAttempts
from eventsched.web.context import now, the_store, this_site
from eventsched.web.limits import Limited, limited
from eventsched.web.staff.guard import open_to_strangers, staff_blueprint

bp = staff_blueprint("forgotten", __name__)


@bp.get("/forgotten")
@open_to_strangers
def ask() -> Response:
    """Ask for the address to which the link is to go."""
    return _page()


@bp.post("/forgotten")
@open_to_strangers
@limited(Limited.FORM)
def send() -> Response:
    """Say the same whether or not somebody has an account with that address."""
    try:
        account_mails.ask_for_link(
            the_store(),
            request.form.get("email", ""),
            origin=request.remote_addr or "",
            now=now(),
        )
    except TooManyAttempts as refused:
        page = _page(is_too_often=True, status=429)
        page.headers["Retry-After"] = str(math.ceil(refused.wait.total_seconds()))
        return page
    return _page(is_sent=True)


def _page(*, is_sent: bool = False, is_too_often: bool = False, status: int = 200) -> Response:
    page = render_template(
        "staff/forgotten.html",
        is_sent=is_sent,
        is_too_often=is_too_often,
        can_send=this_site().settings.mail is not None,
    )
    return make_response(page, status)
