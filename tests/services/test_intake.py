"""A document is taken in whole, or every reason is named and nothing is saved."""

from typing import Any

import pytest

from eventsched.domain.events import Standing
from eventsched.services import intake
from eventsched.services.intake import UnreadableDocument
from eventsched.store import events as event_store
from eventsched.store import site
from eventsched.store.database import Store
from tests.builders import an_issuer, at, facts
from tests.fixtures.product import ANNOUNCED, NEW_YORK, PHOENIX, sample_release

ISSUER = """
[issuer]
name = "ImmunoGen, Inc."
home_zone = "America/New_York"
domain = "immunogen.com"
"""
EVENT = """
[[events]]
title = "Q3 results"
date = 2011-10-28
time = 08:30:00
zone = "America/New_York"
"""


def problems(store: Store, document: str) -> list[str]:
    """Return why the document was refused, having seen that it left nothing behind."""
    with pytest.raises(UnreadableDocument) as unreadable:
        intake.take_in(store, document, by="test", now=ANNOUNCED)
    with store.reading() as session:
        assert (event_store.every(session), site.last_entry(session)) == ([], None)
        assert (site.issuer(session), site.version(session)) == (None, 0)
    return unreadable.value.problems


def test_the_release_is_taken_in(store: Store) -> None:
    taken = intake.take_in(store, sample_release(), by="test", now=ANNOUNCED)
    assert taken.issuer == an_issuer(website="http://www.immunogen.com")
    assert [(event.slug, event.standing) for event in taken.events] == [
        (PHOENIX, Standing.APPROVED),
        (NEW_YORK, Standing.APPROVED),
    ]
    with store.reading() as session:
        assert event_store.every(session) == list(taken.events)


def test_tomls_own_dates_times_and_numbers_will_do(store: Store) -> None:
    document = f"{ISSUER}{EVENT}duration = 45\nreplay_until = 2011-11-28T17:00:00\n"
    [event] = intake.take_in(store, document, by="test", now=ANNOUNCED).events
    assert event.instants.starts_at == at("2011-10-28 12:30")
    assert event.instants.ends_at == at("2011-10-28 13:15")
    assert event.instants.replay_closes_at == at("2011-11-28 22:00")


def test_without_an_instant_of_publication_it_is_a_draft(store: Store) -> None:
    [event] = intake.take_in(store, ISSUER + EVENT, by="test", now=ANNOUNCED).events
    assert (event.standing, event.publish_at) == (Standing.DRAFT, None)


def test_an_instant_of_publication_may_be_in_any_zone(store: Store) -> None:
    document = f"{ISSUER}{EVENT}publish_at = 2011-11-10T07:00:00-05:00\n"
    [event] = intake.take_in(store, document, by="test", now=ANNOUNCED).events
    assert (event.standing, event.publish_at) == (Standing.APPROVED, at("2011-11-10 12:00"))


def test_an_issuer_can_be_replaced_and_events_added_later(store: Store) -> None:
    intake.take_in(store, ISSUER, by="test", now=ANNOUNCED)
    renamed = ISSUER.replace("ImmunoGen, Inc.", "ImmunoGen Ltd.")
    assert intake.take_in(store, renamed, by="test", now=ANNOUNCED).events == ()
    taken = intake.take_in(store, EVENT, by="test", now=ANNOUNCED)
    with store.reading() as session:
        issuer = site.issuer(session)
    assert issuer is not None
    assert (issuer.name, taken.issuer) == ("ImmunoGen Ltd.", None)


def test_nothing_at_all_is_taken_in_as_nothing(store: Store) -> None:
    taken = intake.take_in(store, "# nothing yet\n", by="test", now=ANNOUNCED)
    assert (taken.issuer, taken.events) == (None, ())


SHAPE = ["Write [issuer], [issuer.contact], [[events]] and presenters."]


@pytest.mark.parametrize(
    "document",
    [
        *("issuer = 1", "issuer = []", "events = 1", "events = true", "events = {}"),
        *('events = "two"', "events = [1]", "events = [[]]", "[issuer]\ncontact = 1"),
        "[[events]]\npresenters = 1",
        '[[events]]\npresenters = ["Daniel Junius"]',
        "[[events]]\npresenters = { name = 'Daniel Junius' }",
        "[[issuer]]",
        "[events]",
    ],
)
def test_a_document_of_another_shape_is_told_the_shape(store: Store, document: str) -> None:
    assert problems(store, document) == SHAPE


@pytest.mark.parametrize(
    "document",
    [
        pytest.param("PRESS RELEASE\n\nCAMBRIDGE, Mass.", id="a press release"),
        pytest.param("[issuer", id="torn off"),
        pytest.param("[[events]]\ntitle = 'a'\ntitle = 'b'", id="a field said twice"),
        pytest.param("[[events]]\ndate = 2011-02-30", id="no day of the calendar"),
        pytest.param("title = 'a\0b'", id="NUL"),
        pytest.param('[[events]]\ntitle = "\\ud800"', id="half a character"),
        pytest.param("[[events]]\nduration = " + "9" * 5000, id="a number of 5,000 digits"),
        pytest.param("events = " + "[" * 100_000, id="brackets without end"),
        pytest.param("\N{ROCKET}" * 100_000, id="noise"),
    ],
)
def test_what_is_no_toml_is_said_to_be(store: Store, document: str) -> None:
    [problem] = problems(store, document)
    assert problem.startswith("Not readable as TOML: ") or problem == SHAPE[0]


def test_unknown_names_are_named_wherever_they_stand(store: Store) -> None:
    assert problems(store, "[isuer]\n[staff]\n") == [
        "Unknown heading “isuer”.",
        "Unknown heading “staff”.",
    ]
    contact = "[issuer.contact]\nfax = '1'\n"
    assert problems(store, f"{ISSUER}symbol = 'IMGN'\ntold_since = '2011'\n{contact}") == [
        "issuer: “symbol” is not a known field.",
        "issuer: “told_since” is not a known field.",
        "issuer.contact: “fax” is not a known field.",
    ]
    assert problems(store, f"{ISSUER}{EVENT}day = 1\npresenters = [{{ nam = 'A' }}]\n") == [
        "event 1 (Q3 results): “day” is not a known field.\npresenters: “nam” is not a known field."
    ]


def test_every_problem_of_every_event_is_named(store: Store) -> None:
    wrong = '[[events]]\ntitle = "A"\ndate = "2011-03-13"\ntime = "2:30"\nzone = "{zone}"\n'
    document = ISSUER + EVENT + wrong.format(zone="EST") + wrong.format(zone="America/New_York")
    assert problems(store, document + "[[events]]\n") == [
        "event 2 (A): zone: “EST” is not a time zone we know. Use a name such as America/New_York.",
        "event 3 (A): time: 02:30 on 2011-03-13 does not exist in America/New_York: the clocks go "
        "forward past it that day.",
        "event 4 (no title): title: Give the event a title.",
        "event 4 (no title): date: Give the date.",
        "event 4 (no title): zone: Choose the time zone of the place.",
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('title2 = "x"', "“title2” is not a known field."),
        ("host = ['a']", "host: give a text, a number, a date or a time."),
        ("city = { a = 1 }", "city: give a text, a number, a date or a time."),
        ("replay_days = true", "replay_days: give a text, a number, a date or a time."),
        (
            "presenters = [{ title = 'CEO' }]",
            "presenters-0-name: Who is “CEO”? Give the name too.",
        ),
        (
            "presenters = [{ name = [] }]",
            "presenters: name: give a text, a number, a date or a time.",
        ),
        ("replay_days = 7.5", "replay_days: Give the replay window in whole days."),
        ("duration = -1", "duration: Ends before it starts."),
        (
            'live_url = "javascript:alert(1)"',
            "live_url: Give a web address that begins with https:// or http://.",
        ),
        ("publish_at = 1", "publish_at: give an instant such as 2011-11-02T12:00:00Z."),
        ("publish_at = 2011-11-02", "publish_at: give an instant such as 2011-11-02T12:00:00Z."),
        (
            "publish_at = 2011-11-02T12:00:00",
            "publish_at: give an instant such as 2011-11-02T12:00:00Z.",
        ),
        (
            'publish_at = "2011-11-02T12:00:00Z"',
            "publish_at: give an instant such as 2011-11-02T12:00:00Z.",
        ),
        (
            "publish_at = 9999-12-31T23:59:59-01:00",
            "publish_at: give an instant such as 2011-11-02T12:00:00Z.",
        ),
        (
            "publish_at = 0001-01-01T00:00:00+01:00",
            "publish_at: give an instant such as 2011-11-02T12:00:00Z.",
        ),
    ],
)
def test_a_wrong_value_is_named(store: Store, line: str, problem: str) -> None:
    assert problems(store, f"{ISSUER}{EVENT}{line}\n") == [f"event 1 (Q3 results): {problem}"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": ""}, "name is missing."),
        ({"home_zone": ""}, "home_zone is missing."),
        ({"domain": ""}, "domain is missing."),
        (
            {"home_zone": "EST"},
            "home_zone: “EST” is not a time zone we know. Use a name such as America/New_York.",
        ),
        ({"domain": "a b"}, "domain: Give a domain name such as example.com."),
        ({"domain": "https://i.com/"}, "domain: Give a domain name such as example.com."),
        (
            {"website": "javascript:alert(1)"},
            "website: Give a web address that begins with https:// or http://.",
        ),
        ({"ticker": "A\\nB"}, "ticker: Keep it to one line of at most 300 characters."),
        ({"exchange": "\\u0000"}, "exchange: Keep it to one line of at most 300 characters."),
        ({"ticker": "x" * 301}, "ticker: Keep it to one line of at most 300 characters."),
    ],
)
def test_a_wrong_issuer_is_named(store: Store, changes: dict[str, Any], problem: str) -> None:
    said = {"name": "I", "home_zone": "UTC", "domain": "i.com"} | changes
    document = "[issuer]\n" + "".join(f'{name} = "{value}"\n' for name, value in said.items())
    assert problems(store, document) == [f"issuer: {problem}"]


def test_a_problem_does_not_repeat_a_megabyte(store: Store) -> None:
    found = problems(store, f'{ISSUER}[[events]]\ntitle = "{"x" * 1_000_000}"\n')
    assert max(map(len, found)) < 300


def test_an_event_without_an_issuer_is_refused(store: Store) -> None:
    assert problems(store, EVENT) == ["event 1 (Q3 results): Set up the issuer first."]


def test_what_was_typed_is_what_is_stored(store: Store) -> None:
    [phoenix, _] = intake.take_in(store, sample_release(), by="test", now=ANNOUNCED).events
    vendor = "https://vendor.example"
    assert phoenix.facts == facts(
        live_url=f"{vendor}/live/credit-suisse-2011",
        replay_url=f"{vendor}/replay/credit-suisse-2011",
    )
