"""A real nginx with a cache in front: it never shows a replay past its closing."""

import getpass
import shutil
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from eventsched.store.database import Store
from tests.fixtures.processes import Processes, free_port, status_of, wait_until
from tests.torture.storm import events_closing_at, storm

OPEN_FOR = timedelta(seconds=20)
GOES_ON_FOR = timedelta(seconds=4)
# As the user that runs the test: another could not enter its folder.
CONFIGURATION = """
user {user};
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    proxy_temp_path {folder}/proxy;
    proxy_cache_path {folder}/cache keys_zone=pages:1m;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://127.0.0.1:{behind};
            proxy_set_header Host $host;
            proxy_cache pages;
            proxy_cache_lock on;
            add_header X-Cache-Status $upstream_cache_status always;
        }}
    }}
}}
"""


@pytest.fixture
def program() -> str:
    found = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if found is None:
        pytest.fail("nginx is not here: make test-peers installs it.", pytrace=False)
    return found


@contextmanager
def nginx(program: str, folder: Path, *, behind: int) -> Iterator[str]:
    """Run nginx with a cache in front of the port `behind`; give its address."""
    port = free_port()
    folder.mkdir()
    configuration = folder / "nginx.conf"
    configuration.write_text(
        CONFIGURATION.format(user=getpass.getuser(), folder=folder, port=port, behind=behind)
    )
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(configuration)])
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until(lambda: status_of(f"{address}/healthz") == 200, what="nginx")
        yield address
    finally:
        process.terminate()
        process.wait(10)


def test_no_cached_copy_outlives_a_closing(
    store: Store, processes: Callable[[str], Processes], program: str, tmp_path: Path
) -> None:
    closes = datetime.now(UTC).replace(microsecond=0) + OPEN_FOR
    slugs = events_closing_at(store, closes, count=12)
    eventsched = processes(store.engine.url.render_as_string(hide_password=False))
    eventsched.environment["EVENTSCHED_WEB_WORKERS"] = "2"
    behind = free_port()
    eventsched.start("serve", "--no-worker", "--port", str(behind))
    wait_until(lambda: status_of(f"http://127.0.0.1:{behind}/readyz") == 200, what="the site")

    with nginx(program, tmp_path / "nginx", behind=behind) as address:
        assert [cached(f"{address}/events/{slugs[0]}") for _ in range(2)] == ["MISS", "HIT"]
        assert datetime.now(UTC) < closes - timedelta(seconds=2)
        tally = storm(address, slugs, closes, connections=12, until=closes + GOES_ON_FOR)

    assert (tally.wrong, tally.disclosed, tally.denied, tally.failed) == ([], 0, 0, 0)
    assert tally.before > 100
    assert tally.after > 100


def cached(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        status: str = answer.headers["X-Cache-Status"]
        return status
