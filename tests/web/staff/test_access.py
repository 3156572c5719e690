"""Who may open what: nobody without signing in, and nothing by a forged form."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from werkzeug.routing import Rule

from eventsched.domain.drafts import Draft
from eventsched.domain.staff import Role
from eventsched.store import events as event_store
from eventsched.store import site
from eventsched.store.database import Store
from tests.builders import PHOENIX
from tests.fixtures.product import PHOENIX as PHOENIX_SLUG
from tests.fixtures.product import SettableClock
from tests.fixtures.staff import EDITOR, PASSWORD, Desk, hire, read_form

# Afterwards nobody is signed in, and nothing more is tried.
ENDING = {"accounts.sign_out", "accounts.let_in"}
OPEN = {
    *("accounts.sign_in", "accounts.let_in", "team.welcome", "team.choose"),
    *("first_run.begin", "first_run.make", "forgotten.ask", "forgotten.send"),
}


def staff_rules(app: Flask) -> list[tuple[str, str, str]]:
    """Return method, path and endpoint of everything below /staff, filled in with an event."""
    filled: dict[str, object] = {"slug": PHOENIX_SLUG, "standing": "approved", "number": 1}
    filled["step"] = "replay_withdrawn"
    found = []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/staff"):
            methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            found += [(method, _path(app, rule, filled), rule.endpoint) for method in methods]
    return found


def _path(app: Flask, rule: Rule, filled: dict[str, object]) -> str:
    values = {name: filled.get(name, "1") for name in rule.arguments}
    return app.url_map.bind("localhost").build(rule.endpoint, values)


def test_every_staff_route_turns_strangers_away(app: Flask, release: Store, desk: Desk) -> None:
    rules = staff_rules(app)
    assert len(rules) > 6
    answers = {
        (method, path): desk.client.open(path, method=method)
        for method, path, endpoint in rules
        if endpoint not in OPEN
    }
    let_through = {
        asked: answer.status
        for asked, answer in answers.items()
        if not (answer.status_code == 303 and "/staff/sign-in" in answer.location)
        and answer.status_code != 401
    }
    assert let_through == {}


def test_strangers_change_nothing(app: Flask, release: Store, desk: Desk) -> None:
    with release.reading() as session:
        before = site.version(session), len(list(site.ledger(session)))
    for method, path, endpoint in staff_rules(app):
        if endpoint not in OPEN:
            desk.client.open(path, method=method, data={"base": "2", "title": "Forged"})
    with release.reading() as session:
        assert (site.version(session), len(list(site.ledger(session)))) == before


def test_a_form_without_its_token_saves_nothing(app: Flask, release: Store, approver: Desk) -> None:
    with release.reading() as session:
        before = site.version(session)
    posts = [rule for rule in staff_rules(app) if rule[0] == "POST"]
    answers = [approver.client.post(path, data={"base": "2"}).status_code for _, path, _ in posts]
    assert set(answers) == {400}
    with release.reading() as session:
        assert site.version(session) == before


def test_signing_in_leads_to_where_one_was_going(store: Store, desk: Desk) -> None:
    hire(store, EDITOR, Role.EDITOR)
    asked = desk.get("/staff/events/new?from=mail")
    assert asked.location == "/staff/sign-in?next=/staff/events/new?from%3Dmail"
    let_in = desk.sign_in(EDITOR, path=asked.location)
    assert let_in.location == "/staff/events/new?from=mail"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/staff", "/", r"/staff/\evil", "http://[", ""],
)
def test_signing_in_never_leads_off_the_staff_pages(
    store: Store, desk: Desk, elsewhere: str
) -> None:
    hire(store, EDITOR, Role.EDITOR)
    token = desk.token("/staff/sign-in")
    let_in = desk.client.post(
        "/staff/sign-in",
        query_string={"next": elsewhere},
        data={"csrf_token": token, "email": EDITOR, "password": PASSWORD},
    )
    assert let_in.location == "/staff/"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        pytest.param(EDITOR, "not the password", id="a wrong password"),
        pytest.param("nobody@immunogen.com", PASSWORD, id="an unknown address"),
        pytest.param("", "", id="nothing"),
        pytest.param("e\0@x", "\0", id="control characters"),
        pytest.param(EDITOR, PASSWORD * 1000, id="an endless password"),
    ],
)
def test_who_does_not_belong_is_told_one_thing(
    store: Store, desk: Desk, email: str, password: str
) -> None:
    hire(store, EDITOR, Role.EDITOR)
    answer = desk.sign_in(email, password)
    assert answer.status_code == 422
    assert "That address and password don’t belong together." in answer.text
    assert desk.get("/staff/").status_code == 303


def test_the_address_may_be_typed_in_any_case(store: Store, desk: Desk) -> None:
    hire(store, EDITOR, Role.EDITOR)
    assert desk.sign_in(" Editor@ImmunoGen.com ").status_code == 303


def test_signing_out_ends_the_session(editor: Desk) -> None:
    assert editor.get("/staff/").status_code == 200
    editor.send("/staff/sign-out", token=editor.token("/staff/events/new"))
    assert editor.get("/staff/").status_code == 303


def test_a_session_ends_after_the_hours_that_were_set(store: Store, desk: Desk) -> None:
    hire(store, EDITOR, Role.EDITOR)
    desk.sign_in(EDITOR)
    cookie = desk.client.get_cookie("eventsched_staff", path="/staff")
    assert cookie is not None
    assert cookie.expires is not None
    # The browser counts by its own clock, not by the site's.
    hours = (cookie.expires - datetime.now(UTC)) / timedelta(hours=1)
    assert hours == pytest.approx(12, abs=0.1)
    assert (cookie.http_only, cookie.same_site) == (True, "Lax")


def test_an_editor_cannot_approve(store: Store, release: Store, editor: Desk) -> None:
    editor.save(Draft(title="Our own day", date="2011-12-01", zone="America/New_York"))
    with release.reading() as session:
        draft = next(e for e in event_store.every(session) if e.facts.title == "Our own day")
    page = f"/staff/events/{draft.slug}"
    assert "Approve" not in editor.get(page).text
    assert editor.get(f"{page}/approved").status_code == 403
    forged = editor.send(f"{page}/approved", token=editor.token(page), base="1", moment="now")
    assert forged.status_code == 403
    assert "It has been noted." in forged.text
    with release.reading() as session:
        assert event_store.by_slug(session, draft.slug) == draft
        noted = list(site.ledger(session, subject=draft.slug))[-1]
    assert noted.kind == "refused"
    assert noted.body == {
        "by": EDITOR,
        "wanted": "approved",
        "because": "Only an approver may let this event become approved.",
    }


def test_what_an_editor_changes_of_a_public_event_waits_for_an_approver(
    release: Store, editor: Desk, approver: Desk
) -> None:
    with release.reading() as session:
        before = event_store.by_slug(session, PHOENIX_SLUG)
    page = f"/staff/events/{PHOENIX_SLUG}"
    moved = replace(PHOENIX, time="10:00")
    assert "Say why" in editor.save(moved, page).text
    assert editor.save(moved, page, reason="The host moved us.").status_code == 303
    assert "Nothing has moved yet." in editor.get(page).text
    with release.reading() as session:
        assert event_store.by_slug(session, PHOENIX_SLUG) == before
    forged = editor.send(f"{page}/waiting/1/confirm", token=editor.token(page))
    assert forged.status_code == 403
    assert "Confirm and save" not in editor.get(page).text
    assert "Confirm and save" in approver.get(page).text
    assert "A change waits" in approver.get("/staff/").text
    token = approver.token(page)
    assert approver.send(f"{page}/waiting/1/confirm", token=token).status_code == 303
    assert approver.send(f"{page}/waiting/1/confirm", token=token).status_code == 409
    assert "10:00 am MST" in editor.client.get(f"/events/{PHOENIX_SLUG}").text


def test_whose_proposal_is_declined_reads_why(release: Store, editor: Desk, approver: Desk) -> None:
    page = f"/staff/events/{PHOENIX_SLUG}"
    editor.save(replace(PHOENIX, time="10:00"), page, reason="A guess")
    refused = approver.send(f"{page}/waiting/1/decline", token=approver.token(page))
    assert refused.status_code == 422
    assert '<a href="#because">Say why you decline it' in refused.text
    much = approver.send(
        f"{page}/waiting/1/decline", token=approver.token(page), because="<b>" + "x" * 2000
    )
    assert read_form(much.text)["because"] == "<b>" + "x" * 2000
    answer = approver.send(
        f"{page}/waiting/1/decline", token=approver.token(page), because="The host says <9am>."
    )
    assert answer.status_code == 303
    for path in (page, f"{page}/history"):
        assert "The host says &lt;9am&gt;." in editor.get(path).text
    assert "The change that you proposed is declined." in editor.get(page).text
    assert "A guess" in editor.get(f"{page}/history").text
    # What is saved afterwards has the last word.
    approver.save(replace(PHOENIX, time="11:00"), page, reason="The host moved it")
    assert "The host says" not in editor.get(page).text


def test_a_proposal_can_be_taken_back(release: Store, editor: Desk) -> None:
    page = f"/staff/events/{PHOENIX_SLUG}"
    editor.save(replace(PHOENIX, time="10:00"), page, reason="A guess")
    editor.send(f"{page}/waiting/1/decline", token=editor.token(page))
    assert "A change waits" not in editor.get(page).text


def test_a_company_that_demands_two_keeps_a_cancellation_waiting(
    release: Store, approver: Desk, admin: Desk, clock: SettableClock
) -> None:
    clock.set("2011-11-03 12:00")
    assert admin.send("/staff/rules", second_person="yes").status_code == 303
    page = f"/staff/events/{PHOENIX_SLUG}"
    approver.send(f"{page}/cancelled", base="2", reason="The conference is off.")
    assert "It is to be: cancelled" in admin.get(page).text
    assert "Cancelled" not in approver.client.get(f"/events/{PHOENIX_SLUG}").text
    admin.send(f"{page}/waiting/1/confirm", token=admin.token(page))
    assert "Cancelled on November 3, 2011" in approver.client.get(f"/events/{PHOENIX_SLUG}").text


def test_only_an_admin_sees_the_rules(store: Store, approver: Desk) -> None:
    assert approver.get("/staff/rules").status_code == 403
    forged = approver.send("/staff/rules", token=approver.token("/staff/events/new"))
    assert forged.status_code == 403


def test_the_author_is_told_to_find_somebody_else(company: Store, admin: Desk) -> None:
    admin.send("/staff/rules", second_person="yes")
    admin.save(PHOENIX)
    page = f"/staff/events/{PHOENIX_SLUG}/approved"
    answer = admin.send(page, base="1", moment="now")
    assert answer.status_code == 409
    assert "You wrote this version, so somebody else has to approve it." in answer.text


@pytest.mark.parametrize(
    ("nonsense", "whose"),
    [
        pytest.param("\0", "editor", id="a NUL, forged"),
        pytest.param("\0", "admin", id="a NUL"),
        pytest.param("A" * 5_000, "admin", id="too long"),
        pytest.param("' or 1=1 \u202e%00", "admin", id="marks"),
    ],
)
def test_nonsense_in_an_address_or_a_form_is_never_our_mistake(
    app: Flask, release: Store, request: pytest.FixtureRequest, nonsense: str, whose: str
) -> None:
    desk: Desk = request.getfixturevalue(whose)
    names = ("email", "name", "role", "base", "reason", "password", "moment", "day", "clock", "do")
    typed = dict.fromkeys((*names, "title", "zone", "keep-city", "presenters-0-name"), nonsense)
    token = desk.token("/staff/events/new")
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/staff") and rule.endpoint not in ENDING:
            filled = dict.fromkeys(rule.arguments, nonsense) | {
                "number": 1,
                "version": 1,
                "standing": "draft",
                "step": "replay_withdrawn",
            }
            path = app.url_map.bind("localhost").build(
                rule.endpoint, {name: filled[name] for name in rule.arguments}
            )
            for method in (rule.methods or set()) & {"GET", "POST"}:
                data = {"csrf_token": token} | typed if method == "POST" else None
                query = {"q": nonsense, "like": nonsense, "day": nonsense, "clock": nonsense}
                answer = desk.client.open(path, method=method, data=data, query_string=query)
                assert answer.status_code < 500, (method, path[:80], answer.status_code)
