"""The export, and the few lines of `docs/ledger.md` that check it without us."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from eventsched.cli import main
from eventsched.settings import Settings
from eventsched.store.database import Store

DOCS = Path(__file__).parents[2] / "docs" / "ledger.md"


def eventsched(settings: Settings, *arguments: str) -> Result:
    environment = {
        "EVENTSCHED_DATABASE_URL": settings.database_url,
        "EVENTSCHED_SECRET_KEY": settings.secret_key,
    }
    return CliRunner().invoke(main, arguments, env=environment)


def checked_as_documented(export: Path) -> "subprocess.CompletedProcess[str]":
    [program] = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    return subprocess.run(
        [sys.executable, "-c", program, str(export)], capture_output=True, text=True, check=False
    )


@pytest.mark.usefixtures("release")
def test_an_export_can_be_checked_by_the_documented_lines(
    settings: Settings, tmp_path: Path
) -> None:
    export = tmp_path / "ledger.jsonl"

    assert eventsched(settings, "ledger", "export", str(export)).exit_code == 0

    assert checked_as_documented(export).stdout.startswith("5 entries fit. ")
    export.write_text(export.read_text().replace("Daniel Junius", "Daniel Junior", 1))
    assert checked_as_documented(export).stderr == "Entry 2 is broken.\n"


@pytest.mark.parametrize(
    ("forgery", "said"),
    [
        ("update ledger set body = replace(body, 'Phoenix', 'Tucson')", "Entry 2 (revision, "),
        ("delete from ledger where number = 2", "Entry 3 (revision, "),
        ("delete from ledger where number = 5", "Entries at the end of the ledger are missing."),
    ],
)
def test_whoever_gets_around_the_triggers_is_found(
    release: Store, settings: Settings, forgery: str, said: str
) -> None:
    assert (
        eventsched(settings, "ledger", "verify").output
        == "All 5 entries follow from one another.\n"
    )
    with release.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("alter table ledger disable trigger all"))
        else:
            connection.execute(text("drop trigger ledger_no_update"))
            connection.execute(text("drop trigger ledger_no_delete"))
        connection.execute(text(forgery))

    verified = eventsched(settings, "ledger", "verify")

    assert verified.exit_code == 1
    assert verified.output.startswith(said)
