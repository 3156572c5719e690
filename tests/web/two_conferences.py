"""The two conferences of 2011 as pages show them, and the moments at which these turn."""

import pytest

from tests.builders import NEW_YORK, an_event
from tests.web.conftest import Show

BEFORE = "2011-11-11 15:55"
LIVE = "2011-11-11 16:00"
REPLAY = "2011-11-11 17:00"
LAST_SECOND = "2011-11-18 16:59:59"
AFTER = "2011-11-18 17:00"
PHOENIX = "/events/2011-credit-suisse-healthcare-conference"
LAZARD = "/events/lazard-capital-markets-8th-annual-healthcare-conference-2011"


@pytest.fixture
def two_conferences(show: Show) -> None:
    """Show the two conferences of 2011, five minutes before the first."""
    posted = "2011-11-02 12:00"
    first, second = (
        an_event(replay_posted_at=posted),
        an_event(like=NEW_YORK, replay_posted_at=posted),
    )
    show(first, second, now=BEFORE)
