"""What the tests of the pages ask for."""

from collections.abc import Callable

import pytest

from eventsched.domain.events import Event
from eventsched.store import events as event_store
from eventsched.store import site
from eventsched.store.database import Store
from tests.builders import an_issuer
from tests.fixtures.product import ANNOUNCED, SettableClock

Show = Callable[..., None]


@pytest.fixture
def show(store: Store, clock: SettableClock) -> Show:
    """Give a way to fill the site with events and set its clock."""

    def show(*events: Event, now: str) -> None:
        with store.writing() as session:
            site.set_issuer(session, an_issuer(), at=ANNOUNCED)
            for event in events:
                event_store.add(session, event, by="test", reason="", at=event.changed_at)
            site.raise_version(session)
        clock.set(now)

    return show
