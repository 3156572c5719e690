"""The company's rules: a second person, how long replays stay, and when links are looked at."""

from collections.abc import Sequence

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField

from eventsched.domain.drafts import Draft, InvalidEvent
from eventsched.domain.look_rules import InvalidLookRule, LookRule, decide_looks
from eventsched.domain.replays import decide_policy, with_policy
from eventsched.domain.staff import Role
from eventsched.services import look_rules, replays, second_person
from eventsched.store import second_person as second_person_store
from eventsched.store import site
from eventsched.web.context import now, the_store
from eventsched.web.staff.forms import EventForm, form_for
from eventsched.web.staff.guard import staff_blueprint, who
from eventsched.web.staff.stays import window_of

bp = staff_blueprint("rules", __name__)


class LooksForm(FlaskForm):  # type: ignore[misc]
    """How long before a call its link is looked at."""

    looks = StringField("Look at the link", render_kw={"autocomplete": "off"})


@bp.get("/rules")
def page() -> Response:
    """Show the rules."""
    return _page()


@bp.post("/rules")
def change_second_person() -> AnyResponse:
    """Set whether a second person is demanded."""
    said = request.form.get("second_person", "")
    if said not in ("yes", "no"):
        return _page(problems=[("yes", "Say whether a second person is demanded.")])
    demanded = said == "yes"
    second_person.demand(the_store(), demanded, by=who().email, now=now())
    flash("A second person is demanded." if demanded else "No second person is demanded.")
    return redirect(url_for("rules.page"), code=303)


@bp.post("/rules/looks")
def change_looks() -> AnyResponse:
    """Set how long before a call its link is looked at."""
    form = LooksForm()
    try:
        before = decide_looks(form.looks.data or "")
    except InvalidLookRule as invalid:
        form.looks.errors = [str(invalid)]
        return _page(looks=form, problems=[("looks", str(invalid))])
    look_rules.set_rule(the_store(), before, by=who().email, now=now())
    flash(f"Links are looked at so long before a call: {LookRule(before=before).words}.")
    return redirect(url_for("rules.page"), code=303)


@bp.post("/rules/replays")
def change_replays() -> AnyResponse:
    """Set how long replays stay unless an event says otherwise."""
    try:
        policy = decide_policy(*window_of(request.form))
    except InvalidEvent as invalid:
        stay = EventForm()
        for problem in invalid.problems:
            stay[problem.field].errors = [problem.message]
        return _page(stay=stay, problems=[(p.field, p.message) for p in invalid.problems])
    replays.set_policy(the_store(), policy, by=who().email, now=now())
    flash("New events begin with it. What was promised stays as it was.")
    return redirect(url_for("rules.page"), code=303)


def _page(
    *,
    stay: EventForm | None = None,
    looks: LooksForm | None = None,
    problems: Sequence[tuple[str, str]] = (),
) -> Response:
    """Return the page, with what was typed and is wrong."""
    if who().role is not Role.ADMIN:
        abort(403)
    with the_store().reading() as session:
        demanded = second_person_store.is_demanded(session)
        policy = site.replay_policy(session)
        rule = site.look_rule(session).words
    shown = render_template(
        "staff/rules.html",
        demanded=demanded,
        form=stay or form_for(with_policy(Draft(), policy)),
        looks=looks or LooksForm(formdata=None, data={"looks": rule}),
        problems=problems,
    )
    return make_response(shown, 422 if problems else 200)
