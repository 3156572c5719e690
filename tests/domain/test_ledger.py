"""The chain: whoever holds an export can check it, and any one change shows."""

import hashlib
import json
from dataclasses import fields, replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsched.domain.ledger import (
    BEFORE_THE_FIRST,
    Entry,
    canonical_json,
    first_broken,
    instant_text,
    next_entry,
)
from tests.builders import at

NOON = at("2011-11-18 12:00")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abü"), inner, max_size=3),
    max_leaves=5,
)
BODIES = st.dictionaries(st.text("xyz", min_size=1), VALUES, max_size=4)


def chain(*bodies: dict[str, Any]) -> list[Entry]:
    entries: list[Entry] = []
    for number, body in enumerate(bodies):
        last = entries[-1] if entries else None
        at_noon = NOON + timedelta(seconds=number)
        entries.append(next_entry(last, at=at_noon, kind="revision", subject="phoenix", body=body))
    return entries


def test_the_first_entry_follows_from_nothing() -> None:
    [entry] = chain({"promised": "2011-11-18T17:00:00Z"})
    assert (entry.number, entry.previous) == (1, BEFORE_THE_FIRST)
    assert first_broken([]) is None
    assert first_broken([entry]) is None


def test_an_export_can_be_checked_without_us() -> None:
    [entry] = chain({"b": "ü\u2028</script>", "a": [1, None, True]})
    text = (
        '{"at":"2011-11-18T12:00:00.000000Z","body":{"a":[1,null,true],"b":"ü\u2028</script>"},'
        f'"kind":"revision","number":1,"previous":"{"0" * 64}","subject":"phoenix"}}'
    )
    assert entry.hash == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (NOON, "2011-11-18T12:00:00.000000Z"),
        (NOON + timedelta(microseconds=1), "2011-11-18T12:00:00.000001Z"),
        (NOON.astimezone(timezone(timedelta(hours=-7))), "2011-11-18T12:00:00.000000Z"),
    ],
)
def test_an_instant_has_one_text(instant: datetime, text: str) -> None:
    assert instant_text(instant) == text


@given(bodies=st.lists(BODIES, max_size=5))
def test_a_chain_holds(bodies: list[dict[str, Any]]) -> None:
    entries = chain(*bodies)
    assert first_broken(entries) is None
    assert [entry.number for entry in entries] == list(range(1, len(bodies) + 1))


@given(bodies=st.lists(BODIES, min_size=1, max_size=5), choice=st.data())
def test_any_one_changed_field_breaks_the_chain_there(
    bodies: list[dict[str, Any]], choice: st.DataObject
) -> None:
    entries = chain(*bodies)
    place = choice.draw(st.integers(0, len(entries) - 1))
    name = choice.draw(st.sampled_from([field.name for field in fields(Entry)]))
    changed: dict[str, Any] = {
        "number": place + 2,
        "at": entries[place].at + timedelta(microseconds=1),
        "kind": "revisiom",
        "subject": "Phoenix",
        "body": {**entries[place].body, "forged": True},
        "previous": "f" * 64,
        "hash": "f" * 64,
    }
    entries[place] = replace(entries[place], **{name: changed[name]})
    assert first_broken(entries) == entries[place]


@given(bodies=st.lists(BODIES, min_size=1, max_size=4), choice=st.data())
def test_any_one_flipped_bit_breaks_the_chain_there(
    bodies: list[dict[str, Any]], choice: st.DataObject
) -> None:
    entries = chain(*bodies)
    place = choice.draw(st.integers(0, len(entries) - 1))
    written = bytearray(canonical_json(entries[place].body).encode())
    bit = choice.draw(st.integers(0, len(written) * 8 - 1))
    written[bit // 8] ^= 1 << bit % 8
    try:
        body = json.loads(written)
    except ValueError:
        # Not JSON any more: the store tells that apart.
        return
    entries[place] = replace(entries[place], body=body)
    assert first_broken(entries) == entries[place]


@given(bodies=st.lists(BODIES, min_size=2, max_size=5, unique_by=canonical_json), choice=st.data())
def test_an_entry_that_is_missing_doubled_or_moved_is_noticed(
    bodies: list[dict[str, Any]], choice: st.DataObject
) -> None:
    entries = chain(*bodies)
    place = choice.draw(st.integers(0, len(entries) - 2))
    missing = [*entries[:place], *entries[place + 1 :]]
    doubled = [*entries[: place + 1], *entries[place:]]
    moved = [*entries[:place], entries[place + 1], entries[place], *entries[place + 2 :]]
    found = [first_broken(entries) for entries in (missing, doubled, moved)]
    assert found == [entries[place + 1], entries[place], entries[place + 1]]


def test_a_rewritten_entry_is_betrayed_by_the_one_after_it() -> None:
    first, second = chain({"by": "a"}, {"by": "b"})
    forged = next_entry(None, at=first.at, kind=first.kind, subject=first.subject, body={"by": "x"})
    assert first_broken([forged, second]) == second
