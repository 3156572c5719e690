"""Looking at links: what is public, what is refused, what answers too late or too long."""

import http.server
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, ClassVar

import pytest

from eventsched import probing
from eventsched.probing import LookAbandoned, Prober, Seen, is_public
from tests.fixtures.processes import wait_until


class Vendor(http.server.BaseHTTPRequestHandler):
    """Answers what the path asks for: /200, /404, /to/URL, /loop, /slow, /drip, /endless, /cut."""

    seen: ClassVar[list[str]] = []
    leaving: ClassVar[threading.Event] = threading.Event()

    def do_GET(self) -> None:
        self.seen.append(self.path)
        match self.path.split("/")[1]:
            case "to":
                self.redirect(self.path.removeprefix("/to/"))
            case "loop":
                self.redirect("/loop")
            case "slow":
                self.leaving.wait(60)
            case "endless":
                self.begin(200)
                self.write_for_ever()
            case "drip":
                self.drip(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            case "drip-body":
                self.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n")
            case "cut":
                self.wfile.write(b"nonsense\r\n\r\n")
            case status:
                self.begin(int(status))

    def begin(self, status: int) -> None:
        self.send_response(status)
        self.end_headers()

    def redirect(self, where: str) -> None:
        self.send_response(302)
        self.send_header("Location", where)
        self.end_headers()

    def write_for_ever(self) -> None:
        try:
            while True:
                self.wfile.write(b"x" * 4096)
        except OSError:
            pass

    def drip(self, beginning: bytes) -> None:
        """Say a little so often that no wait for more is long, and never come to an end."""
        try:
            self.wfile.write(beginning)
            for _ in range(600):
                self.wfile.write(b"x")
                time.sleep(0.1)
        except OSError:
            pass

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def vendor() -> Iterator[str]:
    Vendor.seen.clear()
    Vendor.leaving.clear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Vendor)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    Vendor.leaving.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.8", "172.16.5.4", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1"),
        *("64:ff9b:1::a00:1", "::7f00:1", "::a00:7", "fec0::1", "240.0.0.1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "ff02::1"),
    ],
)
def test_no_inner_address_is_public(address: str) -> None:
    assert is_public(address) is False


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_addresses_of_the_internet_are(address: str) -> None:
    assert is_public(address) is True


def test_a_private_address_is_not_asked(vendor: str) -> None:
    seen = Prober().look(f"{vendor}/200")

    assert seen == Seen(status=None, words="leads into a private network, which is not asked")
    assert Vendor.seen == []


def test_a_name_is_resolved_once_and_the_connection_goes_there(
    vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is public when checked and private when connected to gains nothing."""
    port = int(vendor.rpartition(":")[2])
    resolved = []

    def resolve(host: str, port: int, *_: object, **_more: object) -> list[tuple[object, ...]]:
        resolved.append(host)
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)

    Prober(private=True).look(f"http://rebinding.example:{port}/200")

    # Connecting resolves too, but only the address that was checked.
    assert resolved.count("rebinding.example") == 1
    assert Vendor.seen == ["/200"]


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("/200", Seen(status=200, words="answered 200")),
        ("/404", Seen(status=404, words="answered 404")),
        ("/to//200", Seen(status=200, words="answered 200")),
        ("/loop", Seen(status=None, words="led on more than 5 times")),
        (
            "/to/file:///etc/passwd",
            Seen(status=None, words="led to something that is no web address"),
        ),
        (
            "/to/http://[oops",
            Seen(status=None, words="led to something that is no web address"),
        ),
        (
            "/to/http://[::1",
            Seen(status=None, words="led to something that is no web address"),
        ),
        ("/endless", Seen(status=200, words="answered 200")),
        ("/cut", Seen(status=None, words="did not answer (BadStatusLine)")),
    ],
)
def test_what_an_address_answers(vendor: str, path: str, seen: Seen) -> None:
    assert Prober(private=True).look(vendor + path) == seen


def test_a_redirect_into_a_private_network_is_checked_anew(
    vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(vendor.rpartition(":")[2])
    public = {"vendor.example": "93.184.216.34"}
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, port, **_: [(2, 1, 6, "", (public.get(host, host), port))],
    )
    monkeypatch.setattr(
        socket,
        "create_connection",
        lambda _address, timeout: _connected(port, timeout),
    )

    seen = Prober().look(f"http://vendor.example/to/http://127.0.0.1:{port}/200")

    assert seen == Seen(status=None, words="leads into a private network, which is not asked")
    assert len(Vendor.seen) == 1


def test_a_slow_vendor_is_not_waited_for(vendor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "SECONDS_IN_ALL", 0.3)
    began = time.monotonic()

    seen = Prober(private=True).look(f"{vendor}/slow")

    assert seen == Seen(status=None, words="did not answer within 0.3 seconds")
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("path", ["/drip", "/drip-body", "/to//drip"])
def test_a_vendor_that_drips_is_cut_off(
    vendor: str, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(probing, "SECONDS_IN_ALL", 0.5)
    began = time.monotonic()

    seen = Prober(private=True).look(vendor + path)

    assert seen == Seen(status=None, words="did not answer within 0.5 seconds")
    assert time.monotonic() - began < 30


@contextmanager
def hanging_resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Let no name be resolved before the event that this gives is set."""
    resolve, let_go = socket.getaddrinfo, threading.Event()

    def hang(host: str, *others: Any, **more: Any) -> Any:
        assert let_go.wait(120), host
        return resolve(host, *others, **more)

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    try:
        yield let_go
    finally:
        let_go.set()


def test_a_resolver_that_hangs_is_not_waited_for(
    vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "SECONDS_IN_ALL", 0.2)
    monkeypatch.setattr(probing, "MOST_HANGING", 2)
    prober = Prober(private=True)
    with hanging_resolver(monkeypatch) as let_go:
        said = [prober.look(f"{vendor}/200").words for _ in range(3)]
        assert said == [
            *["did not answer within 0.2 seconds"] * 2,
            "was not asked: the names of others are still looked up",
        ]
        let_go.set()
        monkeypatch.setattr(probing, "SECONDS_IN_ALL", 60.0)
        answered = Seen(status=200, words="answered 200")
        wait_until(lambda: prober.look(f"{vendor}/200") == answered, what="an answer")


def test_a_look_for_which_there_is_no_thread_leaves_room_for_the_next(
    vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "MOST_HANGING", 1)
    prober = Prober(private=True)
    # No machine has room for such a one.
    usual = threading.stack_size(2**62)
    try:
        seen = prober.look(f"{vendor}/200")
    finally:
        threading.stack_size(usual)
    assert seen == Seen(status=None, words="was not asked: this machine has no thread left")
    assert prober.look(f"{vendor}/200").status == 200


def test_a_look_that_hangs_is_given_up_when_the_prober_stops(
    vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "SECONDS_IN_ALL", 120.0)
    prober = Prober(private=True)
    with hanging_resolver(monkeypatch), ThreadPoolExecutor() as threads:
        look = threads.submit(prober.look, f"{vendor}/200")
        prober.stop()
        assert isinstance(look.exception(60), LookAbandoned)
        prober.stop()
        with pytest.raises(LookAbandoned):
            prober.look(f"{vendor}/200")


def test_no_address_at_all_is_refused() -> None:
    words = "led to something that is no web address"
    assert Prober(private=True).look("http://[") == Seen(status=None, words=words)


def _connected(port: int, timeout: float) -> object:
    connection = socket.socket()
    connection.settimeout(timeout)
    connection.connect(("127.0.0.1", port))
    return connection
