"""The clock of running processes is stepped: what they show follows, nothing is told twice."""

import urllib.request
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from eventsched.domain.ledger import first_broken
from eventsched.store import site
from eventsched.store.database import Store
from tests.fixtures.ports import free_port
from tests.fixtures.processes import Processes, status_of, wait_until
from tests.torture.storm import events_closing_at

HERE = Path(__file__).parent
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Half an hour before the closing each is a step over it, or back.
STEPS = (HOUR, -HOUR, DAY, -DAY)
CLOSES_IN = timedelta(minutes=30)


@dataclass
class Tally:
    """What a run of steps counted; `told` are the closings in the ledger."""

    steps: int = 0
    asked: int = 0
    wrong: list[str] = field(default_factory=list)
    told: int = 0
    twice: int = 0
    chain_broken: bool = False


def step_the_clock(
    store: Store, eventsched: Processes, folder: Path, *, events: int, steps: Sequence[timedelta]
) -> Tally:
    """Serve `events` that close in half an hour, and step there and back by each of `steps`."""
    clock = folder / "clock"
    clock.write_text("0", "utf-8")
    eventsched.environment |= {"PYTHONPATH": f"{HERE / 'stepped'}:{HERE.parents[1]}"}
    eventsched.environment["TEST_CLOCK_FILE"] = str(clock)
    port = free_port()
    closes = datetime.now(UTC).replace(microsecond=0) + CLOSES_IN
    slugs, tally = events_closing_at(store, closes, count=events), Tally()
    eventsched.start("serve", "--port", str(port))
    base_url = f"http://127.0.0.1:{port}"
    wait_until(lambda: status_of(base_url) == 200, what="the site")
    _ask(base_url, slugs, timedelta(), tally)
    for step in steps:
        _step(clock, step)
        tally.steps += 1
        _ask(base_url, slugs, step, tally)
        if step > CLOSES_IN:
            wait_until(lambda: _told(store) >= events, what="the closings to be written down")
        _step(clock, timedelta())
        _ask(base_url, slugs, timedelta(), tally)
    return _counted(store, tally)


def _step(clock: Path, by: timedelta) -> None:
    fresh = clock.with_suffix(".new")
    fresh.write_text(str(by.total_seconds()), "utf-8")
    fresh.replace(clock)


def _ask(base_url: str, slugs: Sequence[str], stepped: timedelta, tally: Tally) -> None:
    """Ask gate, page and feed: open before the closing and after the end, by the stepped clock."""
    expected = 410 if stepped >= CLOSES_IN else 302
    feed = _text(f"{base_url}/calendar.ics").replace("\r\n ", "")
    for slug in slugs:
        leads = f'href="/events/{slug}/replay"' in _text(f"{base_url}/events/{slug}")
        seen = (status_of(f"{base_url}/events/{slug}/replay"), leads)
        tally.asked += 2
        if seen != (expected, expected == 302):
            tally.wrong.append(f"{slug}, stepped by {stepped}: {seen}")
    tally.asked += 1
    offered = feed.count("Replay available until")
    if (offered > 0) is not (expected == 302):
        tally.wrong.append(f"feed, stepped by {stepped}: {offered} offered")


def _text(url: str) -> str:
    with urllib.request.urlopen(url, timeout=60) as answer:
        text: str = answer.read().decode()
        return text


def _told(store: Store) -> int:
    with store.reading() as session:
        return sum(entry.kind == "replay_closed" for entry in site.ledger(session))


def _counted(store: Store, tally: Tally) -> Tally:
    with store.reading() as session:
        entries = list(site.ledger(session))
    told = Counter((e.subject, e.kind, e.body["promised"]) for e in entries if "promised" in e.body)
    tally.told = sum(kind == "replay_closed" for _, kind, _ in told)
    tally.twice = sum(count - 1 for count in told.values())
    tally.chain_broken = first_broken(entries) is not None
    return tally
