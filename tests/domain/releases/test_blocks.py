"""Which words make an event, and which words belong to which."""

import pytest

from eventsched.domain.events import Kind
from eventsched.domain.releases import Reading, Status, read

DATELINE = "BOSTON, May 2, 2011 (GLOBE NEWSWIRE) -- Acme, Inc. (Nasdaq: ACM) said that it "
ROTH = "the Roth Growth Conference in Dana Point, Calif. on May 5, 2011 at 9:00 a.m. PDT"


def a_release(words: str) -> Reading:
    return read(f"Acme News\n\n{DATELINE}{words}")


@pytest.mark.parametrize(
    "words",
    [
        f"will present at {ROTH}.",
        f"is to take part in {ROTH}.",
        f"cancelled its presentation at {ROTH}.",
    ],
)
def test_management_that_speaks_is_an_event(words: str) -> None:
    assert [event.title for event in a_release(words).events] == ["Roth Growth Conference"]


@pytest.mark.parametrize(
    "words",
    [
        f"will show and present its pump in booth 12 at {ROTH}.",
        f"presented at {ROTH}.",
        f"won a prize at {ROTH}.",
        "will hold a vote that is subject to the Annual Meeting of Shareholders on May 9, 2011.",
        "will present data at the American College of Pumps Conference on May 5, 2011.",
        f"is small.\n\nAbout Acme\nAcme will present at {ROTH}.",
    ],
)
def test_what_is_only_mentioned_is_none(words: str) -> None:
    assert a_release(words).events == ()


def test_a_sentence_about_both_belongs_to_both_and_one_about_one_to_one() -> None:
    first = f"will present at {ROTH}."
    second = "It will also present at the Baird Energy Conference in Chicago on May 9, 2011."
    both = a_release(f"{first} {second} Both presentations will be webcast for 30 days.")
    one = a_release(f"{first} {second} The presentation will be webcast for 30 days.")
    assert [event.webcast for event in both.events] == [True, True]
    assert [event.webcast for event in one.events] == [None, True]


def test_an_event_named_twice_is_one() -> None:
    reading = a_release(f"will present at the Roth Growth Conference.\n\n• {ROTH[4:]}")
    assert len(reading.events) == 1


def test_two_calls_on_two_days_are_two() -> None:
    reading = a_release(
        "will hold a conference call on its first quarter results on May 5, 2011 at 9:00 a.m. ET. "
        "It will hold a conference call on its merger on May 9, 2011 at 9:00 a.m. ET."
    )
    assert [event.kind for event in reading.events] == [Kind.EARNINGS_CALL] * 2


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (f"will present at {ROTH}.", Status.NEW),
        (f"has postponed its presentation at {ROTH}.", Status.POSTPONED),
        (f"has cancelled its presentation at {ROTH}.", Status.CANCELLED),
        (
            "has moved its conference call from May 4, 2011 to May 5, 2011 at 9:00 a.m. ET.",
            Status.RESCHEDULED,
        ),
    ],
)
def test_what_became_of_it(words: str, status: Status) -> None:
    (event,) = a_release(words).events
    assert event.status is status
