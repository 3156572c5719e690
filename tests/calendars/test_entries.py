"""What one entry says: times, standing, gates, people, and since when it says so."""

from datetime import datetime, timedelta
from typing import Literal

import pytest
from icalendar import Event as Component

from eventsched.calendars.entries import Site, edition_at, entry
from eventsched.domain.events import Event, Presenter
from eventsched.domain.issuer import Contact
from tests.builders import an_event, an_issuer, at
from tests.calendars.linting import tree, unfolded

SITE = Site(issuer=an_issuer(), base_url="https://ir.immunogen.example")
PAGE = "https://ir.immunogen.example/events/2011-credit-suisse-healthcare-conference"
BEFORE = at("2011-11-10")
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("event", "times"),
    [
        pytest.param(
            an_event(),
            [
                "DTSTART;TZID=America/Phoenix:20111111T090000",
                "DTEND;TZID=America/Phoenix:20111111T100000",
            ],
            id="start and end on the event's clock",
        ),
        pytest.param(
            an_event(duration=None),
            ["DTSTART;TZID=America/Phoenix:20111111T090000"],
            id="an open end is no end",
        ),
        pytest.param(
            an_event(starts="2011-11-11"),
            ["DTSTART;VALUE=DATE:20111111", "DTEND;VALUE=DATE:20111112"],
            id="a time to be announced is a whole day",
        ),
        pytest.param(
            an_event(zone="UTC"),
            ["DTSTART:20111111T090000Z", "DTEND:20111111T100000Z"],
            id="UTC is no zone",
        ),
        pytest.param(
            an_event(starts="2011-11-06 01:30", zone="America/New_York", repeated="later"),
            ["DTSTART:20111106T063000Z", "DTEND:20111106T073000Z"],
            id="a time that the clocks show twice is written in UTC",
        ),
        pytest.param(
            an_event(starts="2011-11-06 00:30", zone="America/New_York"),
            ["DTSTART:20111106T043000Z", "DTEND:20111106T053000Z"],
            id="an end that the clocks show twice takes the start along",
        ),
    ],
)
def test_when_an_entry_starts_and_ends(event: Event, times: list[str]) -> None:
    lines = unfolded(written(event))
    assert [line for line in lines if line.startswith(("DTSTART", "DTEND"))] == times


@pytest.mark.parametrize(
    ("event", "status", "transparency", "summary"),
    [
        pytest.param(an_event(title="A"), "CONFIRMED", "OPAQUE", "IMGN: A", id="to take place"),
        pytest.param(
            an_event(title="A", starts="2011-11-11"),
            *("TENTATIVE", "TRANSPARENT", "IMGN: A (time to be announced)"),
            id="without a time",
        ),
        pytest.param(
            an_event(title="A", standing="postponed"),
            *("TENTATIVE", "TRANSPARENT", "POSTPONED: IMGN: A"),
            id="postponed",
        ),
        pytest.param(
            an_event(title="A", standing="cancelled"),
            *("CANCELLED", "TRANSPARENT", "CANCELLED: IMGN: A"),
            id="cancelled",
        ),
        pytest.param(
            an_event(title="A", starts="2011-11-11", standing="cancelled"),
            *("CANCELLED", "TRANSPARENT", "CANCELLED: IMGN: A"),
            id="cancelled without a time",
        ),
    ],
)
def test_an_entry_says_whether_it_takes_place(
    event: Event, status: str, transparency: str, summary: str
) -> None:
    said = values(event, "STATUS", "TRANSP", "SUMMARY")
    assert said == [status, transparency, summary]


WEBCAST = {
    at("2011-11-11 16:59"): [
        "Watch the live webcast: {}/live",
        "Replay will be available until {}",
    ],
    at("2011-11-11 17:00"): ["Replay will be available until {}"],
    at("2011-11-11 17:30"): ["Replay available until {}: {}/replay"],
    at("2011-11-18 16:59"): ["Replay available until {}: {}/replay"],
    at("2011-11-18 17:00"): ["The replay closed on {}."],
}


@pytest.mark.parametrize("now", WEBCAST)
def test_the_description_tells_how_to_watch_at_this_phase(now: datetime) -> None:
    deadline = "November 18, 2011, 12:00 pm EST"
    paragraph = description(an_event(replay_posted_at="2011-11-11 17:30"), now=now)[2]
    expected = [line.replace("{}/", f"{PAGE}/").replace("{}", deadline) for line in WEBCAST[now]]
    assert paragraph.split("\n") == expected


def test_a_replay_that_was_never_posted_is_not_said_to_have_closed() -> None:
    said = description(an_event(), now=at("2011-11-18 17:00"))[2]
    assert said == (
        "No replay is posted, though one was promised until November 18, 2011, 12:00 pm EST."
    )


def test_a_description_in_full() -> None:
    assert description(an_event(venue="The Biltmore")) == [
        "ImmunoGen, Inc. (Nasdaq: IMGN)\n"
        "2011 Credit Suisse Healthcare Conference\n"
        "Hosted by Credit Suisse\n"
        "9:00 am MST / 11:00 am EST on Friday, November 11, 2011\n"
        "The Biltmore, Phoenix, AZ\n"
        "Format: Presentation",
        "Presenter: Daniel Junius, President and CEO",
        f"Watch the live webcast: {PAGE}/live\n"
        "Replay will be available until November 18, 2011, 12:00 pm EST",
        f"Event page: {PAGE}\n"
        "Contact: Carol Hausner, Executive Director, Investor Relations and Corporate "
        "Communications, (781) 895-0600, info@immunogen.com",
    ]


def test_a_description_leaves_out_what_is_not_known() -> None:
    bare = an_event(
        host="", city="", format=None, presenters=(), live_url=None, replay_days=None, title="A"
    )
    site = Site(issuer=an_issuer(exchange="", ticker="", contact=Contact()), base_url="https://x")
    entry = Component.from_ical(written(bare, site=site))
    when = "9:00 am MST / 11:00 am EST on Friday, November 11, 2011"
    assert str(entry["DESCRIPTION"]) == (
        f"ImmunoGen, Inc.\nA\n{when}\n\nEvent page: https://x/events/a-2011"
    )
    assert str(entry["SUMMARY"]) == "ImmunoGen, Inc.: A"
    assert [name for name in ("LOCATION", "CONFERENCE", "ORGANIZER") if name in entry] == []


def test_another_company_is_a_change_of_every_entry_that_tells_it() -> None:
    site = Site(issuer=an_issuer(told_since=at("2011-11-09 12:00")), base_url="https://x")

    def stamps(now: datetime) -> list[str]:
        [told] = tree(unfolded(written(an_event(), site=site, now=now))).parts
        return [told.values(name)[0] for name in ("DTSTAMP", "LAST-MODIFIED", "CREATED")]

    moved, over = "20111109T120000Z", "20111111T170000Z"
    assert stamps(BEFORE) == [moved, moved, "20111102T120000Z"]
    assert stamps(at("2011-11-12")) == [over, over, "20111102T120000Z"]


def test_presenters_are_named_in_their_order() -> None:
    people = (Presenter(name="B", title="CFO"), Presenter(name="A"))
    assert description(an_event(presenters=people))[1] == "Presenter: B, CFO\nPresenter: A"


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        ("cancelled", "This event has been cancelled."),
        ("postponed", "This event has been postponed. It will not take place on this date."),
    ],
)
def test_what_was_called_off_says_so_first_and_leads_to_no_webcast(
    standing: str, words: str
) -> None:
    told = description(an_event(standing=standing))
    assert told[0].split("\n")[0] == words
    assert "\n".join(told).count("/live") == 0


def test_html_is_the_same_words_with_theirs_escaped() -> None:
    [html] = values(an_event(title="R&D <b>day</b>", live_url=None), "X-ALT-DESC")
    assert html.split("<br>")[1].replace("\\;", ";") == "R&amp;D &lt;b&gt;day&lt;/b&gt;"


def test_an_entry_leads_to_our_page_and_our_gate() -> None:
    lines = unfolded(written(an_event()))
    assert [line for line in lines if line.startswith(("URL", "CONFERENCE"))] == [
        f"URL:{PAGE}",
        f"CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL=Live webcast:{PAGE}/live",
    ]


def test_the_live_gate_leaves_the_entry_when_the_presentation_ends() -> None:
    ends = at("2011-11-11 17:00")
    assert len(values(an_event(), "CONFERENCE", now=ends - SECOND)) == 1
    assert values(an_event(), "CONFERENCE", now=ends) == []


def test_nothing_of_the_time_before_publication_shows() -> None:
    published = at("2011-11-12")
    event = an_event(
        publish_at=published, changed_at="2011-11-01", replay_posted_at="2011-11-11 17:30"
    )
    names = ("DTSTAMP", "CREATED", "LAST-MODIFIED")
    assert values(event, *names, now=published) == 3 * ["20111112T000000Z"]
    shown = tree(unfolded(written(event, "replay", now=published))).parts[0]
    assert [shown.values(name) for name in (*names, "DTSTART")] == (
        3 * [["20111112T000000Z"]] + [["20111111T170000"]]
    )


@pytest.mark.parametrize(
    ("event", "now", "said"),
    [
        pytest.param(
            an_event(replay_posted_at="2011-11-11 17:00"),
            at("2011-11-18 17:00"),
            ["Presenter: Daniel Junius", "", "Event page: {page}"],
            id="the replay has closed",
        ),
        pytest.param(
            an_event(replay_posted_at="2011-11-11 17:00"),
            at("2011-11-18 16:59:59"),
            [
                "Presenter: Daniel Junius",
                "",
                "Replay available until November 18, 2011, 12:00 pm EST: {page}/replay",
                "",
                "Event page: {page}",
            ],
            id="the replay is open",
        ),
        pytest.param(
            an_event(replay_days=None),
            at("2011-11-11 17:00"),
            ["Presenter: Daniel Junius", "", "Event page: {page}"],
            id="the webcast is over, and there is no replay",
        ),
    ],
)
def test_an_entry_in_brief_drops_what_nobody_needs_afterwards(
    event: Event, now: datetime, said: list[str]
) -> None:
    brief, whole = (tree(unfolded(form)).parts[0] for form in both_forms(event, now=now))
    [description] = brief.values("DESCRIPTION")
    assert description == "\\n".join(said).format(page=PAGE).replace(",", "\\,")
    prose = {"DESCRIPTION", "X-ALT-DESC"}
    assert [p for p in brief.properties if p[0] not in prose] == [
        p for p in whole.properties if p[0] not in prose
    ]


@pytest.mark.parametrize(
    ("event", "now"),
    [
        pytest.param(an_event(), at("2011-11-11 16:59:59"), id="to the last second of the webcast"),
        pytest.param(an_event(live_url=None, replay_days=None), at("2012-01-01"), id="no webcast"),
        pytest.param(an_event(standing="cancelled"), at("2012-01-01"), id="cancelled"),
        pytest.param(an_event(standing="postponed"), at("2012-01-01"), id="postponed"),
    ],
)
def test_an_entry_in_brief_says_all_where_somebody_may_still_ask(
    event: Event, now: datetime
) -> None:
    brief, whole = (unfolded(form) for form in both_forms(event, now=now))
    assert brief == [line for line in whole if not line.startswith("X-ALT-DESC;")]


def both_forms(event: Event, *, now: datetime) -> tuple[bytes, bytes]:
    """Return an entry in brief and whole."""
    held = entry(event, "event", edition_at(event, now=now), SITE, None)
    return held.brief, held.whole


def test_an_event_that_is_not_public_has_no_entry() -> None:
    with pytest.raises(ValueError, match="is not public"):
        written(an_event(publish_at="2011-11-12"))


@pytest.mark.parametrize(
    ("now", "modified"),
    [
        pytest.param("2011-11-10", "20111109T080000Z", id="the last save"),
        pytest.param("2011-11-11 16:30", "20111109T080000Z", id="going live changes no word"),
        pytest.param("2011-11-11 17:10", "20111111T170000Z", id="the end of the live webcast"),
        pytest.param("2011-11-12", "20111111T173000Z", id="the replay's opening"),
        pytest.param("2011-12-24", "20111118T170000Z", id="the replay's close"),
    ],
)
def test_an_entry_is_as_new_as_the_last_change_that_a_reader_would_notice(
    now: str, modified: str
) -> None:
    event = an_event(changed_at="2011-11-09 08:00", replay_posted_at="2011-11-11 17:30")
    assert values(event, "LAST-MODIFIED", "DTSTAMP", now=at(now)) == [modified, modified]


def test_a_save_after_the_replay_closed_is_newer_still() -> None:
    event = an_event(changed_at="2011-12-01", sequence=3)
    assert values(event, "LAST-MODIFIED", "SEQUENCE", now=at("2011-12-24")) == [
        "20111201T000000Z",
        "3",
    ]


def written(
    event: Event,
    content: Literal["event", "replay"] = "event",
    *,
    site: Site = SITE,
    now: datetime = BEFORE,
) -> bytes:
    return entry(event, content, edition_at(event, now=now), site, None).whole


def values(event: Event, *names: str, now: datetime = BEFORE) -> list[str]:
    """Return an entry's values, with the commas that are escaped in it bare."""
    [entry] = tree(unfolded(written(event, now=now))).parts
    return [value.replace("\\,", ",") for name in names for value in entry.values(name)]


def description(event: Event, *, now: datetime = BEFORE) -> list[str]:
    """Return the description's paragraphs."""
    entry = Component.from_ical(written(event, now=now))
    return str(entry["DESCRIPTION"]).split("\n\n")
