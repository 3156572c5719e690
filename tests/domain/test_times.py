"""Wall times, zones and instants, in the zones that make them hard."""

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest
import pytz
from hypothesis import given
from hypothesis import strategies as st

from eventsched.domain.times import (
    OutsideZoneData,
    Repeated,
    RepeatedTime,
    SkippedTime,
    TimeProblem,
    UnknownZone,
    abbreviation,
    days_later,
    instant_of,
    offset_words,
    start_of_day,
    wall_of,
    zone_of,
)
from tests.builders import at

ZONES = [name for name in pytz.all_timezones if "/" in name and not name.startswith("Etc/")]
AREAS = sorted({name.partition("/")[0] for name in ZONES})
MICROSECOND = timedelta(microseconds=1)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("zone", "clock", "instant"),
    [
        pytest.param("America/Phoenix", "2011-11-11 09:00", "2011-11-11 16:00", id="Phoenix"),
        pytest.param("America/New_York", "2011-11-15 11:30", "2011-11-15 16:30", id="New York"),
        pytest.param("America/New_York", "2011-07-01 11:30", "2011-07-01 15:30", id="in summer"),
        pytest.param("Asia/Kathmandu", "2020-01-01 00:00", "2019-12-31 18:15", id="45 minutes"),
        pytest.param("Pacific/Kiritimati", "2020-01-01 00:00", "2019-12-31 10:00", id="UTC+14"),
        pytest.param("Pacific/Apia", "2011-12-29 23:59", "2011-12-30 09:59", id="Apia, eve"),
        pytest.param("Pacific/Apia", "2011-12-31 00:00", "2011-12-30 10:00", id="Apia, two later"),
        pytest.param("America/Vancouver", "2027-01-15 09:00", "2027-01-15 16:00", id="new rules"),
        pytest.param("America/New_York", "2037-12-31 23:00", "2038-01-01 04:00", id="last hours"),
        pytest.param("UTC", "1970-01-01 00:00", "1970-01-01 00:00", id="first second"),
    ],
)
def test_a_wall_time_names_one_instant(zone: str, clock: str, instant: str) -> None:
    assert instant_of(wall(clock), zone) == at(instant)
    assert wall_of(at(instant), zone) == wall(clock)


SKIPPED = [
    pytest.param("America/New_York", "2011-03-13 02:00", "2011-03-13 02:59:59.999999", id="NYC"),
    pytest.param("Europe/London", "2011-03-27 01:00", "2011-03-27 01:59:59.999999", id="London"),
    pytest.param(
        "Australia/Lord_Howe", "2011-10-02 02:00", "2011-10-02 02:29:59.999999", id="half an hour"
    ),
    pytest.param(
        "America/Sao_Paulo", "2018-11-04 00:00", "2018-11-04 00:59:59.999999", id="midnight"
    ),
    pytest.param(
        "Africa/Casablanca", "2024-04-14 02:00", "2024-04-14 02:59:59.999999", id="Ramadan ends"
    ),
    pytest.param("Pacific/Apia", "2011-12-30 00:00", "2011-12-30 23:59:59.999999", id="a day"),
    pytest.param(
        "Asia/Pyongyang", "2018-05-04 23:30", "2018-05-04 23:59:59.999999", id="new standard time"
    ),
    pytest.param(
        "America/Caracas", "2016-05-01 02:30", "2016-05-01 02:59:59.999999", id="Caracas forward"
    ),
]


@pytest.mark.parametrize(("zone", "first", "last"), SKIPPED)
def test_a_skipped_time_is_refused_to_the_microsecond(zone: str, first: str, last: str) -> None:
    for clock in (wall(first), wall(last)):
        with pytest.raises(SkippedTime):
            instant_of(clock, zone)
    before = instant_of(wall(first) - MICROSECOND, zone)
    assert instant_of(wall(last) + MICROSECOND, zone) - before == MICROSECOND


REPEATED = [
    pytest.param(
        "America/New_York", "2011-11-06 01:30", "2011-11-06 05:30", "2011-11-06 06:30", id="NYC"
    ),
    pytest.param(
        "Australia/Lord_Howe",
        "2011-04-03 01:45",
        "2011-04-02 14:45",
        "2011-04-02 15:15",
        id="half an hour",
    ),
    pytest.param(
        "Africa/Casablanca",
        "2024-03-10 02:30",
        "2024-03-10 01:30",
        "2024-03-10 02:30",
        id="Ramadan begins",
    ),
    pytest.param(
        "America/Havana", "2011-11-13 00:30", "2011-11-13 04:30", "2011-11-13 05:30", id="Havana"
    ),
    pytest.param(
        "America/Sao_Paulo",
        "2018-02-17 23:30",
        "2018-02-18 01:30",
        "2018-02-18 02:30",
        id="before midnight",
    ),
    pytest.param(
        "America/Caracas",
        "2007-12-09 02:45",
        "2007-12-09 06:45",
        "2007-12-09 07:15",
        id="new standard time",
    ),
    pytest.param(
        "Asia/Pyongyang",
        "2015-08-14 23:45",
        "2015-08-14 14:45",
        "2015-08-14 15:15",
        id="Pyongyang back",
    ),
]


@pytest.mark.parametrize(("zone", "clock", "earlier", "later"), REPEATED)
def test_a_repeated_time_is_asked_about(zone: str, clock: str, earlier: str, later: str) -> None:
    with pytest.raises(RepeatedTime) as asked:
        instant_of(wall(clock), zone)

    assert (asked.value.earlier, asked.value.later) == (at(earlier), at(later))
    assert instant_of(wall(clock), zone, repeated="earlier") == at(earlier)
    assert instant_of(wall(clock), zone, repeated="later") == at(later)


def test_a_refusal_says_what_happens_that_day() -> None:
    with pytest.raises(SkippedTime) as skipped:
        instant_of(wall("2011-03-13 02:30"), "America/New_York")
    with pytest.raises(RepeatedTime) as repeated:
        instant_of(wall("2011-11-06 01:30"), "America/New_York")

    assert str(skipped.value) == (
        "02:30 on 2011-03-13 does not exist in America/New_York: "
        "the clocks go forward past it that day."
    )
    assert str(repeated.value) == (
        "01:30 on 2011-11-06 happens twice in America/New_York, because the clocks go back. Say "
        "whether the earlier (UTC−4) or the later (UTC−5) is meant."
    )


@pytest.mark.parametrize("repeated", ["earlier", "later"])
def test_which_of_two_is_ignored_where_there_is_one(repeated: Repeated) -> None:
    asked = instant_of(wall("2011-11-11 09:00"), "America/Phoenix", repeated=repeated)
    assert asked == at("2011-11-11 16:00")


@pytest.mark.parametrize(
    "name",
    [
        *("", "EST", "CST", "MST", "EST5EDT", "GMT", "Zulu", "Etc/GMT+5", "+05:00", "Eastern Time"),
        *("america/new_york", "America/New_York ", "America/Neverland", "America", "../etc/passwd"),
        *("America/New_York\0", "America/\ud800", "\N{ROCKET}/\N{ROCKET}", "A/" + "b" * 1_000_000),
    ],
)
def test_what_is_no_place_is_no_zone(name: str) -> None:
    with pytest.raises(UnknownZone) as unknown:
        zone_of(name)
    assert len(str(unknown.value)) < 150


@pytest.mark.parametrize(
    "clock", ["0001-01-01 00:00", "1969-12-31 23:59", "2038-01-01 00:00", "9999-12-31 23:59"]
)
def test_years_without_zone_data_are_refused(clock: str) -> None:
    with pytest.raises(OutsideZoneData):
        instant_of(wall(clock), "America/New_York")


@pytest.mark.parametrize(
    ("zone", "ended", "closes", "hours"),
    [
        ("America/Phoenix", "2011-11-11 17:00", "2011-11-18 17:00", 168),
        pytest.param("America/New_York", "2011-11-04 20:00", "2011-11-11 21:00", 169, id="autumn"),
        pytest.param("America/New_York", "2011-03-11 21:00", "2011-03-18 20:00", 167, id="spring"),
        pytest.param("Australia/Lord_Howe", "2011-04-01 00:00", "2011-04-08 00:30", 168.5, id="½"),
        pytest.param("Pacific/Apia", "2011-12-28 20:00", "2012-01-03 20:00", 144, id="six nights"),
        pytest.param(
            "America/New_York", "2011-10-30 05:30", "2011-11-06 05:30", 168, id="closes twice"
        ),
        pytest.param(
            "America/New_York", "2011-03-06 07:30", "2011-03-13 07:30", 168, id="closing skipped"
        ),
        pytest.param(
            "Pacific/Apia", "2011-12-23 22:00", "2011-12-30 22:00", 168, id="closing day skipped"
        ),
    ],
)
def test_a_week_is_seven_days_on_the_events_clock(
    zone: str, ended: str, closes: str, hours: float
) -> None:
    assert days_later(at(ended), 7, zone) == at(closes)
    assert at(closes) - at(ended) == timedelta(hours=hours)


def test_a_replay_past_the_zone_data_is_refused() -> None:
    with pytest.raises(OutsideZoneData):
        days_later(at("2037-12-30 12:00"), 7, "America/New_York")


@given(
    zone=st.sampled_from(ZONES),
    instant=st.datetimes(datetime(1975, 1, 1), datetime(2037, 6, 1), timezones=st.just(UTC)),
    days=st.integers(1, 60),
)
def test_days_later_shows_the_same_clock_or_lies_in_a_change(
    zone: str, instant: datetime, days: int
) -> None:
    wanted = wall_of(instant, zone) + timedelta(days=days)
    later = days_later(instant, days, zone)
    if wall_of(later, zone) == wanted:
        assert all(showing >= later for showing in _showing(wanted, zone))
    else:
        assert _showing(wanted, zone) == []
        # As far after the gap as the wish is after its beginning: the clock went on by the old one.
        before = later - timedelta(days=2)
        assert later == before + (wanted - wall_of(before, zone))


@given(
    zone=st.sampled_from(ZONES),
    clock=st.datetimes(datetime(1971, 1, 1), datetime(2037, 12, 30)),
)
def test_an_instant_is_what_clocks_show_or_is_refused(zone: str, clock: datetime) -> None:
    _same_as_counted(clock, zone)


@pytest.mark.parametrize("area", AREAS)
def test_every_clock_change_of_every_zone_is_seen(area: str) -> None:
    for zone in (zone for zone in ZONES if zone.startswith(area + "/")):
        for before, after in _changes(zone):
            first, last = sorted((before, after))
            for clock in (first, last - MICROSECOND):
                _same_as_counted(clock, zone)


@pytest.mark.parametrize(
    ("zone", "day", "first"),
    [
        ("America/New_York", "2011-11-06", "2011-11-06 04:00"),
        pytest.param("America/Sao_Paulo", "2018-11-04", "2018-11-04 03:00", id="midnight skipped"),
        pytest.param("America/Havana", "2011-11-13", "2011-11-13 04:00", id="midnight twice"),
        pytest.param("Pacific/Apia", "2011-12-31", "2011-12-30 10:00", id="after the missing day"),
    ],
)
def test_a_day_begins_at_its_first_instant(zone: str, day: str, first: str) -> None:
    assert start_of_day(date.fromisoformat(day), zone) == at(first)


@pytest.mark.parametrize("area", AREAS)
def test_a_day_begins_after_the_last_instant_of_the_day_before(area: str) -> None:
    for zone in (zone for zone in ZONES if zone.startswith(area + "/")):
        for before, after in _changes(zone):
            for day in {before.date(), after.date()}:
                start = start_of_day(day, zone)
                eve = wall_of(start - MICROSECOND, zone).date()
                assert eve < day <= wall_of(start, zone).date()


@pytest.mark.parametrize(
    ("instant", "zone", "words", "short"),
    [
        ("2011-11-11 16:00", "America/Phoenix", "UTC−7", "MST"),
        ("2011-11-11 16:00", "Asia/Kathmandu", "UTC+5:45", None),
        ("2011-11-11 16:00", "UTC", "UTC", "UTC"),
        ("2011-01-11 16:00", "Europe/London", "UTC", "GMT"),
        ("2011-07-11 16:00", "Europe/London", "UTC+1", "BST"),
        ("2011-11-11 16:00", "America/St_Johns", "UTC−3:30", "NST"),
        ("2011-11-11 16:00", "Pacific/Kiritimati", "UTC+14", None),
        ("2011-11-11 16:00", "America/Sao_Paulo", "UTC−2", None),
    ],
)
def test_offsets_and_abbreviations_are_those_of_the_moment(
    instant: str, zone: str, words: str, short: str | None
) -> None:
    assert (offset_words(at(instant), zone), abbreviation(at(instant), zone)) == (words, short)


def _showing(clock: datetime, zone: str) -> list[datetime]:
    """Return the instants at which clocks in `zone` show `clock`: counted, not asked of `times`."""
    rules = pytz.timezone(zone)
    changes = _transition_times(zone)
    first, last = clock - timedelta(days=2), clock + timedelta(days=2)
    nearby = changes[bisect_left(changes, first) : bisect_right(changes, last)]
    probes = [probe.replace(tzinfo=UTC) for probe in (first, *nearby, last)]
    offsets = {probe.astimezone(rules).utcoffset() for probe in probes}
    guesses = [clock.replace(tzinfo=UTC) - offset for offset in offsets if offset is not None]
    return sorted(g for g in guesses if g.astimezone(rules).replace(tzinfo=None) == clock)


def _same_as_counted(clock: datetime, zone: str) -> None:
    match _showing(clock, zone):
        case []:
            expected: object = SkippedTime
        case [one]:
            expected = one
        case [earlier, *_]:
            assert instant_of(clock, zone, repeated="earlier") == earlier
            expected = RepeatedTime
    try:
        found: object = instant_of(clock, zone)
    except TimeProblem as problem:
        found = type(problem)
    assert (zone, clock, found) == (zone, clock, expected)


@cache
def _transition_times(zone: str) -> list[datetime]:
    """Return the naive UTC times of the zone's changes, as pytz holds them; none where fixed."""
    return list(getattr(pytz.timezone(zone), "_utc_transition_times", [])[1:])


@cache
def _changes(zone: str) -> list[tuple[datetime, datetime]]:
    """Return what clocks in `zone` show at each change of theirs, by the old and the new rule."""
    rules = pytz.timezone(zone)
    found = []
    for moment in _transition_times(zone):
        if 1971 <= moment.year <= 2036:
            instant = moment.replace(tzinfo=UTC)
            before = (instant - MICROSECOND).astimezone(rules).replace(tzinfo=None) + MICROSECOND
            after = instant.astimezone(rules).replace(tzinfo=None)
            if before != after:
                found.append((before, after))
    return found
