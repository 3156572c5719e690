"""The guard at every staff page: who is there, and is the form theirs?"""

from collections.abc import Callable
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import LoginManager, UserMixin, current_user
from flask_wtf import CSRFProtect
from flask_wtf.csrf import validate_csrf
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse
from wtforms import ValidationError

from eventsched.domain.staff import Staff
from eventsched.services import sessions
from eventsched.web.context import now, the_store, this_site
from eventsched.web.staff.account_forms import AccountForm
from eventsched.web.staff.uploads import typed_by_a_stranger

_View = Callable[..., Any]

_csrf = CSRFProtect()
_open_to_strangers: set[_View] = set()
_keeping_what_was_typed: set[_View] = set()
_reading_forms_themselves: set[_View] = set()
_sent_again: set[_View] = set()
# Under this name the sign-in form keeps what a file was called: the file itself it can't keep.
LOST_FILE = "lost-file"
AS_TYPED = "You are signed in again. Everything is as you typed it, and not saved yet."
_LONGEST_FILE_NAME = 200
# What Flask-WTF signs its tokens with.
_TOKEN_SALT = "wtf-csrf-token"  # noqa: S105


class SignedIn(UserMixin):  # type: ignore[misc]
    """A member of staff as the session knows them."""

    def __init__(self, staff: Staff, token: str) -> None:
        self.staff = staff
        self.token = token

    def get_id(self) -> str:
        """Return what the cookie holds: the session's token, and a key to end all of them."""
        return f"{self.token}:{self.staff.session_key}"


def set_up(app: Flask) -> None:
    """Give `app` sessions for staff, and forms that can't be forged."""
    # The guard asks for the token, of staff pages only: elsewhere there is no session to abuse.
    # A token lives as long as its session, so that an hour's typing is not refused.
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None)
    # Flask-Login's own context processor would read the session on public pages too.
    login = LoginManager()
    login.init_app(app, add_context_processor=False)
    login.user_loader(_load)
    _csrf.init_app(app)


def staff_blueprint(name: str, import_name: str) -> Blueprint:
    """Return a blueprint below /staff whose every page asks who is there, unless told otherwise."""
    blueprint = Blueprint(name, import_name, url_prefix="/staff")
    blueprint.before_request(_guard)
    blueprint.context_processor(lambda: {"me": current_user.staff if _is_signed_in() else None})
    return blueprint


def open_to_strangers(view: _View) -> _View:
    """Let anyone open `view`."""
    _open_to_strangers.add(view)
    return view


def keeps_what_was_typed(view: _View) -> _View:
    """Lose nothing that is sent to `view` by one whose session ended in the middle of typing.

    `view` refuses a forged form itself, and gives it back.
    """
    _keeping_what_was_typed.add(view)
    return view


def reads_its_form_itself(view: _View) -> _View:
    """Leave the form to `view`, which takes files and refuses a forged form itself."""
    _reading_forms_themselves.add(view)
    return view


def is_sent_again(view: _View) -> _View:
    """Keep what one sends to `view` whose session has ended, and say which file is not kept."""
    _sent_again.add(view)
    return view


def is_forged(token: str) -> bool:
    """Tell whether a form with this token was not made for the session in this browser."""
    try:
        validate_csrf(token)
    except ValidationError:
        return True
    return False


def this_token() -> str:
    """Return the token of the session in this browser."""
    token = current_user.token
    assert isinstance(token, str)
    return token


def who() -> Staff:
    """Return the member of staff who is signed in."""
    staff = current_user.staff
    assert isinstance(staff, Staff)
    return staff


def _guard() -> AnyResponse | None:
    """Turn strangers away and refuse forged forms, before any staff page is asked."""
    view = current_app.view_functions[request.endpoint or ""]
    if view not in _open_to_strangers and not _is_signed_in():
        return _turned_away(view)
    if request.method == "POST" and view not in _keeping_what_was_typed | _reading_forms_themselves:
        _refuse_forged()
    return None


def _refuse_forged() -> None:
    """Refuse (400) a form without its token, or behind TLS one that was sent from elsewhere."""
    try:
        _csrf.protect()
    except ValueError:
        # A Referer such as “https://[” is no address at all.
        abort(400)


def _is_signed_in() -> bool:
    return bool(current_user.is_authenticated)


def _load(session_id: str) -> SignedIn | None:
    token, _, key = session_id.partition(":")
    staff = sessions.whose(the_store(), token, now=now())
    return SignedIn(staff, token) if staff is not None and staff.session_key == key else None


def _turned_away(view: _View) -> AnyResponse:
    if view in _keeping_what_was_typed:
        return _ask_again(request.form)
    if request.method == "POST" and view in _reading_forms_themselves | _sent_again:
        # Anybody has a token who opened the page for signing in: no more is read than of any form.
        most = min(
            this_site().settings.document_megabytes * 1_000_000,
            current_app.config["MAX_CONTENT_LENGTH"],
        )
        got = typed_by_a_stranger(most_bytes=most, is_ours=_is_of_this_site)
        # A button alone has nothing to keep, nor a page to be shown again on.
        if got.fields and (got.file_name or set(got.fields) != {"csrf_token"}):
            return _ask_again(got.fields, file_name=got.file_name)
    return _ask_to_sign_in()


def _is_of_this_site(token: str) -> bool:
    """Tell whether a form with this token was made here, for whichever session."""
    signed = URLSafeTimedSerializer(str(current_app.secret_key), salt=_TOKEN_SALT)
    try:
        signed.loads(token)
    except BadData:
        return False
    return True


def _ask_again(given: MultiDict[str, str], *, file_name: str = "") -> Response:
    """Ask who is there, and keep the typed form on the page meanwhile; of a file, its name."""
    typed = [pair for pair in given.items(multi=True) if pair[0] != "csrf_token"]
    if file_name:
        typed.append((LOST_FILE, file_name[:_LONGEST_FILE_NAME]))
    page = render_template(
        "staff/sign_in.html",
        # What was sent is of another form, whose fields may have the same names.
        form=AccountForm(formdata=None),
        problems=(),
        kept=typed,
        target=url_for("accounts.let_in", next=request.path),
        is_new=False,
    )
    return make_response(page, 401)


def _ask_to_sign_in() -> AnyResponse:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=wanted), code=303)
