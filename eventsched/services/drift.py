"""Finding events that new zone rules would move. Nothing public moves until somebody says so."""

from datetime import datetime

import pytz

from eventsched.domain.drafts import draft_of
from eventsched.domain.drift import Drift, drift_of
from eventsched.domain.events import Event
from eventsched.services import events
from eventsched.store import events as event_store
from eventsched.store.database import Store


def find(store: Store, *, now: datetime) -> list[Drift]:
    """Return every event that today's zone rules would move, first to begin first."""
    with store.reading() as session:
        lasting = event_store.lasting_beyond(session, now)
    return [drift for event in lasting if (drift := drift_of(event, now=now))]


def accept(store: Store, slug: str, *, base: int, by: str, now: datetime) -> Event:
    """Save the event with the instants that today's rules give its wall time.

    Raises InvalidEvent where that wall time does not exist any more, NoSuchEvent or StaleRevision.
    """
    with store.reading() as session:
        event = event_store.by_slug(session, slug)
    if event is None:
        raise events.NoSuchEvent(slug)
    reason = f"The rules of {event.facts.zone} have changed (time-zone data {rules_version()})."
    draft = draft_of(event.facts)
    return events.revise(store, slug, draft, base=base, by=by, reason=reason, now=now)


def rules_version() -> str:
    """Return the release of the zone rules in use, such as “2026f”."""
    return str(pytz.OLSON_VERSION)  # type: ignore[attr-defined]
