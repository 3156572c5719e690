"""A database that takes no writes: the disk is full, its file became read-only, or the database a
standby's. Reads go on.
"""

import os
import resource
import signal
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine, text

from eventsched.domain.ledger import first_broken
from eventsched.store import site
from eventsched.store.database import Store
from tests.fixtures.ports import free_port
from tests.fixtures.processes import Processes, children_of, status_of, wait_until
from tests.fixtures.staff import read_form
from tests.torture.storm import events_closing_at

# A busy machine takes its time to be ready: what closes before that has others that close later.
OPEN_FOR = [timedelta(seconds=seconds) for seconds in (5, 8, 12, 45, 150)]
# So long before the closing the gates are asked at least.
ASKED_FOR = timedelta(seconds=4)
# To root, modes of files mean nothing: root without this right is like everybody else.
_BOUND_BY_MODES = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")
_UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


# Has the database refuse every write to the server with that pid, as long as it is entered.
Refusing = Callable[[Store, int], AbstractContextManager[None]]


@dataclass
class Tally:
    """What the gates and a staff form answered while nothing could be written."""

    before: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)
    refusals: set[tuple[int, bool]] = field(default_factory=set)
    told_meanwhile: int = 0
    taken_again: bool = False
    told: int = 0
    chain_broken: bool = False


def close_while_nothing_can_be_written(
    store: Store, eventsched: Processes, *, events: int, refusing: Refusing | None = None
) -> Tally:
    """Serve `events` over their closing, while the database refuses every write, and after it."""
    tally, port = Tally(), free_port()
    refusing = refusing or (_full_disk if _is_sqlite(store) else _read_only)
    if refusing is read_only_file and os.getuid() == 0:
        eventsched.under = _BOUND_BY_MODES
    server = eventsched.start("serve", "--port", str(port))
    base_url = f"http://127.0.0.1:{port}"
    wait_until(lambda: status_of(f"{base_url}/readyz") == 200, what="the site")
    # Each event takes a moment to be saved, and the worker another to see it.
    begins = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=events)
    closings = {
        begins + open_for: events_closing_at(store, begins + open_for, count=events)
        for open_for in OPEN_FOR
    }
    stored = [slug for slugs in closings.values() for slug in slugs]
    wait_until(lambda: _told(store, "replay_opened", stored) == len(stored), what="the worker")
    with refusing(store, server.pid):
        wait_until(lambda: status_of(f"{base_url}/") == 200, what="the site, that still reads")
        closes = min(at for at in closings if at > datetime.now(UTC) + ASKED_FOR)
        slugs = closings[closes]
        gates = [f"{base_url}/events/{slug}/replay" for slug in slugs]
        while datetime.now(UTC) < closes - timedelta(seconds=1):
            tally.before += _answered_before(closes, gates)
            tally.refusals.add(_refused(base_url))
            # Whoever tries to sign in more often than that is refused for it.
            time.sleep(1)
        time.sleep(max(0.0, (closes - datetime.now(UTC)).total_seconds()))
        for _ in range(5):
            tally.after += map(status_of, gates)
            time.sleep(0.2)
        tally.told_meanwhile = _told(store, "replay_closed", slugs)
    wait_until(lambda: _told(store, "replay_closed", slugs) >= events, what="the catching up")
    wait_until(lambda: _refused(base_url)[0] != 503, what="the form to be taken again")
    tally.taken_again = True
    time.sleep(1)
    tally.told = _told(store, "replay_closed", slugs)
    with store.reading() as session:
        tally.chain_broken = first_broken(site.ledger(session)) is not None
    return tally


def _is_sqlite(store: Store) -> bool:
    return store.engine.dialect.name == "sqlite"


@contextmanager
def _full_disk(_store: Store, server: int) -> Iterator[None]:
    """Let no file of the server and its children grow: SQLite finds no room, as on a full disk."""
    family = _family_of(server)
    for pid in family:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for pid in family:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, _UNLIMITED)


@contextmanager
def read_only_file(store: Store, server: int) -> Iterator[None]:
    """Let the file of a SQLite database, and its folder, be writable to nobody.

    What is open stays open as it was, so all that have it open are killed, and replaced.
    """
    file = Path(store.engine.url.database or "")
    beside = [file, *file.parent.glob(f"{file.name}-*")]
    modes = {path: path.stat().st_mode for path in (*beside, file.parent)}
    for path in modes:
        path.chmod(0o555 if path.is_dir() else 0o444)
    for pid in _family_of(server)[1:]:
        os.kill(pid, signal.SIGKILL)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


@contextmanager
def _read_only(store: Store, _server: int) -> Iterator[None]:
    """Have every transaction be one that may not write, as on a standby after a failover."""
    _set_read_only(store, "on")
    try:
        yield
    finally:
        _set_read_only(store, "off")


def _set_read_only(store: Store, to: str) -> None:
    engine = create_engine(store.engine.url, isolation_level="AUTOCOMMIT")
    name = store.engine.url.database
    with engine.connect() as connection:
        connection.execute(text("set default_transaction_read_only = off"))
        connection.execute(
            text(f'alter database "{name}" set default_transaction_read_only = {to}')
        )
        # Those that are connected go on as they were, so they are made to connect anew.
        connection.execute(
            text(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = :name and pid <> pg_backend_pid()"
            ),
            {"name": name},
        )
    engine.dispose()


def _family_of(pid: int) -> list[int]:
    return [pid] + [below for child in children_of(pid) for below in _family_of(child)]


def _answered_before(closes: datetime, gates: list[str]) -> list[int]:
    """Ask at each gate; what is answered at the closing or after it says nothing here."""
    answers = [(status_of(gate), datetime.now(UTC)) for gate in gates]
    return [status for status, at in answers if at < closes]


def _refused(base_url: str) -> tuple[int, bool]:
    """Return the status of a form that would be saved, and whether it is said in plain words."""
    desk = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with desk.open(f"{base_url}/staff/sign-in", timeout=60) as page:
        token = read_form(page.read().decode())["csrf_token"]
    typed = {"csrf_token": token, "email": "a@example.com", "password": "x" * 12}
    form = urllib.parse.urlencode(typed).encode()
    try:
        with desk.open(f"{base_url}/staff/sign-in", form, timeout=60) as answer:
            return answer.status, False
    except urllib.error.HTTPError as answer:
        return answer.code, "Back in a moment" in answer.read().decode()


def _told(store: Store, kind: str, slugs: Sequence[str]) -> int:
    with store.reading() as session:
        return sum(e.kind == kind and e.subject in slugs for e in site.ledger(session))
