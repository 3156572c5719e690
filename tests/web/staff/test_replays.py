"""A replay's early end in the browser: asked for with a reason, told to everybody, undone."""

import re

import pytest

from eventsched.domain.events import Event
from eventsched.services import intake, second_person
from eventsched.store import events as event_store
from eventsched.store import site
from eventsched.store.database import Store
from tests.builders import PHOENIX, a_draft, at
from tests.fixtures.product import ANNOUNCED, SettableClock, sample_release
from tests.fixtures.product import PHOENIX as SLUG
from tests.fixtures.staff import Desk

GATE, PAGE = f"/events/{SLUG}/replay", f"/events/{SLUG}"
WITHDRAW, REINSTATE = (
    f"/staff/events/{SLUG}/replay_{step}" for step in ("withdrawn", "reinstated")
)
OPEN = "2011-11-14 20:12"
TOLD = "The replay was withdrawn on November 14, 2011, 3:12 pm EST."


@pytest.fixture
def on_show(store: Store, clock: SettableClock) -> Store:
    """Give the two conferences, the replay of the first one open."""
    intake.take_in(store, sample_release(), by="test", now=ANNOUNCED)
    clock.set(OPEN)
    return store


def saved(store: Store, slug: str = SLUG) -> Event:
    with store.reading() as session:
        event = event_store.by_slug(session, slug)
    assert event is not None
    return event


def step(desk: Desk, path: str, reason: str) -> int:
    page = desk.get(path)
    assert page.status_code == 200, page.text
    base = page.text.partition('name="base" type="hidden" value="')[2].partition('"')[0]
    return desk.send(path, base=base, reason=reason).status_code


def test_a_replay_withdrawn_is_gone_at_once_and_everybody_is_told(
    on_show: Store, approver: Desk, clock: SettableClock
) -> None:
    client = approver.client
    clock.set(OPEN)
    assert client.get(GATE).status_code == 302
    assert "Withdraw the replay…" in approver.get(f"/staff/events/{SLUG}").text
    assert step(approver, WITHDRAW, "") == 422
    assert client.get(GATE).status_code == 302
    assert step(approver, WITHDRAW, "A figure was misread.") == 303

    gate = client.get(GATE)
    assert gate.status_code == 410
    assert "The replay was withdrawn" in gate.text
    assert TOLD in gate.text
    page = client.get(PAGE).text
    assert TOLD in page
    assert "A figure was misread." in page
    assert "Withdrawn" in page
    assert f'href="{GATE}"' not in page
    told = client.get("/events.json").json["events"][0]["replay"]  # type: ignore[index]
    assert (told["state"], told["withdrawn"], told["words"]) == ("closed", True, TOLD)
    assert "Replay withdrawn" in approver.get(f"/staff/events/{SLUG}/history").text

    assert step(approver, REINSTATE, "It was read rightly.") == 303
    assert client.get(GATE).status_code == 302


def test_an_editor_can_not_withdraw(on_show: Store, editor: Desk) -> None:
    assert editor.get(WITHDRAW).status_code == 403
    assert (
        editor.send(WITHDRAW, base="2", reason="no", token=editor.token("/staff/")).status_code
        == 403
    )
    assert editor.client.get(GATE).status_code == 302
    with on_show.reading() as session:
        last = site.last_entry(session)
    assert last is not None
    assert (last.kind, last.body["wanted"]) == ("refused", "replay_withdrawn")


def test_where_two_are_demanded_one_proposes_and_another_confirms(
    on_show: Store, approver: Desk, admin: Desk, clock: SettableClock
) -> None:
    second_person.demand(on_show, True, by="operator", now=ANNOUNCED)
    clock.set(OPEN)
    assert step(approver, WITHDRAW, "A figure was misread.") == 303
    assert approver.client.get(GATE).status_code == 302
    waits = admin.get(f"/staff/events/{SLUG}").text
    assert "without its replay, from the confirmation on" in waits
    number = waits.partition("/waiting/")[2].partition("/")[0]
    clock.set("2011-11-14 21:00")
    assert (
        admin.send(
            f"/staff/events/{SLUG}/waiting/{number}/confirm", token=admin.token("/staff/")
        ).status_code
        == 303
    )
    assert approver.client.get(GATE).status_code == 410
    assert saved(on_show).replay_withdrawn_at == at("2011-11-14 21:00")


def test_two_who_withdraw_at_once_do_it_once(on_show: Store, approver: Desk) -> None:
    page, token = approver.get(WITHDRAW).text, approver.token(WITHDRAW)
    base = page.partition('name="base" type="hidden" value="')[2].partition('"')[0]
    sent = [
        approver.send(WITHDRAW, base=base, reason="so", token=token).status_code for _ in range(2)
    ]
    assert sent == [303, 409]


@pytest.mark.parametrize(
    ("chosen", "window"),
    [
        ({"replay_stay": "90", "replay_days": "7"}, (90, False, None)),
        ({"replay_stay": "days", "replay_days": "12"}, (12, False, None)),
        ({"replay_stay": "notice", "replay_days": "7"}, (None, True, None)),
        ({"replay_stay": "none", "replay_days": "7"}, (None, False, None)),
        (
            {"replay_stay": "until", "replay_until": "2011-12-01 10:00"},
            (None, False, "2011-12-01 17:00"),
        ),
    ],
)
def test_what_was_chosen_counts(
    company: Store, editor: Desk, chosen: dict[str, str], window: tuple[object, ...]
) -> None:
    assert editor.save(PHOENIX, **chosen).status_code == 303
    event = saved(company)
    days, revoked, closes = window
    assert (event.facts.replay_days, event.facts.replay_until_revoked) == (days, revoked)
    if closes is not None:
        assert event.instants.replay_closes_at == at(str(closes))


@pytest.mark.parametrize(
    ("chosen", "problem"),
    [
        ({"replay_stay": "days", "replay_days": ""}, "Give between 1 and 3,660 days."),
        ({"replay_stay": "until", "replay_until": ""}, "as a date and a time."),
    ],
)
def test_a_choice_that_was_not_filled_in_is_no_promise(
    company: Store, editor: Desk, chosen: dict[str, str], problem: str
) -> None:
    page = editor.save(PHOENIX, **chosen)
    assert page.status_code == 422
    assert problem in page.text


def test_the_form_of_a_saved_event_has_its_own_choice(company: Store, editor: Desk) -> None:
    editor.save(a_draft(replay_until="further notice"), replay_stay="notice")
    page = editor.get(f"/staff/events/{SLUG}").text
    assert re.search(r'<input checked[^>]*name="replay_stay"[^>]*value="notice">', page)
    assert "Replay available until further notice" in page


def test_the_company_s_usual_window_is_where_new_events_begin(
    company: Store, admin: Desk, clock: SettableClock
) -> None:
    token = admin.token("/staff/rules")
    typed = {"replay_stay": "365", "replay_counted_from": "posting"}
    assert admin.send("/staff/rules/replays", token=token, **typed).status_code == 303
    blank = admin.get("/staff/events/new").text
    assert re.search(r'<input checked[^>]*name="replay_stay"[^>]*value="365">', blank)
    assert '<option selected value="posting">' in blank
    with company.reading() as session:
        policy, last = site.replay_policy(session), site.last_entry(session)
    assert (policy.days, policy.counted_from) == (365, "posting")
    assert last is not None
    assert last.body["replays"] == {"days": 365, "until_revoked": False, "counted_from": "posting"}
    text = '[[events]]\ntitle = "Of a file"\ndate = "2011-12-01"\ntime = "9:00"\nzone = "UTC"\n'
    [event] = intake.take_in(company, text, by="test", now=ANNOUNCED).events
    assert event.facts.replay_days == 365


def test_only_an_admin_sets_the_usual_window(company: Store, approver: Desk) -> None:
    token = approver.token("/staff/events/new")
    answer = approver.send("/staff/rules/replays", token=token, replay_stay="none")
    assert answer.status_code == 403
    with company.reading() as session:
        assert site.replay_policy(session).days == 7


def test_the_form_reminds_of_regulation_g_and_hinders_nobody(company: Store, editor: Desk) -> None:
    typed = {"kind": "earnings_call", "replay_stay": "7"}
    assert editor.save(PHOENIX, **typed).status_code == 303
    assert "If non-GAAP figures are discussed" in editor.get(f"/staff/events/{SLUG}").text
