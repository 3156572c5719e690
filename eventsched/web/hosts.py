"""The names under which this site answers, where the operator has listed them."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, request

from eventsched.web.errors import error_page

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# A monitor asks by number; and a page that refuses has its dress from here.
_ANY_HOST = ("health.alive", "health.ready", "static")


def answer_only(app: Flask, hosts: tuple[str, ...], *, unheld: "WSGIApplication") -> None:
    """Refuse requests for other hosts than `hosts` with a page; without any, ask nobody.

    `unheld` is the application without the answers that are held in front of it: those are given
    out whatever the host.
    """
    if not hosts:
        return
    held = app.wsgi_app

    def by_host(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        inner = held if _name(environ.get("HTTP_HOST", "")) in hosts else unheld
        return inner(environ, start_response)

    @app.before_request
    def refuse_strangers() -> Response | None:
        if _name(request.host) in hosts or request.endpoint in _ANY_HOST:
            return None
        return error_page(400, "This site is not known under the name that was asked for.")

    app.wsgi_app = by_host  # type: ignore[method-assign]


def _name(host: str) -> str:
    """Return the host without its port: “ir.example.com”, “[::1]”."""
    return re.sub(r":\d*$", "", host.lower())
