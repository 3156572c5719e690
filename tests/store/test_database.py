"""Sessions, column types, and what becomes of a database that does not serve."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, make_url, select, text

from eventsched.domain.events import Event, Presenter
from eventsched.services import events, intake
from eventsched.store import events as event_store
from eventsched.store import site
from eventsched.store.database import DatabaseUnavailable, Session, Store
from eventsched.store.tables import EventRow, IssuerRow
from tests.builders import PHOENIX, a_draft, an_event, an_issuer, at, facts
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.ports import free_port
from tests.fixtures.product import ANNOUNCED, migrated, sample_release
from tests.fixtures.product import PHOENIX as PHOENIX_SLUG

PEOPLE = tuple(Presenter(name=f"Person {letter}", title="CEO") for letter in "ABCDE")


def save(store: Store, *saved: Event) -> None:
    with store.writing() as session:
        for one in saved:
            event_store.add(session, one, by="test", reason="", at=one.changed_at)


def update(store: Store, changed: Event) -> None:
    with store.writing() as session:
        event_store.update(session, changed, by="test", reason="", at=changed.changed_at)


def load(store: Store, slug: str) -> Event | None:
    with store.reading() as session:
        return event_store.by_slug(session, slug)


# Events, in and out


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({}, id="Phoenix"),
        pytest.param({"starts": "2011-11-11", "replay_days": None}, id="bare"),
        pytest.param({"duration": None, "presenters": PEOPLE, "format": None}, id="open end"),
        pytest.param({"starts": "2011-11-11 00:00:30"}, id="half a minute past midnight"),
        pytest.param({"replay_until": "2012-02-29 23:59:59"}, id="until a wall time"),
        pytest.param(
            {"starts": "2011-11-06 01:30", "zone": "America/New_York", "repeated": "later"},
            id="the later of two",
        ),
        pytest.param({"title": "\N{ROCKET} ü <b>'\"; --", "host": "مؤتمر"}, id="any text"),
        pytest.param({"publish_at": "2011-11-02 12:00:00.000001"}, id="a microsecond"),
        pytest.param({"replay_posted_at": "2011-11-11 18:00:00.123456"}, id="posted"),
        pytest.param({"standing": "draft", "publish_at": None}, id="a draft"),
    ],
)
def test_an_event_comes_out_as_it_went_in(store: Store, said: dict[str, Any]) -> None:
    saved = an_event(slug="e", **said)
    save(store, saved)
    assert load(store, "e") == saved


@pytest.mark.parametrize(
    "names", ["", "E", "EDCBA", "BACDE", "ABCDEABCDE", "CC"], ids=lambda names: names or "none"
)
def test_presenters_keep_their_order_after_an_edit(store: Store, names: str) -> None:
    before = an_event(slug="e", presenters=PEOPLE)
    after = tuple(Presenter(name=f"Person {name}", title=f"now {name}") for name in names)
    save(store, before)
    update(store, replace(before, facts=facts(presenters=after), revision=2))
    found = load(store, "e")
    assert found is not None
    assert found.facts.presenters == after


def test_the_first_to_end_comes_first_whatever_was_saved_first(store: Store) -> None:
    late = an_event(slug="late", starts="2011-12-01 09:00")
    early = an_event(slug="early", starts="2011-11-01 09:00")
    draft = an_event(slug="draft", starts="2011-10-01 09:00", standing="draft", publish_at=None)
    save(store, late, draft, early)
    with store.reading() as session:
        slugs = [one.slug for one in event_store.every(session)]
    assert slugs == ["draft", "early", "late"]


def test_the_next_publication_is_after_now(store: Store) -> None:
    save(
        store,
        an_event(slug="a", publish_at="2011-11-02 12:00"),
        an_event(slug="b", publish_at="2011-11-04 12:00"),
        an_event(
            slug="called-off-unknown",
            publish_at="2011-11-03 12:00",
            standing="cancelled",
            standing_since="2011-11-01 12:00",
        ),
        an_event(slug="d", publish_at="2011-11-03 12:00", standing="draft"),
    )
    with store.reading() as session:
        asked = ("2011-11-02 11:59", "2011-11-02 12:00", "2011-11-04 12:00")
        found = [event_store.next_publication(session, now=at(moment)) for moment in asked]
    assert found == [at("2011-11-02 12:00"), at("2011-11-04 12:00"), None]


def test_what_was_called_off_before_it_was_public_departs_unseen(store: Store) -> None:
    hidden: dict[str, Any] = {"standing": "cancelled", "publish_at": "2011-11-03 12:00"}
    save(
        store,
        an_event(slug="unknown", standing_since="2011-11-02 12:00", **hidden),
        an_event(slug="other-kind", starts="2011-11-01 09:00", standing="draft"),
    )
    asked: dict[str, Any] = {"day": at("2011-11-30").date(), "cancelled_before": at("2011-11-30")}
    with store.reading() as session:
        nothing = event_store.last_departures(session, now=at("2012-01-01"), **asked)
    save(store, an_event(slug="known", standing_since="2011-11-03 12:00", **hidden))
    with store.reading() as session:
        known = event_store.last_departures(session, now=at("2012-01-01"), **asked)
    assert nothing == (None, None)
    assert known == (at("2011-11-11").date(), at("2011-11-03 12:00"))


def test_an_event_called_off_in_public_appears_again_where_the_clock_was_set_back(
    store: Store,
) -> None:
    save(store, an_event(slug="c", publish_at="2011-11-03 12:00", standing="cancelled"))
    with store.reading() as session:
        found = event_store.next_publication(session, now=at("2011-11-02 12:00"))
    assert found == at("2011-11-03 12:00")


@pytest.mark.parametrize("beginning", ["q3-2011", "%", "_"])
def test_only_addresses_that_begin_so_are_taken(store: Store, beginning: str) -> None:
    save(store, *(an_event(slug=slug) for slug in ("q3-2011", "q3-2011-2", "q4-2011")))
    with store.reading() as session:
        taken = event_store.taken_slugs(session, [beginning])
    assert taken == ({"q3-2011", "q3-2011-2"} if beginning == "q3-2011" else set())


# Time, as stored


def test_an_instant_without_a_zone_is_refused(store: Store) -> None:
    naive = replace(an_event(), publish_at=datetime(2011, 11, 2, 12))
    with pytest.raises(Exception, match="An instant must be aware"):
        save(store, naive)


def test_a_wall_time_with_a_zone_is_refused(store: Store) -> None:
    aware = an_event()
    aware = replace(aware, facts=replace(aware.facts, replay_until=at("2011-12-01")))
    with pytest.raises(Exception, match="A wall time must be naive"):
        save(store, aware)


def test_an_instant_of_any_zone_comes_back_in_utc(store: Store) -> None:
    tokyo = datetime(2011, 11, 2, 21, tzinfo=timezone(timedelta(hours=9)))
    save(store, replace(an_event(slug="e"), publish_at=tokyo))
    found = load(store, "e")
    assert found is not None
    assert found.publish_at == tokyo
    assert found.publish_at.tzinfo is UTC
    with store.reading() as session:
        earlier = select(EventRow.slug).where(EventRow.publish_at < at("2011-11-02 12:00:01"))
        assert session.scalars(earlier).all() == ["e"]


# Sessions


def test_a_session_that_fails_saves_nothing(store: Store) -> None:
    with pytest.raises(KeyboardInterrupt), store.writing() as session:
        _write_and_break(session)
    with store.reading() as session:
        assert site.issuer(session) is None


def _write_and_break(session: Session) -> None:
    site.set_issuer(session, an_issuer(), at=ANNOUNCED)
    session.flush()
    raise KeyboardInterrupt


def test_a_reader_sees_one_state(release: Store) -> None:
    with release.reading() as session:
        before = event_store.every(session)
        renamed = a_draft(title="Renamed")
        events.revise(
            release, PHOENIX_SLUG, renamed, base=2, by="t", now=ANNOUNCED, reason="It was."
        )
        events.plan(release, PHOENIX, by="t", now=ANNOUNCED)
        session.expire_all()
        after = event_store.every(session)
        version = site.version(session)
    assert after == before
    with release.reading() as session:
        assert site.version(session) == version + 2


def test_a_reader_does_not_keep_a_writer_waiting(release: Store) -> None:
    with release.reading() as session:
        event_store.every(session)
        with release.writing() as other:
            site.raise_version(other)


@pytest.mark.parametrize("number", [1, 3, 200])
def test_a_list_asks_as_often_for_one_event_as_for_many(store: Store, number: int) -> None:
    save(store, *(an_event(slug=f"e{n}", presenters=PEOPLE) for n in range(number)))
    with store.reading() as session, counted(store) as statements:
        assert len(event_store.every(session)) == number
    assert len(statements) == 2


@pytest.mark.parametrize("number", [1, 3, 200])
def test_what_is_known_is_asked_for_once_however_much_it_is(store: Store, number: int) -> None:
    save(store, *(an_event(slug=f"e{n}", presenters=PEOPLE) for n in range(number)))
    known = event_store.KnownEvents()
    found = []
    for statements_needed in (3, 1):
        with store.reading() as session, counted(store) as statements:
            found.append(known.announced(session, after=None, now=ANNOUNCED))
        assert len(statements) == statements_needed
    with store.writing() as session:
        changed = replace(found[0][0], revision=2)
        event_store.update(session, changed, by="t", reason="", at=ANNOUNCED)
    with store.reading() as session, counted(store) as statements:
        found.append(known.announced(session, after=None, now=ANNOUNCED))
    assert len(statements) == 3

    first, again, edited = ({event.slug: event for event in events} for events in found)
    assert len(first) == number
    assert all(again[slug] is event for slug, event in first.items())
    assert [slug for slug, event in first.items() if edited[slug] is not event] == [changed.slug]


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """Give a list that grows with every question asked of the database."""
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    yield statements
    event.remove(store.engine, "before_cursor_execute", note)


# Outages


def use(store: Store) -> None:
    with store.reading() as session:
        event_store.every(session)


def write(store: Store) -> None:
    with store.writing() as session:
        site.set_issuer(session, an_issuer(), at=ANNOUNCED)


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:{port}/x", "sqlite:////nowhere/x"])
def test_a_database_that_is_not_there_is_an_outage(url: str) -> None:
    store = Store(url.format(port=free_port()))
    for attempt in (use, write):
        with pytest.raises(DatabaseUnavailable):
            attempt(store)
    assert not store.answers()


def test_a_database_that_was_dropped_is_an_outage(postgres_url: str) -> None:
    name = make_url(postgres_url).database
    store = Store(postgres_url.replace(f"/{name}?", "/never_made?"))
    with pytest.raises(DatabaseUnavailable, match='database "never_made" does not exist'):
        use(store)


def test_a_connection_that_was_cut_is_an_outage_once(fresh_postgres: FreshDatabase) -> None:
    store = Store(fresh_postgres(prepared_by=migrated))
    with pytest.raises(DatabaseUnavailable), store.reading() as session:
        session.execute(text("select pg_terminate_backend(pg_backend_pid())"))
    use(store)
    store.close()


def test_a_standby_that_takes_no_writes_is_an_outage(fresh_postgres: FreshDatabase) -> None:
    url = fresh_postgres(prepared_by=migrated)
    store = Store(url)
    with store.engine.connect() as connection:
        name = connection.scalars(text("select current_database()")).one()
        connection.execute(text(f'alter database "{name}" set default_transaction_read_only = on'))
        connection.commit()
    store.close()
    use(store)
    with pytest.raises(DatabaseUnavailable, match="read-only"):
        write(store)
    store.close()


def test_a_file_that_cannot_be_written_is_read(sqlite_release: Store) -> None:
    file = sqlite_release.engine.url.database
    store = Store(f"sqlite:///file:{file}?mode=ro&uri=true")
    use(store)
    with pytest.raises(DatabaseUnavailable, match="readonly"):
        write(store)
    store.close()


def test_a_full_disk_is_an_outage_and_nothing_is_half_saved(sqlite_release: Store) -> None:
    def no_room(connection: Any, _: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    sqlite_release.close()
    event.listen(sqlite_release.engine, "connect", no_room)
    with pytest.raises(DatabaseUnavailable, match="full"):
        _load_without_end(sqlite_release)
    with sqlite_release.reading() as session:
        entries, saved = list(site.ledger(session)), event_store.every(session)
    assert len([entry for entry in entries if entry.kind == "revision"]) == 2 * len(saved)
    assert len(saved) % 2 == 0


def _load_without_end(store: Store) -> None:
    for _ in range(50):
        intake.take_in(store, sample_release(), by="test", now=ANNOUNCED)


def test_a_file_that_is_no_database_is_an_outage(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("Dear Sir or Madam, " * 100)
    for attempt in (use, write):
        with pytest.raises(DatabaseUnavailable, match="not a database"):
            attempt(Store(f"sqlite:///{tmp_path}/letter"))


def test_a_torn_file_is_an_outage(sqlite_release: Store) -> None:
    file = Path(str(sqlite_release.engine.url.database))
    sqlite_release.close()
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(DatabaseUnavailable, match="malformed"):
        use(sqlite_release)


def test_our_own_mistake_is_no_outage(store: Store) -> None:
    save(store, an_event(slug="e"))
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"):
        save(store, an_event(slug="e", uid="another"))
    with pytest.raises(Exception, match=r"(?i)null"), store.writing() as session:
        session.add(IssuerRow(id=1))
