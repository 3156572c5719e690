"""What stands in an event's way."""

import pytest

from eventsched.domain.clashes import clashes
from eventsched.domain.events import Presenter
from tests.builders import an_event, at

DAYS_BEFORE = at("2011-11-08 12:00")
AFTER = at("2011-11-12 12:00")

PHOENIX = an_event(slug="phoenix")
JUNIUS_TOO = (
    "Daniel Junius would be at “2011 Credit Suisse Healthcare Conference” at the same time."
)


@pytest.mark.parametrize(
    ("said", "sentences"),
    [
        pytest.param({"starts": "2011-11-11 09:30"}, (JUNIUS_TOO,), id="a presenter in two places"),
        pytest.param(
            {"starts": "2011-11-11 11:30", "zone": "America/New_York"},
            (JUNIUS_TOO,),
            id="across zones",
        ),
        pytest.param(
            {"starts": "2011-11-11 09:30", "presenters": (Presenter(name="Gregory Perry"),)},
            ("“2011 Credit Suisse Healthcare Conference” is at the same time.",),
            id="two events at once",
        ),
        pytest.param({"starts": "2011-11-11 10:00"}, None, id="one begins as the other ends"),
        pytest.param(
            {"starts": "2011-11-11 14:30", "zone": "America/New_York", "city": "Boston, MA"},
            ("Daniel Junius would have only 2 hours 30 minutes from Phoenix, AZ to Boston, MA.",),
            id="no time to travel",
        ),
        pytest.param(
            {"starts": "2011-11-11 10:00", "city": "Boston, MA"},
            ("Daniel Junius would have no time from Phoenix, AZ to Boston, MA.",),
            id="no time at all",
        ),
        pytest.param(
            {"starts": "2011-11-11 10:00", "city": "Boston, MA", "kind": "earnings_call"},
            None,
            id="a call is held anywhere",
        ),
        pytest.param(
            {"starts": "2011-11-11 10:00", "city": "Boston, MA", "presenters": ()},
            None,
            id="nobody has to travel",
        ),
        pytest.param(
            {"starts": "2011-11-11 13:00", "city": "Boston, MA"}, None, id="time enough to travel"
        ),
        pytest.param({"starts": "2011-11-11"}, None, id="no time yet"),
        pytest.param(
            {"starts": "2011-11-11 09:30", "standing": "cancelled"}, None, id="called off"
        ),
        pytest.param({"starts": "2011-11-11 09:30", "standing": "withdrawn"}, None, id="withdrawn"),
    ],
)
def test_what_is_at_the_same_time(
    said: dict[str, object], sentences: tuple[str, ...] | None
) -> None:
    other = an_event(slug="other", title="Another day", **said)  # type: ignore[arg-type]
    found = clashes([PHOENIX, other], now=DAYS_BEFORE)
    told = tuple(clash.sentence for clash in found.get("other", ()))
    assert told == (sentences or ())
    assert ("phoenix" in found) == (sentences is not None)


def test_what_is_over_clashes_with_nothing() -> None:
    assert clashes([PHOENIX, an_event(slug="other")], now=AFTER) == {}


def test_a_thousand_events_a_day_apart_are_compared_with_their_neighbours_only() -> None:
    days = [f"20{year:02}-01-{day:02} 09:00" for year in range(12, 37) for day in range(1, 29)]
    events = [an_event(slug=starts, starts=starts) for starts in days]
    assert clashes(events, now=DAYS_BEFORE) == {}
    twice = [*events, an_event(slug="twice", starts=days[300], title="Twice")]
    assert clashes(twice, now=DAYS_BEFORE).keys() == {"twice", days[300]}
