"""Sending mail by SMTP: the only place that talks to a mail server.

A connection is opened when it is needed and kept for the next message. Every step is bounded in
time, and a message in all; what goes wrong is either the server's matter, so that all mail waits,
or that of one message. Words about it never hold the recipient's address.
"""

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from enum import StrEnum

from eventsched.domain.notices import Mail

SECONDS_A_STEP = 20.0
SECONDS_IN_ALL = 60.0
SECONDS_TO_LEAVE = 2.0
# More messages than this by one connection make some servers close it.
MOST_BY_ONE_CONNECTION = 500

_LONGEST_WORDS = 300
# RFC 3463: the mailbox or its domain is not there, or has moved.
_NO_SUCH_ADDRESS = re.compile(r"\b5\.1\.(?:1|2|3|6|10)\b")


class Security(StrEnum):
    """How the way to the mail server is kept from others' eyes."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where mail is handed in, and as whom.

    `bounces` is the address that takes bounces, each with its own “+token” (VERP); "" for none.
    `connections` are those of one worker; `per_domain` bounds messages a minute to one domain, 0:
    no limit.
    """

    host: str
    port: int
    security: Security
    user: str
    password: str = field(repr=False)
    sender: str
    bounces: str
    connections: int
    per_domain: int


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail in its envelope."""

    sender: str
    recipient: str
    message: EmailMessage


class ServerUnavailable(Exception):
    """The mail server takes no mail at all, of anyone; the message says why."""


class NotTaken(Exception):
    """The mail server did not take this message; the message says why, without the address.

    `for_good`: there is no use in trying again. `no_such_address`: nothing else will arrive either.
    """

    def __init__(self, words: str, *, for_good: bool = False) -> None:
        super().__init__(words)
        self.for_good = for_good
        self.no_such_address = for_good and bool(_NO_SUCH_ADDRESS.search(words))


class Mailer:
    """A connection to the mail server. For one thread at a time, but for `abort`."""

    def __init__(self, server: MailServer) -> None:
        self.server = server
        self._connection: smtplib.SMTP | None = None
        self._sent = 0

    def send(self, letter: Letter) -> None:
        """Hand `letter` to the server. Raises ServerUnavailable or NotTaken."""
        if self._sent >= MOST_BY_ONE_CONNECTION:
            self.close()
        with self._bounded():
            connection = self._ready()
            try:
                self._hand_in(connection, letter)
            except (NotTaken, ServerUnavailable):
                if connection.sock is None:
                    self.close()
                raise
        self._sent += 1

    def close(self) -> None:
        """Take leave of the server; the next message opens a new connection."""
        connection, self._connection, self._sent = self._connection, None, 0
        if connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                if connection.sock is not None:
                    connection.sock.settimeout(SECONDS_TO_LEAVE)
                connection.quit()
            connection.close()

    def abort(self) -> None:
        """Cut the connection, from whatever thread; who waits for the server waits no longer."""
        connection = self._connection
        sock = None if connection is None else connection.sock
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def _bounded(self) -> Iterator[None]:
        """Cut a server off that answers now and then, but never comes to an end."""
        timer = threading.Timer(SECONDS_IN_ALL, self.abort)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _ready(self) -> smtplib.SMTP:
        """Return a connection on which a message can begin: the kept one, if it still answers."""
        if self._connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                if self._connection.rset()[0] == 250:
                    return self._connection
            self.close()
        try:
            self._open()
        except smtplib.SMTPAuthenticationError as problem:
            self.close()
            raise ServerUnavailable(
                f"The mail server refuses our name and password ({problem.smtp_code})."
            ) from None
        except smtplib.SMTPResponseException as problem:
            self.close()
            said = _words(problem.smtp_code, problem.smtp_error)
            raise ServerUnavailable(f"The mail server refuses us: {said}") from None
        except ssl.SSLError as problem:
            self.close()
            raise ServerUnavailable(
                f"The mail server has no valid certificate ({problem.reason})."
            ) from None
        except (OSError, smtplib.SMTPException) as problem:
            self.close()
            raise ServerUnavailable(
                f"The mail server does not answer ({type(problem).__name__})."
            ) from None
        assert self._connection is not None
        return self._connection

    def _open(self) -> None:
        server, tls = self.server, ssl.create_default_context()
        if server.security is Security.TLS:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(timeout=SECONDS_A_STEP, context=tls)
        else:
            connection = smtplib.SMTP(timeout=SECONDS_A_STEP)
        # `connect` with the name beside it, which the certificate has to bear.
        connection._host = server.host  # type: ignore[attr-defined]
        self._connection = connection
        code, said = connection.connect(server.host, server.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, said)
        connection.ehlo_or_helo_if_needed()
        if server.security is Security.STARTTLS:
            connection.starttls(context=tls)
            connection.ehlo_or_helo_if_needed()
        if server.user:
            connection.login(server.user, server.password)

    def _hand_in(self, connection: smtplib.SMTP, letter: Letter) -> None:
        try:
            connection.send_message(
                letter.message, from_addr=letter.sender, to_addrs=[letter.recipient]
            )
        except smtplib.SMTPSenderRefused as problem:
            said = _words(problem.smtp_code, problem.smtp_error, letter.recipient)
            if problem.smtp_code in (452, 552):
                raise NotTaken(said, for_good=problem.smtp_code == 552) from None
            raise ServerUnavailable(f"The mail server refuses our sender: {said}") from None
        except smtplib.SMTPRecipientsRefused as problem:
            code, answer = next(iter(problem.recipients.values()))
            raise _not_taken(code, answer, letter) from None
        except smtplib.SMTPResponseException as problem:
            raise _not_taken(problem.smtp_code, problem.smtp_error, letter) from None
        except smtplib.SMTPNotSupportedError:
            raise NotTaken("The mail server takes no such address.", for_good=True) from None
        except smtplib.SMTPServerDisconnected as problem:
            how = "fell silent" if "timed out" in str(problem) else "hung up"
            raise NotTaken(f"The mail server {how} in the middle of the message.") from None
        except OSError as problem:
            name = type(problem).__name__
            raise NotTaken(f"The connection broke in the middle of the message ({name}).") from None
        except ValueError:
            raise NotTaken("The message can’t be put into an envelope.", for_good=True) from None


def letter(
    mail: Mail,
    *,
    to: str,
    sender_name: str,
    sender: str,
    envelope_sender: str,
    message_id: str,
    at: datetime,
    besides: Mapping[str, str] | None = None,
) -> Letter:
    """Return `mail` in its envelope. Raises NotTaken for an address that no envelope can bear.

    `besides` are headers of ours that one mail server asks for.
    """
    message = EmailMessage(policy=SMTP_POLICY)
    address = _address(to)
    message["From"] = Address(display_name=_one_line(sender_name), addr_spec=sender)
    message["To"] = address
    message["Subject"] = _one_line(mail.subject)
    message["Date"] = at
    message["Message-ID"] = message_id
    # RFC 3834: nobody's holiday note is to answer a machine.
    message["Auto-Submitted"] = "auto-generated"
    for name, said in (besides or {}).items():
        message[name] = said
    if mail.list_unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.list_unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    if mail.ics:
        message.add_attachment(
            mail.ics.encode(),
            maintype="text",
            subtype="calendar",
            filename="event.ics",
            params={"method": "PUBLISH", "charset": "utf-8"},
        )
    return Letter(sender=envelope_sender, recipient=address.addr_spec, message=message)


def _address(to: str) -> Address:
    name, _, domain = to.rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
        # A name beyond ASCII is not in the grammar of the old headers, but can be sent (RFC 6531).
        if not name.isascii():
            return Address(username=name, domain=domain)
        return Address(addr_spec=f"{name}@{domain}")
    except (ValueError, IndexError, HeaderParseError):
        raise NotTaken("The address is none that mail can be sent to.", for_good=True) from None


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _not_taken(code: int, said: bytes | str, letter: Letter) -> NotTaken:
    return NotTaken(_words(code, said, letter.recipient), for_good=code >= 500)


def _words(code: int, said: bytes | str, address: str = "") -> str:
    """Return what the server said, on one line, bounded, and without the recipient's address."""
    text = said.decode("utf-8", errors="replace") if isinstance(said, bytes) else said
    if address:
        text = re.sub(re.escape(address), "the address", text, flags=re.IGNORECASE)
        name = re.escape(address.rpartition("@")[0])
        text = re.sub(rf"(?<!\w){name}(?!\w)", "…", text, flags=re.IGNORECASE)
    return f"{code} {_one_line(text)}"[:_LONGEST_WORDS]
