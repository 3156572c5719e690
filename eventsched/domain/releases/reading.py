"""What a release was read to say, and the JSON that says the same."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from eventsched.domain.events import Format, Kind, Presenter

Span = tuple[int, int]


class Status(StrEnum):
    """What the release says became of the event."""

    NEW = "new"
    RESCHEDULED = "rescheduled"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """One field that a person should look at, and why."""

    field: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class StatedClock:
    """One clock as the release gives it: “11:00” and “EST”; no zone words, None."""

    wall_time: dt.time
    zone: str | None
    text: str


@dataclass(frozen=True, kw_only=True)
class TelephoneReplay:
    """The numbers under which a recording can be heard, and for how long."""

    numbers: tuple[str, ...] = ()
    code: str | None = None
    days: int | None = None
    until: dt.date | dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Dateline:
    """Where, when, by whom and over which wire the release went out."""

    date: dt.date | None = None
    place: str | None = None
    wire: str | None = None
    issuer: str | None = None
    ticker: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReadEvent:
    """One event as read.

    `wall_time` is the announced clock in `zone`; `instant` is None unless date, time and zone are
    all known. `replay_until` is a date, or a wall time in the event's zone. `rescheduled_from` is
    the date, or wall time, that no longer holds. `spans` are half-open stretches of the original
    text, `confidences` between 0 and 1, both by field.
    """

    title: str | None = None
    host: str | None = None
    kind: Kind = Kind.OTHER
    format: Format | None = None
    status: Status = Status.NEW
    date: dt.date | None = None
    date_end: dt.date | None = None
    wall_time: dt.time | None = None
    zone: str | None = None
    instant: dt.datetime | None = None
    ends_instant: dt.datetime | None = None
    stated_clocks: tuple[StatedClock, ...] = ()
    city: str | None = None
    venue: str | None = None
    presenters: tuple[Presenter, ...] = ()
    webcast: bool | None = None
    webcast_url: str | None = None
    dial_in: tuple[str, ...] = ()
    conference_id: str | None = None
    replay_days: int | None = None
    replay_until: dt.date | dt.datetime | None = None
    telephone_replay: TelephoneReplay | None = None
    rescheduled_from: dt.date | dt.datetime | None = None
    doubts: tuple[Doubt, ...] = ()
    spans: dict[str, Span]
    confidences: dict[str, float]

    def doubts_about(self, field: str) -> tuple[Doubt, ...]:
        """Return the doubts that concern `field`."""
        return tuple(doubt for doubt in self.doubts if doubt.field == field)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A dateline and the events that the release announces; often none."""

    dateline: Dateline
    events: tuple[ReadEvent, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the reading as plain values for JSON; `schema.READING_SCHEMA` documents them."""
        return {
            "dateline": {name: plain(value) for name, value in vars(self.dateline).items()},
            "events": [_event_json(event) for event in self.events],
        }


def reading_json(reading: Reading) -> dict[str, Any]:
    """Return `reading.as_json()`."""
    return reading.as_json()


def plain(value: object) -> Any:
    """Return a value as JSON has it: dates and instants in ISO 8601, UTC as “Z”, clocks HH:MM."""
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}" if value.tzinfo else f"{value:%Y-%m-%dT%H:%M}"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, Presenter | StatedClock | TelephoneReplay | Doubt):
        return {name: plain(part) for name, part in vars(value).items()}
    return str(value) if isinstance(value, StrEnum) else value


def _event_json(event: ReadEvent) -> dict[str, Any]:
    shown = {name: plain(value) for name, value in vars(event).items()}
    shown["spans"] = {name: list(span) for name, span in event.spans.items()}
    return shown
