"""The linter itself: each thing that it is there for, it finds."""

import pytest

from tests.calendars.linting import faults

SOUND = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VTIMEZONE
TZID:Asia/Dili
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0900
TZOFFSETTO:+0900
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:a@b
SEQUENCE:0
DTSTAMP:20111102T120000Z
CREATED:20111102T120000Z
LAST-MODIFIED:20111102T120000Z
DTSTART;TZID=Asia/Dili:20111111T090000
SUMMARY:One\\, two\\; three
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()


def test_a_sound_calendar_has_no_faults() -> None:
    assert faults(SOUND) == []


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        (b"x\r\n", b"x\n", "a bare CR or LF"),
        (b"END:VCALENDAR\r\n", b"END:VCALENDAR", "the last line does not end in CRLF"),
        (b"One", b"One" + 60 * b"x", "85 octets"),
        (b"One", 32 * "é".encode() + b"\xc3\r\n \xa9One", "a cut character"),
        (b"One", b"O\r\n ne", "folded 66 octets early"),
        (b"x\r\n", b"x\r\n\r\n", "an empty line"),
        (b"One", b"O\x07ne", "not a content line"),
        (b"One\\,", b"One,", "not escaped"),
        (b"\\; three", b"; three", "not escaped"),
        (b"One", b"On\\e", "not escaped"),
        (b"TZID:Asia/Dili", b"TZID:Asia/Tokyo", "TZID=Asia/Dili stands before its VTIMEZONE"),
        (b"PRODID:x\r\n", b"PRODID:x\r\nUID:b\r\n", "a UID on the VCALENDAR"),
        (b"UID:a@b\r\n", b"", "VEVENT has 0 UID"),
        (b"SEQUENCE:0\r\n", b"SEQUENCE:0\r\nSEQUENCE:1\r\n", "VEVENT has 2 SEQUENCE"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_fault_is_found(right: bytes, wrong: bytes, fault: str) -> None:
    found = faults(SOUND.replace(right, wrong, 1))
    assert [message[: len(fault)] for message in found][:1] == [fault]


def test_two_entries_with_one_uid_are_found() -> None:
    begin, end = SOUND.index(b"BEGIN:VEVENT"), SOUND.index(b"END:VCALENDAR")
    twice = SOUND[:end] + SOUND[begin:end] + SOUND[end:]
    assert faults(twice) == ["two entries with UID a@b"]
