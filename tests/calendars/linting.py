"""A linter for the bytes of a calendar: what parsers forgive and the next program does not.

Nobody else's validator minds line ends, lengths, cut characters, a TZID without its VTIMEZONE or a
bare comma in a text; calendar programs do, silently.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

LONGEST_LINE = 75

_TEXTS = {"SUMMARY", "DESCRIPTION", "LOCATION", "UID", "NAME", "COMMENT", "CATEGORIES"}
_TEXTS |= {"X-ALT-DESC", "X-WR-CALNAME", "X-WR-TIMEZONE", "PRODID"}
_LISTS = {"CATEGORIES"}
_ONCE = {
    "VCALENDAR": {"PRODID", "VERSION"},
    "VEVENT": {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "SEQUENCE", "CREATED", "LAST-MODIFIED"},
    "VTIMEZONE": {"TZID"},
    "STANDARD": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
    "DAYLIGHT": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
    "VALARM": {"ACTION", "TRIGGER"},
}
# RFC 5545 §3.1: a name, parameters with quoted or plain values, a colon, a value.
_PARAMETER = r';[A-Z0-9-]+=(?:"[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*)'
_MORE = r'(?:,(?:"[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*))*'
_LINE = re.compile(
    rf"(?P<name>[A-Z0-9-]+)(?P<parameters>(?:{_PARAMETER}{_MORE})*)"
    r":(?P<value>[^\x00-\x08\x0a-\x1f\x7f]*)"
)
_TZID = re.compile(r';TZID="?([^";:]+)')
_TEXT = re.compile(r"(?:[^\\;,]|\\[\\;,nN])*")
_TEXT_LIST = re.compile(r"(?:[^\\;]|\\[\\;,nN])*")


@dataclass
class Component:
    """One component: its kind, its own properties, and the components in it."""

    kind: str
    properties: list[tuple[str, str, str]] = field(default_factory=list)
    parts: list["Component"] = field(default_factory=list)

    def values(self, name: str) -> list[str]:
        return [value for own, _, value in self.properties if own == name]


def faults(calendar: bytes) -> list[str]:
    """Return what is wrong with a calendar's bytes; an empty list where nothing is."""
    found = _faults_of_lines(calendar)
    if found:
        return found
    lines = unfolded(calendar)
    found = [f"not a content line: {line!r}" for line in lines if not _LINE.fullmatch(line)]
    return found or _faults_of_components(tree(lines))


def unfolded(calendar: bytes) -> list[str]:
    """Return the content lines, folds undone."""
    return calendar.decode().replace("\r\n ", "").split("\r\n")[:-1]


def tree(lines: list[str]) -> Component:
    """Return the components that content lines make. Raises ValueError where they don't nest."""
    roof = Component(kind="")
    path = [roof]
    for line in lines:
        found = _LINE.fullmatch(line)
        assert found is not None
        name, value = found["name"], found["value"]
        if name == "BEGIN":
            path[-1].parts.append(Component(kind=value))
            path.append(path[-1].parts[-1])
        elif name == "END":
            if path.pop().kind != value:
                raise ValueError(f"END:{value} ends something else.")
        else:
            path[-1].properties.append((name, found["parameters"], value))
    if path != [roof]:
        raise ValueError(f"{path[-1].kind} does not end.")
    return roof


def _faults_of_lines(calendar: bytes) -> list[str]:
    lines = calendar.split(b"\r\n")
    found = []
    if lines.pop() != b"":
        found.append("the last line does not end in CRLF")
    for line in lines:
        if b"\r" in line or b"\n" in line:
            found.append(f"a bare CR or LF: {line!r}")
        if len(line) > LONGEST_LINE:
            found.append(f"{len(line)} octets: {line!r}")
        if not line.strip(b" "):
            found.append("an empty line")
        try:
            line.decode()
        except UnicodeDecodeError:
            found.append(f"a cut character: {line!r}")
    for line, following in pairwise(lines):
        room = LONGEST_LINE - len(line)
        # A character of four octets may not have fitted; icalendar leaves a few more empty.
        if following.startswith(b" ") and room > 8:
            found.append(f"folded {room} octets early: {line!r}")
    return found


def _faults_of_components(roof: Component) -> list[str]:
    if [part.kind for part in roof.parts] != ["VCALENDAR"] or roof.properties:
        return ["not one VCALENDAR"]
    calendar = roof.parts[0]
    found = _faults_of_component(calendar)
    known = set()
    for part in calendar.parts:
        if part.kind == "VTIMEZONE":
            known |= set(part.values("TZID"))
        for _, parameters, _ in part.properties:
            found += [
                f"TZID={zone} stands before its VTIMEZONE"
                for zone in _TZID.findall(parameters)
                if zone not in known
            ]
    uids = Counter(uid for part in calendar.parts for uid in part.values("UID"))
    found += [f"two entries with UID {uid}" for uid, count in uids.items() if count > 1]
    if calendar.values("UID"):
        found.append("a UID on the VCALENDAR")
    return found


def _faults_of_component(component: Component) -> list[str]:
    found = [
        f"{component.kind} has {len(component.values(name))} {name}"
        for name in sorted(_ONCE.get(component.kind, ()))
        if len(component.values(name)) != 1
    ]
    for name, _, value in component.properties:
        grammar = _TEXT_LIST if name in _LISTS else _TEXT
        if name in _TEXTS and not grammar.fullmatch(value):
            found.append(f"not escaped: {name}:{value}")
    return found + [fault for part in component.parts for fault in _faults_of_component(part)]
