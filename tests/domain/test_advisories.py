"""What we write of events says what they are: a release of ours, read back, gives them again."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventsched.domain.advisories import checks, compose
from eventsched.domain.events import Event, Format, Kind, Presenter
from eventsched.domain.releases import ReadEvent, read
from eventsched.typesetting import typeset
from tests.builders import NEW_YORK, an_event, an_issuer, at

NOW = at("2011-11-02 12:00")
ADDRESS = "https://ir.example.com/"
LAZARD = an_event(**vars(NEW_YORK))
# What a release can carry; the length, and vendors' links, stay with us.
CARRIED = ("kind", "title", "host", "date", "zone", "city", "venue", "format", "presenters")

CITIES = st.sampled_from(
    [
        ("Phoenix, AZ", "America/Phoenix"),
        ("New York, NY", "America/New_York"),
        ("San Francisco, CA", "America/Los_Angeles"),
        ("Toronto", "America/Toronto"),
        ("London", "Europe/London"),
        ("Frankfurt", "Europe/Berlin"),
        ("Zurich", "Europe/Zurich"),
        ("Tel Aviv", "Asia/Jerusalem"),
        ("Mumbai", "Asia/Kolkata"),
        ("Hong Kong", "Asia/Hong_Kong"),
        ("Tokyo", "Asia/Tokyo"),
    ]
)
HOSTS = ("Credit Suisse", "Lazard Capital Markets", "Jefferies", "Morgan Stanley", "Cowen")
TOPICS = ("Healthcare", "Technology", "Global Industrials", "27th Annual Consumer")
PEOPLE = (
    Presenter(name="Daniel Junius", title="President and CEO"),
    Presenter(name="Carla Bassi", title="Chief Financial Officer"),
    Presenter(name="Jean-Luc Picard", title="Head of Research"),
    Presenter(name="Mary O'Neill", title="Chairman"),
)

# How to join by telephone, as people type it.
TELEPHONES: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {},
        {"dial_in": "United States: +1 877 555 0100\nInternational: +44 20 7946 0958"},
        {"dial_in": "877-555-0100 (domestic)", "conference_id": "13680421"},
        {"dial_in": "+41 58 310 50 00", "conference_id": "4402 118"},
    ]
)


@st.composite
def announced(draw: st.DrawFn, host: str) -> Event:
    """Return events with the facts that releases carry, at places that the reader knows."""
    city, zone = draw(CITIES)
    form = draw(st.sampled_from(Format))
    day = draw(st.dates(at("2011-11-08").date(), at("2012-12-20").date()))
    clock = draw(st.times()).replace(second=0, microsecond=0)
    replay: dict[str, Any] = {"replay_days": None}
    if form is not Format.ONE_ON_ONE:
        replay = draw(
            st.sampled_from([1, 7, 30, 90]).map(lambda days: {"replay_days": days})
            | st.just({"replay_days": 30, "replay_counted_from": "posting"})
            | st.just({"replay_days": None, "replay_until": "2013-01-31 17:00"})
            | st.just({"replay_days": None})
        )
    return an_event(
        **replay,
        title=f"{draw(st.sampled_from(['', '2011 ']))}{host} {draw(st.sampled_from(TOPICS))} "
        "Conference",
        host=host,
        starts=f"{day} {clock:%H:%M}" if f"{day}" not in CHANGES else f"{day} 12:00",
        zone=zone,
        city=city,
        venue=draw(st.sampled_from(["", "Plaza Hotel", "The Biltmore", "Grand Hyatt"])),
        format=form,
        **draw(TELEPHONES),
        presenters=tuple(draw(st.lists(st.sampled_from(PEOPLE), max_size=3, unique=True))),
        live_url=None if form is Format.ONE_ON_ONE else "https://vendor.example/live",
    )


# Days on which clocks skip or repeat an hour somewhere.
CHANGES = {
    *("2012-03-11", "2012-03-25", "2012-03-30", "2012-09-23", "2012-10-28", "2012-11-04"),
}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_we_write_is_read_back_as_the_same_events(data: st.DataObject) -> None:
    hosts = data.draw(st.lists(st.sampled_from(HOSTS), min_size=1, max_size=3, unique=True))
    events = [data.draw(announced(host)) for host in hosts]
    advisory = compose(events, an_issuer(), address=ADDRESS, now=NOW)
    for written in (typeset(advisory).text, typeset(advisory).html):
        got = read(written).events
        assert [said(event) for event in got] == [stated(event) for event in events]
        assert [doubt for event in got for doubt in event.doubts] == []


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("earnings_call", "Third Quarter 2011 Earnings Conference Call"),
        ("shareholder_meeting", "2011 Annual Meeting of Shareholders"),
        ("investor_day", "2011 Investor Day"),
    ],
)
def test_other_occasions_are_read_back_too(kind: str, title: str) -> None:
    event = an_event(kind=kind, title=title, host="", format="")
    text = typeset(compose([event], an_issuer(), address=ADDRESS, now=NOW)).text
    (got,) = read(text).events
    assert (got.kind, got.title, got.instant, got.replay_days) == (
        *(event.facts.kind, title, event.instants.starts_at),
        7,
    )
    assert got.doubts == ()


def stated(event: Event) -> dict[str, Any]:
    facts = event.facts
    return {name: getattr(facts, name) for name in CARRIED} | {
        "time": facts.time,
        "instant": event.instants.starts_at,
        "webcast": True if facts.live_url or facts.promises_replay else None,
        "dial_in": tuple(one.number for one in facts.dial_in),
        "conference_id": facts.conference_id or None,
        "replay_days": facts.replay_days,
        "replay_until": facts.replay_until,
    }


def said(event: ReadEvent) -> dict[str, Any]:
    told = {name: getattr(event, name) for name in CARRIED}
    return told | {
        "city": event.city or "",
        "venue": event.venue or "",
        "time": event.wall_time,
        "instant": event.instant,
        "webcast": event.webcast,
        "dial_in": event.dial_in,
        "conference_id": event.conference_id,
        "replay_days": event.replay_days,
        "replay_until": event.replay_until,
    }


def test_one_event_has_a_block_of_its_own() -> None:
    advisory = compose([an_event()], an_issuer(), address=ADDRESS, now=NOW, place="WALTHAM, Mass.")
    assert typeset(advisory).text.split("\n\nAbout ")[0] == (
        "ImmunoGen, Inc. Announces Webcast of Presentation at an Upcoming Investor Conference\n\n"
        "WALTHAM, Mass., November 2, 2011 -- ImmunoGen, Inc. (Nasdaq: IMGN) today announced that "
        "management will present at the following investor conference.\n\n"
        "2011 Credit Suisse Healthcare Conference\n\n"
        "9:00 am MST / 11:00 am EST on Friday, November 11, 2011\n"
        "City: Phoenix, AZ\n"
        "Format: Presentation\n"
        "Presenter: Daniel Junius, President and CEO\n"
        "A live webcast of the presentation can be accessed at https://ir.example.com/; "
        "a replay will be available at the same location for 7 days."
    )


def test_a_block_says_how_to_join_by_telephone() -> None:
    event = an_event(
        dial_in="United States: +1 877 555 0100\nElsewhere: +1 617 555 0100",
        conference_id="13680421",
    )
    advisory = compose([event], an_issuer(), address=ADDRESS, now=NOW)
    said = "Dial-in: United States: +1 877 555 0100; Elsewhere: +1 617 555 0100"
    assert f"\n{said}\nConference ID: 13680421\nA live webcast" in typeset(advisory).text
    assert f"<p>{said}</p>\n<p>Conference ID: 13680421</p>" in typeset(advisory).html


def test_equal_terms_are_told_once_and_other_terms_with_each_event() -> None:
    def listening(*events: Event) -> list[str]:
        text = typeset(compose(events, an_issuer(), address=ADDRESS, now=NOW)).text
        return [line for line in text.splitlines() if "ebcast:" in line or "eplay" in line]

    assert listening(an_event(), LAZARD) == [
        "A live webcast of each presentation can be accessed at https://ir.example.com/; "
        "a replay will be available at the same location for 7 days."
    ]
    assert listening(an_event(), an_event(**vars(NEW_YORK) | {"replay_days": 30})) == [
        "Webcast: https://ir.example.com/",
        "Replay: available for 7 days",
        "Webcast: https://ir.example.com/",
        "Replay: available for 30 days",
    ]


def test_no_vendor_is_named_and_markup_stays_text() -> None:
    advisory = compose([an_event(venue="<b>&")], an_issuer(), address=ADDRESS, now=NOW)
    assert "vendor.example" not in typeset(advisory).text + typeset(advisory).html
    assert "Venue: &lt;b&gt;&amp;" in typeset(advisory).html
    assert "Venue: <b>&" in typeset(advisory).text


@pytest.mark.parametrize(
    ("changes", "now", "sentences"),
    [
        pytest.param({}, "2011-11-02 12:00", [], id="nothing"),
        pytest.param({}, "2011-11-04 16:00", [], id="a week's notice to the minute"),
        pytest.param(
            {}, "2011-11-04 16:01", ["The notice is 6 days; usual are 7."], id="short notice"
        ),
        pytest.param({}, "2011-11-11 16:00", ["It has begun already."], id="begun"),
        pytest.param(
            {"replay_days": None},
            "2011-11-02 12:00",
            ["The webcast has no replay window: say for how long, or that there is none."],
            id="no replay window",
        ),
        pytest.param(
            {"presenters": (Presenter(name="Daniel Junius"),)},
            "2011-11-02 12:00",
            ["Daniel Junius has no title."],
            id="no title",
        ),
        pytest.param(
            {"presenters": ()},
            "2011-11-02 12:00",
            ["Nobody is named as presenter."],
            id="no presenter",
        ),
        pytest.param(
            {"time": ""}, "2011-11-02 12:00", ["The time is to be announced."], id="no time"
        ),
        pytest.param(
            {"standing": "draft"},
            "2011-11-02 12:00",
            ["It is draft, so the public page does not show it so."],
            id="a draft",
        ),
        pytest.param(
            {"publish_at": "2011-11-03 12:00"},
            "2011-11-02 12:00",
            ["It is not public yet: the page appears later than this advisory."],
            id="under embargo",
        ),
        pytest.param(
            {"format": "one_on_one"},
            "2011-11-02 12:00",
            ["One-on-one meetings are not webcast as a rule; here a webcast is announced."],
            id="webcast of private meetings",
        ),
    ],
)
def test_before_it_goes(changes: dict[str, Any], now: str, sentences: list[str]) -> None:
    found = checks([an_event(**changes)], now=at(now))
    assert [check.sentence for check in found] == sentences


def test_other_occasions_have_headlines_of_their_own() -> None:
    call = replace(LAZARD, facts=replace(LAZARD.facts, kind=Kind.EARNINGS_CALL, title="Q3 Call"))
    headline = compose([call], an_issuer(), address=ADDRESS, now=NOW).headline
    assert headline == "ImmunoGen, Inc. Announces Q3 Call"
    both = compose([an_event(), call], an_issuer(), address=ADDRESS, now=NOW).headline
    assert both == "ImmunoGen, Inc. Announces Upcoming Investor Events"


def test_the_usual_notice_is_the_companys_own() -> None:
    found = checks([an_event()], now=at("2011-11-10 12:00"), usual_notice_days=1)
    assert [check.sentence for check in found] == []
    found = checks([an_event()], now=at("2011-11-02 12:00"), usual_notice_days=14)
    assert [check.sentence for check in found] == ["The notice is 9 days; usual are 14."]
