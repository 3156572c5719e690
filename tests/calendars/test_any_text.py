"""Whatever stands in a text, the calendar stays one calendar and the text comes out again."""

import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from icalendar import Calendar
from icalendar import Event as Component

from eventsched.calendars.entries import Site
from eventsched.calendars.feeds import Feed, calendar
from eventsched.calendars.texts import Text, one_line, written
from eventsched.domain.events import Event, Presenter
from eventsched.domain.issuer import Contact
from tests.builders import an_event, an_issuer, at
from tests.calendars.linting import faults, tree, unfolded

BASE_URL = "https://ir.immunogen.example"
SITE = Site(issuer=an_issuer(), base_url=BASE_URL)
NOW = at("2011-11-12")
FEEDS = [Feed(alarm_minutes=5), Feed(replays=True)]

# What has broken calendars before, beside every character there is.
LEGAL_NASTY = [
    *(
        "BEGIN:VEVENT",
        "END:VCALENDAR",
        "\\",
        "\\n",
        "\\N",
        "\\,",
        ";",
        ",",
        ":",
        '"',
        "'",
        "^n",
        "^'",
    ),
    *(
        "<br>",
        "&amp;",
        "=",
        "%0D%0A",
        "😀",
        "e\u0301",
        "\u0301",
        "日本",
        "\ufffe",
        "\u200f",
        "\u00a0",
    ),
]
NASTY = [
    *LEGAL_NASTY,
    *("\r\n", "\n", "\r", "\t", "\x00", "\x0b", "\x1b", "\x85", "\u2028", "\ud800", "\ufeff"),
    *("\r\nATTACH:http://evil.example", "\nEND:VEVENT\nBEGIN:VEVENT", "\r\n "),
]
# What a draft takes, but for a byte order mark: that does not survive, and should not.
LEGAL = st.characters(
    exclude_categories=("Cc", "Cs", "Zl", "Zp"),
    exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff",
)


def texts(pieces: list[str], characters: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    piece = st.one_of(st.sampled_from(pieces), st.text(characters, max_size=15))
    return st.lists(piece, max_size=8).map("".join)


ANY_TEXT = texts(NASTY, st.characters())
LEGAL_TEXT = texts(LEGAL_NASTY, LEGAL).map("a{}z".format)


@given(LEGAL_TEXT, LEGAL_TEXT, LEGAL_TEXT)
@example("\\N", "a\\", "\\\\N;")
def test_any_legal_text_comes_out_of_a_parser_as_it_went_in(
    title: str, venue: str, name: str
) -> None:
    people = (Presenter(name=name),)
    event = an_event(title=title, venue=venue, city="", presenters=people)
    held = calendar(Feed(), [event], site=SITE, now=NOW)
    assert faults(held) == []
    [entry] = Calendar.from_ical(held).walk("VEVENT")
    assert str(entry["SUMMARY"]) == f"IMGN: {event.facts.title}"
    assert str(entry.get("LOCATION", "")) == event.facts.venue
    told = str(entry["DESCRIPTION"]).split("\n")
    assert [line for line in told if line.startswith("Presenter:")] == [
        f"Presenter: {presenter.name}" for presenter in event.facts.presenters
    ]


@given(ANY_TEXT, st.sampled_from(["title", "host", "city", "venue", "presenters", "uid"]))
def test_no_text_of_an_event_adds_a_line(text: str, field: str) -> None:
    event = _with_text(an_event(replay_posted_at="2011-11-11 18:00"), field, text)
    harmless = _with_text(event, field, "x")
    for feed in FEEDS:
        held = calendar(feed, [event], site=SITE, now=NOW)
        assert faults(held) == []
        assert _shape(held) <= _shape(calendar(feed, [harmless], site=SITE, now=NOW))


@given(ANY_TEXT, st.sampled_from(["name", "ticker", "exchange"]), ANY_TEXT, ANY_TEXT)
def test_no_text_of_the_issuer_adds_a_line(text: str, field: str, person: str, mail: str) -> None:
    contact = Contact(name=person, title=text, phone=text, email=mail)
    site = Site(issuer=an_issuer(contact=contact, **{field: text}), base_url=BASE_URL)
    plain = Site(issuer=an_issuer(), base_url=BASE_URL)
    for feed in FEEDS:
        event = an_event(replay_posted_at="2011-11-11 18:00")
        held = calendar(feed, [event], site=site, now=NOW)
        assert faults(held) == []
        assert _shape(held) <= _shape(calendar(feed, [event], site=plain, now=NOW))


@given(st.text(alphabet="é😀日 a", min_size=60, max_size=290))
def test_no_line_is_too_long_and_no_character_cut(title: str) -> None:
    assume(title.strip())
    assert faults(calendar(Feed(), [an_event(title=title)], site=SITE, now=NOW)) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\r\nb", "a b"),
        ("a\x00\x1b[31mb\x7f", "a [31mb"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("\ud83d", "\N{REPLACEMENT CHARACTER}"),
        (" a\tb ", "a b"),
        ("\ufeffa", "a"),
    ],
)
def test_one_line_holds_no_control_character(text: str, line: str) -> None:
    assert one_line(text) == line


@given(ANY_TEXT)
def test_one_line_has_utf_8_and_no_control_characters(text: str) -> None:
    line = one_line(text)
    line.encode()
    assert [c for c in line if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs")] == []


@given(
    st.lists(st.one_of(st.sampled_from(["\\", "^", "a,", "’", "日", "😀"]), st.text(max_size=90)))
)
def test_lines_are_folded_as_icalendar_folds_them(pieces: list[str]) -> None:
    entry = Component()
    entry.add("DESCRIPTION", Text(one_line("".join(pieces))))
    assert written(entry) == entry.to_ical(sorted=False)


def _with_text(event: Event, field: str, text: str) -> Event:
    """Return the event with a text that no draft could have brought in."""
    if field == "uid":
        return replace(event, uid=f"{text}@immunogen.com")
    people = (Presenter(name=text, title=text),)
    changes: dict[str, Any] = {field: people if field == "presenters" else text}
    return replace(event, facts=replace(event.facts, **changes))


def _shape(held: bytes) -> set[tuple[str, str]]:
    """Return which components and properties a calendar has."""
    found, parts = set(), tree(unfolded(held)).parts
    while parts:
        part = parts.pop()
        found |= {(part.kind, name) for name, _, _ in part.properties}
        parts += part.parts
    return found
