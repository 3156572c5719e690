"""What somebody typed about a document, and whether it says what has to be said.

What the file itself holds is not asked here: `inspection` looks into it.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from eventsched.domain.clockface import UnreadableTime, read_date
from eventsched.domain.documents import KIND_WORDS, Document, DocumentKind, Label, Shown
from eventsched.domain.drafts import InvalidEvent, Problem
from eventsched.domain.lines import is_visible, read_line

LONGEST_TITLE = 200
# pytz stops at 2037; nothing is of a day before there were webcasts.
_DAYS = (date(1990, 1, 1), date(2037, 12, 31))
_CHOICE = TypeVar("_CHOICE", bound=StrEnum)


@dataclass(frozen=True, kw_only=True)
class DocumentDraft:
    """What was typed: every field a string. No `title` stands for the name of the kind."""

    kind: str = ""
    title: str = ""
    as_of: str = ""
    shown: str = ""


def label_draft_of(document: Document) -> DocumentDraft:
    """Return the draft that would be read as the document's label, for a form to start from."""
    label = document.label
    return DocumentDraft(
        kind=label.kind, title=label.title, as_of=label.as_of.isoformat(), shown=label.shown
    )


def decide_label(draft: DocumentDraft, *, day: date) -> Label:
    """Return what `draft` says; of a document without a date, `day` is the date.

    Raises InvalidEvent naming everything that is wrong.
    """
    problems: list[Problem] = []
    kind = _choice(draft.kind, DocumentKind, "kind", "Choose what it is.", problems)
    # Nobody lets slides out before the call by leaving this out.
    shown = _choice(draft.shown, Shown, "shown", "Choose from when the public sees it.", problems)
    title, problem = read_line(draft.title, LONGEST_TITLE)
    if problem:
        problems.append(Problem(field="title", message=problem))
    as_of = _day(draft.as_of, problems) if draft.as_of.strip() else day
    if problems:
        raise InvalidEvent(tuple(problems))
    assert kind is not None
    assert shown is not None
    named = title if is_visible(title) else KIND_WORDS[kind]
    return Label(kind=kind, title=named, as_of=as_of, shown=shown)


def _choice(
    said: str, choices: type[_CHOICE], field: str, message: str, problems: list[Problem]
) -> _CHOICE | None:
    if said in [*choices]:
        return choices(said)
    problems.append(Problem(field=field, message=message))
    return None


def _day(said: str, problems: list[Problem]) -> date:
    first, last = _DAYS
    try:
        day = read_date(said)
    except UnreadableTime as problem:
        problems.append(Problem(field="as_of", message=str(problem)))
        return first
    if not first <= day <= last:
        message = f"Give a date from {first.year} to {last.year}."
        problems.append(Problem(field="as_of", message=message))
    return day
