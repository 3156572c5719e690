"""The mail as staff see it: how far it is, what was given up, and trying again."""

import re
from datetime import timedelta

from sqlalchemy import select

from eventsched.domain.notices import Notice, Outcome
from eventsched.services import notices
from eventsched.store import mail_server, site
from eventsched.store import notices as notice_store
from eventsched.store.database import Store
from eventsched.store.tables import NoticeRow
from tests.fixtures.product import ANNOUNCED, PHOENIX
from tests.fixtures.staff import EDITOR, Desk


def owe(store: Store, count: int = 4) -> None:
    with store.writing() as session:
        owed = [
            Notice(
                key=str(number),
                kind="alert.event",
                to=f"reader{number}@funds.example",
                due_at=ANNOUNCED,
                event_slug=PHOENIX,
            )
            for number in range(count)
        ]
        notices.owe(session, owed, now=ANNOUNCED)


def park(store: Store, *keys: str) -> None:
    with store.writing() as session:
        reason = "550 5.7.1 <b>not</b> wanted"
        notice_store.settle(session, keys, Outcome.PARKED, at=ANNOUNCED, reason=reason)


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_without_a_mail_server_staff_are_told_that_mail_waits(release: Store, editor: Desk) -> None:
    owe(release)
    page = words(editor.get("/staff/mail").text)
    assert "No mail server is set up, so all mail waits." in page
    assert "0 sent in the last day 4 waiting" in page


def test_the_page_tells_how_far_each_events_mail_is(release: Store, editor: Desk) -> None:
    owe(release)
    park(release, "0")
    with release.writing() as session:
        notice_store.settle(session, ["1"], Outcome.SENT, at=ANNOUNCED)
        notice_store.claim(session, now=ANNOUNCED, limit=1)
        notices.owe(
            session,
            [Notice(key="9", kind="alert.x", to="a@b.c", due_at=ANNOUNCED + timedelta(days=1),
                    event_slug=PHOENIX)],
            now=ANNOUNCED,
        )  # fmt: skip
    page = editor.get("/staff/mail").text
    told = "1 sent in the last day 1 being sent 1 waiting 1 for later 1 parked"
    assert told in words(page)
    assert '<progress max="4" value="2"' in page


def test_a_parked_mail_says_why_and_shows_nobodys_address(release: Store, editor: Desk) -> None:
    owe(release)
    park(release, "0")
    page = editor.get("/staff/mail").text
    assert "r…@funds.example" in page
    assert "reader0" not in page
    assert "550 5.7.1 &lt;b&gt;not&lt;/b&gt; wanted" in page


def test_a_parked_mail_can_be_tried_again_or_given_up(release: Store, editor: Desk) -> None:
    owe(release)
    park(release, "0", "1", "2")
    numbers = re.findall(r"/staff/mail/(\d+)/retry", editor.get("/staff/mail").text)
    assert len(numbers) == 3
    token = editor.token("/staff/mail")
    assert editor.send(f"/staff/mail/{numbers[0]}/retry", token=token).status_code == 303
    assert editor.send(f"/staff/mail/{numbers[1]}/drop", token=token).status_code == 303
    assert editor.send("/staff/mail/retry", token=token).status_code == 303
    with release.reading() as session:
        outcomes = sorted(str(row.outcome) for row in notice_store.every(session))
        told = [(e.kind, e.body) for e in site.ledger(session) if e.kind.startswith("mail_")]
        rest = session.scalars(select(NoticeRow).where(NoticeRow.outcome == "dropped")).one()
        assert (rest.recipient, rest.domain, rest.body) == ("", "", "{}")
    assert outcomes == ["None", "None", "None", "dropped"]
    first, second = (int(number) for number in numbers[:2])
    assert told == [
        ("mail_retried", {"by": EDITOR, "notice": first, "mails": 1}),
        ("mail_given_up", {"by": EDITOR, "notice": second}),
        ("mail_retried", {"by": EDITOR, "notice": None, "mails": 1}),
    ]
    for gone in (f"{numbers[1]}/retry", f"{numbers[0]}/drop", "99999999999/retry", "0/drop"):
        assert editor.send(f"/staff/mail/{gone}", token=token).status_code == 404


def test_an_address_that_takes_no_mail_can_be_tried_again(release: Store, editor: Desk) -> None:
    with release.writing() as session:
        mail_server.stop(session, "jo@funds.example", at=ANNOUNCED, reason="5.1.1 unknown")
    page = editor.get("/staff/mail").text
    assert "j…@funds.example" in page
    [number] = re.findall(r"/staff/mail/stopped/(\d+)/lift", page)
    lifted = editor.send(f"/staff/mail/stopped/{number}/lift", token=editor.token("/staff/mail"))
    assert lifted.status_code == 303
    with release.reading() as session:
        assert mail_server.stopped(session) == []


def test_the_mail_servers_trouble_is_told(release: Store, editor: Desk) -> None:
    with release.writing() as session:
        mail_server.note_trouble(session, "It sulks.", at=ANNOUNCED)
        mail_server.note_trouble(session, "It hangs.", at=ANNOUNCED + timedelta(hours=1))
        trouble = mail_server.trouble(session)
    assert trouble is not None
    assert (trouble.words, trouble.since) == ("It hangs.", ANNOUNCED)


def test_the_board_says_what_the_mail_needs(release: Store, editor: Desk) -> None:
    assert "Mail :" not in words(editor.get("/staff/").text)
    owe(release, 3)
    park(release, "0")
    page = words(editor.get("/staff/").text)
    assert "Mail : 2 mails wait, as no mail server is set up." in page
    assert "Mail : One mail could not be delivered." in page
