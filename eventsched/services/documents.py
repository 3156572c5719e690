"""Attaching documents to events: the bytes, the revision and its ledger entry, or nothing."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO

from eventsched.domain.document_drafts import DocumentDraft, decide_label
from eventsched.domain.documents import (
    MOST_DOCUMENTS,
    Document,
    Documents,
    File,
    Label,
    name_for,
    named_as,
)
from eventsched.domain.drafts import InvalidEvent, Problem
from eventsched.domain.events import Event
from eventsched.domain.revisions import with_documents
from eventsched.domain.staff import NotPermitted, may_revise
from eventsched.inspection import BadFile, inspected
from eventsched.services.demands import demand_reason, forgery_noted
from eventsched.services.events import held, save
from eventsched.store import documents as document_store
from eventsched.store import staff as staff_store
from eventsched.store.database import Session, Store

_PORTION = 256 * 1024


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file that somebody chose: its bytes, and what their computer calls it."""

    bytes: BinaryIO
    name: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """Who changes the documents of which event, from which revision, when and why."""

    slug: str
    base: int
    by: str
    now: datetime
    reason: str = ""


class NoSuchDocument(LookupError):
    """The event has no document of that name."""


def add(store: Store, draft: DocumentDraft, upload: Upload | None, step: Step) -> Event:
    """Attach a file to an event.

    Raises InvalidEvent (for the file too: field “file”), NoSuchEvent, NotPermitted or
    StaleRevision.
    """
    file, problems = _looked_into(upload)

    def add_to(event: Event) -> Documents:
        missing = () if upload else (Problem(field="file", message="Choose a file."),)
        label = _decided(draft, event, (*problems, *missing))
        assert file is not None
        assert upload is not None
        _refuse_twins(event.documents, file)
        if len(event.documents) >= MOST_DOCUMENTS:
            raise _problem(f"At most {MOST_DOCUMENTS} documents fit on one event.")
        taken = [document.name for document in event.documents]
        name = name_for(upload.name, label.kind, file.format, taken)
        added = Document(name=name, label=label, file=file, version=1, added_at=step.now)
        return (*event.documents, added)

    return _save(store, add_to, upload, file, step)


def change(
    store: Store, name: str, draft: DocumentDraft, upload: Upload | None, step: Step
) -> Event:
    """Say something else of a document, and put another file in its place where one was chosen.

    What changes nothing is not saved. Raises what `add` does, and NoSuchDocument.
    """
    file, problems = _looked_into(upload)

    def change_in(event: Event) -> Documents:
        before = _named(event, name)
        label = _decided(draft, event, problems)
        after = replace(before, label=label)
        if file is not None and file != before.file:
            others = [document for document in event.documents if document is not before]
            _refuse_twins(others, file)
            after = replace(
                after,
                name=named_as(before, file.format),
                file=file,
                version=before.version + 1,
                added_at=step.now,
            )
        return tuple(after if document is before else document for document in event.documents)

    return _save(store, change_in, upload, file, step)


def remove(store: Store, name: str, step: Step) -> Event:
    """Take a document away from its event; its bytes stay, for whoever has to prove what was said.

    Raises InvalidEvent, NoSuchDocument, NoSuchEvent, NotPermitted or StaleRevision.
    """

    def without(event: Event) -> Documents:
        removed = _named(event, name)
        return tuple(document for document in event.documents if document is not removed)

    return _save(store, without, None, None, step)


def _save(
    store: Store,
    change: Callable[[Event], Documents],
    upload: Upload | None,
    file: File | None,
    step: Step,
) -> Event:
    """Save the event with its documents changed, if whoever asks may do that now."""
    noted = forgery_noted(store, step.slug, by=step.by, wanted="documents", now=step.now)
    with noted, store.writing() as session:
        event = held(session, step.slug, step.base)
        _demand_right(session, event, step.by)
        changed = with_documents(event, change(event), now=step.now)
        if changed.documents == event.documents:
            return event
        demand_reason(event, changed, step.reason, now=step.now)
        if upload is not None and file is not None:
            document_store.keep(session, upload.bytes, file.sha256)
        return save(session, changed, by=step.by, reason=step.reason, now=step.now)


def _demand_right(session: Session, event: Event, by: str) -> None:
    staff = staff_store.by_email(session, by)
    if staff is not None and not may_revise(staff, event):
        raise NotPermitted("Only an approver may change the documents of an approved event.")


def _named(event: Event, name: str) -> Document:
    found = next((document for document in event.documents if document.name == name), None)
    if found is None:
        raise NoSuchDocument(name)
    return found


def _looked_into(upload: Upload | None) -> tuple[File | None, tuple[Problem, ...]]:
    """Return what was sent, and what is wrong with it; before anybody else has to wait for it."""
    if upload is None:
        return None, ()
    try:
        format = inspected(upload.bytes, upload.name)
    except BadFile as bad:
        return None, (Problem(field="file", message=str(bad)),)
    size = upload.bytes.seek(0, 2)
    return File(format=format, size=size, sha256=_hash_of(upload.bytes)), ()


def _decided(draft: DocumentDraft, event: Event, problems: tuple[Problem, ...]) -> Label:
    """Return what was said, or raise InvalidEvent naming all that is wrong with `problems`."""
    try:
        label = decide_label(draft, day=event.facts.date)
    except InvalidEvent as invalid:
        raise InvalidEvent((*problems, *invalid.problems)) from None
    if problems:
        raise InvalidEvent(problems)
    return label


def _hash_of(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while portion := file.read(_PORTION):
        digest.update(portion)
    return digest.hexdigest()


def _refuse_twins(documents: Documents | list[Document], file: File) -> None:
    twin = next((d for d in documents if d.file.sha256 == file.sha256), None)
    if twin is not None:
        raise _problem(f"This very file is here already, as “{twin.label.title}”.")


def _problem(message: str) -> InvalidEvent:
    return InvalidEvent((Problem(field="file", message=message),))
