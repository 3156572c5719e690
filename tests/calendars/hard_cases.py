"""Times that calendar programs get wrong, and everything that an entry can be, for every parser."""

from datetime import datetime
from typing import Any

from eventsched.calendars.entries import Site
from eventsched.domain.events import Event, Kind, Presenter
from tests.builders import a_document, an_event, an_issuer, at

SITE = Site(issuer=an_issuer(), base_url="https://ir.immunogen.example")
PUBLISHED = "2009-06-01"
# (wall time, zone, instant), worked out by hand.
HARD_TIMES = [
    ("2011-11-11 09:00", "America/Phoenix", "2011-11-11 16:00"),
    ("2011-11-15 11:30", "America/New_York", "2011-11-15 16:30"),
    ("2011-07-04 09:00", "America/Phoenix", "2011-07-04 16:00"),
    ("2012-01-16 10:00", "Asia/Kathmandu", "2012-01-16 04:15"),
    ("2012-01-16 10:00", "Australia/Lord_Howe", "2012-01-15 23:00"),
    ("2012-07-16 10:00", "Australia/Lord_Howe", "2012-07-15 23:30"),
    ("2023-03-28 10:00", "Africa/Casablanca", "2023-03-28 10:00"),
    ("2023-05-28 10:00", "Africa/Casablanca", "2023-05-28 09:00"),
    ("2012-03-20 09:00", "America/New_York", "2012-03-20 13:00"),
    ("2012-03-20 09:00", "Europe/London", "2012-03-20 09:00"),
    ("2012-11-01 09:00", "America/New_York", "2012-11-01 13:00"),
    ("2012-11-01 09:00", "Europe/London", "2012-11-01 09:00"),
    ("2012-07-16 09:00", "Europe/Dublin", "2012-07-16 08:00"),
    ("2012-12-16 09:00", "Europe/Dublin", "2012-12-16 09:00"),
    ("2010-07-16 09:00", "Europe/Moscow", "2010-07-16 05:00"),
    ("2014-02-16 09:00", "Europe/Moscow", "2014-02-16 05:00"),
    ("2015-02-16 09:00", "Europe/Moscow", "2015-02-16 06:00"),
    ("2018-12-16 09:00", "America/Sao_Paulo", "2018-12-16 11:00"),
    ("2019-12-16 09:00", "America/Sao_Paulo", "2019-12-16 12:00"),
    ("2024-10-30 09:00", "Africa/Cairo", "2024-10-30 06:00"),
    ("2024-11-01 09:00", "Africa/Cairo", "2024-11-01 07:00"),
    ("2011-12-29 09:00", "Pacific/Apia", "2011-12-29 19:00"),
    ("2011-12-31 09:00", "Pacific/Apia", "2011-12-30 19:00"),
    ("2026-03-28 22:30", "America/Nuuk", "2026-03-29 00:30"),
    ("2011-11-06 01:30", "America/New_York", "2011-11-06 05:30"),
    ("2037-07-15 09:00", "America/New_York", "2037-07-15 13:00"),
    ("2037-12-15 09:00", "America/New_York", "2037-12-15 14:00"),
]


def timed_events() -> list[tuple[Event, datetime]]:
    """Return an event for each hard time, with the instant at which it starts."""
    return [
        (
            an_event(
                slug=f"hard-{number}",
                title=f"{starts} in {zone}",
                starts=starts,
                zone=zone,
                repeated="earlier",
                publish_at=PUBLISHED,
            ),
            at(instant),
        )
        for number, (starts, zone, instant) in enumerate(HARD_TIMES)
    ]


def events_of_every_sort() -> list[Event]:
    """Return one event of each kind, standing and shape, with awkward texts."""
    standings = [("approved", ""), ("postponed", ", moved"), ("cancelled", "; gone")]
    shaped: dict[str, dict[str, Any]] = {
        "no-time": {"starts": "2011-11-12"},
        "no-end": {"duration": None},
        "no-webcast": {"live_url": None, "replay_days": None},
        "long": {"title": "Ein sehr langer Name – 株式会社の決算説明会 😀 " * 5},
        "awkward": {
            "title": r'Back\slash, semi; "quoted" \n \N 50%: <b>R&D</b>',
            "presenters": (Presenter(name="Zoë O’Néill", title="CFO; a\\b, c"),),
        },
        "replay": {"replay_posted_at": "2011-11-11 17:30"},
        "utc": {"zone": "UTC"},
        "documents": {
            "documents": (
                a_document(title='Deck; "final", v2: a\\b'),
                a_document(name="call.txt", kind="transcript", shown="when_it_ended"),
            )
        },
    }
    return [
        *(an_event(slug=f"kind-{kind}", kind=kind, title=f"A {kind}") for kind in Kind),
        *(an_event(slug=s, standing=s, title=f"It is {s}{more}") for s, more in standings),
        *(an_event(slug=slug, **changes) for slug, changes in shaped.items()),
    ]
