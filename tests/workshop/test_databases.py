"""The databases and the browser that the other tests stand on."""

from sqlalchemy import create_engine, make_url, text

from tests.fixtures.databases import FreshDatabase


def test_the_database_answers(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        assert connection.scalar(text("select 1")) == 1
    engine.dispose()


def test_a_prepared_database_is_a_copy_and_its_own(fresh_database: FreshDatabase) -> None:
    first, second = (fresh_database(prepared_by=_one_row) for _ in range(2))
    _execute(first, "delete from shelf")
    assert (_count(first), _count(second)) == (0, 1)


def _one_row(url: str) -> None:
    _execute(url, "create table shelf (id integer)")
    _execute(url, "insert into shelf values (1)")


def _execute(url: str, statement: str) -> None:
    engine = create_engine(make_url(url))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _count(url: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        count: int = connection.scalars(text("select count(*) from shelf")).one()
    engine.dispose()
    return count
