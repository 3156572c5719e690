"""Connections and transactions, alike on SQLite and PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from sqlite3 import SQLITE_READONLY
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    TimeoutError,
)
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

__all__ = ["DatabaseUnavailable", "Overtaken", "Session", "Store", "apart", "plainly_refused"]

_READ_ONLY = "25006"


class DatabaseUnavailable(Exception):
    """The database does not answer, or refuses to write."""


class Overtaken(Exception):
    """What was to be stored contradicts what another process has stored meanwhile."""


class Store:
    """The way to the database: open a session for reading or for one transaction of writing.

    `saves` counts the transactions of writing that this process has committed.
    """

    def __init__(self, database_url: str) -> None:
        self.saves = 0
        self._closing = ExitStack()
        self._kept: list[Callable[[], None]] = []
        self.engine = _engine(database_url)
        # A page reads several tables; it must not see half of a save. SQLite's reads never do.
        sqlite = self.engine.dialect.name == "sqlite"
        if sqlite:
            event.listen(self.engine, "handle_error", self._open_anew_if_read_only)
        steady = {} if sqlite else {"isolation_level": "REPEATABLE READ"}
        self._reads = self.engine.execution_options(**steady)
        self._writes = self.engine.execution_options(immediate=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that sees one state of the database. Raises DatabaseUnavailable."""
        with plainly_refused(), Session(self._reads, autoflush=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session that commits at its end, or saves nothing. Raises DatabaseUnavailable."""
        session = Session(self._writes, expire_on_commit=False)
        with plainly_refused(), session, session.begin():
            yield session
        self.saves += 1

    def answers(self) -> bool:
        """Tell whether the database answers at all."""
        try:
            with self.reading() as session:
                session.execute(text("select 1"))
        except DatabaseUnavailable:
            return False
        return True

    def at_close(self, close: Callable[[], None]) -> None:
        """Have `close` called when the store is closed."""
        self._closing.callback(close)

    def keeps(self, close: Callable[[], None]) -> None:
        """Have `close` called whenever all connections are closed: it has one outside the pool."""
        self._kept.append(close)

    def close(self) -> None:
        """Close every connection."""
        self._closing.close()
        self._close_connections()

    def _close_connections(self) -> None:
        for close in self._kept:
            close()
        self.engine.dispose()

    def _open_anew_if_read_only(self, context: ExceptionContext) -> None:
        """Close every connection to a SQLite file that refused to be written.

        A connection stays as it was opened, and so does each later one of this process as long as
        an older one is left: the file may be writable again, and nobody would notice.
        """
        code = getattr(context.original_exception, "sqlite_errorcode", 0)
        # The lowest byte is the reason; what is above it tells of the circumstances.
        if context.execution_context is None or code & 0xFF != SQLITE_READONLY:
            return
        # Its statement would keep what is closed open, until somebody forgets the error.
        context.execution_context.cursor.close()
        context.is_disconnect = True
        self._close_connections()


def check_address(database_url: str) -> None:
    """Raise ValueError where no connection can be made from `database_url` as it is written."""
    try:
        make_url(database_url).get_dialect().import_dbapi()
    except (ArgumentError, ImportError, ValueError):
        raise ValueError(
            "can't be read, or asks for a driver that is not there. Use sqlite:///file or "
            "postgresql://user:password@host/name."
        ) from None


@contextmanager
def plainly_refused() -> Iterator[None]:
    """Let DatabaseUnavailable stand for every way in which a database refuses to serve."""
    try:
        yield
    except DBAPIError as problem:
        # Broken rules (a duplicate, a trigger that refuses) are our own mistakes, not an outage.
        if problem.connection_invalidated or _is_outage(problem):
            raise DatabaseUnavailable(str(problem.orig)) from problem
        raise
    except TimeoutError as problem:
        raise DatabaseUnavailable("Every connection is busy.") from problem


@contextmanager
def apart(session: Session) -> Iterator[None]:
    """Store what the block stores, or, where others were faster, nothing of it. Raises Overtaken.

    The rest of the transaction stays as it is.
    """
    try:
        with session.begin_nested():
            yield
    except IntegrityError as problem:
        raise Overtaken(str(problem.orig)) from problem


def _is_outage(problem: DBAPIError) -> bool:
    # A plain DatabaseError is SQLite's word for a file that is torn or no database at all.
    if isinstance(problem, (OperationalError, InterfaceError)) or type(problem) is DatabaseError:
        return True
    # PostgreSQL's standby after a failover: it answers, but takes no writes.
    return getattr(problem.orig, "sqlstate", None) == _READ_ONLY


def _engine(database_url: str) -> Engine:
    url = make_url(database_url)
    # What is written may be somebody's address, and errors are logged.
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, hide_parameters=True)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        url, hide_parameters=True, pool_pre_ping=True, connect_args={"connect_timeout": 5}
    )


def _set_up_sqlite(connection: Any, _: ConnectionPoolEntry) -> None:
    # The driver's own BEGIN comes too late for a consistent read; `_begin_sqlite` sends ours.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        # FULL: a recorded closing survives a power cut.
        "synchronous = FULL",
        "foreign_keys = ON",
        "busy_timeout = 10000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer that begins as a reader can find at its first write that another was faster.
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
