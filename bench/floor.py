"""The floor: the same bytes as constants from a bare function, the least the server can do."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

BODY = (Path(os.environ["BENCH_BODIES"]) / "feed.ics").read_bytes()
KNOWN = [
    ("ETag", '"constant"'),
    ("Cache-Control", "public, max-age=60"),
    ("Vary", "Accept-Encoding"),
]
WHOLE = [
    *KNOWN,
    ("Content-Type", "text/calendar; charset=utf-8"),
    ("Content-Length", str(len(BODY))),
]


def app(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Give the feed, or confirm whatever copy there is."""
    if "HTTP_IF_NONE_MATCH" in environ:
        start_response("304 Not Modified", [*KNOWN])
        return []
    start_response("200 OK", [*WHOLE])
    return [BODY]
