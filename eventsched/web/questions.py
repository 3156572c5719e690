"""Which parameters each address that is held knows: all others say nothing to us.

Newsletters and networks hang parameters of their own on every link. They are taken off before
anything is looked up or rendered, and what is left is spelt in one way, so that a thousand of them
ask for one answer.
"""

import re
from urllib.parse import unquote_plus

_LIST = frozenset({"kind", "q", "year", "show", "page"})
_CALENDAR = frozenset({"cancelled", "alarm"})
_GATE = frozenset({"go"})
_NOTHING: frozenset[str] = frozenset()

_KNOWN = {
    "/": _LIST,
    "/embed": _LIST | {"logo"},
    "/events.json": frozenset({"kind", "phase", "from", "until", "q", "order", "limit", "page"}),
    "/calendar.ics": _CALENDAR,
    **dict.fromkeys(("/feed.json", "/feed.atom"), _NOTHING),
    **dict.fromkeys(("/privacy", "/cookies", "/sitemap.xml", "/robots.txt"), _NOTHING),
}
_KNOWN_BELOW = (
    (re.compile(r"/events/[^/]+/(?:live|replay)"), _GATE),
    (re.compile(r"/events/[^/]+/share\.png"), _NOTHING),
    (re.compile(r"/events/[^/]+\.ics|/calendar/[^/]+\.ics"), _CALENDAR),
    (re.compile(r"/events/[^/]+"), _NOTHING),
)
# Longer ones are refused, not read.
_LONGEST = 4_096


def known_query(path: str, query: str) -> str:
    """Return what `query` says to the address: the first of each parameter that it knows, by name.

    Nobody is told more by their order, nor by how their names are spelt.
    """
    known = known_at(path)
    if known is None or len(query) > _LONGEST:
        return query
    values: dict[str, str] = {}
    for piece in query.split("&"):
        spelt, _, value = piece.partition("=")
        name = unquote_plus(spelt)
        if name in known:
            values.setdefault(name, value)
    return "&".join([f"{name}={values[name]}" for name in sorted(values)])


def known_at(path: str) -> frozenset[str] | None:
    """Return the names of the parameters; None where it is not for us to say."""
    if path in _KNOWN:
        return _KNOWN[path]
    return next((known for below, known in _KNOWN_BELOW if below.fullmatch(path)), None)
