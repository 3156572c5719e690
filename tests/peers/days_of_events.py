"""Says with recurring-ical-events which entries of a calendar (standard input) fall on which day.

Runs on its own, as a program, in the peers' environment. Standard output: JSON, UIDs by ISO day.
"""

import json
import sys
from datetime import timedelta
from typing import Any

import icalendar
import recurring_ical_events  # type: ignore[import-not-found]


def days_of(moment: Any) -> set[Any]:
    """Return the day of a moment and its neighbours, where a wrong zone would put it."""
    day = moment.date() if hasattr(moment, "date") else moment
    return {day + timedelta(days=days) for days in (-1, 0, 1)}


def main() -> None:
    calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
    starts = [days_of(entry["DTSTART"].dt) for entry in calendar.walk("VEVENT")]  # type: ignore[union-attr]
    on = recurring_ical_events.of(calendar)
    said = {day: sorted(str(entry["UID"]) for entry in on.at(day)) for day in set().union(*starts)}
    print(json.dumps({day.isoformat(): uids for day, uids in sorted(said.items()) if uids}))


if __name__ == "__main__":
    main()
