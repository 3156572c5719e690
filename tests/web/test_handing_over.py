"""A slow reader of a large file keeps nobody else waiting, and fills no memory."""

import io
import socket
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import psutil  # type: ignore[import-untyped]
import pytest
from flask import Flask, Response

from eventsched.domain.document_drafts import DocumentDraft
from eventsched.services import documents
from eventsched.services.documents import Step, Upload
from eventsched.store.database import Store
from eventsched.store.documents import PART
from eventsched.web import handing_over
from eventsched.web.handing_over import hand_over_whole, has_room
from tests.files_of_every_sort import PDF
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.ports import free_port
from tests.fixtures.processes import Processes, status_of, wait_until
from tests.fixtures.product import ANNOUNCED, PHOENIX

# More than two systems hold between them for a reader who does not read.
LARGE = PDF[:-6] + bytes(24_000_000) + PDF[-6:]
DECK = f"/events/{PHOENIX}/documents/deck.pdf"


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    return fresh_sqlite


def hand_in(store: Store, file: bytes) -> None:
    """Attach the deck to the Phoenix event."""
    step = Step(slug=PHOENIX, base=2, by="test", now=ANNOUNCED)
    upload = Upload(bytes=io.BytesIO(file), name="deck.pdf")
    documents.add(store, DocumentDraft(kind="slides", shown="at_once"), upload, step)


@contextmanager
def slow_readers(port: int, path: str, *, number: int) -> Iterator[list[socket.socket]]:
    """Have so many ask for a file and read no more than how its answer begins."""
    with ExitStack() as reading:
        readers = []
        for _ in range(number):
            reader = reading.enter_context(socket.socket())
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reader.settimeout(60)
            reader.connect(("127.0.0.1", port))
            reader.sendall(f"GET {path} HTTP/1.1\r\nHost: ir.example\r\n\r\n".encode())
            assert reader.recv(12, socket.MSG_WAITALL) == b"HTTP/1.1 200"
            readers.append(reader)
        yield readers


def test_slow_readers_keep_nobody_waiting(
    release: Store, processes: Callable[[str], Processes]
) -> None:
    hand_in(release, LARGE)
    eventsched = processes(release.engine.url.render_as_string(hide_password=False))
    port = free_port()
    eventsched.start("serve", "--no-worker", "--port", str(port))
    site = f"http://127.0.0.1:{port}"
    wait_until(lambda: status_of(f"{site}/readyz") == 200, what="the site")
    with slow_readers(port, DECK, number=3):
        with urllib.request.urlopen(f"{site}/events/{PHOENIX}", timeout=60) as answer:
            assert answer.status == 200
        with urllib.request.urlopen(site + DECK, timeout=60) as answer:
            assert answer.read() == LARGE


def test_where_there_is_no_room_it_goes_a_part_at_a_time(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def handed_over() -> bool:
        response = Response(iter([b"a" * PART, b"b"]), direct_passthrough=True)
        response.content_length = PART + 1
        hand_over_whole(response)
        return response.is_sequence

    # What runs the tests may hold more than a web process should.
    monkeypatch.setattr(handing_over, "MOST_RESIDENT", 1 << 40)
    assert handed_over()
    # No process is so small.
    monkeypatch.setattr(handing_over, "MOST_RESIDENT", 1024 * 1024)
    assert not handed_over()


def test_what_a_process_holds_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    held = psutil.Process().memory_info().rss
    monkeypatch.setattr(handing_over, "MOST_RESIDENT", 2 * held)
    assert has_room(1024)
    assert not has_room(held * 3 // 2)
