"""Email alerts: asking for them, confirming, changing one's mind, ending them.

GET shows and POST acts, for programs that guard mailboxes follow every link they see.
"""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from eventsched.domain.alerts import InvalidSignUp, SignUpDraft, Topic, draft_of_wishes
from eventsched.domain.drafts import Problem
from eventsched.domain.events import Kind
from eventsched.domain.personal_links import BadLink, LinkKind, LinkToken
from eventsched.domain.places import common_zones, old_names
from eventsched.domain.privacy import PURPOSES, Policy, PurposeName, in_force
from eventsched.services import alerts
from eventsched.store import mail_server, people
from eventsched.store import privacy as privacy_store
from eventsched.web.context import now, the_issuer, the_store
from eventsched.web.limits import Limited, limited
from eventsched.web.visitors import from_here_only, links, private, typed, whole_number

bp = Blueprint("alerts", __name__)

_ALERTS = PURPOSES[PurposeName.ALERTS]


@bp.get("/alerts")
def form() -> Response:
    """Ask what to tell, and where to."""
    return _form(alerts.everything(the_issuer().home_zone))


@bp.post("/alerts")
@from_here_only
@limited(Limited.FORM)
def sign_up() -> AnyResponse:
    """Send a mail to be confirmed; the answer is the same for every address."""
    draft = _draft()
    try:
        alerts.sign_up(the_store(), draft, now=now())
    except InvalidSignUp as invalid:
        return _form(draft, invalid.problems)
    return redirect(url_for("alerts.asked"), code=303)


@bp.get("/alerts/asked")
def asked() -> Response:
    """Say what comes next."""
    return private(render_template("public/alerts/asked.html"))


@bp.get("/alerts/confirm/<token>")
def look_at_confirm(token: str) -> AnyResponse:
    """Show what will be confirmed, and ask."""
    try:
        email, wishes = alerts.look_at_confirm(the_store(), _read(token), now=now())
    except (BadLink, alerts.LinkUsed, alerts.LinkOld) as problem:
        return dead_link(problem)
    return private(
        render_template(
            "public/alerts/confirm.html",
            email=email,
            chosen=_chosen(draft_of_wishes(wishes)),
            zone=wishes.zone,
            wording=_ALERTS.wording,
            policy=policy_in_force(),
        )
    )


@bp.post("/alerts/confirm/<token>")
@from_here_only
def confirm(token: str) -> AnyResponse:
    """Begin the alerts."""
    try:
        version = whole_number("policy")
        person = alerts.confirm(the_store(), _read(token), policy_version=version, now=now())
    except alerts.PolicyMoved:
        return redirect(url_for("alerts.look_at_confirm", token=token), code=303)
    except (BadLink, alerts.LinkUsed, alerts.LinkOld) as problem:
        return dead_link(problem)
    page = url_for("alerts.preferences", token=_manage(person), done="confirmed")
    return redirect(page, code=303)


@bp.get("/alerts/preferences/<token>")
def preferences(token: str) -> AnyResponse:
    """Show what somebody is told, to be changed."""
    return _preferences(token, done=request.args.get("done", ""))


@bp.post("/alerts/preferences/<token>")
@from_here_only
def change(token: str) -> AnyResponse:
    """Save other wishes."""
    draft = _draft()
    try:
        alerts.change(the_store(), _read(token, LinkKind.MANAGE), draft, now=now())
    except InvalidSignUp as invalid:
        return _preferences(token, draft=draft, problems=invalid.problems)
    except (BadLink, alerts.LinkOld) as problem:
        return dead_link(problem)
    return redirect(url_for("alerts.preferences", token=token, done="saved"), code=303)


@bp.post("/alerts/preferences/<token>/agree")
@from_here_only
def agree_anew(token: str) -> AnyResponse:
    """Put what is held under the policy in force."""
    try:
        version = whole_number("policy")
        read = _read(token, LinkKind.MANAGE)
        alerts.agree_anew(the_store(), read, policy_version=version, now=now())
    except alerts.PolicyMoved:
        return redirect(url_for("alerts.preferences", token=token), code=303)
    except (BadLink, alerts.LinkOld) as problem:
        return dead_link(problem)
    return redirect(url_for("alerts.preferences", token=token, done="agreed"), code=303)


@bp.get("/alerts/unsubscribe/<token>")
def look_at_unsubscribe(token: str) -> AnyResponse:
    """Ask once more; nothing has happened yet."""
    try:
        with the_store().reading() as session:
            email = alerts.subscribed(session, _read(token, LinkKind.MANAGE)).person.email
    except (BadLink, alerts.LinkOld) as problem:
        return dead_link(problem)
    return private(render_template("public/alerts/unsubscribe.html", token=token, email=email))


@bp.post("/alerts/unsubscribe/<token>")
def unsubscribe(token: str) -> AnyResponse:
    """End the alerts. A mail program's own button posts here too, from its own site (RFC 8058)."""
    try:
        alerts.unsubscribe(the_store(), _read(token, LinkKind.MANAGE), now=now())
    except alerts.LinkOld:
        # They are gone, and that was the wish.
        pass
    except BadLink as problem:
        return dead_link(problem)
    return private(render_template("public/alerts/unsubscribed.html"))


def dead_link(problem: Exception, *, is_kit: bool = False) -> Response:
    """Return the page for a link that does nothing: cut or altered, used, or too old."""
    reason = {BadLink: "altered", alerts.LinkUsed: "used"}.get(type(problem), "old")
    said = "sent" if is_kit and reason == "used" else reason
    page = render_template("public/alerts/dead_link.html", reason=said, is_kit=is_kit)
    return private(page, 404 if reason == "altered" else 410)


def policy_in_force() -> Policy:
    """Return the policy that holds now."""
    with the_store().reading() as session:
        return in_force(privacy_store.policies(session), now=now())


def _form(draft: SignUpDraft, problems: tuple[Problem, ...] = ()) -> Response:
    page = render_template(
        "public/alerts/form.html",
        draft=draft,
        chosen=_chosen(draft),
        problems={problem.field: problem.message for problem in problems},
        zones=_zones(draft.zone),
        policy=policy_in_force(),
    )
    return private(page, 422 if problems else 200)


def _preferences(
    token: str,
    *,
    draft: SignUpDraft | None = None,
    problems: tuple[Problem, ...] = (),
    done: str = "",
) -> Response:
    try:
        with the_store().reading() as session:
            found = alerts.subscribed(session, _read(token, LinkKind.MANAGE))
            consents = people.consents(session, found.person.id)
            stopped = mail_server.is_stopped(session, found.person.email)
    except (BadLink, alerts.LinkOld) as problem:
        return dead_link(problem)
    shown = draft or draft_of_wishes(found.wishes)
    agreed = [c for c in consents if c.purpose is PurposeName.ALERTS and c.ended_at is None]
    page = render_template(
        "public/alerts/preferences.html",
        token=token,
        email=found.person.email,
        stopped=stopped,
        draft=shown,
        chosen=_chosen(shown),
        problems={problem.field: problem.message for problem in problems},
        zones=_zones(shown.zone),
        agreed_version=agreed[-1].policy_version if agreed else None,
        policy=policy_in_force(),
        wording=_ALERTS.wording,
        done=done if done in ("confirmed", "saved", "agreed") else "",
    )
    return private(page, 422 if problems else 200)


def _draft() -> SignUpDraft:
    return SignUpDraft(
        # One letter more than fits is enough to say that it is too long.
        email=typed("email"),
        kinds=tuple(request.form.getlist("kinds")[: len(Kind) + 1]),
        topics=tuple(request.form.getlist("topics")[: len(Topic) + 1]),
        zone=typed("zone")[:100],
    )


def _chosen(draft: SignUpDraft) -> dict[str, list[str]]:
    """Return what is ticked, in the order in which it is shown."""
    return {
        "kinds": [kind for kind in Kind if kind in draft.kinds],
        "topics": [topic for topic in Topic if topic in draft.topics],
    }


def _zones(chosen: str) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return the zones to choose from, by part of the world.

    Of each: what is sent, how it reads, and the names that it had before.
    """
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for zone in (*common_zones(), chosen):
        area, _, place = zone.rpartition("/") if zone.count("/") < 2 else zone.partition("/")
        words = (place or zone).replace("_", " ").replace("/", ", ")
        entry = (zone, words, " ".join(old_names().get(zone, ())))
        if zone and entry not in groups.setdefault(area or "Everywhere", []):
            groups[area or "Everywhere"].append(entry)
    return sorted(groups.items())


def _read(token: str, kind: LinkKind = LinkKind.CONFIRM) -> LinkToken:
    return links().read(token, kind)


def _manage(person: people.Person) -> str:
    return links().token(LinkKind.MANAGE, person.id, person.key)
