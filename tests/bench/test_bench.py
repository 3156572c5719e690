"""The bench itself: that it counts right, compares like with like, and says what falls short."""

import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import icalendar
import pytest

from bench import load, report, seed
from eventsched.calendars.entries import Site
from eventsched.calendars.feeds import Feed, calendar
from eventsched.domain.lifecycle import GateState, live_gate

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OUTCOME = report.Outcome(
    began_at="2026-11-20 12:00 UTC",
    took_seconds=1,
    machine="2 cores",
    generator="wrk",
    rounds="3 rounds",
    lines=[
        report.Line(
            work="feed: 304, bare Flask",
            ours=80.0,
            theirs=20.0,
            ratio=4.0,
            cpu_ratio=3.9,
            least=4.0,
        )
    ],
    rates={"bare Flask, 304": (20.0, 50.0)},
    growth=[
        {
            "events": 10_000,
            "polls": 80,
            "poll_growth": 1.1,
            "poll_cpu_us": 12.0,
            "idle_percent": 99.9,
            "edited_ms": 24.0,
            "first_ms": 299.0,
            "megabytes": 200.0,
        }
    ],
    absent=[],
)


class Answering(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Threads that count at once lose nothing so.
    counted: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.counted.append(self.path)
        self.send_response(200 if self.path == "/right" else 404)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"right")

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


@pytest.fixture
def address() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("path", "wrong"), [("/right", False), ("/wrong", True)])
def test_without_wrk_our_own_generator_counts_what_was_answered(
    address: str, path: str, wrong: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.chdir(Path(load.__file__).parent.parent)
    Answering.counted.clear()

    sample = load.burst(address + path, {"If-None-Match": '"x"'}, seconds=0.3)

    assert 0 < sample.requests <= len(Answering.counted) <= sample.requests + load.CONNECTIONS
    assert sample.wrong == (sample.requests if wrong else 0)
    assert sample.seconds >= 0.3
    assert "lower bounds" in load.generator()


@pytest.mark.parametrize("count", [10, 1_500])
def test_the_schedule_has_a_live_event_and_a_thousand_in_the_feed(count: int) -> None:
    events = seed.schedule(count, now=NOW)
    site = Site(issuer=seed.ISSUER, base_url="https://ir.example")

    feed = icalendar.Calendar.from_ical(calendar(Feed(), events, site=site, now=NOW))

    assert len({event.slug for event in events}) == count
    assert live_gate(events[0], now=NOW) is GateState.OPEN
    assert len(feed.walk("VEVENT")) == pytest.approx(min(count, 1_000), rel=0.06)


def test_what_is_kept_is_said_to_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report.publish(OUTCOME, tmp_path) == 0
    assert "Everything that was promised is kept." in capsys.readouterr().out
    assert json.loads((tmp_path / "bench.json").read_text())["lines"][0]["ratio"] == 4.0
    assert "<svg" in (tmp_path / "bench.svg").read_text()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ratio": 3.99}, "feed: 304, bare Flask: 3.99 where 4 was promised"),
        ({"poll_growth": 1.2}, "a 304 costs the same, at 10,000 events: 1.2 where 1.1 is most"),
        ({"edited_ms": 26.0}, "first feed after an edit, ms, at 10,000 events: 26.0"),
        ({"first_ms": 301.0}, "first feed after a restart, ms, at 10,000 events: 301.0"),
        ({"megabytes": 251.0}, "memory at 10,000 events: 251.0 MB"),
        ({"idle_percent": 98.9}, "idle at 28 polls a second: 98.9 %"),
        ({"absent": ["nginx can't be had here."]}, "nginx can't be had here."),
    ],
)
def test_what_falls_short_is_named(changes: dict[str, Any], words: str) -> None:
    if "ratio" in changes:
        outcome = replace(OUTCOME, lines=[replace(OUTCOME.lines[0], **changes)])
    elif "absent" in changes:
        outcome = replace(OUTCOME, **changes)
    else:
        outcome = replace(OUTCOME, growth=[OUTCOME.growth[0] | changes])
    [short] = report.shortfalls(outcome)
    assert short.startswith(words)
    assert short in report.table(outcome, [short])
