"""The sentence beside the form says what is typed as the page will say it."""

from dataclasses import replace

import pytest

from eventsched.domain.staff import Role
from eventsched.store.database import Store
from tests.builders import PHOENIX, a_draft
from tests.fixtures.product import SettableClock
from tests.fixtures.staff import EDITOR, Desk, count, hire, read_form, saved, typed_form

NEW = "/staff/events/new"


@pytest.mark.parametrize(
    ("choice", "instant"),
    [
        pytest.param("earlier", "2011-11-06T05:30:00+00:00", id="summer time"),
        pytest.param("later", "2011-11-06T06:30:00+00:00", id="winter time"),
    ],
)
def test_a_repeated_time_asks_which_of_the_two(
    company: Store, editor: Desk, choice: str, instant: str
) -> None:
    draft = a_draft(starts="2011-11-06 01:30", zone="America/New_York")
    asked = editor.save(draft)
    assert "The clocks go back that night and show this time twice." in asked.text
    editor.save(replace(draft, repeated=choice))
    starts_at = saved(company).instants.starts_at
    assert starts_at is not None
    assert starts_at.isoformat() == instant


def test_the_sentence_is_shown_as_the_public_will_read_it(company: Store, editor: Desk) -> None:
    answer = editor.save(replace(PHOENIX, title=""), do="look")
    assert answer.status_code == 200
    assert "9:00 am MST / 11:00 am EST on Friday, November 11, 2011" in answer.text
    assert "until November 18, 2011, 12:00 pm EST" in answer.text
    assert count(company) == 0


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        pytest.param(
            {"date": "Nov 11 2011", "time": "9am", "city": "Phoenix, AZ"},
            [
                "9:00 am MST / 11:00 am EST on Friday, November 11, 2011",
                "until November 18, 2011, 12:00 pm EST",
                "America/Phoenix, UTC−7 on that date; from the city.",
            ],
            id="enough",
        ),
        pytest.param(
            {"date": "Jul 11 2011", "zone": "Europe/Paris"},
            ["(time to be announced)", "Europe/Paris, UTC+2 on that date."],
            id="no time yet",
        ),
        pytest.param({"title": "A call"}, ["With a date and a place"], id="too little"),
        pytest.param(
            {"kind": "earnings_call", "date": "Feb 2 2012 8am"},
            ["America/New_York, UTC−5 on that date; the company’s own, as the call has no city."],
            id="a call without a city",
        ),
        pytest.param(
            {"date": "11/12/2011", "zone": "UTC"},
            ["Can&#39;t read “11/12/2011” as a date."],
            id="a date that is two days",
        ),
        pytest.param(
            {"date": "2011-11-06", "time": "1:30am", "zone": "America/New_York"},
            ["happens twice in America/New_York"],
            id="a repeated time",
        ),
    ],
)
def test_the_sentence_is_said_as_it_is_typed(
    company: Store, editor: Desk, typed: dict[str, str], words: list[str]
) -> None:
    form = {"csrf_token": editor.token(NEW), "duration": "60", "replay_days": "7"} | typed
    answer = editor.client.post("/staff/preview", data=form)
    assert answer.status_code == 200
    assert [word for word in words if word not in answer.text] == []


@pytest.mark.parametrize(
    ("replay_url", "words"),
    [
        ("https://vendor.example/r/1", "Replay available until November 18, 2011, 12:00 pm EST"),
        ("", "The replay will be posted here and stay available until"),
        ("not yet", "The replay will be posted here and stay available until"),
    ],
)
def test_the_sentence_knows_whether_the_replay_is_posted(
    company: Store, editor: Desk, clock: SettableClock, replay_url: str, words: str
) -> None:
    clock.set("2011-11-12 12:00")
    form = typed_form(replace(PHOENIX, replay_url=replay_url))
    answer = editor.client.post("/staff/preview", data=form | {"csrf_token": editor.token(NEW)})
    assert words in answer.text


def test_a_look_at_the_sentence_leaves_the_cookie_to_the_save_beside_it(
    company: Store, desk: Desk
) -> None:
    hire(company, EDITOR, Role.EDITOR)
    desk.sign_in(EDITOR)
    page = desk.get(NEW)
    assert page.headers.getlist("Set-Cookie") != []
    look = desk.client.post("/staff/preview", data=read_form(page.text) | {"title": "Our day"})
    assert (look.status_code, look.headers.getlist("Set-Cookie")) == (200, [])
