"""Which links are to be looked at, when, and what they should answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from eventsched.domain.events import Event
from eventsched.domain.lifecycle import published_at, replay_window, takes_place

BEFORE_LIVE = (timedelta(hours=24), timedelta(hours=1), timedelta(minutes=10))
AFTER_A_CHANGE = timedelta(minutes=1)
# Looked at later than this, a link says nothing any more about the moment that was meant.
MISSED_AFTER = timedelta(minutes=30)


class ProbeKind(StrEnum):
    """What a probe looks at."""

    LIVE_LINK = "live_link"
    REPLAY_LINK = "replay_link"
    OUR_GATE = "our_gate"
    VENDOR_STILL_SERVES = "vendor_still_serves"


@dataclass(frozen=True, kw_only=True, order=True)
class Probe:
    """A look at a link, due at an instant."""

    due_at: datetime
    kind: ProbeKind


def probes(event: Event) -> list[Probe]:
    """Return the looks that an event's links want, in order: none before anybody may know of it."""
    published = published_at(event)
    if published is None or not takes_place(event):
        return []
    wanted = [*_of_live(event), *_of_replay(event)]
    return sorted(probe for probe in wanted if probe.due_at >= published)


def is_missed(probe: Probe, *, now: datetime) -> bool:
    """Tell whether it is too late for the look to mean anything."""
    return now - probe.due_at > MISSED_AFTER


def verdict(kind: ProbeKind, status: int | None) -> bool:
    """Tell whether the answer is as it should be; `status` is None where there was none.

    Live and replay links should lead somewhere, our closed gate should say 410, and the vendor
    should have taken the recording down.
    """
    match kind:
        case ProbeKind.OUR_GATE:
            return status == 410
        case ProbeKind.VENDOR_STILL_SERVES:
            return status is None or status >= 400
        case _:
            return status is not None and status < 400


def _of_live(event: Event) -> list[Probe]:
    starts_at = event.instants.starts_at
    if starts_at is None or event.facts.live_url is None:
        return []
    return [Probe(due_at=starts_at - before, kind=ProbeKind.LIVE_LINK) for before in BEFORE_LIVE]


def _of_replay(event: Event) -> list[Probe]:
    window = replay_window(event)
    if window is None or window.opens is None or window.opens >= window.closes:
        return []
    closed = window.closes + AFTER_A_CHANGE
    return [
        Probe(due_at=window.opens + AFTER_A_CHANGE, kind=ProbeKind.REPLAY_LINK),
        Probe(due_at=closed, kind=ProbeKind.OUR_GATE),
        Probe(due_at=closed, kind=ProbeKind.VENDOR_STILL_SERVES),
    ]
