"""What staff decided, in plain values, and what the public may see of it at an instant.

It knows nothing of the product's code but the names of the standings, and fits on two pages.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from eventsched.domain.events import Standing

DURATION = timedelta(hours=1)
CANCELLED_SHOWN_FOR = timedelta(days=30)
MISSING_AFTER = timedelta(days=7)

PUBLIC_STANDINGS = (Standing.APPROVED, Standing.CANCELLED, Standing.POSTPONED)


@dataclass(frozen=True, kw_only=True)
class Window:
    """How long a replay was promised: `days` from the end or the posting, or until revoked."""

    days: int | None = None
    from_posting: bool = False
    until_revoked: bool = False

    @property
    def is_promised(self) -> bool:
        return self.days is not None or self.until_revoked


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the model knows of one event."""

    slug: str
    revision: int
    title: str
    day: date
    clock: time
    zone: str
    window: Window
    has_live: bool
    has_replay: bool
    posted_at: datetime | None
    withdrawn_at: datetime | None = None
    standing: Standing
    since: datetime
    publish_at: datetime | None

    @property
    def starts(self) -> datetime:
        return datetime.combine(self.day, self.clock, ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        return self.starts + DURATION

    @property
    def opens(self) -> datetime | None:
        return self.posted_at and max(self.posted_at, self.ends)

    @property
    def promised_until(self) -> datetime | None:
        counted = self.opens if self.window.from_posting else self.ends
        if self.window.days is None or counted is None:
            return None
        if counted == self.posted_at and (counted.second or counted.microsecond):
            # Nobody chose the second of a posting: the minute is made full.
            counted = counted.replace(second=0, microsecond=0) + timedelta(minutes=1)
        there = counted.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        wall = there + timedelta(days=self.window.days)
        return wall.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def closes(self) -> datetime | None:
        if not self.window.is_promised:
            return None
        ends = [at for at in (self.promised_until, self.withdrawn_at) if at is not None]
        return min(ends, default=None)

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None and self.withdrawn_at == self.closes

    @property
    def ever_opens(self) -> bool:
        return self.opens is not None and (self.closes is None or self.opens < self.closes)

    @property
    def missing_at(self) -> datetime | None:
        """Return since when a promised replay counts as not having come."""
        if not self.window.is_promised:
            return None
        late = self.ends + MISSING_AFTER
        at = max(self.ends, min(late, self.closes or late))
        if self.is_withdrawn and self.closes and self.closes <= at:
            return None
        if self.ever_opens and self.opens is not None:
            was_there = self.opens <= at if self.has_replay else self.closes is not None
            return None if was_there else at
        return at

    def is_public(self, now: datetime) -> bool:
        if self.standing not in PUBLIC_STANDINGS or self.publish_at is None:
            return False
        called_off = self.standing is not Standing.APPROVED
        if called_off and self.since < self.publish_at:
            return False
        return self.publish_at <= now

    def live_status(self, now: datetime) -> int:
        if not self.is_public(now) or self.standing is not Standing.APPROVED or not self.has_live:
            return 404
        if now < self.starts:
            return 200
        return 302 if now < self.ends else 410

    def replay_status(self, now: datetime) -> int:
        closes = self.closes
        shown = self.is_public(now) and self.standing is Standing.APPROVED
        if not shown or not self.window.is_promised:
            return 404
        if closes is not None and now >= closes:
            return 410
        if self.has_replay and self.opens is not None and now >= self.opens:
            return 302
        return 410 if self.missing_at is not None and now >= self.missing_at else 200

    def says_none_came(self, now: datetime) -> bool:
        over = self.closes is not None and now >= self.closes
        was_there = self.ever_opens or self.is_withdrawn
        return self.replay_status(now) == 410 and not (over and was_there)

    def told_of_replay(self) -> set[tuple[str, datetime]]:
        """Return what is written down when a replay ends, or has not come."""
        was_there = self.ever_opens or self.is_withdrawn
        told = {("replay_closed", self.closes if was_there else None)}
        told.add(("replay_missing", self.missing_at))
        return {(kind, at) for kind, at in told if at is not None}

    def posted_after(self, saved: "Known", now: datetime) -> datetime | None:
        """Return since when the replay is there once it is saved like that.

        A link that was taken away counts only if the replay had closed by then, or if the public
        had seen the posting that its days are counted from.
        """
        if saved.has_replay:
            return self.posted_at or now
        opens, called_off = self.opens, self.standing in (Standing.CANCELLED, Standing.POSTPONED)
        was_open = opens is not None and opens <= now and (not self.closes or opens < self.closes)
        if not was_open or called_off or not self.window.is_promised:
            return None
        kept = replace(saved, posted_at=self.posted_at)
        is_over = kept.closes is not None and kept.closes <= now
        return self.posted_at if is_over or saved.window.from_posting else None

    def in_feed(self, now: datetime) -> bool:
        gone = self.standing is Standing.CANCELLED and now >= self.since + CANCELLED_SHOWN_FOR
        return self.is_public(now) and not gone
