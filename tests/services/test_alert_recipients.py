"""Who is told: all who ask for it at that moment, and nobody else."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from eventsched.domain.alerts import Topic
from eventsched.domain.drafts import decide
from eventsched.domain.events import Event, Standing
from eventsched.domain.revisions import with_facts, with_standing
from eventsched.services import alert_notices, events
from eventsched.store import alerts as alert_store
from eventsched.store import events as event_store
from eventsched.store import mail_server as server_store
from eventsched.store import site
from eventsched.store.database import Store
from tests.builders import a_draft, at
from tests.fixtures.alerts import QUIET, Investor, Round
from tests.fixtures.product import ANNOUNCED
from tests.services.alerted import (
    MOVED,
    announced,
    decided,
    fresh_database,
    saved,
    subscribed,
    told,
)

__all__ = ["fresh_database", "subscribed", "told"]


def test_who_wants_something_else_is_not_told(
    app: Flask, store: Store, investor: Investor, work: Round
) -> None:
    quiet = Investor(email="q@example.com", client=app.test_client(), round=work)
    quiet.subscribe(topics=["replay_closing"])
    calls = Investor(email="c@example.com", client=app.test_client(), round=work)
    calls.subscribe(kinds=["earnings_call"])
    event = announced(store)
    work.at("2011-11-02 12:05")
    saved(store, event, "2011-11-03 12:00", starts=MOVED)
    work.at("2011-11-03 12:05")
    assert len(investor.mails()) == 2
    assert quiet.mails() + calls.mails() == []


def test_who_unsubscribed_while_the_notice_waited_is_not_told(
    store: Store, investor: Investor, work: Round
) -> None:
    announced(store)
    alert_notices.write_due(store, quiet=QUIET, now=at("2011-11-02 12:05"))
    with store.writing() as session:
        alert_store.end(session, 1)
    work.at("2011-11-02 12:06")
    assert investor.mails() == []


def test_an_address_that_was_stopped_begins_again_with_new_wishes(
    store: Store, investor: Investor, work: Round, told: Event
) -> None:
    page = investor.subscribe()
    with store.writing() as session:
        server_store.stop(session, investor.email, at=ANNOUNCED, reason="550 5.1.1")
    moved = saved(store, told, "2011-11-03 12:00", starts=MOVED)
    work.at("2011-11-03 12:05")
    assert investor.mails() == []
    assert "Mail to this address came back" in investor.client.get(page).text
    investor.client.post(page, data={"zone": "UTC", "kinds": ["conference"], "topics": ["change"]})
    saved(store, moved, "2011-11-04 12:00", city="Tucson, AZ", starts=MOVED)
    work.at("2011-11-04 12:05")
    # What nobody could tell in between is told as well.
    text = investor.mail().text
    assert ("- Begins: was 9:00 am" in text, "- Place: was Phoenix" in text) == (True, True)


def test_notices_are_written_a_portion_at_a_time(
    app: Flask, store: Store, work: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alert_notices, "PORTION", 2)
    others = [
        Investor(email=f"{n}@example.com", client=app.test_client(), round=work) for n in range(4)
    ]
    for other in others:
        other.subscribe()
    announced(store)
    portions = []
    while written := alert_notices.write_due(store, quiet=QUIET, now=at("2011-11-02 12:05")):
        portions.append(written.count)
    assert portions == [2, 2, 1]
    work.at("2011-11-02 12:06")
    assert [len(other.mails()) for other in others] == [1, 1, 1, 1]


def test_staff_are_told_beforehand_how_many_will_be(
    app: Flask, store: Store, investor: Investor, work: Round, told: Event
) -> None:
    wants_news = Investor(email="n@example.com", client=app.test_client(), round=work)
    wants_news.subscribe(topics=["new_event", "reminder_day"])
    now = at("2011-11-03 12:00")

    def counts(before: Event | None, after: Event) -> dict[Topic, int]:
        with store.reading() as session:
            return dict(alert_notices.recipients_by_topic(session, before, after, now=now))

    moved = with_facts(told, decide(a_draft(starts=MOVED)), now=now)
    cancelled = with_standing(told, Standing.CANCELLED, now=now)
    reminders = {Topic.REMINDER_DAY: 2, Topic.REMINDER_HOUR: 1}
    assert counts(told, moved) == {Topic.CHANGE: 1} | reminders
    assert counts(told, cancelled) == {Topic.CANCELLATION: 1}
    assert counts(told, told) == reminders
    assert counts(None, told) == {Topic.NEW_EVENT: 2} | reminders


def test_what_is_owed_is_owed_in_the_transaction_of_the_change(store: Store, told: Event) -> None:
    now = at("2011-11-05 12:00")
    cancelled = with_standing(told, Standing.CANCELLED, now=now)

    def fail_at_the_end() -> None:
        with store.writing() as session:
            site.hold(session)
            events.save(session, cancelled, by="test", reason="Because.", now=now)
            raise RuntimeError("power")

    with pytest.raises(RuntimeError, match="power"):
        fail_at_the_end()
    with store.reading() as session:
        assert event_store.by_slug(session, told.slug) == told
    later = now + timedelta(hours=1)
    assert alert_notices.write_due(store, quiet=QUIET, now=later) is None


def test_what_was_announced_by_an_earlier_version_is_no_news_but_is_followed(
    store: Store, investor: Investor, work: Round, told: Event
) -> None:
    hidden = events.plan(store, a_draft(title="Later"), by="test", now=ANNOUNCED)
    decided(store, hidden, Standing.APPROVED, "2011-11-02 12:00", publish_at=at("2011-11-09 12:00"))
    with store.engine.begin() as connection:
        connection.execute(text("delete from told"))
        connection.execute(text("delete from occasion"))
    for _ in range(2):
        alert_notices.take_over(store, now=at("2011-11-03 12:00"))
    work.at("2011-11-04 12:00")
    assert investor.mails() == []
    work.at("2011-11-09 12:00")
    assert [words.partition(",")[0] for words in investor.subjects()] == ["New event: Later"]
    decided(store, told, Standing.CANCELLED, "2011-11-10 12:00")
    work.at("2011-11-10 12:05")
    assert [words.partition(":")[0] for words in investor.subjects()] == ["Cancelled"]
