"""The documents of an event: handed in, said of, exchanged for another version, taken away."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response, abort, flash, make_response, redirect, render_template, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from eventsched.domain.document_drafts import DocumentDraft, label_draft_of
from eventsched.domain.documents import Document
from eventsched.domain.drafts import InvalidEvent, Problem
from eventsched.domain.events import Event
from eventsched.domain.revisions import StaleRevision
from eventsched.domain.staff import may_revise
from eventsched.services import documents as services
from eventsched.services.documents import Step, Upload
from eventsched.web.context import now, the_issuer, the_store, this_site
from eventsched.web.documents import delivered
from eventsched.web.staff.document_views import field_id, form_for, staff_document
from eventsched.web.staff.editor import event_or_404
from eventsched.web.staff.guard import is_forged, reads_its_form_itself, staff_blueprint, who
from eventsched.web.staff.uploads import Received, received
from eventsched.web.staff.views import status_of

bp = staff_blueprint("staff_documents", __name__)

_FORGED = Problem(
    field="",
    message="This page was opened in another session. Look it over and send it once more.",
)
_STALE = Problem(
    field="",
    message="Somebody else changed this event meanwhile. Look at what is here now, choose the file "
    "again if there was one, and send it once more.",
)
_BROKEN = Problem(field="file", message="The upload broke off. Choose the file again.")


@bp.get("/events/<slug>/documents")
def documents(slug: str) -> Response:
    """Show the documents of an event, and a form to add one."""
    event = event_or_404(slug)
    return _list(event, DocumentDraft(as_of=event.facts.date.isoformat()))


@bp.post("/events/<slug>/documents")
@reads_its_form_itself
def add(slug: str) -> AnyResponse:
    """Attach a file to an event."""
    event = event_or_404(slug)
    with _sent() as (got, draft, step):
        if problem := _of_the_form(got):
            return _list(event, draft, got, *problem)
        try:
            services.add(the_store(), draft, _upload(got), step(slug))
        except InvalidEvent as invalid:
            return _list(event, draft, got, invalid.problems, 422)
        except StaleRevision as stale:
            return _list(stale.current, draft, got, (_STALE,), 409)
    flash("The document is attached.")
    return redirect(url_for("staff_documents.documents", slug=slug), code=303)


@bp.get("/events/<slug>/documents/<name>")
def document(slug: str, name: str) -> Response:
    """Show one document, with a form to say something else of it or exchange its file."""
    event, found = _found(slug, name)
    return _one(event, found, label_draft_of(found))


@bp.post("/events/<slug>/documents/<name>")
@reads_its_form_itself
def change(slug: str, name: str) -> AnyResponse:
    """Save what is said of a document, and its new file if there is one; or take it away."""
    with _sent() as (got, draft, step):
        event, found = _found(slug, name, unless=400 if _is_forged(got) else 404)
        if problem := _of_the_form(got):
            return _one(event, found, draft, got, *problem)
        removes = got.fields.get("do") == "remove"
        try:
            if removes:
                services.remove(the_store(), name, step(slug))
            else:
                services.change(the_store(), name, draft, _upload(got), step(slug))
        except InvalidEvent as invalid:
            return _one(event, found, draft, got, invalid.problems, 422)
        except StaleRevision as stale:
            return _overtaken(stale.current, name, draft, got)
    flash("The document is taken away." if removes else "The document is saved.")
    return redirect(url_for("staff_documents.documents", slug=slug), code=303)


def shown_again(
    slug: str, typed: MultiDict[str, str], *, lost: str, name: str | None = None
) -> Response:
    """Return the form as it was typed before the session ended, but for a file, named `lost`."""
    event = event_or_404(slug)
    got = Received(fields=typed)
    words = f"Choose the file “{lost}” again: your session had ended, and it was not kept."
    problems = (Problem(field="file", message=words),) if lost else ()
    if not lost:
        flash("You are signed in again. Everything is as you typed it, and not saved yet.")
    found = next((document for document in event.documents if document.name == name), None)
    if found is None:
        return _list(event, _typed(got), got, problems)
    return _one(event, found, _typed(got), got, problems)


@bp.get("/events/<slug>/documents/<name>/file")
def file(slug: str, name: str) -> Response:
    """Give a document's file to staff, whether or not it shows yet."""
    _, found = _found(slug, name)
    return delivered(found, cache_control="no-store")


@contextmanager
def _sent() -> Iterator[tuple[Received, DocumentDraft, "_MakeStep"]]:
    """Read what was sent, and let the file go at the end."""
    got = received(most_bytes=this_site().settings.document_megabytes * 1_000_000)
    try:
        yield got, _typed(got), _MakeStep(got)
    finally:
        got.close()


def _typed(got: Received) -> DocumentDraft:
    names = ("kind", "title", "as_of", "shown")
    return DocumentDraft(**{name: got.fields.get(name, "") for name in names})


class _MakeStep:
    """Says who changes the documents of an event, and from which revision, as the form has it."""

    def __init__(self, got: Received) -> None:
        self._base = got.fields.get("base", "")
        self._reason = got.fields.get("reason", "")

    def __call__(self, slug: str) -> Step:
        base = int(self._base) if re.fullmatch(r"\d{1,9}", self._base, re.ASCII) else 0
        return Step(slug=slug, base=base, by=who().email, now=now(), reason=self._reason.strip())


def _of_the_form(got: Received) -> tuple[tuple[Problem, ...], int] | None:
    """Return what is wrong with the form as a whole, and the status to say it with."""
    if got.too_large:
        most = this_site().settings.document_megabytes
        message = f"The file is larger than {most} MB, the most that is taken. Make it smaller."
        return (Problem(field="file", message=message),), 413
    if _is_forged(got):
        return (_FORGED,), 400
    return ((_BROKEN,), 400) if got.broken else None


def _is_forged(got: Received) -> bool:
    return is_forged(got.fields.get("csrf_token", ""))


def _upload(got: Received) -> Upload | None:
    return None if got.file is None else Upload(bytes=got.file, name=got.file_name)  # type: ignore[arg-type]


def _found(slug: str, name: str, *, unless: int = 404) -> tuple[Event, Document]:
    event = event_or_404(slug)
    found = next((document for document in event.documents if document.name == name), None)
    return event, found or abort(unless)


def _overtaken(current: Event, name: str, draft: DocumentDraft, got: Received) -> Response:
    found = next((document for document in current.documents if document.name == name), None)
    if found is None:
        return _list(current, draft, got, (_STALE,), 409)
    return _one(current, found, draft, got, (_STALE,), 409)


def _list(
    event: Event,
    draft: DocumentDraft,
    got: Received | None = None,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    return _page("staff/documents.html", event, draft, got, problems, status)


def _one(
    event: Event,
    document: Document,
    draft: DocumentDraft,
    got: Received | None = None,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    shown = staff_document(document, event, the_issuer(), now=now())
    return _page("staff/document.html", event, draft, got, problems, status, document=shown)


def _page(
    template: str,
    event: Event,
    draft: DocumentDraft,
    got: Received | None,
    problems: tuple[Problem, ...],
    status: int,
    **more: object,
) -> Response:
    reason = "" if got is None else got.fields.get("reason", "")
    page = render_template(
        template,
        event=status_of(event, the_issuer(), now=now()),
        documents=[staff_document(d, event, the_issuer(), now=now()) for d in event.documents],
        form=form_for(draft, base=event.revision, reason=reason, problems=problems),
        may_save=may_revise(who(), event),
        most_megabytes=this_site().settings.document_megabytes,
        problems=[(field_id(p.field), p.message) for p in problems],
        **more,
    )
    return make_response(page, status)
