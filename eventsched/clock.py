"""The clocks. One enters through `create_app` or the worker; nothing else reads the time."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Tells what time it is, and how long one really has to wait for an instant."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...

    def seconds_until(self, instant: datetime) -> float:
        """Return the real seconds until `instant`; negative once it has passed."""
        ...


@dataclass(frozen=True)
class SystemClock:
    """The machine's clock: the only one for production."""

    def now(self) -> datetime:
        """Return the present instant."""
        return datetime.now(UTC)

    def seconds_until(self, instant: datetime) -> float:
        """Return the seconds until `instant`."""
        return (instant - self.now()).total_seconds()


@dataclass(frozen=True)
class StoppedClock:
    """A clock that stands at an instant of the past, for telling what was public then."""

    at: datetime

    def now(self) -> datetime:
        """Return the instant at which it stands."""
        return self.at

    def seconds_until(self, instant: datetime) -> float:
        """Return the seconds from there to `instant`."""
        return (instant - self.at).total_seconds()


@dataclass(frozen=True, kw_only=True)
class DemoClock:
    """A clock that stood at `shown` when the machine's stood at `since`, and runs `speed` times.

    `since` is in seconds of the Unix epoch, so that all processes of a demo agree.
    """

    shown: datetime
    since: float
    speed: float

    @classmethod
    def kept_in(cls, file: Path) -> "DemoClock":
        """Return the clock that `keep` wrote, for the processes of one demo to agree by."""
        said = json.loads(file.read_text(encoding="utf-8"))
        return cls(
            shown=datetime.fromisoformat(said["shown"]).astimezone(UTC),
            since=float(said["since"]),
            speed=float(said["speed"]),
        )

    @classmethod
    def starting(cls, shown: datetime, *, speed: float) -> "DemoClock":
        """Return a clock that shows `shown` right now."""
        return cls(shown=shown, since=time.time(), speed=speed)

    def now(self) -> datetime:
        """Return the demo's present instant."""
        return self.shown + timedelta(seconds=(time.time() - self.since) * self.speed)

    def seconds_until(self, instant: datetime) -> float:
        """Return the real seconds until the demo reaches `instant`."""
        return (instant - self.now()).total_seconds() / self.speed

    def keep(self, file: Path) -> None:
        """Write the clock to `file` as it stands now, whole or not at all."""
        said = {"shown": self.now().isoformat(), "since": time.time(), "speed": self.speed}
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(said), encoding="utf-8")
        fresh.replace(file)


def clock_kept_in(file: Path | None) -> Clock:
    """Return the running demo's clock; the machine's where no file keeps one."""
    return DemoClock.kept_in(file) if file else SystemClock()
