"""New zone rules: what would move is shown first, and moves when somebody says so."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from eventsched.domain.drift import drift_of
from eventsched.domain.events import Standing
from eventsched.services import drift
from eventsched.store import events as event_store
from eventsched.store.database import Store
from tests.builders import an_event, at
from tests.fixtures.product import PHOENIX, SettableClock

ONE_HOUR = timedelta(hours=1)
BEFORE = at("2011-11-05 12:00")


def under_old_rules(store: Store) -> None:
    """Store the instants that rules from before would have given: an hour earlier."""
    with store.writing() as session:
        event = event_store.by_slug(session, PHOENIX)
        assert event is not None
        assert event.instants.starts_at is not None
        old = event.instants
        for column, instant in (
            ("starts_at", old.starts_at),
            ("ends_at", old.ends_at),
            ("replay_closes_at", old.replay_closes_at),
        ):
            assert instant is not None
            moved = (instant - ONE_HOUR).replace(tzinfo=None)
            session.execute(
                text(f"update event set {column} = :moved where slug = :slug"),
                {"moved": moved, "slug": PHOENIX},
            )


def test_unchanged_rules_move_nothing(release: Store) -> None:
    assert drift.find(release, now=BEFORE) == []


def test_what_would_move_is_found_and_nothing_public_moves(
    release: Store, client: FlaskClient, clock: SettableClock
) -> None:
    under_old_rules(release)
    clock.set(BEFORE)

    [found] = drift.find(release, now=BEFORE)

    assert (found.event.slug, found.moves_by) == (PHOENIX, ONE_HOUR)
    assert "8:00 am MST / 10:00 am EST" in client.get(f"/events/{PHOENIX}").text


def test_accepting_moves_the_event_and_tells_calendars(release: Store) -> None:
    under_old_rules(release)
    [found] = drift.find(release, now=BEFORE)

    moved = drift.accept(release, PHOENIX, base=found.event.revision, by="test", now=BEFORE)

    assert moved.instants.starts_at == at("2011-11-11 16:00")
    assert (moved.sequence, moved.changed_at) == (found.event.sequence + 1, BEFORE)
    assert drift.find(release, now=BEFORE) == []


@pytest.mark.parametrize(
    ("now", "alarming"),
    [("2011-11-10 14:59:59", False), ("2011-11-10 15:00:00", True)],
)
def test_the_day_before_it_becomes_an_alarm(release: Store, now: str, alarming: bool) -> None:
    under_old_rules(release)

    [found] = drift.find(release, now=at(now))

    assert found.is_alarming(now=at(now)) is alarming


def test_what_is_over_or_called_off_moves_nobody() -> None:
    event = an_event()
    starts_at = event.instants.starts_at
    assert starts_at is not None
    moved = replace(event, instants=replace(event.instants, starts_at=starts_at - ONE_HOUR))
    over = event.instants.replay_closes_at
    assert over is not None

    assert drift_of(moved, now=BEFORE) is not None
    assert drift_of(moved, now=over) is None
    assert drift_of(replace(moved, standing=Standing.CANCELLED), now=BEFORE) is None


def test_a_close_that_was_kept_to_the_second_moves_nobody() -> None:
    event = an_event(replay_posted_at="2011-11-12 15:29:37", replay_counted_from="posting")
    stood = replace(event.instants, replay_closes_at=at("2011-11-19 15:29:37"))
    assert drift_of(replace(event, instants=stood), now=at("2011-11-13")) is None
    moved = replace(stood, replay_closes_at=at("2011-11-19 14:30"))
    assert drift_of(replace(event, instants=moved), now=at("2011-11-13")) is not None


def test_a_wall_time_that_is_skipped_by_now_is_a_problem_in_words() -> None:
    event = an_event(starts="2011-03-13 01:30", zone="America/New_York", replay_days=None)
    skipped = replace(event.facts, time=event.facts.time.replace(hour=2))  # type: ignore[union-attr]

    found = drift_of(replace(event, facts=skipped), now=at("2011-03-01"))

    assert found is not None
    assert found.would_be is None
    assert found.problem.startswith("02:30 on 2011-03-13 does not exist in America/New_York")
