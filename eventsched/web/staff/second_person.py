"""What waits for a second person, and whether the company demands one."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from eventsched.domain.drafts import Draft
from eventsched.domain.replays import with_policy
from eventsched.domain.staff import Role
from eventsched.services import second_person
from eventsched.store import second_person as second_person_store
from eventsched.store import site
from eventsched.web.context import now, the_store
from eventsched.web.staff.editor import event_or_404
from eventsched.web.staff.forms import form_for
from eventsched.web.staff.guard import staff_blueprint, who

bp = staff_blueprint("second_person", __name__)


@bp.post("/events/<slug>/waiting/<int:number>/confirm")
def confirm(slug: str, number: int) -> AnyResponse:
    """Save a change that somebody else proposed."""
    slug = event_or_404(slug).slug
    second_person.confirm(the_store(), slug, number, by=who().email, now=now())
    flash("The change is confirmed and saved.")
    return redirect(url_for("editor.event", slug=slug), code=303)


@bp.post("/events/<slug>/waiting/<int:number>/decline")
def decline(slug: str, number: int) -> AnyResponse:
    """Drop a change that waits."""
    slug = event_or_404(slug).slug
    second_person.decline(the_store(), slug, number, by=who().email, now=now())
    flash("The change is dropped. The event is as it was.")
    return redirect(url_for("editor.event", slug=slug), code=303)


@bp.get("/rules")
def rules() -> str:
    """Show whether a second person is demanded."""
    if who().role is not Role.ADMIN:
        abort(403)
    with the_store().reading() as session:
        demanded = second_person_store.is_demanded(session)
        policy = site.replay_policy(session)
    form = form_for(with_policy(Draft(), policy))
    return render_template("staff/rules.html", demanded=demanded, form=form)


@bp.post("/rules")
def change_rules() -> AnyResponse:
    """Set whether a second person is demanded."""
    demanded = request.form.get("second_person") == "yes"
    second_person.demand(the_store(), demanded, by=who().email, now=now())
    flash("A second person is demanded." if demanded else "No second person is demanded.")
    return redirect(url_for("second_person.rules"), code=303)
