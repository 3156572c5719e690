"""The clocks: the machine's, and the demo's that runs fast."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from eventsched.clock import DemoClock, SystemClock
from tests.builders import at

NOON = at("2011-11-11 12:00")


def test_the_machines_clock_is_aware_and_in_utc() -> None:
    before, now, after = datetime.now(UTC), SystemClock().now(), datetime.now(UTC)
    assert before <= now <= after
    assert now.tzinfo is UTC
    before, seconds = datetime.now(UTC), SystemClock().seconds_until(now + timedelta(minutes=1))
    passed = (datetime.now(UTC) - now, before - now)
    assert 60 - passed[0].total_seconds() <= seconds <= 60 - passed[1].total_seconds()


@pytest.mark.parametrize("speed", [1, 60, 6000])
def test_the_demos_clock_runs_as_fast_as_it_is_told(speed: float) -> None:
    since = time.time() - 10
    started_ten_seconds_ago = DemoClock(shown=NOON, since=since, speed=speed)
    least = time.time() - since
    elapsed = (started_ten_seconds_ago.now() - NOON).total_seconds()
    most = time.time() - since
    # A microsecond of the demo's is what an instant can tell.
    assert least * speed - 1e-3 <= elapsed <= most * speed + 1e-3


def test_a_demos_week_is_over_in_two_minutes() -> None:
    before = time.time()
    clock = DemoClock.starting(NOON, speed=6000)
    left, gone = (clock.seconds_until(NOON + timedelta(days=days)) for days in (7, -7))
    passed = time.time() - before
    assert 100.8 - passed <= left <= 100.8
    assert -100.8 - passed <= gone <= -100.8


def test_the_processes_of_a_demo_agree(tmp_path: Path) -> None:
    clock = DemoClock.starting(NOON, speed=60)
    clock.keep(tmp_path / "clock.json")
    other = DemoClock.kept_in(tmp_path / "clock.json")
    before, others, after = clock.now(), other.now(), clock.now()
    a_second = timedelta(seconds=60)
    assert before - a_second < others < after + a_second
    assert other.speed == 60
    assert [file.name for file in tmp_path.iterdir()] == ["clock.json"]
