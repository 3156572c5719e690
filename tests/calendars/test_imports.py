"""Calendar files that somebody brings: ours change nothing, others' are told entry by entry."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventsched.calendars.entries import Site
from eventsched.calendars.feeds import Feed, calendar
from eventsched.calendars.imports import read_calendar
from eventsched.domain.drafts import Draft, draft_of
from eventsched.domain.events import Event, Standing
from eventsched.domain.imports import LARGEST, MOST_ROWS, Row, UnreadableFile
from eventsched.domain.imports_plan import Outcome, Plan, Schedule, plan
from tests.builders import an_event, an_issuer, at
from tests.strategies import events

NOW = at("2011-11-03 12:00")
SITE = Site(issuer=an_issuer(), base_url="http://ir.example")
ENTRY = "BEGIN:VEVENT\r\nUID:a@x\r\nSUMMARY:A day\r\nDTSTART{}\r\n{}END:VEVENT\r\n"


def file(*entries: str, head: str = "") -> bytes:
    lines = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{head}{''.join(entries)}END:VCALENDAR\r\n"
    return lines.encode()


def entry(when: str, *lines: str) -> str:
    return ENTRY.format(when, "".join(f"{line}\r\n" for line in lines))


def read(content: bytes) -> tuple[Row, ...]:
    return read_calendar(content, an_issuer()).rows


def planned(content: bytes, *known: Event, **schedule: Any) -> Plan:
    given: dict[str, Any] = {"uids": {}, "waiting": (), "demands_two": False} | schedule
    sheet = read_calendar(content, an_issuer())
    return plan(sheet, Schedule(events=known, **given), None, now=NOW)


def said(content: bytes) -> tuple[Draft, tuple[str, ...]]:
    (row,) = planned(content).rows
    assert row.facts is not None, row.blames
    return draft_of(row.facts), row.notes


# Our own feed


@settings(max_examples=40)
@given(st.lists(events(), min_size=1, max_size=3))
def test_our_own_feed_changes_nothing_when_it_comes_back(found: list[Event]) -> None:
    known = [
        replace(
            event,
            slug=f"e-{n}",
            uid=f"e-{n}@immunogen.com",
            standing=Standing.APPROVED,
            publish_at=at("2001-01-01"),
        )
        for n, event in enumerate(found)
    ]
    feed = calendar(Feed(past_months=None), known, site=SITE, now=NOW)
    again = planned(feed, *known)
    assert {row.outcome for row in again.rows} == {Outcome.UNCHANGED}
    assert again.notes == ()
    assert again.owes_reason is False


def test_the_feed_of_replays_brings_nothing() -> None:
    event = an_event(replay_posted_at="2011-11-11 18:00")
    feed = calendar(Feed(replays=True), [event], site=SITE, now=at("2011-11-12 12:00"))
    assert [row.outcome for row in planned(feed, event).rows] == [Outcome.LEFT_OUT]


# Others' calendars


@pytest.mark.parametrize(
    ("when", "lines", "head", "day_clock_zone", "note"),
    [
        pytest.param(
            *(";TZID=America/Phoenix:20111111T090000", (), ""),
            *(("2011-11-11", "09:00", "America/Phoenix"), ""),
            id="as it should be",
        ),
        pytest.param(
            *(";TZID=Eastern Standard Time:20111111T090000", (), ""),
            *(("2011-11-11", "09:00", "America/New_York"),),
            "“Eastern Standard Time” is read as America/New_York.",
            id="Windows' name",
        ),
        pytest.param(
            *(";TZID=/example.org/Olson_1/Europe/Paris:20111111T090000", (), ""),
            *(("2011-11-11", "09:00", "Europe/Paris"),),
            "“/example.org/Olson_1/Europe/Paris” is read as Europe/Paris.",
            id="a prefix",
        ),
        pytest.param(
            *(":20111111T090000", ("LOCATION:The Biltmore\\, Phoenix",), ""),
            *(("2011-11-11", "09:00", "America/Phoenix"),),
            "Its time has no time zone; America/Phoenix is taken from its place or its calendar.",
            id="floating, with a place",
        ),
        pytest.param(
            *(":20111111T090000", ("LOCATION:Cancun\\, Mexico",), ""),
            *(("2011-11-11", "09:00", "America/Cancun"),),
            "Its time has no time zone; America/Cancun is taken from its place or its calendar.",
            id="floating, in a city that keeps another clock than most of its country",
        ),
        pytest.param(
            *(":20111111T090000", (), "X-WR-TIMEZONE:Europe/Berlin\r\n"),
            *(("2011-11-11", "09:00", "Europe/Berlin"),),
            "Its time has no time zone; Europe/Berlin is taken from its place or its calendar.",
            id="floating, in a calendar with a zone",
        ),
        pytest.param(
            *(":20111111T160000Z", (), "X-WR-TIMEZONE:America/Phoenix\r\n"),
            *(("2011-11-11", "09:00", "America/Phoenix"),),
            "Its time is in UTC; it is shown on the clock of America/Phoenix.",
            id="UTC",
        ),
        pytest.param(
            *(";VALUE=DATE:20111111", ("LOCATION:London",), ""),
            *(("2011-11-11", "", "Europe/London"),),
            "It is for the whole day: its time is to be announced.",
            id="the whole day",
        ),
    ],
)
def test_when_it_is(
    when: str, lines: tuple[str, ...], head: str, day_clock_zone: tuple[str, str, str], note: str
) -> None:
    draft, notes = said(file(entry(when, *lines), head=head))
    assert (draft.date, draft.time, draft.zone) == day_clock_zone
    assert note in ("", *notes)


@pytest.mark.parametrize(
    ("lines", "duration"),
    [
        (("DTEND;TZID=UTC:20111111T103000",), "90"),
        (("DURATION:PT45M",), "45"),
        ((), ""),
    ],
)
def test_how_long_it_lasts(lines: tuple[str, ...], duration: str) -> None:
    assert said(file(entry(";TZID=UTC:20111111T090000", *lines)))[0].duration == duration


def test_a_night_in_which_the_clocks_change_is_as_long_as_it_is() -> None:
    begins, ends = ";TZID=America/New_York:20270313T210000", "TZID=America/New_York:20270314T100000"
    assert said(file(entry(begins, f"DTEND;{ends}")))[0].duration == "720"
    assert said(file(entry(begins, "DURATION:PT12H")))[0].duration == "720"


@pytest.mark.parametrize(("clock", "which"), [("0530", "earlier"), ("0630", "later"), ("0730", "")])
def test_an_instant_in_the_hour_that_comes_twice_is_one_of_the_two(clock: str, which: str) -> None:
    head = "X-WR-TIMEZONE:America/New_York\r\n"
    draft, _ = said(file(entry(f":20111106T{clock}00Z"), head=head))
    assert (draft.repeated, draft.zone) == (which, "America/New_York")


@pytest.mark.parametrize(
    ("tzid", "zone"),
    [
        ("Etc/UTC", "UTC"),
        ("GMT", "UTC"),
        ("GMT Standard Time", "Europe/London"),
        (
            "/citadel.org/20210210_1/America/Argentina/Buenos_Aires",
            "America/Argentina/Buenos_Aires",
        ),
        ("/freeassociation.sourceforge.net/Europe/Paris", "Europe/Paris"),
    ],
)
def test_zones_that_other_programs_name_in_their_way_are_known(tzid: str, zone: str) -> None:
    assert said(file(entry(f";TZID={tzid}:20111111T090000")))[0].zone == zone


def test_folded_lines_and_escapes_are_one_text() -> None:
    content = file(entry(";TZID=UTC:20111111T090000", "LOCATION:Hall 5\\, Par", " is"))
    content = content.replace(b"A day", b"Q3\\; results\\, li\r\n ve")
    draft, _ = said(content)
    assert (draft.title, draft.venue, draft.city) == ("Q3; results, live", "Hall 5", "Paris")


@pytest.mark.parametrize(
    ("when", "lines", "sentence"),
    [
        (":2011x", (), "Line 6: “2011x” is no date."),
        (":00010101T000000Z", (), "Line 6: The year 1 is outside 1970 to 2037."),
        (":99991231T235959Z", (), "Line 6: The year 9999 is outside 1970 to 2037."),
        (":20380101T060000Z", ("LOCATION:Los Angeles",), "The year 2038"),
        (":20111111T090000Z", ("UID:b@x",), "It has two dates or two UIDs"),
        (":20111311T090000Z", (), "Line 6: “20111311T090000Z” is no date."),
        (";TZID=Mars/Base:20111111T090000", (), "“Mars/Base” is not a time zone we know."),
        (":20111111T090000", (), "Its time has no time zone, and its place says none."),
        (":20111111T090000Z", ("RRULE:FREQ=WEEKLY",), "It repeats, and events here do not."),
        (":20111111T090000Z", ("DTEND:20111111T080000Z",), "Ends before it starts."),
        (":20111111T090000Z", ("DTEND:nonsense",), "Line 7: “nonsense” is no date."),
        (":20111111T090000Z", ("DURATION:an hour",), "Line 7: “an hour” is no duration."),
        (":20111111T090000Z", ("no line at all",), "Line 7: This line can’t be read: “no line"),
        (":20111111T090000Z", ("END:VTODO",), "Line 7: END:VTODO ends what did not begin."),
    ],
)
def test_what_can_not_be_read_is_told_beside_its_entry(
    when: str, lines: tuple[str, ...], sentence: str
) -> None:
    good = entry(";TZID=UTC:20111111T090000").replace("a@x", "b@x").replace("A day", "B day")
    found = planned(file(entry(when, *lines), good))
    refused, kept = found.rows
    assert (refused.outcome, kept.outcome) == (Outcome.UNREADABLE, Outcome.NEW)
    assert any(blame.message.startswith(sentence) for blame in refused.blames), refused.blames
    assert refused.number == 3


def test_a_broken_line_outside_of_entries_is_told_too() -> None:
    zone = "BEGIN:VTIMEZONE\r\nTZID:X\r\n???\r\nEND:VTIMEZONE\r\n"
    found = planned(file(entry(":20111111T090000Z"), head=f"oops\r\n{zone}"))
    assert [(r.number, r.outcome) for r in found.rows] == [
        (3, Outcome.UNREADABLE),
        (6, Outcome.UNREADABLE),
        (8, Outcome.NEW),
    ]


def test_a_file_that_was_cut_off_is_told() -> None:
    content = file(entry(":20111111T090000Z"))[:-30]
    assert any("cut off" in b.message for row in planned(content).rows for b in row.blames)


def test_an_entry_inside_another_is_told() -> None:
    torn = entry(":20111111T090000Z").replace("END:VEVENT\r\n", "")
    first, second = planned(file(torn, entry(":20111112T090000Z"))).rows
    assert (first.outcome, second.outcome) == (Outcome.UNREADABLE, Outcome.NEW)


@pytest.mark.parametrize("part", ["VTIMEZONE", "VTODO", "X-FOREIGN"])
def test_an_entry_in_a_part_that_does_not_end_is_read(part: str) -> None:
    good = entry(";TZID=UTC:20111111T090000")
    rows = planned(file(good, head=f"BEGIN:{part}\r\n")).rows
    assert (Outcome.NEW, "A day") in [(row.outcome, row.title) for row in rows]
    told = [blame.message for row in rows for blame in row.blames]
    assert told[0] == f"Line 4: END:{part} is missing before this line."


def test_an_entry_whose_reminder_does_not_end_is_blamed_and_not_its_neighbour() -> None:
    torn = entry(";TZID=UTC:20111111T090000", "BEGIN:VALARM")
    good = entry(";TZID=UTC:20111112T090000").replace("a@x", "b@x").replace("A day", "B day")
    first, second = planned(file(torn, good)).rows
    assert [blame.message for blame in first.blames] == [
        "Line 8: END:VALARM is missing before this line."
    ]
    assert (second.outcome, second.title) == (Outcome.NEW, "B day")


OUR_FEED = calendar(
    Feed(past_months=None),
    [an_event(slug=f"e-{n}", uid=f"{n}@x", title=f"Day {n}") for n in range(4)],
    site=SITE,
    now=NOW,
)
OUR_LINES = OUR_FEED.replace(b"\r\n ", b"").splitlines()


@given(st.sets(st.integers(0, len(OUR_LINES) - 1), max_size=3))
def test_a_feed_that_lost_lines_never_mixes_two_events(lost: set[int]) -> None:
    left = [line for n, line in enumerate(OUR_LINES) if n not in lost]
    with suppress(UnreadableFile):
        for row in read(b"\r\n".join(left)):
            if row.said.get("title") and not row.problems and row.uid:
                assert str(row.said["title"]).endswith(f"Day {row.uid[0]}")


def test_a_task_is_left_out() -> None:
    task = "BEGIN:VTODO\r\nUID:t\r\nEND:VTODO\r\n"
    assert [r.outcome for r in planned(file(task)).rows] == [Outcome.LEFT_OUT]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"BEGIN:VCARD\r\nEND:VCARD\r\n", "This is no calendar file"),
        (file(), "There is no event in this calendar file."),
        (file("X:" + "a" * LARGEST), "This file is larger than 4 MB."),
        (file("BEGIN:VEVENT\r\nEND:VEVENT\r\n" * (MOST_ROWS + 1)), "This file has 2,001 rows"),
    ],
)
def test_a_file_that_brings_nothing_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableFile, match=sentence):
        read(content)


@settings(max_examples=40)
@given(st.binary(max_size=300).map(lambda torn: b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + torn))
def test_no_bytes_are_our_mistake(content: bytes) -> None:
    with suppress(UnreadableFile):
        planned(content)
