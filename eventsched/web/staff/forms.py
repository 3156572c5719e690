"""The event's form: from what a browser sends to a draft, and from a draft to fields on a page.

No rule is kept here: `domain.drafts.decide` names what is wrong, and the form shows it in place.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)

from eventsched.domain.drafts import Draft, Problem
from eventsched.domain.events import Presenter
from eventsched.web.staff.stays import COUNTED_FROM, STAYS, choice_of, window_of

_KINDS = [
    SelectChoice("conference", "Investor conference"),
    SelectChoice("earnings_call", "Earnings call"),
    SelectChoice("shareholder_meeting", "Shareholder meeting"),
    SelectChoice("investor_day", "Investor day"),
    SelectChoice("other", "Something else"),
]
_FORMATS = [
    SelectChoice("", "Not said"),
    SelectChoice("presentation", "Presentation"),
    SelectChoice("fireside_chat", "Fireside chat"),
    SelectChoice("panel", "Panel"),
    SelectChoice("one_on_one", "One-on-one meetings"),
]
_REPEATED = [
    SelectChoice("earlier", "The earlier one, before the clocks go back"),
    SelectChoice("later", "The later one"),
]
# How a control is typed into is a matter of the field, whichever page it stands on.
_TEXT = {"autocomplete": "off"}
_NUMBER = _TEXT | {"inputmode": "numeric"}
_LINK = _TEXT | {"type": "url", "spellcheck": "false"}
_ZONE = _TEXT | {"list": "zones", "spellcheck": "false"}
_LINES = {"rows": 3, "spellcheck": "false"}
_ROW_BUTTON = re.compile(r"(add|remove|up|down)-presenter(?:-(\d{1,4}))?")


NO_COMPANY = Problem(
    field="",
    message="Events are issued by a company, and none is set up yet: an admin does that first.",
)


class Rows(FieldList):  # type: ignore[misc]
    """Rows of fields, each with a number in its name that a browser may have sent."""

    def _extract_indices(self, prefix: str, formdata: Iterable[str]) -> Iterator[int]:
        # WTForms takes “²” for a number, and one of five thousand digits too.
        for name in formdata:
            found = re.match(re.escape(prefix) + r"-(\d{1,6})-", name, re.ASCII)
            if found is not None:
                yield int(found[1])


class PresenterForm(Form):  # type: ignore[misc]
    """One presenter's row."""

    name = StringField("Name", render_kw=_TEXT)
    title = StringField("Title at the time of the event", render_kw=_TEXT)


class EventForm(FlaskForm):  # type: ignore[misc]
    """Every field of a draft, and the revision that it was made from."""

    base = HiddenField()
    title = StringField("Title", render_kw=_TEXT)
    kind = SelectField("Kind of occasion", choices=_KINDS, validate_choice=False)
    host = StringField("Host", render_kw=_TEXT)
    format = SelectField("Format", choices=_FORMATS, validate_choice=False)
    date = StringField("Date", render_kw=_TEXT)
    time = StringField("Time", render_kw=_TEXT)
    repeated = RadioField("Which of the two?", choices=_REPEATED, validate_choice=False)
    duration = StringField("Length in minutes", render_kw=_NUMBER)
    city = StringField("City", render_kw=_TEXT)
    venue = StringField("Venue", render_kw=_TEXT)
    zone = StringField("Time zone", render_kw=_ZONE)
    presenters = Rows(FormField(PresenterForm), label="Presenters")
    live_url = StringField("Link to the live webcast", render_kw=_LINK)
    backup_url = StringField("Backup link", render_kw=_LINK)
    backup_note = StringField("What investors are told", render_kw=_TEXT)
    dial_in = TextAreaField("Numbers to call", render_kw=_LINES)
    conference_id = StringField("Conference ID", render_kw=_TEXT)
    replay_url = StringField("Link to the replay", render_kw=_LINK)
    replay_stay = RadioField("How long the replay stays", choices=STAYS, validate_choice=False)
    replay_days = StringField("Days the replay stays open", render_kw=_NUMBER)
    replay_until = StringField("Replay open until", render_kw=_TEXT)
    replay_counted_from = SelectField("Counted from", choices=COUNTED_FROM, validate_choice=False)
    reason = TextAreaField("Reason for the change")


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What a browser sent: what was typed, made from which revision, and what was pressed.

    `line` is a whole event in one line, "" where the form itself was sent.
    """

    draft: Draft
    base: int
    reason: str
    pressed: str
    line: str
    token_problem: bool


def what_was_sent(pressed: str, typed: MultiDict[str, str] | None = None) -> Sent:
    """Return what `typed`, or else this request's form, holds, whatever it holds."""
    given = request.form if typed is None else typed
    form = EventForm(formdata=given)
    base = form.base.data or ""
    return Sent(
        draft=_draft(form),
        base=int(base) if re.fullmatch(r"\d{1,9}", base) else 0,
        reason=form.reason.data or "",
        pressed=pressed,
        line=given.get("line", "").strip(),
        token_problem=not form.validate(),
    )


def form_for(
    draft: Draft,
    *,
    base: int = 0,
    reason: str = "",
    problems: Iterable[Problem] = (),
    prefix: str = "",
) -> EventForm:
    """Return the form that shows `draft`, each problem beside its field.

    `prefix` sets its fields' names apart where a page has several such forms.
    """
    rows = draft.presenters or (Presenter(name=""),)
    shown = asdict(replace(draft, presenters=rows)) | {"base": str(base), "reason": reason}
    shown["replay_stay"] = choice_of(draft.replay_days, draft.replay_until)
    if shown["replay_stay"] == "notice":
        shown["replay_until"] = ""
    form = EventForm(formdata=None, data=shown, prefix=prefix)
    for problem in problems:
        field = _field(form, problem.field)
        if field is not None:
            field.errors = [*field.errors, problem.message]
    return form


def rearranged(draft: Draft, pressed: str) -> Draft | None:
    """Return the draft after a button of the presenters' rows; None if it was another button."""
    button = _ROW_BUTTON.fullmatch(pressed)
    if button is None:
        return None
    rows, number = list(draft.presenters), int(button[2] or 0)
    if button[1] == "add":
        rows.append(Presenter(name=""))
    elif number < len(rows):
        row = rows.pop(number)
        if button[1] != "remove":
            rows.insert(max(number + (-1 if button[1] == "up" else 1), 0), row)
    return replace(draft, presenters=tuple(rows))


def field_id(field: str) -> str:
    """Return the id, on the page, of the control for a draft's field."""
    return {"presenters": "presenters-0-name", "repeated": "repeated-0"}.get(field, field)


def _draft(form: EventForm) -> Draft:
    typed = {
        field.name: form[field.name].data or ""
        for field in fields(Draft)
        if field.name != "presenters"
    }
    rows = [Presenter(name=r["name"] or "", title=r["title"] or "") for r in form.presenters.data]
    days, until, counted_from = window_of(form.data)
    typed |= {
        "replay_days": days,
        "replay_until": until,
        "replay_counted_from": counted_from,
    }
    return Draft(presenters=tuple(rows), **typed)


def _field(form: EventForm, name: str) -> Any:
    row = re.fullmatch(r"presenters-(\d+)-(name|title)", name)
    if row is not None:
        return form.presenters[int(row[1])].form[row[2]]
    return form._fields.get(name)
