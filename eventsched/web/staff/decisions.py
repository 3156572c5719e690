"""What staff decide about an event: each on a page of its own that says what will follow."""

import re
from datetime import datetime

from flask import Response, abort, flash, make_response, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse
from wtforms import HiddenField, RadioField, SelectChoice, StringField, TextAreaField

from eventsched.domain.drafts import InvalidEvent, Problem
from eventsched.domain.events import Event, Standing
from eventsched.domain.lifecycle import is_public
from eventsched.domain.publication import decide_publication
from eventsched.domain.revisions import next_standings
from eventsched.domain.second_person import SecondPersonNeeded
from eventsched.domain.staff import may_decide
from eventsched.services import audience, events, second_person
from eventsched.web.context import now, the_issuer, the_store
from eventsched.web.staff.editor import event_or_404
from eventsched.web.staff.guard import AS_TYPED, is_sent_again, staff_blueprint, who
from eventsched.web.staff.views import status_of

bp = staff_blueprint("decisions", __name__)

_SAID = {
    Standing.DRAFT: "“{title}” is a draft again. Only staff can see it.",
    Standing.IN_REVIEW: "“{title}” waits for an approver.",
    Standing.APPROVED: "“{title}” is approved. {line}",
    Standing.CANCELLED: "“{title}” is cancelled.",
    Standing.POSTPONED: "“{title}” is postponed.",
    Standing.WITHDRAWN: "“{title}” is withdrawn. Only staff can see it.",
}


# Nothing is chosen beforehand: nobody publishes by pressing Enter.
_MOMENTS = [SelectChoice("now", "At once"), SelectChoice("later", "At this date and time")]


_ids = {"moment": "moment-0"}


class DecisionForm(FlaskForm):  # type: ignore[misc]
    """The revision that is decided on, when it becomes public, and why."""

    base = HiddenField()
    moment = RadioField("When?", choices=_MOMENTS, validate_choice=False)
    day = StringField("Date")
    clock = StringField("Time")
    reason = TextAreaField("Reason")


@bp.get("/events/<slug>/<any(draft,in_review,approved,cancelled,postponed,withdrawn):standing>")
def ask(slug: str, standing: str) -> Response:
    """Say what would follow from a decision, and ask for it."""
    event, wanted = _decidable(slug, standing)
    return _page(event, wanted, DecisionForm(formdata=None, data={"base": event.revision}))


@bp.post("/events/<slug>/<any(draft,in_review,approved,cancelled,postponed,withdrawn):standing>")
@is_sent_again
def decide(slug: str, standing: str) -> AnyResponse:
    """Let the event stand as was decided, or keep that for a second person."""
    event, wanted, form = event_or_404(slug), Standing(standing), DecisionForm()
    try:
        decided = _decide(event, wanted, form)
    except InvalidEvent as invalid:
        return _page(event, wanted, form, problems=invalid.problems, status=422)
    except SecondPersonNeeded as needed:
        if wanted is Standing.APPROVED and not is_public(event, now=now()):
            problems = (Problem(field="", message=str(needed)),)
            return _page(event, wanted, form, problems=problems, status=409)
        return _propose(event, wanted, form)
    line = status_of(decided, the_issuer(), now=now()).standing_line
    flash(_SAID[wanted].format(title=decided.facts.title, line=line))
    return redirect(url_for("editor.event", slug=slug), code=303)


def shown_again(typed: MultiDict[str, str], *, slug: str, standing: str) -> Response:
    """Return the page as it was typed before the session ended; nothing is decided."""
    event, wanted = _decidable(slug, standing)
    flash(AS_TYPED)
    return _page(event, wanted, DecisionForm(formdata=typed))


def _decide(event: Event, wanted: Standing, form: DecisionForm) -> Event:
    return events.set_standing(
        the_store(),
        event.slug,
        wanted,
        base=_base(form),
        by=who().email,
        now=now(),
        publish_at=_publish_at(form, wanted, event),
        reason=(form.reason.data or "").strip(),
    )


def _propose(event: Event, wanted: Standing, form: DecisionForm) -> AnyResponse:
    second_person.propose(
        the_store(),
        event.slug,
        wanted,
        base=_base(form),
        by=who().email,
        now=now(),
        reason=(form.reason.data or "").strip(),
    )
    flash("This waits for a second person. Nothing has moved yet.")
    return redirect(url_for("editor.event", slug=event.slug), code=303)


def _base(form: DecisionForm) -> int:
    base = form.base.data or ""
    return int(base) if re.fullmatch(r"\d{1,9}", base) else 0


def _publish_at(form: DecisionForm, wanted: Standing, event: Event) -> datetime | None:
    if wanted is not Standing.APPROVED or event.standing in (
        Standing.CANCELLED,
        Standing.POSTPONED,
    ):
        return None
    return decide_publication(
        form.moment.data or "",
        form.day.data or "",
        form.clock.data or "",
        the_issuer().home_zone,
        now=now(),
    )


def _decidable(slug: str, standing: str) -> tuple[Event, Standing]:
    event, wanted = event_or_404(slug), Standing(standing)
    if wanted not in next_standings(event, now=now()):
        abort(409)
    if not may_decide(who(), event, wanted):
        abort(403)
    return event, wanted


def _page(
    event: Event,
    wanted: Standing,
    form: DecisionForm,
    *,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    for problem in problems:
        if problem.field:
            form[problem.field].errors = [problem.message]
    page = render_template(
        "staff/decision.html",
        event=status_of(event, the_issuer(), now=now()),
        wanted=wanted,
        audience=audience.of_decision(the_store(), event, wanted, by=who(), now=now()),
        form=form,
        problems=[(_ids.get(p.field, p.field), p.message) for p in problems],
    )
    return make_response(page, status)
