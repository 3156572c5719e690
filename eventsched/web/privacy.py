"""The privacy policy in all its versions, what is held of somebody, and the investor kit."""

import json
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from eventsched.domain.drafts import Problem
from eventsched.domain.personal_links import BadLink, LinkKind
from eventsched.domain.privacy import (
    PURPOSES,
    Paragraph,
    Policy,
    PurposeName,
    differences,
    in_force,
)
from eventsched.domain.wording import deadline_words
from eventsched.services import alerts, kits, privacy
from eventsched.store import privacy as privacy_store
from eventsched.web.alerts import dead_link, policy_in_force
from eventsched.web.answers import earliest, latest, public_answer
from eventsched.web.context import now, the_issuer, the_store
from eventsched.web.limits import Limited, limited
from eventsched.web.public import last_saved_at
from eventsched.web.visitors import from_here_only, links, private, typed, whole_number

bp = Blueprint("privacy", __name__)


@dataclass(frozen=True, kw_only=True)
class PolicyView:
    """A version of the policy: its paragraphs, since and until when it holds, what it changed.

    `holds` is "" where it holds since this site began, `held_until` where no other has followed.
    """

    version: int
    paragraphs: list[str]
    holds: str
    held_until: str
    changes: list[Paragraph]


@bp.get("/privacy")
def policy() -> Response:
    """Show the policy in force, what data is taken for, and every earlier version."""
    with the_store().reading() as session:
        policies = privacy_store.policies(session)
    current = in_force(policies, now=now())
    views = policy_views(policies)
    page = render_template(
        "public/privacy/policy.html",
        current=next(view for view in views if view.version == current.version),
        earlier=[view for view in reversed(views) if view.version < current.version],
        coming=[view for view in views if view.version > current.version],
        purposes=list(PURPOSES.values()),
    )
    begin = [one.in_force_at for one in policies if one.in_force_at is not None]
    return public_answer(
        make_response(page),
        until=earliest(*(at for at in begin if at > now())),
        changed_at=latest(last_saved_at(), *(at for at in begin if at <= now())),
    )


@bp.get("/privacy/data")
def ask_for_data() -> Response:
    """Ask which address it is about."""
    return _ask_for_data("")


@bp.post("/privacy/data")
@from_here_only
@limited(Limited.FORM)
def send_data_link() -> AnyResponse:
    """Send a link to the address, if anything is held of it; the answer is always the same."""
    try:
        privacy.ask_for_data(the_store(), typed("email"), now=now())
    except privacy.InvalidRequest as invalid:
        return _ask_for_data(typed("email"), invalid.problems)
    return redirect(url_for("privacy.data_asked"), code=303)


@bp.get("/privacy/data/asked")
def data_asked() -> Response:
    """Say what comes next."""
    return private(render_template("public/privacy/data_asked.html"))


@bp.get("/privacy/data/<token>")
def data(token: str) -> AnyResponse:
    """Show what is held."""
    try:
        held = privacy.data_of(the_store(), links().read(token, LinkKind.DATA), now=now())
    except (BadLink, alerts.LinkUsed, alerts.LinkOld) as problem:
        return dead_link(problem)
    page = render_template(
        "public/privacy/data.html", token=token, email=held["address"], held=_written(held)
    )
    return private(page)


@bp.post("/privacy/data/<token>/export")
@from_here_only
def export(token: str) -> AnyResponse:
    """Answer with what is held, as a file for other programs."""
    try:
        held = privacy.data_of(the_store(), links().read(token, LinkKind.DATA), now=now())
    except (BadLink, alerts.LinkUsed, alerts.LinkOld) as problem:
        return dead_link(problem)
    response = private(_written(held))
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="what-is-held.json"'
    return response


@bp.post("/privacy/data/<token>/erase")
@from_here_only
def erase(token: str) -> AnyResponse:
    """Erase what is held."""
    try:
        privacy.erase(the_store(), links().read(token, LinkKind.DATA), now=now())
    except (BadLink, alerts.LinkUsed, alerts.LinkOld) as problem:
        return dead_link(problem)
    return private(render_template("public/privacy/erased.html"))


@bp.get("/investor-kit")
def kit() -> Response:
    """Ask where to send an investor kit."""
    return _kit()


@bp.post("/investor-kit")
@from_here_only
@limited(Limited.FORM)
def ask_for_kit() -> AnyResponse:
    """Send a mail to be confirmed; the answer is the same for every address."""
    try:
        kits.ask(
            the_store(),
            email=typed("email"),
            name=typed("name"),
            postal_address=typed("postal_address"),
            now=now(),
        )
    except privacy.InvalidRequest as invalid:
        return _kit(invalid.problems)
    return redirect(url_for("privacy.kit_asked"), code=303)


@bp.get("/investor-kit/asked")
def kit_asked() -> Response:
    """Say what comes next."""
    return private(render_template("public/privacy/kit_asked.html"))


@bp.get("/investor-kit/confirm/<token>")
def look_at_kit(token: str) -> AnyResponse:
    """Show what will be confirmed, and ask."""
    try:
        asked = kits.look(the_store(), links().read(token, LinkKind.KIT), now=now())
    except (BadLink, alerts.LinkUsed, alerts.LinkOld) as problem:
        return dead_link(problem, is_kit=True)
    page = render_template(
        "public/privacy/kit_confirm.html",
        asked=asked,
        wording=PURPOSES[PurposeName.INVESTOR_KIT].wording,
        policy=policy_in_force(),
    )
    return private(page)


@bp.post("/investor-kit/confirm/<token>")
@from_here_only
def confirm_kit(token: str) -> AnyResponse:
    """Hand the request to staff."""
    try:
        read, version = links().read(token, LinkKind.KIT), whole_number("policy")
        kits.confirm(the_store(), read, mark=typed("seen"), policy_version=version, now=now())
    except (alerts.PolicyMoved, kits.AskedOtherwise):
        return redirect(url_for("privacy.look_at_kit", token=token), code=303)
    except (BadLink, alerts.LinkUsed, alerts.LinkOld) as problem:
        return dead_link(problem, is_kit=True)
    return private(render_template("public/privacy/kit_confirmed.html"))


def policy_views(policies: list[Policy]) -> list[PolicyView]:
    """Return the versions as a page shows them, each with what it changed in the one before."""
    zone = the_issuer().home_zone
    found = []
    for before, shown, after in zip(
        [None, *policies], policies, [*policies[1:], None], strict=False
    ):
        begins = shown.in_force_at
        ends = None if after is None else after.in_force_at
        found.append(
            PolicyView(
                version=shown.version,
                paragraphs=shown.text.split("\n\n"),
                holds="" if begins is None else deadline_words(begins, zone),
                held_until="" if ends is None else deadline_words(ends, zone),
                changes=[] if before is None else differences(before.text, shown.text),
            )
        )
    return found


def _ask_for_data(email: str, problems: tuple[Problem, ...] = ()) -> Response:
    page = render_template(
        "public/privacy/ask_for_data.html",
        email=email,
        problems={problem.field: problem.message for problem in problems},
    )
    return private(page, 422 if problems else 200)


def _kit(problems: tuple[Problem, ...] = ()) -> Response:
    page = render_template(
        "public/privacy/kit.html",
        typed={field: request.form.get(field, "") for field in ("name", "email", "postal_address")},
        problems={problem.field: problem.message for problem in problems},
    )
    return private(page, 422 if problems else 200)


def _written(held: dict[str, object]) -> str:
    return json.dumps(held, ensure_ascii=False, indent=2)
