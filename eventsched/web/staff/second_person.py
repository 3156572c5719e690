"""What waits for a second person."""

from flask import Response, flash, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from eventsched.domain.drafts import InvalidEvent
from eventsched.services import second_person
from eventsched.web.context import now, the_store
from eventsched.web.staff.editor import decline_again, event_or_404
from eventsched.web.staff.guard import AS_TYPED, is_sent_again, staff_blueprint, who

bp = staff_blueprint("second_person", __name__)


@bp.post("/events/<slug>/waiting/<int:number>/confirm")
def confirm(slug: str, number: int) -> AnyResponse:
    """Save a change that somebody else proposed."""
    slug = event_or_404(slug).slug
    second_person.confirm(the_store(), slug, number, by=who().email, now=now())
    flash("The change is confirmed and saved.")
    return redirect(url_for("editor.event", slug=slug), code=303)


@bp.post("/events/<slug>/waiting/<int:number>/decline")
@is_sent_again
def decline(slug: str, number: int) -> AnyResponse:
    """Drop a change that waits; who proposed it reads why."""
    event, because = event_or_404(slug), request.form.get("because", "").strip()
    slug, by = event.slug, who().email
    try:
        second_person.decline(the_store(), slug, number, by=by, now=now(), reason=because)
    except InvalidEvent as invalid:
        return decline_again(event, because, invalid)
    flash("The change is dropped. The event is as it was.")
    return redirect(url_for("editor.event", slug=slug), code=303)


def decline_shown_again(typed: MultiDict[str, str], *, slug: str, number: int) -> Response:  # noqa: ARG001
    """Return the event's page with why a change was to be declined; nothing is saved."""
    flash(AS_TYPED)
    return decline_again(event_or_404(slug), typed.get("because", ""))
