"""The rounds: every question to every contestant in turn, so that a slow minute is slow for all."""

import os
import platform
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import icalendar

from bench import contestants, growth, load, report, seed
from bench.contestants import Server, ask
from bench.questions import Comparison, Field, Question

FEED, LIST, EVENT = "/calendar.ics", "/", "/events/conference-2"
GATE = "/events/conference-1/live"
GZIP = {"Accept-Encoding": "gzip"}


def main(*, quick: bool) -> int:
    """Run the bench; return how many lines fall short."""
    began, now = time.monotonic(), datetime.now(UTC).replace(microsecond=0)
    rounds, seconds = (3, 1.0) if quick else (5, 4.0)
    with contestants.workplace() as folder, ExitStack() as running:
        ground = _line_up(folder, running, now)
        for question in ground.questions:
            load.burst(question.url, question.headers, seconds=1)
        loads = [os.getloadavg()[0]]
        for number in range(rounds):
            print(f"Round {number + 1} of {rounds}", file=sys.stderr)
            for question in ground.questions:
                if not (question.is_slow and number):
                    question.measure(seconds)
            loads.append(os.getloadavg()[0])
    grown = growth.measure(now, quick=quick)
    outcome = report.Outcome(
        began_at=f"{now:%Y-%m-%d %H:%M} UTC",
        took_seconds=round(time.monotonic() - began),
        machine=f"{os.cpu_count()} cores, {platform.machine()}, Python "
        f"{platform.python_version()}; load {min(loads):.1f} to {max(loads):.1f} meanwhile",
        generator=load.generator(),
        rounds=f"{load.CONNECTIONS} connections, {load.FEW_CONNECTIONS} for a whole feed; "
        f"{rounds} rounds of {seconds:g} s after a warm-up, interleaved; medians",
        lines=[_line(comparison) for comparison in ground.comparisons],
        rates={q.name: (round(q.rate, 1), round(median(q.cpu_us), 1)) for q in ground.questions},
        growth=grown,
        absent=ground.absent,
    )
    return report.publish(outcome, Path("bench/latest"))


def _line(comparison: Comparison) -> report.Line:
    return report.Line(
        work=comparison.work,
        ours=round(comparison.ours.rate, 1),
        theirs=round(comparison.theirs.rate, 1),
        ratio=round(comparison.ratio, 2),
        cpu_ratio=round(median(comparison.theirs.cpu_us) / median(comparison.ours.cpu_us), 2),
        least=comparison.least,
    )


def _line_up(folder: Path, running: ExitStack, now: datetime) -> Field:
    """Seed, start and try everybody."""
    ground, bodies = Field(), folder / "bodies"
    bodies.mkdir()
    sqlite = f"sqlite:///{folder / 'eventsched.sqlite3'}"
    events = seed.fill(sqlite, 1_000, now=now)
    ours = running.enter_context(contestants.eventsched("eventsched", sqlite))
    for name, path in (("feed.ics", FEED), ("list.html", LIST), ("event.html", EVENT)):
        (bodies / name).write_bytes(ask(ours.address + path).body)
        (bodies / f"{name}.gz").write_bytes(ask(ours.address + path, GZIP).body)
    bare = running.enter_context(
        contestants.wsgi("bare Flask", "bench.bare:app", {"BENCH_BODIES": str(bodies)})
    )
    questions = _against_bare(ground, ours, bare)
    _against_floor(ground, questions, running, bodies)
    _on_postgresql(ground, questions, running, folder, now)
    if contestants.has_nginx():
        _against_nginx(ground, questions, running, folder, bodies)
    else:
        ground.absent.append("nginx can't be had here: its two lines are missing.")
    straightforward = f"sqlite:///{folder / 'straightforward.sqlite3'}"
    os.environ["BENCH_STRAIGHTFORWARD_DB"] = straightforward
    seed.fill_straightforward(straightforward, events)
    _against_rivals(ground, questions, running, folder, (bodies / "feed.ics").read_bytes())
    _events_json(ground, running, folder, now)
    return ground


def _against_bare(ground: Field, ours: Server, bare: Server) -> dict[str, Question]:
    asks, compares, found = ground.asks, ground.compares, {}
    constant = asks(
        "bare Flask, 304",
        bare,
        "/body/feed.ics",
        headers={"If-None-Match": '"constant"'},
        status=304,
    )
    for what, path, name, least in (
        ("feed", FEED, "feed.ics", 1.4),
        ("list", LIST, "list.html", 2.0),
        ("event page", EVENT, "event.html", 2.0),
    ):
        known = {"If-None-Match": ask(ours.address + path).headers["ETag"]}
        found[f"{what} 304"] = asks(
            f"eventsched, {what} 304", ours, path, headers=known, status=304
        )
        packed = asks(f"eventsched, {what} gzip", ours, path, headers=GZIP)
        same = asks(f"bare Flask, {what} gzip", bare, f"/body/{name}.gz")
        assert ask(packed.url, GZIP).body == ask(same.url).body
        compares(f"{what}: 304, bare Flask", found[f"{what} 304"], constant, 4 if least < 2 else 2)
        compares(f"{what}: 200 gzip, bare Flask", packed, same, least)
    few, many = load.FEW_CONNECTIONS, load.MANY_CONNECTIONS
    found["plain"] = asks("eventsched, feed plain", ours, FEED, connections=few)
    same = asks("bare Flask, feed plain", bare, "/body/feed.ics", connections=few)
    assert ask(found["plain"].url).body == ask(same.url).body
    compares("feed: 200 plain, bare Flask", found["plain"], same, 1.4)
    compares(
        f"feed: 200 plain on {many} connections, bare Flask",
        asks(f"eventsched, feed plain on {many}", ours, FEED, connections=many),
        asks(f"bare Flask, feed plain on {many}", bare, "/body/feed.ics", connections=many),
        0.0,
    )
    gate = asks("eventsched, gate 302", ours, GATE, status=302)
    compares("gate: 302, bare Flask", gate, asks("bare Flask, 302", bare, "/gate", status=302), 0.8)
    found["bare 304"] = constant
    return found


def _against_floor(
    ground: Field, found: dict[str, Question], running: ExitStack, bodies: Path
) -> None:
    """Nothing is promised here: it tells how much of a cost is the server's own."""
    server = running.enter_context(
        contestants.wsgi("a bare function", "bench.floor:app", {"BENCH_BODIES": str(bodies)})
    )
    known = {"If-None-Match": '"constant"'}
    unchanged = ground.asks("a bare function, 304", server, "/", headers=known, status=304)
    few = load.FEW_CONNECTIONS
    plain = ground.asks("a bare function, feed plain", server, "/", connections=few)
    assert ask(plain.url).body == ask(found["plain"].url).body
    ground.compares("feed: 304, a bare function", found["feed 304"], unchanged, 0.0)
    ground.compares("feed: 200 plain, a bare function", found["plain"], plain, 0.0)


def _on_postgresql(
    ground: Field, found: dict[str, Question], running: ExitStack, folder: Path, now: datetime
) -> None:
    url = running.enter_context(contestants.postgresql(folder / "pg"))
    seed.fill(url, 1_000, now=now)
    server = running.enter_context(contestants.eventsched("eventsched on PostgreSQL", url))
    whole = ask(server.address + FEED)
    assert whole.body == ask(found["plain"].url).body
    known = {"If-None-Match": whole.headers["ETag"]}
    ours = ground.asks("eventsched on PostgreSQL, 304", server, FEED, headers=known, status=304)
    ground.compares("feed: 304 on PostgreSQL, bare Flask", ours, found["bare 304"], 2.0)
    gate = ground.asks("eventsched on PostgreSQL, gate 302", server, GATE, status=302)
    bare = next(q for q in ground.questions if q.name == "bare Flask, 302")
    ground.compares("gate: 302 on PostgreSQL, bare Flask", gate, bare, 0.0)


def _against_nginx(
    ground: Field, found: dict[str, Question], running: ExitStack, folder: Path, bodies: Path
) -> None:
    server = running.enter_context(contestants.nginx(folder, bodies))
    whole = ask(f"{server.address}/feed.ics")
    assert whole.body == ask(found["plain"].url).body
    known = {"If-None-Match": whole.headers["ETag"]}
    unchanged = ground.asks("nginx, 304", server, "/feed.ics", headers=known, status=304)
    few = load.FEW_CONNECTIONS
    plain = ground.asks("nginx, feed plain", server, "/feed.ics", connections=few)
    ground.compares("feed: 304, nginx from disk", found["feed 304"], unchanged, 0.4)
    ground.compares("feed: 200 plain, nginx from disk", found["plain"], plain, 0.7)


def _against_rivals(
    ground: Field, found: dict[str, Question], running: ExitStack, folder: Path, calendar: bytes
) -> None:
    environment = {"BENCH_STRAIGHTFORWARD_DB": os.environ["BENCH_STRAIGHTFORWARD_DB"]}
    server = running.enter_context(
        contestants.wsgi("straightforward", "bench.straightforward:app", environment)
    )
    rivals = [("the straightforward app", server, FEED, {}, 500.0)]
    if contestants.has_radicale():
        radicale = running.enter_context(contestants.radicale(folder, calendar))
        user = contestants.RADICALE_USER
        rivals.append(("Radicale", radicale, "/bench/calendar/", user, 0.0))
    else:
        ground.absent.append("Radicale can't be had here: its line is missing.")
    for name, rival, path, headers, least in rivals:
        theirs = ground.asks(
            f"{name}, feed",
            rival,
            path,
            headers=headers,
            is_slow=True,
            connections=load.FEW_CONNECTIONS,
        )
        assert _meaning(ask(theirs.url, headers).body) == _meaning(calendar), name
        ground.compares(f"feed: 200 plain, {name}", found["plain"], theirs, least)


def _events_json(ground: Field, running: ExitStack, folder: Path, now: datetime) -> None:
    """Ask for the second fifty of the conferences among 10,000 events."""
    ours, theirs = (
        f"sqlite:///{folder / name}.sqlite3" for name in ("many", "many-straightforward")
    )
    os.environ["BENCH_STRAIGHTFORWARD_DB"] = theirs
    seed.fill_straightforward(theirs, seed.fill(ours, 10_000, now=now))
    environment = {"BENCH_STRAIGHTFORWARD_DB": theirs}
    module = "bench.straightforward:app"
    ground.compares(
        "events.json: 50 of 10,000, the straightforward app",
        ground.asks(
            "eventsched, events.json",
            running.enter_context(contestants.eventsched("eventsched with 10,000", ours)),
            "/events.json?kind=conference&limit=50&page=2",
        ),
        ground.asks(
            "the straightforward app, events.json",
            running.enter_context(contestants.wsgi("straightforward", module, environment)),
            "/events.json?kind=conference&page=2",
            is_slow=True,
        ),
        20.0,
    )


def _meaning(calendar: bytes) -> set[tuple[str, datetime]]:
    """Return which entry begins when."""
    return set(_beginnings(calendar))


def _beginnings(calendar: bytes) -> Iterator[tuple[str, datetime]]:
    for entry in icalendar.Calendar.from_ical(calendar).walk("VEVENT"):
        yield str(entry["UID"]), entry["DTSTART"].dt.astimezone(UTC)


if __name__ == "__main__":
    sys.exit(1 if main(quick=os.environ.get("QUICK", "") not in ("", "0")) else 0)
