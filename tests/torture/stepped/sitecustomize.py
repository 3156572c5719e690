"""Python loads this before anything else in a process whose PYTHONPATH names this folder.

It steps the machine's clock for that process alone, by the seconds in the file that TEST_CLOCK_FILE
names. The product has no such thing: its clock is the machine's.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import eventsched.clock

_file = Path(os.environ["TEST_CLOCK_FILE"])


def _stepped(_: eventsched.clock.SystemClock) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=float(_file.read_text("utf-8")))


eventsched.clock.SystemClock.now = _stepped  # type: ignore[assignment,method-assign]
