"""How often one address may ask for what is dear: a form sent, a search, the page of a shut gate.

Counted in this process's memory, in fixed windows of a minute, under a key that is the address
hashed with a secret of the moment; nothing is stored or logged. What is answered from held bytes
(pages, feeds, the redirect of an open gate) is not limited at all: refusing costs no less.

Behind a proxy that nobody declared, all visitors come from one address. Where requests show such a
proxy (a private address that forwards for somebody), the limits are those of a crowd.
"""

import hashlib
import ipaddress
import logging
import secrets
import time
from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, Response, current_app, request
from flask_limiter import Limiter, RateLimitExceeded

from eventsched.domain.networks import network_of
from eventsched.settings import Settings
from eventsched.web.errors import error_page

_P = ParamSpec("_P")
_R = TypeVar("_R")

# So many visitors stand behind a proxy that nobody declared.
CROWD = 50
# A form that sends mail is sent so often a minute at most, by however many addresses.
FORMS_IN_ALL = 20
_SIGN_INS = 60
_WINDOW_SECONDS = 60
_PAGE_SECONDS = 30.0
# Where a proxy of one's own stands: this machine, a private network (RFC 1918, 4193, 6598).
_INSIDE = [
    ipaddress.ip_network(network)
    for network in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"),
        *("::1/128", "fc00::/7", "fe80::/10"),
    )
]
_EXTENSION = "eventsched.limits"

log = logging.getLogger(__name__)


class Limited(StrEnum):
    """What is limited, each by a number of its own."""

    FORM = "form"
    GATE = "gate"
    SEARCH = "search"
    SIGN_IN = "sign_in"


class _Page:
    """The page that refuses, rendered now and then: whoever asks too often gets it cheaply."""

    def __init__(self) -> None:
        self._body = b""
        self._since = -_PAGE_SECONDS

    def answer(self, *, retry_after_seconds: int) -> Response:
        """Return the page."""
        if time.monotonic() - self._since >= _PAGE_SECONDS:
            self._body, self._since = error_page(429).get_data(), time.monotonic()
        response = Response(self._body, 429, content_type="text/html; charset=utf-8")
        response.headers["Cache-Control"] = "no-store"
        response.headers["Retry-After"] = str(retry_after_seconds)
        return response


def limited(kind: Limited) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Return what lets a view be asked so often only: 429 from then on, until the minute is over.

    To stand nearest to the view. Not for what programs of others post to (an unsubscription by one
    click): theirs come from few addresses, and each must act.
    """

    def decorated(view: Callable[_P, _R]) -> Callable[_P, _R]:
        @wraps(view)
        def asked(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            refuse_too_many(kind)
            return view(*args, **kwargs)

        return asked

    return decorated


def refuse_too_many(kind: Limited) -> None:
    """Count this request as one of its kind; refuse it (429) where there were too many."""
    current_app.extensions[_EXTENSION][kind]()


def set_up(app: Flask, settings: Settings) -> None:
    """Give `app` its limits; 0 in the settings is none."""
    salt = secrets.token_bytes(16)
    limiter = Limiter(
        lambda: hashlib.blake2b(
            network_of(request.remote_addr or "").encode(), key=salt, digest_size=12
        ).hexdigest(),
        app=app,
        storage_uri="memory://",
        strategy="fixed-window",
    )
    most = {
        Limited.FORM: settings.limit_forms,
        Limited.GATE: settings.limit_gates,
        Limited.SEARCH: settings.limit_searches,
        Limited.SIGN_IN: _SIGN_INS,
    }
    checks = {kind: _check(limiter, kind, number) for kind, number in most.items()}
    app.extensions[_EXTENSION] = checks
    page = _Page()

    @app.errorhandler(RateLimitExceeded)
    def refuse(_: RateLimitExceeded) -> Response:
        limit = limiter.current_limit
        wait = limit.reset_at - time.time() if limit else _WINDOW_SECONDS
        return page.answer(retry_after_seconds=max(1, min(round(wait), _WINDOW_SECONDS)))


def _check(limiter: Limiter, kind: Limited, most: int) -> Callable[[], None]:
    """Return what counts one request of a kind, and raises where there were too many."""
    if not most:
        return lambda: None

    def check() -> None:
        """Do nothing: what is counted is that it was called."""

    check.__qualname__ = kind
    check = limiter.shared_limit(lambda: f"{_most(most)} per minute", scope=kind)(check)
    if kind is Limited.FORM:
        in_all = f"{most * FORMS_IN_ALL} per minute"
        check = limiter.shared_limit(in_all, scope=_route, key_func=_everybody)(check)
    return check


def _most(most: int) -> int:
    return most * CROWD if _is_crowd() else most


def _route(endpoint: str) -> str:
    return f"route:{endpoint}"


def _everybody() -> str:
    return "everybody"


def _is_crowd() -> bool:
    """Tell whether the request came through a proxy that the settings don't know of."""
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "Via"))
    # With declared proxies the address is the visitor's, who may write whatever headers.
    if not forwarded or current_app.extensions["eventsched"].settings.trusted_proxies:
        return False
    address = _address()
    is_inside = address is not None and any(address in network for network in _INSIDE)
    if is_inside and not current_app.extensions.get("eventsched.told_of_proxy"):
        current_app.extensions["eventsched.told_of_proxy"] = True
        log.warning(
            "A proxy stands in front and EVENTSCHED_TRUSTED_PROXIES is 0: all visitors share one "
            "address, and limits can't tell them apart."
        )
    return is_inside


def _address() -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        # A socket of this machine has none.
        return None
