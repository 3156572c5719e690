"""The boundary storm: many connections ask every public channel while replays close at one instant.

An answer that arrived before the instant must not deny the replay; one to a question asked at it or
later must not disclose it. What was under way at the instant itself may say either.
"""

import http.client
import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from eventsched.services import intake
from eventsched.store.database import Store
from eventsched.store.versions import GOOD_FOR_SECONDS

CHANNELS = ("gate", "page", "file", "list", "feed", "json")
GIVES_UP_AFTER = timedelta(seconds=60)
ISSUER = '[issuer]\nname = "Example"\nhome_zone = "America/New_York"\ndomain = "example.com"\n'


@dataclass
class Tally:
    """What a storm counted. `wrong` holds the first few wrong answers, in words."""

    answers: Counter[str] = field(default_factory=Counter)
    before: int = 0
    after: int = 0
    disclosed: int = 0
    denied: int = 0
    failed: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Count what another connection counted."""
        self.answers += other.answers
        self.before += other.before
        self.after += other.after
        self.disclosed += other.disclosed
        self.denied += other.denied
        self.failed += other.failed
        self.wrong = (self.wrong + other.wrong)[:5]


def events_closing_at(store: Store, closes: datetime, *, count: int) -> list[str]:
    """Store events that were live a week ago and whose replays all close at that instant."""
    started = closes - timedelta(days=7, hours=1)
    announced = started - timedelta(days=1)
    texts = [ISSUER]
    for number in range(count):
        texts.append(
            f"""
[[events]]
title = "Storm Nr{number}"
date = "{started:%Y-%m-%d}"
time = "{started:%H:%M:%S}"
zone = "UTC"
replay_url = "https://vendor.example/replay/{number}"
publish_at = {announced:%Y-%m-%dT%H:%M:%SZ}
"""
        )
    taken = intake.take_in(store, "".join(texts), by="storm", now=announced)
    # So long a process that is asked may not have heard of them.
    time.sleep(GOOD_FOR_SECONDS)
    return [event.slug for event in taken.events]


def storm(
    base_url: str,
    slugs: Sequence[str],
    closes: datetime,
    *,
    connections: int,
    until: datetime,
    after: int = 2,
) -> Tally:
    """Ask from that many connections until `until`; tell what the answers disclosed or denied.

    On a busy machine each goes on until so many of its questions came `after` the closing, and all
    channels were asked.
    """
    tally, lock = Tally(), threading.Lock()

    def ask_on(first: int) -> None:
        counted = _ask(base_url, slugs, closes, first=first, until=until, after=after)
        with lock:
            tally.add(counted)

    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(ask_on, range(connections)))
    return tally


def _ask(
    base_url: str,
    slugs: Sequence[str],
    closes: datetime,
    *,
    first: int,
    until: datetime,
    after: int,
) -> Tally:
    tally, address = Tally(), urlsplit(base_url)
    connection = http.client.HTTPConnection(address.netloc, timeout=60)
    for channel, slug in _questions(slugs, first):
        asked = datetime.now(UTC)
        enough = tally.after >= after and len(tally.answers) == len(CHANNELS)
        if asked >= until and (enough or asked >= until + GIVES_UP_AFTER):
            break
        try:
            connection.request("GET", _path(channel, slug))
            answer = connection.getresponse()
            body = answer.read().decode()
        except (OSError, http.client.HTTPException) as problem:
            tally.failed += 1
            tally.wrong.append(f"{channel}: {problem!r}")
            connection.close()
            time.sleep(0.05)
            continue
        open_ = _OPEN[channel](answer.status, body, slug)
        _judge(tally, channel, open_, asked, datetime.now(UTC), closes, answer.status)
    connection.close()
    return tally


def _judge(
    tally: Tally,
    channel: str,
    is_open: bool | None,
    asked: datetime,
    answered: datetime,
    closes: datetime,
    status: int,
) -> None:
    tally.answers[channel] += 1
    if is_open is None:
        tally.failed += 1
        tally.wrong.append(f"{channel}: status {status}")
    elif answered < closes:
        tally.before += 1
        tally.denied += not is_open
    elif asked >= closes:
        tally.after += 1
        tally.disclosed += is_open
        if is_open:
            tally.wrong.append(f"{channel}: open {(asked - closes).total_seconds():.3f} s after")


def _questions(slugs: Sequence[str], first: int) -> Iterator[tuple[str, str]]:
    channels = itertools.cycle(CHANNELS)
    for number in itertools.count(first * 7):
        yield next(channels), slugs[number % len(slugs)]


def _path(channel: str, slug: str) -> str:
    return {
        "gate": f"/events/{slug}/replay",
        "page": f"/events/{slug}",
        "file": f"/events/{slug}.ics",
        "list": "/",
        "feed": "/calendar.ics",
        "json": "/events.json",
    }[channel]


def _gate_is_open(status: int, _body: str, _slug: str) -> bool | None:
    return {302: True, 410: False}.get(status)


def _page_leads_there(status: int, body: str, slug: str) -> bool | None:
    return f'"/events/{slug}/replay"' in body if status == 200 else None


def _list_leads_somewhere(status: int, body: str, _slug: str) -> bool | None:
    # It shows the first of many; all of them close at one instant.
    return '/replay"' in body if status == 200 else None


def _calendar_offers_it(status: int, body: str, _slug: str) -> bool | None:
    unfolded = body.replace("\r\n ", "")
    offered, closed = "Replay available until" in unfolded, "The replay closed on" in unfolded
    return offered if status == 200 and offered is not closed else None


def _json_says_open(status: int, body: str, _slug: str) -> bool | None:
    if status != 200:
        return None
    states = {event["replay"]["state"] for event in json.loads(body)["events"]}
    # All close at one instant, so an answer that says both of them is wrong whenever it came.
    return "open" in states if len(states) == 1 else None


_OPEN: dict[str, Callable[[int, str, str], bool | None]] = {
    "gate": _gate_is_open,
    "page": _page_leads_there,
    "list": _list_leads_somewhere,
    "file": _calendar_offers_it,
    "feed": _calendar_offers_it,
    "json": _json_says_open,
}
