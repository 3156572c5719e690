"""How costs grow from 10 events to 10,000: polls, the first feed after an edit, memory."""

import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from statistics import median

from bench import contestants, load, seed
from bench.contestants import Server, ask
from eventsched.domain.revisions import with_facts
from eventsched.store import events as event_store
from eventsched.store import site
from eventsched.store.database import Store

SIZES = (10, 1_000, 10_000)
POLLS_A_SECOND = 28
FEED = "/calendar.ics"


@dataclass(kw_only=True)
class Size:
    """What it costs to have so many events."""

    events: int
    first_ms: float
    edited_ms: float
    megabytes: float
    idle_percent: float = 0.0
    polls: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)


def measure(now: datetime, *, quick: bool) -> list[dict[str, float]]:
    """Return a row for each number of events."""
    with contestants.workplace() as folder, ExitStack() as running:
        sizes: list[tuple[Size, Server, dict[str, str]]] = []
        for count in SIZES:
            print(f"{count:,} events", file=sys.stderr)
            url = f"sqlite:///{folder / str(count)}.sqlite3"
            seed.fill(url, count, now=now)
            server = running.enter_context(contestants.eventsched(str(count), url))
            size = _size(server, url, count)
            known = {"If-None-Match": ask(server.address + FEED).headers["ETag"]}
            sizes.append((size, server, known))
        for _ in range(3 if quick else 5):
            for size, server, known in sizes:
                _poll(size, server, known, seconds=1 if quick else 3)
    return [_row(size, base=sizes[0][0]) for size, _, _ in sizes]


def _size(server: Server, url: str, count: int) -> Size:
    first = _milliseconds(server)
    _milliseconds(server)
    edited = median(_after_an_edit(server, url, number) for number in range(6))
    for path in ("/", *(f"/events/conference-{n + 1}" for n in range(min(count, 100)))):
        for _ in range(3):
            ask(server.address + path, {"Accept-Encoding": "gzip"})
    return Size(
        events=count,
        first_ms=round(first, 1),
        edited_ms=round(edited, 1),
        megabytes=round(server.largest_megabytes(), 1),
    )


def _milliseconds(server: Server) -> float:
    began = time.perf_counter()
    assert ask(server.address + FEED).status == 200
    return (time.perf_counter() - began) * 1000


def _after_an_edit(server: Server, url: str, number: int) -> float:
    """Save one event, and take the time of both workers' next feed; the slower one counts."""
    store = Store(url)
    at = datetime.now(UTC) - timedelta(minutes=1)
    with store.writing() as session:
        site.hold(session)
        event = event_store.by_slug(session, "conference-3")
        assert event is not None
        changed = with_facts(event, replace(event.facts, venue=f"Hall {number + 1}"), now=at)
        event_store.update(session, changed, by="bench", reason="", at=at)
        site.raise_version(session)
    store.close()
    return max(_milliseconds(server) for _ in range(4))


def _poll(size: Size, server: Server, known: dict[str, str], *, seconds: float) -> None:
    before = server.cpu_seconds()
    sample = load.burst(server.address + FEED, known, seconds=seconds)
    size.cpu_us.append((server.cpu_seconds() - before) / sample.requests * 1e6)
    size.polls.append(sample.rate)


def _row(size: Size, *, base: Size) -> dict[str, float]:
    cpu_us = median(size.cpu_us)
    return {
        "events": size.events,
        "polls": round(median(size.polls)),
        "poll_growth": round(median(base.polls) / median(size.polls), 2),
        "poll_cpu_us": round(cpu_us, 1),
        "idle_percent": round(100 - POLLS_A_SECOND * cpu_us / 1e4, 3),
        "edited_ms": size.edited_ms,
        "first_ms": size.first_ms,
        "megabytes": size.megabytes,
    }
