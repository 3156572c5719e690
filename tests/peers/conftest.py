"""Programs of others that read what we write: they come from the system's packages.

`make test-peers` installs them. Without them these tests fail; they are not skipped.
"""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ADVICE = "make test-peers installs it (apt-get install gir1.2-ical-3.0 python3-gi)."
SPEAKS_LIBICAL = (
    "import gi; gi.require_version('ICalGLib', '3.0'); from gi.repository import ICalGLib"
)

AskLibical = Callable[[str, bytes], str]


@pytest.fixture(scope="session")
def libical_python() -> Path:
    """Find the Python that can import libical: the system's, since no package index carries it."""
    for name in ("/usr/bin/python3", shutil.which("python3")):
        if name and _succeeds([name, "-c", SPEAKS_LIBICAL]):
            return Path(name)
    pytest.fail(f"libical is not here: {ADVICE}", pytrace=False)


@pytest.fixture(scope="session")
def ask_libical(libical_python: Path) -> AskLibical:
    """Run a Python script with libical at hand.

    The script finds the calendar on its standard input and says on its standard output what it
    understood. One process for each question: libical keeps the zones of the last file it read.
    """

    def ask(script: str, calendar: bytes) -> str:
        told = subprocess.run(
            [libical_python, "-c", script], input=calendar, capture_output=True, check=False
        )
        assert (told.returncode, told.stderr.decode()) == (0, "")
        return told.stdout.decode()

    return ask


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
