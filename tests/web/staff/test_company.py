"""The first run: a company, then a first event."""

from dataclasses import asdict
from html import unescape

import pytest

from eventsched.domain.company import IssuerDraft, draft_of_issuer
from eventsched.store import site
from eventsched.store.database import Store
from tests.builders import PHOENIX, an_issuer
from tests.fixtures.product import PHOENIX as SLUG
from tests.fixtures.staff import Desk, read_form
from tests.web.staff.test_decisions import decide

IMMUNOGEN = asdict(draft_of_issuer(an_issuer()))


def issuer_name(store: Store) -> str | None:
    with store.reading() as session:
        issuer = site.issuer(session)
    return None if issuer is None else issuer.name


def test_an_installation_without_accounts_says_how_the_first_is_made(
    store: Store, desk: Desk
) -> None:
    assert "eventsched staff add you@example.com" in desk.get("/staff/sign-in").text


def test_an_empty_installation_leads_to_its_first_public_event(store: Store, admin: Desk) -> None:
    assert "eventsched staff add" not in admin.get("/staff/sign-in").text
    assert "Set up the company" in admin.get("/staff/").text
    assert admin.send("/staff/company", **IMMUNOGEN).location == "/staff/events/new"
    assert "Enter the first event" in admin.get("/staff/").text
    admin.save(PHOENIX)
    decide(admin, "approved", moment="now")
    assert "ImmunoGen, Inc." in admin.client.get(f"/events/{SLUG}").text


def test_an_event_without_a_company_is_kept_on_the_page(store: Store, editor: Desk) -> None:
    answer = editor.save(PHOENIX)
    assert answer.status_code == 409
    assert "none is set up yet" in answer.text
    assert read_form(answer.text)["title"] == PHOENIX.title


def test_the_company_comes_back_into_its_form(company: Store, admin: Desk) -> None:
    held = read_form(admin.get("/staff/company").text)
    assert {name: held[name] for name in IMMUNOGEN} == IMMUNOGEN


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("name", "", "Give the company’s name."),
        ("name", "A" * 201, "Too long: 201 characters, at most 200 fit in this field."),
        ("name", "Two\nlines", "Keep it to one line, without tabs or control characters."),
        ("home_zone", "", "Choose the time zone of its home."),
        (
            "home_zone",
            "EST",
            "“EST” is not a time zone we know. Use a name such as America/New_York.",
        ),
        ("domain", "", "Give the company’s domain name, such as example.com."),
        ("domain", "https://x.com/", "Give the company’s domain name, such as example.com."),
        ("website", "javascript:0", "Give a web address that begins with https:// or http://."),
        ("website", "http://[", "Give a web address that begins with https:// or http://."),
        ("contact_email", "ir at x", "Give an email address, such as ir@example.com."),
    ],
)
def test_what_is_no_company_is_named_and_kept(
    store: Store, admin: Desk, field: str, typed: str, message: str
) -> None:
    answer = admin.send("/staff/company", **(IMMUNOGEN | {field: typed}))
    assert answer.status_code == 422
    assert f'<a href="#{field}">{message}</a>' in unescape(answer.text)
    assert read_form(answer.text)[field] == typed
    assert issuer_name(store) is None


def test_only_an_admin_sets_the_company_up(company: Store, approver: Desk) -> None:
    assert approver.get("/staff/company").status_code == 403
    token = approver.token("/staff/events/new")
    answer = approver.send("/staff/company", token=token, **(IMMUNOGEN | {"name": "Forged"}))
    assert answer.status_code == 403
    assert issuer_name(company) == "ImmunoGen, Inc."


def test_nothing_typed_is_no_company(store: Store, admin: Desk) -> None:
    answer = admin.send("/staff/company", **asdict(IssuerDraft()))
    assert "3 things need your attention" in answer.text
