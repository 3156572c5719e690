"""What was typed is kept: beside a faster save, and across the end of a session."""

import re
from dataclasses import replace
from datetime import time

import pytest

from eventsched.domain.events import Presenter
from eventsched.domain.staff import Role
from eventsched.store import events as event_store
from eventsched.store.database import Store
from tests.builders import PHOENIX
from tests.fixtures.product import PHOENIX as PHOENIX_SLUG
from tests.fixtures.product import SettableClock
from tests.fixtures.staff import ADMIN, EDITOR, PASSWORD, Desk, hire, read_form, saved, typed_form

NEW = "/staff/events/new"
LIVE, OVER = "2011-11-11 16:10", "2011-11-11 17:10"
PAGE = f"/staff/events/{PHOENIX_SLUG}"
TWO = (Presenter(name="Daniel Junius", title="CEO"), Presenter(name="Gregory Perry", title="CFO"))
LINE = "Example Conference, Nov 11 2011 9am EST, Phoenix, AZ, Jo Doe, CEO, Track 2, B"


def test_the_later_of_two_saves_is_shown_both_versions(
    company: Store, editor: Desk, approver: Desk
) -> None:
    editor.save(PHOENIX)
    opened = read_form(editor.get(PAGE).text)
    approver.save(replace(PHOENIX, city="Scottsdale, AZ", venue="The Phoenician"), PAGE)
    ours = replace(PHOENIX, city="Tempe, AZ", host="CS")
    answer = editor.client.post(PAGE, data=opened | typed_form(ours))
    assert answer.status_code == 409
    assert saved(company).facts.city == "Scottsdale, AZ"
    for words in ("Scottsdale, AZ", "Tempe, AZ", "Both of you changed this. It was: Phoenix, AZ"):
        assert words in answer.text
    held = read_form(answer.text)
    # What only one of the two changed is chosen already.
    assert {n: s for n, s in held.items() if n.startswith("keep-")} == {
        "keep-city": "ours",
        "keep-host": "ours",
        "keep-venue": "theirs",
    }
    kept = editor.client.post(PAGE, data=held | {"keep-city": "theirs"})
    assert kept.status_code == 303
    facts = saved(company).facts
    assert (facts.city, facts.host, facts.venue) == ("Scottsdale, AZ", "CS", "The Phoenician")


def test_an_editor_proposes_what_is_chosen_where_the_event_is_approved(
    release: Store, editor: Desk, approver: Desk
) -> None:
    opened = read_form(editor.get(PAGE).text)
    approver.save(replace(PHOENIX, city="Scottsdale, AZ"), PAGE, reason="Moved")
    ours = opened | {"host": "CS", "reason": "Shorter"}
    stale = editor.client.post(PAGE, data=ours)
    assert (stale.status_code, "Propose what is chosen" in stale.text) == (409, True)
    proposed = editor.client.post(PAGE, data=read_form(stale.text))
    assert proposed.status_code == 303
    assert "waits for a second person" in editor.get(PAGE).text
    facts = saved(release).facts
    assert (facts.city, facts.host) == ("Scottsdale, AZ", "Credit Suisse")


def test_both_versions_can_be_edited_on(company: Store, editor: Desk, approver: Desk) -> None:
    editor.save(PHOENIX)
    opened = read_form(editor.get(PAGE).text)
    approver.save(replace(PHOENIX, city="Scottsdale, AZ"), PAGE)
    stale = editor.client.post(PAGE, data=opened | typed_form(replace(PHOENIX, city="Tempe, AZ")))
    on = editor.client.post(PAGE, data=read_form(stale.text) | {"do": "look"})
    held = read_form(on.text)
    assert (on.status_code, held["city"], held["base"]) == (200, "Tempe, AZ", "2")
    assert saved(company).revision == 2


@pytest.mark.parametrize("path", [NEW, PAGE])
def test_a_session_that_ends_in_the_middle_of_typing_loses_nothing(
    company: Store, approver: Desk, desk: Desk, path: str
) -> None:
    approver.save(PHOENIX)
    typed = typed_form(replace(PHOENIX, title="Half ty", presenters=TWO)) | {"base": "1"}
    asked = desk.client.post(path, data=typed)
    assert asked.status_code == 401
    assert "What you typed is kept on this page" in asked.text
    hire(company, EDITOR, Role.EDITOR)
    kept = read_form(asked.text)
    target = f"/staff/sign-in?next={path}"
    refused = desk.client.post(target, data=kept | {"email": EDITOR, "password": "wrong"})
    assert refused.status_code == 422
    kept = read_form(refused.text)
    let_in = desk.client.post(target, data=kept | {"email": EDITOR, "password": PASSWORD})
    assert let_in.status_code == 200
    assert "Everything is as you typed it, and not saved yet." in let_in.text
    held = read_form(let_in.text)
    assert {n: s for n, s in held.items() if n in typed} == {
        n: s for n, s in typed.items() if n != "repeated"
    }
    answer = desk.client.post(path, data=held | {"do": ""})
    assert answer.status_code == 303
    with company.reading() as session:
        assert "Half ty" in [e.facts.title for e in event_store.every(session)]


def test_a_line_that_was_typed_as_the_session_ended_is_read_after_signing_in(
    company: Store, desk: Desk
) -> None:
    hire(company, EDITOR, Role.EDITOR)
    kept = read_form(desk.client.post(NEW, data={"line": LINE}).text)
    target = f"/staff/sign-in?next={NEW}"
    let_in = desk.client.post(target, data=kept | {"email": EDITOR, "password": PASSWORD})
    assert read_form(let_in.text)["title"] == "Example Conference"


def test_the_same_day_in_other_words_is_no_difference(
    company: Store, editor: Desk, approver: Desk
) -> None:
    editor.save(PHOENIX)
    opened = read_form(editor.get(PAGE).text)
    approver.save(replace(PHOENIX, time="10:00"), PAGE)
    stale = editor.client.post(PAGE, data=opened | {"date": "Nov 11 2011 1pm"})
    assert stale.status_code == 409
    held = read_form(stale.text)
    assert {n: s for n, s in held.items() if n.startswith("keep-")} == {"keep-time": "ours"}
    assert (held["date"], held["time"]) == ("2011-11-11", "13:00")
    assert editor.client.post(PAGE, data=held).status_code == 303
    assert saved(company).facts.time == time(13)


@pytest.mark.parametrize(
    ("now", "page", "path", "typed"),
    [
        pytest.param(
            LIVE,
            "/staff/privacy",
            "/staff/privacy/policy",
            {"text": "# New\r\n\r\nAll of it.", "date": "Nov 30 2012", "time": "9am"},
            id="a policy",
        ),
        pytest.param(
            LIVE,
            f"{PAGE}/cancelled",
            f"{PAGE}/cancelled",
            {"reason": "The host <called> it off."},
            id="a decision",
        ),
        pytest.param(
            OVER,
            f"{PAGE}/replay_withdrawn",
            f"{PAGE}/replay_withdrawn",
            {"reason": "The provider lost it."},
            id="a replay's early end",
        ),
        pytest.param(
            LIVE,
            f"{PAGE}/backup",
            f"{PAGE}/backup",
            {"backup_note": "Join by telephone.", "conference_id": "4711"},
            id="a backup",
        ),
    ],
)
def test_what_was_typed_elsewhere_as_the_session_ended_is_there_after_signing_in(
    release: Store,
    admin: Desk,
    desk: Desk,
    clock: SettableClock,
    now: str,
    page: str,
    path: str,
    typed: dict[str, str],
) -> None:
    clock.set(now)
    form = read_form(admin.get(page).text)
    opened = {name: said for name, said in form.items() if name in ("csrf_token", "base")}
    asked = desk.client.post(path, data=opened | typed)
    assert asked.status_code == 401
    hire(release, EDITOR, Role.ADMIN)
    kept = read_form(asked.text)
    who = {"email": EDITOR, "password": PASSWORD}
    let_in = desk.client.post(f"/staff/sign-in?next={path}", data=kept | who)
    assert let_in.status_code == 200
    assert "Everything is as you typed it, and not saved yet." in let_in.text
    # The address that the browser now shows is that of signing in.
    assert path in re.findall(r'<form[^>]* action="([^"]+)"', let_in.text)
    held = read_form(let_in.text)
    assert {name: held[name].replace("\r", "").replace("\n", "\r\n") for name in typed} == typed
    sent = {n: s for n, s in held.items() if n in (*opened, *typed)}
    assert desk.client.post(path, data=sent).status_code == 303


def test_why_a_change_is_declined_is_kept_as_well(
    release: Store, editor: Desk, approver: Desk, desk: Desk
) -> None:
    editor.save(replace(PHOENIX, time="10:00"), PAGE, reason="A guess")
    path, because = f"{PAGE}/waiting/1/decline", "The host says <9am>."
    typed = {"csrf_token": approver.token(PAGE), "because": because}
    kept = read_form(desk.client.post(path, data=typed).text)
    hire(release, ADMIN, Role.ADMIN)
    who = {"email": ADMIN, "password": PASSWORD}
    let_in = desk.client.post(f"/staff/sign-in?next={path}", data=kept | who)
    assert (let_in.status_code, read_form(let_in.text)["because"]) == (200, because)
    assert f'action="{path}"' in let_in.text


def test_where_nothing_was_typed_signing_in_leads_to_a_page(
    release: Store, editor: Desk, desk: Desk
) -> None:
    editor.save(replace(PHOENIX, time="10:00"), PAGE, reason="A guess")
    # Who proposed it takes it back by a button alone.
    token = editor.token(PAGE)
    asked = desk.client.post(f"{PAGE}/waiting/1/decline", data={"csrf_token": token})
    assert (asked.status_code, asked.location) == (303, "/staff/sign-in")
