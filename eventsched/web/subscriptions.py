"""Where the calendar of all events can be subscribed to, program by program."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask import url_for

from eventsched.clock import DemoClock
from eventsched.web.context import absolute, mail_goes, the_issuer, this_site


@dataclass(frozen=True, kw_only=True)
class Subscriptions:
    """An address for each way to subscribe; `feed` is what all of them end up asking.

    `has_alerts` tells whether alerts by email are offered beside them.
    """

    feed: str
    webcal: str
    google: str
    outlook_web: str
    outlook_com: str
    has_alerts: bool


def subscriptions() -> Subscriptions:
    """Return the ways to subscribe to every event."""
    feed = absolute(url_for("feeds.calendar"))
    webcal = "webcal://" + feed.partition("://")[2]
    named = urlencode({"url": feed, "name": f"{the_issuer().name}: events"}, quote_via=quote)
    return Subscriptions(
        feed=feed,
        webcal=webcal,
        google="https://calendar.google.com/calendar/r?" + urlencode({"cid": webcal}),
        outlook_web=f"https://outlook.office.com/calendar/0/addfromweb?{named}",
        outlook_com=f"https://outlook.live.com/calendar/0/addfromweb?{named}",
        # A demo shows what there is, and says that no mail leaves it.
        has_alerts=mail_goes() or isinstance(this_site().clock, DemoClock),
    )
