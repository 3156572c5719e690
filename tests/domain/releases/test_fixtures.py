"""Every fixture is read as written down; those kept aside are read well enough."""

from typing import Any

import pytest

from eventsched.domain.releases import read
from tests.domain.releases.score import Fixture, Score, comparable, fixtures, score, score_one

TUNED = list(fixtures("tuned"))


@pytest.mark.parametrize("fixture", TUNED, ids=lambda fixture: fixture.name)
def test_a_release_is_read_as_expected(fixture: Fixture) -> None:
    reading = read(fixture.text).as_json()
    assert reading["dateline"] == fixture.expected["dateline"]
    assert [comparable(event) for event in reading["events"]] == [
        {name: event[name] for name in comparable(reading["events"][0])}
        for event in fixture.expected["events"]
    ]


@pytest.mark.parametrize("fixture", TUNED, ids=lambda fixture: fixture.name)
def test_a_doubt_stands_beside_what_a_person_must_check(fixture: Fixture) -> None:
    events = read(fixture.text).as_json()["events"]
    for expected, event in zip(fixture.expected["events"], events, strict=True):
        assert set(expected["doubted"]) <= {doubt["field"] for doubt in event["doubts"]}


def test_releases_kept_aside_are_read_well_enough() -> None:
    kept_aside = score("held_out")
    assert kept_aside.invented == 0
    assert kept_aside.instants_right >= 0.95 * kept_aside.timed
    assert sum(kept_aside.silent.values()) <= 0.03 * kept_aside.fields


def test_a_quarter_is_kept_aside_and_a_fifth_announces_nothing() -> None:
    held_out = list(fixtures("held_out"))
    everything = [*TUNED, *held_out]
    silent = [fixture for fixture in everything if not fixture.expected["events"]]
    assert len(everything) >= 60
    assert len(held_out) * 4 >= len(everything)
    assert len(silent) * 5 >= len(everything)


def test_the_score_counts_what_is_missed_and_invented() -> None:
    fixture = next(f for f in TUNED if len(f.expected["events"]) == 2)
    without: dict[str, Any] = {**fixture.expected, "events": []}
    invented, missed = Score(), Score()
    score_one(Fixture(name="x", text=fixture.text, expected=without), invented)
    score_one(Fixture(name="x", text="Nothing here.", expected=fixture.expected), missed)
    assert (invented.invented, missed.missed) == (2, 2)
