"""A release is pasted or uploaded; its events become drafts."""

import re
from pathlib import Path
from time import thread_time
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from eventsched.domain.events import CountedFrom, Presenter, Standing
from eventsched.domain.replays import ReplayPolicy
from eventsched.domain.staff import Role
from eventsched.services import replays
from eventsched.store import events as event_store
from eventsched.store.database import Store
from tests.fixtures.product import ANNOUNCED, NEW_YORK, PHOENIX
from tests.fixtures.staff import EDITOR, PASSWORD, Desk, hire, read_form

PASTE, SAVE = "/staff/releases/", "/staff/releases/drafts"
RELEASE = """\
ImmunoGen, Inc. Announces Webcast of Presentations at Upcoming Investor Conferences

WALTHAM, Mass., Nov. 2, 2011 (GLOBE NEWSWIRE) -- ImmunoGen, Inc. (Nasdaq:IMGN) today announced that
Company management will present at two investor conferences in the coming weeks.

• 2011 Credit Suisse Healthcare Conference

9:00 am MST/11:00 am EST on November 11, 2011 in Phoenix, AZ
Presenter: Daniel Junius, President and CEO

• Lazard Capital Markets' 8th Annual Healthcare Conference

11:30 am EST on November 15, 2011 in New York, NY
Presenter: Daniel Junius, President and CEO

A live webcast can be accessed at www.immunogen.com; a replay of each presentation will be available
at the same location for one week.
"""
# The clocks of the release part: 9:00 in Phoenix is 11:00 in New York in November.
DOUBTFUL = RELEASE.replace("11:00 am EST", "10:00 am EST")
MOVED = """\
ImmunoGen, Inc. Reschedules Presentation at 2011 Credit Suisse Healthcare Conference

WALTHAM, Mass., Nov. 7, 2011 (GLOBE NEWSWIRE) -- ImmunoGen, Inc. (Nasdaq: IMGN) today announced that
its presentation at the 2011 Credit Suisse Healthcare Conference in Phoenix, AZ, originally
scheduled for November 11, 2011, has been rescheduled to 10:30 am MST on November 14, 2011.
"""
CANCELLED = """\
ImmunoGen, Inc. Cancels Presentation at 2011 Credit Suisse Healthcare Conference

WALTHAM, Mass., Nov. 7, 2011 (GLOBE NEWSWIRE) -- ImmunoGen, Inc. (Nasdaq: IMGN) today announced that
its presentation at the 2011 Credit Suisse Healthcare Conference, scheduled for November 11, 2011 at
9:00 am MST in Phoenix, AZ, has been cancelled.
"""


def paste(desk: Desk, text: str) -> TestResponse:
    return desk.send(PASTE, text=text)


def upload(desk: Desk, content: bytes, name: str = "release.txt") -> TestResponse:
    head = f'--cut\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{desk.token(PASTE)}'
    file = f'--cut\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = f"{head}\r\n{file}".encode() + content + b"\r\n--cut--\r\n"
    return desk.client.post(PASTE, data=body, content_type="multipart/form-data; boundary=cut")


def save(desk: Desk, page: TestResponse, **changes: Any) -> TestResponse:
    """Press the button of a reading's page after `changes`; None clears a checkbox."""
    form = read_form(page.text) | changes
    return desk.client.post(SAVE, data={n: said for n, said in form.items() if said is not None})


def saved(store: Store) -> list[tuple[str, str, str]]:
    with store.reading() as session:
        return [
            (e.facts.title, f"{e.facts.wall_time}", e.facts.zone)
            for e in event_store.every(session)
        ]


def test_a_replay_of_no_stated_length_stays_as_usual_and_the_page_says_so(
    company: Store, editor: Desk
) -> None:
    usual = ReplayPolicy(days=30, counted_from=CountedFrom.POSTING)
    replays.set_policy(company, usual, by="admin@example.com", now=ANNOUNCED)
    words = "this is your company’s usual window"

    assert words not in paste(editor, RELEASE).text
    page = paste(editor, RELEASE.replace(" for one week", ""))

    assert page.text.count(words) == 2
    save(editor, page)
    with company.reading() as session:
        stored = event_store.every(session)
    assert {(e.facts.replay_days, e.facts.replay_counted_from) for e in stored} == {
        (30, CountedFrom.POSTING)
    }


def test_a_release_becomes_drafts_and_nothing_is_public(company: Store, editor: Desk) -> None:
    page = paste(editor, RELEASE)
    assert page.status_code == 200
    assert "2 events, no doubts" in page.text
    assert saved(company) == []
    assert save(editor, page).location == "/staff/"
    assert "Nothing is public." in editor.get("/staff/").text
    with company.reading() as session:
        phoenix, new_york = event_store.every(session)
    assert phoenix.standing is new_york.standing is Standing.DRAFT
    assert phoenix.facts.title == "2011 Credit Suisse Healthcare Conference"
    assert f"{phoenix.instants.starts_at}" == "2011-11-11 16:00:00+00:00"
    assert f"{new_york.instants.starts_at}" == "2011-11-15 16:30:00+00:00"
    assert phoenix.facts.presenters == (Presenter(name="Daniel Junius", title="President and CEO"),)
    assert phoenix.facts.replay_days == new_york.facts.replay_days == 7


def test_each_field_shows_the_words_it_came_from(company: Store, editor: Desk) -> None:
    page = paste(editor, RELEASE).text
    assert 'data-controls="e0-time e0-zone">9:00 am MST</mark>' in page
    assert 'data-controls="e0-title e0-kind e0-host">Credit Suisse</mark>' in page
    assert "“<bdi>9:00 am MST/11:00 am EST</bdi>”" in page
    assert "“<bdi>webcast … www.immunogen.com</bdi>”" in page


def test_a_doubt_stands_beside_its_field(company: Store, editor: Desk) -> None:
    page = paste(editor, DOUBTFUL)
    assert "1 doubt to look at" in page.text
    assert '<p class="field-hint" id="e0-zone-hint">' in page.text or (
        '<p class="field-hint" id="e0-time-hint">' in page.text
    )
    assert "from-doubted" in page.text


def test_what_is_corrected_is_what_is_saved(company: Store, editor: Desk) -> None:
    save(editor, paste(editor, DOUBTFUL), **{"e0-time": "9:30 am", "e0-title": "Credit Suisse"})
    assert ("Credit Suisse", "2011-11-11 09:30:00", "America/Phoenix") in saved(company)


def test_only_the_chosen_events_are_saved(company: Store, editor: Desk) -> None:
    save(editor, paste(editor, RELEASE), **{"take-0": None})
    assert [title for title, _, _ in saved(company)] == [
        "Lazard Capital Markets' 8th Annual Healthcare Conference"
    ]
    refused = save(editor, paste(editor, RELEASE), **{"take-0": None, "take-1": None})
    assert refused.status_code == 422
    assert "Choose at least one event to save." in refused.text


def test_all_drafts_are_saved_or_none(company: Store, editor: Desk) -> None:
    refused = save(editor, paste(editor, RELEASE), **{"e1-date": "soon", "e0-venue": "Biltmore"})
    assert refused.status_code == 422
    assert '<a href="#e1-date">Event 2: ' in refused.text
    assert saved(company) == []
    kept = read_form(refused.text)
    assert (kept["e1-date"], kept["e0-venue"]) == ("soon", "Biltmore")
    save(editor, refused, **{"e1-date": "Nov 15, 2011"})
    assert len(saved(company)) == 2


def test_a_page_is_read_and_its_scripts_are_gone(company: Store, editor: Desk) -> None:
    paragraphs = "".join(f"<p>{line}</p>" for line in RELEASE.split("\n\n"))
    html = f"<html><script>alert('boo')</script><body onload=x()>{paragraphs}</body></html>"
    page = upload(editor, html.encode(), "release.html")
    assert "2 events, no doubts" in page.text
    assert "boo" not in page.text
    save(editor, page)
    assert len(saved(company)) == 2


def test_markup_in_a_release_stays_text(company: Store, editor: Desk) -> None:
    text = RELEASE.replace("2011 Credit Suisse", "<script2>&lt;b&gt; 2011 Credit Suisse")
    assert "<script2>" not in paste(editor, text).text


def test_a_release_without_events_is_no_mistake(company: Store, editor: Desk) -> None:
    page = paste(editor, "Example, Inc. was named employer of the year on November 11, 2011.")
    assert page.status_code == 200
    assert "No event is announced here" in page.text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b" \n ", "There is no text to read.", id="nothing"),
        pytest.param(b"%PDF-1.7 ...", "This is a PDF", id="PDF"),
        pytest.param(bytes(range(256)) * 20, "This is not text", id="binary"),
        pytest.param(b"A conference. " * 380_000, "larger than 4 MB", id="five megabytes"),
        pytest.param(b"A conference. " * 20_000, "characters long", id="too long"),
    ],
)
def test_what_is_no_release_is_refused_on_the_page(
    company: Store, editor: Desk, content: bytes, said: str
) -> None:
    refused = upload(editor, content)
    assert refused.status_code == 422
    assert said in refused.text
    assert 'id="text-error"' in refused.text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("\0\1\2" * 50, id="binary"),
        pytest.param("word " * 1_000_000, id="five megabytes"),
        pytest.param(
            "• Bank Conference, 9:00 am EST on November 11, 2011\n" * 10_000, id="bullets"
        ),
        pytest.param("• x\n" * 10_000, id="empty bullets"),
        pytest.param(RELEASE.replace(" ", " \u200f\u202e"), id="right to left"),
        pytest.param("<div>" * 30_000 + RELEASE, id="nested markup"),
        pytest.param(RELEASE.replace("am", "a\ufffdm") + "Ã©\u0080\ud7ff", id="mixed encodings"),
        pytest.param(RELEASE * 40, id="many releases"),
    ],
)
def test_anything_pasted_is_answered_soon(company: Store, editor: Desk, text: str) -> None:
    token, began = editor.token(PASTE), thread_time()
    answer = editor.send(PASTE, token=token, text=text)
    assert answer.status_code in (200, 422)
    # By the thread's own clock: the one on the wall also runs for others.
    assert thread_time() - began < 4
    if answer.status_code == 200:
        assert save(editor, answer).status_code in (303, 422)


def test_the_saving_page_takes_no_text_on_trust(company: Store, editor: Desk) -> None:
    assert editor.send(SAVE, token=editor.token(PASTE), text="").status_code == 422
    sent = {"text": RELEASE, "take-0": "on", "take-7": "on", "e7-title": "Forged"}
    assert editor.send(SAVE, token=editor.token(PASTE), **sent).status_code == 422
    assert saved(company) == []


def test_a_release_is_written_from_what_is_saved(release: Store, editor: Desk) -> None:
    choice = editor.get("/staff/releases/write")
    assert choice.text.count('name="event"') == 2
    assert "As text" not in choice.text
    page = editor.get(f"/staff/releases/write?event={NEW_YORK}&event={PHOENIX}&place=WALTHAM").text
    assert page.index("WALTHAM, November 2, 2011") < page.index("9:00 am MST / 11:00 am EST")
    assert "http://ir.example/" in page
    assert "vendor.example" not in page
    assert editor.get("/staff/releases/write?event=no-such").status_code == 404
    assert editor.get("/staff/releases/write?event=%00").status_code == 404


def test_a_broken_template_of_the_companys_takes_no_page_down(
    app: Flask, release: Store, editor: Desk, tmp_path: Path
) -> None:
    def written() -> tuple[str, list[str]]:
        """Return what is said before the release, and its two texts."""
        page = editor.get(f"/staff/releases/write?event={NEW_YORK}")
        assert page.status_code == 200
        said = page.text.partition('class="written"')[2].partition("<textarea")[0]
        return said, re.findall(r"<textarea.*?</textarea>", page.text, re.DOTALL)

    said, ours = written()
    assert len(ours) == 2
    object.__setattr__(app.extensions["eventsched"].settings, "release_templates", tmp_path)
    assert written() == (said, ours)
    (tmp_path / "about.txt").write_text("{{ <b>'x' }}", encoding="utf-8")
    told, texts = written()
    assert "Templates that can’t be used" in told
    assert "about.txt, line 1: " in told
    assert texts == ours
    (tmp_path / "about.txt").write_text("We are who we are.", encoding="utf-8")
    assert "We are who we are." in written()[1][0]


def test_a_release_that_has_gone_out_is_held_against_the_schedule(
    release: Store, approver: Desk
) -> None:
    same = paste(approver, RELEASE).text
    assert same.count("and it says the same") == 2
    assert "take-0" not in read_form(same)
    moved = RELEASE.replace("9:00 am MST/11:00 am EST", "9:30 am MST/11:30 am EST")
    page = paste(approver, moved).text
    assert '<ins class="match-theirs">09:30</ins> in the release' in page
    assert '<del class="match-ours">09:00</del> in the schedule' in page
    # The button brings the release's facts into the event's own form, and saves nothing.
    change = read_form(page[page.index('id="change-0"') :])
    form = approver.client.post(f"/staff/events/{PHOENIX}", data=change)
    assert form.status_code == 200
    assert read_form(form.text)["date"] == "2011-11-11 09:30"
    assert ("2011 Credit Suisse Healthcare Conference", "2011-11-11 09:00:00") in [
        (title, wall) for title, wall, _ in saved(release)
    ]


def test_a_notice_of_cancellation_leads_to_the_decision(release: Store, approver: Desk) -> None:
    page = paste(approver, CANCELLED).text
    assert "The release cancels this event." in page
    assert f'href="/staff/events/{PHOENIX}/cancelled"' in page


def test_a_release_whose_session_ended_is_asked_for_again_as_it_was(
    release: Store, approver: Desk, desk: Desk
) -> None:
    hire(release, EDITOR, Role.EDITOR)
    page = "/staff/releases/"
    asked = desk.client.post(page, data={"text": RELEASE})
    signed_in = {"email": EDITOR, "password": PASSWORD}
    let_in = desk.client.post(f"/staff/sign-in?next={page}", data=read_form(asked.text) | signed_in)
    assert read_form(let_in.text)["text"].strip() == RELEASE.strip()
    # What was corrected in its drafts is kept as well.
    drafts = f"{page}drafts"
    read = read_form(paste(approver, DOUBTFUL).text)
    corrected = read | {"e0-title": "Corrected"}
    stranger = Desk(approver.client.application.test_client())
    asked = stranger.client.post(drafts, data=corrected)
    assert asked.status_code == 401
    path = f"/staff/sign-in?next={drafts}"
    let_in = stranger.client.post(path, data=read_form(asked.text) | signed_in)
    assert read_form(let_in.text)["e0-title"] == "Corrected"


def test_before_the_company_is_set_up_nothing_is_saved_and_everything_is_kept(
    store: Store, editor: Desk
) -> None:
    answer = editor.client.post(SAVE, data=read_form(paste(editor, RELEASE).text))
    assert answer.status_code == 422
    assert "none is set up yet" in answer.text
    assert read_form(answer.text)["text"].strip() == RELEASE.strip()
    with store.reading() as session:
        assert event_store.every(session) == []
    assert editor.get("/staff/releases/write?event=any").status_code == 409
