"""Asks libical, half-hour by half-hour, what VTIMEZONEs mean. Runs on its own, as a program.

Standard input: JSON, a list of `{"vtimezone": text, "walls": [[from, to, offset], ...],
"instants": [[instant, offset], ...]}`, with times in ISO 8601 and offsets in seconds. Standard
output: JSON, `{"asked": number, "wrong": [[TZID, time, offset read], ...]}`.
"""

import ctypes
import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

HALF_AN_HOUR = timedelta(minutes=30)
ENOUGH_SAID = 20


class Time(ctypes.Structure):
    """libical's icaltimetype."""

    _fields_ = [
        *[
            (name, ctypes.c_int)
            for name in ("year", "month", "day", "hour", "minute", "second", "is_date", "daylight")
        ],
        ("zone", ctypes.c_void_p),
    ]


def loaded() -> Any:
    libical = ctypes.CDLL("libical.so.3")
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    functions: dict[str, list[Any]] = {
        "icalparser_parse_string": [pointer, text],
        "icalcomponent_string_to_kind": [ctypes.c_int, text],
        "icalcomponent_get_first_component": [pointer, pointer, ctypes.c_int],
        "icaltimezone_new": [pointer],
        "icaltimezone_set_component": [ctypes.c_int, pointer, pointer],
        "icaltimezone_get_tzid": [text, pointer],
        "icaltimezone_get_utc_offset": [ctypes.c_int, pointer, pointer, pointer],
        "icaltimezone_get_utc_offset_of_utc_time": [ctypes.c_int, pointer, pointer, pointer],
    }
    for name, (answer, *arguments) in functions.items():
        function = getattr(libical, name)
        function.restype, function.argtypes = answer, arguments
    return libical


def zone_read(libical: Any, vtimezone: str) -> Any:
    calendar = libical.icalparser_parse_string(
        f"BEGIN:VCALENDAR\r\n{vtimezone}END:VCALENDAR\r\n".encode()
    )
    kind = libical.icalcomponent_string_to_kind(b"VTIMEZONE")
    zone = libical.icaltimezone_new()
    component = libical.icalcomponent_get_first_component(calendar, kind)
    assert libical.icaltimezone_set_component(zone, component)
    return zone


def half_hours(begins: datetime, ends: datetime) -> Iterator[datetime]:
    past = (begins - datetime(2000, 1, 1)) % HALF_AN_HOUR
    at = begins + (HALF_AN_HOUR - past if past else timedelta())
    while at < ends:
        yield at
        at += HALF_AN_HOUR


def set_time(time: Time, at: datetime) -> None:
    time.year, time.month, time.day = at.year, at.month, at.day
    time.hour, time.minute, time.second = at.hour, at.minute, at.second


def asked_times(question: Any) -> Iterator[tuple[str, datetime, int]]:
    for begins, ends, offset in question["walls"]:
        for at in half_hours(datetime.fromisoformat(begins), datetime.fromisoformat(ends)):
            yield "icaltimezone_get_utc_offset", at, offset
    for instant, offset in question["instants"]:
        yield "icaltimezone_get_utc_offset_of_utc_time", datetime.fromisoformat(instant), offset


def main() -> None:
    libical = loaded()
    asked, wrong = 0, []
    time = Time()
    place = ctypes.byref(time)
    for question in json.load(sys.stdin):
        zone = zone_read(libical, question["vtimezone"])
        tzid = libical.icaltimezone_get_tzid(zone).decode()
        for function, at, offset in asked_times(question):
            set_time(time, at)
            asked += 1
            if (read := getattr(libical, function)(zone, place, None)) != offset:
                wrong.append([tzid, at.isoformat(), read])
    json.dump({"asked": asked, "wrong": wrong[:ENOUGH_SAID]}, sys.stdout)


if __name__ == "__main__":
    main()
