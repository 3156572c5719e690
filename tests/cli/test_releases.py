"""The commands about press releases, as somebody types them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from eventsched.cli import main
from eventsched.domain.releases import READING_SCHEMA
from eventsched.settings import Settings
from eventsched.store.database import Store
from eventsched.typesetting import FILES
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import NEW_YORK, PHOENIX

ROOT = Path(__file__).parents[2]
RELEASE = """\
ImmunoGen, Inc. Announces Webcast of Presentations

WALTHAM, Mass., Nov. 2, 2011 (GLOBE NEWSWIRE) -- ImmunoGen, Inc. (Nasdaq:IMGN) today announced that
management will present at an investor conference.

• 2011 Credit Suisse Healthcare Conference

9:00 am MST/11:00 am EST on November 11, 2011 in Phoenix, AZ
Presenter: Daniel Junius, President and CEO

The webcast can be accessed live at www.immunogen.com; a replay will be available for one week.
"""


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    """One database is enough: nothing here depends on which it is."""
    return fresh_sqlite


def run(*words: str, given: str | bytes = "") -> Result:
    """Run the command with nothing in its environment: no settings, no database."""
    return CliRunner().invoke(main, ["releases", *words], input=given, env={"PATH": ""})


def test_a_release_is_told_in_words() -> None:
    told = run("read", "-", given=RELEASE)
    assert told.exit_code == 0
    assert "1. 2011 Credit Suisse Healthcare Conference\n" in told.stdout
    assert "1 event, no doubts.\n" in told.stdout


def test_a_release_is_told_as_json(tmp_path: Path) -> None:
    file = tmp_path / "release.txt"
    file.write_text(RELEASE, encoding="utf-8")
    reading = json.loads(run("read", str(file), "--json").stdout)
    assert reading["dateline"]["ticker"] == "IMGN"
    (event,) = reading["events"]
    assert (event["instant"], event["replay_days"]) == ("2011-11-11T16:00:00Z", 7)
    assert event["doubts"] == []
    start, end = event["spans"]["title"]
    assert RELEASE[start:end] == "2011 Credit Suisse Healthcare Conference"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param(b"", "There is no text to read.", id="nothing"),
        pytest.param(b"%PDF-1.7", "This is a PDF", id="binary"),
        pytest.param(b"On November 11. " * 320_000, "larger than 4 MB", id="five megabytes"),
    ],
)
def test_what_is_no_release_is_refused_in_one_sentence(given: bytes, said: str) -> None:
    refused = run("read", "-", given=given)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert said in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_the_documented_schema_is_the_one_in_force() -> None:
    page = (ROOT / "docs" / "releases.md").read_text(encoding="utf-8")
    assert json.loads(page.partition("```json\n")[2].partition("```")[0]) == READING_SCHEMA


def test_a_release_is_written(release: Store, settings: Settings) -> None:
    written = at_home(settings, "write", PHOENIX, NEW_YORK, "--usual-notice", "9")
    assert written.exit_code == 0
    assert "9:00 am MST / 11:00 am EST on Friday, November 11, 2011\n" in written.stdout
    assert f"{PHOENIX}: It has begun already.\n" in written.stderr
    assert "<h2>2011 Credit Suisse" in at_home(settings, "write", PHOENIX, "--html").stdout


def test_an_unknown_event_is_named(release: Store, settings: Settings) -> None:
    refused = at_home(settings, "write", PHOENIX, "no-such")
    assert (refused.exit_code, refused.stderr) == (1, "There is no event “no-such”.\n")


def test_templates_are_taken_out_changed_and_used(
    release: Store, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "releases"
    given = run("templates", str(folder))
    assert given.exit_code == 0
    assert given.stdout.endswith(
        f"Set EVENTSCHED_RELEASE_TEMPLATES={folder}, and start the site again.\n"
    )
    assert sorted(file.name for file in folder.iterdir()) == sorted(FILES)
    (folder / "about.txt").write_text("About us", encoding="utf-8")
    assert "about.txt is there already and stays as it is." in run("templates", str(folder)).stdout

    theirs = replace(settings, release_templates=folder)
    written = at_home(theirs, "write", NEW_YORK)
    assert ("\nAbout us" in written.stdout, "built-in" in written.stderr) == (True, False)
    (folder / "about.txt").write_text("\n{{ advisory.isuer }}", encoding="utf-8")
    written = at_home(theirs, "write", NEW_YORK)
    assert written.exit_code == 0
    assert written.stdout == at_home(settings, "write", NEW_YORK).stdout
    assert "✗ about.txt, line 2: " in written.stderr


@pytest.mark.parametrize("where", ["a-file", "a-file/below"])
def test_templates_go_into_folders_only(tmp_path: Path, where: str) -> None:
    (tmp_path / "a-file").touch()
    refused = run("templates", str(tmp_path / where))
    assert refused.exit_code != 0
    assert "Traceback" not in refused.output


def at_home(settings: Settings, *words: str, given: str = "") -> Result:
    """Run the command where an installation is set up."""
    environment = {
        "EVENTSCHED_DATA_DIR": str(settings.data_dir),
        "EVENTSCHED_DATABASE_URL": settings.database_url,
        "EVENTSCHED_SECRET_KEY": settings.secret_key,
        "EVENTSCHED_BASE_URL": settings.base_url,
        "EVENTSCHED_CONFIG": None,
        "EVENTSCHED_RELEASE_TEMPLATES": (
            str(settings.release_templates) if settings.release_templates else None
        ),
    }
    return CliRunner().invoke(main, ["releases", *words], input=given, env=environment)


def test_a_release_is_compared_with_the_schedule(release: Store, settings: Settings) -> None:
    agrees = at_home(settings, "compare", "-", given=RELEASE)
    assert (agrees.exit_code, agrees.stdout) == (0, f"✓ {PHOENIX}\n")
    earlier = RELEASE.replace("9:00 am MST/11:00 am EST", "8:00 am MST")
    parts = at_home(settings, "compare", "-", given=earlier)
    assert parts.exit_code == 1
    assert parts.stdout == f"✗ {PHOENIX}\n    time: 08:00 in the release, 09:00 here\n"
    other = at_home(settings, "compare", "-", given=RELEASE.replace("Credit Suisse", "UBS Tech"))
    assert other.exit_code == 1
