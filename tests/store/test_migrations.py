"""The migrations give exactly the tables that the code means, on both databases."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from eventsched.store.database import DatabaseUnavailable, Store
from eventsched.store.schema import _config, migrate, newest_step, steps_missing
from eventsched.store.tables import Base
from tests.fixtures.ports import free_port
from tests.fixtures.processes import PATIENCE_SECONDS

# Each with how many rows the sample brings.
APPEND_ONLY = {"ledger": 5, "revision": 4, "company_revision": 1}
MIGRATE = """
import sys
from eventsched.store.database import Store
from eventsched.store.schema import migrate
print(*migrate(Store(sys.argv[1])))
"""


def test_the_migrated_database_has_exactly_our_tables(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        names = set(inspect(connection).get_table_names())
    assert names == {*Base.metadata.tables, "alembic_version"}


def test_constraints_and_indexes_are_the_same_on_both(store: Store) -> None:
    found = inspect(store.engine)
    for name, table in Base.metadata.tables.items():
        assert {c["name"] for c in found.get_columns(name) if not c["nullable"]} == {
            column.name for column in table.columns if not column.nullable
        }
        assert {index["name"] for index in found.get_indexes(name)} >= {
            str(index.name) for index in table.indexes
        }


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    store = Store(database_url)
    newest = newest_step()
    assert (migrate(store), migrate(store)) == ((None, newest), (newest, newest))
    assert not steps_missing(store)
    store.close()


def test_a_database_taken_back_to_nothing_can_begin_again(database_url: str) -> None:
    store = Store(database_url)
    migrate(store)
    with store.engine.begin() as connection:
        command.downgrade(_config(connection), "base")
    assert migrate(store) == (None, newest_step())
    store.close()


def test_an_empty_database_lacks_steps(database_url: str) -> None:
    store = Store(database_url)
    assert steps_missing(store)
    store.close()


def test_of_several_that_migrate_at_once_one_does(database_url: str) -> None:
    commands = [[sys.executable, "-c", MIGRATE, database_url]] * 4
    running = [
        subprocess.Popen(c, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for c in commands
    ]
    said = [process.communicate(timeout=PATIENCE_SECONDS) for process in running]
    newest = newest_step()
    assert [errors for _, errors in said] == [""] * 4
    assert sorted(out for out, _ in said) == [f"{newest} {newest}\n"] * 3 + [f"None {newest}\n"]


def test_the_folder_of_a_new_file_is_made(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/deep/down/events.sqlite3")
    migrate(store)
    assert not steps_missing(store)
    store.close()


def test_a_migration_without_a_server_is_an_outage() -> None:
    with pytest.raises(DatabaseUnavailable):
        migrate(Store(f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"))


def test_a_migration_of_something_else_is_an_outage(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("Dear Sir or Madam, " * 100)
    for url in (f"sqlite:///{tmp_path}/letter", f"sqlite:///{tmp_path}/letter/events.sqlite3"):
        with pytest.raises(DatabaseUnavailable):
            migrate(Store(url))
    assert (tmp_path / "letter").read_text().startswith("Dear Sir")


# Tables that only grow


def statements(table: str) -> list[str]:
    column = {"ledger": "kind"}.get(table, "by")
    return [f"update {table} set {column} = 'forged'", f"delete from {table}"]


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_what_was_written_down_cannot_be_changed(release: Store, table: str) -> None:
    refused = statements(table)
    if release.engine.dialect.name == "postgresql":
        refused += [f"truncate {table}", f"truncate {table} cascade"]
    for statement in refused:
        with pytest.raises(Exception, match=f"{table} is append-only"):
            _execute(release, statement)
    with release.reading() as session:
        written = text(f"select count(*) from {table}")
        assert session.scalars(written).one() == APPEND_ONLY[table]


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_nor_be_replaced_by_sqlites_own_ways(sqlite_release: Store, table: str) -> None:
    file = sqlite_release.engine.url.database
    assert file is not None
    connection = sqlite3.connect(file)
    first = connection.execute(f"select * from {table} limit 1").fetchone()
    marks = ", ".join("?" * len(first))
    with pytest.raises(sqlite3.IntegrityError, match=f"{table} is append-only"):
        connection.execute(f"insert or replace into {table} values ({marks})", first)
    connection.close()


def _execute(store: Store, statement: str) -> None:
    with store.engine.begin() as connection:
        connection.execute(text(statement))
