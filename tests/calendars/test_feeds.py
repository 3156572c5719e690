"""Which events a calendar holds, when its bytes change, and what they are to the byte."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsched.calendars.entries import Site
from eventsched.calendars.feeds import LARGEST_WHOLE, Feed, calendar, next_change
from eventsched.domain.events import Event, Kind
from eventsched.domain.issuer import Contact
from tests.builders import NEW_YORK, an_event, an_issuer, at
from tests.calendars.linting import faults, tree, unfolded

SITE = Site(issuer=an_issuer(), base_url="https://ir.immunogen.example")
BEFORE = at("2011-11-10")
SECOND = timedelta(seconds=1)
REPLAY_WORDS = "IMGN: Replay available until November 18, 2011, 12:00 pm EST – "
REPLAY_WORDS += "2011 Credit Suisse Healthcare Conference"


def test_the_two_conferences_of_2011_to_the_byte() -> None:
    held = Path(__file__).with_name("two_conferences.ics").read_bytes()
    assert calendar(Feed(), [an_event(like=NEW_YORK), an_event()], site=SITE, now=BEFORE) == held
    assert faults(held) == []


@pytest.mark.parametrize(
    ("feed", "path"),
    [
        (Feed(), "/calendar.ics"),
        (Feed(kind=Kind.EARNINGS_CALL), "/calendar/earnings_call.ics"),
        (Feed(slug="a-2011"), "/events/a-2011.ics"),
        (Feed(replays=True), "/calendar/replays.ics"),
        (Feed(hide_cancelled=True, alarm_minutes=15), "/calendar.ics?cancelled=hide&alarm=15"),
    ],
)
def test_a_calendar_names_its_own_source(feed: Feed, path: str) -> None:
    lines = unfolded(calendar(feed, [], site=SITE, now=BEFORE))
    assert f"SOURCE;VALUE=URI:https://ir.immunogen.example{path}" in lines


def test_an_empty_calendar_is_a_sound_one() -> None:
    empty = calendar(Feed(), [], site=SITE, now=BEFORE)
    [held] = tree(unfolded(empty)).parts
    # RFC 5545 §3.6 wants one component at least.
    assert (faults(empty), [part.kind for part in held.parts]) == ([], ["VTIMEZONE"])


def test_a_feed_of_one_kind_has_no_other() -> None:
    events = [an_event(), an_event(slug="call", kind="earnings_call", title="Third quarter")]
    assert summaries(read(Feed(kind=Kind.EARNINGS_CALL), *events)) == ["IMGN: Third quarter"]


def test_a_calendar_of_one_event_is_named_after_it() -> None:
    event = an_event()
    held = read(Feed(slug=event.slug), event, an_event(like=NEW_YORK))
    assert summaries(held) == ["IMGN: 2011 Credit Suisse Healthcare Conference"]
    assert values(held, "NAME") == [
        "ImmunoGen\\, Inc. (IMGN): 2011 Credit Suisse Healthcare Conference"
    ]


def test_a_draft_and_an_embargoed_event_are_in_no_feed() -> None:
    hidden = [an_event(standing="draft"), an_event(publish_at=BEFORE + SECOND)]
    assert read(Feed(), *hidden) == read(Feed())
    assert next_change(Feed(), hidden, now=BEFORE) == BEFORE + SECOND


def test_a_cancelled_event_says_so_for_thirty_days() -> None:
    event = an_event(standing="cancelled", standing_since="2011-11-09")
    gone = at("2011-12-09")
    assert summaries(read(Feed(), event, now=gone - SECOND)) == [
        "CANCELLED: IMGN: 2011 Credit Suisse Healthcare Conference"
    ]
    assert summaries(read(Feed(), event, now=gone)) == []
    assert next_change(Feed(), [event], now=BEFORE) == gone


def test_the_file_of_a_cancelled_event_goes_on_saying_so() -> None:
    event = an_event(standing="cancelled", standing_since="2011-11-09")
    later = read(Feed(slug=event.slug), event, now=at("2015-01-01"))
    assert values(later, "STATUS") == ["CANCELLED"]


def test_programs_that_show_cancelled_events_as_live_can_do_without() -> None:
    event = an_event(standing="cancelled")
    assert summaries(read(Feed(hide_cancelled=True), event)) == []
    assert next_change(Feed(hide_cancelled=True), [event], now=BEFORE) is None


def test_a_new_subscriber_sees_twelve_months_of_past_events() -> None:
    event, gone = an_event(), at("2012-11-11")
    assert len(summaries(read(Feed(), event, now=gone - SECOND))) == 1
    assert summaries(read(Feed(), event, now=gone)) == []
    assert len(summaries(read(Feed(past_months=None), event, now=gone))) == 1
    assert next_change(Feed(), [event], now=at("2012-01-01")) == gone


def test_an_event_of_the_last_day_that_zone_rules_know_is_served() -> None:
    event = an_event(starts="2037-12-20 09:00", zone="Asia/Kathmandu")
    assert faults(read(Feed(), event, now=at("2037-12-21"))) == []


def test_an_open_replay_is_an_entry_that_blocks_no_time() -> None:
    event = an_event(replay_posted_at="2011-11-11 17:30")
    held = read(Feed(replays=True), event, now=at("2011-11-12"))
    assert faults(held) == []
    assert summaries(held) == [REPLAY_WORDS]
    assert values(held, "UID") == [f"replay-{event.uid}"]
    assert values(held, "TRANSP") == ["TRANSPARENT"]
    assert values(held, "DTSTART")[-1] == "20111111T103000"
    assert values(held, "DTEND") == ["20111118T100000"]


def test_a_replay_entry_comes_at_the_opening_and_goes_at_the_close() -> None:
    event, replays = an_event(replay_posted_at="2011-11-11 17:30"), Feed(replays=True)
    opens, closes = at("2011-11-11 17:30"), at("2011-11-18 17:00")
    counts = {
        moment: len(summaries(read(replays, event, now=moment)))
        for moment in (opens - SECOND, opens, closes - SECOND, closes)
    }
    assert list(counts.values()) == [0, 1, 1, 0]
    assert next_change(replays, [event], now=BEFORE) == opens
    assert next_change(replays, [event], now=opens) == closes
    assert next_change(replays, [event], now=closes) is None


def test_a_replay_entry_moves_when_the_window_is_extended() -> None:
    event = an_event(replay_posted_at="2011-11-11 17:30", replay_days=14)
    held = read(Feed(replays=True), event, now=at("2011-11-20"))
    assert values(held, "DTEND") == ["20111125T100000"]


def test_a_replay_without_an_end_stands_on_the_day_on_which_it_opened() -> None:
    event = an_event(replay_posted_at="2011-11-12 05:30", replay_until="further notice")
    held = read(Feed(replays=True), event, now=at("2013-01-01"))
    # 5:30 UTC is still the day before in Phoenix.
    assert (values(held, "DTSTART"), values(held, "DTEND")) == (["20111111"], ["20111112"])
    assert values(held, "TRANSP") == ["TRANSPARENT"]
    title = "2011 Credit Suisse Healthcare Conference"
    assert summaries(held) == [f"IMGN: Replay available until further notice – {title}"]
    assert next_change(Feed(replays=True), [event], now=at("2011-11-12 05:30")) is None


def test_a_withdrawn_replay_leaves_the_replays_and_its_event_says_so() -> None:
    gone = at("2011-11-14 20:12")
    event = an_event(replay_posted_at="2011-11-11 17:30", replay_withdrawn_at=gone)
    assert summaries(read(Feed(replays=True), event, now=gone - SECOND)) != []
    assert summaries(read(Feed(replays=True), event, now=gone)) == []
    said = " ".join(unfolded(read(Feed(), event, now=gone)))
    assert r"The replay was withdrawn on November 14\, 2011\, 3:12 pm EST." in said


def test_a_vendor_s_link_is_in_no_calendar_at_any_time() -> None:
    event = an_event(replay_posted_at="2011-11-11 17:30")
    feeds = [Feed(), Feed(replays=True), Feed(slug=event.slug, alarm_minutes=5)]
    for hours in range(0, 24 * 20):
        now = BEFORE + timedelta(hours=hours)
        assert [b"vendor.example" in read(feed, event, now=now) for feed in feeds] == 3 * [False]


def test_a_reminder_comes_only_on_request() -> None:
    assert values(read(Feed(), an_event()), "TRIGGER") == []
    assert values(read(Feed(alarm_minutes=15), an_event()), "TRIGGER") == ["-PT15M"]
    cancelled = an_event(standing="cancelled")
    assert values(read(Feed(alarm_minutes=15), cancelled), "TRIGGER") == []


def test_nobody_to_write_to_is_no_organizer_and_no_method() -> None:
    site = Site(issuer=an_issuer(contact=Contact()), base_url="https://ir.immunogen.example")
    held = calendar(Feed(), [an_event()], site=site, now=BEFORE)
    assert (faults(held), values(held, "ORGANIZER"), values(held, "METHOD")) == ([], [], [])


def test_the_order_of_the_facts_does_not_matter() -> None:
    events = [an_event(slug=f"e-{number}") for number in range(5)] + [an_event(like=NEW_YORK)]
    assert read(Feed(), *events) == read(Feed(), *reversed(events))


def test_an_edit_changes_one_entry_and_no_other_byte() -> None:
    one, other = an_event(), an_event(like=NEW_YORK)
    edited = an_event(venue="The Biltmore", revision=2, sequence=1, changed_at="2011-11-09")
    before, after = _entries(read(Feed(), one, other)), _entries(read(Feed(), edited, other))
    assert [was == tells for was, tells in zip(before, after, strict=True)] == [True, False, True]


@pytest.mark.parametrize(("count", "has_html"), [(300, True), (500, False)])
def test_a_large_calendar_does_without_html_before_google_does_without_it(
    count: int, has_html: bool
) -> None:
    one = an_event()
    events = [replace(one, slug=f"e-{n:03}", uid=f"e-{n:03}@immunogen.com") for n in range(count)]
    held = read(Feed(), *events)
    assert faults(held) == []
    assert (len(summaries(held)), len(held) < 1_000_000) == (count, True)
    assert len(values(held, "X-ALT-DESC")) == (count if has_html else 0)
    named = [text.count("Presenter: Daniel Junius") for text in values(held, "DESCRIPTION")]
    assert named == [1] * count


def test_a_year_of_a_thousand_events_is_one_that_google_reads_to_its_end() -> None:
    one = an_event(replay_posted_at="2011-11-11 17:00")
    past = [replace(one, slug=f"e-{n:03}", uid=f"e-{n:03}@immunogen.com") for n in range(1000)]
    held = read(
        Feed(), *past, an_event(slug="next", starts="2012-01-09 09:00"), now=at("2011-12-01")
    )
    assert faults(held) == []
    assert (len(summaries(held)), len(held) < 750_000) == (1001, True)
    whole = [text for text in values(held, "DESCRIPTION") if "Contact: " in text]
    assert len(whole) == 1


@st.composite
def schedules(draw: st.DrawFn) -> list[Event]:
    """Draw a few events in every standing and phase."""
    count = draw(st.integers(1, 3))
    return [
        an_event(
            slug=f"event-{number}",
            starts=draw(st.sampled_from(["2011-11-11 09:00", "2011-11-11", "2011-03-12 23:30"])),
            zone=draw(st.sampled_from(["America/Phoenix", "America/New_York", "Asia/Kolkata"])),
            duration=draw(st.sampled_from([None, 60, 1440])),
            live_url=draw(st.sampled_from([None, "https://vendor.example/live"])),
            replay_days=draw(st.sampled_from([None, 1, 7])),
            replay_posted_at=draw(st.sampled_from([None, "2011-11-11 12:00", "2011-11-30"])),
            standing=draw(st.sampled_from(["approved", "postponed", "cancelled", "withdrawn"])),
            publish_at=draw(st.sampled_from([None, "2011-11-02 12:00", "2011-11-12"])),
        )
        for number in range(count)
    ]


FEEDS = st.builds(
    Feed,
    replays=st.booleans(),
    slug=st.sampled_from([None, "event-0"]),
    kind=st.sampled_from([None, Kind.CONFERENCE, Kind.OTHER]),
    hide_cancelled=st.booleans(),
)


@pytest.mark.parametrize("largest", [LARGEST_WHOLE, 0])
@given(schedules(), FEEDS, st.integers(0, 500 * 24), st.integers(0, 999))
def test_bytes_change_by_themselves_exactly_when_foretold(
    largest: int, events: list[Event], feed: Feed, hours: int, thousandths: int
) -> None:
    with patch("eventsched.calendars.feeds.LARGEST_WHOLE", largest):
        _changes_when_foretold(events, feed, hours, thousandths)


def _changes_when_foretold(events: list[Event], feed: Feed, hours: int, thousandths: int) -> None:
    now = at("2011-11-01") + timedelta(hours=hours)
    foretold = next_change(feed, events, now=now)
    held = read(feed, *events, now=now)
    assert faults(held) == []
    between = now + ((foretold or now + timedelta(days=999)) - now) * thousandths // 1000
    assert read(feed, *events, now=between) == held
    if foretold is not None:
        assert read(feed, *events, now=foretold - SECOND) == held
        assert read(feed, *events, now=foretold) != held


def read(feed: Feed, *events: Event, now: datetime = BEFORE) -> bytes:
    return calendar(feed, events, site=SITE, now=now)


def summaries(held: bytes) -> list[str]:
    return [value.replace("\\,", ",") for value in values(held, "SUMMARY")]


def values(held: bytes, name: str) -> list[str]:
    """Return the values of a property of the calendar, its events and alarms, as written."""
    top = tree(unfolded(held)).parts[0]
    events = [part for part in top.parts if part.kind == "VEVENT"]
    alarms = [alarm for event in events for alarm in event.parts]
    return [value for part in (top, *events, *alarms) for value in part.values(name)]


def _entries(held: bytes) -> list[bytes]:
    return held.split(b"BEGIN:VEVENT")
