"""Held answers: what the public asks for is rendered once for each version of the site.

A layer in front of Flask. A view that grants it (`answers`) has its answer held with all headers
until the next transition of what it shows, and given to whoever asks for the same address, in the
way they ask (`transport`), before the framework is asked at all. At every request the clock and
the site's version in the database have to agree, so an edit by any process is seen at once and no
phase is served past its instant. Staff pages, errors and shut gates are never held.

While the database is away, an answer is given only as long as a cache in front, which got it when
the database last agreed, might give it too.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any

from eventsched.clock import Clock
from eventsched.domain.counts import Thing
from eventsched.store.database import DatabaseUnavailable
from eventsched.store.versions import SiteVersion
from eventsched.web.answers import GRANT, Grant
from eventsched.web.counting import Notice, thing_at, unnoticed
from eventsched.web.questions import known_query
from eventsched.web.security import SESSION_COOKIE
from eventsched.web.transport import FOR_EVER, GateAnswer, PublicAnswer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Key = tuple[str, str, str]
_READING = ("GET", "HEAD")


class _Held:
    """An answer, the version it was rendered for, and when it was last known to be right."""

    __slots__ = ("agreed_at", "answer", "grant", "since", "size", "thing", "until", "version")

    def __init__(
        self, answer: PublicAnswer | GateAnswer, grant: Grant, version: int, thing: Thing | None
    ) -> None:
        self.answer = answer
        self.thing = thing
        self.grant = grant
        self.version = version
        self.since = self.agreed_at = grant.since
        self.until = grant.until or FOR_EVER
        self.size = answer.size


class _Room(dict[Key, _Held]):
    """Answers of a bounded size together: the one that was asked for least lately goes first."""

    def __init__(self, size_limit: int) -> None:
        super().__init__()
        self.size_limit = size_limit
        self.size = 0

    def keep(self, key: Key, held: _Held) -> None:
        """Add an answer, in place of that for the same address, if it fits at all."""
        replaced = self.pop(key, None)
        self.size -= replaced.size if replaced else 0
        if held.size > self.size_limit:
            return
        self[key] = held
        self.size += held.size
        while self.size > self.size_limit:
            idlest = min(self, key=lambda key: self[key].agreed_at)
            self.size -= self.pop(idlest).size

    def clear(self) -> None:
        """Let every answer go."""
        super().clear()
        self.size = 0


class HeldAnswers:
    """The layer: a WSGI application that holds answers of another, `room` bytes of them at most.

    With no room it holds none, and everything else is the same.
    """

    def __init__(
        self,
        app: "WSGIApplication",
        version: SiteVersion,
        clock: Clock,
        *,
        room: int,
        notice: Notice = unnoticed,
    ) -> None:
        self._notice = notice
        self._app = app
        self._read_version = version.read
        self._now = clock.now
        self._common = _Room(room * 3 // 4)
        self._seldom = _Room(room // 4)
        self._keeping = Lock()
        self._newest = -1

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer from what is held if that is right now; else let the application answer."""
        if environ["QUERY_STRING"]:
            # What the address does not know is no question, and is not to be rendered for.
            environ["QUERY_STRING"] = known_query(environ["PATH_INFO"], environ["QUERY_STRING"])
        key = (environ["SCRIPT_NAME"], environ["PATH_INFO"], environ["QUERY_STRING"])
        held = self._common.get(key) or self._seldom.get(key)
        if held is None or not _may_be_shared(environ):
            return self._ask(key, environ, start_response)
        try:
            version = self._read_version(anew=held.grant.is_gate)
        except DatabaseUnavailable:
            return self._do_without_database(held, key, environ, start_response)
        # Asked after the database, which may have taken its time.
        now = self._now()
        if held.version != version or not held.since <= now < held.until:
            return self._ask(key, environ, start_response)
        held.agreed_at = now
        if held.thing is not None:
            self._notice(held.thing, environ, now)
        return held.answer.give(environ, start_response, now=now)

    def _ask(
        self, key: Key, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Let the application answer, and hold the answer if it grants that."""
        if environ["REQUEST_METHOD"] not in _READING:
            return self._app(environ, start_response)
        # Read before anything is rendered: a save meanwhile makes the answer look too old, no more.
        version = self._version_to_hold_for()
        said = _Said(start_response)
        body = self._app(environ, said)
        grant: Grant | None = environ.pop(GRANT, None)
        if grant is None:
            said.pass_on()
            return body
        _close(body)
        made = GateAnswer if grant.is_gate else PublicAnswer
        answer = made(said.status, said.headers, grant)
        thing = thing_at(environ["PATH_INFO"])
        if thing is not None:
            self._notice(thing, environ, grant.since)
        given = answer.give(environ, start_response, now=grant.since)
        if version is not None and grant.may_be_held and _may_be_shared(environ):
            self._keep(key, _Held(answer, grant, version, thing))
        return given

    def _version_to_hold_for(self) -> int | None:
        if not self._common.size_limit:
            return None
        try:
            return self._read_version(anew=False)
        except DatabaseUnavailable:
            return None

    def _keep(self, key: Key, held: _Held) -> None:
        with self._keeping:
            if held.version > self._newest:
                for room in (self._common, self._seldom):
                    room.clear()
                self._newest = held.version
            (self._common if held.grant.is_common else self._seldom).keep(key, held)

    def _do_without_database(
        self, held: _Held, key: Key, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        now = self._now()
        ends_at = held.agreed_at + timedelta(seconds=held.grant.longest_seconds)
        if isinstance(held.answer, GateAnswer) or not held.agreed_at <= now < min(
            ends_at, held.until
        ):
            return self._ask(key, environ, start_response)
        if held.thing is not None:
            self._notice(held.thing, environ, now)
        seconds = int((ends_at - now).total_seconds())
        return held.answer.give_for(seconds, environ, start_response, now=now)


class _Said:
    """What an application said by `start_response`, kept until it is known what becomes of it."""

    def __init__(self, start_response: "StartResponse") -> None:
        self.status = ""
        self.headers: list[tuple[str, str]] = []
        self._start_response = start_response
        self._problem: Any = None

    def __call__(
        self,
        status: str,
        headers: list[tuple[str, str]],
        problem: tuple[type[BaseException], BaseException, TracebackType]
        | tuple[None, None, None]
        | None = None,
        /,
    ) -> Callable[[bytes], object]:
        self.status, self.headers, self._problem = status, headers, problem
        return _no_writing

    def pass_on(self) -> None:
        """Say it to the server."""
        self._start_response(self.status, self.headers, self._problem)


def _no_writing(_: bytes) -> object:
    raise NotImplementedError("Flask returns its answers.")


def _may_be_shared(environ: "WSGIEnvironment") -> bool:
    """Tell whether it is a question that anybody might ask. Other sites' cookies mean nothing."""
    if environ["REQUEST_METHOD"] not in _READING:
        return False
    cookies = environ.get("HTTP_COOKIE")
    return cookies is None or SESSION_COOKIE not in cookies


def _close(body: Iterable[bytes]) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()
