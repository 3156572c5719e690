"""The team, for its admins; and the page on which somebody chooses a password."""

from collections.abc import Mapping, Sequence

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from eventsched.domain.staff import Role, Staff
from eventsched.services import team as team_service
from eventsched.services.staff import SHORTEST_PASSWORD, BadAccount, has_password
from eventsched.store import staff as staff_store
from eventsched.web.context import absolute, now, the_store, this_site
from eventsched.web.limits import Limited, limited
from eventsched.web.staff.account_forms import AccountForm, wrong_form
from eventsched.web.staff.guard import open_to_strangers, staff_blueprint, who

bp = staff_blueprint("team", __name__)


@bp.get("/team")
def team() -> Response:
    """Show everybody's account."""
    if who().role is not Role.ADMIN:
        abort(403)
    return _page()


@bp.post("/team")
def invite() -> Response:
    """Make an account, and show the link by which its owner chooses a password."""
    email = request.form.get("email", "")
    try:
        token = team_service.invite(
            the_store(),
            email=email,
            name=request.form.get("name", ""),
            role=_role(),
            by=who().email,
            secret_key=this_site().settings.secret_key,
            now=now(),
        )
    except BadAccount as bad:
        form, problems = wrong_form(bad)
        return _page(form=form, problems=problems)
    return _page(link=_link(token), link_for=email.strip())


@bp.post("/team/link")
def link() -> Response:
    """Show a new link for somebody who forgot their password."""
    email = request.form.get("email", "")
    try:
        key = this_site().settings.secret_key
        token = team_service.new_link(the_store(), email, by=who().email, secret_key=key, now=now())
    except BadAccount as bad:
        return _page(problems=[("", str(bad))])
    return _page(link=_link(token), link_for=email)


@bp.post("/team/role")
def change_role() -> AnyResponse:
    """Give somebody another role."""
    email = request.form.get("email", "")
    try:
        team_service.change_role(the_store(), email, _role(), by=who().email, now=now())
    except BadAccount as bad:
        return _page(problems=[(_role_id(email), str(bad))], wanted={email: _role()})
    flash(f"{email} has another role now.")
    return redirect(url_for("staff.board"), code=303) if _left() else _back()


@bp.post("/team/lock")
def lock() -> AnyResponse:
    """Sign somebody out everywhere, until a new link lets them in."""
    email = request.form.get("email", "")
    try:
        team_service.lock(the_store(), email, by=who().email, now=now())
    except BadAccount as bad:
        return _page(problems=[("", str(bad))])
    flash(f"{email} is signed out everywhere and can’t sign in.")
    return _back()


@bp.get("/welcome/<token>")
@open_to_strangers
def welcome(token: str) -> Response:
    """Ask whoever holds the link for a password."""
    return _welcome(token)


@bp.post("/welcome/<token>")
@open_to_strangers
@limited(Limited.SIGN_IN)
def choose(token: str) -> AnyResponse:
    """Keep the password, and lead to signing in with it."""
    try:
        staff = team_service.choose_password(
            the_store(), token, request.form.get("password", ""), now=now()
        )
    except BadAccount as bad:
        return _welcome(token, wrong=bad)
    if staff is None:
        return _welcome(token)
    flash("Your password is set. Sign in with it.")
    return redirect(url_for("accounts.sign_in"), code=303)


def _welcome(token: str, *, wrong: BadAccount | None = None) -> Response:
    form, problems = (AccountForm(), []) if wrong is None else wrong_form(wrong)
    staff = team_service.whose_link(the_store(), token, now=now())
    page = render_template(
        "staff/welcome.html",
        person=staff,
        form=form,
        problems=problems,
        shortest=SHORTEST_PASSWORD,
    )
    response = make_response(page, 410 if staff is None else 422 if problems else 200)
    # The address is the secret; no other site is to learn it. Our own is: behind TLS a form that
    # does not say where it was sent from is refused.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _page(
    *,
    link: str = "",
    link_for: str = "",
    form: AccountForm | None = None,
    problems: Sequence[tuple[str, str]] = (),
    wanted: Mapping[str, Role] | None = None,
) -> Response:
    """Return the page: `form` as an invitation was sent, `wanted` the roles that were refused."""
    people = _everybody()
    page = render_template(
        "staff/team.html",
        people=[
            (one, has_password(one), (wanted or {}).get(one.email, one.role)) for one in people
        ],
        roles=list(Role),
        link=link,
        link_for=link_for,
        is_mailed=this_site().settings.mail is not None,
        form=form or AccountForm(formdata=None),
        problems=problems,
    )
    return make_response(page, 422 if problems else 200)


def _everybody() -> list[Staff]:
    with the_store().reading() as session:
        return staff_store.every(session)


def _role_id(email: str) -> str:
    """Return the id of somebody's role on the page, "" for nobody's."""
    numbers = {one.email: number for number, one in enumerate(_everybody(), start=1)}
    return f"role-{numbers[email]}" if email in numbers else ""


def _role() -> Role:
    wanted = request.form.get("role", "")
    return Role(wanted) if wanted in [*Role] else abort(400)


def _left() -> bool:
    """Tell whether one has just stopped being an admin oneself."""
    with the_store().reading() as session:
        myself = staff_store.by_email(session, who().email)
    return myself is None or myself.role is not Role.ADMIN


def _link(token: str) -> str:
    return absolute(url_for("team.welcome", token=token))


def _back() -> AnyResponse:
    return redirect(url_for("team.team"), code=303)
