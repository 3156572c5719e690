"""libical reads every zone that pytz has as pytz does, each half-hour of 26 years."""

import json
from pathlib import Path

import pytest

from eventsched.calendars.vtimezone import vtimezone
from tests.peers.conftest import AskLibical
from tests.peers.zone_questions import FIRST_YEAR, question, zones_of_each_kind

SCRIPT = Path(__file__).with_name("libical_offsets.py").read_text()


def groups_of_zones(size: int = 20) -> list[list[str]]:
    zones = zones_of_each_kind()
    return [zones[start : start + size] for start in range(0, len(zones), size)]


@pytest.mark.parametrize("zones", groups_of_zones(), ids=lambda zones: f"{zones[0]} and on")
def test_libical_reads_every_half_hour_as_pytz_does(
    zones: list[str], ask_libical: AskLibical
) -> None:
    questions = [question(zone) for zone in zones]
    answer = json.loads(ask_libical(SCRIPT, json.dumps(questions).encode()))
    assert answer["wrong"] == []
    assert answer["asked"] > 450_000 * len(zones)


def test_libical_s_disagreement_would_be_seen(ask_libical: AskLibical) -> None:
    asked = question("Europe/Paris")
    asked["vtimezone"] = vtimezone("Europe/London", first_year=FIRST_YEAR).decode()
    answer = json.loads(ask_libical(SCRIPT, json.dumps([asked]).encode()))
    assert answer["wrong"][0] == ["Europe/London", "2010-01-01T01:00:00", 0]
