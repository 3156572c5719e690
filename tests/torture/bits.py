"""Single bits of the ledger, flipped behind its back: every one is found, and its entry named."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from eventsched.domain.ledger import Entry, first_broken
from eventsched.store import site
from eventsched.store.database import Store

COLUMNS = ("at", "kind", "subject", "body", "previous", "hash")


def flip(store: Store, *, times: int, seed: int) -> list[str]:
    """Flip one bit of one entry at a time; return, in words, the flips that nobody noticed.

    In SQLite any bit of the stored bytes, text or not; in PostgreSQL, which stores no torn text and
    reads instants itself, the low bits of ASCII and of the microseconds.
    """
    dice, unnoticed = random.Random(seed), []
    with store.engine.begin() as connection:
        connection.execute(text(_UNGUARDED[store.engine.dialect.name]))
        last = connection.execute(text("select max(number) from ledger")).scalar_one()
    for _ in range(times):
        number, column = dice.randint(1, last), dice.choice(COLUMNS)
        with _flipped(store, number, column, dice) as where:
            broken = _first_broken(store)
        if where and (broken is None or broken.number != number):
            unnoticed.append(f"{where}: {broken and broken.number}")
    with store.reading() as session:
        assert first_broken(site.ledger(session)) is None
    return unnoticed


def _first_broken(store: Store) -> Entry | None:
    with store.reading() as session, site.whatever_was_made_of_it(session):
        return first_broken(site.ledger(session))


_UNGUARDED = {
    "sqlite": "drop trigger ledger_no_update",
    "postgresql": "alter table ledger disable trigger user",
}


@contextmanager
def _flipped(store: Store, number: int, column: str, dice: random.Random) -> Iterator[str]:
    """Have one bit flipped for a while; give its place in words, "" where there is none."""
    sqlite = store.engine.dialect.name == "sqlite"
    with store.engine.begin() as connection:
        before = _stored(connection, number, column, sqlite=sqlite)
        if not before:
            yield ""
            return
        place = dice.randrange(len(before))
        bit = 1 << dice.randrange(8 if sqlite else 5)
        after = bytearray(before)
        after[place] ^= bit
        if not sqlite and (column == "at" or before[place] > 127 or after[place] < 32):
            place, after = 0, bytearray(_shifted(before) if column == "at" else b"~" + before)
        _store(connection, number, column, bytes(after), sqlite=sqlite)
    try:
        yield f"{column} of {number}, byte {place}, bit {bit}"
    finally:
        with store.engine.begin() as connection:
            _store(connection, number, column, before, sqlite=sqlite)


def _shifted(instant: bytes) -> bytes:
    """Return an instant's text one microsecond on or back."""
    digit = instant.index(b".") + 6 if b"." in instant else None
    if digit is None:
        return instant.replace(b"+", b".000001+", 1)
    changed = bytearray(instant)
    changed[digit] ^= 1
    return bytes(changed)


def _stored(connection: Connection, number: int, column: str, *, sqlite: bool) -> bytes:
    wanted = f"cast({column} as blob)" if sqlite else f"convert_to({column}::text, 'UTF8')"
    chosen = text(f"select {wanted} from ledger where number = :number")
    return bytes(connection.execute(chosen, {"number": number}).scalar_one())


def _store(connection: Connection, number: int, column: str, value: bytes, *, sqlite: bool) -> None:
    kind = "timestamptz" if column == "at" else "text"
    given = "cast(:value as text)" if sqlite else f"cast(:value as {kind})"
    change = text(f"update ledger set {column} = {given} where number = :number")
    told = value if sqlite else value.decode()
    connection.execute(change, {"value": told, "number": number})
