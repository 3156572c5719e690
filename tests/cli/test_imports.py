"""`eventsched import`, as somebody types it."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from eventsched.cli import main
from eventsched.domain.staff import Role
from eventsched.settings import Settings
from eventsched.store import events as event_store
from eventsched.store import second_person as second_person_store
from eventsched.store.database import Store
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import PHOENIX as SLUG
from tests.fixtures.staff import EDITOR, hire

CHANGED = f"slug,time\n{SLUG},10am\n"
NEW = "title,date,time,zone\nOur day,2011-12-01,9am,UTC\n"
BROKEN = NEW + "Their day,soon,,UTC\n"


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    """One database is enough: nothing here depends on which it is."""
    return fresh_sqlite


@pytest.fixture
def asked(release: Store, settings: Settings) -> Store:
    """Give a database that the command finds by its environment."""
    hire(release, EDITOR, Role.EDITOR)
    return release


def run(settings: Settings, *words: str, given: str | bytes = "") -> Result:
    environment = {
        "EVENTSCHED_DATABASE_URL": settings.database_url,
        "EVENTSCHED_SECRET_KEY": settings.secret_key,
        "EVENTSCHED_BASE_URL": settings.base_url,
        "PATH": os.environ["PATH"],
    }
    return CliRunner().invoke(main, ["import", *words], input=given, env=environment)


def titles(store: Store) -> dict[str, str]:
    with store.reading() as session:
        return {e.facts.title: f"{e.facts.time:%H:%M}" for e in event_store.every(session)}


def test_without_confirming_it_only_tells(asked: Store, settings: Settings) -> None:
    before = titles(asked)
    told = run(settings, "-", given=CHANGED + "\n")
    assert told.exit_code == 0
    assert told.stdout == (
        "~ Row 2: 2011 Credit Suisse Healthcare Conference\n"
        "    approved: saved is published\n"
        "    time: 09:00 → 10:00\n"
        "1 changed.\n"
        "Nothing was changed. Add --confirm to save it.\n"
    )
    assert titles(asked) == before


def test_confirmed_it_saves_all_of_it(asked: Store, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "spring.csv"
    file.write_text(
        NEW + "2011 Credit Suisse Healthcare Conference,2011-11-11,10am,America/Phoenix\n"
    )
    told = run(settings, str(file), "--confirm", "--reason", "The host moved us.")
    assert told.exit_code == 0, told.output
    assert told.stdout.endswith("1 new, 1 changed.\nSaved.\n")
    assert titles(asked)["Our day"] == "09:00"
    assert titles(asked)["2011 Credit Suisse Healthcare Conference"] == "10:00"


def test_a_public_change_wants_its_reason(asked: Store, settings: Settings) -> None:
    before = titles(asked)
    told = run(settings, "-", "--confirm", given=CHANGED)
    assert told.exit_code == 1
    assert told.stderr.endswith(
        "--reason: Say why: the public has read it otherwise, and will be told.\n"
        "Nothing was saved.\n"
    )
    assert titles(asked) == before


def test_what_cannot_be_read_is_left_out_when_that_is_said(
    asked: Store, settings: Settings
) -> None:
    told = run(settings, "-", "--confirm", given=BROKEN)
    assert told.exit_code == 1
    assert "    date: Can't read “soon” as a date." in told.stdout
    assert "--leave-out-unreadable: " in told.stderr
    assert "Our day" not in titles(asked)
    assert run(settings, "-", given=BROKEN).exit_code == 1
    told = run(settings, "-", "--confirm", "--leave-out-unreadable", given=BROKEN)
    assert told.exit_code == 0
    assert "Our day" in titles(asked)


def test_in_an_editors_name_a_change_waits(asked: Store, settings: Settings) -> None:
    words = ("--confirm", "--reason", "So.", "--as", EDITOR.upper())
    told = run(settings, "-", *words, given=CHANGED)
    assert told.exit_code == 0, told.output
    assert "    waits for an approver\n" in told.stdout
    with asked.reading() as session:
        assert second_person_store.all_waiting(session)[SLUG].by == EDITOR


@pytest.mark.parametrize(
    ("words", "given", "sentence"),
    [
        ((), b"", "This file is empty."),
        ((), b"PK\x03\x04", "This is an Excel workbook"),
        (("--as", "nobody@x.com"), NEW.encode(), "There is no account “nobody@x.com”."),
        (("--confirm",), CHANGED.replace("10am", "9am").encode(), "There is nothing to save"),
    ],
)
def test_what_it_can_not_do_it_says_in_a_sentence(
    asked: Store, settings: Settings, words: tuple[str, ...], given: bytes, sentence: str
) -> None:
    told = run(settings, "-", *words, given=given)
    assert (told.exit_code, told.exception.__class__) == (1, SystemExit)
    assert sentence in told.stderr
