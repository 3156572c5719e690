"""How well the fixtures are read: `python -m tests.domain.releases.score [FOLDER …] [--verbose]`.

A fixture is a release (NAME.txt or NAME.html) and the expected reading (NAME.json). The tuned set
was in view while the rules were written, the held-out set was not: they are counted apart.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eventsched.domain.releases import read

FIXTURES = Path(__file__).parent / "fixtures"
SETS = ("tuned", "held_out")
FIELDS = (
    *("title", "host", "kind", "format", "status", "date", "date_end", "wall_time", "zone"),
    *("instant", "ends_instant", "stated_clocks", "city", "venue", "presenters", "webcast"),
    *("webcast_url", "dial_in", "conference_id", "replay_days", "replay_until"),
    "rescheduled_from",
)


@dataclass(frozen=True, kw_only=True)
class Fixture:
    """A release and what it should be read to say."""

    name: str
    text: str
    expected: dict[str, Any]


@dataclass(kw_only=True)
class Score:
    """Counts over a set of fixtures; `wrong` names each wrong field with both values."""

    found: int = 0
    missed: int = 0
    invented: int = 0
    fields: int = 0
    exact: Counter[str] = field(default_factory=Counter)
    silent: Counter[str] = field(default_factory=Counter)
    timed: int = 0
    instants_right: int = 0
    doubts_wanted: int = 0
    doubts_raised: int = 0
    doubts_beyond: int = 0
    datelines: int = 0
    datelines_exact: int = 0
    wrong: list[str] = field(default_factory=list)


def fixtures(folder: str) -> Iterator[Fixture]:
    """Yield the fixtures of a set, by name."""
    for expected in sorted((FIXTURES / folder).glob("*.json")):
        source = next(
            p for p in sorted(expected.parent.glob(f"{expected.stem}.*")) if p != expected
        )
        yield Fixture(
            name=expected.stem,
            text=source.read_text(encoding="utf-8"),
            expected=json.loads(expected.read_text(encoding="utf-8")),
        )


def score(folder: str) -> Score:
    """Return how the fixtures of a set are read."""
    result = Score()
    for fixture in fixtures(folder):
        score_one(fixture, result)
    return result


def score_one(fixture: Fixture, result: Score) -> None:
    """Count one fixture into `result`."""
    got = read(fixture.text).as_json()
    _score_dateline(fixture, got["dateline"], result)
    left = list(got["events"])
    for expected in fixture.expected["events"]:
        event = _closest(expected, left)
        if event is None:
            result.missed += 1
            result.wrong.append(f"{fixture.name}: missed {expected['title']}")
            continue
        left.remove(event)
        result.found += 1
        _score_event(fixture.name, expected, event, result)
    result.invented += len(left)
    result.wrong += [f"{fixture.name}: invented {event['title']}" for event in left]


def comparable(event: dict[str, Any]) -> dict[str, Any]:
    """Return an event's fields as fixtures state them."""
    clocks = [{"wall_time": c["wall_time"], "zone": c["zone"]} for c in event["stated_clocks"]]
    return {**{name: event[name] for name in FIELDS}, "stated_clocks": clocks}


def _score_dateline(fixture: Fixture, got: dict[str, Any], result: Score) -> None:
    for name, value in fixture.expected["dateline"].items():
        result.datelines += 1
        result.datelines_exact += got[name] == value
        if got[name] != value:
            result.wrong.append(f"{fixture.name}: dateline {name}: {got[name]!r} not {value!r}")


def _closest(expected: dict[str, Any], events: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the event that was meant: same date or title, best of both."""
    ranked = sorted(events, key=lambda event: -_likeness(expected, event))
    return ranked[0] if ranked and _likeness(expected, ranked[0]) else None


def _likeness(expected: dict[str, Any], event: dict[str, Any]) -> int:
    same = 2 * (event["date"] == expected["date"]) + 2 * (event["title"] == expected["title"])
    alike = event["kind"] == expected["kind"] and event["host"] == expected["host"]
    return int(same) + int(alike)


def _score_event(name: str, expected: dict[str, Any], event: dict[str, Any], result: Score) -> None:
    got = comparable(event)
    doubted = {doubt["field"] for doubt in event["doubts"]}
    for key in FIELDS:
        result.fields += 1
        if got[key] == expected[key]:
            result.exact[key] += 1
        else:
            result.silent[key] += key not in doubted
            mark = "doubted" if key in doubted else "SILENT"
            result.wrong.append(f"{name}: {key} {mark}: {got[key]!r} not {expected[key]!r}")
    if expected["instant"]:
        result.timed += 1
        result.instants_right += got["instant"] == expected["instant"]
    wanted = set(expected["doubted"])
    result.doubts_wanted += len(wanted)
    result.doubts_raised += len(wanted & doubted)
    result.doubts_beyond += len(doubted - wanted)
    result.wrong += [f"{name}: no doubt about {key}" for key in sorted(wanted - doubted)]


def report(folder: str, result: Score) -> str:
    """Return the score in words and figures."""
    events = result.found + result.missed
    right = sum(result.exact.values())
    silent = sum(result.silent.values())
    lines = [
        f"{folder}: {sum(1 for _ in fixtures(folder))} releases, {events} events",
        f"  events    found {result.found}, missed {result.missed}, invented {result.invented}",
        f"  instants  {result.instants_right} of {result.timed} timed events right",
        f"  fields    {right} of {result.fields} exact ({right / max(result.fields, 1):.1%}); "
        f"wrong without a doubt {silent} ({silent / max(result.fields, 1):.1%})",
        f"  datelines {result.datelines_exact} of {result.datelines} parts exact",
        f"  doubts    {result.doubts_raised} of {result.doubts_wanted} expected, "
        f"{result.doubts_beyond} beyond",
        "  by field  "
        + ", ".join(f"{name} {result.exact[name]}/{result.found}" for name in FIELDS),
    ]
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """Print the score of each set."""
    chosen = [argument for argument in arguments if argument in SETS] or list(SETS)
    for folder in chosen:
        result = score(folder)
        print(report(folder, result))
        if "--verbose" in arguments:
            print("\n".join(f"    {line}" for line in result.wrong))


if __name__ == "__main__":
    main(sys.argv[1:])
