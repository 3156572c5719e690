"""The sign of a commit: there at once after each, and never there without one."""

import mmap
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from eventsched.store.database import Store
from eventsched.store.versions import site_version
from eventsched.store.wal_index import WalIndex, wal_index
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import migrated

# Commits, and says so only then; waits for a word before the next.
SAVES = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
for _ in sys.stdin:
    database.execute("UPDATE site SET version = version + 1")
    print("saved", flush=True)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "events.db"
    database = connected(file)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE site (id INTEGER PRIMARY KEY, version INTEGER)")
    database.execute("INSERT INTO site VALUES (1, 0)")
    database.close()
    return file


@pytest.fixture
def index(file: Path) -> Iterator[WalIndex]:
    database = connected(file)
    database.execute("SELECT * FROM site").fetchall()
    index = wal_index(database)
    assert index is not None
    yield index
    database.close()


def connected(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, isolation_level=None)


def test_each_commit_changes_it_and_nothing_else_does(file: Path, index: WalIndex) -> None:
    other = connected(file)
    seen = set()
    for _ in range(500):
        sign = index.sign()
        assert sign is not None
        seen.add(sign)
        other.execute("SELECT version FROM site").fetchall()
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE site SET version = -1")
        assert index.still_says(sign)
        other.execute("ROLLBACK")
        assert index.still_says(sign)
        other.execute("UPDATE site SET version = version + 1")
        assert not index.still_says(sign)
    assert len(seen) == 500
    other.close()


@pytest.mark.parametrize("way", ["PASSIVE", "FULL", "RESTART", "TRUNCATE"])
def test_a_commit_behind_a_checkpoint_changes_it(file: Path, index: WalIndex, way: str) -> None:
    other = connected(file)
    for _ in range(20):
        other.execute(f"PRAGMA wal_checkpoint({way})")
        sign = index.sign()
        assert sign is not None
        other.execute("UPDATE site SET version = version + 1")
        assert not index.still_says(sign)
    other.close()


@pytest.mark.parametrize(
    "header",
    [bytes(96), (3_007_000).to_bytes(4, "little") + bytes(92), b"\xff" * 96],
    ids=["empty", "two that differ", "another format"],
)
def test_what_is_not_understood_is_no_sign(header: bytes) -> None:
    with mmap.mmap(-1, 96) as held:
        held[:] = header
        assert WalIndex(held).sign() is None


def test_without_a_wal_there_is_no_index(tmp_path: Path) -> None:
    database = connected(tmp_path / "plain.db")
    database.execute("CREATE TABLE site (version)")
    assert wal_index(database) is None
    nowhere = connected(Path(":memory:"))
    assert wal_index(nowhere) is None
    database.close()
    nowhere.close()


def test_a_save_of_another_process_is_in_the_next_answer(
    fresh_sqlite: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(fresh_sqlite(prepared_by=migrated))
    version = site_version(store, for_life=True)
    asked: list[bool] = []
    look = version._look  # type: ignore[attr-defined]

    def noted(anew: bool) -> int:
        asked.append(anew)
        found: int = look(anew)
        return found

    monkeypatch.setattr(version, "_look", noted)
    command = [sys.executable, "-c", SAVES, str(store.engine.url.database)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, bufsize=1) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        for number in range(500):
            assert [version.read() for _ in range(5)] == [number] * 5
            other.stdin.write("on\n")
            assert other.stdout.readline() == "saved\n"
            assert version.read() == number + 1
        other.stdin.close()
    # At first, and once for each save: all else was known.
    assert len(asked) <= 502
    store.close()
