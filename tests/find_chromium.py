"""Find a Chromium that runs here, or install one: `python tests/find_chromium.py`.

Looked for in this order: the PATH, the system's packages (as root, or where sudo asks for no
password), Playwright's own download.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ADVICE = (
    "No Chromium was found and none could be installed here. Install one as the system does it "
    "(Debian: apt-get install chromium), or run `playwright install --with-deps chromium`."
)


class ChromiumNotFound(Exception):
    """The browser tests need a Chromium, and none that runs is here."""


def find_chromium() -> Path:
    """Return a Chromium that answers; raise ChromiumNotFound if there is none."""
    for candidate in _candidates():
        if _answers(candidate):
            return candidate
    raise ChromiumNotFound(f"{ADVICE} `make test` tries both.")


def install_chromium() -> Path:
    """Return a Chromium that answers, installed first if need be."""
    for attempt in (_nothing, _install_with_apt, _download_with_playwright):
        attempt()
        try:
            return find_chromium()
        except ChromiumNotFound:
            continue
    raise ChromiumNotFound(ADVICE)


def _candidates() -> Iterator[Path]:
    for name in NAMES:
        if found := shutil.which(name):
            yield Path(found)
    with sync_playwright() as playwright:
        yield Path(playwright.chromium.executable_path)


def _answers(program: Path) -> bool:
    # Ubuntu's chromium-browser is a stub that only says how to get the snap.
    if not program.exists():
        return False
    asked = subprocess.run([program, "--version"], capture_output=True, timeout=60, check=False)
    return asked.returncode == 0


def _nothing() -> None:
    pass


def _install_with_apt() -> None:
    rights = _rights_to_apt()
    if rights is None:
        return
    _say("Installing Chromium from the system's packages.")
    _try([*rights, "apt-get", "-qq", "update"])
    packages = ["chromium", "fonts-liberation"]
    _try([*rights, "apt-get", "-qq", "install", "-y", "--no-install-recommends", *packages])


def _download_with_playwright() -> None:
    _say("Downloading the Chromium that Playwright keeps.")
    libraries = [] if _rights_to_apt() is None else ["--with-deps"]
    _try([sys.executable, "-m", "playwright", "install", *libraries, "chromium"])


def _rights_to_apt() -> list[str] | None:
    """Return what to put before apt-get, None if it cannot be used here."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and _succeeds(["sudo", "-n", "true"]):
        return ["sudo", "-n"]
    return None


def _succeeds(command: Sequence[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _try(command: Sequence[str]) -> None:
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, stdout=sys.stderr, env=quiet, check=False)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def main() -> int:
    try:
        print(f"Chromium: {install_chromium()}")
    except ChromiumNotFound as missing:
        _say(str(missing))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
