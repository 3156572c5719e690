"""What an address is asked: the same in every spelling, and to Flask what was asked before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Request

from eventsched.web.questions import known_at, known_query

KNOWN = sorted(known_at("/") or ())
NAMES = st.sampled_from([*KNOWN, "%6Bind", "utm_source", "", "kin+d", "kind%20", "KIND"])
VALUES = st.sampled_from(["", "a", "a=b", "%26", "+", "%2B", "%ff", "ü", "a;b", "%00", "a#b"])
PIECES = st.lists(st.tuples(NAMES, VALUES, st.booleans()), max_size=8)


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("", ""),
        ("&&&", ""),
        ("=", ""),
        ("kind", "kind="),
        ("q=b&kind=a", "kind=a&q=b"),
        ("kind=a&q=b&kind=c", "kind=a&q=b"),
        ("%71=b&fbclid=1", "q=b"),
        ("q=a%26b", "q=a%26b"),
        pytest.param("q=" + "a" * 5_000, "q=" + "a" * 5_000, id="too long to be read"),
    ],
)
def test_what_is_known_is_said_in_one_way(asked: str, known: str) -> None:
    assert known_query("/", asked) == known


def test_where_it_is_not_for_us_to_say_it_is_left_alone() -> None:
    assert known_query("/staff/", "z=1&a=2") == "z=1&a=2"


@given(PIECES)
def test_flask_reads_out_of_it_what_it_read_before(pieces: list[tuple[str, str, bool]]) -> None:
    asked = iri_to_uri(
        "&".join(name if bare else f"{name}={value}" for name, value, bare in pieces)
    )
    before, after = _read(asked), _read(known_query("/", asked))
    assert after.to_dict() == {name: before[name] for name in before if name in KNOWN}
    assert known_query("/", known_query("/", asked)) == known_query("/", asked)


@given(st.permutations(KNOWN))
def test_no_order_asks_for_another_answer(names: list[str]) -> None:
    asked = "&".join(f"{name}=1" for name in names)
    assert known_query("/", asked) == "&".join(f"{name}=1" for name in KNOWN)


def _read(query: str) -> "MultiDict[str, str]":
    return Request({"QUERY_STRING": query, "REQUEST_METHOD": "GET"}).args
