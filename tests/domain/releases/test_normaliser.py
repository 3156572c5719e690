"""What was pasted becomes plain text, and every word knows where it came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsched.domain.releases.normaliser import (
    UnreadableRelease,
    apply_edits,
    decoded,
    plain_text,
)


@pytest.mark.parametrize(
    ("pasted", "plain"),
    [
        pytest.param("May\u00a05,\u20092011", "May 5, 2011", id="spaces that do not break"),
        pytest.param("“Events”, the Company’s", '"Events", the Company\'s', id="smart quotes"),
        pytest.param("9:00 – 9:30", "9:00 - 9:30", id="dashes"),
        pytest.param("\u200fZaytun\u200e Foods", "Zaytun Foods", id="direction marks"),
        pytest.param("itâ€™s", "it's", id="UTF-8 read as Windows-1252"),
        pytest.param("in Phase Il testing", "in Phase II testing", id="l for I"),
        pytest.param("5:OO p.m.", "5:00 p.m.", id="O for 0"),
        pytest.param("May l, 200l", "May 1, 2001", id="l for 1"),
        pytest.param("Tirne: 9:00 arn", "Time: 9:00 am", id="rn for m"),
        pytest.param('"| believe', '"I believe', id="| for I"),
        pytest.param("a | b | c", "a | b | c", id="a table keeps its bars"),
        pytest.param("Date:     May 5", "Date:\tMay 5", id="a column gap"),
        pytest.param("O2 Networks", "O2 Networks", id="a name keeps its letters"),
        pytest.param("１２:３０", "12:30", id="full-width digits"),
    ],
)
def test_characters_are_made_plain(pasted: str, plain: str) -> None:
    assert plain_text(pasted).text == plain


def test_html_gives_its_words_only() -> None:
    page = (
        "<html><head><title>x</title><style>p{}</style></head><body><p>One&nbsp;&amp; two</p>"
        "<!-- no --><script>var a = 'May 1';</script><ul><li>three</li></ul></body></html>"
    )
    assert plain_text(page).text.split() == ["One", "&", "two", "•", "three"]


def test_a_table_row_becomes_a_line_and_a_wrapped_cell_one_cell() -> None:
    page = "<table><tr><td>A<br>B</td><td></td><td>C</td></tr></table>"
    assert plain_text(page).text.strip() == "A B\t\tC"


def test_a_stray_tag_in_a_text_leaves_its_lines_alone() -> None:
    assert plain_text("<u>Acme</u> Corp.\nsays <Q3> is 3 < 4").text == (
        "Acme Corp.\nsays <Q3> is 3 < 4"
    )


def test_lines_broken_at_a_width_are_joined_and_headings_are_not() -> None:
    wrapped = (
        "ACME TO PRESENT\n\n"
        "Acme Corporation said today that it will present at a conference in the city of\n"
        "Boston on Friday, and that the presentation can be heard on the website of the\n"
        "company for one week.\n"
        "• First item"
    )
    assert plain_text(wrapped).text.split("\n") == [
        "ACME TO PRESENT",
        "",
        "Acme Corporation said today that it will present at a conference in the city of "
        "Boston on Friday, and that the presentation can be heard on the website of the "
        "company for one week.",
        "• First item",
    ]


def test_a_span_leads_back_through_every_layer() -> None:
    pasted = "<p>Call&nbsp;on <b>May\u00a0l, 2OO4</b></p>"
    plain = plain_text(pasted)
    start = plain.text.index("May")
    first, last = plain.original(start, start + len("May 1, 2004"))
    assert pasted[first:last] == "May\u00a0l, 2OO4"


@given(st.text(alphabet="ab<p>/&;\u00a0\u200f“ \n\tO05l", min_size=1, max_size=80))
def test_every_span_lies_in_the_text_and_keeps_its_order(pasted: str) -> None:
    try:
        plain = plain_text(pasted)
    except UnreadableRelease:
        return
    before = 0
    for at in range(len(plain.text)):
        start, end = plain.original(at, at + 1)
        assert before <= start <= end <= len(pasted)
        before = start


def test_edits_are_made_in_order() -> None:
    text, layer = apply_edits("abcdef", [(0, 1, ""), (2, 4, "XYZ")])
    assert (text, layer.back(0, 1), layer.back(1, 4), layer.back(4, 6)) == (
        "bXYZef",
        (1, 2),
        (2, 4),
        (4, 6),
    )


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param("Göteborg".encode(), "Göteborg", id="UTF-8"),
        pytest.param("Göteborg".encode("utf-8-sig"), "Göteborg", id="UTF-8 with its mark"),
        pytest.param("Göteborg".encode("utf-16"), "Göteborg", id="UTF-16"),
        pytest.param("Göteborg – 1".encode("cp1252"), "Göteborg – 1", id="Windows-1252"),
        pytest.param("ö\n".encode() + "ö".encode("cp1252"), "ö\nö", id="both in one file"),
    ],
)
def test_files_are_decoded(content: bytes, text: str) -> None:
    assert decoded(content) == text


def test_a_binary_file_is_refused() -> None:
    with pytest.raises(UnreadableRelease, match="not text"):
        decoded(b"%PDF-1.4\0\0\1")
