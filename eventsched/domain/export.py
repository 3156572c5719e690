"""Every event as a table: for a spreadsheet, for counsel, for moving house."""

import csv
import io
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from eventsched.domain.drafts import Draft, draft_of
from eventsched.domain.events import Event, Presenter
from eventsched.domain.ledger import instant_text
from eventsched.domain.revisions import record_of

_TYPED = tuple(field.name for field in fields(Draft))
COLUMNS = ("slug", "standing", "publish_at", "starts_at", "ends_at", *_TYPED, "documents")
# A spreadsheet takes a cell that begins like this for a formula.
_FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(events: Iterable[Event]) -> str:
    """Return the events as CSV (RFC 4180) with a heading line.

    Instants are UTC; all else is as in the form, presenters as “Name | Title; Name | Title”,
    documents as “slides | Title | slides.pdf”. A cell that a spreadsheet would take for a formula
    begins with an apostrophe.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([_harmless(cell) for cell in _cells(event)] for event in events)
    return text.getvalue()


def as_records(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Return the events as JSON values, each as its revision holds it."""
    return [record_of(event) for event in events]


def _cells(event: Event) -> list[str]:
    draft = draft_of(event.facts)
    typed = [
        _presenters(draft.presenters) if n == "presenters" else getattr(draft, n) for n in _TYPED
    ]
    instants = (event.publish_at, event.instants.starts_at, event.instants.ends_at)
    told = ["" if instant is None else instant_text(instant) for instant in instants]
    return [event.slug, event.standing.value, *told, *typed, _documents(event)]


def _presenters(presenters: Iterable[Presenter]) -> str:
    return "; ".join(" | ".join(part for part in (p.name, p.title) if part) for p in presenters)


def _documents(event: Event) -> str:
    named = ((d.label.kind, d.label.title, d.name) for d in event.documents)
    return "; ".join(map(" | ".join, named))


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_BEGINS) else cell
