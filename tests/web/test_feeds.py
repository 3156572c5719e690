"""How far back the calendars go is the operator's choice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from eventsched.app import create_app
from eventsched.settings import Settings
from eventsched.store.database import Store
from tests.builders import at
from tests.fixtures.product import PHOENIX, SettableClock

CALENDARS = ("/calendar.ics", "/calendar/conference.ics")


@pytest.mark.parametrize(
    ("months", "leaves_at"), [(1, "2011-12-11"), (12, "2012-11-11"), (120, "2021-11-11")]
)
def test_an_event_leaves_the_calendars_after_as_many_months_as_the_operator_wants(
    release: Store, settings: Settings, clock: SettableClock, months: int, leaves_at: str
) -> None:
    settings = replace(settings, feed_past_months=months)
    client = create_app(settings, clock, release).test_client()
    clock.set(at(f"{leaves_at} 00:00") - timedelta(seconds=1))
    before = [client.get(path) for path in CALENDARS]
    clock.set(f"{leaves_at} 00:00")
    after = [client.get(path) for path in CALENDARS]

    assert [PHOENIX in answer.text for answer in (*before, *after)] == [True, True, False, False]
    assert [answer.headers["Cache-Control"] for answer in before] == ["no-cache"] * 2
    assert {answer.headers["Last-Modified"] for answer in after} == {
        at(f"{leaves_at} 00:00").strftime("%a, %d %b %Y %H:%M:%S GMT")
    }
    assert PHOENIX in client.get(f"/events/{PHOENIX}.ics").text
