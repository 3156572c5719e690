"""What the staff pages say of documents, and the form in which they are handed in."""

from dataclasses import asdict, dataclass
from datetime import datetime

from flask_wtf import FlaskForm
from wtforms import (
    FileField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)

from eventsched.domain.document_drafts import DocumentDraft
from eventsched.domain.documents import KIND_WORDS, Document, DocumentKind, Shown
from eventsched.domain.drafts import Problem
from eventsched.domain.events import Event
from eventsched.domain.issuer import Issuer
from eventsched.domain.lifecycle import shown_from, takes_place
from eventsched.domain.wording import deadline_words
from eventsched.web.views import DocumentView, document_view

_KINDS = [SelectChoice("", "Choose…"), *(SelectChoice(k, KIND_WORDS[k]) for k in DocumentKind)]
_SHOWN = [
    SelectChoice(Shown.AT_ONCE, "At once, or as soon as the event is public"),
    SelectChoice(Shown.WHEN_IT_BEGINS, "When the event begins"),
    SelectChoice(Shown.WHEN_IT_ENDED, "When the event has ended"),
]
_FIELD_IDS = {"shown": "shown-0"}


class DocumentForm(FlaskForm):  # type: ignore[misc]
    """What is said of a document, and its file. The token comes first, the file last."""

    base = HiddenField()
    kind = SelectField("What is it?", choices=_KINDS, validate_choice=False)
    title = StringField("Title")
    as_of = StringField("As of")
    shown = RadioField("From when may the public see it?", choices=_SHOWN, validate_choice=False)
    reason = TextAreaField("A word to investors")
    file = FileField("File")


@dataclass(frozen=True, kw_only=True)
class StaffDocument:
    """A document for those who look after it; `state` says who can see it, and from when."""

    view: DocumentView
    state: str
    is_shown: bool
    version: int


def staff_document(
    document: Document, event: Event, issuer: Issuer, *, now: datetime
) -> "StaffDocument":
    """Return what staff read of a document of `event` at `now`."""
    since = shown_from(event, document)
    return StaffDocument(
        view=document_view(document),
        state=_state(event, document, since, issuer, now=now),
        is_shown=since is not None and since <= now,
        version=document.version,
    )


def form_for(
    draft: DocumentDraft, *, base: int, reason: str = "", problems: tuple[Problem, ...] = ()
) -> DocumentForm:
    """Return the form that shows `draft`, each problem beside its field."""
    shown = asdict(draft) | {"base": str(base), "reason": reason}
    form = DocumentForm(formdata=None, data=shown)
    for problem in problems:
        if problem.field:
            field = form[problem.field]
            field.errors = [*field.errors, problem.message]
    return form


def field_id(field: str) -> str:
    """Return the id, on the page, of the control for a field."""
    return _FIELD_IDS.get(field, field)


def _state(
    event: Event, document: Document, since: datetime | None, issuer: Issuer, *, now: datetime
) -> str:
    if since is not None and since <= now:
        there = max(since, document.added_at)
        return f"Public since {deadline_words(there, issuer.home_zone)}."
    if since is not None:
        return f"Hidden until {deadline_words(since, issuer.home_zone)}."
    if document.label.shown is not Shown.AT_ONCE and not takes_place(event):
        return "Hidden: the event does not take place."
    begins = document.label.shown is Shown.WHEN_IT_BEGINS
    when = "begins" if begins else "has ended"
    if document.label.shown is Shown.AT_ONCE:
        return "Hidden until the event is public."
    return f"Hidden until the event is public and {when}."
