"""Reading a bounce: what a mail system says of a mail that it could not deliver (RFC 3464).

Believed only by a token that nobody but the receiving side of that one mail can know: in the
address that the report was sent to, or in the Message-ID of the mail that it returns. An address
named in a report proves nothing.
"""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message

# A report returns the mail at most; what is longer is none.
LONGEST_REPORT = 5_000_000

_LONGEST_WORDS = 300
# Longer than what is kept, so that what is cut off can't be half an address.
_LOOKED_THROUGH = 2_000
_TOKEN = re.compile(r"[+<]([0-9a-f]{32})@")
_ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>@]+>?")
_DELIVERED_TO = ("To", "Delivered-To", "X-Original-To", "Envelope-To")


class UnreadableReport(ValueError):
    """This is no report of a mail that was not delivered; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """What a report says: of which notice, and whether it failed for good, in words."""

    token: str
    for_good: bool
    words: str


def read_bounce(report: bytes, *, sent_to: str = "") -> Bounce:
    """Return what a report says; `sent_to` is the address it came to, where that is known.

    Raises UnreadableReport.
    """
    if len(report) > LONGEST_REPORT:
        raise UnreadableReport("It is too long for a report.")
    message = email.message_from_bytes(report, policy=email.policy.compat32)
    status = next(_parts(message, "message/delivery-status"), None)
    if status is None:
        raise UnreadableReport("It holds no delivery status (RFC 3464).")
    failures = [block for block in _blocks(status) if block["Action"]]
    if not failures:
        raise UnreadableReport("Its delivery status names no recipient.")
    token = _token(message, sent_to)
    if token is None:
        raise UnreadableReport("Nothing in it says which of our mails it is about.")
    block = next((one for one in failures if _is_for_good(one)), failures[0])
    return Bounce(token=token, for_good=_is_for_good(block), words=_words(block))


def token_in(text: str) -> str | None:
    """Return the token of a Message-ID, or of an address that takes bounces, in a text."""
    found = _TOKEN.search(text)
    return found[1] if found else None


def plain_words(text: str, *, most: int = _LONGEST_WORDS) -> str:
    """Return a stranger's words on one line, short and without anybody's address."""
    begins = text[:_LOOKED_THROUGH]
    if len(text) > _LOOKED_THROUGH:
        begins = begins.rpartition(" ")[0]
    printable = "".join(c if c.isprintable() else " " for c in begins)
    return " ".join(_ADDRESS.sub("the address", printable).split())[:most].strip()


def _is_for_good(block: Message) -> bool:
    action, status = _field(block, "Action").lower(), _field(block, "Status")
    return action == "failed" and status.startswith("5.")


def _token(message: Message, sent_to: str) -> str | None:
    addressed = [
        sent_to,
        *(str(said) for name in _DELIVERED_TO for said in message.get_all(name, [])),
    ]
    returned = [str(one["Message-ID"] or "") for one in _returned(message)]
    return token_in("\n".join([*addressed, *returned]))


def _returned(message: Message) -> Iterator[Message]:
    """Yield the mail that the report returns, whole or its headers alone."""
    for part in _parts(message, "message/rfc822"):
        yield from _blocks(part)
    for part in _parts(message, "text/rfc822-headers"):
        said = part.get_payload(decode=True)
        if isinstance(said, bytes):
            yield email.message_from_bytes(said, _class=EmailMessage)


def _parts(message: Message, kind: str) -> Iterator[Message]:
    return (part for part in message.walk() if part.get_content_type() == kind)


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _words(block: Message) -> str:
    diagnosis = _field(block, "Diagnostic-Code").rpartition(";")[2]
    return plain_words(f"{_field(block, 'Status')} {diagnosis}")


def _field(block: Message, name: str) -> str:
    return str(block[name] or "").strip()
