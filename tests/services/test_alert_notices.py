"""What subscribers are told: the truth of the moment of sending, once, and never what is hidden."""

from eventsched.domain.events import Event, Standing
from eventsched.services import alert_notices, events
from eventsched.store.database import Store
from tests.builders import VENDOR_REPLAY, a_draft, at
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
