"""Lighthouse on a throttled phone: full marks, and the first view within its weight."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.builders import NEW_YORK, an_event
from tests.find_chromium import find_chromium
from tests.fixtures.browser import ARGUMENTS
from tests.fixtures.databases import FreshDatabase
from tests.web.conftest import Show

LIGHTHOUSE = Path(".make/audit/node_modules/.bin/lighthouse")
LEAST = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
MOST_BYTES = 60 * 1024
# A busy machine disturbs the measure of speed; the best of so many counts.
ATTEMPTS = 3


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    return fresh_sqlite


@pytest.mark.parametrize("path", ["/", "/events/phoenix"])
def test_lighthouse_gives_full_marks(
    site_url: str,
    show: Show,
    tmp_path: Path,
    path: str,
) -> None:
    past = (an_event(slug=f"p-{n}", starts=f"2010-0{n}-05 10:00") for n in range(1, 10))
    show(an_event(slug="phoenix"), an_event(like=NEW_YORK), *past, now="2011-11-11 16:30")
    best: dict[str, int] = {}
    for _ in range(ATTEMPTS):
        report = _measured(site_url + path, tmp_path / "report.json")
        if report is None:
            continue
        best = {name: max(score, best.get(name, 0)) for name, score in _scores(report).items()}
        if all(best[name] >= least for name, least in LEAST.items()):
            break
    weight = report["audits"]["total-byte-weight"]["numericValue"] if report else None
    print(f"\n{path}: {best}, {weight} bytes")
    assert {name: score for name, score in best.items() if score < LEAST[name]} == {}
    assert weight is not None
    assert weight <= MOST_BYTES


def _scores(report: dict[str, Any]) -> dict[str, int]:
    return {name: round(100 * of["score"]) for name, of in report["categories"].items()}


def _measured(url: str, kept: Path) -> dict[str, Any] | None:
    """Return Lighthouse's report; None where the browser did not let itself be traced."""
    flags = " ".join(["--headless=new", *(flag for flag in ARGUMENTS if " " not in flag)])
    command: list[str | Path] = [LIGHTHOUSE, url, "--quiet", "--output=json"]
    command += [f"--output-path={kept}", f"--only-categories={','.join(LEAST)}"]
    chromium = os.environ | {"CHROME_PATH": str(find_chromium())}
    asked = subprocess.run(
        [*command, f"--chrome-flags={flags}"], env=chromium, capture_output=True, check=False
    )
    if asked.returncode:
        return None
    report: dict[str, Any] = json.loads(kept.read_text())
    return report
