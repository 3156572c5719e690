"""An investor's alerts, from the form to the last trace erased, each mail read as it arrived."""

import html
import json
import re
from typing import Any

import icalendar
import pytest
from flask import Flask

from eventsched.domain.events import Event, Standing
from eventsched.services import events
from eventsched.store import people, site
from eventsched.store.database import Store
from tests.builders import VENDOR_REPLAY, a_draft, an_issuer, at
from tests.fixtures.alerts import Investor, Round, subject
from tests.fixtures.mail import Received
from tests.fixtures.product import ANNOUNCED, SettableClock

BY = "test"
PHOENIX = "2011-credit-suisse-healthcare-conference"
BOTH_CLOCKS = "9:00 am MST / 11:00 am EST on Friday, November 11, 2011"
MOVED_CLOCKS = "10:30 am MST / 12:30 pm EST on Friday, November 11, 2011"


@pytest.fixture(autouse=True)
def _company(store: Store) -> None:
    with store.writing() as session:
        site.set_issuer(session, an_issuer(), at=ANNOUNCED)


def save(store: Store, event: Event, moment: str, **typed: Any) -> Event:
    return events.revise(
        store,
        event.slug,
        a_draft(**typed),
        base=event.revision,
        by=BY,
        now=at(moment),
        reason="The host moved the session.",
    )


def read(mail: Received) -> Any:
    """Check what is true of every alert, and return its calendar entry."""
    message = mail.message
    assert message.get_content_type() == "multipart/mixed"
    assert mail.text.strip()
    assert "<html" in mail.html
    page = f"http://ir.example/events/{PHOENIX}"
    for part in (mail.text, html.unescape(mail.html), mail.ics):
        assert "vendor.example" not in part
        assert page in part.replace("\r\n ", "")
    for url in re.findall(r'https?://[^\s"<>)]+', mail.text + mail.html):
        assert url.startswith("http://ir.example/")
    assert not re.search(r"<(img|script|link|iframe)", mail.html)
    unsubscribe = str(message["List-Unsubscribe"]).strip("<>")
    assert unsubscribe.startswith("http://ir.example/alerts/unsubscribe/")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert unsubscribe in mail.text
    assert "jo@" not in mail.text + mail.html + mail.ics
    calendar = icalendar.Calendar.from_ical(mail.ics)
    assert calendar["METHOD"] == "PUBLISH"
    [entry] = calendar.walk("VEVENT")
    assert entry["UID"] == f"{PHOENIX}@immunogen.com"
    return entry


def test_an_investor_is_told_in_time_and_then_forgotten(
    app: Flask, store: Store, clock: SettableClock, investor: Investor, work: Round
) -> None:
    # Signs up; nothing comes but a link, which does nothing until its page is confirmed.
    investor.sign_up()
    work()
    first = investor.mail()
    assert subject(first) == "Confirm your alerts from ImmunoGen, Inc."
    [confirm] = investor.links(first)
    assert confirm in html.unescape(first.html)
    page = investor.client.get(confirm)
    assert investor.email in page.text
    answer = investor.client.post(confirm, data={"policy": "1"})
    preferences = answer.headers["Location"].partition("?")[0]
    assert (
        "You will hear of the next event."
        in investor.client.get(f"{preferences}?done=confirmed").text
    )

    # An event is announced: at its instant, and with both clocks and the investor's.
    event = events.plan(store, a_draft(), by=BY, now=at("2011-11-02 12:00"))
    event = events.set_standing(
        store,
        event.slug,
        Standing.APPROVED,
        base=1,
        by=BY,
        now=at("2011-11-02 12:00"),
        publish_at=at("2011-11-02 13:00"),
    )
    work.at("2011-11-02 12:59:59")
    assert investor.mails() == []
    work.at("2011-11-02 13:00")
    mail = investor.mail()
    assert subject(mail) == ("New event: 2011 Credit Suisse Healthcare Conference, Nov 11, 2011")
    entry = read(mail)
    assert (entry["SEQUENCE"], at(entry.start)) == (0, at("2011-11-11 16:00"))
    for part in (mail.text, html.unescape(mail.html)):
        assert BOTH_CLOCKS in part
        assert "On your clock: 5:00 pm CET on Friday, November 11, 2011" in part
        assert "Daniel Junius, President and CEO" in part
        assert f"http://ir.example/events/{PHOENIX}/live" in part
        assert "Afterwards: Replay available until November 18, 2011, 12:00 pm EST" in part

    # It is moved, and then its place is told: one mail that says both, after a quiet while.
    event = save(store, event, "2011-11-08 15:00", starts="2011-11-11 10:30")
    work.at("2011-11-08 15:04")
    event = save(store, event, "2011-11-08 15:04", starts="2011-11-11 10:30", venue="The Biltmore")
    work.at("2011-11-08 15:08:59")
    assert investor.mails() == []
    work.at("2011-11-08 15:09")
    mail = investor.mail()
    assert subject(mail).startswith("Changed: 2011 Credit Suisse")
    entry = read(mail)
    assert (entry["SEQUENCE"], at(entry.start)) == (2, at("2011-11-11 17:30"))
    assert f"- Begins: was {BOTH_CLOCKS}; now {MOVED_CLOCKS}" in mail.text
    assert "- Place: was Phoenix, AZ; now The Biltmore, Phoenix, AZ" in mail.text
    assert mail.text.count("The host moved the session.") == 1
    assert "On your clock: 6:30 pm CET on Friday, November 11, 2011" in mail.text

    # Reminders are for the new time, not for the old.
    work.at("2011-11-10 16:30")
    assert investor.mails() == []
    work.at("2011-11-10 17:30")
    mail = investor.mail()
    assert subject(mail).startswith("Tomorrow: 2011 Credit Suisse")
    assert MOVED_CLOCKS in mail.text
    read(mail)
    work.at("2011-11-11 16:29:59")
    assert investor.mails() == []
    work.at("2011-11-11 16:30")
    mail = investor.mail()
    assert subject(mail).startswith("In an hour: 2011 Credit Suisse")
    read(mail)

    # The replay is there, until a day that is told on both clocks; then it is about to close.
    event = save(
        store,
        event,
        "2011-11-11 19:00",
        starts="2011-11-11 10:30",
        venue="The Biltmore",
        replay_url=VENDOR_REPLAY,
    )
    work.at("2011-11-11 19:05")
    mail = investor.mail()
    assert subject(mail).startswith("Replay available: 2011 Credit Suisse")
    assert (
        "Replay available until November 18, 2011, 1:30 pm EST "
        "(November 18, 2011, 7:30 pm CET on your clock)" in mail.text
    )
    assert f"http://ir.example/events/{PHOENIX}/replay" in mail.text
    assert "Replay available until" in read(mail)["DESCRIPTION"]
    work.at("2011-11-17 18:29:59")
    assert investor.mails() == []
    work.at("2011-11-17 18:30")
    mail = investor.mail()
    assert subject(mail).startswith("Replay closes soon: 2011 Credit Suisse")
    read(mail)
    work.at("2011-11-30 00:00")
    assert investor.mails() == []

    # One click on the mail program's own button, and no more comes.
    unsubscribe = (
        str(mail.message["List-Unsubscribe"]).strip("<>").removeprefix("http://ir.example")
    )
    assert investor.client.get(unsubscribe).status_code == 200
    assert investor.client.get(preferences).status_code == 200
    answer = investor.client.post(unsubscribe, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, "You are unsubscribed" in answer.text) == (200, True)
    assert investor.client.get(preferences).status_code == 410
    other = events.plan(
        store, a_draft(title="Another", starts="2011-12-24 09:00"), by=BY, now=clock.now()
    )
    events.set_standing(store, other.slug, Standing.APPROVED, base=1, by=BY, now=clock.now())
    work.at("2011-11-30 00:10")
    assert investor.mails() == []

    # What is still held can be taken away and erased, and leaves no trace of whose it was.
    investor.client.post("/privacy/data", data={"email": investor.email})
    work()
    [data] = investor.links(investor.mail())
    assert investor.email in investor.client.get(data).text
    exported = json.loads(investor.client.post(f"{data}/export").data)
    assert exported["address"] == investor.email
    assert [(c["purpose"], c["policy_version"]) for c in exported["consents"]] == [("alerts", 1)]
    assert exported["consents"][0]["ended_at"] == "2011-11-30T00:00:00.000000Z"
    assert "It is erased" in investor.client.post(f"{data}/erase").text
    assert investor.client.get(data).status_code == 410
    with store.reading() as session:
        assert people.by_email(session, investor.email) is None
        entries = list(site.ledger(session))
    assert entries[-1].kind == "erased"
    assert entries[-1].body == {"because": "asked", "people": 1}
    assert [entry for entry in entries if "jo@example" in str(entry)] == []


def announced(store: Store, moment: str = "2011-11-02 12:00", **typed: Any) -> Event:
    event = events.plan(store, a_draft(**typed), by=BY, now=at(moment))
    return events.set_standing(store, event.slug, Standing.APPROVED, base=1, by=BY, now=at(moment))


def test_a_cancellation_tells_those_who_were_told(
    app: Flask, store: Store, investor: Investor, work: Round
) -> None:
    # One wants to hear of new events only, the other of changes of another kind of event.
    other = Investor(email="other@example.com", client=app.test_client(), round=work)
    investor.subscribe(topics=["new_event"])
    other.subscribe(topics=["cancellation"], kinds=["earnings_call"])
    event = announced(store)
    work.at("2011-11-02 12:05")
    assert len(investor.mails()) == 1
    events.set_standing(
        store,
        event.slug,
        Standing.CANCELLED,
        base=2,
        by=BY,
        now=at("2011-11-05 12:00"),
        reason="The conference does not take place.",
    )
    work.at("2011-11-05 12:05")
    mail = investor.mail()
    entry = read(mail)
    assert subject(mail).startswith("Cancelled: 2011 Credit Suisse")
    assert (entry["STATUS"], entry["SEQUENCE"]) == ("CANCELLED", 1)
    assert f"Was to begin: {BOTH_CLOCKS}" in mail.text
    assert "The conference does not take place." in mail.text
    assert "/live" not in mail.text
    assert "What changed" not in mail.text + mail.html
    assert other.mails() == []
    work.at("2011-11-30 00:00")
    assert investor.mails() == []
