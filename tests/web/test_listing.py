"""The list with its filters, years and pages: plain addresses, however many events there are."""

import gzip
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event as sqlalchemy_event

from eventsched.domain.events import Event, Presenter
from eventsched.domain.lifecycle import Phase, is_public, next_transition, phase, takes_place
from eventsched.store import events as event_store
from eventsched.store import listing
from eventsched.store.database import Store
from eventsched.store.listing import Wanted
from eventsched.store.tables import EventRow
from tests.builders import an_event, at
from tests.fixtures.product import SettableClock
from tests.web.conftest import Show
from tests.web.markup import faults, markup

NOW = "2011-11-11 16:30"
MOST_BYTES = 60 * 1024
on_sqlite = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)


def one(slug: str, starts: str, **typed: Any) -> Event:
    return an_event(slug=slug, title=slug, starts=starts, publish_at="2001-01-01", **typed)


FEW = (
    one("old-call", "2009-05-05 10:00", kind="earnings_call"),
    one("old-meeting", "2010-05-05 10:00", kind="shareholder_meeting", city="Zürich"),
    one("last-year", "2010-09-09 10:00", presenters=(Presenter(name="Daniel Junius"),)),
    one("open", "2011-11-08 10:00", replay_posted_at="2011-11-08 18:00"),
    one("pending", "2011-11-09 10:00", kind="earnings_call"),
    one("running", "2011-11-11 09:00"),
    one("to-come", "2011-12-01 09:00", kind="earnings_call"),
    one("called-off", "2011-11-11 09:15", standing="cancelled"),
    one("no-time-yet", "2011-12-02"),
    one("draft", "2011-12-02 09:00", standing="draft"),
)


def listed(client: FlaskClient, address: str) -> list[str]:
    """Return the events that the page leads to, in order."""
    main = client.get(address).text.partition("<main")[2].partition("</main>")[0]
    found = re.findall(r'<a class="(?:stage|entry|past)-link" href="/events/([^"/]+)"', main)
    return list(found)


@pytest.mark.parametrize(
    ("address", "slugs"),
    [
        (
            "/",
            [
                *("running", "called-off", "to-come", "no-time-yet"),
                *("pending", "open", "last-year", "old-meeting"),
            ],
        ),
        ("/?kind=earnings_call", ["to-come", "pending", "old-call"]),
        ("/?year=2009", ["old-call"]),
        ("/?year=2010&kind=shareholder_meeting", ["old-meeting"]),
        ("/?show=replays", ["pending", "open"]),
        ("/?show=upcoming", ["running", "called-off", "to-come", "no-time-yet"]),
        ("/?q=ZURICH", ["old-meeting"]),
        ("/?q=junius+year", ["last-year"]),
        ("/?q=old", ["old-meeting", "old-call"]),
        ("/?q=draft", []),
        ("/?q=%25&utm_source=mail", []),
        ("/?q=_", []),
    ],
)
def test_an_address_shows_what_it_asks_for(
    client: FlaskClient, show: Show, address: str, slugs: list[str]
) -> None:
    show(*FEW, now=NOW)
    assert listed(client, address) == slugs
    assert faults(client.get(address)) == []


@on_sqlite
@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("kind=circus", 400, "The filter “kind” can only be conference, earnings_call,"),
        ("show=everything", 400, "The filter “show” can only be upcoming, replays or past."),
        ("year=last", 400, "The filter “year” is a whole number."),
        ("year=-1", 400, "The filter “year” is a whole number."),
        ("year=2010&show=upcoming", 400, "The filter “year” is for past events."),
        ("year=0", 404, "There is no page at this address"),
        ("year=99999", 404, "There is no page at this address"),
        ("year=2012", 404, "There is no page at this address"),
        ("year=" + "9" * 4000, 404, "There is no page at this address"),
        ("page=0", 400, "The filter “page” is a whole number from 1 to 1000."),
        ("page=2", 404, "There is no page at this address"),
        ("page=99999999999999", 400, "The filter “page” is a whole number from 1 to 1000."),
        ("q=" + "x" * 101, 400, "The filter “q” takes 100 characters at most."),
        ("q=" + "x" * 9000, 414, "This address is too long"),
        ("&".join(f"a{n}=b" for n in range(10_000)), 414, "This address is too long"),
        ("q=%00%ff%fe", 200, "Nothing here matches"),
        ("q=" + quote("<script>alert(1)</script>"), 200, "Nothing here matches"),
        ("kind=&q=&year=&show=&page=", 200, "Upcoming"),
        ("&&&===", 200, "Upcoming"),
    ],
)
def test_what_nobody_can_show_is_a_page_that_says_so(
    client: FlaskClient, show: Show, query: str, status: int, words: str
) -> None:
    show(*FEW, now=NOW)
    answer = client.get(f"/?{query}")
    assert (answer.status_code, faults(answer)) == (status, [])
    assert words in markup(answer).words()


@on_sqlite
def test_each_filter_is_a_link_that_leads_there(client: FlaskClient, show: Show) -> None:
    show(*FEW, now=NOW)
    page = client.get("/").text
    assert re.findall(r'<a class="kind" href="([^"]+)"', page) == [
        "/",
        "/?kind=conference",
        "/?kind=earnings_call",
        "/?kind=shareholder_meeting",
    ]
    assert re.findall(r'<a class="year-link" href="([^"]+)"', page) == [
        "/?year=2010",
        "/?year=2009",
    ]


@on_sqlite
def test_the_list_says_in_its_title_what_it_is_of_and_leads_to_subscribing(
    client: FlaskClient, show: Show
) -> None:
    show(now=NOW)
    for address, title in (("/", "Events and webcasts"), ("/?kind=investor_day", "Investor days")):
        assert f"<title>{title} – ImmunoGen, Inc.</title>" in client.get(address).text
    page = client.get("/").text
    assert '<a class="masthead-link" href="/#subscribe">Subscribe</a>' in page
    assert 'href="#subscribe">Subscribe to the calendar</a>' in page
    assert 'id="subscribe"' in page


@on_sqlite
def test_a_page_leads_on_to_the_next(client: FlaskClient, show: Show) -> None:
    show(*(one(f"e{n:03}", f"2010-03-{n % 28 + 1:02} 10:00") for n in range(120)), now=NOW)
    first = client.get("/").text
    assert 'href="/?year=2010&amp;page=2" rel="next"' in first
    pages = listed(client, "/"), listed(client, "/?year=2010&page=2")
    assert [len(page) for page in pages] == [100, 20]
    assert len({*pages[0], *pages[1]}) == 120


# The database's idea of a phase is the lifecycle's


SORTS: dict[str, dict[str, Any]] = {
    "posted": {"replay_posted_at": "2011-11-12 09:00"},
    "early": {"replay_posted_at": "2011-11-03 09:00"},
    "pending": {},
    "none": {"replay_days": None},
    "no end": {"replay_posted_at": "2011-11-12 09:00", "replay_until": "further notice"},
    "from posting": {"replay_counted_from": "posting"},
    "withdrawn": {
        "replay_posted_at": "2011-11-12 09:00",
        "replay_withdrawn_at": "2011-11-18 16:59:59",
    },
    "untimed": {"starts": "2011-11-11"},
    "never posted": {"replay_until": "further notice"},
    "never posted in 30 days": {"replay_days": 30},
    "posted late": {"replay_days": 30, "replay_posted_at": "2011-11-20 09:00"},
    "posted too late": {"replay_posted_at": "2011-11-20 09:00"},
    "never posted and withdrawn": {
        "replay_days": 30,
        "replay_withdrawn_at": "2011-11-20 09:00",
    },
    "taken away": {
        "replay_days": 30,
        "replay_posted_at": "2011-11-12 09:00",
        "replay_url": None,
    },
    "taken away for good": {
        "replay_until": "further notice",
        "replay_posted_at": "2011-11-12 09:00",
        "replay_url": None,
    },
    "embargoed": {"publish_at": "2011-11-12 09:00", "standing_since": "2011-11-11 09:00"},
}
EDGES = (
    *("2011-11-11 16:00", "2011-11-11 17:00", "2011-11-12 09:00", "2011-11-18 17:00"),
    *("2011-11-19 07:00", "2011-11-20 09:00", "2011-12-11 17:00"),
)


@pytest.mark.parametrize(
    "now", [at(edge) + timedelta(seconds=shift) for edge in EDGES for shift in (-1, 0)]
)
def test_the_database_knows_phases_as_the_lifecycle_does(
    store: Store, show: Show, clock: SettableClock, now: str
) -> None:
    standings = ("approved", "cancelled", "postponed", "draft", "withdrawn")
    events = [
        an_event(slug=f"{standing}-{name}".replace(" ", "-"), standing=standing, **typed)
        for standing in standings
        for name, typed in SORTS.items()
    ]
    show(*events, now=NOW)
    with store.reading() as session:
        for wanted in Phase:
            found = listing.portion(
                session, Wanted(phases=frozenset({wanted})), now=at(now), limit=100
            )
            counted = listing.count(session, Wanted(phases=frozenset({wanted})), now=at(now))
            on = Wanted(phases=frozenset({wanted}), takes_place=True)
            left = listing.portion(session, on, now=at(now), limit=100)
            assert left.events == tuple(filter(takes_place, found.events))
            assert counted == len(found.events)
            assert {(e.slug, phase(e, now=at(now))) for e in found.events} == {
                (e.slug, wanted) for e in _public(store, at(now)) if phase(e, now=at(now)) is wanted
            }
        told = listing.next_change(session, now=at(now))
    changes = [c for e in _public(store, at(now)) if (c := next_transition(e, now=at(now)))]
    assert told is None or not changes or told <= min(changes)
    assert told is not None or not changes


def _public(store: Store, now: datetime) -> list[Event]:
    with store.reading() as session:
        return [event for event in event_store.every(session) if is_public(event, now=now)]


# Two thousand


def two_thousand() -> Iterator[Event]:
    for number in range(2_000):
        year, month, day = 2000 + number % 12, number % 11 + 1, number % 28 + 1
        yield an_event(
            slug=f"event-{number}",
            title=f"Annual Healthcare Conference of Bank {number}",
            starts=f"{year}-{month:02}-{day:02} 10:00",
            kind=("conference", "earnings_call", "shareholder_meeting")[number % 3],
            publish_at="1999-01-01",
        )
    for number in range(80):
        yield an_event(slug=f"next-{number}", starts="2012-02-02 10:00", publish_at="1999-01-01")


@pytest.fixture
def statements(store: Store) -> list[str]:
    """Give a list that grows with every question to the database."""
    asked: list[str] = []

    @sqlalchemy_event.listens_for(store.engine, "before_cursor_execute")
    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    return asked


@pytest.fixture
def read() -> Iterator[list[EventRow]]:
    """Give a list that grows with every event that is read from the database."""
    rows: list[EventRow] = []

    def note(row: EventRow, _: object) -> None:
        rows.append(row)

    sqlalchemy_event.listen(EventRow, "load", note)
    yield rows
    sqlalchemy_event.remove(EventRow, "load", note)


@on_sqlite
def test_two_thousand_events_cost_no_more_questions_than_ten_and_keep_the_weight(
    client: FlaskClient, show: Show, statements: list[str], read: list[EventRow]
) -> None:
    show(*FEW, now=NOW)
    counts = {}
    for address in ("/", "/?kind=conference", "/?q=a", "/?year=2010"):
        statements.clear()
        client.get(address)
        counts[address] = len(statements)
    show(*two_thousand(), now=NOW)
    for address, count in counts.items():
        statements.clear()
        answer = client.get(address)
        assert (address, answer.status_code, len(statements)) == (address, 200, count)
    assert _weight(client) <= MOST_BYTES
    # A crowd waits at a gate before a call, and nothing is held for it there.
    read.clear()
    assert [client.get(f"/events/{slug}/live").status_code for slug in ("to-come", "event-7")] == [
        *(200, 410),
    ]
    assert 0 < len(read) < 20


def _weight(client: FlaskClient) -> int:
    """Return what the first view of a new visitor weighs on the way, each part compressed."""
    page = client.get("/")
    parts = re.findall(
        r'<(?:link rel="(?:stylesheet|icon)"|script)[^>]*(?:href|src)="([^"]+)"', page.text
    )
    assert len(parts) > 4
    return sum(len(gzip.compress(_body(client, part), 6)) for part in ("/", *parts))


def _body(client: FlaskClient, address: str) -> bytes:
    # A file from the disk is open until its answer is closed.
    with client.get(address) as answer:
        body: bytes = answer.data
    return body
