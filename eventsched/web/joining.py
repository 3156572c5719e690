"""How to join beside the webcast's own link: by telephone, and by a backup when it has failed."""

from dataclasses import dataclass
from datetime import datetime

from eventsched.domain.dial_in import DialIn
from eventsched.domain.events import Event
from eventsched.domain.lifecycle import shows_ways_in


@dataclass(frozen=True, kw_only=True)
class Joining:
    """What the pages say of it; all of it empty once nobody can join any more.

    `note` is what staff tell investors about the failure, "" where they only gave a backup.
    """

    dial_in: tuple[DialIn, ...] = ()
    conference_id: str = ""
    has_failed: bool = False
    has_backup: bool = False
    note: str = ""


NO_JOINING = Joining()


def joining_of(event: Event, *, now: datetime) -> Joining:
    """Return what there is at `now`, for an event that is public."""
    if not shows_ways_in(event, now=now):
        return NO_JOINING
    facts = event.facts
    return Joining(
        dial_in=facts.dial_in,
        conference_id=facts.conference_id,
        has_failed=facts.has_failed,
        has_backup=facts.backup_url is not None,
        note=facts.backup_note,
    )
