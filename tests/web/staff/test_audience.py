"""Before anybody is told anything, the page says who will be told what."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask

from eventsched.domain.counts import Counted, Noticed, Thing
from eventsched.services import counts
from eventsched.store.database import Store
from tests.fixtures.alerts import Investor, Round
from tests.fixtures.product import ANNOUNCED
from tests.fixtures.product import PHOENIX as SLUG
from tests.fixtures.staff import APPROVER, Desk

PAGE = f"/staff/events/{SLUG}"
LATER = "2011-11-03 12:00"


def told(page: str) -> dict[str, str]:
    """Return what the page says of each way, in plain words."""
    part = page.partition('<dl class="audience-list">')[2].partition("</dl>")[0]
    ways = re.findall(r"<dt[^>]*>(.*?)</dt>\s*<dd>(.*?)</dd>", part, re.DOTALL)
    plain = ((name, re.sub(r"<[^>]+>", " ", words)) for name, words in ways)
    return {name: " ".join(unescape(words).split()) for name, words in plain}


@pytest.fixture
def watched(release: Store, app: Flask, work: Round, investor: Investor) -> Store:
    """Give a release that two people heard of, and that two programs have in a calendar."""
    investor.subscribe()
    other = Investor(email="o@example.com", client=app.test_client(), round=work)
    other.subscribe(topics=["new_event"])
    work.at("2011-11-02 12:06")
    polled = [
        Noticed(thing=Thing(Counted.POLL, ""), family=family, count=1, last_at=at)
        for family, at in (
            ("google", ANNOUNCED),
            ("browser", ANNOUNCED),
            ("outlook", ANNOUNCED - timedelta(days=40)),
        )
    ]
    counts.record(release, polled, keep_days=400, now=ANNOUNCED)
    work.clock.set(LATER)
    return release


def test_a_cancellation_says_what_each_channel_will_say(watched: Store, admin: Desk) -> None:
    page = admin.get(f"{PAGE}/cancelled").text
    assert told(page) == {
        "Website": "The page, the list and what other sites embed, at once.",
        "Calendars": (
            "Each subscribed calendar when its program next asks: "
            "Google Calendar : every 8 to 24 hours, and nobody can hurry it"
        ),
        "Email alerts": "2 people having heard of this event, or following cancellations",
        "The team": "No mail; the history says who did it, when and why.",
    }


def test_who_withdraws_is_told_that_nobody_is(watched: Store, admin: Desk) -> None:
    ways = told(admin.get(f"{PAGE}/withdrawn").text)
    assert ways["Website"].startswith("The event is gone at once")
    assert ways["Email alerts"] == "Nobody is mailed."


def test_what_was_never_public_tells_nobody(watched: Store, editor: Desk, admin: Desk) -> None:
    editor.send(
        "/staff/events/new",
        title="Ours",
        kind="conference",
        date="2011-12-01",
        zone="UTC",
        do="save",
    )
    ways = told(editor.get("/staff/events/ours-2011/in_review").text)
    assert ways == {
        "Website": "Nothing: the public does not know of this event.",
        "The team": "1 approver by email, to look at it.",
    }
    approval = told(admin.get("/staff/events/ours-2011/approved").text)
    assert approval["Website"].endswith("at the instant you choose.")
    assert approval["Email alerts"].startswith("2 people following new events")


def test_where_two_are_demanded_the_second_comes_first(
    watched: Store, admin: Desk, approver: Desk
) -> None:
    admin.send("/staff/rules", second_person="yes")
    page = approver.get(f"{PAGE}/cancelled").text
    assert "First a second person has to confirm it." in page
    assert told(page)["The team"] == "1 approver by email, to look at it."


def test_the_form_of_a_public_event_says_who_hears_of_a_change(
    watched: Store, admin: Desk, editor: Desk
) -> None:
    assert told(admin.get(PAGE).text)["Email alerts"] == "1 person following changes"
    page = editor.get(PAGE).text
    assert "First a second person has to confirm it." in page
    assert APPROVER not in page
    assert told(editor.get("/staff/events/new").text) == {}


def test_who_ends_a_replay_early_or_gives_a_backup_sees_who_hears_of_it(
    watched: Store, admin: Desk, work: Round
) -> None:
    work.clock.set("2011-11-11 16:10")
    during = admin.get(f"{PAGE}/backup").text
    assert told(during)["Website"] == "The page, the list and what other sites embed, at once."
    assert told(during)["Email alerts"] == "1 person following changes"
    work.clock.set("2011-11-14 20:12")
    page = admin.get(f"{PAGE}/replay_withdrawn").text
    assert told(page)["Calendars"].endswith("nobody can hurry it")
    assert told(page)["Email alerts"] == "Nobody is mailed."
    refused = admin.send(f"{PAGE}/replay_withdrawn", base="2", reason="")
    assert refused.status_code == 422
    assert told(refused.text) == told(page)
    admin.send("/staff/rules", second_person="yes")
    assert "First a second person has to confirm it." in admin.get(f"{PAGE}/replay_withdrawn").text
