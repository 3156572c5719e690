"""The forms of alerts: the same answer for everybody, GET shows, POST acts, no cookie anywhere."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import text

from eventsched.app import create_app
from eventsched.mailing import Mailer
from eventsched.services import (
    alert_mails,  # noqa: F401 - enters the composer of alerts
    alerts,
    notices,
    privacy,
)
from eventsched.services.notices import Office
from eventsched.settings import Settings
from eventsched.store import notices as notice_store
from eventsched.store import privacy as privacy_store
from eventsched.store import site
from eventsched.store.database import Store
from eventsched.store.privacy_tables import SubscriptionRow
from tests.builders import an_issuer
from tests.fixtures.axe import violations
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.mail import Inbox
from tests.fixtures.product import ANNOUNCED, SettableClock

JO, FORM = "jo@example.com", {"zone": "Europe/Berlin", "kinds": "conference", "topics": "change"}
ASKED = ("/alerts/asked", "/privacy/data/asked", "/investor-kit/asked")


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    return fresh_sqlite


@pytest.fixture
def settings(settings: Settings, mail_server: Inbox) -> Settings:
    return replace(settings, mail=mail_server.server)


@pytest.fixture
def mailer(mail_server: Inbox) -> Iterator[Mailer]:
    mailer = Mailer(mail_server.server)
    yield mailer
    mailer.close()


def test_where_no_mail_can_go_alerts_are_not_offered_and_nothing_is_said_to_be_on_its_way(
    settings: Settings, store: Store, clock: SettableClock
) -> None:
    with store.writing() as session:
        site.set_issuer(session, an_issuer(), at=ANNOUNCED)
    for mail, goes in ((None, False), (settings.mail, True)):
        client = create_app(replace(settings, mail=mail), clock, store).test_client()
        pages = {path: client.get(path).text for path in ("/", "/alerts", *ASKED)}
        assert {path: "No mail goes out" in page for path, page in pages.items()} == {
            **{"/": False, "/alerts": not goes},
            **dict.fromkeys(ASKED, not goes),
        }
        assert ("Get email alerts" in pages["/"]) is goes
        assert {" on its way" in pages[path] for path in ASKED} == {goes}


class Visitor:
    """Somebody with a browser and a mailbox."""

    def __init__(
        self, app: Flask, store: Store, mailer: Mailer, inbox: Inbox, settings: Settings
    ) -> None:
        self.client, self.store, self._mailer, self._inbox = app.test_client(), store, mailer, inbox
        self._office = Office(base_url=settings.base_url, secret_key=settings.secret_key)

    def links(self, email: str = JO) -> list[str]:
        """Return the paths that the mails to `email` lead to, after all that is due was sent."""
        while notices.deliver(self.store, self._mailer, self._office, now=ANNOUNCED):
            pass
        words = " ".join(received.text for received in self._inbox.to(email))
        return re.findall(r"http://ir\.example(/\S+)", words)

    def sign_up(self, email: str = JO) -> None:
        self.client.post("/alerts", data=FORM | {"email": email})

    def subscribe(self, email: str = JO) -> str:
        """Sign up and confirm; return the path of the preferences."""
        self.sign_up(email)
        page = self.client.post(self.links(email)[-1], data={"policy": "1"})
        return page.headers["Location"].partition("?")[0]

    def count(self) -> int:
        with self.store.reading() as session:
            return session.query(SubscriptionRow).count()


@pytest.fixture
def visitor(
    app: Flask, store: Store, mailer: Mailer, mail_server: Inbox, settings: Settings
) -> Visitor:
    with store.writing() as session:
        site.set_issuer(session, an_issuer(), at=ANNOUNCED)
    return Visitor(app, store, mailer, mail_server, settings)


def test_nobody_can_tell_from_the_answer_who_is_known(visitor: Visitor) -> None:
    visitor.subscribe()
    answers = [
        visitor.client.post("/alerts", data=FORM | {"email": email})
        for email in (JO, "new@example.com", JO, JO, JO, "new@example.com")
    ]
    answers += [
        visitor.client.post("/privacy/data", data={"email": email})
        for email in (JO, "unknown@example.com")
    ]
    assert len({(a.status_code, a.data, str(a.headers)) for a in answers[:6]}) == 1
    assert len({(a.status_code, a.data, str(a.headers)) for a in answers[6:]}) == 1


def test_what_was_typed_stays_beside_what_is_wrong(visitor: Visitor) -> None:
    answer = visitor.client.post("/alerts", data=FORM | {"email": '<b>"x'})
    assert answer.status_code == 422
    assert 'value="&lt;b&gt;&#34;x"' in answer.text
    assert "<b>" not in answer.text
    assert 'value="Europe/Berlin" selected' in answer.text
    assert 'id="topics-change" name="topics" value="change" checked' in answer.text


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"email": "x" * 10_000},
        {"email": f"{JO}\r\nBcc: all@example.com"} | FORM,
        {"email": f"{JO}\0"} | FORM,
        {"email": JO, "zone": "\0", "kinds": "\0", "topics": "\0"},
        {"email": JO, "zone": "x" * 10_000, "kinds": ["conference"] * 5_000, "topics": "change"},
    ],
)
def test_bad_input_is_a_page_and_no_mail(visitor: Visitor, form: dict[str, str]) -> None:
    assert visitor.client.post("/alerts", data=form).status_code in (413, 422)
    assert visitor.links() == []


def test_looking_confirms_nothing_and_ends_nothing(visitor: Visitor) -> None:
    visitor.sign_up()
    [confirm] = visitor.links()
    for _ in range(3):
        assert visitor.client.get(confirm).status_code == 200
        assert visitor.client.head(confirm).status_code == 200
    assert visitor.count() == 0
    page = visitor.client.post(confirm, data={"policy": "1"}).headers["Location"]
    unsubscribe = page.partition("?")[0].replace("preferences", "unsubscribe")
    for _ in range(3):
        assert visitor.client.get(unsubscribe).status_code == 200
    assert visitor.count() == 1
    visitor.client.post(unsubscribe)
    assert visitor.count() == 0


def test_a_mail_programs_own_button_unsubscribes(visitor: Visitor) -> None:
    unsubscribe = visitor.subscribe().replace("preferences", "unsubscribe")
    foreign = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
    form = {"List-Unsubscribe": "One-Click"}
    answers = [visitor.client.post(unsubscribe, data=form, headers=foreign) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert visitor.count() == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({"Origin": "http://ir.example"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_a_form_comes_from_our_own_page(
    visitor: Visitor, headers: dict[str, str], status: int
) -> None:
    answer = visitor.client.post("/alerts", data=FORM | {"email": JO}, headers=headers)
    assert answer.status_code == status
    assert len(visitor.links()) == (1 if status == 303 else 0)


def test_a_dead_link_says_why(visitor: Visitor, clock: SettableClock) -> None:
    visitor.sign_up()
    [confirm] = visitor.links()
    visitor.sign_up("late@example.com")
    [late] = visitor.links("late@example.com")
    visitor.client.post(confirm, data={"policy": "1"})
    clock.set("2011-12-01")
    said = {
        path: (answer.status_code, re.sub(r"\s+", " ", re.findall("<h1.*?>(.*?)<", answer.text)[0]))
        for path in (confirm, confirm[:-1], confirm.replace("/c", "/d"), late)
        for answer in (visitor.client.get(path), visitor.client.post(path))
    }
    assert list(said.values()) == [
        (410, "This link has done its work"),
        (404, "This link is not complete"),
        (404, "There is no page at this address"),
        (410, "This link no longer works"),
    ]


def test_wishes_can_be_changed(visitor: Visitor) -> None:
    page = visitor.subscribe()
    assert "jo@example.com" in visitor.client.get(page).text
    form = {"zone": "Asia/Tokyo", "kinds": ["other"], "topics": ["new_event", "replay_closing"]}
    assert visitor.client.post(page, data=form).status_code == 303
    shown = visitor.client.get(page).text
    assert re.findall(r'name="(?:kinds|topics)" value="(\w+)" checked', shown) == [
        "new_event",
        "replay_closing",
        "other",
    ]
    assert visitor.client.post(page, data=form | {"topics": []}).status_code == 422


def test_a_request_for_a_kit_counts_once_its_mailbox_has_confirmed_it(visitor: Visitor) -> None:
    typed = {"name": "Jo <b>", "email": JO, "postal_address": "1 Road\r\nReno"}
    sent = visitor.client.post("/investor-kit", data=typed)
    assert (sent.status_code, sent.location) == (303, "/investor-kit/asked")
    [path] = visitor.links()
    page = visitor.client.get(path)
    assert "Jo &lt;b&gt;" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    mark = re.search(r'name="seen" value="(\w+)"', page.text)
    assert mark is not None
    form = {"policy": "1", "seen": mark[1]}
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert visitor.client.post(path, data=form, headers=elsewhere).status_code == 403
    for wrong in ({"policy": "2"}, {"seen": ""}, {"seen": "é" * 9_000}):
        assert visitor.client.post(path, data=form | wrong).location == path
    with visitor.store.reading() as session:
        assert privacy_store.kit_requests(session) == []
    assert "Your request is here" in visitor.client.post(path, data=form).text
    for again in (visitor.client.get(path), visitor.client.post(path, data=form)):
        assert (again.status_code, "team has your request" in again.text) == (410, True)
    with visitor.store.reading() as session:
        [request] = privacy_store.kit_requests(session)
    assert (request.name, request.postal_address) == ("Jo <b>", "1 Road\nReno")
    assert visitor.client.get(path[:-1]).status_code == 404
    assert visitor.client.get(path.replace("/k", "/c")).status_code == 404


def test_public_pages_keep_nothing_anywhere(visitor: Visitor) -> None:
    page = visitor.subscribe()
    for path in ("/alerts", "/alerts/asked", page, "/privacy/data", "/investor-kit"):
        answer = visitor.client.get(path)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "Set-Cookie" not in visitor.client.get("/privacy").headers


def test_no_address_is_in_an_address_the_ledger_or_a_key(visitor: Visitor) -> None:
    visitor.subscribe()
    visitor.client.post("/privacy/data", data={"email": JO})
    paths = visitor.links()
    with visitor.store.reading() as session:
        ledger = [str(entry) for entry in site.ledger(session)]
        keys = [notice.key for notice in notice_store.of(session, JO)]
    assert len(paths) == len(keys) == 2
    told = [words for words in (*paths, *ledger, *keys) if re.search("jo(@|%40)", words, re.I)]
    assert told == []


def test_the_limit_of_mails_is_for_each_address(visitor: Visitor) -> None:
    for _ in range(5):
        visitor.sign_up()
    assert len(visitor.links()) == 1
    assert alerts.MOST_MAILS == 3


def test_who_agreed_to_an_earlier_policy_is_asked_and_not_made_to(visitor: Visitor) -> None:
    page = visitor.subscribe()
    assert "The privacy policy has changed" not in visitor.client.get(page).text
    privacy.add_policy(visitor.store, "Another.", ANNOUNCED, by="test", now=ANNOUNCED)
    shown = visitor.client.get(page).text
    assert "You agreed to version 1" in shown
    old, new = (visitor.client.post(f"{page}/agree", data={"policy": n}) for n in ("1", "2"))
    assert [answer.headers["Location"] for answer in (old, new)] == [page, f"{page}?done=agreed"]
    assert "The privacy policy has changed" not in visitor.client.get(page).text


def test_a_policy_that_changes_before_the_button_is_shown_first(visitor: Visitor) -> None:
    visitor.sign_up()
    [confirm] = visitor.links()
    assert "version 1" in visitor.client.get(confirm).text
    privacy.add_policy(visitor.store, "Another.", ANNOUNCED, by="test", now=ANNOUNCED)
    assert visitor.client.post(confirm, data={"policy": "1"}).headers["Location"] == confirm
    assert visitor.count() == 0
    assert "version 2" in visitor.client.get(confirm).text
    for nonsense in ("", "-2", "2.0", "２", "9" * 5_000):
        visitor.client.post(confirm, data={"policy": nonsense})
    assert visitor.count() == 0
    visitor.client.post(confirm, data={"policy": "2"})
    assert visitor.count() == 1


def test_an_address_is_in_no_log_even_when_something_breaks(
    visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    # The mail server of the tests tells all it hears; a real one is somebody else's program.
    caplog.set_level("CRITICAL", logger="mail.log")
    caplog.set_level("DEBUG")
    visitor.subscribe("first@example.com")
    with visitor.store.engine.begin() as connection:
        connection.execute(text("create unique index breaks on person (since)"))
    answer = visitor.client.post("/alerts", data=FORM | {"email": JO})
    assert answer.status_code == 500
    assert "IntegrityError" in caplog.text
    assert [name for name in ("first@", "jo@") if name in caplog.text] == []


def test_the_way_through_a_browser_is_open_to_everybody(
    page: Page, site_url: str, visitor: Visitor
) -> None:
    """Nothing of it needs a mouse or a script, and axe objects to nothing."""
    page.set_viewport_size({"width": 360, "height": 800})
    found: list[str] = []

    def look(path: str) -> None:
        page.goto(site_url + path)
        found.extend(violations(page))
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")

    look("/alerts")
    page.get_by_label("Email address").fill("not an address")
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("alert")).to_contain_text("One thing needs your attention")
    page.wait_for_load_state()
    found.extend(violations(page))
    page.get_by_label("Email address").fill(JO)
    page.get_by_label("A reminder an hour before").check()
    page.get_by_role("button", name="Send me the link").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    look(visitor.links()[-1])
    page.get_by_role("button", name="Yes, send me these alerts").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Confirmed.")
    preferences = urlsplit(page.url).path
    look(preferences)
    expect(page.get_by_label("A reminder an hour before")).to_be_checked()
    page.goto(f"{site_url}/privacy/data")
    page.get_by_label("Email address").fill(JO)
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    look(visitor.links()[-1])
    look(preferences.replace("preferences", "unsubscribe"))
    page.get_by_role("button", name="Unsubscribe").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are unsubscribed")
    look(preferences)
    assert found == []
    assert page.context.cookies() == []
