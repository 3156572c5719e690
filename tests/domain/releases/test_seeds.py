"""The releases that this product was ordered with, where they lie beside the checkout."""

from pathlib import Path

import pytest

from eventsched.domain.events import Presenter
from eventsched.domain.releases import Reading, read
from eventsched.domain.releases.reading import plain

SEEDS = Path(__file__).parents[4] / "shared" / "seeds"


def seed(name: str) -> Reading:
    path = SEEDS / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    return read(path.read_text(encoding="utf-8"))


def test_both_conferences_are_read_without_a_doubt() -> None:
    reading = seed("webcast-release-2011-11-02.txt")
    assert plain(reading.dateline.date) == "2011-11-02"
    assert reading.dateline.issuer == "ImmunoGen, Inc."
    assert reading.dateline.ticker == "IMGN"
    assert [(event.title, event.host, plain(event.instant)) for event in reading.events] == [
        ("2011 Credit Suisse Healthcare Conference", "Credit Suisse", "2011-11-11T16:00:00Z"),
        (
            "Lazard Capital Markets' 8th Annual Healthcare Conference",
            "Lazard Capital Markets",
            "2011-11-15T16:30:00Z",
        ),
    ]
    assert [(event.zone, event.city) for event in reading.events] == [
        ("America/Phoenix", "Phoenix, AZ"),
        ("America/New_York", "New York, NY"),
    ]
    for event in reading.events:
        assert event.presenters == (Presenter(name="Daniel Junius", title="President and CEO"),)
        assert (event.webcast, event.webcast_url) == (True, "www.immunogen.com")
        assert event.replay_days == 7
        assert event.doubts == ()


@pytest.mark.parametrize("name", ["award-release-2011-11-07.txt", "privacy-and-cookie-policy.txt"])
def test_what_announces_nothing_gives_no_event(name: str) -> None:
    assert seed(name).events == ()
