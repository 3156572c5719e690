"""The form: one event on one page, kept as typed until it is right."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from eventsched.domain.comparison import merged
from eventsched.domain.drafts import Draft, InvalidEvent, Problem, again, decide, draft_of
from eventsched.domain.events import Event, Format
from eventsched.domain.next_time import on_day
from eventsched.domain.replays import with_policy
from eventsched.domain.revisions import NotAllowed, StaleRevision
from eventsched.domain.second_person import SecondPersonNeeded
from eventsched.domain.shorthand import (
    ReadLine,
    first_missing,
    read_one_line,
    read_title_as_line,
    spelled_out,
)
from eventsched.domain.staff import may_revise
from eventsched.services import events, second_person
from eventsched.services.events import NoIssuer, NoSuchEvent
from eventsched.store import events as event_store
from eventsched.store import history, site
from eventsched.web.context import now, the_issuer, the_store
from eventsched.web.staff.event_page import event_page
from eventsched.web.staff.forms import NO_COMPANY, Sent, form_for, rearranged, what_was_sent
from eventsched.web.staff.guard import AS_TYPED, keeps_what_was_typed, staff_blueprint, who
from eventsched.web.staff.history_views import versions_of
from eventsched.web.staff.views import FIELD_WORDS, preview_of, status_of, unknown_zone_words

bp = staff_blueprint("editor", __name__)

_LONGEST_DAY = 40

_FORGED = Problem(
    field="",
    message="This page was opened in another session. Look it over and save it once more.",
)


@bp.get("/events/new")
def blank() -> Response:
    """Show an empty form, or one like another event (`like`) but for its date (`on`) and links."""
    like = request.args.get("like")
    if like is None:
        return event_page(None, as_usual(Draft(format=Format.PRESENTATION)))
    model = event_or_404(like)
    draft = again(draft_of(model.facts))
    if on := request.args.get("on", "")[:_LONGEST_DAY]:
        return event_page(None, on_day(draft, on, last=model.facts.date))
    return event_page(None, draft, model=model, focus="date")


@bp.post("/events/new")
@keeps_what_was_typed
def create() -> AnyResponse:
    """Save a new event as a draft."""
    sent = what_was_sent(request.form.get("do", ""))
    if sent.line:
        return _from_line(sent.line)
    if (draft := _only_looked_at(sent)) is not None:
        return event_page(None, draft)
    if (found := read_title_as_line(sent.draft, home_zone=the_issuer().home_zone)) is not None:
        return _filled_in(found)
    if sent.token_problem:
        return event_page(None, sent.draft, problems=(_FORGED,), status=400)
    try:
        event = events.plan(the_store(), _spelled_out(sent.draft), by=who().email, now=now())
    except InvalidEvent as invalid:
        return event_page(None, sent.draft, problems=invalid.problems, status=422)
    except NoIssuer:
        return event_page(None, sent.draft, problems=(NO_COMPANY,), status=409)
    return _saved(event, sent, f"“{event.facts.title}” is saved as a draft. Nothing is public.")


@bp.get("/events/<slug>")
def event(slug: str) -> Response:
    """Show an event's form, filled in: as it is, or as an earlier revision (`from`) had it."""
    found = event_or_404(slug)
    earlier = request.args.get("from", type=int)
    if earlier is None:
        return event_page(found, draft_of(found.facts), base=found.revision)
    with the_store().reading() as session:
        revisions = history.revisions(session, slug)
    restored = next((r.event for r in revisions if r.event.revision == earlier), None)
    if restored is None:
        raise NoSuchEvent(slug)
    flash(f"The form holds revision {earlier}. Nothing changes until you save it.")
    return event_page(found, draft_of(restored.facts), base=found.revision)


@bp.post("/preview")
def preview() -> str:
    """Say what is typed as the page will say it; saves nothing."""
    sent = what_was_sent("")
    return render_template(
        "staff/parts/preview.html", preview=preview_of(sent.draft, the_issuer(), now=now())
    )


@bp.post("/events/<slug>")
@keeps_what_was_typed
def save(slug: str) -> AnyResponse:
    """Save what an event now says."""
    found, sent = event_or_404(slug), what_was_sent(request.form.get("do", ""))
    sent = _with_choices(sent, found)
    if (draft := _only_looked_at(sent)) is not None:
        return event_page(found, draft, base=sent.base, reason=sent.reason)
    if sent.token_problem:
        return _refused(found, sent, (_FORGED,), 400)
    try:
        return _save_or_propose(found, sent)
    except InvalidEvent as invalid:
        return _refused(found, sent, invalid.problems, 422)
    except StaleRevision as stale:
        return _conflict(stale.current, sent)
    except NotAllowed as problem:
        return _refused(found, sent, (Problem(field="", message=str(problem)),), 409)


def _save_or_propose(event: Event, sent: Sent) -> AnyResponse:
    """Save what was sent, or, where that takes another person, keep it for them."""
    if not may_revise(who(), event):
        return _propose(event, sent)
    try:
        saved = events.revise(
            the_store(),
            event.slug,
            _spelled_out(sent.draft),
            base=sent.base,
            by=who().email,
            now=now(),
            reason=sent.reason.strip(),
        )
    except SecondPersonNeeded:
        return _propose(event, sent)
    if saved.revision == sent.base:
        return _saved(saved, sent, "Nothing was changed, so nothing was saved.")
    return _saved(saved, sent, f"“{saved.facts.title}” is saved.")


def _propose(event: Event, sent: Sent) -> AnyResponse:
    second_person.propose(
        the_store(),
        event.slug,
        _spelled_out(sent.draft),
        base=sent.base,
        by=who().email,
        now=now(),
        reason=sent.reason.strip(),
    )
    return _saved(event, sent, "Your change waits for a second person. Nothing has moved yet.")


def shown_again(path: str, typed: Iterable[tuple[str, str]]) -> Response:
    """Return the form at `path` as it was typed before the session ended; nothing is saved."""
    found = None if path == url_for("editor.create") else event_or_404(path.rpartition("/")[2])
    sent = what_was_sent("", MultiDict(typed))
    if sent.line:
        return _from_line(sent.line)
    flash(AS_TYPED)
    return event_page(found, sent.draft, base=sent.base, reason=sent.reason)


def decline_again(event: Event, because: str, invalid: InvalidEvent | None = None) -> Response:
    """Return an event's page with why a change was to be declined, and why that is no reason."""
    return event_page(
        event,
        draft_of(event.facts),
        base=event.revision,
        because=because,
        problems=invalid.problems if invalid else (),
        status=422 if invalid else 200,
    )


def _spelled_out(draft: Draft) -> Draft:
    return spelled_out(draft, home_zone=the_issuer().home_zone)


def _as_saved(draft: Draft) -> Draft:
    """Return the draft in the words of a saved one, so that the same does not look different."""
    spelled = _spelled_out(draft)
    with suppress(InvalidEvent):
        return draft_of(decide(spelled))
    return spelled


def _from_line(line: str) -> Response:
    """Return a new event's form, filled in from one line; nothing is saved."""
    found = read_one_line(line, home_zone=the_issuer().home_zone)
    return _filled_in(replace(found, draft=as_usual(found.draft)))


def _filled_in(found: ReadLine) -> Response:
    """Return the form as a line filled it in; who types on begins where something is missing."""
    left = f"Found no place for: {', '.join(found.left)}." if found.left else ""
    stay = "How long the replay stays is your company’s usual window."
    focus = first_missing(_spelled_out(found.draft))
    where = unknown_zone_words(found.draft) if focus == "city" else ""
    words = ("Not saved yet: look it over.", left, found.doubt, where, stay)
    flash(" ".join(part for part in words if part))
    return event_page(None, found.draft, focus=focus)


def as_usual(draft: Draft) -> Draft:
    """Return a new event's draft with the company's usual replay."""
    with the_store().reading() as session:
        return with_policy(draft, site.replay_policy(session))


def event_or_404(slug: str) -> Event:
    """Return the event at that address, whatever its standing."""
    with the_store().reading() as session:
        found = None if "\0" in slug else event_store.by_slug(session, slug)
    if found is None:
        raise NoSuchEvent(slug)
    return found


def _only_looked_at(sent: Sent) -> Draft | None:
    """Return the draft to show again, where a button was pressed that saves nothing."""
    return sent.draft if sent.pressed == "look" else rearranged(sent.draft, sent.pressed)


def _saved(event: Event, sent: Sent, sentence: str) -> AnyResponse:
    flash(sentence)
    steps = {"review": "in_review", "approve": "approved"}
    if sent.pressed in steps:
        target = url_for("decisions.ask", slug=event.slug, standing=steps[sent.pressed])
    else:
        target = url_for("editor.event", slug=event.slug)
    return redirect(target, code=303)


def _refused(event: Event, sent: Sent, problems: tuple[Problem, ...], status: int) -> Response:
    return event_page(
        event, sent.draft, base=sent.base, reason=sent.reason, problems=problems, status=status
    )


def _with_choices(sent: Sent, event: Event) -> Sent:
    """Return what was sent after a conflict was settled field by field, if that is what this is."""
    theirs = {
        name.removeprefix("keep-")
        for name, choice in request.form.items()
        if name.startswith("keep-") and choice == "theirs"
    }
    if event.revision != sent.base or not theirs:
        return sent
    return replace(sent, draft=merged(sent.draft, draft_of(event.facts), take=theirs))


def _conflict(current: Event, sent: Sent) -> Response:
    """Show both versions side by side, with a way to keep either, field by field."""
    sent = replace(sent, draft=_as_saved(sent.draft))
    with the_store().reading() as session:
        revisions = history.revisions(session, current.slug)
    page = render_template(
        "staff/conflict.html",
        form=form_for(sent.draft, base=current.revision, reason=sent.reason),
        event=status_of(current, the_issuer(), now=now()),
        versions=versions_of(sent.draft, revisions, base=sent.base, issuer=the_issuer()),
        may_save=may_revise(who(), current),
        field_words=FIELD_WORDS,
    )
    return make_response(page, 409)
