"""Reading what mail providers say, in JSON, of mails that they could not deliver.

Believed, like a report by mail, only by the token of the one mail: in our Message-ID or our
envelope sender, as each provider hands them back. Postmark replaces both, and hands back what is
sent with the mail for that. An address that is named proves nothing.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from eventsched.domain.bounces import (
    LONGEST_REPORT,
    Bounce,
    UnreadableReport,
    plain_words,
    token_in,
)

# The name by which Postmark is given the token of a mail, and gives it back.
_POSTMARK_NAME = "notice"
# More than any provider sends at once.
MOST_FAILURES = 5_000

# What Postmark calls a failure for good: no such mailbox, and no such address at all.
_POSTMARK_FOR_GOOD = ("HardBounce", "BadEmailAddress")


def read_notices(provider: str, text: bytes) -> list[Bounce]:
    """Return the failures that a provider's notice tells of. Raises UnreadableReport."""
    found = list(islice(_READERS[provider](_parsed(text)), MOST_FAILURES + 1))
    if not found:
        raise UnreadableReport("It tells of no failure of a mail of ours.")
    if len(found) > MOST_FAILURES:
        raise UnreadableReport("It tells of too many failures at once.")
    return found


def headers_for(host: str, token: str) -> dict[str, str]:
    """Return what a mail says besides, so that the provider at `host` can say which mail it was."""
    is_postmark = host.lower().endswith(".postmarkapp.com")
    return {f"X-PM-Metadata-{_POSTMARK_NAME}": token} if is_postmark else {}


def subscription(text: bytes) -> str:
    """Return the address at which Amazon's SNS wants a subscription confirmed; "" for none."""
    try:
        said = _parsed(text)
    except UnreadableReport:
        return ""
    asks = _text(said, "Type") == "SubscriptionConfirmation"
    return plain_words(_text(said, "SubscribeURL"), most=1_000) if asks else ""


def _parsed(text: bytes) -> Any:
    if len(text) > LONGEST_REPORT:
        raise UnreadableReport("It is too long for a notice.")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise UnreadableReport("It is no JSON.") from None


def _of_amazon_ses(said: Any) -> Iterator[Bounce]:
    """Read what SES publishes, bare or within a notification of SNS."""
    within = _text(said, "Message")
    inner = _parsed(within.encode(errors="replace")) if within else said
    if "Bounce" not in (_text(inner, "notificationType"), _text(inner, "eventType")):
        return
    bounce, mail = _part(inner, "bounce"), _part(inner, "mail")
    headers = _part(mail, "commonHeaders")
    token = token_in(f"{_text(mail, 'source')}\n{_text(headers, 'messageId')}")
    for one in _all(bounce.get("bouncedRecipients")):
        words = f"{_text(one, 'status')} {_text(one, 'diagnosticCode').rpartition(';')[2]}"
        yield from _bounce(token, _text(bounce, "bounceType") == "Permanent", words)


def _of_mailgun(said: Any) -> Iterator[Bounce]:
    event = _part(said, "event-data")
    if _text(event, "event") == "failed":
        headers = _part(_part(event, "message"), "headers")
        # Without the brackets that it has in the mail.
        token = token_in(f"<{_text(headers, 'message-id').lstrip('<')}")
        status = _part(event, "delivery-status")
        code = status.get("code")
        words = _text(status, "message") or _text(status, "description")
        words = f"{code if isinstance(code, int) else ''} {words}"
        yield from _bounce(token, _text(event, "severity") == "permanent", words)


def _of_postmark(said: Any) -> Iterator[Bounce]:
    if _text(said, "RecordType") == "Bounce":
        token = token_in(f"<{_text(_part(said, 'Metadata'), _POSTMARK_NAME)}@")
        words = f"{_text(said, 'Type')} {_text(said, 'Details') or _text(said, 'Description')}"
        yield from _bounce(token, _text(said, "Type") in _POSTMARK_FOR_GOOD, words)


def _of_sendgrid(said: Any) -> Iterator[Bounce]:
    """Read a portion of events; “blocked” is a bounce that may pass another time."""
    for event in _all(said):
        if _text(event, "event") == "bounce":
            words = f"{_text(event, 'status')} {_text(event, 'reason')}"
            is_for_good = _text(event, "type") == "bounce"
            yield from _bounce(token_in(_text(event, "smtp-id")), is_for_good, words)


_READERS: Mapping[str, Callable[[Any], Iterator[Bounce]]] = {
    "amazon-ses": _of_amazon_ses,
    "mailgun": _of_mailgun,
    "postmark": _of_postmark,
    "sendgrid": _of_sendgrid,
}
PROVIDERS = tuple(_READERS)


def _bounce(token: str | None, for_good: bool, words: str) -> Iterator[Bounce]:
    """Yield the failure, if anything says which of our mails it is about."""
    if token is not None:
        yield Bounce(token=token, for_good=for_good, words=plain_words(words))


def _part(said: Any, name: str) -> Mapping[str, Any]:
    found = said.get(name) if isinstance(said, dict) else None
    return found if isinstance(found, dict) else {}


def _text(said: Any, name: str) -> str:
    found = said.get(name) if isinstance(said, dict) else None
    return found if isinstance(found, str) else ""


def _all(said: Any) -> list[Any]:
    return said if isinstance(said, list) else []
