"""What staff decide: each with its consequence said beforehand, and nothing public by accident."""

from dataclasses import replace

import pytest

from eventsched.domain.events import Event, Standing
from eventsched.domain.lifecycle import is_public
from eventsched.store import events as event_store
from eventsched.store import history
from eventsched.store.database import Store
from tests.builders import PHOENIX, at
from tests.fixtures.product import NEW_YORK, SettableClock
from tests.fixtures.product import PHOENIX as PHOENIX_SLUG
from tests.fixtures.staff import APPROVER, Desk

PAGE = f"/staff/events/{PHOENIX_SLUG}"
PUBLIC = f"/events/{PHOENIX_SLUG}"


def saved(store: Store, slug: str = PHOENIX_SLUG) -> Event:
    with store.reading() as session:
        event = event_store.by_slug(session, slug)
    assert event is not None
    return event


def decide(desk: Desk, standing: str, slug: str = PHOENIX_SLUG, **typed: str) -> int:
    path = f"/staff/events/{slug}/{standing}"
    page = desk.get(path)
    assert page.status_code == 200, page.text
    base = page.text.partition('name="base" type="hidden" value="')[2].partition('"')[0]
    return desk.send(path, base=base, **typed).status_code


def test_an_approval_at_once_makes_it_public(company: Store, editor: Desk, approver: Desk) -> None:
    editor.save(PHOENIX)
    assert decide(editor, "in_review") == 303
    assert editor.client.get(PUBLIC).status_code == 404
    assert decide(approver, "approved", moment="now") == 303
    assert editor.client.get(PUBLIC).status_code == 200


def test_an_approval_for_later_shows_nothing_before(
    company: Store, editor: Desk, approver: Desk, clock: SettableClock
) -> None:
    editor.save(PHOENIX)
    assert decide(approver, "approved", moment="later", day="Nov 3 2011", clock="7:30am") == 303
    assert saved(company).publish_at == at("2011-11-03 11:30")
    assert "Becomes public on November 3, 2011, 7:30 am EDT." in approver.get("/staff/").text
    clock.set("2011-11-03 11:29:59")
    assert editor.client.get(PUBLIC).status_code == 404
    clock.set("2011-11-03 11:30")
    assert editor.client.get(PUBLIC).status_code == 200


@pytest.mark.parametrize(
    ("day", "clock_typed", "message"),
    [
        ("Nov 3 2011", "", "Give the time too."),
        ("", "8am", "Give the date too."),
        ("11/3/2011", "8am", "Can&#39;t read “11/3/2011” as a date."),
        ("Nov 3 2011", "eight", "Can&#39;t read “eight” as a time."),
        ("Nov 1 2011", "8am", "This instant has passed."),
        ("Nov 6 2011", "1:30am", "happens twice in America/New_York"),
        ("Mar 11 2012", "2:30am", "does not exist in America/New_York"),
        ("Nov 3 2111", "8am", "The year 2111 is outside"),
    ],
)
def test_an_instant_that_is_none_publishes_nothing(
    company: Store, editor: Desk, approver: Desk, day: str, clock_typed: str, message: str
) -> None:
    editor.save(PHOENIX)
    path = f"{PAGE}/approved"
    typed = {"moment": "later", "day": day, "clock": clock_typed, "reason": "As agreed"}
    answer = approver.send(path, base="1", **typed)
    assert answer.status_code == 422
    assert message in answer.text
    assert f'value="{day}"' in answer.text
    assert "As agreed" in answer.text
    assert saved(company).standing is Standing.DRAFT


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        pytest.param({}, "Choose when it becomes public.", id="nothing chosen"),
        pytest.param({"moment": "soon"}, "Choose when it becomes public.", id="a forged choice"),
        pytest.param(
            {"moment": "now", "day": "Nov 3 2011"},
            "At once, or at the time that is filled in? Say one of them.",
            id="both chosen",
        ),
    ],
)
def test_nobody_publishes_by_accident(
    company: Store, approver: Desk, typed: dict[str, str], message: str
) -> None:
    approver.save(PHOENIX)
    answer = approver.send(f"{PAGE}/approved", base="1", **typed)
    assert answer.status_code == 422
    assert f'<a href="#moment-0">{message}</a>' in answer.text
    assert saved(company).standing is Standing.DRAFT


def test_a_scheduled_approval_can_be_moved_and_taken_back(
    company: Store, editor: Desk, approver: Desk, clock: SettableClock
) -> None:
    editor.save(PHOENIX)
    decide(approver, "approved", moment="later", day="Nov 3 2011", clock="8am")
    decide(approver, "approved", moment="later", day="Nov 4 2011", clock="8am")
    assert saved(company).publish_at == at("2011-11-04 12:00")
    decide(approver, "draft")
    clock.set("2011-11-05 12:00")
    assert (saved(company).standing, saved(company).publish_at) == (Standing.DRAFT, None)
    assert editor.client.get(PUBLIC).status_code == 404


@pytest.mark.parametrize(
    ("standing", "shown"),
    [
        pytest.param("cancelled", 200, id="cancelled and said so"),
        pytest.param("postponed", 200, id="postponed and said so"),
        pytest.param("withdrawn", 404, id="withdrawn without a word"),
    ],
)
def test_what_is_called_off_is_so_for_the_public(
    release: Store, approver: Desk, clock: SettableClock, standing: str, shown: int
) -> None:
    clock.set("2011-11-03 12:00")
    assert decide(approver, standing, reason="The host moved its conference.") == 303
    assert saved(release).standing == standing
    assert approver.client.get(PUBLIC).status_code == shown
    with release.reading() as session:
        latest = history.revisions(session, PHOENIX_SLUG)[-1]
    assert (latest.by, latest.reason) == (APPROVER, "The host moved its conference.")


def test_what_was_called_off_can_be_reinstated(
    release: Store, approver: Desk, clock: SettableClock
) -> None:
    clock.set("2011-11-03 12:00")
    decide(approver, "cancelled", reason="A mistake")
    decide(approver, "approved", reason="It takes place after all")
    assert saved(release).standing is Standing.APPROVED
    assert is_public(saved(release), now=clock.now())


def test_what_changed_since_it_was_read_is_not_approved(
    company: Store, editor: Desk, approver: Desk
) -> None:
    editor.save(PHOENIX)
    token = approver.token(f"{PAGE}/approved")
    editor.save(replace(PHOENIX, time="10:00"), PAGE)
    answer = approver.send(f"{PAGE}/approved", token=token, base="1", moment="now")
    assert answer.status_code == 409
    assert saved(company).standing is Standing.DRAFT


@pytest.mark.parametrize("standing", ["in_review", "draft"])
def test_a_step_that_makes_no_sense_is_refused(
    release: Store, approver: Desk, standing: str
) -> None:
    path = f"/staff/events/{NEW_YORK}/{standing}"
    assert approver.get(path).status_code == 409
    token = approver.token("/staff/events/new")
    assert approver.send(path, token=token, base="2").status_code == 409
    assert saved(release, NEW_YORK).standing is Standing.APPROVED


def test_a_standing_that_does_not_exist_is_no_page(release: Store, approver: Desk) -> None:
    assert approver.get(f"{PAGE}/deleted").status_code == 404
