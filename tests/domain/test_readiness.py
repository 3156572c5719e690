"""What an event still needs, and what stands in its way."""

import pytest

from eventsched.domain.events import Presenter
from eventsched.domain.readiness import clashes, missing
from tests.builders import an_event, at

WEEKS_BEFORE = at("2011-10-20 12:00")
DAYS_BEFORE = at("2011-11-08 12:00")
AFTER = at("2011-11-12 12:00")


@pytest.mark.parametrize(
    ("said", "now", "sentences"),
    [
        pytest.param({}, DAYS_BEFORE, (), id="all there"),
        pytest.param({"live_url": None}, DAYS_BEFORE, ("The live link is missing.",), id="no link"),
        pytest.param({"presenters": ()}, DAYS_BEFORE, ("No presenter is named.",), id="nobody"),
        pytest.param(
            {"presenters": (), "kind": "shareholder_meeting"}, DAYS_BEFORE, (), id="a meeting"
        ),
        pytest.param(
            {"presenters": (Presenter(name="Daniel Junius"),)},
            DAYS_BEFORE,
            ("Daniel Junius has no title.",),
            id="no title",
        ),
        pytest.param(
            {"starts": "2011-11-11"},
            DAYS_BEFORE,
            ("The time is still to be announced.",),
            id="no time, and soon",
        ),
        pytest.param({"starts": "2011-11-11"}, WEEKS_BEFORE, (), id="no time, but weeks left"),
        pytest.param(
            {"standing": "draft", "publish_at": None},
            DAYS_BEFORE,
            ("It begins within a week and is not approved.",),
            id="a draft, and soon",
        ),
        pytest.param({"standing": "draft", "publish_at": None}, WEEKS_BEFORE, (), id="a draft"),
        pytest.param(
            {"standing": "in_review", "publish_at": None},
            at("2011-11-11 16:30"),
            ("It has begun, and was never public.",),
            id="too late",
        ),
        pytest.param(
            {"publish_at": "2011-11-10 20:00"},
            DAYS_BEFORE,
            ("Less than a day lies between publication and beginning.",),
            id="short notice",
        ),
        pytest.param({}, AFTER, ("The replay is promised and not posted yet.",), id="no replay"),
        pytest.param({"replay_posted_at": "2011-11-11 18:00"}, AFTER, (), id="a replay"),
        pytest.param({"replay_days": None}, AFTER, (), id="none promised"),
        pytest.param({"standing": "cancelled", "live_url": None}, DAYS_BEFORE, (), id="cancelled"),
        pytest.param({"standing": "withdrawn", "live_url": None}, DAYS_BEFORE, (), id="withdrawn"),
    ],
)
def test_what_is_missing(said: dict[str, object], now: object, sentences: tuple[str, ...]) -> None:
    assert missing(an_event(**said), now=now) == sentences  # type: ignore[arg-type]


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
    assert found.get("other") == sentences
    assert ("phoenix" in found) == (sentences is not None)


def test_what_is_over_clashes_with_nothing() -> None:
    assert clashes([PHOENIX, an_event(slug="other")], now=AFTER) == {}
