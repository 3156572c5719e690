"""A real Thunderbird on a virtual screen with a profile of its own, and what its window shows."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.processes import PATIENCE_SECONDS, wait_until

_CALENDAR = "5e4f0c1a-0000-4000-8000-{:012}"
_PREFERENCES: dict[str, object] = {
    "marionette.port": 0,
    "mail.provider.suppress_dialog_on_startup": True,
    "mail.spotlight.firstRunDone": True,
    "mail.rights.version": 1,
    "mailnews.start_page.enabled": False,
    "datareporting.policy.bypassNotification": True,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.donation.eoy.version.viewed": 999,
    "app.normandy.enabled": False,
    "extensions.update.enabled": False,
    # Nobody answers there: nothing but this machine is to be reached.
    "network.proxy.type": 1,
    **{f"network.proxy.{kind}": "127.0.0.1" for kind in ("http", "ssl")},
    **{f"network.proxy.{kind}_port": 9 for kind in ("http", "ssl")},
}
_WINDOW = "const window = Services.wm.getMostRecentWindow('mail:3pane');"
_IS_READY = f"{_WINDOW} return Boolean(window?.currentView && window.gCalendarStatusFeedback);"
_SHOW_MONTH = (
    _WINDOW
    + """
const { cal } = ChromeUtils.importESModule("resource:///modules/calendar/calUtils.sys.mjs");
window.document.getElementById("tabmail").openTab("calendar", {});
window.switchToView("month");
window.currentView().goToDay(cal.createDateTime(arguments[0]));
"""
)
# The same as a press on “Synchronize”.
_SYNCHRONIZE = f"{_WINDOW} window.goDoCommand('calendar_reload_remote_calendars');"
_READ_MONTH = (
    _WINDOW
    + """
const words = (box, part) => box.querySelector(part).textContent.trim();
return [...window.currentView().querySelectorAll("calendar-month-day-box")].flatMap(day =>
  [...day.querySelectorAll("calendar-month-day-box-item")].map(box => {
    const looks = window.getComputedStyle(box);
    return [day.date.icalString, words(box, ".item-time-label"), words(box, ".event-name-label"),
            looks.textDecorationLine.includes("line-through")];
  }));
"""
)


@dataclass(frozen=True)
class Seen:
    """An entry in the window: day and time on the person's clock, words, struck through or not."""

    when: str
    words: str
    struck: bool = False


@dataclass(frozen=True)
class Kept:
    """An entry as Thunderbird keeps it: UTC, with the zone that it understood."""

    starts: datetime
    ends: datetime
    zone: str
    status: str


class Thunderbird:
    """A person's Thunderbird, showing one month, subscribed to calendars on this machine."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self._asked = 0
        self._month = ""
        self._socket = socket.create_connection(("127.0.0.1", _port(profile)), PATIENCE_SECONDS)
        self._told = self._socket.makefile("rb")
        self._hear()
        self._ask("WebDriver:NewSession", capabilities={})
        self._ask("Marionette:SetContext", value="chrome")
        wait_until(lambda: bool(self._run(_IS_READY)), what="Thunderbird's window")

    def show_month(self, day: str) -> None:
        self._month = day
        self._run(_SHOW_MONTH, f"{day.replace('-', '')}T000000Z")

    def turn_the_page(self) -> None:
        """Look at another month and back: on a busy machine the view can miss that it changed."""
        month = self._month
        self.show_month("2001-01-01")
        self.show_month(month)

    def synchronize(self) -> None:
        self._run(_SYNCHRONIZE)

    def sees(self) -> list[Seen]:
        """Return what stands in the month, as it is on the screen now."""
        return [
            Seen(f"{day[:4]}-{day[4:6]}-{day[6:8]} {clock}".strip(), words, struck)
            for day, clock, words, struck in self._run(_READ_MONTH)
        ]

    def quit(self) -> None:
        self._ask("Marionette:Quit", flags=["eForceQuit"])

    def __enter__(self) -> "Thunderbird":
        return self

    def __exit__(self, *_problem: object) -> None:
        self._told.close()
        self._socket.close()

    def _run(self, script: str, *arguments: str) -> Any:
        return self._ask("WebDriver:ExecuteScript", script=script, args=arguments)["value"]

    def _ask(self, command: str, **parameters: object) -> Any:
        self._asked += 1
        said = json.dumps([0, self._asked, command, parameters]).encode()
        self._socket.sendall(b"%d:%b" % (len(said), said))
        _, _, problem, answer = self._hear()
        assert problem is None, problem
        return answer

    def _hear(self) -> Any:
        length = b""
        while (digit := self._told.read(1)) != b":":
            assert digit, "Thunderbird has hung up."
            length += digit
        return json.loads(self._told.read(int(length)))


@contextmanager
def running(profile: Path, *urls: str) -> Iterator[Thunderbird]:
    """Run Thunderbird, subscribed to `urls`, for a person in New York."""
    profile.mkdir()
    (profile / "user.js").write_text(_user_preferences(urls))
    with _virtual_screen() as display:
        command = [_found("dbus-run-session"), "--", _found("thunderbird"), "--profile", profile]
        command += ["--no-remote", "--marionette", "--remote-allow-system-access", "-calendar"]
        environment = {
            **{"PATH": os.environ["PATH"], "HOME": str(profile), "DISPLAY": display},
            **{"TZ": "America/New_York", "LC_ALL": "C.UTF-8", "NO_AT_BRIDGE": "1"},
        }
        with _process(command, environment, profile) as started:
            wait_until(lambda: _port(profile) is not None, what="Thunderbird")
            with Thunderbird(profile) as thunderbird:
                yield thunderbird
                thunderbird.quit()
            started.wait(PATIENCE_SECONDS)


def _port(profile: Path) -> int | None:
    """Return where Thunderbird listens, once it has written that down to the end."""
    try:
        return int((profile / "MarionetteActivePort").read_text())
    except (FileNotFoundError, ValueError):
        return None


def kept(profile: Path) -> dict[str, Kept]:
    """Return what a Thunderbird that has been ended kept, by UID."""
    cache = sqlite3.connect(profile / "calendar-data" / "cache.sqlite")
    rows = cache.execute(
        "SELECT id, event_start, event_end, event_start_tz, ical_status FROM cal_events"
    ).fetchall()
    cache.close()
    return {
        uid: Kept(_instant(starts), _instant(ends), zone, status)
        for uid, starts, ends, zone, status in rows
    }


def _instant(microseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


def _user_preferences(urls: tuple[str, ...]) -> str:
    preferences = dict(_PREFERENCES)
    for number, url in enumerate(urls):
        calendar = {
            **{"type": "ics", "uri": url, "name": f"Calendar {number}", "readOnly": True},
            # It asks by itself once an hour; the test presses “Synchronize”.
            **{"cache.enabled": True, "refreshInterval": "60", "calendar-main-in-composite": True},
        }
        held = f"calendar.registry.{_CALENDAR.format(number)}"
        preferences |= {f"{held}.{name}": value for name, value in calendar.items()}
    lines = (f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in preferences.items())
    return "\n".join(lines)


@contextmanager
def _virtual_screen() -> Iterator[str]:
    """Give a screen that nobody else uses: it chooses its own number and says which."""
    reads, writes = os.pipe()
    command = [_found("Xvfb"), "-displayfd", str(writes), "-screen", "0", "1280x1024x24"]
    command += ["-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writes], stderr=subprocess.DEVNULL) as screen:
        os.close(writes)
        with os.fdopen(reads, encoding="ascii") as said:
            number = said.readline().strip()
        try:
            yield f":{number}"
        finally:
            screen.terminate()


@contextmanager
def _process(
    command: list[Any], environment: Mapping[str, str], profile: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    with (profile / "said.log").open("wb") as log:
        started = subprocess.Popen(
            command, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield started
        finally:
            if started.poll() is None:
                os.killpg(started.pid, signal.SIGKILL)
                started.wait(PATIENCE_SECONDS)


def _found(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.fail(
            f"{name} is not here: make test-peers installs it (apt-get install thunderbird xvfb "
            "dbus; Debian's, for Ubuntu's is a snap).",
            pytrace=False,
        )
    return path
