"""`create_app`: the only wiring."""

import hashlib
import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import create_environ, run_wsgi_app

from eventsched.clock import Clock, clock_kept_in
from eventsched.letters import templates_folder
from eventsched.settings import PREFIX, Settings, load_settings
from eventsched.store.database import Store
from eventsched.store.versions import SiteVersion, site_version
from eventsched.web import (
    alerts,
    bounces,
    context,
    cookies,
    counting,
    data,
    documents,
    embed,
    errors,
    feeds,
    gates,
    health,
    hosts,
    limits,
    machines,
    news,
    privacy,
    public,
    security,
    staff,
)
from eventsched.web.counting import Notice
from eventsched.web.held import HeldAnswers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_PACKAGE = Path(__file__).parent
_BLUEPRINTS = (
    *(public.bp, gates.bp, feeds.bp),
    *(documents.bp, data.bp, news.bp, machines.bp, embed.bp, health.bp, cookies.bp),
    *(alerts.bp, privacy.bp, bounces.bp),
)
# More than the largest form, less than an attack.
_LARGEST_REQUEST = 8 * 1024 * 1024
_LARGEST_FORM = 4 * 1024 * 1024
_ASKED_FOR_MOST = ("/calendar.ics", "/")


def create_app(
    settings: Settings, clock: Clock, store: Store | None = None, *, for_life: bool = False
) -> Flask:
    """Return the web application, telling the time by `clock`.

    `for_life` says that the process serves it until it ends, and does nothing else.
    """
    app = Flask("eventsched", static_folder=_PACKAGE / "static", template_folder=templates_folder())
    _configure(app, settings)
    _name_static_files_by_content(app)
    security.protect(app, over_tls=settings.base_url.startswith("https://"))
    store = store or Store(settings.database_url)
    context.connect(app, context.Site(settings=settings, store=store, clock=clock))
    errors.register(app)
    limits.set_up(app, settings)
    staff.register(app)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    unheld = app.wsgi_app
    version = site_version(store, for_life=for_life)
    notice = counting.begin(store, clock, keep_days=settings.count_days)
    _hold_answers(app, version, clock, notice, megabytes=settings.held_megabytes)
    hosts.answer_only(app, settings.hosts, unheld=unheld)
    _stand_below(app, urlsplit(settings.base_url).path)
    _believe_proxies(app, settings.trusted_proxies)
    return app


def create_app_from_environment() -> Flask:
    """Return the application that a web server's own process serves."""
    # A terminal's Ctrl-C is for the parent, which ends its web processes one by one. One that gets
    # it too stops listening to its parent, and is waited for in vain.
    os.setpgrp()
    settings = load_settings(os.environ)
    # The server hands what is left of the environment along with each request, to whatever may
    # come to report it some day. Our secrets have no business there.
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]
    app = create_app(settings, clock_kept_in(settings.demo_clock), for_life=True)
    warm(app, settings.base_url)
    return app


def warm(app: Flask, base_url: str) -> None:
    """Render what most will ask for before anybody does, so that the first to ask finds it held."""
    for path in _ASKED_FOR_MOST:
        # HEAD is rendered and held like GET, and is nobody's visit.
        packed = {"Accept-Encoding": "gzip"}
        environ = create_environ(path, base_url, method="HEAD", headers=packed)
        run_wsgi_app(app.wsgi_app, environ, buffered=True)


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        PERMANENT_SESSION_LIFETIME=settings.session_lifetime,
        MAX_CONTENT_LENGTH=_LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=_LARGEST_FORM,
        MAX_FORM_PARTS=2_000,
        # Their names carry a hash of what is in them.
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def _name_static_files_by_content(app: Flask) -> None:
    folder = Path(app.static_folder or "")

    @lru_cache(maxsize=256)
    def fingerprint(filename: str) -> str:
        return hashlib.sha256((folder / filename).read_bytes()).hexdigest()[:10]

    @app.url_defaults
    def add_fingerprint(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values:
            values["v"] = fingerprint(values["filename"])


def _hold_answers(
    app: Flask, version: SiteVersion, clock: Clock, notice: Notice, *, megabytes: int
) -> None:
    layer = HeldAnswers(app.wsgi_app, version, clock, room=megabytes * 1_000_000, notice=notice)
    app.wsgi_app = layer  # type: ignore[method-assign]


def _stand_below(app: Flask, prefix: str) -> None:
    """Serve below the path of the public address, whether or not the proxy has taken it away."""
    if not prefix:
        return
    inner = app.wsgi_app

    def below(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if not environ.get("SCRIPT_NAME"):
            environ["SCRIPT_NAME"] = prefix
            # Without anything behind it, it leads on to the one with a slash.
            if (environ["PATH_INFO"] + "/").startswith(prefix + "/"):
                environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix(prefix)
        return inner(environ, start_response)

    app.wsgi_app = below  # type: ignore[method-assign]


def _believe_proxies(app: Flask, count: int) -> None:
    """Take the visitor's address and scheme from the proxies.

    Not the host, which they hand on as it is, and not the prefix, which the settings know: a proxy
    that says neither would let a visitor say them, and every reader of a shared copy believe it.
    """
    if count:
        proxied = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0, x_prefix=0)
        app.wsgi_app = proxied  # type: ignore[method-assign]
