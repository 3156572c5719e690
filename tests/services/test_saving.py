"""A change is one transaction: fact, revision, ledger entry and due instants, or nothing.

Who may do what is in `test_events`.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select, text

from eventsched.domain.drafts import Draft, InvalidEvent
from eventsched.domain.events import Event, Standing
from eventsched.domain.ledger import first_broken
from eventsched.domain.lifecycle import transitions
from eventsched.domain.revisions import NotAllowed, StaleRevision, record_of
from eventsched.services import events, intake
from eventsched.services.events import NoIssuer, NoSuchEvent
from eventsched.store import events as event_store
from eventsched.store import site
from eventsched.store.database import Store
from eventsched.store.tables import Base, RevisionRow, TransitionRow
from tests.builders import PHOENIX, a_draft, an_issuer, facts
from tests.fixtures.processes import PATIENCE_SECONDS
from tests.fixtures.product import ANNOUNCED, sample_release

LATER = ANNOUNCED + timedelta(days=1)
BY = "load"


@pytest.fixture
def issued(store: Store) -> Store:
    """Give a database that knows the issuer and nothing else."""
    with store.writing() as session:
        site.set_issuer(session, an_issuer(), at=ANNOUNCED)
    return store


@pytest.fixture
def planned(issued: Store) -> Event:
    return events.plan(issued, PHOENIX, by=BY, now=ANNOUNCED)


def rows(store: Store) -> dict[str, Any]:
    """Return everything that is stored."""
    with store.reading() as session:
        return {
            name: session.execute(select(table).order_by(*table.primary_key)).all()
            for name, table in Base.metadata.tables.items()
        }


def approve(store: Store, event: Event) -> Event:
    return events.set_standing(
        store, event.slug, Standing.APPROVED, base=event.revision, by=BY, now=ANNOUNCED
    )


SAVES: list[Any] = [
    pytest.param(
        lambda store, _: events.plan(store, a_draft(title="Another"), by=BY, now=LATER), id="plan"
    ),
    pytest.param(
        lambda store, event: events.revise(
            store, event.slug, a_draft(title="Another"), base=1, by=BY, now=LATER, reason="So."
        ),
        id="revise",
    ),
    pytest.param(
        lambda store, event: events.set_standing(
            store, event.slug, Standing.APPROVED, base=1, by=BY, now=LATER
        ),
        id="approve",
    ),
    pytest.param(
        lambda store, _: intake.take_in(store, sample_release(), by=BY, now=LATER), id="take in"
    ),
]


@pytest.mark.parametrize("save", SAVES)
def test_a_save_that_the_ledger_refuses_saves_nothing(
    issued: Store, planned: Event, save: Callable[[Store, Event], object]
) -> None:
    _occupy_the_next_entry(issued)
    before = rows(issued)
    with pytest.raises(Exception, match=r"(?i)append-only|duplicate"):
        save(issued, planned)
    assert rows(issued) == before


@pytest.mark.parametrize("save", SAVES[:3])
def test_each_save_is_a_revision_an_entry_its_due_instants_and_a_version(
    issued: Store, planned: Event, save: Callable[[Store, Event], Event]
) -> None:
    before = rows(issued)
    saved = save(issued, planned)
    with issued.reading() as session:
        found = event_store.by_slug(session, saved.slug)
        entries, version = list(site.ledger(session)), site.version(session)
        numbers = session.scalars(select(RevisionRow.number).order_by(RevisionRow.id)).all()
        due = session.execute(select(TransitionRow.kind, TransitionRow.due_at)).all()
    assert found == saved
    assert entries[-1].body["record"] == record_of(saved)
    assert (entries[-1].kind, entries[-1].subject, entries[-1].at) == (
        "revision",
        saved.slug,
        LATER,
    )
    assert len(entries) == len(before["ledger"]) + 1
    assert version == before["site"][0].version + 1
    assert numbers[-1] == saved.revision
    assert {(t.kind, t.due_at) for t in transitions(saved)} == {tuple(row) for row in due}


def _occupy_the_next_entry(store: Store) -> None:
    with store.engine.begin() as connection:
        number = connection.scalars(text("select max(number) + 1 from ledger")).one()
        connection.execute(
            text(
                "insert into ledger (number, at, kind, subject, body, previous, hash) "
                "values (:number, '2011-11-02 12:00:00', '', '', '{}', '', '')"
            ),
            {"number": number},
        )


# What is refused


def test_an_event_needs_an_issuer(store: Store) -> None:
    before = rows(store)
    with pytest.raises(NoIssuer):
        events.plan(store, PHOENIX, by=BY, now=ANNOUNCED)
    assert rows(store) == before


def test_a_stale_revision_is_refused_with_what_stands_now(issued: Store, planned: Event) -> None:
    faster = events.revise(issued, planned.slug, a_draft(title="Faster"), base=1, by="a", now=LATER)
    before = rows(issued)
    for stale in (0, 1, 3, 2_147_483_648, -1):
        with pytest.raises(StaleRevision) as refused:
            events.revise(issued, planned.slug, PHOENIX, base=stale, by="b", now=LATER)
        assert refused.value.current == faster
        with pytest.raises(StaleRevision):
            events.set_standing(
                issued, planned.slug, Standing.APPROVED, base=stale, by="b", now=LATER
            )
    assert rows(issued) == before


@pytest.mark.parametrize("slug", ["", "nothing-here", "a\N{SNOWMAN}b", "x" * 10_000])
def test_an_unknown_address_is_refused(issued: Store, slug: str) -> None:
    with pytest.raises(NoSuchEvent):
        events.revise(issued, slug, PHOENIX, base=1, by=BY, now=LATER)
    with pytest.raises(NoSuchEvent):
        events.set_standing(issued, slug, Standing.APPROVED, base=1, by=BY, now=LATER)


def test_a_step_that_makes_no_sense_saves_nothing(issued: Store, planned: Event) -> None:
    before = rows(issued)
    with pytest.raises(NotAllowed):
        events.set_standing(issued, planned.slug, Standing.CANCELLED, base=1, by=BY, now=LATER)
    assert rows(issued) == before


def test_a_draft_that_says_no_event_saves_nothing(issued: Store, planned: Event) -> None:
    before = rows(issued)
    with pytest.raises(InvalidEvent):
        events.plan(issued, Draft(), by=BY, now=LATER)
    with pytest.raises(InvalidEvent):
        events.revise(issued, planned.slug, Draft(), base=1, by=BY, now=LATER)
    assert rows(issued) == before


def test_what_says_the_same_is_not_saved(issued: Store, planned: Event) -> None:
    before = rows(issued)
    same = events.revise(issued, planned.slug, PHOENIX, base=1, by=BY, now=LATER)
    assert same == planned
    assert rows(issued) == before


# Due instants


def test_a_moved_event_falls_due_anew_but_what_was_seen_stays(issued: Store) -> None:
    event = approve(issued, events.plan(issued, PHOENIX, by=BY, now=ANNOUNCED))
    with issued.engine.begin() as connection:
        connection.execute(
            text("update transition set observed_at = due_at where kind = 'published'")
        )
    events.revise(
        issued,
        event.slug,
        a_draft(starts="2011-11-12 09:00"),
        base=2,
        by=BY,
        now=LATER,
        reason="Moved.",
    )
    with issued.reading() as session:
        found = session.execute(
            select(TransitionRow.kind, TransitionRow.due_at).order_by(TransitionRow.due_at)
        ).all()
    assert [(kind, f"{due:%d %H}") for kind, due in found] == [
        ("published", "02 12"),
        ("live_opened", "12 16"),
        ("presentation_ended", "12 17"),
        ("replay_missing", "19 17"),
    ]


@pytest.mark.parametrize("standing", [Standing.CANCELLED, Standing.WITHDRAWN])
def test_what_is_called_off_is_not_due_any_more(issued: Store, standing: Standing) -> None:
    event = approve(issued, events.plan(issued, PHOENIX, by=BY, now=ANNOUNCED))
    events.set_standing(issued, event.slug, standing, base=2, by=BY, now=LATER, reason="So.")
    with issued.reading() as session:
        kinds = session.scalars(select(TransitionRow.kind)).all()
    assert kinds == (["published"] if standing is Standing.CANCELLED else [])


# Several at once


def test_equal_titles_get_addresses_of_their_own(issued: Store) -> None:
    slugs = [events.plan(issued, PHOENIX, by=BY, now=ANNOUNCED).slug for _ in range(3)]
    first = "2011-credit-suisse-healthcare-conference"
    assert slugs == [first, f"{first}-2", f"{first}-3"]


def test_in_a_race_for_an_address_everyone_gets_one(issued: Store) -> None:
    with ThreadPoolExecutor(8) as racers:
        planned = list(
            racers.map(lambda _: events.plan(issued, PHOENIX, by=BY, now=ANNOUNCED), range(16))
        )
    assert len({event.slug for event in planned}) == len({event.uid for event in planned}) == 16
    with issued.reading() as session:
        assert session.scalar(select(func.max(RevisionRow.id))) == 16
        assert [entry.number for entry in site.ledger(session)] == list(range(1, 17))
        # The issuer was set once, each event saved once.
        assert site.version(session) == 1 + 16


PLAN = """
import sys
from tests.builders import PHOENIX
from tests.fixtures.product import ANNOUNCED
from eventsched.services import events
from eventsched.store.database import Store
store = Store(sys.argv[1])
for _ in range(5):
    print(events.plan(store, PHOENIX, by="t", now=ANNOUNCED).slug)
"""


def test_processes_race_as_threads_do(issued: Store) -> None:
    url = issued.engine.url.render_as_string(hide_password=False)
    racers = [
        subprocess.Popen([sys.executable, "-c", PLAN, url], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    slugs = [
        slug for racer in racers for slug in racer.communicate(timeout=PATIENCE_SECONDS)[0].split()
    ]
    assert len(set(slugs)) == len(slugs) == 10


def test_of_several_who_save_the_same_revision_one_wins(issued: Store, planned: Event) -> None:
    def save(number: int) -> str:
        draft = replace(PHOENIX, title=f"Saver {number}")
        try:
            return events.revise(
                issued, planned.slug, draft, base=1, by=f"{number}", now=LATER
            ).facts.title
        except StaleRevision:
            return "stale"

    with ThreadPoolExecutor(6) as savers:
        outcomes = list(savers.map(save, range(6)))
    [winner] = [outcome for outcome in outcomes if outcome != "stale"]
    with issued.reading() as session:
        event = event_store.by_slug(session, planned.slug)
    assert event is not None
    assert (event.facts.title, event.revision) == (winner, 2)


def test_a_thousand_drafts_take_as_few_statements_as_a_few(issued: Store) -> None:
    """Others wait while a batch is saved; ten or so statements, whatever its size."""

    def statements(count: int) -> int:
        stated = [facts(title=f"Day {n} of {count}") for n in range(count)]
        with statements_of(issued.engine) as sent, issued.writing() as session:
            saved = events.plan_all_in(session, stated, by=BY, now=ANNOUNCED)
        assert len({event.slug for event in saved}) == count
        # SQLite's driver sends a statement for each row that gives its number back.
        numbered = ("INSERT INTO event ", "INSERT INTO revision ")
        return sum(not said.startswith(numbered) for said in sent)

    assert statements(400) <= statements(4) + 8
    with issued.reading() as session:
        assert first_broken(site.ledger(session)) is None
        assert len(list(site.ledger(session))) == 404


@contextmanager
def statements_of(engine: Engine) -> Iterator[list[str]]:
    """Gather what is sent to the database."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(" ".join(statement.split()))

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)
