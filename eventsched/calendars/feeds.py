"""Calendars (RFC 5545 §3.4) that programs subscribe to, and files that people download."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from urllib.parse import urlencode

from icalendar import Calendar, vUri

from eventsched.calendars.entries import (
    Content,
    Edition,
    Entry,
    Site,
    edition_at,
    editions,
    entry,
    is_mailbox,
)
from eventsched.calendars.texts import Text, one_line
from eventsched.calendars.vtimezone import vtimezone
from eventsched.domain.events import Event, Kind, Standing
from eventsched.domain.lifecycle import GateState, is_public

CANCELLED_SHOWN_FOR = timedelta(days=30)
REFRESH_INTERVAL = timedelta(hours=1)
# A CSS3 colour name, as RFC 7986 §5.9 asks for.
COLOR = "steelblue"
# Google stops reading near a megabyte or 1,100 events.
LARGEST_WHOLE = 900_000
PRODUCT = "-//eventsched//Investor events//EN"

# An empty calendar is the same in every year.
_YEAR_OF_NOTHING = 2037
_TAIL = b"END:VCALENDAR\r\n"
_NAMES = {
    Kind.CONFERENCE: "investor conferences",
    Kind.EARNINGS_CALL: "earnings calls",
    Kind.SHAREHOLDER_MEETING: "shareholder meetings",
    Kind.INVESTOR_DAY: "investor days",
    Kind.OTHER: "other investor events",
}


@dataclass(frozen=True, kw_only=True)
class Feed:
    """Which events a calendar is of: every public one, of one `kind`, one by `slug`, or `replays`.

    Events of the last `past_months` are in it (None for all there ever were). A calendar of one
    event holds it for ever. `alarm_minutes` adds reminders, `hide_cancelled` is for programs that
    show a cancelled entry as if it were to take place.
    """

    kind: Kind | None = None
    slug: str | None = None
    replays: bool = False
    hide_cancelled: bool = False
    alarm_minutes: int | None = None
    past_months: int | None = 12

    @property
    def path(self) -> str:
        """The address below the base URL."""
        asked = {
            **({"cancelled": "hide"} if self.hide_cancelled else {}),
            **({"alarm": self.alarm_minutes} if self.alarm_minutes is not None else {}),
        }
        return self._file + (f"?{urlencode(asked)}" if asked else "")

    @property
    def content(self) -> Content:
        """What its entries are."""
        return "replay" if self.replays else "event"

    @property
    def _file(self) -> str:
        if self.slug is not None:
            return f"/events/{self.slug}.ics"
        if self.replays:
            return "/calendar/replays.ics"
        return f"/calendar/{self.kind}.ics" if self.kind else "/calendar.ics"

    def is_about(self, event: Event) -> bool:
        """Tell whether the feed would hold the event at some time."""
        if self.hide_cancelled and event.standing is Standing.CANCELLED:
            return False
        return self.slug in (None, event.slug) and self.kind in (None, event.facts.kind)

    def shows(self, event: Event, *, now: datetime) -> Edition | None:
        """Return the edition of the event that the feed holds at `now`, or None."""
        if not (self.is_about(event) and is_public(event, now=now)):
            return None
        if any(leaves_at <= now for leaves_at in self._leavings(event)):
            return None
        edition = edition_at(event, now=now)
        if self.replays and edition.gates.replay is not GateState.OPEN:
            return None
        return edition

    def next_change(self, event: Event, *, now: datetime) -> datetime | None:
        """Return the first instant after `now` at which the event's part of the feed changes."""
        if not self.is_about(event):
            return None
        shown = self.shows(event, now=now)
        retold = (due_at for due_at, _ in editions(event))
        instants = sorted((*retold, *self._leavings(event)))
        later = (at for at in instants if at > now)
        return next((at for at in later if self.shows(event, now=at) != shown), None)

    def _leavings(self, event: Event) -> list[datetime]:
        """Return the instants from which the event is not in the feed any more."""
        if self.slug is not None:
            return []
        leavings = []
        if event.standing is Standing.CANCELLED:
            leavings.append(event.standing_since + CANCELLED_SHOWN_FOR)
        if self.past_months is not None and not self.replays:
            leavings.append(_months_after(event.facts.date, self.past_months))
        return leavings


def calendar(feed: Feed, events: Iterable[Event], *, site: Site, now: datetime) -> bytes:
    """Return the VCALENDAR that `feed` is at `now`, out of all `events`.

    The same facts give the same bytes until `next_change`, whatever order the events come in.
    """
    shown = [
        (event, entry(event, feed.content, edition, site, feed.alarm_minutes))
        for event in events
        if (edition := feed.shows(event, now=now))
    ]
    return put_together(feed, shown, site)


def mailed(event: Event, *, site: Site, now: datetime) -> bytes:
    """Return the VCALENDAR of one public event as a mail carries it, with METHOD:PUBLISH.

    RFC 6047 §2.4 wants the method in the calendar too, whether or not there is an ORGANIZER.
    """
    written = calendar(Feed(slug=event.slug), [event], site=site, now=now)
    if b"\r\nMETHOD:" in written:
        return written
    return written.replace(
        b"CALSCALE:GREGORIAN\r\n", b"CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n", 1
    )


def put_together(feed: Feed, shown: Iterable[tuple[Event, Entry]], site: Site) -> bytes:
    """Return the VCALENDAR that holds these events, given with their entries in any order.

    In one that would be too large for Google, entries are brief: without HTML, and where nobody
    plans with them any more, with little prose.
    """
    in_order = sorted(
        shown,
        key=lambda pair: (pair[0].instants.starts_at or pair[0].instants.ends_at, pair[0].slug),
    )
    held, entries = [event for event, _ in in_order], [each.whole for _, each in in_order]
    if sum(map(len, entries)) > LARGEST_WHOLE:
        entries = [each.brief for _, each in in_order]
    head = _head(feed, site, _name(feed, held, site))
    return b"".join([head, *_zones(held, site), *entries, _TAIL])


def next_change(feed: Feed, events: Iterable[Event], *, now: datetime) -> datetime | None:
    """Return the first instant after `now` at which the calendar's bytes change by themselves.

    `events` must hold those that are not public yet too. None: only an edit changes them.
    """
    instants = (feed.next_change(event, now=now) for event in events)
    return min((at for at in instants if at is not None), default=None)


def last_day_left(feed: Feed, *, now: datetime) -> date | None:
    """Return the last date whose events have left the calendar for good; None if none ever do."""
    if feed.past_months is None or feed.replays or feed.slug is not None:
        return None
    day = now.date() - timedelta(days=28 * feed.past_months)
    while _months_after(day, feed.past_months) > now:
        day -= timedelta(days=1)
    return day


def left_at(feed: Feed, day: date) -> datetime:
    """Return when the events of that date left the calendar."""
    assert feed.past_months is not None
    return _months_after(day, feed.past_months)


@lru_cache(maxsize=256)
def _head(feed: Feed, site: Site, name: str) -> bytes:
    """Return the calendar's own properties (RFC 7986 §5, with the older X- names beside them)."""
    head = Calendar()
    head.add("VERSION", "2.0")
    head.add("PRODID", Text(PRODUCT))
    head.add("CALSCALE", "GREGORIAN")
    # Told, not asked: nobody is to answer. RFC 5546 §3.2.1 wants an ORGANIZER with it.
    if is_mailbox(site.issuer.contact.email):
        head.add("METHOD", "PUBLISH")
    head.add("NAME", Text(name))
    head.add("X-WR-CALNAME", Text(name))
    head.add("X-WR-TIMEZONE", Text(site.issuer.home_zone))
    head.add("COLOR", Text(COLOR))
    source = vUri(f"{site.base_url}{feed.path}")
    source.params["VALUE"] = "URI"
    head.add("SOURCE", source)
    head.add("REFRESH-INTERVAL", REFRESH_INTERVAL, parameters={"VALUE": "DURATION"})
    # The older name of the same; icalendar would write a timedelta here in Python's words.
    head.add("X-PUBLISHED-TTL", Text(f"PT{REFRESH_INTERVAL // timedelta(hours=1)}H"))
    written: bytes = head.to_ical(sorted=False)
    return written.removesuffix(_TAIL)


def _zones(shown: Sequence[Event], site: Site) -> list[bytes]:
    """Return the VTIMEZONE of each zone in use, and the home zone's.

    X-WR-TIMEZONE speaks of that one, and RFC 5545 §3.6 allows no calendar without a component.
    """
    home = site.issuer.home_zone
    first_year = min((event.facts.date.year for event in shown), default=_YEAR_OF_NOTHING)
    # Instants in UTC end in Z and refer to no zone.
    named = {event.facts.zone for event in shown} - {"UTC"}
    return [vtimezone(zone, first_year=first_year) for zone in sorted({home} | named)]


def _name(feed: Feed, shown: Sequence[Event], site: Site) -> str:
    issuer = site.issuer
    if feed.slug is not None and shown:
        about = shown[0].facts.title
    elif feed.replays:
        about = "webcast replays"
    else:
        about = _NAMES[feed.kind] if feed.kind else "investor events"
    ticker = f" ({issuer.ticker})" if issuer.ticker else ""
    return one_line(f"{issuer.name}{ticker}: {about}")


def _months_after(day: date, months: int) -> datetime:
    """Return the start (UTC) of the day that many months after `day`."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    # 29 February and the 31st are over a day or more early: better than reading calendars here.
    return datetime.combine(date(years, month + 1, min(day.day, 28)), time(), tzinfo=UTC)
