"""Every state of the company is kept, and can be asked for by instant."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from eventsched.domain.company import draft_of_issuer, issuer_of, issuer_record
from eventsched.domain.issuer import Contact
from eventsched.domain.ledger import canonical_json
from eventsched.services import company
from eventsched.store import history, site
from eventsched.store.database import Store
from eventsched.store.schema import migrate
from tests.builders import an_issuer, at
from tests.fixtures.product import ANNOUNCED

LATER = ANNOUNCED + timedelta(days=1)
FIRST, SECOND = an_issuer(), an_issuer(name="ImmunoGen plc", home_zone="Europe/London")


@pytest.fixture
def renamed(store: Store) -> Store:
    """Give a company that took another name a day later."""
    company.set_up(store, draft_of_issuer(FIRST), by="a@i.com", now=ANNOUNCED)
    company.set_up(store, draft_of_issuer(SECOND), by="b@i.com", now=LATER)
    return store


@pytest.mark.parametrize(
    ("instant", "issuer"),
    [
        pytest.param(ANNOUNCED - timedelta(days=9), FIRST, id="before it was set up"),
        pytest.param(ANNOUNCED, FIRST, id="when it was set up"),
        pytest.param(LATER - timedelta(microseconds=1), FIRST, id="just before"),
        pytest.param(LATER, replace(SECOND, told_since=LATER), id="the instant itself"),
    ],
)
def test_the_company_is_as_it_was_at_an_instant(
    renamed: Store, instant: object, issuer: object
) -> None:
    with renamed.reading() as session:
        assert history.company_as_of(session, at(instant)) == issuer  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "is_told"),
    [
        pytest.param({"contact": Contact(name="Justin Carrere")}, True, id="the contact"),
        pytest.param({"ticker": "IMG"}, True, id="the ticker"),
        pytest.param({"website": "https://www.immunogen.example"}, False, id="the website"),
        pytest.param({"domain": "immunogen.example"}, False, id="the domain of entries to come"),
    ],
)
def test_it_is_known_since_when_calendars_tell_another_company(
    store: Store, changes: dict[str, Any], is_told: bool
) -> None:
    changed_at, again_at = LATER, LATER + timedelta(days=1)
    with store.writing() as session:
        site.set_issuer(session, FIRST, at=ANNOUNCED)
        site.set_issuer(session, replace(FIRST, **changes), at=changed_at)
        site.set_issuer(
            session, replace(FIRST, **changes | {"website": "https://x.com"}), at=again_at
        )
    with store.reading() as session:
        known = site.issuer(session)
        assert known is not None
        assert known.told_since == (changed_at if is_told else None)
        assert history.company_as_of(session, again_at) == known


def test_the_ledger_holds_each_state_and_who_set_it(renamed: Store) -> None:
    with renamed.reading() as session:
        entries = [(e.at, e.kind, e.body) for e in site.ledger(session)]
    assert entries == [
        (ANNOUNCED, "company", {"by": "a@i.com", "record": issuer_record(FIRST)}),
        (LATER, "company", {"by": "b@i.com", "record": issuer_record(SECOND)}),
    ]
    assert issuer_of(entries[1][2]["record"]) == SECOND


def test_what_says_the_same_is_not_saved(renamed: Store) -> None:
    with renamed.reading() as session:
        before = site.version(session), len(history.company(session))
    company.set_up(renamed, draft_of_issuer(SECOND), by="c@i.com", now=LATER)
    with renamed.reading() as session:
        assert (site.version(session), len(history.company(session))) == before


def test_nobody_is_a_company_that_was_never_set_up(store: Store) -> None:
    with store.reading() as session:
        assert history.company_as_of(session, ANNOUNCED) is None


def test_a_record_of_another_version_is_read_as_far_as_it_is_known() -> None:
    assert issuer_of(issuer_record(FIRST) | {"motto": "of a later version"}) == FIRST


def migrate_again_from(store: Store, step: str) -> None:
    with store.engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", "eventsched/store/migrations")
        config.attributes["connection"] = connection
        command.downgrade(config, step)
    migrate(store)


def test_an_installation_of_before_begins_with_its_company_of_today(renamed: Store) -> None:
    migrate_again_from(renamed, "0007")
    with renamed.reading() as session:
        (kept,) = history.company(session)
        records = session.scalars(text("select record from company_revision")).all()
    assert (kept.issuer, kept.at, kept.by) == (SECOND, ANNOUNCED, "migrate")
    assert records == [canonical_json(issuer_record(SECOND))]


def test_since_when_a_company_of_before_is_told_of_follows_from_its_revisions(
    renamed: Store,
) -> None:
    moved = replace(SECOND, website="https://www.immunogen.example")
    company.set_up(renamed, draft_of_issuer(moved), by="c@i.com", now=LATER + timedelta(days=1))
    migrate_again_from(renamed, "0015")
    with renamed.reading() as session:
        kept = site.issuer(session)
        assert history.company(session)[-1].issuer == kept
    assert kept == replace(moved, told_since=LATER)


def test_a_company_that_never_changed_is_told_of_since_nothing(store: Store) -> None:
    company.set_up(store, draft_of_issuer(FIRST), by="a@i.com", now=ANNOUNCED)
    migrate_again_from(store, "0015")
    with store.reading() as session:
        assert site.issuer(session) == FIRST
