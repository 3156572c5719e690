"""The first account of an installation: made once, by whoever has the link that `serve` prints."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from eventsched.services import staff as staff_service
from eventsched.services.staff import first_key
from eventsched.settings import Settings
from eventsched.store import site
from eventsched.store import staff as staff_store
from eventsched.store.database import Store
from tests.fixtures.product import ANNOUNCED
from tests.fixtures.staff import PASSWORD, Desk, read_form

ME = {"name": "Jo Doe", "email": "Jo@Example.com", "password": PASSWORD}


@pytest.fixture
def link(settings: Settings) -> str:
    return f"/staff/begin/{first_key(settings.secret_key)}"


def addresses(store: Store) -> list[tuple[str, str]]:
    with store.reading() as session:
        return [(one.email, one.role) for one in staff_store.every(session)]


def test_the_first_account_is_an_admins_who_goes_on_to_the_company(
    store: Store, desk: Desk, link: str
) -> None:
    answer = desk.send(link, **ME)
    assert (answer.status_code, answer.location) == (303, "/staff/company")
    assert addresses(store) == [("jo@example.com", "admin")]
    held = read_form(desk.get("/staff/company").text)
    assert (held["domain"], held["website"]) == ("example.com", "https://www.example.com")
    with store.reading() as session:
        kinds = [entry.kind for entry in site.ledger(session, subject="jo@example.com")]
    assert kinds == ["staff_added", "signed_in"]


def test_the_link_is_used_up_by_the_first_account(store: Store, desk: Desk, link: str) -> None:
    token = desk.token(link)
    desk.send(link, **ME)
    again = desk.send(link, token=desk.token("/staff/company") or token, **ME, role="admin")
    assert again.status_code == 410
    assert desk.get(link).status_code == 410
    assert len(addresses(store)) == 1


def test_of_two_who_hold_the_link_at_once_one_becomes_the_admin(store: Store) -> None:
    def begin(number: int) -> bool:
        try:
            staff_service.add_first(
                store, email=f"{number}@example.com", name="", password=PASSWORD, now=ANNOUNCED
            )
        except staff_service.AlreadyBegun:
            return False
        return True

    with ThreadPoolExecutor(4) as people:
        assert sorted(people.map(begin, range(4))) == [False, False, False, True]
    assert len(addresses(store)) == 1


@pytest.mark.parametrize("key", ["1", "é", "%00", "0" * 32, "A" * 5_000])
def test_a_guessed_link_makes_nobody_an_admin(store: Store, desk: Desk, key: str) -> None:
    assert desk.get(f"/staff/begin/{key}").status_code == 410
    token = desk.token("/staff/sign-in")
    assert desk.send(f"/staff/begin/{key}", token=token, **ME).status_code == 410
    assert addresses(store) == []


def test_another_installations_link_opens_nothing(store: Store, desk: Desk) -> None:
    assert desk.get(f"/staff/begin/{first_key('the key of another site')}").status_code == 410


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"password": "short"}, "Choose a password of at least 10 characters."),
        ({"email": "nobody"}, "“nobody” is not an email address."),
        ({"email": ""}, "“” is not an email address."),
    ],
)
def test_what_is_no_account_is_named_and_kept(
    store: Store, desk: Desk, link: str, typed: dict[str, str], problem: str
) -> None:
    answer = desk.send(link, **(ME | typed))
    assert answer.status_code == 422
    assert problem in answer.text
    assert read_form(answer.text)["name"] == "Jo Doe"
    assert PASSWORD not in answer.text
    assert addresses(store) == []


def test_a_forged_form_makes_no_account(store: Store, desk: Desk, link: str) -> None:
    assert desk.client.post(link, data=ME).status_code == 400
    assert addresses(store) == []


def test_who_guessed_too_often_before_is_let_in_with_their_new_account(
    store: Store, desk: Desk, link: str
) -> None:
    for _ in range(6):
        desk.sign_in(ME["email"], "a wrong guess")
    answer = desk.send(link, **ME)
    assert (answer.status_code, answer.location) == (303, "/staff/company")
    assert desk.get("/staff/company").status_code == 200
