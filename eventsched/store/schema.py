"""Bringing a database to the shape this version needs, and telling whether it has it."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from eventsched.store.database import DatabaseUnavailable, Store, plainly_refused

# Any number will do, as long as no other program on the same server uses it for the same end.
_MIGRATION_LOCK = 2_011_111_1


def migrate(store: Store) -> tuple[str | None, str]:
    """Bring the database to the newest shape; return the step it was at and the one it is at.

    Of several processes that start at once, one migrates and the others wait. Raises
    DatabaseUnavailable.
    """
    _make_folder(store.engine)
    writes = store.engine.execution_options(immediate=True)
    with plainly_refused(), writes.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        before = _step(connection)
        command.upgrade(_config(connection), "head")
        after = _step(connection)
    assert after is not None
    return before, after


def steps_missing(store: Store) -> bool:
    """Tell whether the database lacks steps that this version needs. Raises DatabaseUnavailable."""
    with store.reading() as session:
        return _step(session.connection()) != newest_step()


def is_empty(store: Store) -> bool:
    """Tell whether nothing was ever made in the database. Raises DatabaseUnavailable."""
    with store.reading() as session:
        return _step(session.connection()) is None


@cache
def newest_step() -> str:
    """Return the name of the newest migration; a process that runs keeps the ones it began with."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def _step(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def _make_folder(engine: Engine) -> None:
    """Make the folder of a SQLite file: SQLite makes the file, not the folder."""
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file and file != ":memory:":
        try:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise DatabaseUnavailable(f"Can't make the folder of {file}: {problem}") from problem
