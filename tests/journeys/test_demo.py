"""`eventsched demo`: a week in half a minute, on a page, through the gates, in a feed."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from eventsched.demo.run import Demo, prepare
from eventsched.store import events as event_store
from eventsched.store.database import Store
from tests.builders import at
from tests.fixtures.ports import free_port
from tests.fixtures.processes import PATIENCE_SECONDS, end, status_of, wait_until
from tests.fixtures.product import NEW_YORK, PHOENIX

CLOSING = at("2011-11-18 17:00")


@pytest.fixture(params=["32"], ids=["held"])
def held_megabytes(request: pytest.FixtureRequest) -> str:
    """Make this journey once: its processes hold answers as they do by default."""
    megabytes: str = request.param
    return megabytes


@contextmanager
def demo(folder: Path, port: int, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the demo in a group of its own, as a terminal does."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("EVENTSCHED_")}
    said = ["--data", str(folder / "data"), "--port", str(port), *arguments]
    with (folder / "said.log").open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "eventsched", "demo", *said],
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            end(process, by=signal.SIGINT)


def two_free_ports() -> int:
    """Return the first of two in a row: the stand-in for the vendor takes the second."""
    return free_port(in_a_row=2)


def text_of(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            text: str = answer.read().decode()
    except urllib.error.HTTPError as answer:
        text = answer.read().decode()
    return text


def test_a_demo_week_goes_by_and_everything_agrees(tmp_path: Path) -> None:
    port = two_free_ports()
    site, vendor = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port + 1}"
    event, feed = f"{site}/events/{PHOENIX}", f"{site}/calendar.ics"
    replay = f"{event}/replay"

    # Slowly at first: however long the machine takes to begin, the webcast is still running.
    with demo(tmp_path, port, "--at", "2011-11-11T15:59:30Z", "--speed", "20") as process:
        wait_until(lambda: status_of(f"{site}/readyz") == 200, what="the demo")
        assert "demo clock" in text_of(site).lower()
        assert status_of(f"{vendor}/live/credit-suisse-2011") == 200
        wait_until(lambda: status_of(f"{event}/live") == 302, what="the webcast to open")
        stop(process, [site, vendor])

    # It goes on where it was left, however fast: another run is told only the speed.
    left = clock_of(tmp_path)
    assert at("2011-11-11 16:00") < left < at("2011-11-11 17:00")
    with demo(tmp_path, port, "--speed", "900") as process:
        wait_until(lambda: status_of(replay) == 302, what="the replay to open")
        assert status_of(f"{event}/live") == 410
        assert replay in text_of(feed).replace("\r\n ", "")
        stop(process, [site, vendor])

    assert at("2011-11-11 17:00") < clock_of(tmp_path) < CLOSING
    with demo(tmp_path, port, "--speed", "60000") as process:
        wait_until(lambda: status_of(f"{site}/readyz") == 200, what="the demo again")
        wait_until(lambda: status_of(replay) == 410, what="the replay to close")
        assert clock_of(tmp_path) >= CLOSING or status_of(replay) == 410
        closed = "The replay closed on November 18, 2011, 12:00 pm EST."
        pages = [text_of(url).replace("\r\n ", "") for url in (event, f"{event}.ics", feed, replay)]
        assert [closed in re.sub(r"\\(.)", r"\1", page) for page in pages] == [True] * 4
        assert replay not in pages[2]
        wait_until(
            lambda: status_of(f"{site}/events/{NEW_YORK}/replay") == 410, what="the second closing"
        )
        wait_until(lambda: "replay_closed" in said(tmp_path), what="the worker's word")
        stop(process, [site, vendor])
    assert "Traceback" not in said(tmp_path)


def stop(process: "subprocess.Popen[bytes]", addresses: list[str]) -> None:
    """Interrupt the demo once, and see that nothing of it is left."""
    group = os.getpgid(process.pid)
    end(process, by=signal.SIGINT)
    wait_until(lambda: not any(map(status_of, addresses)), what="the ports to be given up")
    wait_until(lambda: not _any_left(group), what="the last process of the demo")


def _any_left(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def clock_of(folder: Path) -> datetime:
    return at(json.loads((folder / "data" / "clock.json").read_text())["shown"])


def said(folder: Path) -> str:
    return (folder / "said.log").read_text()


def test_a_demo_that_was_killed_while_it_was_made_is_made_again(tmp_path: Path) -> None:
    made = Demo(folder=tmp_path / "data", port=two_free_ports())
    prepare(made, at=None, speed=None)
    # The clock is written last.
    made.clock_file.unlink()
    prepare(made, at=None, speed=None)
    store = Store(made.database_url)
    with store.reading() as session:
        assert [event.slug for event in event_store.every(session)] == [PHOENIX, NEW_YORK]
    store.close()


def test_a_demo_keeps_its_hands_off_another_installation(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "eventsched.sqlite3").write_bytes(b"somebody's")
    with demo(tmp_path, two_free_ports()) as process:
        assert process.wait(PATIENCE_SECONDS) == 1
    assert (tmp_path / "data" / "eventsched.sqlite3").read_bytes() == b"somebody's"
    assert said(tmp_path).endswith("data holds another installation. Choose another with --data.\n")


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    port = two_free_ports()
    with demo(tmp_path, port):
        wait_until(lambda: status_of(f"http://127.0.0.1:{port}/readyz") == 200, what="the demo")
        with demo(tmp_path, port) as second:
            assert second.wait(PATIENCE_SECONDS) == 1
    assert f"Another program is using port {port}. Choose another with --port." in said(tmp_path)
