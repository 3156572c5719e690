"""A form that is refused: what was typed stays, but for passwords; a summary leads to the field."""

import re

import pytest
from flask import Flask

from eventsched.domain.staff import Role
from eventsched.services import staff as staff_service
from eventsched.settings import Settings
from eventsched.store.database import Store
from tests.fixtures.staff import ADMIN, EDITOR, Desk, hire, read_form

SECRET = "correct horse battery"


def problems(page: str) -> list[tuple[str, str]]:
    """Return what the summary on top says: the field that each line leads to, and its words."""
    summary = page.partition('<section class="problems" role="alert"')[2].partition("</section>")[0]
    assert 'tabindex="-1" autofocus' in summary
    # The summary has the focus to itself, and each link leads to a field that is marked as wrong.
    assert page.count(" autofocus") == 1
    found = re.findall(r'<li>(?:<a href="#([\w-]+)">)?([^<]+)', summary)
    for field, _ in found:
        if field:
            control = re.search(rf'<(?:input|textarea|select)[^>]* id="{field}"[^>]*>', page)
            assert control is not None
            assert "aria-invalid" in control[0] or 'type="radio"' in control[0]
    return found


@pytest.mark.parametrize(
    ("path", "typed", "field", "words"),
    [
        pytest.param(
            "/staff/team",
            {"name": "Ann <i>", "email": "nowhere", "role": "approver"},
            "email",
            "“nowhere” is not an email address.",
            id="an invitation without an address",
        ),
        pytest.param(
            "/staff/team",
            {"name": "Ann", "email": ADMIN, "role": "admin"},
            "email",
            f"{ADMIN} has an account already.",
            id="an invitation of a colleague",
        ),
        pytest.param(
            "/staff/privacy/policy",
            {"text": "# New\n\nAll of it.", "date": "someday", "time": "9am"},
            "date",
            "Can&#39;t read “someday” as a date.",
            id="a policy from no day",
        ),
        pytest.param(
            "/staff/privacy/policy",
            {"text": "# New", "date": "Nov 30 2012", "time": "soon"},
            "time",
            "Can&#39;t read “soon” as a time.",
            id="a policy from no time",
        ),
        pytest.param(
            "/staff/privacy/policy",
            {"text": " ", "date": "Nov 30 2012", "time": ""},
            "text",
            "Write the policy.",
            id="a policy without words",
        ),
        pytest.param(
            "/staff/privacy/policy",
            {"text": "# New", "date": "", "time": "9am"},
            "date",
            "Give the date too.",
            id="a policy with a time alone",
        ),
    ],
)
def test_a_refused_form_keeps_what_was_typed_and_leads_to_the_field(
    company: Store, admin: Desk, path: str, typed: dict[str, str], field: str, words: str
) -> None:
    token = admin.token("/staff/team")
    answer = admin.send(path, token=token, **typed)
    assert answer.status_code == 422
    [(where, told)] = problems(answer.text)
    assert (where, told.startswith(words)) == (field, True)
    held = read_form(answer.text)
    assert {name: held[name].strip() for name in typed} == {n: s.strip() for n, s in typed.items()}


def test_a_usual_window_that_makes_no_sense_is_refused_beside_its_field(
    company: Store, admin: Desk
) -> None:
    typed = {"replay_stay": "days", "replay_days": "a few", "replay_counted_from": "posting"}
    token = admin.token("/staff/rules")
    answer = admin.send("/staff/rules/replays", token=token, **typed)
    assert answer.status_code == 422
    assert [field for field, _ in problems(answer.text)] == ["replay_days"]
    held = read_form(answer.text)
    assert {name: held[name] for name in typed} == typed


def test_half_a_form_turns_no_rule_off(company: Store, admin: Desk) -> None:
    token = admin.token("/staff/rules")
    admin.send("/staff/rules", token=token, second_person="yes")
    answer = admin.send("/staff/rules", token=token)
    assert answer.status_code == 422
    assert problems(answer.text) == [("yes", "Say whether a second person is demanded.")]
    assert read_form(answer.text)["second_person"] == "yes"


def test_the_last_admin_sees_whose_role_has_to_stay(company: Store, admin: Desk) -> None:
    hire(company, EDITOR, Role.EDITOR)
    token = admin.token("/staff/team")
    answer = admin.send("/staff/team/role", token=token, email=ADMIN, role="editor")
    assert answer.status_code == 422
    [(field, words)] = problems(answer.text)
    assert words == "Somebody has to stay admin."
    mine = answer.text.partition(f'id="{field}"')[0]
    assert mine.rpartition('name="email" value="')[2].startswith(ADMIN)
    # What somebody else was to become is no invitation.
    assert read_form(answer.text.partition('id="invite"')[2])["email"] == ""


def test_who_signs_in_wrongly_keeps_the_address_and_never_the_password(
    company: Store, desk: Desk
) -> None:
    hire(company, EDITOR, Role.EDITOR)
    answer = desk.sign_in(EDITOR, SECRET)
    assert answer.status_code == 422
    assert [field for field, _ in problems(answer.text)] == ["email"]
    assert read_form(answer.text)["email"] == EDITOR
    assert SECRET not in answer.text


def test_the_first_account_is_asked_for_again_without_its_password(
    app: Flask, store: Store, settings: Settings, desk: Desk
) -> None:
    path = f"/staff/begin/{staff_service.first_key(settings.secret_key)}"
    answer = desk.send(path, name="Ann", email="ann@x.example", password="short")
    assert answer.status_code == 422
    assert [field for field, _ in problems(answer.text)] == ["password"]
    held = read_form(answer.text)
    assert (held["name"], held["email"], held["password"]) == ("Ann", "ann@x.example", "")


def test_a_short_password_is_not_kept(company: Store, admin: Desk, desk: Desk) -> None:
    token = admin.token("/staff/team")
    page = admin.send("/staff/team", token=token, name="", email="a@x.example", role="editor").text
    link = re.search(r'value="(?:https?://[^/]+)?(/staff/welcome/[^"]+)"', page)
    assert link is not None
    answer = desk.send(link[1], password="short")
    assert answer.status_code == 422
    assert [field for field, _ in problems(answer.text)] == ["password"]
    assert "short" not in re.findall(r'value="([^"]*)"', answer.text)
