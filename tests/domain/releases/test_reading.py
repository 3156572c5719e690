"""What a reading gives to others: spans, JSON, drafts and words."""

import json
from typing import Any

import pytest

from eventsched.domain.drafts import Draft, decide
from eventsched.domain.releases import (
    READING_SCHEMA,
    draft_of_event,
    read,
    reading_json,
    reading_text,
    stays_as_usual,
)
from tests.domain.releases.score import Fixture, fixtures

EVERYTHING = [*fixtures("tuned"), *fixtures("held_out")]


def tuned(name: str) -> Fixture:
    return next(fixture for fixture in EVERYTHING if fixture.name == name)


def follows(value: Any, schema: dict[str, Any]) -> bool:
    """Tell whether a value follows the part of JSON Schema that the reading's schema uses."""
    if "anyOf" in schema:
        return any(follows(value, choice) for choice in schema["anyOf"])
    if "enum" in schema:
        return value in schema["enum"]
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    python: dict[str, type | tuple[type, ...]] = {
        "string": str, "null": type(None), "integer": int, "number": (int, float),
        "boolean": bool, "array": list, "object": dict,
    }  # fmt: skip
    if not any(isinstance(value, python[name]) for name in types):
        return False
    if isinstance(value, list):
        return all(follows(item, schema["items"]) for item in value)
    if not isinstance(value, dict):
        return True
    if "properties" in schema:
        known = schema["properties"]
        return set(value) == set(known) and all(follows(value[k], known[k]) for k in known)
    return all(follows(item, schema["additionalProperties"]) for item in value.values())


@pytest.mark.parametrize("fixture", EVERYTHING, ids=lambda fixture: fixture.name)
def test_the_json_follows_its_schema(fixture: Fixture) -> None:
    reading = json.loads(json.dumps(reading_json(read(fixture.text))))
    assert follows(reading, READING_SCHEMA)


@pytest.mark.parametrize("fixture", EVERYTHING, ids=lambda fixture: fixture.name)
def test_every_stated_field_shows_the_words_it_came_from(fixture: Fixture) -> None:
    for event in read(fixture.text).events:
        assert set(event.spans) == set(event.confidences)
        for name in ("city", "venue", "webcast_url", "conference_id", "host"):
            value = getattr(event, name)
            if value is not None:
                start, end = event.spans[name]
                shown = " ".join(fixture.text[start:end].replace("\u00a0", " ").split())
                assert shown.replace("’", "'").startswith(value.split()[0])
        assert all(0 <= sure <= 1 for sure in event.confidences.values())


def test_a_doubted_field_is_not_trusted() -> None:
    (event,) = read(tuned("est-in-july").text).events
    assert event.confidences["zone"] < 0.5 < event.confidences["date"]
    assert [doubt.field for doubt in event.doubts_about("zone")] == ["zone"] * 2


@pytest.mark.parametrize("fixture", EVERYTHING, ids=lambda fixture: fixture.name)
def test_a_read_event_with_date_and_zone_is_a_draft_that_can_be_saved(fixture: Fixture) -> None:
    for event in read(fixture.text).events:
        draft = draft_of_event(event)
        if draft.date and draft.zone:
            facts = decide(draft)
            assert (facts.title, facts.date, facts.time) == (
                event.title,
                event.date,
                event.wall_time,
            )


def test_a_draft_says_what_the_release_says() -> None:
    first, _ = read(tuned("two-conferences-one-list").text).events
    draft = draft_of_event(first)
    assert (draft.date, draft.time, draft.zone, draft.replay_days, draft.city) == (
        "2011-11-11",
        "09:00",
        "America/Phoenix",
        "7",
        "Phoenix, AZ",
    )
    # The company's own page is not a player: the gate would lead in a circle.
    assert draft.live_url == ""


def test_a_draft_takes_the_players_address_the_end_and_the_replay_date() -> None:
    (first, _) = read(tuned("labelled-blocks-nbsp").text).events
    (day,) = read(tuned("frankfurt-and-us-dual").text).events
    assert draft_of_event(first).live_url == "http://www.wsw.com/webcast/rrshq26/bwim"
    assert (draft_of_event(day).duration, draft_of_event(day).replay_until) == (
        "240",
        "2019-12-31 23:59",
    )


def test_a_draft_takes_the_numbers_to_call() -> None:
    (event,) = read(tuned("earnings-call-full-dial-in").text).events
    draft = draft_of_event(event)
    assert draft.dial_in.splitlines() == list(event.dial_in)
    assert len(decide(draft).dial_in) == len(event.dial_in) > 1
    (call,) = read(tuned("deal-call").text).events
    assert draft_of_event(call).conference_id == call.conference_id


@pytest.mark.parametrize(
    ("said", "window"),
    [("for one week", ("7", "", "")), ("soon afterwards", ("", "further notice", "posting"))],
)
def test_where_no_length_is_said_the_usual_one_is_taken(
    said: str, window: tuple[str, str, str]
) -> None:
    (event,) = read(
        f"""ACME ANNOUNCES WEBCAST

BOSTON, Nov. 2, 2011 (GLOBE NEWSWIRE) -- Acme, Inc. will present at the Example Conference on
November 11, 2011 at 9:00 am EST in Boston, MA. A live webcast can be accessed at www.acme.com; a
replay will be available at the same location {said}.
"""
    ).events
    usual = Draft(replay_days="", replay_until="further notice", replay_counted_from="posting")
    draft = draft_of_event(event, usual)
    assert (draft.replay_days, draft.replay_until, draft.replay_counted_from) == window
    assert stays_as_usual(event) is (window[0] == "")


def test_no_webcast_promises_no_replay() -> None:
    (event,) = read(tuned("perth-investor-conference").text).events
    assert (draft_of_event(event).replay_days, draft_of_event(event).replay_until) == ("", "")


def test_the_words_point_out_the_doubts() -> None:
    text = reading_text(read(tuned("clocks-disagree").text))
    assert text.splitlines() == [
        "Calder Instruments Inc. (CALD) · BOULDER, Colo. · Thu 5 Jan 2012 · GLOBE NEWSWIRE",
        "",
        "1. 14th Annual Needham Growth Conference",
        "   what       conference, presentation, held by Needham",
        "   when       Wed 11 Jan 2012, 11:00 America/New_York (EST; 16:00 UTC)",
        "   stated as  8:00 a.m. MST / 11:00 a.m. EST",
        "   where      New York",
        "   webcast    yes, www.calder.example",
        " ? wall time: The stated clocks are not one instant: "
        "11:00 EST and 08:00 MST are 1 h apart.",
        "",
        "1 event, 1 doubt.",
    ]


def test_silence_is_said() -> None:
    text = reading_text(read(tuned("non-award-best-employer").text))
    assert text.splitlines()[-1] == "No events are announced here."


def test_a_telephone_replay_is_kept_apart_from_the_webcasts() -> None:
    (event,) = read(tuned("earnings-call-full-dial-in").text).events
    replay = event.telephone_replay
    assert replay is not None
    assert replay.numbers == ("1-877-555-0123", "1-412-555-0124")
    assert replay.code == "10128833"
    assert event.replay_days == 90
