"""What an event still needs before it can go well, and what stands in its way.

For staff only. Each sentence names one thing that a person can do something about.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from eventsched.domain.events import Event, Kind, Standing
from eventsched.domain.lifecycle import Phase, phase, takes_place

SHORT_NOTICE = timedelta(hours=24)
SOON = timedelta(days=7)
_NOT_YET_APPROVED = frozenset({Standing.DRAFT, Standing.IN_REVIEW})


def missing(event: Event, *, now: datetime) -> tuple[str, ...]:
    """Return what the event still needs at `now`; empty where nothing is, or no longer, to do."""
    if event.standing is Standing.WITHDRAWN or not takes_place(event):
        return ()
    match phase(event, now=now):
        case Phase.UPCOMING | Phase.LIVE:
            return (*_approval(event, now=now), *_particulars(event), *_time(event, now=now))
        case Phase.REPLAY_PENDING if event.standing is Standing.APPROVED:
            return ("The replay is promised and not posted yet.",)
    return ()


def clashes(events: Iterable[Event], *, now: datetime) -> Mapping[str, tuple[str, ...]]:
    """Return, by address, what other events that are still to come take place at the same time."""
    coming = [event for event in events if _is_expected(event, now=now)]
    found: dict[str, list[str]] = {}
    for event in coming:
        for other in coming:
            if other is not event and _overlap(event, other):
                found.setdefault(event.slug, []).append(_clash_words(event, other))
    return {slug: tuple(sentences) for slug, sentences in found.items()}


def _approval(event: Event, *, now: datetime) -> tuple[str, ...]:
    begins = event.instants.starts_at or event.instants.ends_at
    if event.standing in _NOT_YET_APPROVED:
        if begins <= now:
            return ("It has begun, and was never public.",)
        return ("It begins within a week and is not approved.",) if begins - now <= SOON else ()
    if event.publish_at is not None and begins - event.publish_at < SHORT_NOTICE:
        return ("Less than a day lies between publication and beginning.",)
    return ()


def _particulars(event: Event) -> tuple[str, ...]:
    facts = event.facts
    needed = []
    if not facts.live_url:
        needed.append("The live link is missing.")
    if not facts.presenters and facts.kind is not Kind.SHAREHOLDER_MEETING:
        needed.append("No presenter is named.")
    untitled = [presenter.name for presenter in facts.presenters if not presenter.title]
    needed += [f"{name} has no title." for name in untitled]
    return tuple(needed)


def _time(event: Event, *, now: datetime) -> tuple[str, ...]:
    if event.instants.starts_at is not None or event.instants.ends_at - now > 2 * SOON:
        return ()
    return ("The time is still to be announced.",)


def _is_expected(event: Event, *, now: datetime) -> bool:
    stands = event.standing is not Standing.WITHDRAWN and takes_place(event)
    return stands and event.instants.starts_at is not None and event.instants.ends_at > now


def _overlap(event: Event, other: Event) -> bool:
    begins, other_begins = event.instants.starts_at, other.instants.starts_at
    assert begins is not None
    assert other_begins is not None
    return begins < other.instants.ends_at and other_begins < event.instants.ends_at


def _clash_words(event: Event, other: Event) -> str:
    names = {presenter.name.casefold() for presenter in other.facts.presenters}
    both = [p.name for p in event.facts.presenters if p.name.casefold() in names]
    if both:
        return f"{' and '.join(both)} would be at “{other.facts.title}” at the same time."
    return f"“{other.facts.title}” is at the same time."
