"""Looking at a web address from the outside, without being led to the inside of a network.

Only public addresses are asked: the name is resolved once, every address it has must be public, and
the connection goes to the one that was checked, so that a second resolution can't change it.
Redirects are checked anew. Time and size are bounded: each look has a thread of its own, and nobody
waits for it longer, because a system resolves a name in its own time and can't be stopped.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

SECONDS_IN_ALL = 10.0
MOST_REDIRECTS = 5
MOST_BYTES = 64 * 1024
# So many looks may hang in the system's resolver; before others are begun, one has to end.
MOST_HANGING = 20

_PORTS = {"http": 80, "https": 443}
_AGENT = "eventsched-probe"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What was seen: the status, or None and why there was none, in words."""

    status: int | None
    words: str


class LookAbandoned(Exception):
    """The prober was stopped before anything was seen."""


class _Refused(Exception):
    """The address is not to be asked, or did not answer; the message says why."""


class Prober:
    """Looks at addresses. `private` admits this machine and its network: for demos and tests."""

    def __init__(self, *, private: bool = False) -> None:
        self._private = private
        self._tls = ssl.create_default_context()
        self._free = threading.Semaphore(MOST_HANGING)
        self._stopped: Future[None] = Future()

    def look(self, url: str, *, follow: bool = True) -> Seen:
        """Return what `url` answers, after redirects if `follow`.

        Raises LookAbandoned where `stop` was called meanwhile, and nothing else.
        """
        if not self._free.acquire(blocking=False):
            return Seen(status=None, words="was not asked: the names of others are still looked up")
        seen: Future[Seen] = Future()
        # Of a daemon: what hangs in the resolver must not keep the process from ending either.
        looking = threading.Thread(target=self._look_into, args=(seen, url, follow), daemon=True)
        try:
            looking.start()
        except RuntimeError:
            self._free.release()
            return Seen(status=None, words="was not asked: this machine has no thread left")
        either: tuple[Future[Any], ...] = (seen, self._stopped)
        wait(either, SECONDS_IN_ALL, FIRST_COMPLETED)
        if seen.done():
            return seen.result()
        if self._stopped.done():
            raise LookAbandoned
        return Seen(status=None, words=_too_late())

    def stop(self) -> None:
        """Give up the look that may be under way, and every later one."""
        if not self._stopped.done():
            self._stopped.set_result(None)

    def _look_into(self, seen: Future[Seen], url: str, follow: bool) -> None:
        try:
            seen.set_result(self._look(url, follow=follow))
        except Exception as problem:  # Told to whoever waits.
            seen.set_exception(problem)
        finally:
            self._free.release()

    def _look(self, url: str, *, follow: bool) -> Seen:
        deadline = time.monotonic() + SECONDS_IN_ALL
        try:
            for _ in range(MOST_REDIRECTS + 1):
                status, location = self._ask(url, deadline)
                if not (follow and location and 300 <= status < 400):
                    return Seen(status=status, words=f"answered {status}")
                url = _led_to(url, location)
        except _Refused as refused:
            return Seen(status=None, words=str(refused))
        return Seen(status=None, words=f"led on more than {MOST_REDIRECTS} times")

    def _ask(self, url: str, deadline: float) -> tuple[int, str | None]:
        parts = _web_address(url)
        try:
            return self._answer(parts, deadline)
        except (OSError, http.client.HTTPException, ValueError) as problem:
            # Whoever is cut off may look as if they hung up, or had no certificate.
            if isinstance(problem, TimeoutError) or time.monotonic() >= deadline:
                raise _Refused(_too_late()) from None
            if isinstance(problem, ssl.SSLError):
                raise _Refused(f"has no valid certificate ({problem.reason})") from None
            raise _Refused(f"did not answer ({type(problem).__name__})") from None

    def _answer(self, parts: SplitResult, deadline: float) -> tuple[int, str | None]:
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        address = self._checked_address(host, port)
        connection = _PinnedConnection(
            host, port, address, self._tls if parts.scheme == "https" else None, _left(deadline)
        )
        with connection.cut_at(deadline):
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET", target, headers={"User-Agent": _AGENT})
            answer = connection.getresponse()
            _read_some(answer, deadline)
            return answer.status, answer.getheader("Location")

    def _checked_address(self, host: str, port: int) -> str:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError):
            raise _Refused("has a name that nobody knows") from None
        addresses = [str(entry[4][0]) for entry in found]
        if not self._private and not all(map(is_public, addresses)):
            raise _Refused("leads into a private network, which is not asked")
        return addresses[0]


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public internet, whatever it is wrapped in."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if wrapped:
            return is_public(str(wrapped))
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)))
        # Mapped for a network of one's own (RFC 8215) and IPv4-compatible, both within what is
        # reserved; or of a site.
        if ip.is_reserved or ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast


class _PinnedConnection(http.client.HTTPConnection):
    """A connection to one checked address, whatever the name resolves to by now."""

    def __init__(
        self, host: str, port: int, address: str, tls: ssl.SSLContext | None, timeout: float
    ) -> None:
        super().__init__(host, port, timeout=timeout)
        self._address = address
        self._tls = tls

    def connect(self) -> None:
        """Connect to the checked address; the certificate must be the name's."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._tls:
            # Shaking hands apart from wrapping, so that it can be cut off too.
            self.sock = wrapped = self._tls.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            wrapped.do_handshake()

    @contextmanager
    def cut_at(self, deadline: float) -> Iterator[None]:
        """Cut a server off that says a little now and then; close the connection at the end."""
        timer = threading.Timer(_left(deadline), self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            self.close()

    def _cut(self) -> None:
        if self.sock is not None:
            with suppress(OSError):
                # Of the plain socket: that of TLS would let go of what another thread reads from.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


def _too_late() -> str:
    return f"did not answer within {SECONDS_IN_ALL:g} seconds"


def _web_address(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    if parts.scheme not in _PORTS or not parts.hostname:
        raise _Refused("led to something that is no web address")
    return parts


def _led_to(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise _Refused("led to something that is no web address") from None


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _read_some(answer: http.client.HTTPResponse, deadline: float) -> None:
    """Read the beginning of the body: a player that breaks off at once is no answer."""
    got = 0
    while got < MOST_BYTES:
        _left(deadline)
        portion = answer.read1(8192)
        if not portion:
            break
        got += len(portion)
    # Where we cut it off, the answer only seems to have ended.
    _left(deadline)
