"""The company: its name, its listing, its home zone, and whom investors may ask."""

from dataclasses import asdict, fields

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField

from eventsched.domain.company import InvalidIssuer, IssuerDraft, draft_of_issuer
from eventsched.domain.drafts import Problem
from eventsched.domain.places import common_zones
from eventsched.domain.staff import Role
from eventsched.services import company as company_service
from eventsched.store import events as event_store
from eventsched.store import site
from eventsched.web.context import now, the_store
from eventsched.web.staff.guard import staff_blueprint, who

bp = staff_blueprint("company", __name__)


class CompanyForm(FlaskForm):  # type: ignore[misc]
    """Every field of an issuer's draft."""

    name = StringField("Name")
    exchange = StringField("Exchange")
    ticker = StringField("Ticker")
    home_zone = StringField("Home time zone")
    domain = StringField("Domain name")
    website = StringField("Website")
    contact_name = StringField("Name")
    contact_title = StringField("Title")
    contact_phone = StringField("Telephone")
    contact_email = StringField("Email")


@bp.get("/company")
def company() -> Response:
    """Show the company's form."""
    if who().role is not Role.ADMIN:
        abort(403)
    with the_store().reading() as session:
        issuer = site.issuer(session)
    return _page(_as_far_as_known() if issuer is None else draft_of_issuer(issuer))


@bp.post("/company")
def save() -> AnyResponse:
    """Save what the company is."""
    draft = IssuerDraft(**{f.name: request.form.get(f.name, "") for f in fields(IssuerDraft)})
    try:
        issuer = company_service.set_up(the_store(), draft, by=who().email, now=now())
    except InvalidIssuer as invalid:
        return _page(draft, problems=invalid.problems)
    flash(f"{issuer.name} is set up.")
    with the_store().reading() as session:
        has_events = event_store.has_any(session)
    return redirect(url_for("staff.board" if has_events else "editor.blank"), code=303)


def _as_far_as_known() -> IssuerDraft:
    """Return what the address of the one who sets the company up says of it."""
    domain = who().email.rpartition("@")[2]
    return IssuerDraft(domain=domain, website=f"https://www.{domain}")


def _page(draft: IssuerDraft, *, problems: tuple[Problem, ...] = ()) -> Response:
    form = CompanyForm(formdata=None, data=asdict(draft))
    for problem in problems:
        form[problem.field].errors = [problem.message]
    with the_store().reading() as session:
        is_first = site.issuer(session) is None
    page = render_template(
        "staff/company.html",
        is_first=is_first,
        form=form,
        zones=common_zones(),
        problems=[(p.field, p.message) for p in problems],
    )
    return make_response(page, 422 if problems else 200)
