"""Numbers to call, as people type and releases write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsched.domain.dial_in import DialIn, UnreadableNumber, dial_in_text, read_dial_in
from eventsched.domain.drafts import InvalidEvent, again, decide, draft_of
from tests.builders import a_draft, facts


@pytest.mark.parametrize(
    ("typed", "place", "number"),
    [
        ("United States: +1 877 555 0100", "United States", "+1 877 555 0100"),
        ("877-555-0100", "", "877-555-0100"),
        ("(877) 555-0100", "", "(877) 555-0100"),
        ("  Germany (toll-free):0800 555 016", "Germany (toll-free)", "0800 555 016"),
        ("UK – +44 (0)20 7555 0100", "UK", "+44 (0)20 7555 0100"),
        ("Israel\u00a0+972\u20113\u2011555\u20110610", "Israel", "+972-3-555-0610"),
        ("877-555-0100 (domestic)", "domestic", "877-555-0100"),
        ("+1 412 555 0122, international", "international", "+1 412 555 0122"),
        ("Level 3: +1.412.555.0122 x41", "Level 3", "+1.412.555.0122 x41"),
        ("+43 1 234567 (Österreich)", "Österreich", "+43 1 234567"),
        ("0120-555-010 (日本)", "日本", "0120-555-010"),
        ("日本: 0120-555-010", "日本", "0120-555-010"),
    ],
)
def test_a_line_is_read_as_people_write_it(typed: str, place: str, number: str) -> None:
    assert read_dial_in(typed) == DialIn(place=place, number=number)


@pytest.mark.parametrize(
    "typed",
    [
        *("United States", "877", "1-800-FLOWERS", "+1 877 555 0100 0100 0100 0100 01"),
        *("javascript:alert(1)", "<b>877-555-0100</b>", "١٢٣٤٥٦٧٨", "call 877-555-0100!"),
    ],
)
def test_what_no_telephone_dials_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(UnreadableNumber, match="such as “United States: "):
        read_dial_in(typed)


@pytest.mark.parametrize(
    ("number", "digits"),
    [("+1 (877) 555-0100", "+18775550100"), ("03-555-0610 ext. 12", "035550610")],
)
def test_a_telephone_dials_digits(number: str, digits: str) -> None:
    assert read_dial_in(number).digits == digits


@given(st.text(max_size=120))
def test_whatever_is_read_is_read_again_as_the_same(typed: str) -> None:
    try:
        said = read_dial_in(typed)
    except UnreadableNumber:
        return
    assert read_dial_in(said.words) == said


def test_a_pasted_cell_and_a_pasted_list_say_the_same() -> None:
    lines = "US: 877-555-0100\r\n\nUK: +44 20 7555 0100\nUS: 877-555-0100\n"
    said = facts(dial_in=lines).dial_in
    assert said == facts(dial_in="US: 877-555-0100; UK: +44 20 7555 0100").dial_in
    assert dial_in_text(said) == "US: 877-555-0100\nUK: +44 20 7555 0100"
    assert draft_of(facts(dial_in=lines)).dial_in == dial_in_text(said)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("US: 877-555-0100\nUK: tomorrow", "Can't read “UK: tomorrow” as a telephone number."),
        ("x" * 121, "Too long: 121 characters"),
        ("\n".join(["877-555-0100"] * 61), "At most 60 numbers fit"),
        ("US\0: 877-555-0100", "Keep it to one line"),
        ("\u202eUS: 877-555-0100", "reverses text"),
    ],
)
def test_each_problem_is_told_once(typed: str, message: str) -> None:
    with pytest.raises(InvalidEvent) as invalid:
        decide(a_draft(dial_in=typed))
    (problem,) = invalid.value.problems
    assert (problem.field, message in problem.message) == ("dial_in", True)


def test_the_next_call_has_numbers_of_its_own() -> None:
    typed = a_draft(dial_in="877-555-0100", conference_id="4711", backup_note="Call us.")
    copied = again(typed)
    assert (copied.dial_in, copied.conference_id, copied.backup_note) == ("", "", "")
