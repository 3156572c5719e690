"""The rights that docs/ledger.md gives the application on PostgreSQL: enough, and no more."""

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import ProgrammingError

from eventsched.domain.look_rules import USUALLY
from eventsched.domain.staff import Role
from eventsched.services import intake, look_rules, privacy, probes, transitions
from eventsched.store.database import Store
from eventsched.store.schema import steps_missing
from tests.builders import at
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import ANNOUNCED, SettableClock, migrated, sample_release
from tests.fixtures.staff import ADMIN, hire
from tests.services.people import data_token, subscribe
from tests.services.test_probes import BASE_URL, Answering

DOCS = Path(__file__).parents[2] / "docs" / "ledger.md"
# Roles are the whole server's, which several tests share.
ROLE = f"eventsched_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
ALL_OVER = at("2011-12-01 00:00")


@pytest.fixture
def as_role(fresh_postgres: FreshDatabase) -> Iterator[Store]:
    """Give a database that the owner migrated, opened by the role that the docs make."""
    url = make_url(fresh_postgres(prepared_by=migrated))
    [statements] = re.findall(r"```sql\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    with psycopg.connect(_plain(url), autocommit=True) as owner:
        owner.execute(re.sub(r"\beventsched\b", ROLE, statements).encode())
        store = Store(url.set(username=ROLE).render_as_string(hide_password=False))
        try:
            yield store
        finally:
            store.close()
            owner.execute(f"drop owned by {ROLE}; drop role {ROLE}".encode())


def _plain(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.mark.parametrize("table", ["ledger", "revision", "company_revision"])
def test_the_role_changes_nothing_of_what_was_written_down(as_role: Store, table: str) -> None:
    intake.take_in(as_role, sample_release(), by="test", now=ANNOUNCED)
    for refused in (
        f"update {table} set at = now()",
        f"delete from {table}",
        f"truncate {table}",
        f"alter table {table} disable trigger all",
        f"drop table {table}",
        f"drop function {table}_is_append_only cascade",
        "set session_replication_role = replica",
        "update alembic_version set version_num = '0001'",
        "create table mine (id integer)",
    ):
        with (
            as_role.engine.begin() as connection,
            pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        ):
            connection.execute(text(refused))


def test_the_role_does_all_that_is_done_day_by_day(as_role: Store, clock: SettableClock) -> None:
    assert not steps_missing(as_role)
    intake.take_in(as_role, sample_release(), by="test", now=ANNOUNCED)
    hire(as_role, ADMIN, Role.ADMIN)
    look_rules.set_rule(as_role, USUALLY[:1], by=ADMIN, now=ANNOUNCED)
    subscribe(as_role)
    privacy.erase(as_role, data_token(as_role, now=ANNOUNCED), now=ANNOUNCED)
    assert transitions.record_due(as_role, now=ALL_OVER)
    while probes.write_off_missed(as_role, now=ALL_OVER):
        pass
    assert probes.look_at_one(as_role, Answering(), base_url=BASE_URL, now=ALL_OVER) is None
    privacy.keep_no_longer(as_role, now=ALL_OVER + timedelta(days=4000))
