"""Whatever was changed in the ledger from outside is found, and the first of it named."""

import pytest
from sqlalchemy import text

from eventsched.domain.ledger import first_broken
from eventsched.services.transitions import record_due
from eventsched.store import site
from eventsched.store.database import Store
from tests.fixtures.product import ANNOUNCED

FORGERIES = [
    pytest.param("update ledger set subject = 'other' where number = 3", 3, id="a subject"),
    pytest.param("update ledger set kind = 'other' where number = 3", 3, id="a kind"),
    pytest.param("update ledger set hash = previous where number = 3", 3, id="a hash"),
    pytest.param("update ledger set previous = hash where number = 3", 3, id="a link"),
    pytest.param("update ledger set at = '2011-11-02 12:00:01' where number = 3", 3, id="an at"),
    pytest.param("update ledger set body = '{}' where number = 5", 5, id="a body"),
    pytest.param("update ledger set body = body || ' ' where number = 5", 5, id="a space"),
    pytest.param("update ledger set body = 'not json' where number = 2", 2, id="no JSON"),
    pytest.param("update ledger set body = '[1]' where number = 2", 2, id="another JSON"),
    pytest.param(
        f"update ledger set body = '{'[' * 50_000}' where number = 2", 2, id="endless brackets"
    ),
    pytest.param(
        'update ledger set body = \'{"by":"x",\' || substr(body, 2) where number = 2',
        2,
        id="a field said twice",
    ),
    pytest.param("update ledger set number = 99 where number = 7", 99, id="a number"),
    pytest.param("delete from ledger where number = 2", 3, id="one is gone"),
]


def checked(store: Store) -> tuple[int | None, bool]:
    """Return the number of the first broken entry, and whether the end is missing."""
    with store.reading() as session:
        broken = first_broken(site.ledger(session))
        return None if broken is None else broken.number, site.is_cut_short(session)


def test_a_ledger_that_nobody_touched_holds(release: Store) -> None:
    record_due(release, now=ANNOUNCED)
    assert checked(release) == (None, False)


def test_an_empty_ledger_holds(store: Store) -> None:
    assert checked(store) == (None, False)


@pytest.mark.parametrize(("forgery", "number"), FORGERIES)
def test_the_first_entry_that_was_changed_is_named(
    release: Store, forgery: str, number: int
) -> None:
    record_due(release, now=ANNOUNCED)
    forge(release, forgery)
    assert checked(release)[0] == number


@pytest.mark.parametrize("kept", [5, 1, 0])
def test_an_end_that_was_cut_off_is_missed(release: Store, kept: int) -> None:
    record_due(release, now=ANNOUNCED)
    forge(release, f"delete from ledger where number > {kept}")
    assert checked(release) == (None, True)


def forge(store: Store, statement: str) -> None:
    """Change what the triggers forbid, as somebody with the database's password can."""
    with store.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("alter table ledger disable trigger all"))
        else:
            for verb in ("update", "delete", "insert"):
                connection.execute(text(f"drop trigger ledger_no_{verb}"))
        connection.execute(text(statement))
