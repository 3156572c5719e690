"""The `eventsched` command: what it refuses, what it finds, what it names."""

import io
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from eventsched.doctor import Finding, Verdict, examine
from eventsched.domain.document_drafts import DocumentDraft
from eventsched.domain.staff import Role
from eventsched.services import documents, staff
from eventsched.services.documents import Step, Upload
from eventsched.services.transitions import record_due
from eventsched.settings import Settings
from eventsched.store import mail_server
from eventsched.store.database import Store
from tests.builders import at
from tests.files_of_every_sort import PDF
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.mail import a_server
from tests.fixtures.ports import free_port
from tests.fixtures.processes import Processes
from tests.fixtures.product import ANNOUNCED, PHOENIX, sample_release

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    """Run the command on SQLite alone: what it says is the same on both."""
    return fresh_sqlite


@pytest.fixture
def run(store: Store, processes: Callable[[str], Processes]) -> Run:
    """Run a command to its end, on a migrated database."""
    return processes(store.engine.url.render_as_string(hide_password=False)).run


def said(done: "subprocess.CompletedProcess[str]") -> tuple[int, str]:
    """Return the status and the last line of what was said; nothing may be a traceback."""
    everything = done.stdout + done.stderr
    assert "Traceback" not in everything
    return done.returncode, everything.strip().splitlines()[-1]


@pytest.mark.parametrize(
    "arguments", [("serve", "--at", "2011-11-11T15:55:00Z"), ("serve", "--speed", "60")]
)
def test_serve_has_no_clock_of_its_own(run: Run, arguments: tuple[str, ...]) -> None:
    words = "serve goes by the machine's clock. Only `eventsched demo` has another."
    assert said(run(*arguments)) == (2, words)


@pytest.mark.parametrize("command", [("serve",), ("worker",), ("ledger", "verify")])
def test_nothing_runs_on_a_database_that_is_not_ready(
    fresh_sqlite: FreshDatabase, processes: Callable[[str], Processes], command: tuple[str, ...]
) -> None:
    words = "The database is empty. Make its tables with: eventsched migrate"
    assert said(processes(fresh_sqlite()).run(*command)) == (1, words)


def test_nothing_runs_on_the_database_of_an_older_version(store: Store, run: Run) -> None:
    with store.writing() as session:
        session.execute(text("update alembic_version set version_num = '0001'"))
    words = "The database is not ready for this version. Run: eventsched migrate"
    assert said(run("serve")) == (1, words)


@pytest.mark.parametrize("command", [("serve",), ("worker",), ("migrate",), ("ledger", "verify")])
def test_a_database_that_is_away_is_said_to_be(
    processes: Callable[[str], Processes], command: tuple[str, ...]
) -> None:
    away = processes(f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")
    done = away.run(*command)
    assert said(done)[0] == 1
    assert done.stderr.startswith("The database does not answer: ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--at", "noon"), "--at: “noon” is not an instant such as 2011-11-11T15:55:00Z."),
        (
            ("--at", "2011-11-11T15:55"),
            "--at: “2011-11-11T15:55” has no zone; write 2011-11-11T15:55Z if UTC is meant.",
        ),
        (
            ("--at", "9999-12-31T23:59:59Z"),
            "--at: “9999-12-31T23:59:59Z” is outside 1971 to 2036.",
        ),
    ],
)
def test_a_demo_says_what_it_cannot_start_at(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    assert said(run("demo", *arguments, "--port", str(free_port(in_a_row=2)))) == (2, words)
    assert not (tmp_path / "demo-data").exists()


def test_a_document_is_loaded_from_a_file_whole_or_not(run: Run, tmp_path: Path) -> None:
    # Windows writes a byte order mark.
    (tmp_path / "release.toml").write_text(sample_release(), encoding="utf-8-sig")
    (tmp_path / "letter.toml").write_bytes(b"\xff\xfe no text")
    done = run("load", "release.toml")
    assert done.returncode == 0
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == [
        *("Issuer", "approved", "approved")
    ]
    refused = (1, "The file is not text in UTF-8. Nothing was saved.")
    assert said(run("load", "letter.toml")) == refused


# The ledger


def test_the_first_broken_entry_is_named(run: Run, release: Store) -> None:
    assert said(run("ledger", "verify")) == (0, "All 5 entries follow from one another.")
    with release.engine.begin() as connection:
        connection.execute(text("drop trigger ledger_no_update"))
        connection.execute(text("update ledger set body = '{not json' where number = 3"))
    status, words = said(run("ledger", "verify"))
    assert status == 1
    assert words.startswith("Entry 3 (revision, ")


@pytest.mark.parametrize(
    "forged",
    [
        "at = 'yesterday'",
        "at = replace(at, '.', 'n')",
        "body = cast(x'ff' as text)",
        "subject = x'c0'",
    ],
)
def test_an_entry_that_can_not_even_be_read_is_named(run: Run, release: Store, forged: str) -> None:
    with release.engine.begin() as connection:
        connection.execute(text("drop trigger ledger_no_update"))
        connection.execute(text(f"update ledger set {forged} where number = 3"))
    status, words = said(run("ledger", "verify"))
    assert (status, words[:8]) == (1, "Entry 3 "), words


# The doctor


@pytest.fixture
def in_order(release: Store) -> Store:
    """Give an installation to which nothing is left to do."""
    record_due(release, now=ANNOUNCED)
    staff.add(release, email="a@i.com", name="A", role=Role.ADMIN, password="x" * 10, now=ANNOUNCED)
    return release


def found(settings: Settings, store: Store, now: str = "2011-11-02 12:00") -> list[Finding]:
    return [f for f in examine(settings, store, now=at(now)) if f.verdict is not Verdict.GOOD]


def bad(words: str) -> Finding:
    return Finding(verdict=Verdict.BAD, words=words)


def test_an_installation_in_order_has_three_advices(settings: Settings, in_order: Store) -> None:
    address, proxy, mail = found(settings, in_order)
    assert {one.verdict for one in (address, proxy, mail)} == {Verdict.WARNING}
    assert address.words.startswith("The public address is http://ir.example.")
    assert proxy.words.startswith("No proxy is in front (EVENTSCHED_TRUSTED_PROXIES is 0).")
    behind_one = replace(settings, trusted_proxies=1)
    assert found(behind_one, in_order) == [address, mail]
    assert mail.words.startswith("No mail server is set up, so all mail waits (0 due).")


def test_the_doctor_tries_the_companys_templates(
    settings: Settings, in_order: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "releases"
    folder.mkdir()
    (folder / "about.html").write_text("<p>\n{{ advisory.isuer }}", encoding="utf-8")
    (folder / "abuot.txt").touch()
    theirs = replace(settings, release_templates=folder)
    _, _, broken, unused, _ = found(theirs, in_order)
    assert (broken.verdict, unused.verdict) == (Verdict.BAD, Verdict.WARNING)
    assert broken.words.startswith("A template for releases: about.html, line 2: ")
    assert unused.words.startswith(f"No release asks for abuot.txt in {folder}.")
    (folder / "abuot.txt").rename(folder / "about.html")
    assert len(found(theirs, in_order)) == 3


def test_the_doctor_names_the_mail_servers_trouble(settings: Settings, in_order: Store) -> None:
    with in_order.writing() as session:
        mail_server.note_trouble(session, "The mail server does not answer.", at=ANNOUNCED)
    wrong = found(replace(settings, mail=a_server()), in_order)
    assert bad("The mail server does not answer. All mail waits (0 due).") in wrong


def test_the_command_line_refuses_what_is_no_bounce(
    in_order: Store, run: Run, tmp_path: Path
) -> None:
    report = tmp_path / "report.eml"
    report.write_bytes(b"Subject: out of office\n\nBack on Monday. \xff\n")
    status, words = said(run("notices", "bounce", str(report)))
    assert (status, words) == (1, "It holds no delivery status (RFC 3464). Nothing was changed.")


@pytest.mark.parametrize(
    ("breakage", "words"),
    [
        ("delete from issuer", "No issuer is set up."),
        ("delete from staff", "Nobody can sign in. Run: eventsched staff add EMAIL"),
        (
            "drop trigger ledger_no_update; update ledger set kind = 'x' where number = 2",
            "The ledger is broken at entry 2: it was changed from outside.",
        ),
        (
            "drop trigger ledger_no_delete; delete from ledger where number > 3",
            "Entries at the end of the ledger are missing: they were removed from outside.",
        ),
        ("update alembic_version set version_num = '0000'", "The database lacks tables of this"),
    ],
)
def test_the_doctor_names_what_is_broken(
    settings: Settings, in_order: Store, breakage: str, words: str
) -> None:
    with in_order.engine.begin() as connection:
        for statement in breakage.split("; "):
            connection.execute(text(statement))
    wrong = [f.words for f in found(settings, in_order) if f.verdict is Verdict.BAD]
    assert [word.startswith(words) for word in wrong] == [True]


@pytest.mark.parametrize(
    ("breakage", "seen_at_once"),
    [
        pytest.param("delete from content", True, id="gone"),
        pytest.param("delete from content where part = 0", True, id="its beginning gone"),
        pytest.param("delete from content where part = 2", True, id="its end gone"),
        pytest.param("update content set bytes = x'00' where part = 1", True, id="cut"),
        pytest.param(
            "update content set bytes = cast(zeroblob(262144) as blob) where part = 1",
            False,
            id="other bytes, as many",
        ),
    ],
)
def test_the_doctor_finds_a_damaged_document_and_handing_it_in_again_mends_it(
    settings: Settings, in_order: Store, breakage: str, seen_at_once: bool
) -> None:
    def step(base: int) -> Step:
        return Step(slug=PHOENIX, base=base, by="a@i.com", now=ANNOUNCED, reason="Mended.")

    def handed_in(base: int) -> None:
        slides = DocumentDraft(kind="slides", shown="at_once")
        upload = Upload(bytes=io.BytesIO(PDF[:-6] + b"x" * 600_000 + PDF[-6:]), name="deck.pdf")
        documents.add(in_order, slides, upload, step(base))

    handed_in(2)
    assert damaged(settings, in_order, every_byte=True) == []
    with in_order.engine.begin() as connection:
        connection.execute(text(breakage))
    assert damaged(settings, in_order, every_byte=False) == ["deck.pdf"] * seen_at_once
    assert damaged(settings, in_order, every_byte=True) == ["deck.pdf"]
    documents.remove(in_order, "deck.pdf", step(3))
    handed_in(4)
    assert damaged(settings, in_order, every_byte=True) == []


def damaged(settings: Settings, store: Store, *, every_byte: bool) -> list[str]:
    """Return the names of the files that the doctor complains about."""
    looked_at = examine(settings, store, now=ANNOUNCED, every_byte=every_byte)
    wrong = [one.words for one in looked_at if one.verdict is Verdict.BAD]
    assert all(words.startswith("The file ") for words in wrong)
    return [words.split()[2] for words in wrong]


@pytest.mark.parametrize(
    ("now", "late"),
    [
        pytest.param("2011-11-11 16:01:00", False, id="a minute after the start"),
        pytest.param("2011-11-11 16:01:01", True, id="a second more"),
    ],
)
def test_the_doctor_misses_the_worker(
    settings: Settings, in_order: Store, now: str, late: bool
) -> None:
    wrong = [f.words for f in found(settings, in_order, now) if f.verdict is Verdict.BAD]
    assert [word.startswith("What fell due at 2011-11-11 16:00:00 UTC") for word in wrong] == (
        [True] if late else []
    )


def test_the_doctor_doubts_a_clock_before_the_last_entry(
    settings: Settings, in_order: Store
) -> None:
    words = "The clock is wrong: the ledger ends at 2011-11-02 12:00:00 UTC."
    assert bad(words) in found(settings, in_order, "2011-11-02 11:58")


def test_the_doctor_survives_a_database_that_is_away(settings: Settings) -> None:
    away = Store(f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")
    wrong = [f.words for f in found(settings, away) if f.verdict is Verdict.BAD]
    assert [word.startswith("The database does not answer: ") for word in wrong] == [True]
    away.close()


def test_the_package_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "eventsched", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("eventsched ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("a@i.com",), "a@i.com can sign in as admin."),
        (("B@i.com", "--role", "editor"), "b@i.com can sign in as editor."),
        (("nobody",), "“nobody” is not an email address."),
    ],
)
def test_an_account_is_made_on_the_command_line(
    run: Run, arguments: tuple[str, ...], words: str
) -> None:
    assert said(run("staff", "add", "--password", "x" * 10, *arguments))[1] == words
