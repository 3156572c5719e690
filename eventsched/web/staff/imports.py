"""A file of events is brought, looked at, and confirmed; until then nothing changes."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from flask import (
    Response,
    abort,
    flash,
    json,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from eventsched.domain.drafts import InvalidEvent, Problem
from eventsched.domain.imports import LARGEST, MOST_ROWS, UnreadableFile
from eventsched.domain.revisions import NotAllowed
from eventsched.services import imports
from eventsched.services.events import NoIssuer
from eventsched.services.imports import KEPT_FOR, Looked, NoSuchImport, PlanChanged, Wish
from eventsched.store import imports as import_store
from eventsched.store.imports import Staged
from eventsched.web.context import now, the_issuer, the_store
from eventsched.web.staff.guard import is_sent_again, staff_blueprint, who
from eventsched.web.staff.imports_views import looked_view, staged_view
from eventsched.web.staff.views import FIELD_WORDS

bp = staff_blueprint("imports", __name__)

_LINES = "application/x-ndjson"
_LARGEST_NUMBER = 2**31 - 1


@bp.get("/imports/")
def ask() -> Response:
    """Ask for a file, and list those that wait."""
    return _ask_page()


@bp.post("/imports/")
@is_sent_again
def bring() -> AnyResponse:
    """Keep a file, and lead to what it would do."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _ask_page(problem="Choose a file first.")
    with closing(upload):
        content = upload.read(LARGEST + 1)
    try:
        number = imports.stage(the_store(), upload.filename, content, by=who().email, now=now())
    except (UnreadableFile, NoIssuer, NotAllowed) as refused:
        return _ask_page(problem=str(refused))
    return redirect(url_for("imports.look", number=number), code=303)


@bp.get("/imports/<int:number>")
def look(number: int) -> Response:
    """Show what a file would do, row by row, or what it did."""
    staged = _staged_or_404(number)
    if staged.saved is not None:
        return make_response(
            render_template("staff/imports/done.html", staged=staged_view(staged, the_issuer()))
        )
    return _look_page(imports.look(the_store(), number, by=who().email, now=now()))


@bp.post("/imports/<int:number>")
def confirm(number: int) -> AnyResponse:
    """Save all that the file says, or nothing; tell how far we are to whoever asks for lines."""
    if _staged_or_404(number).saved is not None:
        return redirect(url_for("imports.look", number=number), code=303)
    wish = Wish(
        fingerprint=request.form.get("fingerprint", ""),
        reason=request.form.get("reason", ""),
        without_unreadable=request.form.get("without_unreadable") == "yes",
    )
    steps = imports.confirm(the_store(), number, wish, by=who().email, now=now())
    target = url_for("imports.look", number=number)
    try:
        # What is refused is refused before the first step, as a page.
        first = next(steps)
    except InvalidEvent as invalid:
        return _refused(number, wish, problems=invalid.problems, status=422)
    except PlanChanged as changed:
        problem = Problem(field="", message=str(changed))
        return _refused(number, wish, problems=(problem,), status=409)
    if request.accept_mimetypes.best == _LINES:
        return Response(_lines(first, steps, target), content_type=_LINES)
    for _ in steps:
        pass
    return redirect(target, code=303)


@bp.post("/imports/<int:number>/again")
def compare(number: int) -> AnyResponse:
    """Hold the file against the schedule as it is now."""
    _staged_or_404(number)
    imports.compare_again(the_store(), number, by=who().email, now=now())
    flash("The file is compared with the schedule as it is now. Nothing has changed yet.")
    return redirect(url_for("imports.look", number=number), code=303)


@bp.post("/imports/<int:number>/discard")
def discard(number: int) -> AnyResponse:
    """Forget a file that waits."""
    _staged_or_404(number)
    forgotten = imports.discard(the_store(), number, now=now())
    flash(f"“{forgotten.name}” is discarded. Nothing was changed.")
    return redirect(url_for("imports.ask"), code=303)


@bp.errorhandler(RequestEntityTooLarge)
def refuse_too_large(_problem: RequestEntityTooLarge) -> Response:
    """Say on the page itself what is too large for it."""
    return _ask_page(problem=f"This file is larger than {LARGEST // 1024 // 1024} MB. Split it.")


def _lines(first: tuple[int, int], steps: Iterator[tuple[int, int]], target: str) -> Iterator[str]:
    """Yield a line of JSON for each step, and one that says where to go.

    Whoever goes away in the middle has confirmed all the same: the rest is saved unheard.
    """
    try:
        yield _line(done=first[0], total=first[1])
        for done, total in steps:
            yield _line(done=done, total=total)
    except GeneratorExit:
        for _ in steps:
            pass
        return
    yield _line(go=target)


def _line(**said: Any) -> str:
    return json.dumps(said) + "\n"


def _staged_or_404(number: int) -> Staged:
    if number > _LARGEST_NUMBER:
        abort(404)
    with the_store().reading() as session:
        staged = import_store.by_id(session, number, now=now())
    return staged or abort(404)


def _refused(number: int, wish: Wish, *, problems: tuple[Problem, ...], status: int) -> Response:
    looked = imports.look(the_store(), number, by=who().email, now=now())
    return _look_page(looked, wish=wish, problems=problems, status=status)


def _look_page(
    looked: Looked,
    *,
    wish: Wish | None = None,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    page = render_template(
        "staff/imports/look.html",
        staged=staged_view(looked.staged, the_issuer()),
        looked=looked_view(looked, the_issuer(), now=now()),
        wish=wish or Wish(fingerprint=None),
        problems=[(p.field, p.message) for p in problems],
        errors=dict.fromkeys(("reason", "without_unreadable"), "")
        | {p.field: p.message for p in problems},
        field_words=FIELD_WORDS,
    )
    return make_response(page, status)


def _ask_page(*, problem: str = "") -> Response:
    with the_store().reading() as session:
        listed = import_store.every(session, now=now())
    page = render_template(
        "staff/imports/ask.html",
        problem=problem,
        waiting=[staged_view(one, the_issuer()) for one in listed if one.saved is None],
        done=[staged_view(one, the_issuer()) for one in listed if one.saved is not None],
        kept_days=KEPT_FOR.days,
        most_rows=MOST_ROWS,
    )
    return make_response(page, 422 if problem else 200)


def _gone(_problem: NoSuchImport) -> AnyResponse:
    abort(404)


bp.register_error_handler(NoSuchImport, _gone)
