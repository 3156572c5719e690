"""A release that has gone out is held against the schedule."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from eventsched.domain.events import Event, Presenter, Standing
from eventsched.domain.release_comparison import Comparison, compare
from eventsched.domain.releases import read
from tests.builders import NEW_YORK, an_event
from tests.web.staff.test_releases import CANCELLED, MOVED, RELEASE

PHOENIX = an_event()
LAZARD = an_event(**vars(NEW_YORK))


def compared(text: str, *schedule: Event) -> tuple[Comparison, ...]:
    return compare(read(text).events, schedule)


def changes(comparison: Comparison) -> dict[str, tuple[str, str]]:
    return {d.field: (d.before, d.after) for d in comparison.differences}


def test_what_agrees_is_said_to_agree() -> None:
    found = compared(RELEASE, LAZARD, PHOENIX)
    assert [comparison.stored for comparison in found] == [PHOENIX, LAZARD]
    assert all(comparison.agrees for comparison in found)


@pytest.mark.parametrize(
    ("stored", "difference"),
    [
        pytest.param({"time": "09:30"}, {"time": ("09:30", "09:00")}, id="time"),
        pytest.param({"date": "2011-11-12"}, {"date": ("2011-11-12", "2011-11-11")}, id="date"),
        pytest.param({"city": "Scottsdale"}, {"city": ("Scottsdale", "Phoenix, AZ")}, id="city"),
        pytest.param(
            {"zone": "America/New_York"},
            {"zone": ("America/New_York", "America/Phoenix")},
            id="another instant",
        ),
        pytest.param({"zone": "America/Denver"}, {}, id="another zone, the same instant"),
        pytest.param({"replay_days": 30}, {"replay_days": ("30", "7")}, id="replay"),
        pytest.param(
            {"replay_days": None, "replay_until": "2011-11-30 17:00"},
            {"replay_days": ("", "7"), "replay_until": ("2011-11-30 17:00", "")},
            id="replay of another sort",
        ),
        pytest.param(
            {"presenters": (Presenter(name="Daniel Junius", title="CFO"),)},
            {"presenters": ("Daniel Junius, CFO", "Daniel Junius, President and CEO")},
            id="presenter",
        ),
        pytest.param({"venue": "The Biltmore"}, {}, id="what the release does not say"),
        pytest.param(
            {"title": "2011 Credit  Suisse Healthcare\u00a0Conference"}, {}, id="typesetting"
        ),
    ],
)
def test_a_difference_is_named_by_its_field(
    stored: dict[str, Any], difference: dict[str, tuple[str, str]]
) -> None:
    ours = an_event(**stored)
    phoenix, _ = compared(RELEASE, ours, LAZARD)
    assert phoenix.stored == ours
    assert changes(phoenix) == difference
    assert phoenix.agrees == (not difference)


def test_an_event_that_nobody_planned_is_none() -> None:
    phoenix, lazard = compared(RELEASE, LAZARD)
    assert (phoenix.stored, phoenix.agrees) == (None, False)
    assert lazard.stored == LAZARD


def test_last_years_conference_is_another_one() -> None:
    last_year = an_event(title="2010 Credit Suisse Healthcare Conference", date="2010-11-12")
    assert compared(RELEASE, last_year, LAZARD)[0].stored is None


def test_one_event_is_not_meant_twice() -> None:
    twice = RELEASE.replace(
        "Lazard Capital Markets' 8th Annual Healthcare", "Credit Suisse Small Cap Healthcare"
    )
    assert len(read(twice).events) == 2
    assert [comparison.stored for comparison in compared(twice, PHOENIX)] == [PHOENIX, None]


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param(
            {"title": "Credit Suisse Technology Conference", "date": "2011-11-29"}, id="its host's"
        ),
        pytest.param({"title": "2011 UBS Healthcare Day", "host": "UBS"}, id="the same day's"),
    ],
)
def test_another_conference_is_not_meant(stored: dict[str, Any]) -> None:
    assert compared(RELEASE, an_event(**stored), LAZARD)[0].stored is None


def test_a_call_is_known_by_its_day() -> None:
    text = """\
WALTHAM, Mass., Oct. 20, 2011 -- ImmunoGen, Inc. (Nasdaq: IMGN) will hold a conference call to
discuss its financial results for the third quarter of 2011 on October 27, 2011 at 8:30 am EDT.
"""
    call = an_event(
        title="Q3 earnings", kind="earnings_call", host="", city="", format="", zone=NEW_YORK.zone
    )
    on_the_day = replace(call, facts=replace(call.facts, date=date(2011, 10, 27)))
    assert [found.stored for found in compared(text, call)] == [None]
    assert [found.stored for found in compared(text, on_the_day)] == [on_the_day]


def test_what_was_withdrawn_is_not_meant() -> None:
    assert compared(RELEASE, replace(PHOENIX, standing=Standing.WITHDRAWN))[0].stored is None


def test_a_rescheduling_proposes_the_change_to_the_event_it_means() -> None:
    (found,) = compared(MOVED, LAZARD, PHOENIX)
    assert found.stored == PHOENIX
    assert changes(found) == {
        "date": ("2011-11-11", "2011-11-14"),
        "time": ("09:00", "10:30"),
    }
    assert found.proposal is not None
    assert found.proposal.live_url == PHOENIX.facts.live_url


def test_a_cancellation_proposes_to_cancel_and_changes_no_fact() -> None:
    (found,) = compared(CANCELLED, LAZARD, PHOENIX)
    assert (found.stored, found.decision) == (PHOENIX, Standing.CANCELLED)
    assert changes(found) == {}
    (done,) = compared(CANCELLED, an_event(standing="cancelled"))
    assert done.agrees


def test_numbers_to_call_are_compared_by_what_a_telephone_dials() -> None:
    text = """\
WALTHAM, Mass., Oct. 20, 2011 -- ImmunoGen, Inc. (Nasdaq: IMGN) will hold a conference call to
discuss its financial results for the third quarter of 2011 on October 27, 2011 at 8:30 am EDT.
To access the live call by telephone, dial 877-555-0165; the conference ID is 60112299.
"""
    call = an_event(
        title="Q3 earnings",
        kind="earnings_call",
        starts="2011-10-27 08:30",
        zone="America/New_York",
        dial_in="United States: (877) 555-0165",
        conference_id="60112299",
    )
    (same,) = compared(text, call)
    assert same.stored == call
    assert changes(same).keys() & {"dial_in", "conference_id"} == set()
    other = replace(call, facts=replace(call.facts, dial_in=(), conference_id="1"))
    (found,) = compared(text, other)
    assert changes(found)["dial_in"] == ("", "877-555-0165")
    assert changes(found)["conference_id"] == ("1", "60112299")
