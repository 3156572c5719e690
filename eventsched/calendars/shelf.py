"""Feeds put together again after an edit or a transition: only what changed is written anew."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from eventsched.calendars.entries import Entry, Site, entry
from eventsched.calendars.feeds import Feed, put_together
from eventsched.domain.events import Event

_FEEDS_KEPT = 16
_FOR_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Part:
    """What a feed holds of an event (None: nothing), from `first` up to and without `end`.

    `changed_at` is the last instant at which a reader would have noticed a change of it.
    """

    event: Event
    entry: Entry | None
    changed_at: datetime | None
    first: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Calendar:
    """A feed's bytes, when they change next by themselves, and when they last did."""

    written: bytes
    until: datetime | None
    changed_at: datetime | None


class Shelf:
    """Keeps the parts that feeds are made of, for the feeds asked for last."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Feed, Site], dict[str, _Part]] = {}

    def calendar(
        self, feed: Feed, events: Iterable[Event], *, site: Site, now: datetime
    ) -> Calendar:
        """Return what `feeds.calendar` and `feeds.next_change` do, and the last change.

        What has left the feed is not asked when it did. An event that is the same object as last
        time is not looked at again.
        """
        kept = self._kept.pop((feed, site), {})
        parts: dict[str, _Part] = {}
        for event in events:
            part = kept.get(event.slug)
            if part is None or part.event is not event or not part.first <= now < part.end:
                part = _part(feed, event, site, now=now)
            parts[event.slug] = part
        self._keep(feed, site, parts)
        shown = [(part.event, part.entry) for part in parts.values() if part.entry is not None]
        end = min((part.end for part in parts.values()), default=_FOR_EVER)
        changes = (part.changed_at for part in parts.values())
        return Calendar(
            written=put_together(feed, shown, site),
            until=None if end == _FOR_EVER else end,
            changed_at=max((at for at in changes if at is not None), default=None),
        )

    def _keep(self, feed: Feed, site: Site, parts: dict[str, _Part]) -> None:
        self._kept[feed, site] = parts
        for oldest in list(self._kept)[:-_FEEDS_KEPT]:
            self._kept.pop(oldest, None)


def _part(feed: Feed, event: Event, site: Site, *, now: datetime) -> _Part:
    edition = feed.shows(event, now=now)
    held = changed_at = None
    if edition is not None:
        held = entry(event, feed.content, edition, site, feed.alarm_minutes)
        changed_at = edition.modified_at
    end = feed.next_change(event, now=now) or _FOR_EVER
    return _Part(event=event, entry=held, changed_at=changed_at, first=now, end=end)
