"""The two gates: the only place that knows a vendor's address, asked anew at every request."""

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from eventsched.domain.events import Event
from eventsched.domain.lifecycle import (
    GateState,
    Phase,
    live_gate,
    next_transition,
    replay_gate,
)
from eventsched.store import listing as listing_store
from eventsched.store.listing import Wanted
from eventsched.web.answers import open_gate
from eventsched.web.context import now, the_issuer, the_store, this_site
from eventsched.web.limits import Limited, refuse_too_many
from eventsched.web.public import public_event_or_404
from eventsched.web.views import event_view

bp = Blueprint("gates", __name__)

_PAGES = {
    GateState.NOT_YET: ("public/gate_waiting.html", 200),
    GateState.CLOSED: ("public/gate_closed.html", 410),
    GateState.MISSING: ("public/gate_closed.html", 410),
    GateState.NONE: ("public/gate_none.html", 404),
}
# What is worth the way for one who came too late, the most urgent first.
_WORTH_THE_WAY = (Phase.LIVE, Phase.UPCOMING, Phase.REPLAY_OPEN)
_OTHERS_SHOWN = 3


@bp.get("/events/<slug>/live")
def live(slug: str) -> AnyResponse:
    """Lead to the live webcast, or its backup, while it runs; before and after, say when."""
    event = public_event_or_404(slug)
    state, facts = live_gate(event, now=now()), event.facts
    is_lost = facts.has_failed and facts.backup_url is None
    if state is GateState.OPEN and is_lost and not _insists():
        return _page("public/gate_failed.html", 200, event, "live")
    return _answer(event, "live", state, facts.way_in)


@bp.get("/events/<slug>/replay")
def replay(slug: str) -> AnyResponse:
    """Lead to the replay while it is open; before and after, say when."""
    event = public_event_or_404(slug)
    return _answer(event, "replay", replay_gate(event, now=now()), event.facts.replay_url)


def _answer(event: Event, gate: str, state: GateState, vendor_url: str | None) -> AnyResponse:
    if state is GateState.OPEN and vendor_url is not None:
        if this_site().settings.leaving_notice and not _insists():
            return _page("public/gate_leaving.html", 200, event, gate)
        return open_gate(_lead_to(vendor_url), until=next_transition(event, now=now()))
    return _explain(event, gate, state)


def _insists() -> bool:
    """Tell whether somebody read what stands before the provider's page, and goes on."""
    return request.args.get("go") == "1"


def _lead_to(vendor_url: str) -> AnyResponse:
    """Return the redirect. Where links are signed per request, it is not to be granted."""
    response = redirect(vendor_url, code=302)
    # Werkzeug's page repeats the address; nobody needs it in a body that might be kept.
    response.set_data(b"")
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _explain(event: Event, gate: str, state: GateState) -> Response:
    refuse_too_many(Limited.GATE)
    template, status = _PAGES[state]
    if state is GateState.NOT_YET:
        # Whoever comes early stays: a crowd, all at once, and nothing leads elsewhere.
        return _page(template, status, event, gate)
    others = [event_view(other, the_issuer(), now=now()) for other in _others(event)]
    return _page(template, status, event, gate, others=others)


def _page(template: str, status: int, event: Event, gate: str, **more: object) -> Response:
    page = render_template(
        template,
        event=event_view(event, the_issuer(), now=now()),
        gate=gate,
        **more,
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _others(event: Event) -> list[Event]:
    """Return a few other events that one can watch now or later."""
    others: list[Event] = []
    with the_store().reading() as session:
        for phase in _WORTH_THE_WAY:
            wanted = Wanted(phases=frozenset({phase}), takes_place=True)
            # One more than is shown, for the event itself may be among them.
            found = listing_store.portion(session, wanted, now=now(), limit=_OTHERS_SHOWN + 1)
            others += (other for other in found.events if other.slug != event.slug)
            if len(others) >= _OTHERS_SHOWN:
                break
    return others[:_OTHERS_SHOWN]
