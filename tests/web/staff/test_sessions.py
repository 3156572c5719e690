"""Throttled attempts, and sessions that their owner can see and end."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventsched.domain.staff import Role
from eventsched.services import sessions, team
from eventsched.settings import Settings
from eventsched.store import sessions as session_store
from eventsched.store import site
from eventsched.store.database import Store
from eventsched.store.tables import SignInFailureRow, StaffSessionRow
from eventsched.web.staff.accounts import browser_words
from eventsched.worker.timer import Worker
from tests.fixtures.product import ANNOUNCED, SettableClock
from tests.fixtures.staff import ADMIN, APPROVER, EDITOR, PASSWORD, Desk, hire


def from_elsewhere(app: Flask) -> Desk:
    desk = Desk(app.test_client())
    desk.client.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    return desk


def test_the_sixth_guess_has_to_wait_even_if_it_is_right(
    store: Store, desk: Desk, clock: SettableClock
) -> None:
    hire(store, EDITOR, Role.EDITOR)
    assert [desk.sign_in(EDITOR, "a wrong guess").status_code for _ in range(5)] == [422] * 5
    refused = desk.sign_in(EDITOR)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "300")
    assert "Wait 5 minutes, then try again." in refused.text
    clock.at += timedelta(minutes=5)
    assert desk.sign_in(EDITOR).status_code == 303


def test_who_guesses_elsewhere_locks_nobody_out(app: Flask, store: Store, desk: Desk) -> None:
    hire(store, EDITOR, Role.EDITOR)
    attacker = from_elsewhere(app)
    for _ in range(6):
        attacker.sign_in(EDITOR, "a wrong guess")
    assert attacker.sign_in(EDITOR).status_code == 429
    assert desk.sign_in(EDITOR).status_code == 303


def test_who_tries_one_password_on_everybody_has_to_wait(store: Store, desk: Desk) -> None:
    answers = [desk.sign_in(f"{n}@immunogen.com", "Passw0rd!!").status_code for n in range(31)]
    assert answers == [422] * 30 + [429]


def test_attempts_are_forgotten(store: Store, desk: Desk, clock: SettableClock) -> None:
    desk.sign_in(EDITOR, "a wrong guess")
    clock.at += timedelta(hours=1)
    desk.sign_in(APPROVER, "a wrong guess")
    with store.reading() as session:
        since = clock.at - timedelta(days=1)
        kept = session_store.failures(session, origin="127.0.0.1", since=since)
    assert [email for email, _ in kept] == [APPROVER]


def test_a_session_can_be_ended_from_another_browser(app: Flask, store: Store, desk: Desk) -> None:
    hire(store, EDITOR, Role.EDITOR)
    desk.sign_in(EDITOR)
    other = from_elsewhere(app)
    other.sign_in(EDITOR)
    page = desk.get("/staff/account").text
    assert "This browser" in page
    assert "203.0.113.7" in page
    with store.reading() as session:
        listed = {one.origin: one.id for one in session_store.of(session, EDITOR)}
    path = f"/staff/account/sessions/{listed['203.0.113.7']}/end"
    assert desk.send(path, token=desk.token("/staff/account")).status_code == 303
    assert other.get("/staff/").status_code == 303
    assert desk.get("/staff/").status_code == 200


def test_everywhere_else_is_signed_out_in_one_click(
    app: Flask, store: Store, desk: Desk, approver: Desk
) -> None:
    hire(store, EDITOR, Role.EDITOR)
    desk.sign_in(EDITOR)
    path = "/staff/account/sessions/end-others"
    assert path not in desk.get("/staff/account").text
    others = [from_elsewhere(app), from_elsewhere(app)]
    for other in others:
        other.sign_in(EDITOR)
    assert path in desk.get("/staff/account").text
    assert desk.send(path, token=desk.token("/staff/account")).status_code == 303
    assert "2 other browsers are signed out." in desk.get("/staff/account").text
    assert [other.get("/staff/").status_code for other in others] == [303, 303]
    # Neither this browser nor anybody else's.
    assert [who.get("/staff/").status_code for who in (desk, approver)] == [200, 200]


def test_nobody_ends_the_session_of_somebody_else(
    store: Store, editor: Desk, approver: Desk
) -> None:
    with store.reading() as session:
        (theirs,) = session_store.of(session, APPROVER)
    for number in (theirs.id, 0, 10**30):
        path = f"/staff/account/sessions/{number}/end"
        assert editor.send(path, token=editor.token("/staff/account")).status_code == 404
    assert approver.get("/staff/").status_code == 200


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(
    app: Flask, store: Store, desk: Desk
) -> None:
    hire(store, EDITOR, Role.EDITOR)
    desk.sign_in(EDITOR)
    cookie = desk.client.get_cookie("eventsched_staff", path="/staff")
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie("eventsched_staff", cookie.value, path="/staff")
    assert thief.get("/staff/").status_code == 200
    desk.send("/staff/sign-out", token=desk.token("/staff/events/new"))
    assert thief.get("/staff/").status_code == 303


def test_signing_in_is_in_the_ledger(store: Store, desk: Desk) -> None:
    hire(store, EDITOR, Role.EDITOR)
    desk.sign_in(EDITOR)
    with store.reading() as session:
        kinds = [entry.kind for entry in site.ledger(session, subject=EDITOR)]
    assert kinds == ["staff_added", "signed_in"]


def test_the_database_does_not_hold_what_opens_a_session(store: Store, desk: Desk) -> None:
    hire(store, EDITOR, Role.EDITOR)
    desk.sign_in(EDITOR, PASSWORD)
    with desk.client.session_transaction("/staff/") as cookie:
        token = cookie["_user_id"].partition(":")[0]
    with store.reading() as session:
        (kept,) = session_store.of(session, EDITOR)
    assert token
    assert token != kept.key


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/145.0", "Firefox on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Chrome/142.0 Safari/5", "Chrome on Mac"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/142 Safari/537 Edg/142", "Edge on Windows"),
        ("curl/8.0", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_is_called_by_its_name(user_agent: str, words: str) -> None:
    assert browser_words(user_agent) == words


@pytest.mark.parametrize("path", ["/staff/%0d%0aX:y", "/staff/%00", "/staff/%e2%80%ae"])
def test_an_address_that_no_header_can_bear_leads_to_the_board(
    store: Store, desk: Desk, path: str
) -> None:
    hire(store, EDITOR, Role.EDITOR)
    answer = desk.sign_in(EDITOR, path=f"/staff/sign-in?next={path}")
    assert (answer.status_code, answer.location) == (303, "/staff/")


def test_who_is_locked_between_password_and_cookie_is_refused(
    app: Flask, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    hire(store, ADMIN, Role.ADMIN)
    hire(store, EDITOR, Role.EDITOR)
    start = sessions.start

    def start_and_be_locked(*given: Any, **said: Any) -> str | None:
        token = start(*given, **said)
        team.lock(store, EDITOR, by=ADMIN, now=ANNOUNCED)
        return token

    monkeypatch.setattr(sessions, "start", start_and_be_locked)
    desk = Desk(app.test_client())
    assert desk.sign_in(EDITOR).status_code == 422
    assert desk.get("/staff/").status_code == 303


def rows(store: Store) -> tuple[int, int]:
    """Return how many sessions and failed attempts are kept."""
    with store.reading() as session:
        count = [
            session.scalar(select(func.count()).select_from(row))
            for row in (StaffSessionRow, SignInFailureRow)
        ]
    return count[0] or 0, count[1] or 0


def test_a_session_that_ended_is_neither_listed_nor_kept(
    store: Store, desk: Desk, app: Flask, clock: SettableClock, settings: Settings
) -> None:
    hire(store, EDITOR, Role.EDITOR)
    old, signed_out = from_elsewhere(app), Desk(app.test_client())
    old.sign_in(EDITOR)
    signed_out.sign_in(EDITOR)
    signed_out.send("/staff/sign-out", token=signed_out.token("/staff/account"))
    old.sign_in(APPROVER, "a wrong guess")
    worker = Worker(store, clock, session_lifetime=settings.session_lifetime)
    worker.look_at_retention()
    assert rows(store) == (1, 1)

    clock.at += settings.session_lifetime
    desk.sign_in(EDITOR)
    worker.look_at_retention()
    assert rows(store) == (2, 0)

    clock.at += timedelta(minutes=5)
    assert "203.0.113.7" not in desk.get("/staff/account").text
    worker.look_at_retention()
    assert rows(store) == (1, 0)
    assert desk.get("/staff/").status_code == 200


@pytest.mark.parametrize("how", ["locked", "chose a password"])
def test_who_is_signed_out_everywhere_has_no_session_left(
    store: Store, desk: Desk, settings: Settings, how: str
) -> None:
    hire(store, ADMIN, Role.ADMIN)
    hire(store, EDITOR, Role.EDITOR)
    desk.sign_in(EDITOR)
    if how == "locked":
        team.lock(store, EDITOR, by=ADMIN, now=ANNOUNCED)
    else:
        key = settings.secret_key
        link = team.new_link(store, EDITOR, by=ADMIN, secret_key=key, now=ANNOUNCED)
        team.choose_password(store, link, PASSWORD, now=ANNOUNCED)
    with store.reading() as session:
        assert session_store.of(session, EDITOR) == []
