"""Signing in and out, and the browsers in which one is signed in."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import (
    Response,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import login_user, logout_user
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from eventsched.domain.wording import duration_words, happened_words
from eventsched.services import sessions
from eventsched.store import staff as staff_store
from eventsched.web.context import now, the_issuer, the_store, this_site
from eventsched.web.limits import Limited, limited
from eventsched.web.staff import (
    backup,
    decisions,
    documents,
    privacy,
    releases,
    replays,
    second_person,
)
from eventsched.web.staff.account_forms import AccountForm
from eventsched.web.staff.editor import shown_again
from eventsched.web.staff.guard import (
    LOST_FILE,
    SignedIn,
    open_to_strangers,
    staff_blueprint,
    this_token,
    who,
)

# What was typed elsewhere waits under this prefix in the sign-in form.
KEPT = "kept:"

# Forms of text alone, each shown again by its own page.
_SHOWN_AGAIN: Mapping[str, Callable[..., Response]] = {
    "backup.save": backup.shown_again,
    "decisions.decide": decisions.shown_again,
    "replays.decide": replays.shown_again,
    "second_person.decline": second_person.decline_shown_again,
    "staff_privacy.add_policy": privacy.shown_again,
}

bp = staff_blueprint("accounts", __name__)


_NO_MATCH = "That address and password don’t belong together. Check both."
_BROWSERS = ("Edg", "Firefox", "OPR", "Chrome", "Safari")
_SYSTEMS = ("Windows", "iPhone", "iPad", "Android", "Mac OS X", "Linux")
_NAMES = {"Edg": "Edge", "OPR": "Opera", "Mac OS X": "Mac"}


@dataclass(frozen=True, kw_only=True)
class OpenBrowser:
    """One browser in which somebody is signed in, in words."""

    id: int
    browser: str
    origin: str
    started: str
    seen: str
    is_this: bool


def browser_words(user_agent: str) -> str:
    """Return “Firefox on Windows” for what a browser calls itself."""
    browser = next((name for name in _BROWSERS if name in user_agent), "")
    system = next((name for name in _SYSTEMS if name in user_agent), "")
    known = [_NAMES.get(name, name) for name in (browser, system) if name]
    return " on ".join(known) or "Unknown browser"


@bp.get("/sign-in")
@open_to_strangers
def sign_in() -> str:
    """Ask who is there; where nobody has an account yet, say how the first one is made."""
    with the_store().reading() as opened:
        is_new = staff_store.count(opened) == 0
    return render_template(
        "staff/sign_in.html", form=AccountForm(), problems=(), kept=(), target="", is_new=is_new
    )


@bp.post("/sign-in")
@open_to_strangers
@limited(Limited.SIGN_IN)
def let_in() -> AnyResponse:
    """Let a member of staff in, and lead to where they were going, or to what they typed there."""
    wanted = _safe_target(request.args.get("next", ""))
    kept = [
        (name.removeprefix(KEPT), said)
        for name, said in request.form.items(multi=True)
        if name.startswith(KEPT)
    ]
    try:
        token = new_session()
    except sessions.TooManyAttempts as refused:
        return _refused(kept, refused.wait)
    if token is None or not let_browser_in(token):
        return _refused(kept, None)
    return _back_to(wanted, kept) if kept else redirect(wanted, code=303)


def let_browser_in(token: str) -> bool:
    """Sign this browser in to the session that `token` opens; tell whether it opens one still.

    The one place in which a browser becomes somebody's: another way to sign in (the company's own
    single sign-on) or a second step after the password ends here too, with a token of
    `services.sessions`.
    """
    staff = sessions.whose(the_store(), token, now=now())
    if staff is None:
        return False
    session.clear()
    # Permanent: it ends after the settings' hours, and not with the browser's window.
    session.permanent = True
    login_user(SignedIn(staff, token))
    return True


def _back_to(path: str, kept: list[tuple[str, str]]) -> AnyResponse:
    """Return the page at `path` with what was typed there before the session ended."""
    typed = MultiDict(kept)
    lost = typed.pop(LOST_FILE, "")
    pages = current_app.url_map.bind("")
    try:
        endpoint, values = pages.match(path.removeprefix(request.script_root), method="POST")
    except HTTPException:
        return redirect(url_for("staff.board"), code=303)
    if endpoint in ("editor.create", "editor.save"):
        return shown_again(path, kept)
    if endpoint in ("staff_documents.add", "staff_documents.change"):
        return documents.shown_again(**values, typed=typed, lost=lost)
    if show := _SHOWN_AGAIN.get(endpoint):
        return show(typed, **values)
    if endpoint in ("releases.look", "releases.save"):
        return releases.shown_again(typed, lost=lost)
    if lost:
        flash(f"You are signed in again. Choose the file “{lost}” once more: it was not kept.")
    return redirect(path, code=303)


@bp.post("/sign-out")
def sign_out() -> AnyResponse:
    """End the session in this browser."""
    sessions.end_by_token(the_store(), this_token(), now=now())
    logout_user()
    session.clear()
    return redirect(url_for("accounts.sign_in"), code=303)


@bp.get("/account")
def account() -> str:
    """Show who one is here, and the browsers in which one is signed in."""
    lasting = this_site().settings.session_lifetime
    here = sessions.digest(this_token())
    rows = [
        OpenBrowser(
            id=one.id,
            browser=browser_words(one.browser),
            origin=one.origin,
            started=happened_words(one.started_at, the_issuer().home_zone),
            seen=happened_words(one.seen_at, the_issuer().home_zone),
            is_this=one.key == here,
        )
        for one in sessions.listed(the_store(), who(), lasting=lasting, now=now())
    ]
    return render_template("staff/account.html", sessions=rows)


@bp.post("/account/sessions/end-others")
def end_other_sessions() -> AnyResponse:
    """Sign out every browser of one's own but this one."""
    ended = sessions.end_others(the_store(), who(), this_token(), now=now())
    words = "One other browser is" if ended == 1 else f"{ended or 'No'} other browsers are"
    flash(f"{words} signed out.")
    return redirect(url_for("accounts.account"), code=303)


@bp.post("/account/sessions/<int:number>/end")
def end_session(number: int) -> AnyResponse:
    """Sign one of one's browsers out."""
    if number >= 2**31 or not sessions.end(the_store(), who(), number, now=now()):
        abort(404)
    flash("That browser is signed out.")
    return redirect(url_for("accounts.account"), code=303)


def new_session() -> str | None:
    """Return the token of a new session for the address and password that were sent; None where
    they don't belong together.
    """
    return sessions.sign_in(
        the_store(),
        email=request.form.get("email", ""),
        password=request.form.get("password", ""),
        origin=request.remote_addr or "",
        browser=request.user_agent.string,
        now=now(),
    )


def _refused(kept: list[tuple[str, str]], wait: timedelta | None) -> Response:
    """Ask again; after too many attempts, say how long to wait."""
    form, problem = AccountForm(), ("email", _NO_MATCH)
    if wait is None:
        # Which of the two is wrong is told to nobody; the address is the one that can be looked at.
        form.email.errors = [_NO_MATCH]
    else:
        waiting = duration_words(_whole_minutes(wait))
        problem = ("", f"Too many attempts did not fit. Wait {waiting}, then try again.")
    page = render_template(
        "staff/sign_in.html",
        form=form,
        problems=[problem],
        kept=kept,
        target=request.full_path,
        is_new=False,
    )
    response = make_response(page, 422 if wait is None else 429)
    if wait is not None:
        response.headers["Retry-After"] = str(math.ceil(wait.total_seconds()))
    return response


def _whole_minutes(wait: timedelta) -> timedelta:
    return timedelta(minutes=math.ceil(wait / timedelta(minutes=1)))


def _safe_target(wanted: str) -> str:
    """Return `wanted` if it is a staff page of this site, else the board."""
    is_plain = wanted.isprintable() and "\\" not in wanted
    within = is_plain and wanted.startswith(request.script_root + "/staff/")
    return wanted if within else url_for("staff.board")
