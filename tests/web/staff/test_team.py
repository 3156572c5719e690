"""The team: invited by link, in a role, and locked when they leave."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from eventsched.domain.staff import Role
from eventsched.store import site
from eventsched.store import staff as staff_store
from eventsched.store.database import Store
from tests.fixtures.product import SettableClock
from tests.fixtures.staff import ADMIN, APPROVER, EDITOR, PASSWORD, Desk, hire

NEW = "new@immunogen.com"


def invited(admin: Desk, **changes: str) -> str:
    """Invite somebody and return the path of their link."""
    typed = {"email": NEW, "name": "New Person", "role": "editor"} | changes
    page = admin.send("/staff/team", **typed).text
    found = re.search(r'value="http://ir\.example(/staff/welcome/[^"]+)"', page)
    assert found is not None, page
    return found[1]


def role_of(store: Store, email: str) -> Role | None:
    with store.reading() as session:
        staff = staff_store.by_email(session, email)
    return None if staff is None else staff.role


def test_somebody_invited_chooses_a_password_and_works(
    store: Store, admin: Desk, desk: Desk
) -> None:
    path = invited(admin)
    assert desk.sign_in(NEW, "!").status_code == 422
    assert "For <bdi>new@immunogen.com</bdi>, editor" in desk.get(path).text
    assert desk.send(path, password=PASSWORD).status_code == 303
    assert "Your password is set." in desk.get("/staff/sign-in").text
    assert desk.sign_in(NEW).status_code == 303


def test_a_link_works_once_and_for_two_days(
    store: Store, admin: Desk, desk: Desk, clock: SettableClock
) -> None:
    path = invited(admin)
    token = desk.token(path)
    clock.at += timedelta(days=2)
    assert desk.get(path).status_code == 410
    assert desk.send(path, token=token, password=PASSWORD).status_code == 410
    clock.at -= timedelta(seconds=1)
    assert desk.send(path, password=PASSWORD).status_code == 303
    assert desk.send(path, token=token, password="another password").status_code == 410
    assert desk.sign_in(NEW).status_code == 303


def test_a_new_link_ends_the_one_before(store: Store, admin: Desk, desk: Desk) -> None:
    first = invited(admin)
    page = admin.send("/staff/team/link", token=admin.token("/staff/team"), email=NEW).text
    assert "is shown only now" in page
    assert desk.get(first).status_code == 410


@pytest.mark.parametrize("password", ["", "short", "A" * 1_001])
def test_a_password_that_will_not_do_is_refused(
    store: Store, admin: Desk, desk: Desk, password: str
) -> None:
    path = invited(admin)
    answer = desk.send(path, password=password)
    assert answer.status_code == 422
    assert "Choose a password of at least 10 characters." in answer.text
    assert desk.get(path).status_code == 200


def test_a_new_password_signs_every_browser_out(
    app: Flask, store: Store, admin: Desk, desk: Desk
) -> None:
    hire(store, EDITOR, Role.EDITOR)
    desk.sign_in(EDITOR)
    page = admin.send("/staff/team/link", token=admin.token("/staff/team"), email=EDITOR).text
    path = page.partition('value="http://ir.example')[2].partition('"')[0]
    other = Desk(app.test_client())
    other.send(path, password="a short walk in May")
    assert desk.get("/staff/").status_code == 303
    assert desk.sign_in(EDITOR).status_code == 422
    assert desk.sign_in(EDITOR, "a short walk in May").status_code == 303


def test_who_is_locked_is_out_at_once(store: Store, admin: Desk, approver: Desk) -> None:
    admin.send("/staff/team/lock", token=admin.token("/staff/team"), email=APPROVER)
    assert approver.get("/staff/").status_code == 303
    assert "No password yet" in admin.get("/staff/team").text


def test_a_role_counts_from_the_next_click(store: Store, admin: Desk, editor: Desk) -> None:
    typed = {"email": EDITOR, "role": "admin"}
    admin.send("/staff/team/role", token=admin.token("/staff/team"), **typed)
    assert editor.get("/staff/team").status_code == 200


def test_somebody_has_to_stay_admin(store: Store, admin: Desk) -> None:
    typed = {"email": ADMIN, "role": "editor"}
    answer = admin.send("/staff/team/role", token=admin.token("/staff/team"), **typed)
    assert answer.status_code == 422
    assert "Somebody has to stay admin." in answer.text
    assert role_of(store, ADMIN) is Role.ADMIN


def test_an_admin_may_step_down_where_another_is(store: Store, admin: Desk) -> None:
    hire(store, EDITOR, Role.ADMIN)
    typed = {"email": ADMIN, "role": "editor"}
    answer = admin.send("/staff/team/role", token=admin.token("/staff/team"), **typed)
    assert answer.location == "/staff/"
    assert admin.get("/staff/team").status_code == 403


@pytest.mark.parametrize(
    ("path", "typed", "message"),
    [
        ("", {"email": "nobody"}, "“nobody” is not an email address."),
        ("", {"email": "a\0b@x.com"}, "is not an email address."),
        ("", {"email": ADMIN}, f"{ADMIN} has an account already."),
        ("", {"email": NEW, "name": "Two\nlines"}, "Keep the name to one line"),
        ("/link", {"email": NEW}, "Nobody has that address."),
        ("/lock", {"email": "\0"}, "Nobody has that address."),
        ("/lock", {"email": ADMIN}, "Ask another admin to lock your own account."),
    ],
)
def test_what_can_not_be_is_said_in_a_sentence(
    store: Store, admin: Desk, path: str, typed: dict[str, str], message: str
) -> None:
    token = admin.token("/staff/team")
    answer = admin.send(f"/staff/team{path}", token=token, **({"role": "editor"} | typed))
    assert answer.status_code == 422
    assert message in answer.text


@pytest.mark.parametrize("path", ["", "/link", "/role", "/lock"])
def test_only_admins_change_the_team(store: Store, approver: Desk, path: str) -> None:
    assert approver.get("/staff/team").status_code == 403
    token = approver.token("/staff/events/new")
    typed = {"email": NEW, "name": "", "role": "admin"}
    assert approver.send(f"/staff/team{path}", token=token, **typed).status_code == 403
    with store.reading() as session:
        assert [e.kind for e in site.ledger(session)][-1] == "refused"
    assert role_of(store, NEW) is None


def test_the_ledger_knows_who_joined_and_who_let_them_in(store: Store, admin: Desk) -> None:
    invited(admin)
    with store.reading() as session:
        (entry,) = site.ledger(session, subject=NEW)
    assert (entry.kind, entry.body) == ("staff_added", {"by": ADMIN, "role": "editor"})
