"""ical.js, and so Thunderbird, reads every zone that pytz has as pytz does."""

import json

from eventsched.calendars.vtimezone import vtimezone
from tests.peers.programs import ask_node
from tests.peers.zone_questions import FIRST_YEAR, question, zones_of_each_kind


def test_ical_js_reads_every_zone_as_pytz_does() -> None:
    zones = zones_of_each_kind()
    questions = json.dumps([question(zone) for zone in zones]).encode()
    answer = json.loads(ask_node("ical_js_offsets.mjs", questions))
    assert answer["wrong"] == []
    assert answer["asked"] > 1_500 * len(zones)


def test_ical_js_s_disagreement_would_be_seen() -> None:
    asked = question("Europe/Paris")
    asked["vtimezone"] = vtimezone("Europe/London", first_year=FIRST_YEAR).decode()
    answer = json.loads(ask_node("ical_js_offsets.mjs", json.dumps([asked]).encode()))
    assert answer["wrong"][0] == ["Europe/London", "2010-01-01T01:00:00", 0]
