"""What people type in short."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsched.domain.drafts import Draft
from eventsched.domain.events import Presenter
from eventsched.domain.shorthand import read_one_line, spelled_out, with_time_beside

HOME = "America/New_York"


@pytest.mark.parametrize(
    ("typed", "day", "clock"),
    [
        ("Nov 11 2011 9am", "Nov 11 2011", "9am"),
        ("Nov 11, 2011, 9:00 am", "Nov 11, 2011", "9:00 am"),
        ("2011-11-11 09:00", "2011-11-11", "09:00"),
        ("2011-11-11T09:00", "2011-11-11", "09:00"),
        ("11 November 2011 at 2:30 p.m.", "11 November 2011", "2:30 p.m."),
        ("Nov 11 2011", "Nov 11 2011", ""),
        ("Nov 11 2011 soon", "Nov 11 2011", "soon"),
        ("Nov 31 2011 9am", "Nov 31 2011", "9am"),
        ("soon or later", "soon or later", ""),
        ("9am", "", "9am"),
        ("9am, Nov 11 2011", "Nov 11 2011", "9am"),
        ("09:00 2011-11-11", "2011-11-11", "09:00"),
        ("9am soon", "9am soon", ""),
        ("", "", ""),
        ("1 " * 500, "1 " * 500, ""),
    ],
)
def test_a_time_may_stand_behind_the_date(typed: str, day: str, clock: str) -> None:
    draft = spelled_out(Draft(date=typed), home_zone=HOME)
    assert (draft.date, draft.time) == (day, clock)


@pytest.mark.parametrize(
    ("day", "clock", "together"),
    [
        ("2011-11-11", "09:00", "2011-11-11 09:00"),
        ("2011-11-11", "", "2011-11-11"),
        ("Nov 31 2011", "9am", "Nov 31 2011 9am"),
        ("", "9am", "9am"),
        ("", "", ""),
    ],
)
def test_date_and_time_go_into_one_field_and_come_out_of_it(
    day: str, clock: str, together: str
) -> None:
    draft = Draft(date=day, time=clock)
    beside = with_time_beside(draft)
    assert (beside.date, beside.time) == (together, "")
    assert spelled_out(beside, home_zone=HOME) == draft


def test_a_time_of_its_own_is_left_alone() -> None:
    draft = Draft(date="Nov 11 2011 9am", time="10am")
    assert spelled_out(draft, home_zone=HOME) == draft


@pytest.mark.parametrize(
    ("typed", "presenter"),
    [
        (Presenter(name="Jo Doe, CEO"), Presenter(name="Jo Doe", title="CEO")),
        (
            Presenter(name="Jo Doe, Executive Vice President, CFO"),
            Presenter(name="Jo Doe", title="Executive Vice President, CFO"),
        ),
        (
            Presenter(name="Ann Lee, M.D., Ph.D., Chief Medical Officer"),
            Presenter(name="Ann Lee, M.D., Ph.D.", title="Chief Medical Officer"),
        ),
        (Presenter(name="Ann Lee, M.D."), Presenter(name="Ann Lee, M.D.")),
        (Presenter(name="Martin King, Jr."), Presenter(name="Martin King, Jr.")),
        (Presenter(name="Jo Doe,"), Presenter(name="Jo Doe,")),
        (Presenter(name=", CEO"), Presenter(name=", CEO")),
        (Presenter(name="Jo, CEO", title="CFO"), Presenter(name="Jo, CEO", title="CFO")),
    ],
)
def test_a_title_may_stand_behind_the_name(typed: Presenter, presenter: Presenter) -> None:
    assert spelled_out(Draft(presenters=(typed,)), home_zone=HOME).presenters == (presenter,)


JUNIUS = (Presenter(name="Daniel Junius", title="President and CEO"),)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param(
            "2011 Credit Suisse Healthcare Conference, Credit Suisse, Nov 11 2011 9am, "
            "Phoenix, AZ, Daniel Junius, President and CEO, https://vendor.example/live/1",
            {
                "title": "2011 Credit Suisse Healthcare Conference",
                "host": "Credit Suisse",
                "date": "Nov 11 2011",
                "time": "9am",
                "city": "Phoenix, AZ",
                "presenters": JUNIUS,
                "live_url": "https://vendor.example/live/1",
            },
            id="everything",
        ),
        pytest.param(
            "An Example Day, Nov 11 2011, 9am, AT&T Center, San Antonio",
            {
                "title": "An Example Day",
                "host": "AT&T Center",
                "date": "Nov 11 2011",
                "time": "9am",
                "city": "San Antonio",
            },
            id="a name that begins like a zone",
        ),
        pytest.param(
            "An Example Day, Nov 11 2011, 2pm–3:30pm, New York",
            {
                "title": "An Example Day",
                "date": "Nov 11 2011",
                "time": "2pm",
                "duration": "90",
                "city": "New York",
            },
            id="a time and its end",
        ),
        pytest.param(
            "Jefferies Global Healthcare Conference; London; 16 November 2011, 2:30pm; "
            "fireside chat",
            {
                "title": "Jefferies Global Healthcare Conference",
                "date": "16 November 2011",
                "time": "2:30pm",
                "city": "London",
                "format": "fireside_chat",
            },
            id="another order",
        ),
        pytest.param(
            "Annual meeting of shareholders 2012, Wednesday, May 16, 2012, 10:00 a.m. EDT, "
            "Waltham, MA, The Westin",
            {
                "kind": "shareholder_meeting",
                "title": "Annual meeting of shareholders 2012",
                "date": "May 16, 2012",
                "time": "10:00 a.m.",
                "city": "Waltham, MA",
                "venue": "The Westin",
            },
            id="a meeting at a place, on its own clock",
        ),
        pytest.param(
            "Q3 2011 earnings call, Nov 2 2011 8:00 am ET in New York",
            {
                "kind": "earnings_call",
                "title": "Q3 2011 earnings call",
                "date": "Nov 2 2011",
                "time": "8:00 am",
                "city": "New York",
            },
            id="a call",
        ),
        pytest.param("Our own day", {"title": "Our own day"}, id="a title alone"),
        pytest.param("", {}, id="nothing"),
        pytest.param(", ; ,", {}, id="commas"),
    ],
)
def test_a_whole_event_in_a_line(line: str, said: dict[str, object]) -> None:
    found = read_one_line(line, home_zone=HOME)
    assert found.draft == Draft(**said)  # type: ignore[arg-type]
    assert (found.left, found.doubt) == ((), "")


def test_a_zone_that_is_not_the_places_is_asked_about() -> None:
    found = read_one_line("Example Conference, Nov 11 2011 9am EST, Phoenix, AZ", home_zone=HOME)
    assert found.draft.city == "Phoenix, AZ"
    assert found.doubt == "Is the time meant on EST? Times are on the clock of the place."
    assert (
        read_one_line("Example Conference, Nov 11 2011 9am MST, Phoenix, AZ", home_zone=HOME).doubt
        == ""
    )
    assert read_one_line("Example Conference, Nov 11 2011 9am EST", home_zone=HOME).doubt != ""


def test_a_city_that_its_country_contradicts_is_left_as_it_was_typed() -> None:
    found = read_one_line(
        "Example Conference, Example Bank, Nov 11 2011 9am, London, Canada", home_zone=HOME
    )
    assert (found.draft.city, found.draft.venue) == ("London, Canada", "")
    assert spelled_out(found.draft, home_zone=HOME).zone == ""


@pytest.mark.parametrize(("zone", "is_doubted"), [("ET", False), ("EDT", False), ("PT", True)])
def test_a_call_goes_by_the_companys_clock(zone: str, is_doubted: bool) -> None:
    line = f"Q3 2011 earnings call, Nov 2 2011 8am {zone}"
    assert bool(read_one_line(line, home_zone="America/New_York").doubt) == is_doubted


def test_words_without_a_place_are_told() -> None:
    found = read_one_line(
        "Example Conference, Example Bank, Track 2, Nov 11 2011, Phoenix, AZ, Hall, B",
        home_zone=HOME,
    )
    assert (found.draft.host, found.draft.venue) == ("Example Bank", "Hall")
    assert found.left == ("Track 2", "B")


@given(st.text(max_size=300))
def test_any_line_is_read(line: str) -> None:
    read_one_line(line, home_zone=HOME)
    spelled_out(Draft(date=line, presenters=(Presenter(name=line),)), home_zone=HOME)


@pytest.mark.parametrize(
    "endless", ["a, " * 100_000, "9am " * 50_000, "(" * 200_000, "1" * 200_000]
)
def test_an_endless_line_is_cut(endless: str) -> None:
    assert len(read_one_line(endless, home_zone=HOME).draft.title) <= 2_000


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        pytest.param({"kind": "earnings_call"}, HOME, id="a call that is nowhere"),
        pytest.param(
            {"kind": "earnings_call", "city": "Phoenix, AZ"}, "America/Phoenix", id="city"
        ),
        pytest.param({"kind": "earnings_call", "city": "Atlantis"}, "", id="nobody knows where"),
        pytest.param({"kind": "earnings_call", "zone": "UTC"}, "UTC", id="its own zone"),
        pytest.param({"kind": "conference"}, "", id="a conference is somewhere"),
    ],
)
def test_only_a_call_without_a_city_goes_by_the_companys_clock(
    typed: dict[str, str], zone: str
) -> None:
    assert spelled_out(Draft(**typed), home_zone=HOME).zone == zone  # type: ignore[arg-type]
