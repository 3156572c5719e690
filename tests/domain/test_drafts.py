"""What somebody typed: it says an event, or every problem is named at once, by field."""

import time as stopwatch
from dataclasses import fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsched.domain.drafts import MOST_PRESENTERS, Draft, InvalidEvent, decide, draft_of
from eventsched.domain.events import Facts, Format, Kind, Presenter
from tests.builders import PHOENIX, VENDOR_LIVE, a_draft, facts
from tests.strategies import drafts
from tests.strategies import facts as any_facts

TEXT_FIELDS = [field.name for field in fields(Draft) if field.name != "presenters"]
LINES = ("title", "host", "city", "venue")


def blamed(draft: Draft) -> list[str]:
    """Return the fields that are blamed; none if the draft says an event."""
    try:
        decide(draft)
    except InvalidEvent as invalid:
        return [problem.field for problem in invalid.problems]
    return []


def typed_into(field: str, text: str) -> Draft:
    typed: dict[str, Any] = {field: text}
    return replace(PHOENIX, **typed)


def problems(draft: Draft) -> dict[str, str]:
    with pytest.raises(InvalidEvent) as invalid:
        decide(draft)
    return {problem.field: problem.message for problem in invalid.value.problems}


def test_a_draft_says_what_was_typed() -> None:
    assert decide(PHOENIX) == Facts(
        kind=Kind.CONFERENCE,
        title="2011 Credit Suisse Healthcare Conference",
        host="Credit Suisse",
        date=date(2011, 11, 11),
        time=time(9),
        repeated=None,
        zone="America/Phoenix",
        duration=timedelta(hours=1),
        city="Phoenix, AZ",
        venue="",
        format=Format.PRESENTATION,
        presenters=(Presenter(name="Daniel Junius", title="President and CEO"),),
        live_url=VENDOR_LIVE,
        backup_url=None,
        backup_note="",
        dial_in=(),
        conference_id="",
        replay_url=None,
        replay_days=7,
        replay_until=None,
    )


def test_an_empty_draft_is_told_everything_at_once() -> None:
    assert problems(Draft()) == {
        "title": "Give the event a title.",
        "date": "Give the date.",
        "zone": "Choose the time zone of the place.",
    }


def test_every_field_that_is_wrong_is_named_at_once() -> None:
    wrong = Draft(
        kind="party",
        title="",
        host="a\nb",
        date="11/12/2011",
        time="9",
        repeated="both",
        zone="EST",
        duration="an hour",
        city="a\tb",
        venue="x" * 201,
        format="dance",
        presenters=(Presenter(name="", title="CEO"), Presenter(name="A\0", title="B\rC")),
        live_url="javascript:alert(1)",
        backup_url="javascript:alert(1)",
        backup_note="a\tb",
        dial_in="tomorrow",
        conference_id="a\tb",
        replay_url="vendor.example",
        replay_days="a week",
        replay_counted_from="yesterday",
    )
    assert set(blamed(wrong)) == {
        *(name for name in TEXT_FIELDS if name != "replay_until"),
        *("presenters-0-name", "presenters-1-name", "presenters-1-title"),
    }


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        pytest.param(
            {"starts": "2011-03-13 02:30", "zone": "America/New_York"},
            "time",
            "02:30 on 2011-03-13 does not exist in America/New_York: the clocks go forward past it "
            "that day.",
            id="a skipped time",
        ),
        pytest.param(
            {"starts": "2011-11-06 01:30", "zone": "America/New_York"},
            "repeated",
            "01:30 on 2011-11-06 happens twice in America/New_York, because the clocks go back. "
            "Say whether the earlier (UTC−4) or the later (UTC−5) is meant.",
            id="a repeated time",
        ),
        pytest.param(
            {"starts": "2011-12-30", "zone": "Pacific/Apia"},
            "date",
            "2011-12-30 does not exist in Pacific/Apia: the clocks skip the whole day.",
            id="a skipped day",
        ),
        ({"starts": "2038-01-01 09:00"}, "time", "The year 2038 is outside 1970 to 2037."),
        ({"starts": "9999-12-31"}, "date", "The year 9999 is outside 1970 to 2037."),
        ({"starts": "0001-01-01"}, "date", "The year 1 is outside 1970 to 2037."),
        ({"starts": "2037-12-30 09:00"}, "replay_days", "The year 2038 is outside 1970 to 2037."),
        pytest.param(
            {"replay_until": "9999-12-31 09:00"},
            "replay_until",
            "The year 9999 is outside 1970 to 2037.",
            id="a replay for ever",
        ),
        pytest.param(
            {"zone": "CST"},
            "zone",
            "“CST” is not a time zone we know. Use a name such as America/New_York.",
            id="an abbreviation",
        ),
        ({"duration": "0"}, "duration", "Ends before it starts."),
        ({"duration": "-60"}, "duration", "Ends before it starts."),
        ({"duration": "10081"}, "duration", "Longer than a week; give the length in minutes."),
        ({"duration": "1.5"}, "duration", "Give the length in whole minutes."),
        ({"duration": "9" * 5000}, "duration", "Give the length in whole minutes."),
        ({"replay_days": "0"}, "replay_days", "Give between 1 and 3,660 days."),
        ({"replay_days": "3661"}, "replay_days", "Give between 1 and 3,660 days."),
        ({"replay_days": "-7"}, "replay_days", "Give between 1 and 3,660 days."),
        ({"replay_days": "a week"}, "replay_days", "Give the replay window in whole days."),
        pytest.param(
            {"replay_until": "2011-11-11 10:00"},
            "replay_until",
            "The replay closes before the presentation has ended.",
            id="a replay that closes at the end itself",
        ),
        pytest.param(
            {"time": "", "replay_until": "2011-11-10 23:59"},
            "replay_until",
            "The replay closes before the presentation has ended.",
            id="a replay that closes before a day whose time is open",
        ),
        pytest.param(
            {"replay_until": "2012-03-11 02:30", "zone": "America/New_York"},
            "replay_until",
            "02:30 on 2012-03-11 does not exist in America/New_York: the clocks go forward past it "
            "that day.",
            id="a replay until a skipped time",
        ),
        pytest.param(
            {"replay_until": "2012-11-04 01:30", "zone": "America/New_York"},
            "replay_until",
            "The clocks show this time twice that day; take another.",
            id="a replay until a repeated time",
        ),
        pytest.param(
            {"replay_until": "2011-11-18"},
            "replay_until",
            "Can't read “2011-11-18” as a date and a time. Write it like 2011-11-18 17:00.",
            id="a replay until a date alone",
        ),
    ],
)
def test_a_problem_is_a_sentence_that_one_can_act_on(
    typed: dict[str, Any], field: str, message: str
) -> None:
    assert problems(a_draft(**typed)) == {field: message}


@pytest.mark.parametrize(
    "typed",
    [
        *("2011-12-01 17:00", "2011-12-01T17:00", "2011-12-01 5:00 pm", "Dec 1, 2011 5 pm"),
        *("December 1, 2011, 5:00 p.m.", "1 December 2011 17:00", " 2011-12-01  17:00:00 "),
    ],
)
def test_the_closing_is_read_as_people_write_it(typed: str) -> None:
    assert facts(replay_until=typed).replay_until == datetime(2011, 12, 1, 17)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"starts": "2011-11-11"}, {"time": None}),
        ({"starts": "2011-11-11 00:00"}, {"time": time(0)}),
        ({"duration": None}, {"duration": None}),
        ({"replay_days": None}, {"replay_days": None, "replay_until": None}),
        ({"kind": None}, {"kind": Kind.OTHER}),
        ({"live_url": None}, {"live_url": None}),
        ({"title": "  Q3 results \n"}, {"title": "Q3 results"}),
        ({"title": "Socie\u0301te\u0301"}, {"title": "Société"}),
        ({"title": "\N{ROCKET}"}, {"title": "\N{ROCKET}"}),
        ({"title": "<b>Q3</b> & {{ 7*7 }}"}, {"title": "<b>Q3</b> & {{ 7*7 }}"}),
        ({"host": "בנק\u200f (Bank)"}, {"host": "בנק\u200f (Bank)"}),
        ({"title": "x" * 300}, {"title": "x" * 300}),
        ({"presenters": (Presenter(name=" "),)}, {"presenters": ()}),
        pytest.param(
            {"replay_days": "7", "replay_until": "2011-12-01 17:00"},
            {"replay_days": None, "replay_until": datetime(2011, 12, 1, 17)},
            id="an instant wins over a number of days",
        ),
    ],
)
def test_what_is_left_open_is_legal(typed: dict[str, Any], said: dict[str, Any]) -> None:
    assert decide(a_draft(**typed)) == replace(facts(), **said)


# Hostile text

HOSTILE = [
    pytest.param("x" * 1_000_000, id="a megabyte"),
    pytest.param("a\r\nSet-Cookie: b=c", id="two lines"),
    pytest.param("a\nb", id="a line feed"),
    pytest.param("a\0b", id="NUL"),
    pytest.param("a\x1b[31mb", id="an escape sequence"),
    pytest.param("a\x85b", id="a control character of Latin-1"),
    pytest.param("a\u2028b", id="a line separator"),
    pytest.param("a\u2029b", id="a paragraph separator"),
    pytest.param("a\u202eb", id="text that runs backwards"),
    pytest.param("a\u2066b", id="an isolate"),
    pytest.param("a\ud800b", id="half a character"),
]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_hostile_text_is_refused_in_every_field(field: str, hostile: str) -> None:
    said = problems(typed_into(field, hostile))
    assert list(said) == [field]
    assert len(said[field]) < 200


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_refused_in_every_presenter(hostile: str) -> None:
    presenters = (Presenter(name="A"), Presenter(name=hostile, title=hostile))
    said = problems(replace(PHOENIX, presenters=presenters))
    assert list(said) == ["presenters-1-name", "presenters-1-title"]


@pytest.mark.parametrize("title", ["", " ", "\u200b", "\u00ad\ufeff", "\u2003\u2060"])
def test_a_title_that_nobody_can_see_is_none(title: str) -> None:
    assert problems(replace(PHOENIX, title=title)) == {"title": "Give the event a title."}


@pytest.mark.parametrize("field", [*LINES, "live_url"])
def test_a_megabyte_of_accents_is_refused_at_once(field: str) -> None:
    began = stopwatch.monotonic()
    assert blamed(typed_into(field, "a" + "\u0300\u0323" * 500_000)) == [field]
    assert stopwatch.monotonic() - began < 2


def test_a_crowd_of_presenters_is_refused() -> None:
    crowd = tuple(Presenter(name=f"Person {n}") for n in range(MOST_PRESENTERS + 1))
    assert blamed(replace(PHOENIX, presenters=crowd)) == ["presenters"]
    assert decide(replace(PHOENIX, presenters=crowd[1:])).presenters == crowd[1:]


# Links


@pytest.mark.parametrize("field", ["live_url", "replay_url", "backup_url"])
@pytest.mark.parametrize(
    "link",
    [
        *("javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,<b>", "vbscript:x"),
        *("file:///etc/passwd", "ftp://vendor.example", "mailto:ir@example.com", "about:blank"),
        *(
            "vendor.example/live",
            "//vendor.example/live",
            "/live",
            "https:",
            "https://",
            "http:///x",
        ),
        *("https:vendor.example", "https://user@vendor.example", "https://u:p@vendor.example"),
        *("https://@vendor.example", "https://vendor.example:99999", "https://vendor.example:x"),
        *(
            "https://[::1",
            "https://a b.example",
            "https://vendor.example/a b",
            "https://v.example/\\x",
        ),
        *('https://v.example/"onclick=', "https://v.example/<script>", "java\tscript:alert(1)"),
        *(
            "https://vendor.example\\@evil.example",
            "https://vendor.example/\u3000x",
            "https://:443/",
        ),
        *("https://\u2100.example/", "https://v.example/" + "x" * 2000),
        *("http://10.0.0.7/live", "https://172.16.4.2:8443/", "http://169.254.169.254/latest"),
        *("http://[fd00::1]/", "http://[fe80::1]/", "http://0.0.0.0/", "http://[::ffff:10.0.0.7]/"),
        *("http://intranet/live", "https://TV.Local./live", "http://webcast.corp/"),
    ],
)
def test_a_link_that_leads_nowhere_or_astray_is_refused(field: str, link: str) -> None:
    assert blamed(typed_into(field, link)) == [field]


@pytest.mark.parametrize(
    "link",
    [
        *("https://vendor.example", "http://vendor.example/live?id=1&x=%20#now"),
        *("https://vendor.example:8443/live", "http://127.0.0.1:8001/live/a", "https://[::1]/live"),
        *(
            "https://bücher.example/straße?q=ü",
            "https://xn--bcher-kva.example/",
            "HTTPS://V.EXAMPLE/",
        ),
    ],
)
def test_a_link_stays_as_it_was_typed(link: str) -> None:
    assert decide(replace(PHOENIX, live_url=f" {link} ")).live_url == link


# Every draft


@given(draft=drafts())
def test_what_was_decided_is_decided_again_from_its_own_draft(draft: Draft) -> None:
    assert decide(draft_of(decide(draft))) == decide(draft)


@given(stated=any_facts())
def test_a_form_starts_from_the_facts(stated: Facts) -> None:
    assert draft_of(decide(draft_of(stated))) == draft_of(stated)


@given(typed=st.fixed_dictionaries({name: st.text(max_size=20) for name in TEXT_FIELDS}))
def test_any_text_in_any_field_says_an_event_or_its_problems(typed: dict[str, Any]) -> None:
    assert set(blamed(Draft(**typed))) <= set(TEXT_FIELDS)


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff", "\u00ad\u2060"])
def test_a_presenter_whom_nobody_could_see_is_none(unseen: str) -> None:
    assert facts(presenters=(Presenter(name=unseen, title=unseen),)).presenters == ()
    with pytest.raises(InvalidEvent) as invalid:
        facts(presenters=(Presenter(name=unseen, title="CEO"),))
    assert [p.field for p in invalid.value.problems] == ["presenters-0-name"]
