"""What subscribers are told: the truth of the moment of sending, once, and never what is hidden."""

from datetime import timedelta
from typing import Any

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
from tests.builders import VENDOR_REPLAY, a_draft, an_issuer, at
from tests.fixtures.alerts import QUIET, Investor, Round
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import ANNOUNCED

MOVED = "2011-11-11 10:30"


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    return fresh_sqlite


@pytest.fixture(autouse=True)
def _subscribed(store: Store, investor: Investor) -> None:
    with store.writing() as session:
        site.set_issuer(session, an_issuer(), at=ANNOUNCED)
    investor.subscribe()


def saved(store: Store, event: Event, moment: str, **typed: Any) -> Event:
    draft = a_draft(**typed)
    return events.revise(
        store, event.slug, draft, base=event.revision, by="test", now=at(moment), reason="Because."
    )


def decided(store: Store, event: Event, standing: Standing, moment: str, **more: Any) -> Event:
    return events.set_standing(
        store,
        event.slug,
        standing,
        base=event.revision,
        by="test",
        now=at(moment),
        reason="Because.",
        **more,
    )


def announced(store: Store, moment: str = "2011-11-02 12:00", **typed: Any) -> Event:
    event = events.plan(store, a_draft(**typed), by="test", now=at(moment))
    return decided(store, event, Standing.APPROVED, moment)


@pytest.fixture
def told(store: Store, investor: Investor, work: Round) -> Event:
    """Give an event of which the investor has been told."""
    event = announced(store)
    work.at("2011-11-02 12:05")
    assert investor.subjects() == [
        "New event: 2011 Credit Suisse Healthcare Conference, Nov 11, 2011"
    ]
    return event


# Quiet


def test_a_change_waits_until_the_event_was_left_alone(
    store: Store, investor: Investor, work: Round, told: Event
) -> None:
    saved(store, told, "2011-11-08 15:00", starts=MOVED)
    work.at("2011-11-08 15:04:59")
    assert investor.mails() == []
    work.at("2011-11-08 15:05")
    assert len(investor.mails()) == 1


def test_a_change_made_and_undone_in_quiet_sends_nothing(
    store: Store, investor: Investor, work: Round, told: Event
) -> None:
    moved = saved(store, told, "2011-11-08 15:00", starts=MOVED)
    saved(store, moved, "2011-11-08 15:04")
    work.at("2011-11-08 18:00")
    assert investor.mails() == []


def test_undone_while_the_notices_wait_sends_nothing_either(
    store: Store, investor: Investor, work: Round, told: Event
) -> None:
    moved = saved(store, told, "2011-11-08 15:00", starts=MOVED)
    now = at("2011-11-08 15:05")
    written = alert_notices.write_due(store, quiet=QUIET, now=now)
    assert written is not None
    assert written.count == 1
    saved(store, moved, "2011-11-08 15:06")
    work.at("2011-11-08 18:00")
    assert investor.mails() == []


def test_of_two_changes_that_wait_each_is_told_once(
    store: Store, investor: Investor, work: Round, told: Event
) -> None:
    moved = saved(store, told, "2011-11-08 15:00", starts=MOVED)
    alert_notices.write_due(store, quiet=QUIET, now=at("2011-11-08 15:05"))
    saved(store, moved, "2011-11-08 15:06", starts=MOVED, city="Tucson, AZ")
    work.at("2011-11-08 15:07")
    text = investor.mail().text
    assert ("- Begins: was 9:00 am" in text, "- Place: was Phoenix" in text) == (True, True)
    work.at("2011-11-08 18:00")
    assert investor.mails() == []


def test_nobody_who_keeps_saving_puts_a_mail_off_for_ever(
    store: Store, investor: Investor, work: Round, told: Event
) -> None:
    event = told
    for minute in range(0, 17, 4):
        event = saved(
            store, event, f"2011-11-08 15:{minute:02}", starts=f"2011-11-11 10:{minute + 10}"
        )
        work.at(f"2011-11-08 15:{minute:02}:30")
    assert len(investor.mails()) == 1


def test_what_was_never_told_and_is_called_off_is_not_told(
    store: Store, investor: Investor, work: Round
) -> None:
    event = announced(store)
    decided(store, event, Standing.CANCELLED, "2011-11-02 12:03")
    work.at("2011-11-30 00:00")
    assert investor.mails() == []


def test_what_was_called_off_and_takes_place_after_all_is_told(
    store: Store, investor: Investor, work: Round, told: Event
) -> None:
    postponed = decided(store, told, Standing.POSTPONED, "2011-11-05 12:00")
    work.at("2011-11-05 12:05")
    assert [words.partition(":")[0] for words in investor.subjects()] == ["Postponed"]
    decided(store, postponed, Standing.APPROVED, "2011-11-06 12:00")
    work.at("2011-11-06 12:05")
    mail = investor.mail()
    assert "- Status: was Postponed; now Takes place" in mail.text


def test_a_mail_gives_the_reasons_of_what_it_tells_and_no_older_ones(
    store: Store, investor: Investor, work: Round, told: Event
) -> None:
    moved = saved(store, told, "2011-11-08 15:00", starts=MOVED)
    work.at("2011-11-08 15:05")
    assert "Because." in investor.mail().text
    events.revise(
        store,
        told.slug,
        a_draft(starts=MOVED, city="Tucson, AZ"),
        base=moved.revision,
        by="test",
        now=at("2011-11-09 15:00"),
        reason="The hotel is flooded.",
    )
    work.at("2011-11-09 15:05")
    text = investor.mail().text
    assert ("The hotel is flooded." in text, "Because." in text) == (True, False)


# Hidden


def test_nothing_of_what_is_hidden_is_ever_told(
    store: Store, investor: Investor, work: Round
) -> None:
    draft = events.plan(store, a_draft(), by="test", now=ANNOUNCED)
    embargoed = events.plan(store, a_draft(title="Secret"), by="test", now=ANNOUNCED)
    embargoed = decided(
        store, embargoed, Standing.APPROVED, "2011-11-02 12:00", publish_at=at("2011-11-12 00:00")
    )
    saved(store, embargoed, "2011-11-03 12:00", title="Secret", city="Reno, NV")
    decided(store, draft, Standing.IN_REVIEW, "2011-11-03 12:00")
    work.at("2011-11-11 23:59:59")
    assert investor.mails() == []


def test_what_is_withdrawn_in_quiet_is_not_told(
    store: Store, investor: Investor, work: Round, told: Event
) -> None:
    moved = saved(store, told, "2011-11-08 15:00", starts=MOVED)
    decided(store, moved, Standing.WITHDRAWN, "2011-11-08 15:01")
    work.at("2011-11-30 00:00")
    assert investor.mails() == []


def test_withdrawn_while_the_notices_wait_is_not_told(
    store: Store, investor: Investor, work: Round, told: Event
) -> None:
    moved = saved(store, told, "2011-11-08 15:00", starts=MOVED)
    alert_notices.write_due(store, quiet=QUIET, now=at("2011-11-08 15:05"))
    decided(store, moved, Standing.WITHDRAWN, "2011-11-08 15:06")
    work.at("2011-11-30 00:00")
    assert investor.mails() == []


def test_reasons_given_behind_the_scenes_stay_there(
    store: Store, investor: Investor, work: Round, told: Event
) -> None:
    gone = events.set_standing(
        store,
        told.slug,
        Standing.WITHDRAWN,
        base=told.revision,
        by="test",
        now=at("2011-11-05 12:00"),
        reason="Legal has doubts.",
    )
    draft = decided(store, gone, Standing.DRAFT, "2011-11-05 13:00")
    draft = saved(store, draft, "2011-11-05 13:01", starts=MOVED)
    decided(store, draft, Standing.APPROVED, "2011-11-05 14:00")
    work.at("2011-11-05 14:05")
    mail = investor.mail()
    assert "; now 10:30 am MST" in mail.text
    assert "Legal" not in mail.text + mail.html


# Reminders


def test_a_reminder_is_never_for_an_old_time(
    store: Store, investor: Investor, work: Round, told: Event
) -> None:
    alert_notices.write_due(store, quiet=QUIET, now=at("2011-11-10 16:00"))
    saved(store, told, "2011-11-10 16:00", starts="2011-11-14 09:00")
    work.at("2011-11-11 16:00")
    assert [words.partition(":")[0] for words in investor.subjects()] == ["Changed"]
    work.at("2011-11-13 16:00")
    assert [words.partition(":")[0] for words in investor.subjects()] == ["Tomorrow"]


def test_a_save_while_a_reminder_waits_for_quiet_does_not_cancel_it(
    store: Store, investor: Investor, work: Round, told: Event
) -> None:
    """It fell due two minutes after one save and a minute before the other."""
    first = saved(store, told, "2011-11-10 15:58", host="A host")
    saved(store, first, "2011-11-10 16:01", host="Another host")
    work.at("2011-11-10 16:30")
    begun = [words.partition(":")[0] for words in investor.subjects()]
    assert sorted(begun) == ["Changed", "Tomorrow"]


@pytest.mark.parametrize(
    ("after", "subjects"),
    [
        pytest.param("2011-11-11 14:59", ["Today"], id="too late to say tomorrow"),
        pytest.param("2011-11-11 15:59", ["Begins soon"], id="a minute before"),
        pytest.param("2011-11-11 16:00", [], id="begun"),
    ],
)
def test_after_an_outage_only_what_still_helps_is_sent(
    investor: Investor, work: Round, told: Event, after: str, subjects: list[str]
) -> None:
    work.at(after)
    assert [words.partition(":")[0] for words in investor.subjects()] == subjects


def test_an_event_in_the_past_is_no_news(store: Store, investor: Investor, work: Round) -> None:
    announced(store, "2011-12-01 12:00")
    work.at("2011-12-02 12:00")
    assert investor.mails() == []


# Replays


def test_a_replay_taken_away_in_quiet_is_not_told(
    store: Store, investor: Investor, work: Round, told: Event
) -> None:
    work.at("2011-11-11 16:00")
    investor.mails()
    posted = saved(store, told, "2011-11-11 18:00", replay_url=VENDOR_REPLAY)
    saved(store, posted, "2011-11-11 18:02")
    work.at("2011-11-17 18:00")
    assert investor.mails() == []


def test_a_replay_posted_again_elsewhere_is_told_once(
    store: Store, investor: Investor, work: Round, told: Event
) -> None:
    work.at("2011-11-11 16:00")
    investor.mails()
    posted = saved(store, told, "2011-11-11 18:00", replay_url=VENDOR_REPLAY)
    work.at("2011-11-11 18:05")
    saved(store, posted, "2011-11-11 19:00", replay_url=f"{VENDOR_REPLAY}-2")
    work.at("2011-11-11 20:00")
    assert [words.partition(":")[0] for words in investor.subjects()] == ["Replay available"]


# Recipients


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
