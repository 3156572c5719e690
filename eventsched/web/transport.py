"""How a whole answer travels to whoever asks: at once or not at all (304), packed or plain.

Both packings carry the same validators. RFC 9110 §8.8.3.3 wants a strong tag for each encoding so
that ranges and cache updates are not mixed; there are no ranges here (Accept-Ranges: none), a 304
says nothing that differs between the two, and Vary keeps them apart in caches. In return a program
that once asked with gzip and once without, or through a proxy that unpacks, is still answered 304.

HTTP dates have whole seconds. Last-Modified is therefore the end of the second of the last change,
and while that second could bring another change, or a save begun in it is still to be committed,
its beginning: a copy fetched meanwhile is never confirmed by date, so none can hide a change.
"""

import gzip
import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from werkzeug.http import http_date, parse_accept_header, parse_date, parse_etags

from eventsched.web.answers import Grant

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Headers = list[tuple[str, str]]

# Longer than a save may wait for the one before it.
SETTLES_WITHIN = timedelta(seconds=15)
FOR_EVER = datetime.max.replace(tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_LONGEST_ACCEPT = 500
# RFC 9110 §15.4.5: a 304 repeats what a cache has to know, and no more: the rest stands in the copy
# it confirms. A script that asks with a tag of its own has to be let in here too.
_OF_A_304 = frozenset(
    {"access-control-allow-origin", "cache-control", "etag", "last-modified", "vary"}
)


@dataclass(frozen=True, slots=True)
class _Dress:
    """The headers of an answer, ready for each way to travel, right from `first` to `last`."""

    first: datetime
    last: datetime
    plain: Headers
    packed: Headers
    unchanged: Headers


class PublicAnswer:
    """An answer to everybody, with what caches may do with it."""

    def __init__(self, status: str, headers: Iterable[tuple[str, str]], grant: Grant) -> None:
        self._headers = [(k, v) for k, v in headers if k.lower() != "content-length"]
        self.etag = _etag(self._headers, grant.body)
        self.plain = grant.body
        self._weak_etag = f"W/{self.etag}"
        self._status = status
        self._grant = grant
        self._until = grant.until or FOR_EVER
        self._dress = self._dressed(grant.since, grant.longest_seconds)

    @cached_property
    def packed(self) -> bytes:
        """The body in gzip, the same bytes in every process."""
        return gzip.compress(self.plain, 6, mtime=0)

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes. Packed, our texts are a quarter as long."""
        return len(self.plain) * 5 // 4 + 4_000

    def give(
        self, environ: "WSGIEnvironment", start_response: "StartResponse", *, now: datetime
    ) -> list[bytes]:
        """Answer the request as its headers ask for."""
        dress = self._dress
        if not dress.first <= now <= dress.last:
            dress = self._dress = self._dressed(now, self._grant.longest_seconds)
        return self._give(dress, environ, start_response, now)

    def give_for(
        self,
        seconds: int,
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
        *,
        now: datetime,
    ) -> list[bytes]:
        """Answer the request, and let caches keep the answer no longer than `seconds`."""
        return self._give(self._dressed(now, seconds), environ, start_response, now)

    def _give(
        self,
        dress: _Dress,
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
        now: datetime,
    ) -> list[bytes]:
        tags = environ.get("HTTP_IF_NONE_MATCH")
        if tags is None:
            is_known = "HTTP_IF_MODIFIED_SINCE" in environ and self._is_dated(environ, now)
        else:
            is_known = tags in (self.etag, self._weak_etag) or self._is_among(tags)
        if is_known:
            start_response("304 Not Modified", [*dress.unchanged])
            return []
        accepted = environ.get("HTTP_ACCEPT_ENCODING")
        if accepted is not None and takes_gzip(accepted):
            headers, body = dress.packed or self._pack(dress), self.packed
        else:
            headers, body = dress.plain, self.plain
        start_response(self._status, [*headers])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _is_among(self, tags: str) -> bool:
        known = parse_etags(tags)
        return known.star_tag or known.contains_weak(self.etag[1:-1])

    def _is_dated(self, environ: "WSGIEnvironment", now: datetime) -> bool:
        """Tell whether the asker's copy is from after the second of the last change."""
        said, changed_at = parse_date(environ["HTTP_IF_MODIFIED_SINCE"]), self._grant.changed_at
        if said is None or changed_at is None:
            return False
        return changed_at.replace(microsecond=0) + _SECOND <= said <= now

    def _dressed(self, now: datetime, longest_seconds: int) -> _Dress:
        # A second less: a cache counts from when the answer reached it, in whole seconds.
        left = math.floor((self._until - now).total_seconds()) - 1
        seconds = min(longest_seconds, max(left, 0))
        said, settled_at = self._dated(now)
        told = [
            *self._headers,
            ("ETag", self.etag),
            *([("Last-Modified", http_date(said))] if said else []),
            ("Cache-Control", self._lifetime(seconds)),
            ("Vary", "Accept-Encoding"),
        ]
        steady = seconds == self._grant.longest_seconds and settled_at <= now
        margin = (longest_seconds + 1) * _SECOND if longest_seconds else timedelta()
        return _Dress(
            first=settled_at if steady else now,
            last=self._until - margin if steady else now,
            plain=[*told, ("Accept-Ranges", "none"), ("Content-Length", str(len(self.plain)))],
            packed=[],
            unchanged=[(k, v) for k, v in told if k.lower() in _OF_A_304],
        )

    def _lifetime(self, seconds: int) -> str:
        if not seconds:
            return "no-cache"
        fresh = min(seconds, self._grant.fresh_seconds)
        # RFC 5861 §4: where we can't be asked, what was true a moment ago is better than nothing.
        rest = f", stale-if-error={seconds - fresh}" if fresh < seconds else ""
        return f"public, max-age={fresh}{rest}"

    def _pack(self, dress: _Dress) -> Headers:
        length = str(len(self.packed))
        dress.packed[:] = [
            *dress.plain[:-1],
            ("Content-Encoding", "gzip"),
            ("Content-Length", length),
        ]
        return dress.packed

    def _dated(self, now: datetime) -> tuple[datetime | None, datetime]:
        """Return what Last-Modified says at `now`, and from when on it stays so."""
        if self._grant.changed_at is None:
            return None, self._grant.since
        second = self._grant.changed_at.replace(microsecond=0)
        settled_at = second + SETTLES_WITHIN
        if settled_at <= now:
            return second + _SECOND, settled_at
        return min(second, now.replace(microsecond=0)), settled_at


def _etag(headers: Headers, body: bytes) -> str:
    """Return a tag of all that a 304 leaves to the copy, headers too: who may frame a page, say."""
    left_out = [(k, v) for k, v in headers if k.lower() not in _OF_A_304]
    return f'"{hashlib.sha256(repr(left_out).encode() + body).hexdigest()[:32]}"'


class GateAnswer:
    """The redirect of an open gate: to everybody the same, for nobody to keep."""

    def __init__(self, status: str, headers: Iterable[tuple[str, str]], grant: Grant) -> None:
        self._status = status
        self._headers = list(headers)
        self._body = grant.body
        self.size = 4_000

    def give(
        self,
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
        *,
        now: datetime,  # noqa: ARG002 (alike for all answers)
    ) -> list[bytes]:
        """Answer the request; what it asks for besides changes nothing."""
        start_response(self._status, [*self._headers])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self._body]


@lru_cache(maxsize=256)
def takes_gzip(accepted: str) -> bool:
    """Tell whether an Accept-Encoding asks for gzip and does not prefer none."""
    if len(accepted) > _LONGEST_ACCEPT:
        return False
    weights = {name.lower(): weight for name, weight in parse_accept_header(accepted)}
    gzip_weight = weights.get("gzip", weights.get("x-gzip", 0))
    return 0 < gzip_weight >= weights.get("identity", 0)
