"""Transitions are written down once each, in order, whoever looks and however late."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from eventsched.domain.ledger import first_broken
from eventsched.services.transitions import next_due, record_due
from eventsched.store import site
from eventsched.store.database import Store
from tests.builders import at
from tests.fixtures.product import ANNOUNCED, NEW_YORK, PHOENIX

START, END, CLOSE = at("2011-11-11 16:00"), at("2011-11-11 17:00"), at("2011-11-18 17:00")
ALL_OVER = at("2011-12-01 00:00")
THE_WEEK = [
    ("2011-11-02 12:00", "published", PHOENIX),
    ("2011-11-02 12:00", "published", NEW_YORK),
    ("2011-11-11 16:00", "live_opened", PHOENIX),
    ("2011-11-11 17:00", "presentation_ended", PHOENIX),
    ("2011-11-11 17:00", "replay_opened", PHOENIX),
    ("2011-11-15 16:30", "live_opened", NEW_YORK),
    ("2011-11-15 17:30", "presentation_ended", NEW_YORK),
    ("2011-11-15 17:30", "replay_opened", NEW_YORK),
    ("2011-11-18 17:00", "replay_closed", PHOENIX),
    ("2011-11-22 17:30", "replay_closed", NEW_YORK),
]


def seen(store: Store) -> list[tuple[str, str, str]]:
    """Return what the ledger says was seen: the promised instant, what, and of which event."""
    with store.reading() as session:
        entries = [entry for entry in site.ledger(session) if "promised" in entry.body]
    return [(e.body["promised"][:16].replace("T", " "), e.kind, e.subject) for e in entries]


@pytest.mark.parametrize(
    ("now", "count"),
    [
        pytest.param(at("2011-11-02 11:59:59"), 0, id="before anything"),
        pytest.param(ANNOUNCED, 2, id="at publication"),
        pytest.param(at("2011-11-11 15:59:59.999999"), 2, id="a microsecond before the start"),
        pytest.param(START, 3, id="at the start"),
        pytest.param(END, 5, id="at the end"),
        pytest.param(CLOSE, 9, id="when the replay closes"),
        pytest.param(ALL_OVER, 10, id="after a month without a worker"),
    ],
)
def test_what_is_due_is_written_down_in_order(release: Store, now: datetime, count: int) -> None:
    recorded = record_due(release, now=now)
    assert len(recorded) == count
    assert seen(release) == THE_WEEK[:count]
    assert [(t.kind, t.slug) for t in recorded] == [(kind, slug) for _, kind, slug in seen(release)]


def test_what_is_written_down_is_not_due_again(release: Store) -> None:
    record_due(release, now=ALL_OVER)
    assert record_due(release, now=ALL_OVER) == []
    assert next_due(release) is None
    assert len(seen(release)) == 10


def test_an_entry_holds_the_promised_and_the_observed_instant(release: Store) -> None:
    record_due(release, now=at("2011-11-02 12:00:03.5"))
    with release.reading() as session:
        last = site.last_entry(session)
    assert last is not None
    assert last.at == at("2011-11-02 12:00:03.5")
    assert last.body == {
        "promised": "2011-11-02T12:00:00.000000Z",
        "observed": "2011-11-02T12:00:03.500000Z",
    }


def test_a_long_absence_is_caught_up_on_in_portions(release: Store) -> None:
    portions = []
    while portion := record_due(release, now=ALL_OVER, most=4):
        portions.append(len(portion))
    assert portions == [4, 4, 2]
    assert seen(release) == THE_WEEK


def test_the_next_due_instant_is_the_earliest_unwritten(release: Store) -> None:
    found = [next_due(release)]
    for now in (ANNOUNCED, START, CLOSE):
        record_due(release, now=now)
        found.append(next_due(release))
    assert found == [ANNOUNCED, START, END, at("2011-11-22 17:30")]


def test_of_many_workers_each_transition_is_written_down_by_one(release: Store) -> None:
    def work(_: int) -> int:
        done = 0
        while recorded := record_due(release, now=ALL_OVER, most=1):
            done += len(recorded)
        return done

    with ThreadPoolExecutor(6) as workers:
        done = list(workers.map(work, range(6)))

    assert sum(done) == 10
    assert seen(release) == THE_WEEK
    with release.reading() as session:
        assert first_broken(site.ledger(session)) is None


def test_a_clock_set_back_writes_nothing_twice(release: Store) -> None:
    record_due(release, now=END)
    assert record_due(release, now=START) == []
    record_due(release, now=CLOSE)
    assert seen(release) == THE_WEEK[:9]
