"""The page of an event's form, with all that stands beside it."""

from dataclasses import replace

from flask import Response, make_response, render_template

from eventsched.domain.drafts import Draft, Problem
from eventsched.domain.events import Event
from eventsched.domain.places import common_zones
from eventsched.domain.replays import ReplayStep, next_replay_step
from eventsched.domain.second_person import Proposal
from eventsched.domain.shorthand import is_day_missing, with_time_beside
from eventsched.domain.staff import may_revise
from eventsched.services import audience
from eventsched.services.attention import cases
from eventsched.store import events as event_store
from eventsched.store import history
from eventsched.store import second_person as second_person_store
from eventsched.store.database import Session
from eventsched.web.context import now, the_issuer, the_store, this_site
from eventsched.web.staff.board_views import BoardRow, row_of
from eventsched.web.staff.forms import field_id, form_for
from eventsched.web.staff.guard import who
from eventsched.web.staff.history_views import WaitingChange, last_word, waiting_for
from eventsched.web.staff.views import (
    FIELD_WORDS,
    decisions_for,
    next_time_of,
    preview_of,
    status_of,
)


def event_page(
    event: Event | None,
    draft: Draft,
    *,
    base: int = 0,
    reason: str = "",
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    model: Event | None = None,
    focus: str = "",
    because: str = "",
) -> Response:
    """Return the form: of `event`, or a new one; as `draft` says, with what is wrong beside it.

    `focus` names the field to begin in, `because` is why a change was to be declined, and `model`
    is the event that a new one is like.
    """
    # A time that was there before stays when the day is typed: it has a field of its own.
    is_apart = is_day_missing(draft)
    if not is_apart:
        draft = with_time_beside(draft)
        problems = tuple(replace(p, field="date") if p.field == "time" else p for p in problems)
    form = form_for(draft, base=base, reason=reason, problems=problems)
    form.date.label.text = "Date" if is_apart else "Date and time"
    with the_store().reading() as session:
        people = history.presenters(session)
        is_first = event is None and not event_store.has_any(session)
        revisions = [] if event is None else history.revisions(session, event.slug)
        proposal = None if event is None else second_person_store.waiting(session, event.slug)
        declined = [] if event is None else second_person_store.declined(session, event.slug)
        row = None if event is None else _row(session, event)
    page = render_template(
        "staff/event.html",
        is_first=is_first,
        is_apart=is_apart,
        focus=focus or "title",
        row=row,
        next_time=None if model is None else next_time_of(model, now=now()),
        audience=None
        if event is None
        else audience.of_change(the_store(), event, by=who(), now=now()),
        form=form,
        event=None if event is None else status_of(event, the_issuer(), now=now()),
        decisions=() if event is None else decisions_for(who(), event, now=now()),
        replay_step=_replay_step(event),
        waiting=_waiting(proposal, event),
        because=because,
        because_problem=next((p.message for p in problems if p.field == "because"), ""),
        field_words=FIELD_WORDS,
        note=last_word(revisions, declined, the_issuer()),
        people=people,
        zones=common_zones(),
        may_save=event is None or may_revise(who(), event),
        preview=preview_of(draft, the_issuer(), now=now()),
        problems=[(field_id(p.field), p.message) for p in problems],
    )
    return make_response(page, status)


def _row(session: Session, event: Event) -> BoardRow | None:
    """Return what the board says of the event."""
    everything = this_site().known.every(session)
    found = cases(session, everything, home_zone=the_issuer().home_zone, now=now())
    case = next((case for case in found if case.event.slug == event.slug), None)
    return None if case is None else row_of(case, the_issuer(), now=now())


def _waiting(proposal: Proposal | None, event: Event | None) -> WaitingChange | None:
    if proposal is None or event is None:
        return None
    return waiting_for(proposal, event, who(), the_issuer())


def _replay_step(event: Event | None) -> ReplayStep | None:
    if event is None or not who().may_approve:
        return None
    return next_replay_step(event, now=now())
