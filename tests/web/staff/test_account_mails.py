"""Mail about accounts: read from a real server, and followed as its receiver would."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from eventsched.app import create_app
from eventsched.domain.staff import Role
from eventsched.mailing import Letter, Mailer
from eventsched.services import notices, team
from eventsched.services.account_mails import ask_for_link
from eventsched.services.notices import Office
from eventsched.settings import Settings
from eventsched.store import notices as notice_store
from eventsched.store import site
from eventsched.store.database import Store
from tests.fixtures.mail import Inbox, a_server
from tests.fixtures.product import ANNOUNCED, SettableClock
from tests.fixtures.staff import ADMIN, EDITOR, PASSWORD, Desk, hire

NEW = "new@immunogen.com"
Deliver = Callable[[], list[str]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Name a mail server: what is sent goes to the one that `deliver` knows."""
    return replace(settings, mail=a_server())


@pytest.fixture
def deliver(
    company: Store, settings: Settings, clock: SettableClock, mail_server: Inbox
) -> Deliver:
    """Give a worker that sends all that is due, and returns the paths of the links it sent."""
    office = Office(base_url=settings.base_url, secret_key=settings.secret_key)

    def all_due() -> list[str]:
        mailer, before = Mailer(mail_server.server), len(mail_server.received)
        while notices.deliver(company, mailer, office, now=clock.now()):
            pass
        mailer.close()
        return [link_in(one.text) for one in mail_server.received[before:]]

    return all_due


def link_in(text: str) -> str:
    [path] = re.findall(r"^http://ir\.example(/staff/welcome/\S+)$", text, re.MULTILINE)
    assert isinstance(path, str)
    return path


def test_an_invitation_is_mailed_and_its_link_works(
    deliver: Deliver, admin: Desk, desk: Desk, mail_server: Inbox
) -> None:
    page = admin.send("/staff/team", email=NEW, name="New Person", role="editor").text
    assert "It is on its way to them by email." in page
    [path] = deliver()
    assert f'value="http://ir.example{path}"' in page
    [mail] = mail_server.received
    assert mail.recipient == NEW
    assert mail.message["Subject"] == "Your account for investor events – ImmunoGen, Inc."
    assert "as editor" in mail.text
    assert f'href="http://ir.example{path}"' in mail.html
    assert desk.send(path, password=PASSWORD).status_code == 303
    assert desk.sign_in(NEW).status_code == 303


def test_a_link_that_was_replaced_before_it_was_sent_is_not_sent(
    deliver: Deliver, company: Store, admin: Desk, desk: Desk
) -> None:
    admin.send("/staff/team", email=NEW, name="", role="editor")
    admin.send("/staff/team/link", email=NEW, token=admin.token("/staff/team"))
    [path] = deliver()
    assert desk.get(path).status_code == 200


def test_the_outbox_holds_no_link(
    deliver: Deliver, company: Store, admin: Desk, settings: Settings
) -> None:
    token = team.invite(
        company, email=NEW, name="", role=Role.EDITOR, by=ADMIN,
        secret_key=settings.secret_key, now=ANNOUNCED,
    )  # fmt: skip
    with company.reading() as session:
        [row] = notice_store.every(session)
        assert token not in f"{row.body} {row.key} {row.token}"


def test_who_forgot_their_password_chooses_another_by_the_link_in_the_mail(
    deliver: Deliver, company: Store, desk: Desk, mail_server: Inbox
) -> None:
    hire(company, EDITOR, Role.EDITOR)
    asked = desk.send("/staff/forgotten", email=f" {EDITOR.upper()} ")
    assert "Look into your mailbox" in asked.text
    [path] = deliver()
    assert desk.send(path, password="a short walk in May").status_code == 303
    assert desk.sign_in(EDITOR, "a short walk in May").status_code == 303
    with company.reading() as session:
        kinds = [entry.kind for entry in site.ledger(session)]
    assert kinds[-3:] == ["staff_link", "password_chosen", "signed_in"]


def test_the_answer_tells_nobody_who_has_an_account(
    deliver: Deliver, company: Store, desk: Desk, mail_server: Inbox
) -> None:
    hire(company, EDITOR, Role.EDITOR)
    said = ["stranger@example.com", EDITOR, "", "no address", "a@b\0c"]
    answers = set()
    for email in said:
        page = desk.send("/staff/forgotten", email=email)
        answers.add((page.status_code, re.sub(r'value="[^"]*"', "", page.text)))
    assert len(answers) == 1
    deliver()
    assert [mail.recipient for mail in mail_server.received] == [EDITOR]


def test_a_stranger_who_was_asked_for_is_forgotten_at_once(
    deliver: Deliver, company: Store, desk: Desk
) -> None:
    desk.send("/staff/forgotten", email="stranger@example.com")
    deliver()
    with company.reading() as session:
        [row] = notice_store.every(session)
    assert (row.outcome, row.recipient, row.body) == ("dropped", "", "{}")


def test_asking_again_and_again_is_slowed_down(company: Store, desk: Desk) -> None:
    codes = [desk.send("/staff/forgotten", email=EDITOR).status_code for _ in range(6)]
    assert codes == [200] * 5 + [429]


def test_a_mailbox_is_not_flooded_from_many_places(
    deliver: Deliver, company: Store, mail_server: Inbox
) -> None:
    hire(company, EDITOR, Role.EDITOR)
    for number in range(20):
        ask_for_link(company, EDITOR, origin=f"198.51.100.{number}", now=ANNOUNCED)
        deliver()
    assert len(mail_server.received) == 3


def test_asking_in_somebodys_name_ends_no_invitation_of_theirs(
    deliver: Deliver, admin: Desk, desk: Desk
) -> None:
    admin.send("/staff/team", email=NEW, name="", role="editor")
    [path] = deliver()
    desk.send("/staff/forgotten", email=NEW)
    assert deliver() == []
    assert desk.get(path).status_code == 200


def test_who_is_locked_out_has_no_way_back_but_an_admin(
    deliver: Deliver, company: Store, admin: Desk, desk: Desk
) -> None:
    hire(company, EDITOR, Role.EDITOR)
    desk.send("/staff/forgotten", email=EDITOR)
    [path] = deliver()
    admin.send("/staff/team/lock", email=EDITOR, token=admin.token("/staff/team"))
    assert desk.get(path).status_code == 410
    desk.send("/staff/forgotten", email=EDITOR)
    assert deliver() == []


def test_a_link_that_waited_too_long_is_not_sent(
    deliver: Deliver, company: Store, desk: Desk, clock: SettableClock
) -> None:
    hire(company, EDITOR, Role.EDITOR)
    desk.send("/staff/forgotten", email=EDITOR)
    clock.at += timedelta(hours=4)
    assert deliver() == []


def test_without_a_mail_server_an_admin_is_asked(company: Store, settings: Settings) -> None:
    bare = create_app(replace(settings, mail=None), SettableClock(), company)
    page = Desk(bare.test_client()).get("/staff/forgotten").text
    assert "No mail can be sent from here." in page


def test_a_link_that_is_mailed_while_its_owner_is_locked_never_works(
    company: Store, settings: Settings, mail_server: Inbox, desk: Desk
) -> None:
    hire(company, ADMIN, Role.ADMIN)
    hire(company, EDITOR, Role.EDITOR)

    class SlowMailer(Mailer):
        def send(self, letter: Letter) -> None:
            super().send(letter)
            team.lock(company, EDITOR, by=ADMIN, now=ANNOUNCED)

    ask_for_link(company, EDITOR, origin="", now=ANNOUNCED)
    mailer = SlowMailer(mail_server.server)
    office = Office(base_url=settings.base_url, secret_key=settings.secret_key)
    assert notices.deliver(company, mailer, office, now=ANNOUNCED) == 1
    mailer.close()
    assert desk.get(link_in(mail_server.received[-1].text)).status_code == 410


def test_of_several_links_none_works_after_a_password_was_chosen(
    company: Store, desk: Desk, deliver: Deliver
) -> None:
    hire(company, EDITOR, Role.EDITOR)
    for _ in range(2):
        ask_for_link(company, EDITOR, origin="", now=ANNOUNCED)
    first, second = deliver()
    assert desk.get(second).status_code == 200
    assert desk.send(first, password="a short walk in May").status_code == 303
    assert desk.get(second).status_code == 410
