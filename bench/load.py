"""Asking as fast as answers come: by wrk, or by a generator of our own where wrk can't be had."""

import json
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

# Everyone comes at once.
CONNECTIONS = 256
# For whole feeds, unpacked: two for each worker. With many half-megabytes on their way at once, the
# machine's memory is measured and no server, nginx included: what MANY come to is said beside it.
FEW_CONNECTIONS = 4
MANY_CONNECTIONS = 64
# Of our own generator, which has a thread for each.
_MOST_THREADS = 64


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What one burst of questions came to."""

    requests: int
    seconds: float
    wrong: int

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def generator() -> str:
    """Name the program that asks."""
    return "wrk" if shutil.which("wrk") else "bench/load.py (no wrk here: figures are lower bounds)"


def burst(
    url: str, headers: Mapping[str, str], *, seconds: float, connections: int = CONNECTIONS
) -> Sample:
    """Ask for `url` on so many connections at once for so long."""
    if shutil.which("wrk"):
        return _by_wrk(url, headers, seconds, connections)
    return _by_ourselves(url, headers, seconds, connections)


def _by_wrk(url: str, headers: Mapping[str, str], seconds: float, connections: int) -> Sample:
    given = [word for name, said in headers.items() for word in ("-H", f"{name}: {said}")]
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(round(seconds), 1)}s", "--timeout", "20s"]
    said = subprocess.run(
        [*command, *given, url], capture_output=True, text=True, check=True
    ).stdout
    counted = re.search(r"(\d+) requests in ([\d.]+)(ms|s|m)", said)
    assert counted, said
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    unit = {"ms": 0.001, "s": 1, "m": 60}[counted[3]]
    return Sample(
        requests=int(counted[1]),
        seconds=float(counted[2]) * unit,
        wrong=int(wrong[1]) if wrong else 0,
    )


def _by_ourselves(url: str, headers: Mapping[str, str], seconds: float, connections: int) -> Sample:
    """Ask from a process of its own, so that our interpreter's lock is not in the way."""
    threads = min(connections, _MOST_THREADS)
    told = {"url": url, "headers": dict(headers), "seconds": seconds, "threads": threads}
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=True,
    )
    return Sample(**json.loads(done.stdout))


def _ask(address: tuple[str, int], question: bytes, until: float, counted: list[int]) -> None:
    with socket.create_connection(address, timeout=20) as link:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        received = b""
        while time.monotonic() < until:
            link.sendall(question)
            while b"\r\n\r\n" not in received:
                received += link.recv(262_144)
            head, _, received = received.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            left = int(length[1]) if length and not head.startswith(b"HTTP/1.1 304") else 0
            while len(received) < left:
                received += link.recv(262_144)
            received = received[left:]
            counted[0] += 1
            counted[1] += head[9:10] not in b"23"


def _main() -> None:
    told = json.load(sys.stdin)
    parts = urlsplit(told["url"])
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = [f"GET {path} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name}: {said}" for name, said in told["headers"].items()]
    question = ("\r\n".join(lines) + "\r\n\r\n").encode()
    begun, counts = time.monotonic(), [[0, 0] for _ in range(told["threads"])]
    address, until = (parts.hostname or "", parts.port or 80), begun + told["seconds"]
    askers = [threading.Thread(target=_ask, args=(address, question, until, c)) for c in counts]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    requests, wrong = (sum(count[n] for count in counts) for n in (0, 1))
    sample = {"requests": requests, "wrong": wrong, "seconds": time.monotonic() - begun}
    json.dump(sample, sys.stdout)


if __name__ == "__main__":
    _main()
