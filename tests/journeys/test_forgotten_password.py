"""Somebody forgot their password: asked on the page, mailed by a real worker, replaced by link."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from eventsched.app import create_app
from eventsched.clock import SystemClock
from eventsched.domain.staff import Role
from eventsched.settings import Settings
from eventsched.store.database import Store
from tests.fixtures.mail import Inbox, as_environment
from tests.fixtures.processes import Processes, wait_until
from tests.fixtures.staff import EDITOR, Desk, hire


@pytest.fixture
def environment(mail_server: Inbox) -> dict[str, str]:
    return as_environment(mail_server.server) | {"EVENTSCHED_BASE_URL": "http://ir.example"}


def test_a_forgotten_password_is_replaced_by_mail(
    company: Store,
    settings: Settings,
    processes: Callable[[str], Processes],
    mail_server: Inbox,
) -> None:
    hire(company, EDITOR, Role.EDITOR)
    with_mail = replace(settings, mail=mail_server.server)
    desk = Desk(create_app(with_mail, SystemClock(), company).test_client())
    processes(settings.database_url).start("worker")

    assert "Look into your mailbox" in desk.send("/staff/forgotten", email=EDITOR).text
    wait_until(lambda: bool(mail_server.received), what="the mail")
    [mail] = mail_server.received
    [path] = re.findall(r"http://ir\.example(/staff/welcome/\S+)", mail.text)
    wait_until(lambda: desk.get(path).status_code == 200, what="the link to work")

    assert desk.send(path, password="a short walk in May").status_code == 303
    assert desk.sign_in(EDITOR, "a short walk in May").status_code == 303
