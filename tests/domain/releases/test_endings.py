"""Until when a recording is kept: the clock of its end, put on the event's own clock."""

from datetime import date, datetime

import pytest

from eventsched.domain.releases import read
from eventsched.domain.releases.reading import ReadEvent

RELEASE = """\
PHOENIX, November 7, 2011 (GLOBE NEWSWIRE) -- Example Mining Corp. (NYSE: EXM) will present at \
the 10th Annual Example Securities Mining Conference at 9:00 a.m. MST on Friday, November 11, \
2011, at the Arizona Biltmore in Phoenix, Arizona. The presentation will be webcast live.

{replay}
"""


def an_event(replay: str) -> ReadEvent:
    (event,) = read(RELEASE.format(replay=replay)).events
    assert event.zone == "America/Phoenix"
    return event


@pytest.mark.parametrize(
    ("replay", "until"),
    [
        pytest.param(
            "A replay will be available until 5:00 p.m. ET on November 18, 2011.",
            datetime(2011, 11, 18, 15, 0),
            id="another zone's clock before the date",
        ),
        pytest.param(
            "A replay will be available starting November 7, 2011 at 12:00 p.m. ET through "
            "November 21, 2011 at 11:59 p.m. ET.",
            datetime(2011, 11, 21, 21, 59),
            id="another zone's clock behind the date",
        ),
        pytest.param(
            "A replay will be available beginning at 12:00 p.m. ET today through "
            "November 14, 2011.",
            date(2011, 11, 14),
            id="a clock that begins it",
        ),
        pytest.param(
            "A replay will be available until 5:00 p.m. ET/3:00 p.m. MST on November 18, 2011.",
            datetime(2011, 11, 18, 15, 0),
            id="the event's own clock among several",
        ),
        pytest.param(
            "A replay will be available from 12:00 p.m. until 11:59 p.m. MST on November 18, 2011.",
            datetime(2011, 11, 18, 23, 59),
            id="the later end of a range",
        ),
        pytest.param(
            "A replay will be available until November 18, 2011 at 5:00 p.m.",
            datetime(2011, 11, 18, 17, 0),
            id="a clock without a zone",
        ),
    ],
)
def test_a_replay_is_kept_until_the_clock_of_its_end(replay: str, until: date) -> None:
    assert an_event(replay).replay_until == until


def test_another_zones_clock_is_doubted() -> None:
    event = an_event("A replay will be available until 5:00 p.m. ET on November 18, 2011.")
    assert [doubt.reason for doubt in event.doubts if doubt.field == "replay_until"] == [
        "17:00 ET was put on the event’s clock, which then shows 15:00."
    ]


def test_the_events_own_clock_is_not_doubted() -> None:
    event = an_event("A replay will be available until 5:00 p.m. MST on November 18, 2011.")
    assert [doubt for doubt in event.doubts if doubt.field == "replay_until"] == []
