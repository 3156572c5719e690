"""The first page of a new installation: the first account, made by whoever has the link.

`eventsched serve` prints the link while there is no account; with the first one it is used up.
"""

import hmac

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from eventsched.services import sessions
from eventsched.services import staff as staff_service
from eventsched.services.staff import SHORTEST_PASSWORD, AlreadyBegun, BadAccount
from eventsched.web.context import now, the_store, this_site
from eventsched.web.staff.account_forms import AccountForm, wrong_form
from eventsched.web.staff.accounts import let_browser_in
from eventsched.web.staff.guard import open_to_strangers, staff_blueprint

bp = staff_blueprint("first_run", __name__)


@bp.get("/begin/<key>")
@open_to_strangers
def begin(key: str) -> Response:
    """Ask whoever holds the link who they are."""
    return _page(is_open=_opens(key))


@bp.post("/begin/<key>")
@open_to_strangers
def make(key: str) -> AnyResponse:
    """Make the first account, sign its owner in, and lead to the company."""
    if not _opens(key):
        return _page(is_open=False)
    try:
        staff = staff_service.add_first(
            the_store(),
            email=request.form.get("email", ""),
            name=request.form.get("name", ""),
            password=request.form.get("password", ""),
            now=now(),
        )
    except BadAccount as bad:
        return _page(is_open=True, wrong=bad)
    except AlreadyBegun:
        return _page(is_open=False)
    # Not by the password: failed attempts from here may have made signing in wait.
    token = sessions.start(
        the_store(),
        staff,
        origin=request.remote_addr or "",
        browser=request.user_agent.string,
        now=now(),
    )
    if token is not None:
        let_browser_in(token)
    return redirect(url_for("company.company"), code=303)


def _opens(key: str) -> bool:
    known = staff_service.first_key(this_site().settings.secret_key)
    return hmac.compare_digest(key.encode(), known.encode()) and not staff_service.is_begun(
        the_store()
    )


def _page(*, is_open: bool, wrong: BadAccount | None = None) -> Response:
    form, problems = (AccountForm(), []) if wrong is None else wrong_form(wrong)
    form.name.label.text = "Your name"
    page = render_template(
        "staff/begin.html",
        is_open=is_open,
        form=form,
        problems=problems,
        shortest=SHORTEST_PASSWORD,
    )
    response = make_response(page, 410 if not is_open else 422 if problems else 200)
    # The address is the secret; no other site is to learn it. Our own is: behind TLS a form that
    # does not say where it was sent from is refused.
    response.headers["Referrer-Policy"] = "same-origin"
    return response
