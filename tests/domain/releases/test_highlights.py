"""Every word of a release can say what was read from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsched.domain.releases import ReadEvent, read
from eventsched.domain.releases.files import words_of
from eventsched.domain.releases.highlights import Piece, pieces_of
from tests.domain.releases.score import SETS, Fixture, comparable, fixtures

FIXTURES = [fixture for folder in SETS for fixture in fixtures(folder)]


def an_event(**spans: tuple[int, int]) -> ReadEvent:
    return ReadEvent(spans=spans, confidences={})


def test_one_sentence_tells_of_several_events() -> None:
    events = an_event(title=(0, 3), webcast=(4, 8)), an_event(webcast=(4, 8))
    assert pieces_of("One live.", events) == (
        Piece(text="One", origins=((0, "title"),)),
        Piece(text=" "),
        Piece(text="live", origins=((0, "webcast"), (1, "webcast"))),
        Piece(text="."),
    )


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)).map(sorted), max_size=8))
def test_pieces_are_the_text_and_hold_each_field_where_it_was(spans: list[list[int]]) -> None:
    text = "".join(chr(ord("a") + n) for n in range(20))
    events = [an_event(title=(start, end)) for start, end in spans]
    pieces = pieces_of(text, events)
    assert "".join(piece.text for piece in pieces) == text
    for number, (start, end) in enumerate(spans):
        told = [piece.text for piece in pieces if (number, "title") in piece.origins]
        assert "".join(told) == text[start:end]


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)
def test_what_a_person_sees_of_a_release_reads_as_the_release_does(fixture: Fixture) -> None:
    seen = read(words_of(fixture.text)).as_json()["events"]
    given = read(fixture.text).as_json()["events"]
    assert [comparable(event) for event in seen] == [comparable(event) for event in given]
