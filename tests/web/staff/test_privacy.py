"""Staff tick requests off, see what is held, and add versions of the policy."""

import pytest
from flask.testing import FlaskClient

from eventsched.services import privacy
from eventsched.store import privacy as privacy_store
from eventsched.store import site
from eventsched.store.database import Store
from tests.builders import an_issuer
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.kits import ask_for_kit as confirmed_kit
from tests.fixtures.product import ANNOUNCED, SettableClock
from tests.fixtures.staff import Desk, read_form

PAGE = "/staff/privacy"


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    return fresh_sqlite


@pytest.fixture(autouse=True)
def _company(store: Store) -> None:
    with store.writing() as session:
        site.set_issuer(session, an_issuer(), at=ANNOUNCED)


def ask_for_kit(store: Store) -> None:
    confirmed_kit(
        store,
        email="jo@example.com",
        name="Jo <b>",
        postal_address="1 Road\nReno",
        now=ANNOUNCED,
    )


def token(desk: Desk) -> str:
    return read_form(desk.client.get(PAGE).text)["csrf_token"]


def test_a_kit_is_ticked_off(store: Store, editor: Desk) -> None:
    ask_for_kit(store)
    page = editor.client.get(PAGE).text
    assert "Jo &lt;b&gt;" in page
    form = {"csrf_token": token(editor)}
    answer = editor.client.post(f"{PAGE}/kits/1/sent", data=form, follow_redirects=True)
    assert "Noted: the kit is on its way." in answer.text
    assert "Jo &lt;b&gt;" not in editor.client.get(PAGE).text
    again = editor.client.post(f"{PAGE}/kits/1/sent", data=form, follow_redirects=True)
    assert "That request is not open any more." in again.text
    for number in ("0", "99", str(2**31), "9" * 40):
        assert editor.client.post(f"{PAGE}/kits/{number}/sent", data=form).status_code in (303, 404)


def test_a_version_is_added_and_shown_with_what_it_changed(
    store: Store, admin: Desk, client: FlaskClient, clock: SettableClock
) -> None:
    with store.reading() as session:
        [first] = privacy_store.policies(session)
    text = first.text.replace("We do not sell it", "We never sell it")
    form = {"csrf_token": token(admin), "text": text, "date": "Dec 1, 2011", "time": "9am"}
    answer = admin.client.post(f"{PAGE}/policy", data=form, follow_redirects=True)
    assert "Version 2 is added." in answer.text
    before = client.get("/privacy").text
    assert "Version 1, in force since this site began." in before
    assert "Version 2 will hold from December 1, 2011, 9:00 am EST" in before
    clock.set("2011-12-01 14:00")
    after = client.get("/privacy").text
    assert "Version 2, in force since December 1, 2011, 9:00 am EST." in after
    assert "<del>do not</del> <ins>never</ins> sell it" in after
    assert "Version 1, in force until December 1, 2011, 9:00 am EST<" in after


def test_a_version_to_come_is_taken_back(admin: Desk, approver: Desk, client: FlaskClient) -> None:
    form = {"csrf_token": token(admin), "text": "Else.", "date": "Dec 1, 2011"}
    admin.client.post(f"{PAGE}/policy", data=form)
    assert "Take version 2 back" not in approver.client.get(PAGE).text
    assert "Take version 1 back" not in admin.client.get(PAGE).text
    back = f"{PAGE}/policy/2/take-back"
    assert admin.client.post(back).status_code == 400
    assert approver.client.post(back, data={"csrf_token": token(approver)}).status_code == 403
    assert "Version 2 will hold from" in client.get("/privacy").text
    answer = admin.client.post(back, data=form, follow_redirects=True)
    assert "Version 2 is taken back." in answer.text
    assert "Version 2, taken back before it was in force" in answer.text
    public = client.get("/privacy").text
    assert ("Version 2" in public, "Version 1, in force since this site began." in public) == (
        False,
        True,
    )
    again = admin.client.post(back, data=form)
    assert (again.status_code, "There is no version 2 to take back." in again.text) == (422, True)


@pytest.mark.parametrize(
    ("date", "time", "message"),
    [
        ("yesterday", "", "read “yesterday” as a date"),
        ("2011-11-01", "", "That instant has passed"),
        ("", "9am", "Give the date too."),
        ("2012-03-11", "02:30", "does not exist in America/New_York"),
        ("2060-01-01", "", "The year 2060 is outside"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_lost(
    store: Store, admin: Desk, date: str, time: str, message: str
) -> None:
    form = {"csrf_token": token(admin), "text": "Typed long.", "date": date, "time": time}
    answer = admin.client.post(f"{PAGE}/policy", data=form)
    assert (answer.status_code, message in answer.text) == (422, True)
    assert "Typed long." in answer.text
    with store.reading() as session:
        assert len(privacy_store.policies(session)) == 1


def test_only_an_admin_may_add_one(store: Store, approver: Desk) -> None:
    assert "A new version" not in approver.client.get(PAGE).text
    form = {"csrf_token": token(approver), "text": "Else."}
    assert approver.client.post(f"{PAGE}/policy", data=form).status_code == 403
    with store.reading() as session:
        assert len(privacy_store.policies(session)) == 1


def test_what_is_kept_too_long_is_an_alarm(
    store: Store, editor: Desk, clock: SettableClock
) -> None:
    ask_for_kit(store)
    assert "Nothing is kept beyond its time." in editor.client.get(PAGE).text
    clock.set("2012-12-01")
    # The session is as old; its cookie is not.
    assert "should be erased by now" in editor.client.get(PAGE).text
    privacy.keep_no_longer(store, now=clock.now())
    page = editor.client.get(PAGE).text
    assert "Nothing is kept beyond its time." in page
    assert "Last erased: November 30, 2012, 7:00 pm EST." in page
