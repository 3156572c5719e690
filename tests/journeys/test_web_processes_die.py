"""Web processes that die, and die again, are started again: the site comes back by itself."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from eventsched.store.database import Store
from tests.fixtures.ports import free_port
from tests.fixtures.processes import Processes, status_of, wait_until, web_processes

KILLS = 5


@pytest.mark.usefixtures("release")
def test_the_site_comes_back_however_often_its_processes_are_killed(
    store: Store, processes: Callable[[str], Processes]
) -> None:
    eventsched = processes(store.engine.url.render_as_string(hide_password=False))
    port = free_port()
    page = f"http://127.0.0.1:{port}/"
    server = eventsched.start("serve", "--no-worker", "--port", str(port))
    killed: set[int] = set()
    for _ in range(KILLS):
        wait_until(lambda: status_of(page) == 200, what="the page")
        # The youngest each time: what serves the web gives up on one that dies twice in a row.
        youngest = max(set(web_processes(server.pid)) - killed, key=begun)
        os.kill(youngest, signal.SIGKILL)
        killed.add(youngest)
        time.sleep(0.5)

    wait_until(lambda: [status_of(page) for _ in range(10)] == [200] * 10, what="the page again")
    assert server.poll() is None
    assert len(killed) == KILLS


def begun(pid: int) -> int:
    """Return when a process began, in the kernel's own count (proc(5), field 22)."""
    return int(Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[19])
