"""Reads a calendar with libical: what it understood, and what of RFC 5545 it finds broken.

Runs on its own, as a program: the calendar on standard input, JSON by UID on standard output, the
broken rules under "errors".
"""

import json
import os
import sys
from typing import Any

import gi  # type: ignore[import-not-found]

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib  # type: ignore[import-not-found]  # noqa: E402

KINDS = ICalGLib.ComponentKind


def moment(time: Any, calendar: Any) -> str | None:
    if time is None or time.is_null_time():
        return None
    if time.is_date():
        return f"{time.get_year()}-{time.get_month():02}-{time.get_day():02}"
    tzid = time.get_tzid()
    zone = calendar.get_timezone(tzid) if tzid and tzid != "UTC" else time.get_timezone()
    seconds = time.as_timet_with_zone(zone)
    utc = ICalGLib.Time.new_from_timet_with_zone(seconds, False, None)
    return (
        f"{utc.get_year()}-{utc.get_month():02}-{utc.get_day():02}"
        f"T{utc.get_hour():02}:{utc.get_minute():02}:{utc.get_second():02}Z"
    )


def value(entry: Any, kind: Any) -> str:
    found = entry.get_first_property(kind)
    return "" if found is None else str(found.get_value_as_string())


def main() -> None:
    calendar = ICalGLib.Component.new_from_string(sys.stdin.read())
    said: dict[str, Any] = {}
    entry = calendar.get_first_component(KINDS.VEVENT_COMPONENT)
    while entry is not None:
        has_end = entry.get_first_property(ICalGLib.PropertyKind.DTEND_PROPERTY) is not None
        said[entry.get_uid()] = {
            "summary": entry.get_summary(),
            "location": entry.get_location(),
            "start": moment(entry.get_dtstart(), calendar),
            "end": moment(entry.get_dtend(), calendar) if has_end else None,
            "status": value(entry, ICalGLib.PropertyKind.STATUS_PROPERTY),
            "sequence": entry.get_sequence(),
            "url": value(entry, ICalGLib.PropertyKind.URL_PROPERTY),
            "description": entry.get_description(),
        }
        entry = calendar.get_next_component(KINDS.VEVENT_COMPONENT)
    ICalGLib.restriction_check(calendar)
    lines = calendar.as_ical_string().replace("\r\n ", "").split("\r\n")
    errors = [line for line in lines if "X-LIC-ERROR" in line]
    print(json.dumps({"events": said, "errors": errors}))
    sys.stdout.flush()
    # libical's own bookkeeping frees a zone twice when Python tidies up.
    os._exit(0)


if __name__ == "__main__":
    main()
