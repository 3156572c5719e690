"""Which links are to be looked at, when, and what they should answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from eventsched.domain.events import Event
from eventsched.domain.lifecycle import published_at, replay_window, takes_place
from eventsched.domain.look_rules import LookRule

AFTER_A_CHANGE = timedelta(minutes=1)
# Looked at later than this, a link says nothing any more about the moment that was meant.
MISSED_AFTER = timedelta(minutes=30)
# What is written down of such a look: it says nothing of the link.
MISSED_WORDS = "not looked at in time"


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


@dataclass(frozen=True, kw_only=True)
class Look:
    """A look that was taken: what it brought, `good` or not, in words."""

    kind: ProbeKind
    at: datetime
    good: bool
    words: str


@dataclass(frozen=True, kw_only=True)
class LinkState:
    """What the looks at a link come to: as it should be or not, `since` when without a break."""

    good: bool
    since: datetime
    looked_at: datetime
    words: str


def states(looks: Iterable[Look]) -> Mapping[ProbeKind, LinkState]:
    """Return the state of each link that `looks`, in the order of their instants, were taken at."""
    found: dict[ProbeKind, LinkState] = {}
    for look in looks:
        if look.words == MISSED_WORDS:
            continue
        before = found.get(look.kind)
        is_same = before is not None and before.good == look.good
        found[look.kind] = LinkState(
            good=look.good,
            since=before.since if before is not None and is_same else look.at,
            looked_at=look.at,
            words=look.words,
        )
    return found


def probes_of_new_links(before: Event, after: Event, *, now: datetime) -> list[Probe]:
    """Return the looks that a save asks for at once: a link that was exchanged may be wrong."""
    old, new = before.facts, after.facts
    exchanged = {
        ProbeKind.LIVE_LINK: old.live_url != new.live_url,
        ProbeKind.REPLAY_LINK: old.replay_url != new.replay_url,
    }
    kinds = _of_links_in_use(after, now=now)
    return [Probe(due_at=now, kind=kind) for kind in kinds if exchanged[kind]]


def probes_of_new_rule(event: Event, rule: LookRule) -> list[Probe]:
    """Return the looks at the live link that fell due just before the rule was made.

    Had it been made in time, each would have been taken by now, or be taken in a moment.
    """
    if rule.since is None:
        return []
    earlier = probes(event, LookRule(before=rule.before))
    just_before = (p for p in earlier if p.kind is ProbeKind.LIVE_LINK and p.due_at < rule.since)
    return [probe for probe in just_before if not is_missed(probe, now=rule.since)]


def is_wanted(probe: Probe, event: Event, rule: LookRule, *, now: datetime) -> bool:
    """Tell whether a look that fell due is still worth taking, as the event stands at `now`."""
    return probe in probes(event, rule) or probe.kind in _of_links_in_use(event, now=now)


def _of_links_in_use(event: Event, *, now: datetime) -> list[ProbeKind]:
    """Return the looks at the links that somebody may follow, now or still to come."""
    published = published_at(event)
    if published is None or published > now or not takes_place(event):
        return []
    kinds = []
    if event.facts.live_url is not None and event.instants.ends_at > now:
        kinds.append(ProbeKind.LIVE_LINK)
    if event.facts.replay_url is not None and _is_replayed(event, now):
        kinds.append(ProbeKind.REPLAY_LINK)
    return kinds


def _is_replayed(event: Event, now: datetime) -> bool:
    window = replay_window(event)
    is_to_come = window is not None and not window.is_over(now=now)
    return is_to_come and event.instants.ends_at <= now


def probes(event: Event, rule: LookRule) -> list[Probe]:
    """Return the looks that an event's links want, in order: none before anybody may know of it."""
    published = published_at(event)
    if published is None or not takes_place(event):
        return []
    wanted = [*_of_live(event, rule), *_of_replay(event)]
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


def _of_live(event: Event, rule: LookRule) -> list[Probe]:
    starts_at = event.instants.starts_at
    if starts_at is None or event.facts.live_url is None:
        return []
    due = (starts_at - before for before in rule.before)
    asked = (at for at in due if rule.since is None or at >= rule.since)
    return [Probe(due_at=at, kind=ProbeKind.LIVE_LINK) for at in asked]


def _of_replay(event: Event) -> list[Probe]:
    window = replay_window(event)
    if window is None or window.opens is None or not window.ever_opens:
        return []
    opened = Probe(due_at=window.opens + AFTER_A_CHANGE, kind=ProbeKind.REPLAY_LINK)
    if window.closes is None:
        return [opened]
    closed = window.closes + AFTER_A_CHANGE
    return [
        opened,
        Probe(due_at=closed, kind=ProbeKind.OUR_GATE),
        Probe(due_at=closed, kind=ProbeKind.VENDOR_STILL_SERVES),
    ]
