"""Every event as a table: for a spreadsheet, for counsel, for moving house."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from eventsched.domain.drafts import Draft, draft_of
from eventsched.domain.events import Event, Presenter
from eventsched.domain.ledger import instant_text
from eventsched.domain.revisions import record_of

_TYPED = tuple(field.name for field in fields(Draft))
COLUMNS = (
    *("slug", "uid", "standing", "publish_at", "starts_at", "ends_at"),
    *(*_TYPED, "documents"),
)
# A spreadsheet takes a cell that begins like this for a formula.
_FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")
# What sets presenters apart, and their names from their titles, stands in a name behind a “\”.
_APART = re.compile(r"[\\|;]")
_PART = re.compile(r"((?:\\.|[^\\|;])*)([|;]|$)", re.DOTALL)


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
    return [event.slug, event.uid, event.standing.value, *told, *typed, _documents(event)]


def plain_cell(cell: str) -> str:
    """Return what a cell said before it was kept from being taken for a formula."""
    return cell[1:] if cell.startswith("'") and _might_be_formula(cell) else cell


def read_presenters(cell: str) -> tuple[Presenter, ...]:
    """Return the presenters of a cell: “Name | Title; Name | Title”, or one to a line."""
    people: list[list[str]] = [[]]
    for part, end in _PART.findall(cell.replace("\n", ";")):
        people[-1].append(re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL).strip())
        if end == ";":
            people.append([])
    return tuple(
        Presenter(name=name, title=" | ".join(filter(None, rest)))
        for name, *rest in filter(None, people)
        if name or any(rest)
    )


def _presenters(presenters: Iterable[Presenter]) -> str:
    return "; ".join(
        " | ".join(_APART.sub(r"\\\g<0>", part) for part in (p.name, p.title) if part)
        for p in presenters
    )


def _documents(event: Event) -> str:
    named = ((d.label.kind, d.label.title, d.name) for d in event.documents)
    return "; ".join(map(" | ".join, named))


def _harmless(cell: str) -> str:
    return f"'{cell}" if _might_be_formula(cell) else cell


def _might_be_formula(cell: str) -> bool:
    """Tell whether a spreadsheet could take it for one, with or without our apostrophe before."""
    return cell.lstrip("'").startswith(_FORMULA_BEGINS)
