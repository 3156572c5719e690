"""What an event is.

`Facts` are what staff stated: nothing in them depends on a clock. `Instants` are derived from facts
once, when they are saved. An `Event` is both, with an identity for life and a standing.
What a draft must say to become facts is in `drafts`; what the public may see of an event, and
when, is in `lifecycle`.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from eventsched.domain.dial_in import DialIn
from eventsched.domain.documents import Document
from eventsched.domain.times import Repeated, days_later, end_of_day, instant_of

# An event with an open end is taken to have ended this long after its start, unless a replay is
# posted sooner: without it a forgotten event would be "live" for ever.
OPEN_END_LASTS = timedelta(hours=4)


class Kind(StrEnum):
    """What sort of occasion it is."""

    CONFERENCE = "conference"
    EARNINGS_CALL = "earnings_call"
    SHAREHOLDER_MEETING = "shareholder_meeting"
    INVESTOR_DAY = "investor_day"
    OTHER = "other"


class Format(StrEnum):
    """How management speaks there."""

    PRESENTATION = "presentation"
    FIRESIDE_CHAT = "fireside_chat"
    PANEL = "panel"
    ONE_ON_ONE = "one_on_one"


class CountedFrom(StrEnum):
    """From which instant the days of a replay are counted."""

    END = "end"
    # The first instant at which it could be watched: posted, and the presentation over.
    POSTING = "posting"


class Standing(StrEnum):
    """What staff decided about an event."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Presenter:
    """A person's name and title as of one event."""

    name: str
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is true of an event, as staff stated it.

    `time` is None while it is to be announced; `duration` is None for an open end. At most one of
    `replay_days` (calendar days, from what `replay_counted_from` says), `replay_until` (wall time
    in `zone`) and `replay_until_revoked` is set; with none, no replay is promised. `backup_url` and
    `backup_note` are set when the webcast has failed: another address to lead to, and what
    investors are told.
    """

    kind: Kind
    title: str
    host: str
    date: date
    time: time | None
    repeated: Repeated | None
    zone: str
    duration: timedelta | None
    city: str
    venue: str
    format: Format | None
    presenters: tuple[Presenter, ...]
    live_url: str | None
    backup_url: str | None
    backup_note: str
    dial_in: tuple[DialIn, ...]
    conference_id: str
    replay_url: str | None
    replay_days: int | None
    replay_until: datetime | None
    replay_until_revoked: bool = False
    replay_counted_from: CountedFrom = CountedFrom.END

    @property
    def wall_time(self) -> datetime | None:
        """The announced date and time, naive; None while the time is to be announced."""
        return None if self.time is None else datetime.combine(self.date, self.time)

    @property
    def way_in(self) -> str | None:
        """The address that the live gate leads to: the backup's while there is one."""
        return self.backup_url or self.live_url

    @property
    def has_failed(self) -> bool:
        """Whether staff said that the webcast has failed."""
        return bool(self.backup_url or self.backup_note)

    @property
    def promises_replay(self) -> bool:
        """Whether a replay was promised."""
        dated = self.replay_days is not None or self.replay_until is not None
        return dated or self.replay_until_revoked


@dataclass(frozen=True, kw_only=True)
class Instants:
    """The instants that facts stand for under the zone rules of the day they were saved.

    `starts_at` is None while the time is to be announced; the event is then over when its day is.
    `replay_closes_at` is when the replay closes, by its window or by its withdrawal. It is None
    where no replay is promised, where that instant is not known yet, and until it is revoked.
    """

    starts_at: datetime | None
    ends_at: datetime
    replay_closes_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Event:
    """One occasion on which management speaks, at one revision.

    `instants` are stored, not derived again on reading: when zone rules change, nothing public
    moves by itself. `changed_at` is the last save that a reader would notice, `sequence` the count
    of such saves (RFC 5545 §3.8.7.4). `standing_since` and `publish_at` are instants, and so is
    `replay_withdrawn_at`: from then on nobody may watch the replay, whatever was promised. Of its
    `documents`, the public may have those that `lifecycle.shown_documents` tells.
    """

    slug: str
    uid: str
    facts: Facts
    instants: Instants
    standing: Standing
    standing_since: datetime
    publish_at: datetime | None
    replay_posted_at: datetime | None
    replay_withdrawn_at: datetime | None = None
    revision: int
    sequence: int
    changed_at: datetime
    documents: tuple[Document, ...] = ()

    def __hash__(self) -> int:
        """Tell revisions apart without looking at every fact: much is kept by event."""
        return hash((self.slug, self.revision))


def derive_instants(
    facts: Facts,
    *,
    replay_posted_at: datetime | None = None,
    replay_withdrawn_at: datetime | None = None,
) -> Instants:
    """Return the instants that `facts` stand for under today's zone rules.

    The replay closes at the same wall time, in the event's zone, the promised number of calendar
    days after the presentation's end or the replay's posting (to the minute, rounded up), or at the
    wall time that staff set;
    and at its withdrawal, if that comes first. Raises TimeProblem.
    """
    if facts.wall_time is None:
        day_over = end_of_day(facts.date, facts.zone)
        return Instants(starts_at=None, ends_at=day_over, replay_closes_at=None)
    starts_at = instant_of(facts.wall_time, facts.zone, repeated=facts.repeated)
    ends_at = _end(starts_at, facts.duration, replay_posted_at)
    promised = _replay_close(facts, ends_at, replay_posted_at)
    closings = [at for at in (promised, replay_withdrawn_at) if at is not None]
    closes_at = min(closings, default=None) if facts.promises_replay else None
    return Instants(starts_at=starts_at, ends_at=ends_at, replay_closes_at=closes_at)


def slug_for(title: str, day: date) -> str:
    """Return a readable address for an event: the ASCII words of its title, with its year."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", "")) or ["event"]
    if str(day.year) not in words:
        words.append(str(day.year))
    return "-".join(words)[:80].strip("-")


def _end(starts_at: datetime, duration: timedelta | None, posted: datetime | None) -> datetime:
    if duration is not None:
        return starts_at + duration
    latest = starts_at + OPEN_END_LASTS
    return posted if posted is not None and starts_at < posted < latest else latest


def _replay_close(facts: Facts, ends_at: datetime, posted: datetime | None) -> datetime | None:
    if facts.replay_until is not None:
        return instant_of(facts.replay_until, facts.zone)
    if facts.replay_days is None:
        return None
    counted_from = ends_at
    if facts.replay_counted_from is CountedFrom.POSTING:
        if posted is None:
            return None
        counted_from = max(ends_at, posted)
    closes = days_later(counted_from, facts.replay_days, facts.zone)
    # Nobody chose the second of a posting.
    return _whole_minute(closes) if counted_from == posted else closes


def _whole_minute(instant: datetime) -> datetime:
    """Return the first whole minute from `instant` on."""
    begun = instant.replace(second=0, microsecond=0)
    return instant if begun == instant else begun + timedelta(minutes=1)
