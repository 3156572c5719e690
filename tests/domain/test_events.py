"""What facts stand for: instants, the replay's closing, an address."""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsched.domain.events import Facts, Instants, derive_instants, slug_for
from eventsched.domain.times import (
    OutsideZoneData,
    RepeatedTime,
    SkippedDay,
    SkippedTime,
    TimeProblem,
)
from tests.builders import a_draft, at, facts


@pytest.mark.parametrize(
    ("said", "starts", "ends", "closes"),
    [
        pytest.param(
            {}, "2011-11-11 16:00", "2011-11-11 17:00", "2011-11-18 17:00", id="a week of replay"
        ),
        pytest.param(
            {"starts": "2011-11-04 16:00", "zone": "America/New_York"},
            *("2011-11-04 20:00", "2011-11-04 21:00", "2011-11-11 22:00"),
            id="a week of 169 hours",
        ),
        pytest.param(
            {"starts": "2011-03-11 16:00", "zone": "America/New_York"},
            *("2011-03-11 21:00", "2011-03-11 22:00", "2011-03-18 21:00"),
            id="a week of 167 hours",
        ),
        pytest.param(
            {"starts": "2011-03-06 01:30", "zone": "America/New_York"},
            *("2011-03-06 06:30", "2011-03-06 07:30", "2011-03-13 07:30"),
            id="the closing wall time is skipped",
        ),
        pytest.param(
            {"starts": "2011-10-30 00:30", "zone": "America/New_York"},
            *("2011-10-30 04:30", "2011-10-30 05:30", "2011-11-06 05:30"),
            id="the closing wall time comes twice",
        ),
        pytest.param(
            {"starts": "2011-11-06 01:30", "zone": "America/New_York", "repeated": "later"},
            *("2011-11-06 06:30", "2011-11-06 07:30", "2011-11-13 07:30"),
            id="the later of two",
        ),
        pytest.param(
            {"starts": "2011-03-13 01:30", "zone": "America/New_York"},
            *("2011-03-13 06:30", "2011-03-13 07:30", "2011-03-20 07:30"),
            id="an hour across a change",
        ),
        pytest.param(
            {"duration": None},
            *("2011-11-11 16:00", "2011-11-11 20:00", "2011-11-18 20:00"),
            id="an open end",
        ),
        pytest.param(
            {"replay_days": None, "replay_until": "2011-12-01 17:00"},
            *("2011-11-11 16:00", "2011-11-11 17:00", "2011-12-02 00:00"),
            id="until a wall time",
        ),
        pytest.param(
            {"replay_days": None}, "2011-11-11 16:00", "2011-11-11 17:00", None, id="no replay"
        ),
        pytest.param(
            {"starts": "2011-11-11"}, None, "2011-11-12 07:00", None, id="time to be announced"
        ),
        pytest.param(
            {"starts": "2018-11-03", "zone": "America/Sao_Paulo"},
            *(None, "2018-11-04 03:00", None),
            id="to be announced, and midnight is skipped",
        ),
        pytest.param(
            {"starts": "2011-12-29", "zone": "Pacific/Apia"},
            *(None, "2011-12-30 10:00", None),
            id="to be announced, and the next day is missing",
        ),
    ],
)
def test_facts_stand_for_instants(
    said: dict[str, str | None], starts: str | None, ends: str, closes: str | None
) -> None:
    assert derive_instants(facts(**said)) == Instants(
        starts_at=at(starts) if starts else None,
        ends_at=at(ends),
        replay_closes_at=at(closes) if closes else None,
    )


@pytest.mark.parametrize(
    ("posted", "ends"),
    [
        pytest.param("2011-11-11 16:00", "2011-11-11 20:00", id="at the start"),
        pytest.param("2011-11-11 16:00:01", "2011-11-11 16:00:01", id="a second after the start"),
        pytest.param("2011-11-11 17:12", "2011-11-11 17:12", id="meanwhile"),
        pytest.param("2011-11-11 20:00", "2011-11-11 20:00", id="at the latest end"),
        pytest.param("2011-11-13 09:00", "2011-11-11 20:00", id="days later"),
        pytest.param("2011-11-02 12:00", "2011-11-11 20:00", id="long before"),
    ],
)
def test_an_open_end_is_over_when_its_replay_is_posted(posted: str, ends: str) -> None:
    open_end = facts(duration=None)
    assert derive_instants(open_end, replay_posted_at=at(posted)).ends_at == at(ends)


@pytest.mark.parametrize("posted", ["2011-11-11 16:30", "2011-11-11 17:30"])
def test_a_stated_end_does_not_wait_for_the_replay(posted: str) -> None:
    assert derive_instants(facts(), replay_posted_at=at(posted)) == derive_instants(facts())


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"starts": "2011-03-13 02:30"}, SkippedTime),
        ({"starts": "2011-11-06 01:30"}, RepeatedTime),
        ({"starts": "2038-01-01 09:00"}, OutsideZoneData),
        ({"starts": "2037-12-30 09:00"}, OutsideZoneData),
        ({"replay_days": None, "replay_until": "2012-03-11 02:30"}, SkippedTime),
        ({"replay_days": None, "replay_until": "2012-11-04 01:30"}, RepeatedTime),
        pytest.param({"starts": "2038-01-01"}, OutsideZoneData, id="day after the last"),
        pytest.param({"starts": "9999-12-31"}, OutsideZoneData, id="last day of the calendar"),
        pytest.param({"starts": "0001-01-01"}, OutsideZoneData, id="first day of the calendar"),
        pytest.param({"starts": "1969-12-31"}, OutsideZoneData, id="day before the first"),
        pytest.param(
            {"starts": "2011-12-30", "zone": "Pacific/Apia"}, SkippedDay, id="a missing day"
        ),
    ],
)
def test_facts_that_stand_for_no_instant_are_a_problem(
    said: dict[str, str | None], problem: type[TimeProblem]
) -> None:
    with pytest.raises(problem):
        derive_instants(stated(**({"zone": "America/New_York"} | said)))


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("2011 Credit Suisse Healthcare Conference", "2011-credit-suisse-healthcare-conference"),
        ("Lazard's 8th Annual", "lazards-8th-annual-2011"),
        ("Société Générale – Zürich", "societe-generale-zurich-2011"),
        ("Q3/2011 results", "q3-2011-results"),
        ("投資家説明会", "event-2011"),
        ("!!!", "event-2011"),
        ("../../etc/passwd", "etc-passwd-2011"),
        ("Q3\r\nSet-Cookie: a", "q3-set-cookie-a-2011"),
        ("x" * 1_000_000, "x" * 80),
        ("ab " * 40, "-".join(["ab"] * 27)[:80]),
    ],
)
def test_an_address_is_readable(title: str, slug: str) -> None:
    assert slug_for(title, date(2011, 11, 11)) == slug


@given(title=st.text(max_size=400), day=st.dates())
def test_every_address_is_one_that_pages_accept(title: str, day: date) -> None:
    slug = slug_for(title, day)
    assert slug.isascii()
    assert "".join(slug.split("-")).isalnum()
    assert slug == slug.lower().strip("-")
    assert 0 < len(slug) <= 80
    assert "--" not in slug


def stated(**said: Any) -> Facts:
    """Return what is said, whether or not it stands for an instant."""
    draft = a_draft(**said)
    day, clock, until = draft.date, draft.time, draft.replay_until
    return replace(
        facts(),
        date=date.fromisoformat(day),
        time=time.fromisoformat(clock) if clock else None,
        zone=draft.zone,
        replay_days=int(draft.replay_days) if draft.replay_days else None,
        replay_until=datetime.fromisoformat(until) if until else None,
    )
