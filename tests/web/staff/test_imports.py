"""A file is brought, looked at and confirmed, with and without scripts."""

import io
import json
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from werkzeug.test import TestResponse

from eventsched.domain.imports import LARGEST
from eventsched.domain.staff import Role
from eventsched.services import events
from eventsched.store import events as event_store
from eventsched.store.database import Store
from tests.builders import PHOENIX
from tests.fixtures.product import ANNOUNCED, SettableClock
from tests.fixtures.product import PHOENIX as SLUG
from tests.fixtures.staff import EDITOR, PASSWORD, Desk, hire, read_form

TWO_NEW = b"title,date,time,zone\nOur day,2011-12-01,9am,UTC\nYour day,2011-12-02,9am,UTC\n"
BROKEN = TWO_NEW + b"Their day,soon,,UTC\n"
MOVED = f"slug,time\n{SLUG},10am\n".encode()
PAGE = "/staff/imports/1"


def bring(desk: Desk, content: bytes, name: str = "events.csv") -> TestResponse:
    token = desk.token("/staff/imports/")
    # Made by hand: the test client's own files stay open.
    body = (
        b'--cut\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n'
        + token.encode()
        + b'\r\n--cut\r\nContent-Disposition: form-data; name="file"; filename="'
        + name.encode()
        + b'"\r\nContent-Type: text/csv\r\n\r\n'
        + content
        + b"\r\n--cut--\r\n"
    )
    return desk.client.post(
        "/staff/imports/", data=body, content_type="multipart/form-data; boundary=cut"
    )


def confirm(desk: Desk, path: str = PAGE, *, lines: bool = False, **typed: str) -> TestResponse:
    held = read_form(desk.get(path).text)
    sent = {name: held.get(name, "") for name in ("csrf_token", "fingerprint")} | typed
    headers = {"Accept": "application/x-ndjson"} if lines else {}
    return desk.client.post(path, data=sent, headers=headers)


def titles(store: Store) -> set[str]:
    with store.reading() as session:
        return {event.facts.title for event in event_store.every(session)}


def test_a_file_is_looked_at_then_confirmed(release: Store, editor: Desk) -> None:
    brought = bring(editor, TWO_NEW)
    assert (brought.status_code, brought.location) == (303, PAGE)
    page = editor.get(PAGE).text
    assert "2 new" in page
    assert "Save 2 drafts" in page
    assert "9:00 am UTC" in page
    assert "Our day" not in titles(release)
    assert confirm(editor).location == PAGE
    assert {"Our day", "Your day"} < titles(release)
    assert "Saved: 2 drafts." in editor.get(PAGE).text
    assert "Our day" not in editor.client.get("/").text


def test_with_scripts_it_is_told_how_far_saving_has_come(release: Store, editor: Desk) -> None:
    rows = b"".join(b"Day %d,2011-12-01,,UTC\n" % n for n in range(250))
    bring(editor, b"title,date,time,zone\n" + rows)
    answer = confirm(editor, lines=True)
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert [json.loads(line) for line in answer.text.splitlines()] == [
        {"done": 100, "total": 250},
        {"done": 200, "total": 250},
        {"done": 250, "total": 250},
        {"go": PAGE},
    ]


def test_who_goes_away_in_the_middle_has_confirmed_all_the_same(
    release: Store, editor: Desk
) -> None:
    rows = b"".join(b"Day %d,2011-12-01,,UTC\n" % n for n in range(250))
    bring(editor, b"title,date,time,zone\n" + rows)
    held = read_form(editor.get(PAGE).text)
    sent = {name: held[name] for name in ("csrf_token", "fingerprint")}
    answer = editor.client.post(
        PAGE, data=sent, headers={"Accept": "application/x-ndjson"}, buffered=False
    )
    next(iter(answer.response))
    answer.close()
    assert {"Day 0", "Day 249"} < titles(release)


def test_what_cannot_be_read_is_told_beside_its_row(release: Store, editor: Desk) -> None:
    bring(editor, BROKEN)
    page = unescape(editor.get(PAGE).text)
    assert "2 new, 1 can’t be read" in page
    assert "Row 4" in page
    assert "Can't read “soon” as a date." in page
    refused = confirm(editor)
    assert refused.status_code == 422
    assert '<a href="#without_unreadable">Say that what' in refused.text
    assert "Our day" not in titles(release)
    assert confirm(editor, without_unreadable="yes").status_code == 303
    assert {"Our day", "Your day"} < titles(release)


def test_a_public_event_is_changed_with_a_reason(
    release: Store, approver: Desk, clock: SettableClock
) -> None:
    clock.set("2011-11-03 12:00")
    bring(approver, MOVED)
    page = approver.get(PAGE).text
    assert "Public: readers see it at once, with the reason you give." in page
    assert "<del>09:00</del>" in page
    refused = confirm(approver)
    assert refused.status_code == 422
    assert '<a href="#reason">Say why' in refused.text
    confirm(approver, reason="The host moved us.")
    public = approver.client.get(f"/events/{SLUG}").text
    assert "10:00 am MST" in public
    assert "The host moved us." in public


def test_an_editors_change_waits_and_the_preview_says_so(
    release: Store, editor: Desk, clock: SettableClock
) -> None:
    clock.set("2011-11-03 12:00")
    bring(editor, MOVED)
    assert "your change waits for an approver" in editor.get(PAGE).text
    confirm(editor, reason="The host moved us.")
    assert "Saved: 1 change that waits." in editor.get(PAGE).text
    assert "A change waits" in editor.get(f"/staff/events/{SLUG}").text


def test_somebody_who_was_faster_is_told_of(
    release: Store, approver: Desk, clock: SettableClock
) -> None:
    bring(approver, MOVED)
    held = read_form(approver.get(PAGE).text)
    faster = replace(PHOENIX, venue="The Biltmore")
    events.revise(release, SLUG, faster, base=2, by="x", reason="So.", now=ANNOUNCED)
    sent = {name: held[name] for name in ("csrf_token", "fingerprint")} | {"reason": "So."}
    refused = approver.client.post(PAGE, data=sent)
    assert refused.status_code == 409
    assert "Somebody was faster" in refused.text
    assert "Nothing was saved." in refused.text
    assert "10:00 am MST" not in approver.client.get(f"/events/{SLUG}").text
    token = read_form(refused.text)["csrf_token"]
    approver.send(f"{PAGE}/again", token=token)
    assert "Somebody was faster" not in approver.get(PAGE).text
    confirm(approver, reason="So.")
    assert "10:00 am MST" in approver.client.get(f"/events/{SLUG}").text


def test_a_file_waits_through_signing_out_and_is_listed(
    release: Store, editor: Desk, approver: Desk
) -> None:
    bring(editor, TWO_NEW, name="spring.csv")
    editor.send("/staff/sign-out", token=editor.token("/staff/events/new"))
    assert "spring.csv" in approver.get("/staff/imports/").text
    confirm(approver)
    assert "Our day" in titles(release)


def test_a_file_is_discarded(release: Store, editor: Desk) -> None:
    bring(editor, TWO_NEW)
    assert editor.send(f"{PAGE}/discard", token=editor.token(PAGE)).location == "/staff/imports/"
    assert "is discarded" in editor.get("/staff/imports/").text
    assert editor.get(PAGE).status_code == 404


def test_what_was_confirmed_twice_was_confirmed_once(release: Store, editor: Desk) -> None:
    bring(editor, TWO_NEW)
    held = read_form(editor.get(PAGE).text)
    sent = {name: held[name] for name in ("csrf_token", "fingerprint")}
    answers = [editor.client.post(PAGE, data=sent).status_code for _ in range(2)]
    assert answers == [303, 303]
    assert len(titles(release)) == 4


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"", "This file is empty.", id="empty"),
        pytest.param(b"PK\x03\x04", "This is an Excel workbook", id="a workbook"),
        pytest.param(b"a,b\n1,2", "No column is called “title”.", id="no headings"),
        pytest.param(b"A" * (LARGEST + 1), "This file is larger than 4 MB.", id="large"),
        pytest.param(b"A" * (9 * 1024 * 1024), "This file is larger than 4 MB.", id="endless"),
        pytest.param(b"BEGIN:VCALENDAR\r\n", "cut off", id="half a calendar"),
    ],
)
def test_what_is_no_file_of_events_is_told_on_the_page(
    release: Store, editor: Desk, content: bytes, sentence: str
) -> None:
    answer = bring(editor, content)
    page = editor.get(answer.location) if answer.status_code == 303 else answer
    assert sentence in unescape(page.text)
    assert page.status_code in (200, 422)


def test_no_file_is_told_on_the_page(release: Store, editor: Desk) -> None:
    answer = editor.send("/staff/imports/", file="text and no file")
    assert answer.status_code == 422
    assert "Choose a file first." in answer.text


def test_a_file_before_the_company_is_told_on_the_page(store: Store, editor: Desk) -> None:
    assert "Set up the issuer first." in bring(editor, TWO_NEW).text


@pytest.mark.parametrize("number", ["0", "2", "2147483648", "99999999999999999999"])
@pytest.mark.parametrize("step", ["", "/again", "/discard"])
def test_a_file_that_is_none_is_no_page(
    release: Store, editor: Desk, number: str, step: str
) -> None:
    token = editor.token("/staff/imports/")
    path = f"/staff/imports/{number}{step}"
    assert editor.send(path, token=token, fingerprint="x").status_code == 404
    assert editor.get(f"/staff/imports/{number}").status_code == 404


def test_markup_in_a_file_is_text(release: Store, editor: Desk) -> None:
    bring(editor, b"title,date,zone\n<script>alert(1)</script>,2011-12-01,UTC\n", name="<b>.csv")
    page: Any = editor.get(PAGE).text
    assert "<script>alert" not in page
    assert "<b>.csv" not in page


def test_a_file_that_comes_after_the_session_ended_is_named_to_be_chosen_again(
    release: Store, desk: Desk
) -> None:
    hire(release, EDITOR, Role.EDITOR)
    token = desk.token("/staff/sign-in")
    sent = {"csrf_token": token, "file": (io.BytesIO(b"title,date\n" * 9_000), "season.csv")}
    asked = desk.client.post("/staff/imports/", data=sent)
    assert asked.status_code == 401
    let_in = desk.client.post(
        "/staff/sign-in?next=/staff/imports/",
        data=read_form(asked.text) | {"email": EDITOR, "password": PASSWORD},
    )
    assert (let_in.status_code, let_in.location) == (303, "/staff/imports/")
    assert "Choose the file “season.csv” once more" in desk.get("/staff/imports/").text


@pytest.mark.parametrize("lines", [False, True])
@pytest.mark.parametrize("reason", ["x" * 2_001, "Mo\0ved"])
def test_a_reason_that_nobody_can_read_is_told_before_anything_is_saved(
    release: Store, approver: Desk, clock: SettableClock, reason: str, lines: bool
) -> None:
    clock.set("2011-11-03 12:00")
    # What is new is saved first, and told as it is.
    new = b",New,2011-12-01,10am,America/New_York\n"
    moved = f"{SLUG},,2011-11-11,10am,America/Phoenix\n".encode()
    bring(approver, b"slug,title,date,time,zone\n" + new + moved)
    answer = confirm(approver, reason=reason, lines=lines)
    said = "at most 2,000 characters" if len(reason) > 2_000 else "invisible control character"
    assert (answer.status_code, said in answer.text) == (422, True)
    assert "New" not in titles(release)
    assert "9:00 am MST" in approver.client.get(f"/events/{SLUG}").text
