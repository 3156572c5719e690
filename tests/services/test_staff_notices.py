"""Mail to the team: once, to those whom it concerns, and not when it is true no more."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from eventsched.domain.drafts import draft_of
from eventsched.domain.events import Standing
from eventsched.domain.notices import Notice, Outcome
from eventsched.domain.staff import Role
from eventsched.mailing import Mailer
from eventsched.services import events, notices, second_person, staff_notices, team
from eventsched.services.notices import Office
from eventsched.store import events as event_store
from eventsched.store import notices as notice_store
from eventsched.store.database import Store
from tests.builders import a_draft, at
from tests.fixtures.mail import Inbox
from tests.fixtures.product import ANNOUNCED, PHOENIX
from tests.fixtures.staff import ADMIN, APPROVER, EDITOR, hire
from tests.fixtures.staff import saved as stored

OFFICE = Office(base_url="https://ir.example", secret_key="-")
OWN_DAY = "our-own-day-2011"


@pytest.fixture(autouse=True)
def _team(release: Store) -> None:
    for email, role in zip((EDITOR, APPROVER, ADMIN), Role, strict=True):
        hire(release, email, role)


def in_review(store: Store) -> None:
    draft = a_draft(title="Our own day", starts="2011-12-01 09:00")
    events.plan(store, draft, by=EDITOR, now=ANNOUNCED)
    events.set_standing(store, OWN_DAY, Standing.IN_REVIEW, base=1, by=EDITOR, now=ANNOUNCED)


def deliver(store: Store, inbox: Inbox, *, now: datetime = ANNOUNCED) -> None:
    mailer = Mailer(inbox.server)
    while notices.deliver(store, mailer, OFFICE, now=now):
        pass
    mailer.close()


def test_approvers_hear_once_of_what_waits_for_them(release: Store, mail_server: Inbox) -> None:
    assert staff_notices.owe_due(release, now=ANNOUNCED) == 0
    in_review(release)
    assert [staff_notices.owe_due(release, now=ANNOUNCED) for _ in range(3)] == [2, 0, 0]
    deliver(release, mail_server)
    assert {one.recipient for one in mail_server.received} == {APPROVER, ADMIN}
    [mail] = mail_server.to(APPROVER)
    assert mail.message["Subject"] == "An event waits for your approval: Our own day"
    assert f"https://ir.example/staff/events/{OWN_DAY}" in mail.text
    assert f'href="https://ir.example/staff/events/{OWN_DAY}"' in mail.html


def test_who_proposed_hears_alone_that_it_was_declined(release: Store, mail_server: Inbox) -> None:
    facts = replace(stored(release, PHOENIX).facts, venue="Another hall")
    second_person.propose(
        release, PHOENIX, draft_of(facts), base=2, by=EDITOR, reason="A guess.", now=ANNOUNCED
    )
    second_person.decline(release, PHOENIX, 1, by=ADMIN, reason="The old one.", now=ANNOUNCED)
    assert [staff_notices.owe_due(release, now=ANNOUNCED) for _ in range(2)] == [1, 0]
    deliver(release, mail_server)
    [mail] = mail_server.received
    assert mail.recipient == EDITOR
    assert str(mail.message["Subject"]).startswith("Your change was declined: ")
    assert "Their reason: The old one." in mail.text


def test_a_change_of_an_event_of_long_ago_is_told_of_too(
    release: Store, mail_server: Inbox
) -> None:
    now = at("2012-06-01")
    facts = replace(stored(release, PHOENIX).facts, venue="Another hall")
    second_person.propose(
        release, PHOENIX, draft_of(facts), base=2, by=EDITOR, reason="A guess.", now=now
    )
    assert [staff_notices.owe_due(release, now=now) for _ in range(2)] == [2, 0]
    second_person.decline(release, PHOENIX, 1, by=ADMIN, reason="The old one.", now=now)
    assert [staff_notices.owe_due(release, now=now) for _ in range(2)] == [1, 0]
    deliver(release, mail_server, now=now)
    [mail] = mail_server.received
    assert mail.recipient == EDITOR


def test_what_was_done_meanwhile_is_not_told(release: Store, mail_server: Inbox) -> None:
    in_review(release)
    staff_notices.owe_due(release, now=ANNOUNCED)
    events.set_standing(
        release, OWN_DAY, Standing.DRAFT, base=2, by=EDITOR, reason="No.", now=ANNOUNCED
    )
    deliver(release, mail_server)
    assert mail_server.received == []


def test_who_is_an_approver_no_more_hears_nothing(release: Store, mail_server: Inbox) -> None:
    in_review(release)
    staff_notices.owe_due(release, now=ANNOUNCED)
    team.change_role(release, APPROVER, Role.EDITOR, by=ADMIN, now=ANNOUNCED)
    deliver(release, mail_server)
    assert [one.recipient for one in mail_server.received] == [ADMIN]


def test_everybody_hears_of_a_replay_that_closes_tomorrow(
    release: Store, mail_server: Inbox
) -> None:
    with release.reading() as session:
        event = event_store.by_slug(session, PHOENIX)
    assert event is not None
    assert event.instants.replay_closes_at is not None
    day_before = event.instants.replay_closes_at - timedelta(days=1)
    staff_notices.owe_due(release, now=day_before - timedelta(seconds=1))
    staff_notices.owe_due(release, now=day_before)
    deliver(release, mail_server, now=day_before)
    closing = [one for one in mail_server.received if "closes within" in one.message["Subject"]]
    assert {one.recipient for one in closing} == {EDITOR, APPROVER, ADMIN}
    assert "It closes on November 18, 2011, 12:00 pm EST" in closing[0].text


def test_parked_mail_is_told_to_admins_and_such_mail_itself_is_not_counted(
    release: Store, mail_server: Inbox
) -> None:
    owed = [Notice(key="a", kind="alert.x", to="jo@example.com", due_at=ANNOUNCED)]
    with release.writing() as session:
        notices.owe(session, owed, now=ANNOUNCED)
        notice_store.settle(session, ["a"], Outcome.PARKED, at=ANNOUNCED, reason="550 no")
    mail_server.on_recipient = lambda _: "550 5.7.1 nor this"
    assert staff_notices.owe_due(release, now=ANNOUNCED) == 1
    deliver(release, mail_server)
    with release.writing() as session:
        notice_store.forget(session, "jo@example.com")
    next_day = at("2011-11-03 12:00")
    assert staff_notices.owe_due(release, now=next_day) == 0
