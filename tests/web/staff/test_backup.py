"""The webcast has failed: staff say how else to join, on one page."""

from dataclasses import replace
from datetime import time

import pytest

from eventsched.domain.events import Event, Standing
from eventsched.services import events as services
from eventsched.store import events as event_store
from eventsched.store import second_person
from eventsched.store.database import Store
from tests.builders import PHOENIX, an_event, at
from tests.fixtures.product import SettableClock
from tests.fixtures.staff import Desk, read_form

LIVE = "2011-11-11 16:10"
FORM = "/staff/events/phoenix/backup"
BACKUP = "https://other-vendor.example/live/77"
NOTE = "The provider has lost the picture."


@pytest.fixture
def live(company: Store, clock: SettableClock) -> Store:
    """Have the conference run, and nothing wrong yet."""
    with company.writing() as session:
        event = an_event(slug="phoenix", dial_in="US: 877-555-0100")
        event_store.add(session, event, by="test", reason="", at=event.changed_at)
    clock.set(LIVE)
    return company


def saved(store: Store) -> Event:
    with store.reading() as session:
        event = event_store.by_slug(session, "phoenix")
    assert event is not None
    return event


def told(desk: Desk, **typed: str) -> tuple[int, str]:
    held = read_form(desk.get(FORM).text)
    answer = desk.client.post(FORM, data=held | typed)
    return answer.status_code, answer.text


def test_an_approver_gives_a_backup_and_takes_it_back(live: Store, approver: Desk) -> None:
    assert FORM in approver.get("/staff/events/phoenix").text
    assert told(approver, backup_url=BACKUP, backup_note=NOTE)[0] == 303
    facts = saved(live).facts
    assert (facts.backup_url, facts.backup_note, len(facts.dial_in)) == (BACKUP, NOTE, 1)
    assert approver.client.get("/events/phoenix/live").location == BACKUP
    assert approver.send(f"{FORM}/over", token=approver.token(FORM)).status_code == 303
    facts = saved(live).facts
    assert (facts.has_failed, len(facts.dial_in)) == (False, 1)


def test_nothing_else_of_the_event_is_touched(live: Store, approver: Desk) -> None:
    before = saved(live)
    told(approver, backup_url=BACKUP)
    after = saved(live)
    assert replace(after.facts, backup_url=None) == before.facts
    assert (after.instants, after.standing) == (before.instants, Standing.APPROVED)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Give a backup link, or say in a sentence what investors are to do."),
        ({"backup_url": "javascript:alert(1)"}, "Give a web address that begins with https://"),
        ({"backup_note": "a\nb"}, "Keep it to one line"),
        ({"backup_note": "x" * 301}, "Too long: 301 characters"),
        ({"backup_url": BACKUP, "dial_in": "soon"}, "as a telephone number"),
    ],
)
def test_what_helps_nobody_is_named_and_nothing_is_lost(
    live: Store, approver: Desk, typed: dict[str, str], words: str
) -> None:
    status, page = told(approver, **typed)
    assert (status, words in page) == (422, True)
    assert read_form(page)["dial_in"].strip() == typed.get("dial_in", "US: 877-555-0100")
    assert saved(live).revision == 1


def test_what_was_typed_over_somebody_elses_words_is_asked_for_once_more(
    live: Store, approver: Desk
) -> None:
    held = read_form(approver.get(FORM).text)
    meanwhile = replace(PHOENIX, backup_note="Wait a moment.")
    services.revise(live, "phoenix", meanwhile, base=1, by="test", now=at(LIVE))
    answer = approver.client.post(FORM, data=held | {"backup_url": BACKUP})
    assert answer.status_code == 409
    assert "Somebody else saved this event meanwhile." in answer.text
    again = read_form(answer.text)
    assert (again["backup_url"], again["base"]) == (BACKUP, "2")
    assert approver.client.post(FORM, data=again).status_code == 303
    assert saved(live).facts.backup_url == BACKUP


def test_an_editors_words_wait_for_an_approver(live: Store, editor: Desk) -> None:
    assert told(editor, backup_note=NOTE)[0] == 303
    assert saved(live).revision == 1
    with live.reading() as session:
        waiting = second_person.waiting(session, "phoenix")
    assert waiting is not None
    assert waiting.draft is not None
    assert waiting.draft.backup_note == NOTE


@pytest.mark.parametrize("now", ["2011-11-11 17:00", "2011-11-01"])
def test_there_is_nothing_to_join_before_it_is_public_and_once_it_is_over(
    live: Store, approver: Desk, clock: SettableClock, now: str
) -> None:
    clock.set(now)
    assert approver.get(FORM).status_code == 409
    assert FORM not in approver.get("/staff/events/phoenix").text


def test_the_whole_form_keeps_what_it_does_not_show(live: Store, approver: Desk) -> None:
    told(approver, backup_url=BACKUP, backup_note=NOTE)
    page = "/staff/events/phoenix"
    held = read_form(approver.get(page).text) | {"city": "Scottsdale, AZ", "reason": "Moved."}
    assert approver.client.post(page, data=held).status_code == 303
    facts = saved(live).facts
    assert (facts.backup_url, facts.backup_note, facts.city) == (BACKUP, NOTE, "Scottsdale, AZ")


def test_nobody_waits_for_a_second_person_while_the_webcast_is_down(
    live: Store, approver: Desk
) -> None:
    with live.writing() as session:
        second_person.demand(session, True)
    assert told(approver, backup_url=BACKUP)[0] == 303
    assert saved(live).facts.backup_url == BACKUP


def test_where_new_zone_rules_took_the_time_away_the_pages_say_so(
    company: Store, clock: SettableClock, approver: Desk
) -> None:
    """It was announced under rules by which the clocks did not skip that hour."""
    event = an_event(slug="phoenix", starts="2012-03-11 01:30", zone="America/New_York", city="")
    skipped = replace(event, facts=replace(event.facts, time=time(2, 30)))
    with company.writing() as session:
        event_store.add(session, skipped, by="test", reason="", at=event.changed_at)
    clock.set("2012-03-11 06:45")
    assert approver.get(FORM).status_code == 200
    assert told(approver, backup_note=NOTE)[0] == 422
    clock.set("2012-03-11 08:45")
    step = "/staff/events/phoenix/replay_withdrawn"
    page = approver.get(step)
    assert page.status_code == 200
    answer = approver.client.post(step, data=read_form(page.text) | {"reason": "It is gone."})
    assert answer.status_code == 422
    assert "It is gone." in answer.text
