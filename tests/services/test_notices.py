"""The outbox: owed once, sent at least once, tried again, parked, dropped, never lost."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from eventsched.domain.ledger import Entry
from eventsched.domain.notices import MOST_ATTEMPTS, Mail, Notice, Outcome
from eventsched.mailing import Letter, Mailer, ServerUnavailable
from eventsched.services import notices
from eventsched.services.notices import COMPOSERS, SENT, Letterhead, Office
from eventsched.store import mail_server as server_store
from eventsched.store import notices as notice_store
from eventsched.store import occasions as occasion_store
from eventsched.store import site
from eventsched.store.database import Session, Store
from tests.fixtures.mail import Inbox, a_server
from tests.fixtures.ports import free_port
from tests.fixtures.product import ANNOUNCED, PHOENIX

OFFICE = Office(base_url="https://ir.example", secret_key="only-the-tests-know-this-key")
A_MINUTE = timedelta(minutes=1)


def compose(session: Session, notice: Notice, head: Letterhead) -> Mail | None:
    """Say what the notice's body says; None where it says nothing."""
    words = notice.body.get("words", "")
    if not words:
        return None
    return Mail(
        subject=f"{words} at {head.now:%H:%M}",
        text=f"{words}, says {head.issuer.name}\n",
        html=f"<p>{words}</p>",
        covers=tuple(notice.body.get("covers", ())),
    )


@pytest.fixture(autouse=True)
def _composer() -> Iterator[None]:
    COMPOSERS["test"] = compose
    yield
    del COMPOSERS["test"]


@pytest.fixture
def mailer(mail_server: Inbox) -> Iterator[Mailer]:
    mailer = Mailer(mail_server.server)
    yield mailer
    mailer.close()


def a_notice(key: str = "a", to: str = "jo@example.com", **body: object) -> Notice:
    return Notice(
        key=key, kind="test.word", to=to, due_at=ANNOUNCED, body={"words": "Hello"} | body
    )


def owe(store: Store, *owed: Notice) -> None:
    with store.writing() as session:
        notices.owe(session, owed, now=ANNOUNCED)


def deliver_all(store: Store, mailer: Mailer, now: datetime = ANNOUNCED) -> None:
    while notices.deliver(store, mailer, OFFICE, now=now):
        pass


def settled(store: Store) -> dict[str, tuple[str | None, str]]:
    """Return outcome and reason of each notice, by key."""
    with store.reading() as session:
        return {row.key: (row.outcome, row.reason) for row in notice_store.every(session)}


def told(store: Store, kind: str) -> list[Entry]:
    with store.reading() as session:
        return [entry for entry in site.ledger(session) if entry.kind == kind]


def test_a_notice_becomes_a_mail(company: Store, mailer: Mailer, mail_server: Inbox) -> None:
    owe(company, a_notice())
    deliver_all(company, mailer)
    [received] = mail_server.received
    assert received.recipient == "jo@example.com"
    assert received.message["Subject"] == "Hello at 12:00"
    assert received.message["From"] == '"ImmunoGen, Inc." <ir@ir.example>'
    assert received.message["Auto-Submitted"] == "auto-generated"
    assert received.text == "Hello, says ImmunoGen, Inc.\n"
    assert received.html == "<p>Hello</p>\n"
    assert settled(company) == {"a": (Outcome.SENT, "")}


def test_a_mail_whose_note_can_no_longer_be_stored_is_sent_once(
    company: Store, mailer: Mailer, mail_server: Inbox
) -> None:
    """It has left. Who it was for may have been erased meanwhile, say."""

    def note(session: Session, _notice: Notice, _mail: Mail, now: datetime) -> None:
        occasion_store.note_told(session, 4711, 4711, revision=1, at=now)

    SENT["test"] = note
    try:
        owe(company, a_notice())
        deliver_all(company, mailer)
    finally:
        del SENT["test"]
    assert len(mail_server.received) == 1
    assert settled(company) == {"a": (Outcome.SENT, "")}


def test_the_same_key_is_owed_once(company: Store, mailer: Mailer, mail_server: Inbox) -> None:
    owe(company, a_notice("a"), a_notice("a", words="Again"), a_notice("b"))
    owe(company, a_notice("a", words="And again"))
    deliver_all(company, mailer)
    owe(company, a_notice("a", words="Once more"))
    deliver_all(company, mailer)
    assert [one.text[:5] for one in mail_server.received] == ["Hello", "Hello"]


def test_what_is_owed_in_a_transaction_that_fails_is_not_owed(
    company: Store, mailer: Mailer, mail_server: Inbox
) -> None:
    def change() -> None:
        with company.writing() as session:
            notices.owe(session, [a_notice()], now=ANNOUNCED)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change()
    deliver_all(company, mailer)
    assert (mail_server.received, settled(company)) == ([], {})


def test_a_notice_knows_its_event(release: Store) -> None:
    about = Notice(
        key="a", kind="test", to="Jo@Example.com ", due_at=ANNOUNCED, event_slug=PHOENIX, revision=1
    )
    owe(release, about)
    with release.writing() as session:
        [claimed] = notice_store.claim(session, now=ANNOUNCED, limit=9)
    assert claimed.notice == replace(about, to="jo@example.com")


def test_nothing_is_sent_before_it_is_due(
    company: Store, mailer: Mailer, mail_server: Inbox
) -> None:
    owe(company, a_notice())
    assert not notices.is_due(company, now=ANNOUNCED - A_MINUTE)
    assert notices.deliver(company, mailer, OFFICE, now=ANNOUNCED - A_MINUTE) == 0
    assert notices.is_due(company, now=ANNOUNCED)


def test_a_notice_with_nothing_left_to_say_is_dropped(
    company: Store, mailer: Mailer, mail_server: Inbox
) -> None:
    owe(company, a_notice(words=""))
    deliver_all(company, mailer)
    assert mail_server.received == []
    assert settled(company) == {"a": (Outcome.DROPPED, "nothing was left to say")}


def test_a_mail_may_say_what_other_notices_owe(
    company: Store, mailer: Mailer, mail_server: Inbox
) -> None:
    owe(company, a_notice("a", covers=["b"]), a_notice("b"))
    deliver_all(company, mailer)
    assert len(mail_server.received) == 1
    assert settled(company) == {"a": (Outcome.SENT, ""), "b": (Outcome.SENT, "")}


def test_what_one_worker_has_claimed_no_other_gets_until_the_lease_ends(company: Store) -> None:
    owe(company, a_notice("a"), a_notice("b"))

    def claim(now: datetime, limit: int = 1) -> list[str]:
        with company.writing() as session:
            return [one.notice.key for one in notice_store.claim(session, now=now, limit=limit)]

    assert (claim(ANNOUNCED), claim(ANNOUNCED), claim(ANNOUNCED)) == (["a"], ["b"], [])
    just_before = ANNOUNCED + notice_store.LEASE - timedelta(seconds=1)
    assert claim(just_before) == []
    assert claim(ANNOUNCED + notice_store.LEASE, limit=9) == ["a", "b"]


def test_a_lease_from_a_clock_that_was_set_back_binds_nobody(company: Store) -> None:
    owe(company, a_notice())
    with company.writing() as session:
        assert notice_store.claim(session, now=ANNOUNCED + timedelta(days=1), limit=1)
    assert notices.is_due(company, now=ANNOUNCED)


def test_a_mail_that_is_not_taken_is_tried_again_and_parked_in_the_end(
    company: Store, mailer: Mailer, mail_server: Inbox
) -> None:
    mail_server.answer = lambda _: "451 4.3.0 jo@example.com: try later"
    owe(company, a_notice())
    waits, now = [], ANNOUNCED
    while True:
        deliver_all(company, mailer, now=now)
        with company.reading() as session:
            [row] = notice_store.every(session)
        if row.settled_at:
            break
        waits.append((row.due_at - now) / A_MINUTE)
        now = row.due_at
    assert waits == [1, 5, 15, 60, 120, 240, 480]
    assert (row.outcome, row.attempts) == (Outcome.PARKED, MOST_ATTEMPTS)
    assert row.reason == "451 4.3.0 the address: try later"
    [entry] = told(company, "mail_parked")
    assert (entry.at, entry.body) == (
        now,
        {"notice": row.id, "about": "test.word", "reason": "451 4.3.0 the address: try later"},
    )


def test_a_mail_that_is_refused_for_good_is_parked_at_once_and_its_address_stopped(
    company: Store, mailer: Mailer, mail_server: Inbox
) -> None:
    mail_server.on_recipient = lambda _: "550 5.1.1 no such user"
    owe(company, a_notice("a"), a_notice("b"), a_notice("c", to="other@example.com"))
    mail_server.on_recipient = lambda to: "550 5.1.1 no such user" if "jo" in to else None
    deliver_all(company, mailer)
    assert settled(company) == {
        "a": (Outcome.PARKED, "550 5.1.1 no such user"),
        "b": (Outcome.DROPPED, "the address takes no mail"),
        "c": (Outcome.SENT, ""),
    }


def test_every_attempt_bears_the_same_message_id(
    company: Store, mailer: Mailer, mail_server: Inbox
) -> None:
    class Dying(Mailer):
        def send(self, letter: Letter) -> None:
            super().send(letter)
            raise KeyboardInterrupt

    owe(company, a_notice())
    dying = Dying(mail_server.server)
    with pytest.raises(KeyboardInterrupt):
        deliver_all(company, dying)
    dying.close()
    deliver_all(company, mailer)
    first, second = mail_server.received
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert first.message["Message-ID"].endswith("@immunogen.com>")


def test_while_no_server_answers_everything_waits_and_nothing_counts_as_an_attempt(
    company: Store,
) -> None:
    owe(company, a_notice("a"), a_notice("b"))
    with pytest.raises(ServerUnavailable, match="does not answer"):
        deliver_all(company, Mailer(a_server(port=free_port())))
    with company.reading() as session:
        rows = notice_store.every(session)
    assert [(row.attempts, row.leased_until, row.settled_at) for row in rows] == [
        (0, None, None)
    ] * 2


def test_a_mistake_in_one_mail_holds_no_other_up(
    company: Store, mailer: Mailer, mail_server: Inbox
) -> None:
    owe(company, a_notice("a", words=3, covers=7), a_notice("b"))
    deliver_all(company, mailer)
    assert settled(company) == {
        "a": (None, "It could not be written (TypeError)."),
        "b": (Outcome.SENT, ""),
    }


def test_the_log_names_no_recipient_whatever_goes_wrong(
    company: Store, mailer: Mailer, mail_server: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_session: Session, notice: Notice, _head: Letterhead) -> Mail:
        raise ValueError(notice.to)

    caplog.set_level(logging.DEBUG, logger="eventsched")
    COMPOSERS["broken"] = fail
    broken = replace(a_notice("a"), kind="broken")
    mail_server.on_recipient = lambda to: f"550 5.1.1 {to} is unknown"
    owe(company, broken, a_notice("b"))
    deliver_all(company, mailer)
    del COMPOSERS["broken"]
    assert "Notice 1 (broken) can't be written: ValueError at " in caplog.text
    assert "Notice 2 (test.word) is parked." in caplog.text
    assert "jo@" not in caplog.text
    with company.reading() as session:
        assert "jo" not in " ".join(row.reason for row in notice_store.every(session))


def test_a_domain_gets_no_more_than_its_share_of_a_minute(
    company: Store, mailer: Mailer, mail_server: Inbox
) -> None:
    slow = Mailer(replace(mail_server.server, per_domain=2))
    owe(company, *(a_notice(f"a{n}", to=f"a{n}@one.example") for n in range(5)))
    owe(company, *(a_notice(f"b{n}", to=f"b{n}@two.example") for n in range(2)))
    sent = []
    for minute in range(4):
        deliver_all(company, slow, now=ANNOUNCED + minute * A_MINUTE)
        sent.append(len(mail_server.received))
    slow.close()
    assert sent == [4, 6, 7, 7]


def test_an_address_that_is_forgotten_leaves_nothing(company: Store) -> None:
    owe(company, a_notice("a"), a_notice("b", to="other@example.com"))
    with company.writing() as session:
        assert notice_store.forget(session, " JO@example.com") == 1
        server_store.stop(session, "jo@example.com", at=ANNOUNCED, reason="gone")
        assert server_store.lift(session, "jo@example.com")
    assert list(settled(company)) == ["b"]
