"""The clocks: the machine's, and the demo's that runs fast."""

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
    assert 59 < SystemClock().seconds_until(now + timedelta(minutes=1)) <= 60


@pytest.mark.parametrize("speed", [1, 60, 6000])
def test_the_demos_clock_runs_as_fast_as_it_is_told(speed: float) -> None:
    started_ten_seconds_ago = DemoClock(
        shown=NOON, since=datetime.now(UTC).timestamp() - 10, speed=speed
    )
    elapsed = started_ten_seconds_ago.now() - NOON
    assert timedelta(seconds=10 * speed) <= elapsed < timedelta(seconds=11 * speed)


def test_a_demos_week_is_over_in_two_minutes() -> None:
    clock = DemoClock.starting(NOON, speed=6000)
    assert 100 < clock.seconds_until(NOON + timedelta(days=7)) < 101
    assert clock.seconds_until(NOON - timedelta(days=7)) < -100


def test_the_processes_of_a_demo_agree(tmp_path: Path) -> None:
    clock = DemoClock.starting(NOON, speed=60)
    clock.keep(tmp_path / "clock.json")
    other = DemoClock.kept_in(tmp_path / "clock.json")
    assert abs(other.now() - clock.now()) < timedelta(seconds=60)
    assert other.speed == 60
    assert [file.name for file in tmp_path.iterdir()] == ["clock.json"]
