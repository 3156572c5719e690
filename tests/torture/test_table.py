"""The table of the long forms: a row that is missing says why."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
LONG = """
def test_that_counts(report):
    report("storm", "3 answers")
    assert 3 == 4, "one is missing"

def test_that_breaks(report):
    raise ExceptionGroup("two", [OSError("no room\\nnone at all"), ValueError("late")])
"""


def test_what_failed_says_why_under_what_was_counted(pytester: pytest.Pytester) -> None:
    pytester.makeconftest((Path(__file__).parent / "conftest.py").read_text())
    pytester.makepyfile(LONG)

    printed = pytester.runpytest("-p", "no:cacheprovider").outlines

    rows = [" ".join(line.split()) for line in printed if line.startswith("  ")]
    assert rows[-3:] == [
        "storm 3 answers",
        "FAILED test_that_counts AssertionError: one is missing",
        "FAILED test_that_breaks OSError: no room",
    ]
