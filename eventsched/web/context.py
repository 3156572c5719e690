"""What every request has at hand: the store, the present instant, the issuer."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Flask, current_app, g, request

from eventsched.calendars.shelf import Shelf
from eventsched.clock import Clock, DemoClock
from eventsched.domain.issuer import Contact, Issuer
from eventsched.domain.wording import deadline_words
from eventsched.settings import Settings
from eventsched.store import site as site_store
from eventsched.store.database import DatabaseUnavailable, Store
from eventsched.store.events import KnownEvents

# Shown until an installation has been set up, and when the database can't be asked.
_NOBODY = Issuer(
    name="Investor events",
    ticker="",
    exchange="",
    home_zone="UTC",
    domain="localhost",
    website="",
    contact=Contact(),
)


@dataclass(frozen=True, kw_only=True)
class Site:
    """What the application was put together from, and what it remembers to write feeds sooner."""

    settings: Settings
    store: Store
    clock: Clock
    known: KnownEvents = field(default_factory=KnownEvents)
    shelf: Shelf = field(default_factory=Shelf)


@dataclass(frozen=True, kw_only=True)
class DemoNotice:
    """What a page says about the demo's clock."""

    now_words: str
    speed: float


def connect(app: Flask, site: Site) -> None:
    """Give every request of `app` what `site` holds, and every template what a page needs."""
    app.extensions["eventsched"] = site
    app.before_request(_note_the_instant)
    app.context_processor(_for_templates)


def this_site() -> Site:
    """Return what the application was put together from."""
    site = current_app.extensions["eventsched"]
    assert isinstance(site, Site)
    return site


def the_store() -> Store:
    """Return the way to the database."""
    return this_site().store


def now() -> datetime:
    """Return the request's instant: one for the whole answer, however long it takes."""
    if "now" not in g:
        _note_the_instant()
    instant = g.now
    assert isinstance(instant, datetime)
    return instant


def the_issuer() -> Issuer:
    """Return the issuer, asked for once a request; a nameless one where none is known."""
    if "issuer" not in g:
        try:
            with the_store().reading() as session:
                g.issuer = site_store.issuer(session) or _NOBODY
        except DatabaseUnavailable:
            g.issuer, g.outage = _NOBODY, True
    issuer = g.issuer
    assert isinstance(issuer, Issuer)
    return issuer


def absolute(path: str) -> str:
    """Return the public address of a path on this site, as the settings give it.

    `path` may begin with the prefix under which a proxy serves the site; the settings know it too.
    """
    return this_site().settings.base_url + path.removeprefix(request.script_root)


def mail_goes() -> bool:
    """Tell whether mail leaves this site; without a server for it, all mail waits."""
    return this_site().settings.mail is not None


def _note_the_instant() -> None:
    g.now = this_site().clock.now()


def _for_templates() -> dict[str, Any]:
    return {
        "issuer": the_issuer(),
        "now": now(),
        "demo_clock": _demo_notice(),
        "mail_goes": mail_goes(),
    }


def _demo_notice() -> DemoNotice | None:
    clock = this_site().clock
    if not isinstance(clock, DemoClock):
        return None
    return DemoNotice(now_words=deadline_words(now(), the_issuer().home_zone), speed=clock.speed)
