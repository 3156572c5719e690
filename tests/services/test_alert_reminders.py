"""Reminders, and what still helps when mail comes late."""

import pytest

from eventsched.domain.events import Event
from eventsched.services import alert_notices
from eventsched.store.database import Store
from tests.builders import at
from tests.fixtures.alerts import QUIET, Investor, Round
from tests.services.alerted import announced, fresh_database, saved, subscribed, told

__all__ = ["fresh_database", "subscribed", "told"]


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
