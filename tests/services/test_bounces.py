"""Mail that comes back: whose it was, whether for good, and what a forger can't do."""

import socket
from dataclasses import replace

import pytest

from eventsched.domain.bounces import UnreadableReport, read_bounce
from eventsched.domain.notices import Mail, Notice
from eventsched.mailing import Mailer
from eventsched.services import bounces, notices
from eventsched.services.notices import COMPOSERS, Office
from eventsched.store import mail_server as server_store
from eventsched.store import notices as notice_store
from eventsched.store.database import Store
from tests.fixtures.mail import Inbox, Received
from tests.fixtures.product import ANNOUNCED

TOKEN = "0123456789abcdef0123456789abcdef"
REPORT = """\
From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Wed, 2 Nov 2011 08:00:00 -0400

Final-Recipient: rfc822; jo@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <jo@example.com>: no
 such user

--b
Content-Type: {kind}

Message-ID: {id}
Subject: The call moves

--b--
"""


def a_report(
    *,
    to: str = "postmaster@ir.example",
    action: str = "failed",
    status: str = "5.1.1",
    id: str = "<other@elsewhere>",
    kind: str = "text/rfc822-headers",
) -> bytes:
    return REPORT.format(to=to, action=action, status=status, id=id, kind=kind).encode()


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(a_report(to=f"bounces+{TOKEN}@ir.example"), id="by address"),
        pytest.param(a_report(id=f"<{TOKEN}@ir.example>"), id="by returned headers"),
        pytest.param(a_report(id=f"<{TOKEN}@ir.example>", kind="message/rfc822"), id="by mail"),
    ],
)
def test_a_report_tells_which_mail_came_back_and_why(report: bytes) -> None:
    bounce = read_bounce(report)
    assert (bounce.token, bounce.for_good) == (TOKEN, True)
    assert bounce.words == "5.1.1 550 5.1.1 the address: no such user"


def test_where_it_came_to_may_be_told_beside_it() -> None:
    assert read_bounce(a_report(), sent_to=f"bounces+{TOKEN}@ir.example").token == TOKEN


@pytest.mark.parametrize(
    ("action", "status"), [("delayed", "4.4.1"), ("failed", "4.4.7"), ("delivered", "2.0.0")]
)
def test_what_may_still_arrive_is_not_for_good(action: str, status: str) -> None:
    report = a_report(to=f"b+{TOKEN}@ir.example", action=action, status=status)
    assert not read_bounce(report).for_good


@pytest.mark.parametrize(
    "report",
    [
        *(b"", b"\0" * 1000, b"Subject: out of office\n\nBack on Monday.", b"x" * 5_000_001),
        a_report(),
        a_report(to=f"b+{TOKEN}@ir.example").replace(b"Action", b"Reaction"),
        a_report(to=f"b+{TOKEN[:31]}@ir.example"),
        b"Content-Type: multipart/report; boundary=b\n\n"
        + b"--b\nContent-Type: multipart/mixed\n" * 200,
    ],
)
def test_what_is_no_report_of_ours_is_refused(report: bytes) -> None:
    with pytest.raises(UnreadableReport):
        read_bounce(report)


def test_a_report_of_one_endless_word_is_read_at_once() -> None:
    """Looking for addresses in it took the square of its length: hours, for whoever sent it."""
    to, endless = f"b+{TOKEN}@ir.example", b"a" * 2_000_000
    report = a_report(to=to).replace(b"<jo@example.com>: no\n such", b"jo@example.com " + endless)
    assert read_bounce(report).words == "5.1.1 550 5.1.1 the address"


# Taken in


def sent(store: Store, inbox: Inbox, *keys: str) -> list[Received]:
    """Send jo a mail for each of `keys`; return what arrived."""
    COMPOSERS["test"] = lambda *_: Mail(subject="s", text="t", html="h")
    mailer = Mailer(replace(inbox.server, bounces="bounces@ir.example"))
    owed = [Notice(key=key, kind="test", to="jo@example.com", due_at=ANNOUNCED) for key in keys]
    with store.writing() as session:
        notices.owe(session, owed, now=ANNOUNCED)
    office = Office(base_url="https://ir.example", secret_key="-")
    while notices.deliver(store, mailer, office, now=ANNOUNCED):
        pass
    mailer.close()
    del COMPOSERS["test"]
    return inbox.received


def test_postmark_is_told_what_it_hands_back(
    company: Store, mail_server: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    [other] = sent(company, mail_server, "first")
    assert other.message["X-PM-Metadata-notice"] is None
    resolve = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda _host, *rest, **more: resolve(mail_server.server.host, *rest, **more),
    )
    postmark = Inbox(server=replace(mail_server.server, host="smtp.postmarkapp.com"))
    sent(company, postmark, "second")
    mail = mail_server.received[-1].message
    assert mail["Message-ID"].startswith(f"<{mail['X-PM-Metadata-notice']}@")


def test_an_address_whose_mail_came_back_gets_no_more(company: Store, mail_server: Inbox) -> None:
    [first] = sent(company, mail_server, "first")
    assert first.sender.startswith("bounces+")
    said = bounces.report(company, a_report(to=first.sender), now=ANNOUNCED)
    assert said.startswith("Nothing more is sent to that address: 5.1.1")
    assert len(sent(company, mail_server, "second")) == 1
    with company.reading() as session:
        outcomes = [(row.outcome, row.reason) for row in notice_store.every(session)]
        [stopped] = server_store.stopped(session)
    assert outcomes == [
        ("sent", "came back: 5.1.1 550 5.1.1 the address: no such user"),
        ("dropped", "the address takes no mail"),
    ]
    assert (stopped.address, stopped.at) == ("jo@example.com", ANNOUNCED)
    with company.writing() as session:
        server_store.lift(session, "Jo@example.com")
    assert len(sent(company, mail_server, "third")) == 2


def test_a_delay_stops_nothing(company: Store, mail_server: Inbox) -> None:
    [first] = sent(company, mail_server, "first")
    late = a_report(to=first.sender, action="delayed", status="4.4.1")
    assert bounces.report(company, late, now=ANNOUNCED).startswith("Not for good")
    assert len(sent(company, mail_server, "second")) == 2


def test_a_forged_report_stops_nobody(company: Store, mail_server: Inbox) -> None:
    sent(company, mail_server, "first")
    with pytest.raises(UnreadableReport, match="no mail that we remember"):
        bounces.report(company, a_report(to=f"b+{TOKEN}@ir.example"), now=ANNOUNCED)
    assert len(sent(company, mail_server, "second")) == 2
