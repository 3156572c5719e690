"""What was saved and why, and what the public saw at any instant."""

from dataclasses import asdict, replace

import pytest
from flask import Flask

from eventsched.domain.company import draft_of_issuer
from eventsched.domain.events import Standing
from eventsched.services import events
from eventsched.store.database import Store
from tests.builders import PHOENIX, an_issuer, at
from tests.fixtures.product import ANNOUNCED, SettableClock
from tests.fixtures.product import PHOENIX as SLUG
from tests.fixtures.staff import APPROVER, Desk, read_form
from tests.web.staff.test_decisions import decide

PAGE = f"/staff/events/{SLUG}"
IMMUNOGEN = asdict(draft_of_issuer(an_issuer()))


@pytest.fixture
def moved(company: Store, approver: Desk, clock: SettableClock) -> Desk:
    """Publish Phoenix on 2 November at noon UTC, move it to 10 am on the 3rd, cancel on the 4th."""
    events.plan(company, PHOENIX, by=APPROVER, now=ANNOUNCED)
    events.set_standing(company, SLUG, Standing.APPROVED, base=1, by=APPROVER, now=ANNOUNCED)
    later = replace(PHOENIX, time="10:00")
    why, now = "The host moved our slot.", at("2011-11-03 12:00")
    events.revise(company, SLUG, later, base=2, by=APPROVER, reason=why, now=now)
    why, now = "The conference is off.", at("2011-11-04 12:00")
    off = Standing.CANCELLED
    events.set_standing(company, SLUG, off, base=3, by=APPROVER, reason=why, now=now)
    clock.set("2011-11-05 12:00")
    return approver


def test_the_history_tells_who_when_what_and_why(moved: Desk) -> None:
    page = moved.get(f"{PAGE}/history").text
    for words in (
        "Revision 4",
        "November 3, 2011, 8:00 am EDT",
        "approver@immunogen.com",
        "The host moved our slot.",
        "</span>09:00</del>",
        "</span>10:00</ins>",
        "Approved, public from November 2, 2011, 8:00 am EDT",
        "The conference is off.",
    ):
        assert words in page


def test_an_earlier_revision_comes_back_into_the_form_unsaved(moved: Desk) -> None:
    held = read_form(moved.get(f"{PAGE}?from=1").text)
    assert (held["date"], held["base"]) == ("2011-11-11 09:00", "4")
    assert read_form(moved.get(PAGE).text)["date"] == "2011-11-11 10:00"


@pytest.mark.parametrize("number", ["0", "9", "99999999999999999999"])
def test_a_revision_that_never_was_is_no_page(moved: Desk, number: str) -> None:
    assert moved.get(f"{PAGE}?from={number}").status_code == 404


@pytest.mark.parametrize(
    ("at", "seen", "unseen"),
    [
        pytest.param("2011-11-02T11:59:59Z", "", "Credit Suisse", id="before publication"),
        pytest.param("2011-11-02T12:00:00Z", "9:00 am MST", "10:00 am MST", id="as announced"),
        pytest.param("2011-11-03T11:59:59Z", "9:00 am MST", "10:00 am MST", id="not yet moved"),
        pytest.param("2011-11-03T12:00:00Z", "10:00 am MST", "9:00 am MST", id="moved"),
        pytest.param("2011-11-04T12:00:00Z", "Cancelled", "nothing", id="cancelled"),
    ],
)
def test_the_page_as_the_public_saw_it(moved: Desk, at: str, seen: str, unseen: str) -> None:
    page = moved.get(f"/staff/as-seen/{at}/").text
    assert seen in page
    assert unseen not in page
    event = moved.get(f"/staff/as-seen/{at}/events/{SLUG}")
    assert event.status_code == (200 if seen else 404)
    feed = moved.get(f"/staff/as-seen/{at}/calendar.ics").text
    assert (SLUG in feed) == bool(seen)


def test_each_page_of_then_is_linked_also_of_what_is_long_past(moved: Desk) -> None:
    page = moved.get("/staff/as-seen/2012-12-24T12:00:00Z/").text
    assert f'href="/staff/as-seen/2012-12-24T12:00:00Z/events/{SLUG}"' in page
    assert "Drawn from the saved revisions on November 5, 2011, 8:00 am EDT; links" in page


def test_what_was_seen_is_what_is_shown(moved: Desk, clock: SettableClock) -> None:
    before = _facts(moved.get(f"/events/{SLUG}").text)
    assert "The host moved our slot." in before
    clock.set("2011-12-24 12:00")
    later = moved.get(f"/staff/as-seen/2011-11-05T12:00:00Z/events/{SLUG}").text
    assert before
    assert _facts(later) == before


def _facts(page: str) -> str:
    """Return what a page says of the event; ways to subscribe are not of that day."""
    article = page.partition('<article class="event">')[2].partition("</article>")[0]
    facts = article.partition('<section class="event-more"')[0].strip()
    return facts.removesuffix("</div>").strip()


def test_the_feed_as_it_stood_is_the_feed_to_the_byte(moved: Desk, clock: SettableClock) -> None:
    before = moved.get("/calendar.ics").data
    clock.set("2011-12-24 12:00")
    assert moved.get("/staff/as-seen/2011-11-05T12:00:00Z/calendar.ics").data == before


@pytest.mark.parametrize(("months", "is_there"), [(1, False), (2, True)])
def test_the_feed_of_then_goes_as_far_back_as_calendars_do(
    app: Flask, company: Store, approver: Desk, clock: SettableClock, months: int, is_there: bool
) -> None:
    object.__setattr__(app.extensions["eventsched"].settings, "feed_past_months", months)
    approver.save(PHOENIX)
    decide(approver, "approved", moment="now")
    clock.set("2011-12-24 12:00")
    feed = approver.get("/staff/as-seen/2011-12-24T12:00:00Z/calendar.ics").text
    assert (SLUG in feed) is is_there


@pytest.mark.parametrize("name", ["events.json", "feed.json", "feed.atom"])
def test_what_programs_were_told_is_told_again_to_the_byte(
    moved: Desk, clock: SettableClock, name: str
) -> None:
    before = moved.get(f"/{name}").data
    assert SLUG.encode() in before
    clock.set("2011-12-24 12:00")
    moved.save(replace(PHOENIX, title="Another title"), PAGE, reason="A new name.")
    assert moved.get(f"/{name}").data != before
    assert moved.get(f"/staff/as-seen/2011-11-05T12:00:00Z/{name}").data == before


def test_before_publication_programs_were_told_of_nothing(moved: Desk) -> None:
    for name in ("events.json", "feed.json", "feed.atom"):
        assert SLUG not in moved.get(f"/staff/as-seen/2011-11-02T11:59:59Z/{name}").text


@pytest.fixture
def renamed(company: Store, admin: Desk, clock: SettableClock) -> Desk:
    """Publish Phoenix, then rename the company on 3 November at noon UTC."""
    admin.save(PHOENIX)
    decide(admin, "approved", moment="now")
    clock.set("2011-11-03 12:00")
    admin.send(
        "/staff/company", **(IMMUNOGEN | {"name": "ImmunoGen plc", "home_zone": "Europe/London"})
    )
    return admin


@pytest.mark.parametrize(
    ("at", "name", "clock_words"),
    [
        pytest.param("2011-11-03T11:59:59Z", "ImmunoGen, Inc.", "11:00 am EST", id="before"),
        pytest.param("2011-11-03T12:00:00Z", "ImmunoGen plc", "4:00 pm GMT", id="after"),
    ],
)
def test_the_company_is_called_what_it_was_called_then(
    renamed: Desk, at: str, name: str, clock_words: str
) -> None:
    seen = f"/staff/as-seen/{at}"
    other = {"ImmunoGen, Inc.": "ImmunoGen plc", "ImmunoGen plc": "ImmunoGen, Inc."}[name]
    for path in ("", f"events/{SLUG}"):
        page = renamed.get(f"{seen}/{path}").text
        assert name in page
        assert clock_words in page
        assert other not in page
    for path in ("calendar.ics", "events.json", "feed.atom", "feed.json"):
        told = renamed.get(f"{seen}/{path}").text.replace("\\,", ",")
        assert name in told
        assert other not in told


def test_an_instant_is_asked_for_in_home_time(moved: Desk) -> None:
    answer = moved.get("/staff/as-seen?day=Nov+3+2011&clock=8am")
    assert answer.location == "/staff/as-seen/2011-11-03T12:00:00Z/"


@pytest.mark.parametrize("query", ["day=soon&clock=8am", "day=Nov+3+2011", "clock=8am"])
def test_an_unreadable_instant_is_named(moved: Desk, query: str) -> None:
    answer = moved.get(f"/staff/as-seen?{query}")
    assert answer.status_code == 422
    assert "needs your attention" in answer.text


@pytest.mark.parametrize("at", ["now", "2011-11-31T00:00:00Z", "0001-01-01T00:00:00Z", "%00"])
def test_an_instant_that_is_none_is_no_page(moved: Desk, at: str) -> None:
    assert moved.get(f"/staff/as-seen/{at}/").status_code == 404
