"""The webcast has failed: how else to join, said on one small page while everybody waits."""

import re
from dataclasses import replace
from typing import Any

from flask import Response, abort, flash, make_response, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse
from wtforms import HiddenField, StringField, TextAreaField

from eventsched.domain.drafts import JOINING, Draft, InvalidEvent, Problem, draft_of
from eventsched.domain.events import Event
from eventsched.domain.lifecycle import is_public, shows_ways_in
from eventsched.domain.revisions import StaleRevision, with_facts
from eventsched.domain.staff import may_revise
from eventsched.services import audience, events, second_person
from eventsched.web.context import now, the_issuer, the_store
from eventsched.web.staff.editor import event_or_404
from eventsched.web.staff.guard import AS_TYPED, is_sent_again, staff_blueprint, who
from eventsched.web.staff.views import status_of

bp = staff_blueprint("backup", __name__)

_OVERTAKEN = Problem(
    field="",
    message="Somebody else saved this event meanwhile. What you typed is still here: "
    "look at it once more, then save it.",
)
_SAYS_NOTHING = Problem(
    field="backup_note",
    message="Give a backup link, or say in a sentence what investors are to do.",
)


class BackupForm(FlaskForm):  # type: ignore[misc]
    """How else to join, and the revision that it was typed over."""

    base = HiddenField()
    backup_url = StringField("Backup link")
    backup_note = StringField("What investors are told")
    dial_in = TextAreaField("Numbers to call")
    conference_id = StringField("Conference ID")


@bp.get("/events/<slug>/backup")
def ask(slug: str) -> Response:
    """Show how else one can join now, to be changed."""
    event = _joinable(slug)
    draft = draft_of(event.facts)
    return _page(event, BackupForm(formdata=None, data=_shown(draft) | {"base": event.revision}))


@bp.post("/events/<slug>/backup")
@is_sent_again
def save(slug: str) -> AnyResponse:
    """Say at once, wherever the event is shown, how else to join."""
    event, form = _joinable(slug), BackupForm()
    typed: dict[str, Any] = {name: form[name].data or "" for name in JOINING}
    if not (typed["backup_url"].strip() or typed["backup_note"].strip()):
        return _page(event, form, problems=(_SAYS_NOTHING,), status=422)
    draft = replace(draft_of(event.facts), **typed)
    try:
        said = "The page, the gate and every open tab say so now."
        flash(_save_or_propose(event, draft, base=_base(form), said=said))
    except InvalidEvent as invalid:
        return _page(event, form, problems=invalid.problems, status=422)
    except StaleRevision as stale:
        form.base.data = str(stale.current.revision)
        return _page(stale.current, form, problems=(_OVERTAKEN,), status=409)
    return redirect(url_for("editor.event", slug=slug), code=303)


def shown_again(typed: MultiDict[str, str], *, slug: str) -> Response:
    """Return the page as it was typed before the session ended; nothing is saved."""
    flash(AS_TYPED)
    return _page(_joinable(slug), BackupForm(formdata=typed))


@bp.post("/events/<slug>/backup/over")
def end(slug: str) -> AnyResponse:
    """Say that the webcast's own link works again; numbers to call stay."""
    event = _joinable(slug)
    draft = replace(draft_of(event.facts), backup_url="", backup_note="")
    flash(_save_or_propose(event, draft, base=event.revision, said="Its own link leads on again."))
    return redirect(url_for("editor.event", slug=slug), code=303)


def _save_or_propose(event: Event, draft: Draft, *, base: int, said: str) -> str:
    """Save it, or keep it for an approver; return what to say of that."""
    if may_revise(who(), event):
        events.revise(the_store(), event.slug, draft, base=base, by=who().email, now=now())
        return said
    second_person.propose(
        the_store(), event.slug, draft, base=base, by=who().email, now=now(), reason=""
    )
    return "Only an approver may change what is public. Call one: your words wait on this page."


def _joinable(slug: str) -> Event:
    event = event_or_404(slug)
    if not (is_public(event, now=now()) and shows_ways_in(event, now=now())):
        abort(409)
    return event


def _shown(draft: Draft) -> dict[str, str]:
    return {name: getattr(draft, name) for name in JOINING}


def _audience(event: Event) -> audience.Audience | None:
    """Return who would hear of any way to join, before one is typed; None where none can be saved:
    under new zone rules its time may not be there any more.
    """
    some = replace(event.facts, backup_note="-")
    try:
        after = with_facts(event, some, now=now())
    except InvalidEvent:
        return None
    return audience.of_save(the_store(), event, after, by=who(), now=now())


def _base(form: BackupForm) -> int:
    base = form.base.data or ""
    return int(base) if re.fullmatch(r"\d{1,9}", base) else 0


def _page(
    event: Event, form: BackupForm, *, problems: tuple[Problem, ...] = (), status: int = 200
) -> Response:
    for problem in problems:
        if problem.field in form:
            form[problem.field].errors = [*form[problem.field].errors, problem.message]
    page = render_template(
        "staff/backup.html",
        event=status_of(event, the_issuer(), now=now()),
        form=form,
        audience=_audience(event),
        may_save=may_revise(who(), event),
        problems=[(problem.field, problem.message) for problem in problems],
    )
    return make_response(page, status)
