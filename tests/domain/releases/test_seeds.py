"""Whole releases to the last field: ours, and in addition any that lie beside the checkout."""

from pathlib import Path

import pytest

from eventsched.domain.events import Presenter
from eventsched.domain.releases import Reading, read
from eventsched.domain.releases.reading import plain

OURS = Path(__file__).parent / "fixtures" / "tuned"
BESIDE = Path(__file__).parents[4] / "shared" / "seeds"
OSSIAN = ("Ossian Biologics, Inc.", "OSBI", "Miles Corrigan", "www.ossian.example")
IMMUNOGEN = ("ImmunoGen, Inc.", "IMGN", "Daniel Junius", "www.immunogen.com")
TWO_CONFERENCES = [
    pytest.param(OURS / "two-conferences-one-list.txt", *OSSIAN, id="ours"),
    *(
        pytest.param(path, *IMMUNOGEN, id=path.stem)
        for path in BESIDE.glob("webcast-release-2011-11-02.txt")
    ),
]
OF_NO_EVENT = [
    *(OURS / f"non-{name}.txt" for name in ("contract", "offering")),
    *BESIDE.glob("award-release-2011-11-07.txt"),
    *BESIDE.glob("privacy-and-cookie-policy.txt"),
]


def reading_of(path: Path) -> Reading:
    return read(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("path", "issuer", "ticker", "presenter", "website"), TWO_CONFERENCES)
def test_both_conferences_are_read_without_a_doubt(
    path: Path, issuer: str, ticker: str, presenter: str, website: str
) -> None:
    reading = reading_of(path)
    assert plain(reading.dateline.date) == "2011-11-02"
    assert reading.dateline.issuer == issuer
    assert reading.dateline.ticker == ticker
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
        assert event.presenters == (Presenter(name=presenter, title="President and CEO"),)
        assert (event.webcast, event.webcast_url) == (True, website)
        assert event.replay_days == 7
        assert event.doubts == ()


@pytest.mark.parametrize("path", OF_NO_EVENT, ids=lambda path: path.stem)
def test_what_announces_nothing_gives_no_event(path: Path) -> None:
    assert reading_of(path).events == ()
