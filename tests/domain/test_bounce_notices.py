"""What mail providers say of failures, in their own shapes, and what else may be sent there."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from eventsched.domain.bounce_notices import (
    PROVIDERS,
    headers_for,
    read_notices,
    subscription,
)
from eventsched.domain.bounces import UnreadableReport

TOKEN = "0123456789abcdef0123456789abcdef"
SAID = "smtp; 550 5.1.1 <jo@example.com>: no such user"


def ses(token: str, *, kind: str = "Permanent", **mail: Any) -> dict[str, Any]:
    """Return what SES publishes of one bounce; its envelope sender was ours."""
    one = {
        "emailAddress": "jo@example.com",
        "action": "failed",
        "status": "5.1.1",
        "diagnosticCode": SAID,
    }
    return {
        "notificationType": "Bounce",
        "bounce": {"bounceType": kind, "bounceSubType": "General", "bouncedRecipients": [one]},
        "mail": {"source": f"bounces+{token}@ir.example", "messageId": "0100-amazons"} | mail,
    }


def by_sns(inner: object) -> dict[str, str]:
    return {"Type": "Notification", "MessageId": "-", "Message": json.dumps(inner)}


def mailgun(token: str, *, severity: str = "permanent") -> dict[str, Any]:
    event = {
        "event": "failed",
        "severity": severity,
        "recipient": "jo@example.com",
        "message": {"headers": {"message-id": f"{token}@ir.example", "to": "jo@example.com"}},
        "delivery-status": {"code": 550, "message": "5.1.1 <jo@example.com>: no such user"},
    }
    return {"signature": {"timestamp": "1", "token": "f" * 50}, "event-data": event}


def postmark(token: str, *, kind: str = "HardBounce") -> dict[str, Any]:
    return {
        "RecordType": "Bounce",
        "Type": kind,
        "TypeCode": 1,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Metadata": {"notice": token},
        "Email": "jo@example.com",
        "Details": "550 5.1.1 <jo@example.com>: no such user",
    }


def sendgrid(token: str, *, kind: str = "bounce") -> list[dict[str, Any]]:
    smtp_id = f"<{token}@ir.example>"
    return [
        {"event": "delivered", "email": "al@example.com", "smtp-id": f"<{'f' * 32}@ir.example>"},
        {
            "event": "bounce",
            "type": kind,
            "email": "jo@example.com",
            "smtp-id": smtp_id,
            "status": "5.1.1",
            "reason": "550 5.1.1 <jo@example.com>: no such user",
        },
    ]


def _bytes(shape: Callable[[str], object]) -> Callable[[str], bytes]:
    return lambda token: json.dumps(shape(token)).encode()


# By provider: a notice of a failure for good of the mail with that token.
NOTICES: dict[str, Callable[[str], bytes]] = {
    "amazon-ses": _bytes(lambda token: by_sns(ses(token))),
    "mailgun": _bytes(mailgun),
    "postmark": _bytes(postmark),
    "sendgrid": _bytes(sendgrid),
}
UNHURRIED = [
    ("amazon-ses", ses(TOKEN, kind="Transient")),
    ("mailgun", mailgun(TOKEN, severity="temporary")),
    ("postmark", postmark(TOKEN, kind="SoftBounce")),
    ("sendgrid", sendgrid(TOKEN, kind="blocked")),
]


def test_every_provider_is_tried_here() -> None:
    assert set(NOTICES) == set(PROVIDERS) == {provider for provider, _ in UNHURRIED}


@pytest.mark.parametrize("provider", NOTICES)
def test_a_notice_tells_which_mail_came_back_and_why(provider: str) -> None:
    [bounce] = read_notices(provider, NOTICES[provider](TOKEN))
    assert (bounce.token, bounce.for_good) == (TOKEN, True)
    assert bounce.words.endswith("5.1.1 the address: no such user")


@pytest.mark.parametrize(("provider", "said"), UNHURRIED)
def test_what_may_pass_another_time_is_not_for_good(provider: str, said: object) -> None:
    [bounce] = read_notices(provider, json.dumps(said).encode())
    assert (bounce.token, bounce.for_good) == (TOKEN, False)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(ses(TOKEN), id="without SNS around it"),
        pytest.param(
            ses("-", source="ir@ir.example", commonHeaders={"messageId": f"<{TOKEN}@ir.example>"}),
            id="by our Message-ID",
        ),
    ],
)
def test_amazon_may_say_it_otherwise(said: object) -> None:
    [bounce] = read_notices("amazon-ses", json.dumps(said).encode())
    assert bounce.token == TOKEN


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    "said",
    [
        *(b"", b"\0", b"\xff\xfe", b"null", b"1", b'"x"', b"[]", b"{}", b"NaN", b"[null, 1, []]"),
        b"[" * 100_000,
        b"1" * 10_000,
        b"x" * 5_000_001,
        b'{"Message": "{"}',
        b'{"Message": "\\ud800"}',
        b'{"Message": {"notificationType": "Bounce"}}',
        b'{"notificationType": "Bounce", "bounce": [], "mail": "x"}',
        b'{"notificationType": "Bounce", "bounce": {"bouncedRecipients": {"a": 1}}}',
        b'{"event-data": {"event": "failed", "message": {"headers": []}}}',
        b'{"RecordType": "Bounce", "Metadata": {"notice": ["' + TOKEN.encode() + b'"]}}',
        b'[{"event": "bounce", "smtp-id": {"a": 1}}, {"event": ["bounce"]}]',
    ],
    ids=range(21),
)
def test_what_is_no_notice_of_ours_is_refused(provider: str, said: bytes) -> None:
    with pytest.raises(UnreadableReport):
        read_notices(provider, said)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_address_that_is_named_proves_nothing(provider: str) -> None:
    for token in ("", TOKEN[:31], TOKEN.upper(), TOKEN + "0"):
        with pytest.raises(UnreadableReport):
            read_notices(provider, NOTICES[provider](token))


def test_a_strangers_words_are_short_and_plain() -> None:
    said = sendgrid(TOKEN)
    said[1]["reason"] = "no\ud800\0\r\n such <b>user</b> jo@example.com " + "word " * 900_000
    [bounce] = read_notices("sendgrid", json.dumps(said).encode())
    assert bounce.words.startswith("5.1.1 no such <b>user</b> the address word word")
    assert len(bounce.words) <= 300


def test_too_many_failures_at_once_are_refused() -> None:
    many = json.dumps(sendgrid(TOKEN)[1:] * 5_001).encode()
    with pytest.raises(UnreadableReport, match="too many"):
        read_notices("sendgrid", many)


def test_only_postmark_is_told_the_token() -> None:
    assert headers_for("smtp.postmarkapp.com", TOKEN) == {"X-PM-Metadata-notice": TOKEN}
    assert headers_for("smtp.postmarkapp.com.example", TOKEN) == {}


def test_a_subscription_is_told_by_its_address() -> None:
    asks = {"Type": "SubscriptionConfirmation", "SubscribeURL": "https://sns.example/?a\r\nb"}
    assert subscription(json.dumps(asks).encode()) == "https://sns.example/?a b"
    assert subscription(json.dumps(by_sns(ses(TOKEN))).encode()) == ""
    assert subscription(b"[1]") == subscription(b"{") == ""
