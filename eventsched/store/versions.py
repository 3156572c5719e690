"""The site's version, read as often as anybody asks for anything: by one kept connection a process.

SQLite is read at every question: a prepared statement on an open file, some microseconds. A
process that serves until it ends looks into the WAL index first (`wal_index`): a part of one.
PostgreSQL is a round trip away, so the transaction that raises the version also notifies those who
listen (`site.raise_version`). A version read less than `GOOD_FOR_SECONDS` ago stands, unless a
notification has come since on the very connection that it was read by: so the longest that an edit
can stay unseen does not depend on notifications, which only make it sooner. Nothing runs in the
background that could die unnoticed.
"""

import sqlite3
import time
from collections.abc import Callable
from select import POLLIN, poll
from threading import Lock
from typing import Any, Protocol

import psycopg
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn
from sqlalchemy.exc import SQLAlchemyError

from eventsched.store.database import DatabaseUnavailable, Store
from eventsched.store.site import CHANNEL
from eventsched.store.wal_index import WalIndex, wal_index

GOOD_FOR_SECONDS = 0.1
# Whoever asks waits meanwhile, and others behind it.
_ANSWERS_WITHIN_SECONDS = 1.0
_TRIES_AGAIN_AFTER_SECONDS = 0.5
_READ = "SELECT version FROM site WHERE id = 1"
_PREPARED = b"eventsched_version"
_PROBLEMS = (SQLAlchemyError, sqlite3.Error, psycopg.Error, OSError)


class SiteVersion(Protocol):
    """Tells the site's version."""

    def read(self, *, anew: bool = False) -> int:
        """Return the version; `anew` asks the database in any case. Raises DatabaseUnavailable."""
        ...


def site_version(store: Store, *, for_life: bool = False) -> SiteVersion:
    """Return the way to ask `store` for the site's version; closed with the store.

    `for_life` says that this process has this store until it ends.
    """
    is_sqlite = store.engine.dialect.name == "sqlite"
    version = _Sqlite(store, for_life=for_life) if is_sqlite else _Postgres(store)
    store.keeps(version.close)
    return version


class _Kept:
    """A connection outside the pool, opened when first needed and again after it broke."""

    _look: Callable[[bool], int]

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._driver: Any = None
        self._broke_at = -_TRIES_AGAIN_AFTER_SECONDS

    def read(self, *, anew: bool = False) -> int:
        """Return the version. Raises DatabaseUnavailable."""
        with self._lock:
            was_open = self._driver is not None
            try:
                return self._look(anew)
            except _PROBLEMS as problem:
                if not was_open or isinstance(problem, TimeoutError):
                    raise self._broken(problem) from problem
            # The connection has died since it was last used; the database may live.
            self._drop()
            try:
                return self._look(True)
            except _PROBLEMS as problem:
                raise self._broken(problem) from problem

    def close(self) -> None:
        """Close the connection; the next question opens another."""
        with self._lock:
            self._drop()

    def _open(self) -> None:
        if time.monotonic() - self._broke_at < _TRIES_AGAIN_AFTER_SECONDS:
            raise DatabaseUnavailable("It did not answer just now.")
        connection = self._store.engine.raw_connection()
        connection.detach()
        self._driver = connection.dbapi_connection

    def _broken(self, problem: Exception) -> DatabaseUnavailable:
        self._drop()
        self._broke_at = time.monotonic()
        return DatabaseUnavailable(str(problem))

    def _drop(self) -> None:
        if self._driver is not None:
            self._driver.close()
        self._driver = None


class _Sqlite(_Kept):
    """Reads the version at every question, unless there is a sign that it is still the same."""

    def __init__(self, store: Store, *, for_life: bool) -> None:
        super().__init__(store)
        self._for_life = for_life
        self._ask: Callable[[str], sqlite3.Cursor] | None = None
        self._index: WalIndex | None = None
        self._known: tuple[bytes, int] | None = None

    def read(self, *, anew: bool = False) -> int:
        """Return the version. Raises DatabaseUnavailable."""
        index, known = self._index, self._known
        if not anew and index is not None and known is not None and index.still_says(known[0]):
            return known[1]
        return super().read(anew=anew)

    def _look(self, _anew: bool) -> int:
        ask = self._ask or self._begin()
        before = self._index.sign() if self._index else None
        version: int = ask(_READ).fetchone()[0]
        if self._index is not None and before is not None and self._index.still_says(before):
            self._known = before, version
        return version

    def _begin(self) -> Callable[[str], sqlite3.Cursor]:
        self._open()
        ask: Callable[[str], sqlite3.Cursor] = self._driver.execute
        ask(_READ).close()
        self._index = wal_index(self._driver) if self._for_life else None
        self._ask = ask
        return ask

    def _drop(self) -> None:
        self._ask = self._index = self._known = None
        super()._drop()


class _Postgres(_Kept):
    """Reads the version, or knows it for a moment by listening on the same connection."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._inbox = poll()
        self._version = 0
        self._asked_at = -GOOD_FOR_SECONDS
        self._saves = -1

    def _look(self, anew: bool) -> int:
        if anew or not self._is_known():
            if self._driver is None:
                self._begin()
            self._ask(self._driver.pgconn)
        return self._version

    def _is_known(self) -> bool:
        return (
            time.monotonic() - self._asked_at < GOOD_FOR_SECONDS
            # This process's own saves need no messenger.
            and self._saves == self._store.saves
            and not self._inbox.poll(0)
        )

    def _begin(self) -> None:
        self._open()
        self._driver.autocommit = True
        self._driver.execute(f"LISTEN {CHANNEL}")
        self._driver.pgconn.prepare(_PREPARED, _READ.encode())
        self._inbox = poll()
        self._inbox.register(self._driver.fileno(), POLLIN)

    def _ask(self, link: PGconn) -> None:
        asked_at, saves = time.monotonic(), self._store.saves
        link.send_query_prepared(_PREPARED, None)
        link.flush()
        link.consume_input()
        while link.is_busy():
            left = asked_at + _ANSWERS_WITHIN_SECONDS - time.monotonic()
            if not self._inbox.poll(max(left, 0) * 1000):
                raise TimeoutError("The database took too long.")
            link.consume_input()
        answer = link.get_result()
        if answer is None or answer.status != ExecStatus.TUPLES_OK:
            raise psycopg.OperationalError(link.get_error_message())
        self._version = int(answer.get_value(0, 0) or 0)
        self._saves = saves
        self._asked_at = asked_at
        while link.get_result() is not None:
            pass
        while link.notifies() is not None:
            # It may have come behind the answer: whoever is next asks again.
            self._asked_at = -GOOD_FOR_SECONDS

    def _drop(self) -> None:
        self._asked_at = -GOOD_FOR_SECONDS
        super()._drop()
