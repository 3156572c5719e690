"""The line that hands what came back to us, run as a mail server runs it: by a shell, with curl."""

import shutil
import subprocess
from pathlib import Path

import pytest

from eventsched.store.database import Store
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.mail import Inbox
from tests.services.test_bounces import a_report, sent
from tests.web.test_bounces import KEY, STOPPED, company, settings, stopped

__all__ = ["company", "settings"]


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    return fresh_sqlite


def test_the_line_for_postfix_stops_the_address(
    site_url: str, company: Store, mail_server: Inbox, tmp_path: Path
) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
    line = next(one for one in guide.splitlines() if one.startswith("bounces: "))
    header = tmp_path / "header"
    header.write_text(f"Authorization: Bearer {KEY}\n")
    command = line.removeprefix('bounces: "|').removesuffix('"')
    command = command.replace("/etc/postfix/bounces.header", str(header))
    command = command.replace("https://ir.example.com", site_url)
    assert shutil.which("curl"), "curl is not here: make test-peers installs it."
    [mail] = sent(company, mail_server, "first")

    def run(report: bytes) -> tuple[int, bytes]:
        done = subprocess.run(["sh", "-c", command], input=report, capture_output=True, check=False)
        return done.returncode, done.stdout

    assert run(a_report(to=mail.sender)) == (0, STOPPED.encode())
    assert stopped(company) == ["jo@example.com"]
    assert run(b"Back on Monday.")[0] == 0
    header.write_text("Authorization: Bearer wrong\n")
    assert run(a_report(to=mail.sender)) == (75, b"")
