"""A press release is pasted, its drafts are looked over, and saved together."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from eventsched.domain.advisories import may_be_announced
from eventsched.domain.drafts import Draft, Problem
from eventsched.domain.places import common_zones
from eventsched.domain.releases import (
    Reading,
    Status,
    UnreadableRelease,
    draft_of_event,
    read,
    reading_text,
)
from eventsched.domain.releases.files import LARGEST, text_of_file, words_of
from eventsched.services import releases
from eventsched.services.events import NoIssuer, NoSuchEvent
from eventsched.services.releases import InvalidDrafts, Written
from eventsched.store import events as event_store
from eventsched.web.context import now, the_issuer, the_store, this_site
from eventsched.web.staff.editor import as_usual
from eventsched.web.staff.forms import NO_COMPANY, field_id, what_was_sent
from eventsched.web.staff.guard import is_sent_again, staff_blueprint, who
from eventsched.web.staff.release_views import marks_of, prefix_of, read_form
from eventsched.web.staff.views import status_of

bp = staff_blueprint("releases", __name__)

_LONGEST_GIVEN_BACK = 200_000


@dataclass(frozen=True, kw_only=True)
class _Typed:
    """A read event as it stands in the form, and whether it is to be saved."""

    draft: Draft
    is_taken: bool


@bp.get("/releases/")
def ask() -> Response:
    """Ask for a release."""
    return _paste_page()


def shown_again(given: MultiDict[str, str], *, lost: str) -> Response:
    """Return the page with what was pasted, and corrected, before the session ended.

    A file, named `lost`, has to be chosen again.
    """
    words = "You are signed in again, and nothing is saved yet."
    flash(f"{words} Choose the file “{lost}” once more: it was not kept." if lost else words)
    text = _pasted(given)
    try:
        reading = read(text)
    except UnreadableRelease:
        return _paste_page(shown=text)
    typed = {number: _typed(number, given) for number in range(len(reading.events))}
    is_read = any(f"{prefix_of(number)}title" in given for number in typed)
    return _reading_page(text, reading, typed) if is_read else _paste_page(shown=text)


@bp.post("/releases/")
@is_sent_again
def look() -> Response:
    """Show what a release announces, and where it says so. Saves nothing."""
    try:
        text = words_of(_given())
        reading = read(text)
    except UnreadableRelease as unreadable:
        return _paste_page(problem=str(unreadable))
    found, usual = releases.beside_the_schedule(the_store(), reading), as_usual(Draft())
    typed = {
        number: _Typed(
            draft=draft_of_event(comparison.read, usual),
            is_taken=comparison.stored is None and comparison.read.status is Status.NEW,
        )
        for number, comparison in enumerate(found)
    }
    return _reading_page(text, reading, typed)


@bp.post("/releases/drafts")
@is_sent_again
def save() -> AnyResponse:
    """Save the chosen events as drafts, all of them or none."""
    try:
        text = _pasted(request.form)
        reading = read(text)
    except UnreadableRelease as unreadable:
        return _paste_page(problem=str(unreadable))
    typed = {number: _typed(number, request.form) for number in range(len(reading.events))}
    chosen = {number: shown.draft for number, shown in typed.items() if shown.is_taken}
    if not chosen:
        nothing = Problem(field="", message="Choose at least one event to save.")
        return _reading_page(text, reading, typed, problems={-1: (nothing,)})
    try:
        saved = releases.save_drafts(the_store(), chosen, by=who().email, now=now())
    except InvalidDrafts as invalid:
        return _reading_page(text, reading, typed, problems=invalid.problems)
    except NoIssuer:
        return _reading_page(text, reading, typed, problems={-1: (NO_COMPANY,)})
    titles = ", ".join(f"“{event.facts.title}”" for event in saved)
    flash(f"Saved as {'a draft' if len(saved) == 1 else 'drafts'}: {titles}. Nothing is public.")
    return redirect(url_for("staff.board"), code=303)


@bp.get("/releases/write")
def write() -> str:
    """Show the release that announces the chosen events (`event`), or let some be chosen."""
    chosen, place = request.args.getlist("event"), request.args.get("place", "").strip()[:100]
    if any("\0" in slug for slug in chosen):
        raise NoSuchEvent(chosen[0])
    written = _written(chosen, place) if chosen else None
    with the_store().reading() as session:
        events = event_store.every(session)
    return render_template(
        "staff/releases/writing.html",
        choices=[
            status_of(event, the_issuer(), now=now())
            for event in events
            if event.slug in chosen or may_be_announced(event, now=now())
        ],
        chosen=chosen,
        place=place,
        written=written,
    )


def _written(slugs: list[str], place: str) -> Written:
    settings = this_site().settings
    return releases.write(
        the_store(),
        slugs,
        base_url=settings.base_url,
        templates=settings.release_templates,
        now=now(),
        place=place,
    )


@bp.errorhandler(RequestEntityTooLarge)
def refuse_too_large(_problem: RequestEntityTooLarge) -> Response:
    """Say on the page itself what is too large for it."""
    return _paste_page(
        problem=f"This is larger than {LARGEST // 1024 // 1024} MB. Give only the release.",
        shown="",
    )


def _given() -> str:
    """Return the text of the file, or else what was pasted. Raises UnreadableRelease."""
    upload = request.files.get("file")
    content = upload.read(LARGEST + 1) if upload is not None else b""
    return text_of_file(content) if content else _pasted(request.form)


def _pasted(given: MultiDict[str, str]) -> str:
    # Browsers send every line break as two characters.
    return given.get("text", "").replace("\r\n", "\n")


def _typed(number: int, given: MultiDict[str, str]) -> _Typed:
    prefix = prefix_of(number)
    mine = [
        (name.removeprefix(prefix), said)
        for name, said in given.items(multi=True)
        if name.startswith(prefix)
    ]
    sent = what_was_sent("", MultiDict(mine))
    return _Typed(draft=sent.draft, is_taken=f"take-{number}" in given)


def _paste_page(*, problem: str = "", shown: str | None = None) -> Response:
    given = shown or (request.form.get("text", "") if problem else "")
    page = render_template(
        "staff/releases/paste.html",
        problem=problem,
        given=given if len(given) <= _LONGEST_GIVEN_BACK else "",
    )
    return make_response(page, 422 if problem else 200)


def _reading_page(
    text: str,
    reading: Reading,
    typed: Mapping[int, _Typed],
    *,
    problems: Mapping[int, tuple[Problem, ...]] | None = None,
) -> Response:
    wrong = problems or {}
    marks = marks_of(text, reading)
    forms = [
        read_form(
            number,
            comparison,
            typed[number].draft,
            marks,
            is_taken=typed[number].is_taken,
            problems=wrong.get(number, ()),
        )
        for number, comparison in enumerate(releases.beside_the_schedule(the_store(), reading))
    ]
    page = render_template(
        "staff/releases/reading.html",
        text=text,
        summary=reading_text(reading).partition("\n")[0],
        doubts=sum(len(event.doubts) for event in reading.events),
        marks=marks,
        events=forms,
        zones=common_zones(),
        problems=_named(wrong),
    )
    return make_response(page, 422 if wrong else 200)


def _named(problems: Mapping[int, tuple[Problem, ...]]) -> list[tuple[str, str]]:
    return [
        (
            f"{prefix_of(number)}{field_id(problem.field)}" if problem.field else "",
            f"Event {number + 1}: {problem.message}" if number >= 0 else problem.message,
        )
        for number, found in problems.items()
        for problem in found
    ]
