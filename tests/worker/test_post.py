"""Mail on a real worker: it goes by itself, and a mail server in any mood delays nothing else."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from eventsched import mailing
from eventsched.clock import SystemClock
from eventsched.domain.notices import Mail, Notice
from eventsched.mailing import MailServer
from eventsched.services import notices
from eventsched.services.notices import COMPOSERS
from eventsched.store import mail_server as server_store
from eventsched.store import notices as notice_store
from eventsched.store.database import Store
from eventsched.worker import post
from eventsched.worker.post import MailRoute
from eventsched.worker.timer import Worker
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.mail import Inbox, a_server
from tests.fixtures.ports import free_port
from tests.fixtures.processes import wait_until
from tests.worker.test_timer import (
    MOST_ROUNDS,
    an_event_published_at,
    delay,
    seen,
    wait_for,
    working,
)


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    """One database is enough: what differs between them is tested below the worker."""
    return fresh_sqlite


@pytest.fixture(autouse=True)
def _composer() -> Iterator[None]:
    COMPOSERS["test"] = lambda *_: Mail(subject="s", text="t", html="h")
    yield
    del COMPOSERS["test"]


@pytest.fixture
def worker_with(company: Store) -> Callable[[MailServer], Worker]:
    def made(server: MailServer) -> Worker:
        route = MailRoute(server=server, base_url="https://ir.example", secret_key="-")
        return Worker(company, SystemClock(), mail=route)

    return made


def owe(store: Store, count: int) -> None:
    now = datetime.now(UTC)
    owed = [Notice(key=str(n), kind="test", to=f"r{n}@x.example", due_at=now) for n in range(count)]
    with store.writing() as session:
        notices.owe(session, owed, now=now)


def trouble(store: Store) -> str:
    with store.reading() as session:
        found = server_store.trouble(session)
    return found.words if found else ""


def test_what_is_owed_while_the_worker_sleeps_goes_at_once(
    company: Store, worker_with: Callable[[MailServer], Worker], mail_server: Inbox
) -> None:
    with working(worker_with(mail_server.server)):
        owe(company, 50)
        wait_until(lambda: len(mail_server.received) == 50, what="fifty mails")
    assert len({one.recipient for one in mail_server.received}) == 50
    assert len(mail_server.connections) <= mail_server.server.connections


def test_a_mail_server_that_hangs_delays_no_transition_and_no_leaving(
    company: Store, worker_with: Callable[[MailServer], Worker], mail_server: Inbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(post, "STOP_SECONDS", 0.3)
    mail_server.answer = lambda _: "hang"
    owe(company, 5)
    with working(worker_with(mail_server.server)):
        wait_until(lambda: bool(mail_server.connections), what="a mail under way")
        for told in range(MOST_ROUNDS):
            an_event_published_at(company, datetime.now(UTC) + timedelta(seconds=1))
            wait_for(company, told + 1)
            if (late := delay(*seen(company)[-1])) < timedelta(seconds=1):
                break
        leaves_at = time.monotonic()
    assert late < timedelta(seconds=1)
    # Far less than a step of a mail takes to be given up.
    assert time.monotonic() - leaves_at < mailing.SECONDS_A_STEP * 0.75
    with company.reading() as session:
        assert [row.settled_at for row in notice_store.every(session)] == [None] * 5


def test_a_mail_server_that_is_away_is_told_of_and_mail_goes_when_it_is_back(
    company: Store, worker_with: Callable[[MailServer], Worker], mail_server: Inbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(post, "REST_SECONDS", 0.2)
    owe(company, 3)
    with working(worker_with(a_server(port=free_port()))):
        wait_until(lambda: bool(trouble(company)), what="the trouble")
    assert "does not answer" in trouble(company)
    with working(worker_with(mail_server.server)):
        wait_until(lambda: not trouble(company), what="the recovery")
        wait_until(lambda: len(mail_server.received) == 3, what="the mails")
    assert len(mail_server.received) == 3


def test_a_mail_server_that_takes_few_connections_is_in_no_trouble(
    company: Store, worker_with: Callable[[MailServer], Worker], mail_server: Inbox
) -> None:
    mail_server.most_connections = 1
    # Long enough for the one that is refused to hear of it meanwhile.
    mail_server.takes_seconds = 0.1
    owe(company, 30)
    with working(worker_with(mail_server.server)):
        wait_until(lambda: len(mail_server.received) == 30, what="thirty mails")
        assert trouble(company) == ""
