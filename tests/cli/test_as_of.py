"""What was public then, told from an export of the ledger by somebody who has nothing else."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from eventsched.cli import main
from eventsched.domain.ledger import exported
from eventsched.domain.replays import ReplayStep
from eventsched.services import replays
from eventsched.store import site
from eventsched.store.database import Store
from tests.builders import at
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import PHOENIX, VENDOR

OPEN, WITHDRAWN = "2011-11-14T20:11:59.999999Z", "2011-11-14T20:12:00Z"


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    """One database is enough: the command is told nothing of it."""
    return fresh_sqlite


@pytest.fixture
def export(release: Store, tmp_path: Path) -> Path:
    """Give the file that somebody kept: two conferences, the first one's replay withdrawn."""
    step = ReplayStep.WITHDRAW
    replays.take(release, PHOENIX, step, base=2, by="i", reason="So.", now=at(WITHDRAWN))
    file = tmp_path / "export.jsonl"
    with release.reading() as session:
        file.write_text("".join(exported(e) + "\n" for e in site.ledger(session)), "utf-8")
    return file


def run(*words: str | Path) -> Result:
    """Run the command with nothing but a key in its environment: no database can be reached."""
    known = {
        "EVENTSCHED_SECRET_KEY": "only-the-tests-know-this-key-of-32",
        "EVENTSCHED_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "EVENTSCHED_BASE_URL": "http://ir.example",
    }
    return CliRunner().invoke(main, ["ledger", "as-of", *map(str, words)], env=known)


@pytest.mark.parametrize(
    ("instant", "line"),
    [
        pytest.param(
            OPEN,
            f"  replay: 302, led to {VENDOR}/replay/credit-suisse-2011. "
            "Replay available until November 18, 2011, 12:00 pm EST",
            id="the last microsecond",
        ),
        pytest.param(
            WITHDRAWN,
            "  replay: 410. The replay was withdrawn on November 14, 2011, 3:12 pm EST.",
            id="the instant itself",
        ),
    ],
)
def test_a_withdrawal_is_told_to_the_microsecond(export: Path, instant: str, line: str) -> None:
    told = run(instant, "--from", export)
    assert (told.exit_code, told.output.splitlines()[6]) == (0, line), told.output


def test_before_the_announcement_everything_was_hidden(export: Path) -> None:
    told = run("2011-11-02T11:59:59Z", "--from", export)
    assert told.output.splitlines()[-1] == "0 of 0 public events; 0 hidden."


def test_every_channel_s_answer_is_there_in_full(export: Path) -> None:
    told = json.loads(run(OPEN, "--from", export, "--json").output)
    assert told["knows_company"] is True
    channels = told["channels"]
    assert (
        channels[f"/events/{PHOENIX}/replay"]["location"] == f"{VENDOR}/replay/credit-suisse-2011"
    )
    assert "ImmunoGen" in channels["/"]["body"]
    shown = run(OPEN, "--from", export, "--show", "/calendar.ics").output
    assert channels["/calendar.ics"]["body"].splitlines() == shown.splitlines()
    assert shown.count("BEGIN:VEVENT") == 2


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        ("yesterday", "“yesterday” is no instant; write it like 2011-11-14T20:12:00Z."),
        ("2011-11-14T20:12", "Say in which zone: end it with Z, or with an offset such as -05:00."),
    ],
)
def test_what_is_no_instant_is_said_so(export: Path, instant: str, words: str) -> None:
    told = run(instant, "--from", export)
    assert (told.exit_code, told.output.strip()) == (2, words)


@pytest.mark.parametrize("text", ["{}\n", "[1]\n", "\x00\n", "[" * 100_000, '{"number": "x"}'])
def test_a_file_that_is_no_export_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x"
    file.write_text(text, "utf-8")
    told = run(OPEN, "--from", file)
    assert told.exit_code == 1
    assert told.output.startswith("The file is no export of a ledger: ")


def test_nothing_is_told_from_a_ledger_that_was_changed(export: Path) -> None:
    forged = export.read_text("utf-8").replace("Daniel Junius", "Daniel Junior", 1)
    export.write_text(forged, "utf-8")
    told = run(OPEN, "--from", export)
    assert (told.exit_code, told.output.count("\n")) == (1, 1)
    assert "does not follow" in told.output


def test_a_database_that_is_away_is_said_so() -> None:
    told = run(OPEN)
    assert told.exit_code == 1
    assert told.output.startswith("The database does not answer: ")


def test_the_database_s_own_ledger_tells_the_same(export: Path, release: Store) -> None:
    url = release.engine.url.render_as_string(hide_password=False)
    own = CliRunner().invoke(
        main,
        ["ledger", "as-of", OPEN],
        env={
            "EVENTSCHED_SECRET_KEY": "only-the-tests-know-this-key-of-32",
            "EVENTSCHED_DATABASE_URL": url,
            "EVENTSCHED_BASE_URL": "http://ir.example",
        },
    )
    assert own.output == run(OPEN, "--from", export).output


def test_what_was_saved_after_the_clock_was_set_back_counts(release: Store, tmp_path: Path) -> None:
    early, late = at(WITHDRAWN), at("2011-11-20")
    step = ReplayStep.WITHDRAW
    with release.writing() as session:
        site.append_to_ledger(session, at=late, kind="signed_in", subject="i", body={})
    replays.take(release, PHOENIX, step, base=2, by="i", reason="So.", now=early)
    file = tmp_path / "export.jsonl"
    with release.reading() as session:
        file.write_text("".join(exported(e) + "\n" for e in site.ledger(session)), "utf-8")

    assert "The replay was withdrawn" in run("2011-11-16T00:00:00Z", "--from", file).output


def test_it_names_the_last_entry_that_it_goes_by(export: Path) -> None:
    lines = [json.loads(line) for line in export.read_text("utf-8").splitlines()]
    told = json.loads(run(WITHDRAWN, "--from", export, "--json").output)
    assert (told["entries"], told["last_hash"]) == (len(lines), lines[-1]["hash"])
