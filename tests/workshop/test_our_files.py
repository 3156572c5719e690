"""What our files must not say, and must agree on."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

UNWANTED = [
    # Spelt so that this file passes its own test.
    pytest.param(r"pypi\.|files\.pyth[o]nhosted|test\.py[p]i|registry\.n[p]mjs", id="registry"),
    pytest.param(r"(?<![\w.~-])/(?:home|root|Users|work)/\w", id="a path of someone's machine"),
]


@pytest.mark.parametrize("pattern", UNWANTED)
def test_no_file_names_what_only_its_author_has(pattern: str) -> None:
    assert [line for line in _lines() if re.search(pattern, line.partition(": ")[2])] == []


def test_both_packages_of_zone_rules_hold_the_same_release() -> None:
    pins = dict(re.findall(r"^(pytz|tzdata)==(\S+)", _text("requirements.txt"), re.MULTILINE))
    assert pins["pytz"] == pins["tzdata"]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-build.txt"])
def test_the_tests_run_on_the_releases_that_customers_get(name: str) -> None:
    assert _pins(name) - _pins("requirements-test.txt") == set()


def _pins(name: str) -> set[str]:
    return set(re.findall(r"^[a-z].*==\S+", _text(name), re.MULTILINE))


def _lines() -> list[str]:
    return [
        f"{name}:{number}: {line}"
        for name in _files()
        for number, line in enumerate(_text(name).splitlines(), start=1)
    ]


def _files() -> Iterator[str]:
    ignored = {line.strip("/") for line in _text(".gitignore").splitlines()} | {".git"}
    for folder, folders, files in os.walk(ROOT):
        here = Path(folder).relative_to(ROOT)
        folders[:] = [name for name in folders if not {name, str(here / name)} & ignored]
        # In a linked worktree `.git` is a file, and says where the repository is.
        yield from (str(here / name) for name in files if name not in ignored)


def _text(name: str) -> str:
    # What is no text (a picture) has nothing to say here.
    return (ROOT / name).read_text(encoding="utf-8", errors="ignore")
