"""A person who subscribes with vdirsyncer and looks with khal sees what the schedule says.

From the first sync through a change and a cancellation until the entry leaves.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from eventsched.calendars.feeds import Feed, calendar
from eventsched.domain.events import Event
from tests.builders import NEW_YORK, an_event, at
from tests.calendars.hard_cases import SITE
from tests.peers.programs import program

VDIRSYNCER = """\
[general]
status_path = "{here}/status/"
[pair events]
a = "calendar"
b = "feed"
collections = null
conflict_resolution = "b wins"
[storage calendar]
type = "filesystem"
path = "{here}/events/"
fileext = ".ics"
[storage feed]
type = "http"
url = "{url}"
"""
KHAL = """\
[calendars]
[[events]]
path = {here}/events/
readonly = True
[locale]
local_timezone = America/New_York
default_timezone = America/New_York
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {here}/khal.db
"""
PHOENIX_SEEN = "2011-11-11 11:00 IMGN: 2011 Credit Suisse Healthcare Conference CONFIRMED"
NEW_YORK_SEEN = (
    "2011-11-15 11:30 IMGN: Lazard Capital Markets' 8th Annual Healthcare Conference CONFIRMED"
)
REPLAY_SEEN = (
    "2011-11-11 12:30 IMGN: Replay available until November 18, 2011, 12:00 pm EST – "
    "2011 Credit Suisse Healthcare Conference CONFIRMED"
)


class Subscriber:
    """A person in New York with a subscription to the feed that `publish` last gave."""

    def __init__(self, here: Path, url: str) -> None:
        self._here = here
        self.held = b""
        (here / "events").mkdir()
        (here / "vdirsyncer.conf").write_text(VDIRSYNCER.format(here=here, url=url))
        (here / "khal.conf").write_text(KHAL.format(here=here))

    def publish(self, *events: Event, now: datetime, feed: Feed | None = None) -> None:
        self.held = calendar(feed or Feed(), events, site=SITE, now=now)

    def sees(self) -> list[str]:
        """Poll, and return what stands in November and December."""
        config = ("--config", "vdirsyncer.conf")
        # It asks once whether the feed is to be read.
        self._run("vdirsyncer", *config, "discover", answers=b"y\ny\n")
        self._run("vdirsyncer", *config, "sync")
        look = ("--day-format", "", "--format", "{start-date} {start-time} {title} {status}")
        listed = self._run("khal", "-c", "khal.conf", "list", *look, "2011-11-01", "60d")
        return [line.strip() for line in listed.splitlines() if "No events" not in line]

    def _run(self, name: str, *arguments: str, answers: bytes = b"") -> str:
        done = subprocess.run(
            [program(name), *arguments],
            cwd=self._here,
            env={"HOME": str(self._here), "LC_ALL": "C.UTF-8", "NO_COLOR": "1"},
            input=answers,
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stderr.decode()) == (0, done.stderr.decode())
        return done.stdout.decode()


@pytest.fixture
def subscriber(tmp_path: Path) -> Iterator[Subscriber]:
    held: list[Subscriber] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/calendar; charset=utf-8")
            self.end_headers()
            self.wfile.write(held[0].held)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with _serving(Answers) as url:
        held.append(Subscriber(tmp_path, url))
        yield held[0]


@contextmanager
def _serving(answers: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), answers)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/calendar.ics"
    server.shutdown()
    thread.join()
    server.server_close()


def test_from_first_sync_through_change_and_cancellation_until_it_leaves(
    subscriber: Subscriber,
) -> None:
    phoenix, new_york = an_event(), an_event(like=NEW_YORK)
    moved = an_event(like=NEW_YORK, time="14:00", sequence=1, changed_at="2011-11-05")
    cancelled = an_event(
        like=NEW_YORK, standing="cancelled", standing_since="2011-11-06", sequence=2
    )

    subscriber.publish(phoenix, new_york, now=at("2011-11-03"))
    assert subscriber.sees() == [PHOENIX_SEEN, NEW_YORK_SEEN]

    subscriber.publish(phoenix, moved, now=at("2011-11-05"))
    assert subscriber.sees() == [PHOENIX_SEEN, NEW_YORK_SEEN.replace("11:30", "14:00")]

    subscriber.publish(phoenix, cancelled, now=at("2011-11-06"))
    assert subscriber.sees() == [
        PHOENIX_SEEN,
        NEW_YORK_SEEN.replace("IMGN", "CANCELLED: IMGN").replace("CONFIRMED", "CANCELLED"),
    ]

    subscriber.publish(phoenix, cancelled, now=at("2011-12-06"))
    assert subscriber.sees() == [PHOENIX_SEEN]


def test_a_replay_comes_moves_and_goes(subscriber: Subscriber) -> None:
    replays = Feed(replays=True)
    posted = an_event(replay_posted_at="2011-11-11 17:30")
    extended = an_event(replay_posted_at="2011-11-11 17:30", replay_days=14, sequence=1)
    # vdirsyncer takes a calendar that has become empty for an accident and keeps what it has.
    standing_by = an_event(
        slug="call",
        starts="2011-11-01 09:00",
        title="Q3",
        replay_posted_at="2011-11-02 12:00",
        replay_days=60,
    )

    subscriber.publish(standing_by, posted, now=at("2011-11-11 17:29"), feed=replays)
    assert _of_the_conference(subscriber.sees()) == set()

    # khal names an entry of several days once a day.
    subscriber.publish(standing_by, posted, now=at("2011-11-12"), feed=replays)
    assert _of_the_conference(subscriber.sees()) == {REPLAY_SEEN}

    subscriber.publish(standing_by, extended, now=at("2011-11-12"), feed=replays)
    assert _of_the_conference(subscriber.sees()) == {REPLAY_SEEN.replace("18, 2011", "25, 2011")}

    subscriber.publish(standing_by, extended, now=at("2011-11-25 17:00"), feed=replays)
    assert _of_the_conference(subscriber.sees()) == set()


def _of_the_conference(seen: list[str]) -> set[str]:
    return {line for line in seen if "Q3" not in line}
