"""What a customer installs: the wheel, in an environment that holds nothing else of ours."""

import importlib.metadata
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path

import pytest

from tests.fixtures.ports import free_port
from tests.fixtures.processes import PATIENCE_SECONDS, end

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Installation:
    """An environment with the wheel in it, and an empty folder to run from."""

    programs: Path
    folder: Path

    def run(self, *command: str, **settings: str) -> str:
        """Run one command to its end and return what it printed; fail if it failed."""
        done = subprocess.run(
            [self.programs / command[0], *command[1:]],
            cwd=self.folder,
            env=self.environment(settings),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def running(self, *command: str, **settings: str) -> Iterator[Path]:
        """Run a server until the block ends; gives the file that holds its output."""
        output = self.folder / "output.txt"
        with output.open("w") as told:
            server = subprocess.Popen(
                [self.programs / command[0], *command[1:]],
                cwd=self.folder,
                env=self.environment(settings),
                stdout=told,
                stderr=subprocess.STDOUT,
            )
        try:
            yield output
        finally:
            end(server)

    def environment(self, settings: dict[str, str]) -> dict[str, str]:
        # Nothing of ours or of the developer's leaks in: no PYTHONPATH, no EVENTSCHED_*.
        return {"PATH": f"{self.programs}{os.pathsep}{os.defpath}", "LANG": "C.UTF-8"} | settings


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation"]
    subprocess.run([*build, "--outdir", str(folder), str(ROOT)], check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installation(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    environment = tmp_path_factory.mktemp("environment")
    python = environment / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    _link_runtime_requirements(packages)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--python", str(python), "install", "--no-index", str(wheel)], check=True)
    return Installation(programs=python.parent, folder=tmp_path_factory.mktemp("empty"))


def test_the_wheel_holds_the_package_and_its_templates_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    templates = {f"eventsched/{name}" for name in _files("templates")}
    assert packed == _files("eventsched") | templates


def test_the_installed_package_is_the_wheels(installation: Installation) -> None:
    where = "import eventsched; print(eventsched.__file__)"
    environment = installation.programs.parent
    assert Path(installation.run("python", "-c", where).strip()).is_relative_to(environment)


def test_it_says_its_version(installation: Installation, wheel: Path) -> None:
    version = wheel.name.split("-")[1]
    assert version in installation.run("eventsched", "--version")


def test_it_serves_a_page_from_an_empty_folder(installation: Installation) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    settings = {
        "EVENTSCHED_DATABASE_URL": f"sqlite:///{installation.folder / 'eventsched.db'}",
        "EVENTSCHED_SECRET_KEY": "for-this-test-only-and-long-enough-0123456789abcdef",
        "EVENTSCHED_BASE_URL": address,
    }
    installation.run("eventsched", "migrate", **settings)
    serve = ("eventsched", "serve", "--no-worker", "--port", str(port))
    with installation.running(*serve, **settings) as output:
        page = _ask_until_it_answers(f"{address}/", output)
        html = page.read().decode()
        style = re.search(r'href="(/static/[^"]+\.css[^"]*)"', html)
        assert (page.status, page.headers.get_content_type()) == (200, "text/html")
        assert style is not None, html
        with urllib.request.urlopen(address + style[1]) as sheet:
            assert (sheet.status, sheet.headers.get_content_type()) == (200, "text/css")


def test_it_gives_out_its_templates_of_releases(installation: Installation) -> None:
    folder = installation.folder / "own"
    assert str(folder) in installation.run("eventsched", "releases", "templates", str(folder))
    given = {file.name: file.read_bytes() for file in folder.iterdir()}
    ours = ROOT / "templates" / "releases"
    assert given == {file.name: file.read_bytes() for file in ours.iterdir()}


def _files(folder: str) -> set[str]:
    return {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


def _link_runtime_requirements(packages: Path) -> None:
    """Link what requirements.txt names, and no tool of the tests, into an environment.

    So a package that we import but do not require is missed here as it would be by a customer.
    """
    pinned = re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    # One that is pinned for each Python apart stands there more than once.
    for name in dict.fromkeys(pinned):
        installed = importlib.metadata.distribution(name)
        tops = {file.parts[0] for file in installed.files or ()} - {"..", "__pycache__"}
        for top in tops:
            (packages / top).symlink_to(str(installed.locate_file(top)))


def _ask_until_it_answers(url: str, output: Path) -> HTTPResponse:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            answer: HTTPResponse = urllib.request.urlopen(url)
            return answer
        except urllib.error.HTTPError as refused:
            pytest.fail(f"{refused.code} from {url}\n{output.read_text()}")
        except OSError:  # Nobody listens yet, or whoever does is not ready.
            time.sleep(0.1)
    pytest.fail(f"No answer from {url} in {PATIENCE_SECONDS} seconds.\n{output.read_text()}")
