"""Handing mail in: over TLS, by name and password, and with a server that is ill-behaved."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from eventsched import mailing
from eventsched.domain.notices import Mail
from eventsched.mailing import Letter, Mailer, NotTaken, Security, ServerUnavailable, letter
from tests.builders import at
from tests.fixtures.mail import SENDER, Inbox, a_server, serving
from tests.fixtures.ports import free_port

SENT_AT = at("2011-11-02 12:00")
MAIL = Mail(subject="The call moves", text="To 9:00 am MST.\n", html="<p>To 9:00 am MST.</p>")


def a_letter(to: str = "jo@example.com", mail: Mail = MAIL, name: str = "ImmunoGen") -> Letter:
    return letter(
        mail,
        to=to,
        sender_name=name,
        sender=SENDER,
        envelope_sender=SENDER,
        message_id="<one@ir.example>",
        at=SENT_AT,
    )


@pytest.fixture
def mailer(mail_server: Inbox) -> Iterator[Mailer]:
    mailer = Mailer(mail_server.server)
    yield mailer
    mailer.close()


# What is sent


def test_a_letter_holds_both_parts_a_calendar_and_a_way_out(
    mailer: Mailer, mail_server: Inbox
) -> None:
    ics = "BEGIN:VCALENDAR\r\nSUMMARY:Café\r\nEND:VCALENDAR\r\n"
    out = "https://ir.example/alerts/unsubscribe/abc"
    mailer.send(a_letter(mail=replace(MAIL, ics=ics, list_unsubscribe=out)))
    [received] = mail_server.received
    message = received.message
    assert (received.text, received.html) == (MAIL.text, MAIL.html + "\n")
    assert received.ics == ics
    [attached] = message.iter_attachments()
    assert attached["Content-Type"].params["method"] == "PUBLISH"
    assert message["List-Unsubscribe"] == f"<{out}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert parsedate_to_datetime(message["Date"]) == SENT_AT
    assert message["Message-ID"] == "<one@ir.example>"


def test_nothing_that_is_said_can_add_a_header(mailer: Mailer, mail_server: Inbox) -> None:
    evil = replace(MAIL, subject="Moved\r\nBcc: all@example.com\u2028\0")
    mailer.send(a_letter(mail=evil, name="Immuno\nGen\r\nX-Evil: 1"))
    [received] = mail_server.received
    assert received.message["Subject"] == "Moved Bcc: all@example.com"
    assert received.message["From"] == '"Immuno Gen X-Evil: 1" <ir@ir.example>'
    assert (received.message["Bcc"], received.message["X-Evil"]) == (None, None)


@pytest.mark.parametrize(
    ("to", "arrives_at"),
    [
        ('"jo doe"@example.com', '"jo doe"@example.com'),
        ("jo+ir@example.com", "jo+ir@example.com"),
        ("jo@bücher.example", "jo@xn--bcher-kva.example"),
    ],
)
def test_unusual_addresses_are_reached(
    mailer: Mailer, mail_server: Inbox, to: str, arrives_at: str
) -> None:
    mailer.send(a_letter(to))
    assert [one.recipient for one in mail_server.received] == [arrives_at]


@pytest.mark.parametrize(
    "to",
    [
        *("", "jo", "jo@", "@example.com", "jo@example.com\nBcc: x@example.com", "jo@a..b"),
        *("jo@example.com, x@example.com", "jo <jo@example.com>", "x" * 10_000 + "@example.com "),
    ],
)
def test_an_address_that_is_none_is_refused_for_good_and_nothing_sent(
    mailer: Mailer, mail_server: Inbox, to: str
) -> None:
    with pytest.raises(NotTaken) as refused:
        mailer.send(a_letter(to))
    assert refused.value.for_good
    assert mail_server.received == []


def test_an_address_beyond_ascii_needs_a_server_that_knows_them(
    mailer: Mailer, mail_server: Inbox
) -> None:
    mailer.send(a_letter("jörg@example.com"))
    assert [one.recipient for one in mail_server.received] == ["jörg@example.com"]
    with ExitStack() as stack:
        old = serving(stack, enable_SMTPUTF8=False)
        other = Mailer(old.server)
        with pytest.raises(NotTaken, match="takes no such address") as refused:
            other.send(a_letter("jörg@example.com"))
        other.send(a_letter())
        other.close()
    assert refused.value.for_good
    assert [one.recipient for one in old.received] == ["jo@example.com"]


# The way there


def test_one_connection_serves_many_letters(mailer: Mailer, mail_server: Inbox) -> None:
    for _ in range(5):
        mailer.send(a_letter())
    assert (len(mail_server.received), len(mail_server.connections)) == (5, 1)


def test_a_connection_that_the_server_closed_meanwhile_is_opened_again() -> None:
    with ExitStack() as stack:
        inbox = serving(stack)
        mailer = Mailer(inbox.server)
        mailer.send(a_letter())
        inbox.hang_up()
        mailer.send(a_letter())
        mailer.close()
    assert (len(inbox.received), len(inbox.connections)) == (2, 2)


def checks(
    _server: object, _session: object, _envelope: object, _way: str, said: object
) -> AuthResult:
    known = isinstance(said, LoginPassword) and (said.login, said.password) == (b"ir", b"secret")
    return AuthResult(success=known, handled=False)


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Give the certificate of 127.0.0.1, of an authority that this machine trusts."""
    authority = trustme.CA()
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


# The server of the tests takes TLS from the first byte for none at all.
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_mail_goes_over_tls_with_name_and_password(
    security: Security, certificate: ssl.SSLContext
) -> None:
    with ExitStack() as stack:
        way: dict[str, Any] = {"tls_context": certificate, "require_starttls": True}
        if security is Security.TLS:
            way = {"ssl_context": certificate, "auth_require_tls": False}
        way |= {"auth_required": True, "authenticator": checks}
        inbox = serving(stack, **way, auth_exclude_mechanism=["LOGIN"])
        server = replace(inbox.server, security=security, user="ir", password="secret")
        mailer = Mailer(server)
        mailer.send(a_letter())
        mailer.close()
        wrong = Mailer(replace(server, password="guess"))
        with pytest.raises(ServerUnavailable, match=r"refuses our name and password \(535\)"):
            wrong.send(a_letter())
    assert len(inbox.received) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(
    certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with ExitStack() as stack:
        inbox = serving(stack, tls_context=certificate, require_starttls=True)
        mailer = Mailer(replace(inbox.server, security=Security.STARTTLS))
        with pytest.raises(ServerUnavailable, match="no valid certificate"):
            mailer.send(a_letter())


def test_no_mail_goes_in_the_open_where_tls_is_demanded(mail_server: Inbox) -> None:
    mailer = Mailer(replace(mail_server.server, security=Security.STARTTLS))
    with pytest.raises(ServerUnavailable, match="SMTPNotSupportedError"):
        mailer.send(a_letter())
    assert mail_server.received == []


# Servers that do not behave


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up on a server after a second; for servers that do nothing else than let one wait."""
    monkeypatch.setattr(mailing, "SECONDS_A_STEP", 0.3)
    monkeypatch.setattr(mailing, "SECONDS_IN_ALL", 1.0)


@pytest.mark.parametrize(
    ("answer", "words", "for_good"),
    [
        ("451 busy, jo@example.com", "451 busy, the address", False),
        ("550 5.7.1 not for JO@Example.com", "550 5.7.1 not for the address", True),
        ("close", "The mail server hung up in the middle of the message.", False),
    ],
)
def test_a_message_that_is_not_taken_is_told_without_the_address_and_the_next_one_goes(
    mailer: Mailer, mail_server: Inbox, answer: str, words: str, for_good: bool
) -> None:
    mail_server.answer = lambda _: answer
    with pytest.raises(NotTaken) as refused:
        mailer.send(a_letter())
    assert (str(refused.value), refused.value.for_good) == (words, for_good)
    mail_server.answer = lambda _: None
    mailer.send(a_letter("next@example.com"))
    assert [one.recipient for one in mail_server.received] == ["next@example.com"]


def test_a_server_that_falls_silent_has_not_taken_the_message_and_the_next_one_goes(
    mailer: Mailer, mail_server: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailer.send(a_letter())
    mail_server.answer = lambda _: "hang"
    # As its answer is waited for; a busy machine has the usual time for everything before.
    connection = mailer._connection
    assert connection is not None
    assert connection.sock is not None
    connection.sock.settimeout(3)
    with pytest.raises(NotTaken, match="fell silent in the middle of the message") as refused:
        mailer.send(a_letter())
    assert not refused.value.for_good
    mail_server.answer = lambda _: None
    mailer.send(a_letter("next@example.com"))
    assert [one.recipient for one in mail_server.received] == ["jo@example.com", "next@example.com"]


@pytest.mark.parametrize(
    ("said", "gone"),
    [("550 5.1.1 unknown", True), ("550 5.7.1 spam", False), ("450 5.1.1 later", False)],
)
def test_only_an_unknown_mailbox_is_no_address(
    mailer: Mailer, mail_server: Inbox, said: str, gone: bool
) -> None:
    mail_server.on_recipient = lambda _: said
    with pytest.raises(NotTaken) as refused:
        mailer.send(a_letter())
    assert refused.value.no_such_address is gone


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(ServerUnavailable, match=r"does not answer \(ConnectionRefusedError\)"):
        Mailer(a_server(port=free_port())).send(a_letter())


@contextmanager
def answering(*lines: bytes, pause: float) -> Iterator[int]:
    """Listen, and say `lines` with a pause after each; then nothing more. Gives the port."""
    listening = socket.create_server(("127.0.0.1", 0))
    leaving = threading.Event()

    def answer() -> None:
        connection, _ = listening.accept()
        with connection:
            for line in lines:
                try:
                    connection.sendall(line)
                except OSError:
                    return
                if leaving.wait(pause):
                    return
            leaving.wait(100)

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        leaving.set()
        thread.join()
        listening.close()


@pytest.mark.parametrize(
    ("lines", "pause"),
    [
        pytest.param((), 0.0, id="silence"),
        pytest.param((b"2", *[b"x"] * 1_000), 0.1, id="a greeting without end"),
        pytest.param((b"421 too busy\r\n",), 0.1, id="too busy"),
        pytest.param((b"hello\r\n",), 0.1, id="no mail server at all"),
    ],
)
def test_a_server_that_does_not_greet_is_unavailable_in_bounded_time(
    hurried: None, lines: tuple[bytes, ...], pause: float
) -> None:
    began = time.monotonic()
    with answering(*lines, pause=pause) as port, pytest.raises(ServerUnavailable):
        Mailer(a_server(port=port)).send(a_letter())
    # Left to themselves they would go on for a hundred.
    assert time.monotonic() - began < 30


def test_a_sender_that_is_refused_is_no_recipients_fault() -> None:
    greeting = (b"220 hi\r\n", b"250 hi\r\n", b"550 not you\r\n", b"250 reset\r\n", b"221 bye\r\n")
    with answering(*greeting, pause=0.05) as port:
        mailer = Mailer(a_server(port=port))
        with pytest.raises(ServerUnavailable) as refused:
            mailer.send(a_letter())
        mailer.close()
    assert str(refused.value) == "The mail server refuses our sender: 550 not you"


def test_who_waits_for_the_server_can_be_called_away(mailer: Mailer, mail_server: Inbox) -> None:
    waits = threading.Event()

    def hang(_: Envelope) -> str:
        waits.set()
        return "hang"

    def call_away() -> None:
        waits.wait()
        mailer.abort()

    mail_server.answer = hang
    caller = threading.Thread(target=call_away)
    caller.start()
    began = time.monotonic()
    with pytest.raises(NotTaken, match="hung up"):
        mailer.send(a_letter())
    caller.join()
    # Sooner than an answer is given up.
    assert time.monotonic() - began < mailing.SECONDS_A_STEP * 0.75
