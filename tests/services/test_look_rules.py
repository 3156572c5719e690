"""Another rule for looks before calls: nothing is looked at twice for it, and nothing missed."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from eventsched.domain.ledger import Entry
from eventsched.domain.look_rules import USUALLY, LookRule
from eventsched.domain.staff import NotPermitted, Role
from eventsched.services import events
from eventsched.services.look_rules import set_rule
from eventsched.services.probes import look_at_one
from eventsched.store import events as event_store
from eventsched.store import site
from eventsched.store.database import Store
from eventsched.store.tables import EventRow, ProbeRow
from tests.builders import VENDOR_REPLAY, a_draft, at
from tests.fixtures.product import ANNOUNCED, PHOENIX
from tests.fixtures.staff import ADMIN, APPROVER, hire
from tests.services.test_probes import BASE_URL, Answering

# The call begins at 16:00.
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LONG_BEFORE = at("2011-11-05 12:00")


def looks_of_the_call(store: Store) -> list[tuple[str, bool]]:
    """Return when its live link is looked at, and whether that is done."""
    chosen = select(ProbeRow).join(EventRow).where(EventRow.slug == PHOENIX)
    with store.reading() as session:
        rows = session.scalars(chosen.where(ProbeRow.kind == "live_link").order_by(ProbeRow.due_at))
        return [(f"{row.due_at:%d %H:%M}", row.done_at is not None) for row in rows]


def look_at_all(store: Store, *, now: datetime) -> list[str]:
    """Take every look that is due, and return which links were asked."""
    prober = Answering()
    while look_at_one(store, prober, base_url=BASE_URL, now=now):
        pass
    return prober.asked


def rules_told(store: Store) -> list[Entry]:
    with store.reading() as session:
        return [entry for entry in site.ledger(session) if entry.kind == "rules"]


def save_another_city(store: Store, *, now: datetime) -> None:
    with store.reading() as session:
        event = event_store.by_slug(session, PHOENIX)
    assert event is not None
    facts = event.facts
    draft = a_draft(
        title=facts.title, city="Tempe, AZ", live_url=facts.live_url, replay_url=VENDOR_REPLAY
    )
    events.revise(store, PHOENIX, draft, base=event.revision, by="test", reason="so", now=now)


def test_a_company_that_set_nothing_has_the_usual_looks(release: Store) -> None:
    with release.reading() as session:
        assert site.look_rule(session) == LookRule(before=USUALLY, since=None)
    assert [due for due, _ in looks_of_the_call(release)] == ["10 16:00", "11 15:00", "11 15:50"]


def test_another_rule_holds_for_calls_to_come_and_is_told_by_the_ledger(release: Store) -> None:
    set_rule(release, (2 * HOUR, 5 * MINUTE), by="test", now=LONG_BEFORE)

    assert looks_of_the_call(release) == [("11 14:00", False), ("11 15:55", False)]
    [entry] = rules_told(release)
    assert entry.body == {"by": "test", "looks_before_minutes": [120, 5]}
    # The same again changes nothing, and tells nothing.
    set_rule(release, (2 * HOUR, 5 * MINUTE), by="test", now=LONG_BEFORE + HOUR)
    assert len(rules_told(release)) == 1


def test_what_was_looked_at_is_not_looked_at_again(release: Store) -> None:
    """The hour's look was taken two minutes ago; one of 65 minutes would be the same."""
    look_at_all(release, now=at("2011-11-10 16:00"))
    assert len(look_at_all(release, now=at("2011-11-11 15:00"))) == 1
    now = at("2011-11-11 15:02")
    set_rule(release, (24 * HOUR, 65 * MINUTE, 5 * MINUTE), by="test", now=now)
    save_another_city(release, now=now + MINUTE)

    assert look_at_all(release, now=now + MINUTE) == []
    kept = [("10 16:00", True), ("11 15:00", True), ("11 15:55", False)]
    assert looks_of_the_call(release) == kept


def test_what_a_rule_comes_a_little_late_for_is_looked_at_at_once(release: Store) -> None:
    """An hour became 62 minutes, 61 minutes before the call: neither would be looked at."""
    look_at_all(release, now=at("2011-11-10 16:00"))
    now = at("2011-11-11 14:59")
    set_rule(release, (62 * MINUTE,), by="test", now=now)
    # The next save does not lose it.
    save_another_city(release, now=now + MINUTE)

    assert len(look_at_all(release, now=now + MINUTE)) == 1
    assert look_at_all(release, now=at("2011-11-11 16:00")) == []


def test_a_look_that_is_due_outlives_the_rule_that_asked_for_it(release: Store) -> None:
    look_at_all(release, now=at("2011-11-10 16:00"))
    now = at("2011-11-11 15:01")
    set_rule(release, (61 * MINUTE, 5 * MINUTE), by="test", now=now)

    assert len(look_at_all(release, now=now)) == 1
    assert looks_of_the_call(release)[1:] == [("11 15:00", True), ("11 15:55", False)]


def test_looks_long_past_are_not_told_as_missed(release: Store) -> None:
    now = at("2011-11-11 13:00")
    set_rule(release, (10 * 24 * HOUR, 48 * HOUR, 5 * MINUTE), by="test", now=now)
    save_another_city(release, now=now + MINUTE)

    told = looks_of_the_call(release)
    # The day's look, which nobody took, was due already.
    assert told == [("10 16:00", False), ("11 15:55", False)]


def test_a_call_that_was_moved_goes_by_the_new_rule(release: Store) -> None:
    set_rule(release, (2 * HOUR,), by="test", now=LONG_BEFORE)
    with release.reading() as session:
        event = event_store.by_slug(session, PHOENIX)
    assert event is not None
    draft = a_draft(
        title=event.facts.title, starts="2011-11-11 10:00", live_url=event.facts.live_url
    )
    events.revise(release, PHOENIX, draft, base=2, by="test", reason="so", now=LONG_BEFORE)

    assert looks_of_the_call(release) == [("11 15:00", False)]


def test_only_an_admin_changes_the_rule(release: Store) -> None:
    hire(release, APPROVER, Role.APPROVER)
    hire(release, ADMIN, Role.ADMIN)
    with pytest.raises(NotPermitted):
        set_rule(release, (HOUR,), by=APPROVER, now=ANNOUNCED)
    with release.reading() as session:
        last = site.last_entry(session)
        assert site.look_rule(session).before == USUALLY
    assert last is not None
    assert last.kind == "refused"
    set_rule(release, (HOUR,), by=ADMIN, now=ANNOUNCED)
    with release.reading() as session:
        assert site.look_rule(session) == LookRule(before=(HOUR,), since=ANNOUNCED)
