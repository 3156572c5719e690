"""What the pages about a release show: plain values for templates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace

from eventsched.domain.drafts import Draft, Problem
from eventsched.domain.events import Presenter
from eventsched.domain.release_comparison import Comparison
from eventsched.domain.releases import ReadEvent, Reading, Status, stays_as_usual
from eventsched.domain.releases.highlights import Piece, pieces_of
from eventsched.domain.wording import date_words
from eventsched.web.staff.forms import EventForm, form_for
from eventsched.web.staff.views import FIELD_WORDS

# Which control of the form shows what was read; what is missing here has the same name there.
_CONTROLS = {
    "wall_time": "time",
    "stated_clocks": "time",
    "instant": "time",
    "ends_instant": "duration",
    "date_end": "date",
    "webcast": "live_url",
    "webcast_url": "live_url",
}
_LONGEST_QUOTE = 80
_STATUS = {
    Status.RESCHEDULED: "The release moves this event.",
    Status.POSTPONED: "The release postpones this event.",
    Status.CANCELLED: "The release cancels this event.",
}


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A piece of the release; `controls` are the names of the controls that show it."""

    number: int
    text: str
    controls: tuple[str, ...]
    is_doubted: bool


@dataclass(frozen=True, kw_only=True)
class Source:
    """The words that a control's content came from, and the number of their first mark."""

    mark: int
    quote: str


@dataclass(frozen=True, kw_only=True)
class Match:
    """The stored event that a read one means, and where the two part.

    `differences` are (field's words, ours, the release's). `proposal` is what the event's own form
    would be sent with the release's facts; `decision` is a standing to decide on, or "".
    """

    slug: str
    title: str
    differences: tuple[tuple[str, str, str], ...]
    proposal: tuple[tuple[str, str], ...]
    decision: str


@dataclass(frozen=True, kw_only=True)
class ReadForm:
    """One event of a release in the form; `doubts` and `sources` are by the form's fields.

    `stays_as_usual` says that how long its replay stays is the company's rule, not the release's.
    """

    number: int
    form: EventForm
    is_taken: bool
    status: str
    doubts: Mapping[str, str]
    sources: Mapping[str, Source]
    other_doubts: tuple[str, ...]
    stays_as_usual: bool
    match: Match | None


def prefix_of(number: int) -> str:
    """Return what the names of a read event's controls begin with."""
    return f"e{number}-"


def control_of(field: str) -> str:
    """Return the form's field that shows what was read as `field`."""
    return _CONTROLS.get(field, field)


def marks_of(text: str, reading: Reading) -> tuple[Mark, ...]:
    """Return the release in marked pieces."""
    return tuple(
        _mark(number, piece, reading)
        for number, piece in enumerate(pieces_of(text, reading.events))
    )


def read_form(
    number: int,
    comparison: Comparison,
    draft: Draft,
    marks: tuple[Mark, ...],
    *,
    is_taken: bool,
    problems: tuple[Problem, ...] = (),
) -> ReadForm:
    """Return a read event's form, holding `draft`."""
    event = comparison.read
    doubts: dict[str, str] = {}
    for doubt in event.doubts:
        name = control_of(doubt.field)
        doubts[name] = " ".join(part for part in (doubts.get(name), doubt.reason) if part)
    shown = replace(draft, presenters=_with_an_empty_row(draft.presenters))
    form = form_for(shown, problems=problems, prefix=prefix_of(number))
    return ReadForm(
        number=number,
        form=form,
        is_taken=is_taken,
        status=_status(event),
        doubts={name: words for name, words in doubts.items() if name in form},
        sources=_sources(number, marks),
        other_doubts=tuple(words for name, words in doubts.items() if name not in form),
        stays_as_usual=stays_as_usual(event),
        match=_match(comparison),
    )


def _match(comparison: Comparison) -> Match | None:
    stored, proposal = comparison.stored, comparison.proposal
    if stored is None or proposal is None:
        return None
    return Match(
        slug=stored.slug,
        title=stored.facts.title,
        differences=tuple(
            (FIELD_WORDS[difference.field], difference.before, difference.after)
            for difference in comparison.differences
        ),
        proposal=tuple(_as_sent(proposal, stored.revision)),
        decision=comparison.decision or "",
    )


def _as_sent(draft: Draft, base: int) -> Iterator[tuple[str, str]]:
    """Yield what a browser sends for `draft`, made from revision `base`."""
    yield "base", str(base)
    for field in fields(Draft):
        if field.name != "presenters":
            yield field.name, getattr(draft, field.name)
    for number, presenter in enumerate(draft.presenters):
        yield f"presenters-{number}-name", presenter.name
        yield f"presenters-{number}-title", presenter.title


def _with_an_empty_row(presenters: tuple[Presenter, ...]) -> tuple[Presenter, ...]:
    is_there = bool(presenters) and not (presenters[-1].name or presenters[-1].title)
    return presenters if is_there else (*presenters, Presenter(name=""))


def _mark(number: int, piece: Piece, reading: Reading) -> Mark:
    controls = {f"{prefix_of(event)}{control_of(field)}": None for event, field in piece.origins}
    return Mark(
        number=number,
        text=piece.text,
        controls=tuple(controls),
        is_doubted=any(reading.events[event].doubts_about(field) for event, field in piece.origins),
    )


def _sources(number: int, marks: tuple[Mark, ...]) -> dict[str, Source]:
    words: dict[str, list[Mark]] = {}
    for mark in marks:
        for control in mark.controls:
            if control.startswith(prefix_of(number)):
                words.setdefault(control.removeprefix(prefix_of(number)), []).append(mark)
    return {
        name: Source(mark=found[0].number, quote=_quote(found)) for name, found in words.items()
    }


def _quote(marks: list[Mark]) -> str:
    """Return the marks' words on one line, with “…” for what lies between them."""
    numbers = [marks[0].number, *(mark.number for mark in marks)]
    said = "".join(
        mark.text if mark.number - before <= 1 else f" … {mark.text}"
        for before, mark in zip(numbers, marks, strict=False)
    )
    said = " ".join(said.split())
    return said if len(said) <= _LONGEST_QUOTE else said[: _LONGEST_QUOTE - 1].rstrip() + "…"


def _status(event: ReadEvent) -> str:
    words = _STATUS.get(event.status, "")
    if words and event.rescheduled_from is not None:
        return f"{words} It was on {date_words(event.rescheduled_from)}."
    return words
