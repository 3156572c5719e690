"""An event, and an investor who asked to be told of it."""

from typing import Any

import pytest

from eventsched.domain.events import Event, Standing
from eventsched.services import events
from eventsched.store import site
from eventsched.store.database import Store
from tests.builders import a_draft, an_issuer, at
from tests.fixtures.alerts import Investor, Round
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import ANNOUNCED

MOVED = "2011-11-11 10:30"


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    return fresh_sqlite


@pytest.fixture(autouse=True)
def subscribed(store: Store, investor: Investor) -> None:
    with store.writing() as session:
        site.set_issuer(session, an_issuer(), at=ANNOUNCED)
    investor.subscribe()


def saved(store: Store, event: Event, moment: str, **typed: Any) -> Event:
    draft = a_draft(**typed)
    return events.revise(
        store, event.slug, draft, base=event.revision, by="test", now=at(moment), reason="Because."
    )


def decided(store: Store, event: Event, standing: Standing, moment: str, **more: Any) -> Event:
    return events.set_standing(
        store,
        event.slug,
        standing,
        base=event.revision,
        by="test",
        now=at(moment),
        reason="Because.",
        **more,
    )


def announced(store: Store, moment: str = "2011-11-02 12:00", **typed: Any) -> Event:
    event = events.plan(store, a_draft(**typed), by="test", now=at(moment))
    return decided(store, event, Standing.APPROVED, moment)


@pytest.fixture
def told(store: Store, investor: Investor, work: Round) -> Event:
    """Give an event of which the investor has been told."""
    event = announced(store)
    work.at("2011-11-02 12:05")
    assert investor.subjects() == [
        "New event: 2011 Credit Suisse Healthcare Conference, Nov 11, 2011"
    ]
    return event
