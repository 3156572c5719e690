"""Files of events: what a table says, and what would follow from each row."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventsched.domain.drafts import Draft, draft_of
from eventsched.domain.events import Event, Presenter, Standing
from eventsched.domain.export import as_csv
from eventsched.domain.imports import LARGEST, MOST_ROWS, UnreadableFile
from eventsched.domain.imports_csv import read_csv
from eventsched.domain.imports_plan import Outcome, Plan, Planned, Schedule, Way, plan
from eventsched.domain.imports_plan import venue_and_city as split
from eventsched.domain.staff import Role, Staff
from tests.builders import PHOENIX, an_event, at
from tests.strategies import events

NOW = at("2011-11-03 12:00")
HEADINGS = "title,date,time,zone\n"
SLUG = "2011-credit-suisse-healthcare-conference"


def somebody(role: Role) -> Staff:
    return Staff(email=f"{role}@i.com", name="", role=role, password_hash="", session_key="")


def planned(text: str | bytes, *known: Event, **schedule: Any) -> Plan:
    content = text.encode() if isinstance(text, str) else text
    staff = schedule.pop("staff", somebody(Role.APPROVER))
    given: dict[str, Any] = {"uids": {}, "waiting": (), "demands_two": False} | schedule
    return plan(read_csv(content), Schedule(events=known, **given), staff, now=NOW)


def row(text: str | bytes, *known: Event, **schedule: Any) -> Planned:
    (only,) = planned(text, *known, **schedule).rows
    return only


def said(text: str | bytes) -> Draft:
    facts = row(text).facts
    assert facts is not None
    return draft_of(facts)


# Our own export


@settings(max_examples=60)
@given(st.lists(events(), max_size=3))
def test_what_we_exported_changes_nothing_when_it_comes_back(found: list[Event]) -> None:
    """Whatever the events say: formulas, quotes, semicolons, other scripts."""
    known = [
        replace(event, slug=f"e-{n}", uid=f"e-{n}@example.com") for n, event in enumerate(found)
    ]
    again = planned("\ufeff" + as_csv(known), *known) if known else None
    assert again is None or [r.outcome for r in again.rows] == [Outcome.UNCHANGED] * len(known)


@settings(max_examples=60)
@given(events())
def test_what_we_exported_is_a_draft_that_says_the_same_elsewhere(event: Event) -> None:
    moved = row(as_csv([replace(event, slug="e", uid="e@example.com")]))
    assert (moved.outcome, moved.facts) == (Outcome.NEW, event.facts)


@pytest.mark.parametrize("name", ["A; B", "A | B", "A\\; B", "'=A", "''=A", "=A", "'A", "\\"])
def test_no_name_is_torn_apart(name: str) -> None:
    people = (Presenter(name=name, title="CEO; acting | interim"), Presenter(name="B"))
    event = an_event(host=name, presenters=people)
    assert row(as_csv([event]), event).outcome is Outcome.UNCHANGED


# Other programs' tables


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("title;date;time;zone\nZürich day;2011-11-11;9am;Europe/Zurich\n", id=";"),
        pytest.param(
            "Title\tDate\tTime\tTZ\nZürich day\t2011-11-11\t9am\tEurope/Zurich", id="tabs"
        ),
        pytest.param(
            "sep=;\r\ntitle;date;time;zone\r\nZürich day;2011-11-11;9am;Europe/Zurich", id="sep="
        ),
        pytest.param(
            "Subject,Start Date,Start,City\nZürich day,Nov 11 2011,09:00,Zurich", id="synonyms"
        ),
        pytest.param(
            "EVENT_TITLE,event-date,Start,tz\n\n,,,\nZürich day,11 Nov 2011,9:00,Europe/Zurich",
            id="blank rows",
        ),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_table_is_read_whoever_wrote_it(content: str, encoding: str) -> None:
    draft = said(content.encode(encoding))
    assert (draft.title, draft.date, draft.time, draft.zone) == (
        *("Zürich day", "2011-11-11", "09:00"),
        "Europe/Zurich",
    )


def test_it_is_said_how_a_table_was_read() -> None:
    read = read_csv("title;date;Säle;datum\nA;2011-11-11;1;2".encode("cp1252"))
    assert read.notes == (
        "Read as Windows-1252 (Western European), as it is not UTF-8: check the accents.",
        "Its cells are set apart by semicolons.",
        "The column “Säle” is not known and not read.",
        "The column “datum” is not known and not read.",
    )


def test_two_columns_that_say_the_same_are_told() -> None:
    read = read_csv(b"title,Subject,date\nA,B,2011-11-11")
    assert read.notes == ("“Subject” says what “title” does; not read.",)
    assert read.rows[0].said["title"] == "A"


def test_kinds_formats_and_presenters_are_told_in_words() -> None:
    draft = said(
        "title,date,zone,type,format,speakers\n"
        'Q3,2011-11-11,UTC,Earnings call,Fireside Chat,"Jo Doe | CEO; Al Roe"'
    )
    assert (draft.kind, draft.format) == ("earnings_call", "fireside_chat")
    assert draft.presenters == (Presenter(name="Jo Doe", title="CEO"), Presenter(name="Al Roe"))


def test_the_length_follows_from_the_end() -> None:
    text = "title,date,time,end time,zone\nA,2011-11-11,9am,{},UTC"
    assert said(text.format("10:30 am")).duration == "90"
    refused = row(text.format("8am"))
    assert [(b.column, b.message) for b in refused.blames] == [
        ("end time", "Ends before it starts.")
    ]


def test_what_a_file_does_not_say_is_as_usual_and_told() -> None:
    usual = replace(Draft(), replay_days="30")
    new = planned("title,date,time,zone\nA,2011-11-11,9am,UTC", usual=usual)
    facts = new.rows[0].facts
    assert facts is not None
    assert (facts.replay_days, draft_of(facts).duration) == (30, "60")
    assert new.notes == (
        "Nothing is said of how long new events last: 60 minutes, as in the form.",
        "Nothing is said of new events’ replays: as usual, and none for what is over.",
    )
    said = planned("title,date,zone,replay_days\nA,2011-11-11,UTC,", usual=usual)
    assert said.rows[0].facts is not None
    assert (said.rows[0].facts.promises_replay, said.notes) == (False, ())


def test_an_event_that_is_over_gets_no_replay_unless_the_file_says_so() -> None:
    assert said(HEADINGS + "A,2011-11-02,9am,UTC").replay_days == ""
    assert said(HEADINGS + "A,2011-11-11,9am,UTC").replay_days == "7"
    told = said("title,date,time,zone,replay_days\nA,2011-11-02,9am,UTC,30")
    assert told.replay_days == "30"


# What can't be read


def test_a_uid_longer_than_is_kept_is_refused() -> None:
    found = row(f"title,date,zone,uid\nA,2011-11-11,UTC,{'u' * 501}")
    assert [(blame.column, blame.message) for blame in found.blames] == [
        ("uid", "Give at most 500 characters.")
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(
            "title,date\nA\0,2011-11-11".encode("utf-16"),
            "This is not text.",
            id="NUL behind a byte order mark",
        ),
        pytest.param(b"", "This file is empty.", id="nothing"),
        pytest.param(b" \r\n \n", "This file is empty.", id="blank"),
        pytest.param(b"\xef\xbb\xbf\n,,\n", "This file is empty.", id="empty cells"),
        pytest.param(b"PK\x03\x04...", "This is an Excel workbook", id="Excel"),
        pytest.param(b"%PDF-1.7", "This is a PDF.", id="PDF"),
        pytest.param(b"title,date\nA\0,2011", "This is not text.", id="a NUL"),
        pytest.param(b"\xff\xfet", "This is not text.", id="half of UTF-16"),
        pytest.param(b"1,2,3\n4,5,6", "No column is called “title”.", id="no headings"),
        pytest.param(b'title\nA\n"B', "Row 3 can’t be read as CSV", id="an open quote"),
        pytest.param(b'title\n"A"B,', "Row 2 can’t be read as CSV", id="a torn quote"),
        pytest.param(b"title\n" + b"A" * 200_000, "Row 2 can’t be read as CSV", id="endless cell"),
        pytest.param(b"title\n" + b"A" * LARGEST, "This file is larger than 4 MB.", id="too large"),
        pytest.param(
            b"title,date\n" + b"A,2011-11-11\n" * 50_000,
            f"This file has 50,000 rows; at most {MOST_ROWS:,} are taken at once. Split it.",
            id="too many",
        ),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_csv(content)
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        (",2011-11-11,,UTC", "title", "Give the event a title."),
        ("A,,,UTC", "date", "Give the date."),
        (
            "A,11/12/2011,,UTC",
            "date",
            "Can't read “11/12/2011” as a date. Write it like 2011-11-11 or Nov 11, 2011.",
        ),
        ("A,2011-11-11,25:00,UTC", "time", "“25:00” is not a time of day."),
        ("A,2011-11-11,,", "zone", "Choose the time zone of the place."),
        (
            "A,2011-11-11,9am,UTC,more",
            "",
            "It has more cells than there are headings; quote its text.",
        ),
        (
            "A\u202eB,2011-11-11,9am,UTC",
            "title",
            "Contains an invisible character that reverses text; type it anew.",
        ),
    ],
)
def test_a_row_is_refused_as_the_form_would(cells: str, column: str, message: str) -> None:
    refused = row(HEADINGS + cells)
    assert (refused.outcome, refused.number) == (Outcome.UNREADABLE, 2)
    assert [(b.column, b.message) for b in refused.blames] == [(column, message)]


def test_a_column_is_blamed_by_its_heading_in_the_file() -> None:
    refused = row("Event,When? ,Start Date\nA,x,soon")
    assert {b.column for b in refused.blames} == {"Start Date", "zone"}


# Against the schedule

EVENT = an_event()
DRAFT = an_event(standing=Standing.DRAFT, publish_at=None)


MOVED = as_csv([EVENT]).replace("09:00", "10:00")


@pytest.mark.parametrize(
    ("event", "role", "two", "way", "owes"),
    [
        pytest.param(DRAFT, Role.EDITOR, True, Way.DRAFT, False, id="a draft"),
        pytest.param(EVENT, Role.EDITOR, False, Way.APPROVER, True, id="an editor's"),
        pytest.param(EVENT, Role.APPROVER, False, Way.AT_ONCE, True, id="an approver's"),
        pytest.param(EVENT, Role.APPROVER, True, Way.SECOND_PERSON, True, id="two are demanded"),
        pytest.param(EVENT, None, True, Way.AT_ONCE, True, id="the operator's"),
    ],
)
def test_a_change_goes_the_way_of_the_form(
    event: Event, role: Role | None, two: bool, way: Way, owes: bool
) -> None:
    staff = None if role is None else somebody(role)
    change = row(MOVED, event, staff=staff, demands_two=two)
    assert (change.outcome, change.way, change.owes_reason) == (Outcome.CHANGED, way, owes)
    assert [(d.field, d.before, d.after) for d in change.differences] == [
        ("time", "09:00", "10:00")
    ]


def test_a_change_waits_for_the_one_that_waits_already() -> None:
    refused = row(MOVED, EVENT, staff=somebody(Role.EDITOR), waiting={SLUG})
    assert refused.outcome is Outcome.UNREADABLE
    assert "waits already" in refused.blames[0].message


def test_columns_that_are_not_there_change_nothing() -> None:
    change = row(f"slug,venue\n{SLUG},The Biltmore", EVENT)
    assert [d.field for d in change.differences] == ["venue"]


@pytest.mark.parametrize(
    ("keys", "outcome"),
    [
        pytest.param(f"slug,title\n{SLUG},X", Outcome.CHANGED, id="by slug"),
        pytest.param(f"uid,title\n{EVENT.uid},X", Outcome.CHANGED, id="by uid"),
        pytest.param("uid,title\nforeign@x,X", Outcome.CHANGED, id="by a name from a file"),
        pytest.param(
            f"title,date,host\n{PHOENIX.title.upper()},Nov 11 2011,X",
            Outcome.CHANGED,
            id="by title and day",
        ),
        pytest.param(
            f"title,date,zone\n{PHOENIX.title},2011-11-12,UTC", Outcome.NEW, id="another day"
        ),
        pytest.param(
            "slug,title,date,zone\nother,X,2011-11-12,UTC", Outcome.NEW, id="unknown slug"
        ),
    ],
)
def test_a_row_is_matched(keys: str, outcome: Outcome) -> None:
    assert row(keys, EVENT, uids={"foreign@x": SLUG}).outcome is outcome


def test_no_event_is_meant_twice_and_no_draft_made_twice() -> None:
    again = planned(f"slug,venue\n{SLUG},A\n{SLUG},B", EVENT).rows[1]
    assert [b.message for b in again.blames] == ["Row 2 is about the same event already."]
    same = planned(HEADINGS + "A,2011-11-11,,UTC\n" * 2).rows[1]
    assert (same.outcome, same.because) == (Outcome.LEFT_OUT, "Row 2 says the same.")


@pytest.mark.parametrize(
    ("standing", "known", "said"),
    [
        ("approved", (), "It is “approved” in the file; it becomes a draft."),
        ("draft", (), ""),
        (
            "cancelled",
            (EVENT,),
            "It is “cancelled” in the file and approved here; no file changes that.",
        ),
        ("approved", (EVENT,), ""),
    ],
)
def test_no_file_publishes_or_cancels(standing: str, known: tuple[Event, ...], said: str) -> None:
    found = row(
        f"title,date,zone,standing\n{PHOENIX.title},2011-11-11,America/Phoenix,{standing}", *known
    )
    assert said in ("", *found.notes)
    assert [note for note in found.notes if "in the file" in note] == ([said] if said else [])


def test_the_fingerprint_tells_plans_apart() -> None:
    later = replace(EVENT, revision=2)
    prints = {
        planned(MOVED, EVENT).fingerprint,
        planned(MOVED, later).fingerprint,
        planned(MOVED, EVENT, demands_two=True).fingerprint,
        planned(MOVED).fingerprint,
    }
    assert len(prints) == 4
    assert planned(MOVED, EVENT).fingerprint in prints


@pytest.mark.parametrize(
    ("place", "parts"),
    [
        ("The Biltmore, Phoenix, AZ", ("The Biltmore", "Phoenix, AZ")),
        ("Phoenix, AZ", ("", "Phoenix, AZ")),
        ("London", ("", "London")),
        ("Room 5", ("Room 5", "")),
    ],
)
def test_a_place_is_a_venue_and_a_city(place: str, parts: tuple[str, str]) -> None:
    assert split(place) == parts
