"""The board: what is next, and is it ready?"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy

from eventsched.domain.probes import Probe, ProbeKind
from eventsched.store import events as event_store
from eventsched.store import probes as probe_store
from eventsched.store.database import Store
from tests.builders import PHOENIX, an_event, at
from tests.fixtures.product import ANNOUNCED, SettableClock
from tests.fixtures.product import PHOENIX as SLUG
from tests.fixtures.staff import EDITOR, Desk

CREDIT_SUISSE = "2011 Credit Suisse Healthcare Conference"
LAZARD = "Lazard Capital Markets&#39; 8th Annual Healthcare Conference"


def titles(page: str) -> list[str]:
    return re.findall(r'class="row-link"[^>]*><bdi>([^<]*)', page)


@pytest.fixture
def busy(release: Store, editor: Desk) -> Desk:
    editor.save(replace(PHOENIX, title="Our own day", live_url=""))
    return editor


def test_the_board_says_what_is_missing_and_in_the_way(busy: Desk) -> None:
    page = busy.get("/staff/").text
    assert titles(page)[0] == "Our own day"
    assert "The live link is missing." in page
    assert "Daniel Junius would be at “Our own day” at the same time." in page
    assert "Ready" in page


def test_an_empty_board_leads_to_the_first_event(company: Store, editor: Desk) -> None:
    page = editor.get("/staff/").text
    assert "Enter the first event" in page
    assert titles(page) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("lazard", ["Lazard Capital Markets&#39; 8th Annual Healthcare Conference"]),
        ("PHOENIX public", ["2011 Credit Suisse Healthcare Conference"]),
        ("draft", ["Our own day"]),
        ("junius 2011-11-15", ["Lazard Capital Markets&#39; 8th Annual Healthcare Conference"]),
        ("nothing of the kind", []),
        ("<b>", []),
    ],
)
def test_events_are_found_by_their_words(busy: Desk, words: str, found: list[str]) -> None:
    page = busy.client.get("/staff/", query_string={"q": words}).text
    assert titles(page) == found
    assert ("Nothing matches" in page) == (found == [])


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("standing=draft", ["Our own day"]),
        ("standing=approved", [CREDIT_SUISSE, LAZARD]),
        ("standing=approved&q=lazard", [LAZARD]),
        ("kind=earnings_call", []),
        ("year=2011&kind=conference&standing=draft", ["Our own day"]),
        ("year=2012", []),
        ("attention=yes", ["Our own day", CREDIT_SUISSE]),
        ("show=upcoming", [CREDIT_SUISSE, LAZARD]),
        ("show=upcoming&page=2", []),
    ],
)
def test_filters_are_links_that_can_be_shared(busy: Desk, asked: str, found: list[str]) -> None:
    page = busy.get(f"/staff/?{asked}").text
    assert titles(page) == found
    assert ("Nothing matches" in page) == (found == [])


@pytest.mark.parametrize(
    "asked",
    [
        "standing=public",
        "kind=party",
        "year=next",
        "attention=1",
        "page=0",
        "show=x",
        "q=" + "a" * 101,
    ],
)
def test_a_filter_that_means_nothing_is_named(busy: Desk, asked: str) -> None:
    answer = busy.get(f"/staff/?{asked}")
    assert answer.status_code == 400
    assert f"The filter “{asked.partition('=')[0]}”" in answer.text


def test_the_links_of_the_board_keep_what_was_asked(busy: Desk) -> None:
    page = busy.get("/staff/?standing=draft&q=own").text
    assert 'href="/staff/?q=own&amp;standing=approved"' in page
    assert 'href="/staff/?q=own&amp;standing=draft&amp;attention=yes"' in page
    assert '<input type="hidden" name="standing" value="draft">' in page


def test_the_board_answers_what_is_next(busy: Desk) -> None:
    page = busy.get("/staff/").text
    assert "Next, in 9 days: " in page
    assert "One thing to do." in page


def test_the_coming_weeks_are_told_in_words_beside_the_picture(busy: Desk) -> None:
    page = busy.get("/staff/").text
    lines = re.findall(r'class="outlook-when">(.*)</p>', page)
    assert [re.sub("<[^>]*>", "", line) for line in lines] == [
        "Nov 11, 2011, 9:00 am MST; replay until Nov 18, 2011. Public, upcoming. Conflict",
        "Nov 11, 2011, 9:00 am MST; replay until Nov 18, 2011. Draft. Conflict",
        "Nov 15, 2011, 11:30 am EST; replay until Nov 22, 2011. Public, upcoming.",
    ]
    assert page.count('<svg class="lane"') == 3


def test_what_collides_is_told_once(busy: Desk) -> None:
    page = busy.get("/staff/").text
    assert page.split('id="attention"')[1].split("</ul>")[0].count("at the same time") == 1


def test_an_events_own_page_says_whether_it_is_ready(busy: Desk) -> None:
    page = busy.get("/staff/events/our-own-day-2011").text
    assert "The live link is missing." in page
    assert "Daniel Junius would be at “2011 Credit Suisse Healthcare Conference”" in page


def test_a_live_link_that_does_not_answer_is_told_of_since_when(
    release: Store, editor: Desk, clock: SettableClock
) -> None:
    clock.set("2011-11-11 15:30")
    look(release, "2011-11-10 16:00:20", "answered 200", good=True)
    assert "Live link answered on November 10, 2011, 11:00 am EST" in editor.get("/staff/").text
    for moment in ("2011-11-11 15:00:20", "2011-11-11 15:20"):
        look(release, moment, "answered 404", good=False)
    page = editor.get("/staff/").text
    told = "The live link has failed since November 11, 2011, 10:00 am EST: answered 404."
    assert page.count(told) == 2
    assert titles(editor.get("/staff/?attention=yes").text) == [CREDIT_SUISSE]


@pytest.mark.parametrize(
    ("posted", "told"),
    [
        (True, "A replay closes within a day. It closes on November 18, 2011, 12:00 pm EST"),
        (False, "The replay is not posted yet. The call ended on November 11, 2011, 12:00 pm EST"),
    ],
)
def test_a_replay_that_closes_soon_or_is_late_needs_attention(
    release: Store, editor: Desk, clock: SettableClock, posted: bool, told: str
) -> None:
    if not posted:
        with release.writing() as session:
            session.execute(sqlalchemy.text("update event set replay_posted_at = null"))
    clock.set("2011-11-18 16:59")
    page = editor.get("/staff/").text
    assert page.partition('id="attention"')[2].partition("</section>")[0].count(told) == 1
    assert CREDIT_SUISSE in titles(editor.get("/staff/?attention=yes").text)


def look(store: Store, moment: str, words: str, *, good: bool) -> None:
    probe = Probe(due_at=at(moment), kind=ProbeKind.LIVE_LINK)
    with store.writing() as session:
        event_id = event_store.id_of(session, SLUG)
        probe_store.derive_again(session, {event_id: [probe]}, at=at(moment))
        due = probe_store.lease_due(session, now=at(moment))
        assert due is not None
        assert probe_store.mark_done(session, due, at=at(moment), good=good, words=words)


def test_what_waits_for_an_approver_needs_attention(release: Store, editor: Desk) -> None:
    editor.save(replace(PHOENIX, title="Our own day", date="2011-12-01"))
    draft = "/staff/events/our-own-day-2011"
    assert titles(editor.get("/staff/?attention=yes").text) == []
    editor.send(f"{draft}/in_review", token=editor.token(draft), base="1")
    assert titles(editor.get("/staff/?attention=yes").text) == ["Our own day"]
    assert "It waits for an approver." in editor.get("/staff/").text


def test_a_draft_whose_day_is_over_is_past(
    company: Store, editor: Desk, clock: SettableClock
) -> None:
    editor.save(PHOENIX)
    clock.set("2011-11-12 12:00")
    page = editor.get("/staff/").text
    assert "In preparation" not in page
    assert "Its date has passed, and it was never public." in page
    assert titles(editor.get("/staff/?show=past&attention=yes").text) == [CREDIT_SUISSE]


STANDINGS = ("draft", "in_review", "approved", "approved", "cancelled", "withdrawn")


def store_many(store: Store, numbers: range) -> None:
    """Store events of all standings, half of them past, eleven hours apart."""
    with store.writing() as session:
        for number in numbers:
            begins = ANNOUNCED + timedelta(hours=11) * (number - 500)
            event = an_event(
                slug=f"event-{number}",
                title=f"Event {number}",
                starts=f"{begins:%Y-%m-%d %H:%M}",
                publish_at="2010-01-01",
                standing=STANDINGS[number % len(STANDINGS)],
            )
            event_store.add(session, event, by=EDITOR, reason="", at=ANNOUNCED)


@contextmanager
def queries(store: Store) -> Iterator[list[str]]:
    """Count what is asked of the database meanwhile."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    sqlalchemy.event.listen(store.engine, "before_cursor_execute", note)
    yield seen
    sqlalchemy.event.remove(store.engine, "before_cursor_execute", note)


def test_a_thousand_events_are_asked_for_in_as_many_queries_as_ten(
    company: Store, editor: Desk
) -> None:
    store_many(company, range(495, 505))
    with queries(company) as ten:
        editor.get("/staff/")
    store_many(company, range(495))
    store_many(company, range(505, 1_000))
    with queries(company) as thousand:
        page = editor.get("/staff/").text
    assert len(thousand) <= len(ten) <= 16
    # The first screen is bounded: 25 of each group, 12 lines of the picture.
    assert len(titles(page)) <= 6 * 25
    assert page.count('<svg class="lane"') == 12
    assert len(page) < 400_000
    assert "/staff/?show=past" in page


def test_the_past_is_folded_away_but_there(
    release: Store, editor: Desk, clock: SettableClock
) -> None:
    clock.set("2012-01-15 12:00")
    page = editor.get("/staff/").text
    assert "<details" in page
    assert len(titles(page)) == 2


def test_a_group_goes_on_page_by_page(company: Store, editor: Desk) -> None:
    store_many(company, range(400))
    assert "/staff/?show=past" in editor.get("/staff/").text
    first = editor.get("/staff/?show=past").text
    second = editor.get("/staff/?show=past&page=2").text
    assert (len(titles(first)), len(titles(second))) == (100, 100)
    assert not set(titles(first)) & set(titles(second))
    assert "/staff/?show=past&amp;page=3" in second
