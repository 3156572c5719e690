"""What is held of people, for how long; requests to be ticked off; the policy and its versions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField, TextAreaField

from eventsched.domain.clockface import UnreadableTime, read_date, read_time
from eventsched.domain.privacy import PURPOSES, BadPolicy, PurposeName, in_force
from eventsched.domain.staff import Role
from eventsched.domain.times import TimeProblem, instant_of
from eventsched.domain.wording import happened_words
from eventsched.services import privacy
from eventsched.store import privacy as privacy_store
from eventsched.store import site
from eventsched.web.context import now, the_issuer, the_store
from eventsched.web.privacy import policy_views
from eventsched.web.staff.guard import AS_TYPED, is_sent_again, staff_blueprint, who

bp = staff_blueprint("staff_privacy", __name__)

_LARGEST_NUMBER = 2**31
_READ = TypeVar("_READ")


class PolicyForm(FlaskForm):  # type: ignore[misc]
    """A version of the policy, and from when it holds."""

    text = TextAreaField("Its text")
    date = StringField("In force from", render_kw={"autocomplete": "off"})
    time = StringField("Time", render_kw={"autocomplete": "off"})


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """How the promises about personal data stand: `held` by purpose, in words and numbers.

    `outlived` counts what the worker should have erased by now.
    """

    held: list[tuple[str, str, int]]
    outlived: int
    open_requests: int


@bp.app_context_processor
def keeping_for_templates() -> dict[str, object]:
    """Give staff templates `keeping()`, asked only by those that show it."""
    return {"keeping": keeping}


def keeping() -> Keeping:
    """Return how the promises about personal data stand now."""
    with the_store().reading() as session:
        found = privacy_store.keeping(session, now=now())
    return Keeping(
        held=[(p.title, p.retention, found.held[name]) for name, p in PURPOSES.items()],
        outlived=found.outlived,
        open_requests=found.open_requests,
    )


@bp.get("/privacy")
def overview() -> Response:
    """Show what is held, what is asked for, and the policy."""
    return _page()


@bp.post("/privacy/kits/<int:number>/sent")
def kit_sent(number: int) -> AnyResponse:
    """Tick a request off."""
    if number >= _LARGEST_NUMBER:
        abort(404)
    if privacy.fulfil_kit(the_store(), number, now=now()):
        flash("Noted: the kit is on its way.")
    else:
        flash("That request is not open any more.")
    return redirect(url_for("staff_privacy.overview"), code=303)


@bp.post("/privacy/policy")
@is_sent_again
def add_policy() -> AnyResponse:
    """Add a version of the policy."""
    try:
        added = privacy.add_policy(
            the_store(),
            request.form.get("text", ""),
            _instant(),
            by=who().email,
            now=now(),
        )
    except BadPolicy as bad:
        return _page(bad)
    flash(f"Version {added.version} is added.")
    return redirect(url_for("staff_privacy.overview"), code=303)


@bp.post("/privacy/policy/<int:version>/take-back")
def take_policy_back(version: int) -> AnyResponse:
    """Take back a version before it is in force."""
    try:
        privacy.take_policy_back(the_store(), version, by=who().email, now=now())
    except BadPolicy as bad:
        return _page(bad)
    flash(f"Version {version} is taken back.")
    return redirect(url_for("staff_privacy.overview"), code=303)


def shown_again(typed: MultiDict[str, str]) -> Response:
    """Return the page with a version as it was typed before the session ended; nothing is saved."""
    flash(AS_TYPED)
    return _page(form=PolicyForm(formdata=typed))


def _instant() -> datetime:
    """Return the instant typed, on the home clock; now where nothing was. Raises what is wrong."""
    day, clock = (request.form.get(field, "").strip() for field in ("date", "time"))
    if not day and not clock:
        return now()
    if not day:
        raise BadPolicy("Give the date too.", field="date")
    wall = datetime.combine(
        _read("date", read_date, day), _read("time", read_time, clock or "0:00")
    )
    try:
        return instant_of(wall, the_issuer().home_zone, repeated="later")
    except TimeProblem as problem:
        raise BadPolicy(str(problem), field="time" if clock else "date") from None


def _read(field: str, read: Callable[[str], _READ], typed: str) -> _READ:
    try:
        return read(typed)
    except UnreadableTime as problem:
        raise BadPolicy(str(problem), field=field) from None


def _page(wrong: BadPolicy | None = None, *, form: PolicyForm | None = None) -> Response:
    with the_store().reading() as session:
        policies = privacy_store.policies(session)
        gone = privacy_store.policies_taken_back(session)
        requests = privacy_store.kit_requests(session)
        erased = site.last_of_the_site(session, "erased")
    is_typed = form is not None or "text" in request.form
    form = form or PolicyForm()
    if not is_typed:
        form.text.data = policies[-1].text
    if wrong is not None and wrong.field:
        form[wrong.field].errors = [str(wrong)]
    zone = the_issuer().home_zone
    page = render_template(
        "staff/privacy.html",
        shown=keeping(),
        last_erased="" if erased is None else happened_words(erased.at, zone),
        policies=list(reversed(policy_views(policies))),
        taken_back=[(one.version, one.text.split("\n\n")) for one in reversed(gone)],
        current=in_force(policies, now=now()).version,
        requests=[
            (one, happened_words(one.asked_at, zone)) for one in requests if one.done_at is None
        ],
        kits_kept=PURPOSES[PurposeName.INVESTOR_KIT].retention,
        may_add=who().role is Role.ADMIN,
        form=form,
        problems=[] if wrong is None else [(wrong.field, str(wrong))],
    )
    return make_response(page, 422 if wrong else 200)
