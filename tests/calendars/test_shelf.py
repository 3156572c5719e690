"""Feeds from kept parts are the feeds that would be written anew, at every instant."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsched.calendars import shelf as shelf_module
from eventsched.calendars.entries import Site
from eventsched.calendars.feeds import Feed, calendar, last_day_left, left_at, next_change
from eventsched.calendars.shelf import Shelf
from tests.builders import NEW_YORK, an_event, an_issuer, at

SITE = Site(issuer=an_issuer(), base_url="https://ir.example")
POSTED = "2011-11-02 12:00"
EVENTS = [
    an_event(replay_posted_at=POSTED),
    an_event(like=NEW_YORK, replay_posted_at=POSTED),
    an_event(slug="off", standing="cancelled"),
    an_event(slug="soon", publish_at="2011-11-11 16:30"),
    an_event(slug="draft", standing="draft", publish_at=None),
]
FEEDS = [Feed(), Feed(replays=True), Feed(hide_cancelled=True), Feed(alarm_minutes=15)]
EDGES = [at(POSTED)]
while (edge := next_change(Feed(), EVENTS, now=EDGES[-1])) is not None:
    EDGES.append(edge)
INSTANTS = [edge + timedelta(microseconds=n) for edge in EDGES for n in (-1, 0, 1)]


@given(steps=st.lists(st.tuples(st.sampled_from(FEEDS), st.sampled_from(INSTANTS), st.booleans())))
def test_kept_parts_give_the_same_bytes_and_the_same_next_change(
    steps: list[tuple[Feed, datetime, bool]],
) -> None:
    shelf, events = Shelf(), EVENTS
    for feed, now, edited in steps:
        if edited:
            first = events[0]
            venue = f"Hall {first.revision}"
            changed = replace(
                first, revision=first.revision + 1, facts=replace(first.facts, venue=venue)
            )
            events = [*events[1:], changed]
        made = shelf.calendar(feed, events, site=SITE, now=now)
        assert made.written == calendar(feed, events, site=SITE, now=now)
        assert made.until == next_change(feed, events, now=now)


def test_only_what_changed_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []
    original = shelf_module._part

    def noted(feed, event, site, *, now):  # type: ignore[no-untyped-def]
        looked_at.append(event.slug)
        return original(feed, event, site, now=now)

    monkeypatch.setattr(shelf_module, "_part", noted)
    shelf, events = Shelf(), list(EVENTS)
    shelf.calendar(Feed(), events, site=SITE, now=at("2011-11-05"))
    looked_at.clear()

    shelf.calendar(Feed(), events, site=SITE, now=at("2011-11-06"))
    assert looked_at == []

    events[1] = replace(events[1], revision=2)
    shelf.calendar(Feed(), events, site=SITE, now=at("2011-11-06"))
    assert looked_at == [events[1].slug]


def test_a_shelf_keeps_few_feeds() -> None:
    shelf = Shelf()
    for minutes in range(100):
        shelf.calendar(Feed(alarm_minutes=minutes), EVENTS, site=SITE, now=at("2011-11-05"))
    assert len(shelf._kept) == 16


@pytest.mark.parametrize("now", ["2011-11-05", "2012-02-29", "2012-03-01", "2011-12-31 23:59"])
def test_the_last_day_that_left_is_the_last(now: str) -> None:
    day = last_day_left(Feed(), now=at(now))
    assert day is not None
    assert left_at(Feed(), day) <= at(now) < left_at(Feed(), day + timedelta(days=4))
    assert all(left_at(Feed(), day - timedelta(days=n)) <= at(now) for n in range(400))
