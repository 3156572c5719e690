"""A replay's early end: a page that says what will follow."""

import re

from flask import Response, abort, flash, make_response, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse
from wtforms import HiddenField, TextAreaField

from eventsched.domain.drafts import InvalidEvent, Problem
from eventsched.domain.events import Event
from eventsched.domain.replays import ReplayStep, next_replay_step
from eventsched.domain.second_person import SecondPersonNeeded
from eventsched.services import audience, replays, second_person
from eventsched.web.context import now, the_issuer, the_store
from eventsched.web.staff.editor import event_or_404
from eventsched.web.staff.guard import AS_TYPED, is_sent_again, staff_blueprint, who
from eventsched.web.staff.views import status_of

bp = staff_blueprint("replays", __name__)

_SAID = {
    ReplayStep.WITHDRAW: "The replay is withdrawn. Its address says so from now on.",
    ReplayStep.REINSTATE: "The replay is there again, for as long as was promised.",
}


class StepForm(FlaskForm):  # type: ignore[misc]
    """The revision that is decided on, and why."""

    base = HiddenField()
    reason = TextAreaField("Reason")


@bp.get("/events/<slug>/<any(replay_withdrawn,replay_reinstated):step>")
def ask(slug: str, step: str) -> Response:
    """Say what would follow, and ask for the reason."""
    event, wanted = _takeable(slug, step)
    return _page(event, wanted, StepForm(formdata=None, data={"base": event.revision}))


@bp.post("/events/<slug>/<any(replay_withdrawn,replay_reinstated):step>")
@is_sent_again
def decide(slug: str, step: str) -> AnyResponse:
    """Withdraw or reinstate the replay, or keep that for a second person."""
    event, wanted, form = event_or_404(slug), ReplayStep(step), StepForm()
    base = int(form.base.data) if re.fullmatch(r"\d{1,9}", form.base.data or "") else 0
    by, reason = who().email, (form.reason.data or "").strip()
    try:
        replays.take(the_store(), slug, wanted, base=base, by=by, now=now(), reason=reason)
        flash(_SAID[wanted])
    except InvalidEvent as invalid:
        return _page(event, wanted, form, problems=invalid.problems)
    except SecondPersonNeeded:
        second_person.propose(the_store(), slug, wanted, base=base, by=by, now=now(), reason=reason)
        flash("This waits for a second person. Nothing has moved yet.")
    return redirect(url_for("editor.event", slug=slug), code=303)


def shown_again(typed: MultiDict[str, str], *, slug: str, step: str) -> Response:
    """Return the page as it was typed before the session ended; nothing is decided."""
    event, wanted = _takeable(slug, step)
    flash(AS_TYPED)
    return _page(event, wanted, StepForm(formdata=typed))


def _takeable(slug: str, step: str) -> tuple[Event, ReplayStep]:
    event, wanted = event_or_404(slug), ReplayStep(step)
    if next_replay_step(event, now=now()) is not wanted:
        abort(409)
    if not who().may_approve:
        abort(403)
    return event, wanted


def _page(
    event: Event, wanted: ReplayStep, form: StepForm, *, problems: tuple[Problem, ...] = ()
) -> Response:
    for problem in problems:
        # Its time, too, may be what can't be saved any more.
        if problem.field in form:
            form[problem.field].errors = [problem.message]
    page = render_template(
        "staff/replay.html",
        event=status_of(event, the_issuer(), now=now()),
        wanted=wanted,
        audience=audience.of_replay_step(the_store(), event, wanted, by=who(), now=now()),
        form=form,
        problems=[(p.field if p.field in form else "", p.message) for p in problems],
    )
    return make_response(page, 422 if problems else 200)
