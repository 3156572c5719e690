"""Is an event ready? What can be checked of it, what is done, and what is still to do.

For staff only. Each sentence names one thing that a person can do something about.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from eventsched.domain.documents import DocumentKind
from eventsched.domain.events import Event, Kind, Standing
from eventsched.domain.lifecycle import (
    Phase,
    is_replay_missing,
    may_still_open,
    phase,
    replay_missing_at,
    takes_place,
)
from eventsched.domain.probes import LinkState, ProbeKind
from eventsched.domain.wording import happened_words

SHORT_NOTICE = timedelta(hours=24)
SOON = timedelta(days=7)
# So long after its end something may still be done about an event; then it is history.
LATELY = timedelta(days=30)
_WITH_A_RELEASE = frozenset({Kind.EARNINGS_CALL, Kind.SHAREHOLDER_MEETING, Kind.INVESTOR_DAY})
_NOT_YET_APPROVED = frozenset({Standing.DRAFT, Standing.IN_REVIEW})


class Item(StrEnum):
    """What is checked."""

    APPROVAL = "approval"
    NOTICE = "notice"
    TIME = "time"
    PRESENTERS = "presenters"
    LIVE_LINK = "live_link"
    RELEASE = "release"
    REPLAY = "replay"


class State(StrEnum):
    """What came of a check; WRONG is seen to fail, OPEN is not done yet."""

    DONE = "done"
    OPEN = "open"
    WRONG = "wrong"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that was checked, and what to say of it."""

    item: Item
    state: State
    sentence: str

    @property
    def is_done(self) -> bool:
        """Whether nothing is to be done about it."""
        return self.state is State.DONE


def checks(
    event: Event,
    *,
    home_zone: str,
    now: datetime,
    links: Mapping[ProbeKind, LinkState] | None = None,
) -> tuple[Check, ...]:
    """Return what there is to check of an event at `now`; empty where nothing is, or no longer.

    `links` is what was seen of its links.
    """
    if event.standing is Standing.WITHDRAWN or not takes_place(event):
        return ()
    seen = links or {}
    match phase(event, now=now):
        case Phase.UPCOMING | Phase.LIVE:
            return (
                *_approval(event, now=now),
                *_time(event, now=now),
                *_presenters(event),
                *_live_link(event, seen, home_zone),
                *_release(event),
            )
        case _ if event.standing in _NOT_YET_APPROVED:
            return tuple(_never_public(event, now=now))
        case _ if is_replay_missing(event, now=now):
            return tuple(_never_posted(event, now=now))
        case Phase.REPLAY_PENDING:
            return (_to_do(Item.REPLAY, "The replay is promised and not posted yet."),)
        case Phase.REPLAY_OPEN:
            return (_replay_link(seen, home_zone),)
        case Phase.REPLAY_EXPIRED:
            return tuple(_after_closing(event, seen, home_zone, now=now))
    return ()


def missing(event: Event, *, now: datetime) -> tuple[str, ...]:
    """Return what is still to do, as far as the event itself tells."""
    found = checks(event, home_zone=event.facts.zone, now=now)
    return tuple(check.sentence for check in found if not check.is_done)


def _approval(event: Event, *, now: datetime) -> Iterator[Check]:
    begins = event.instants.starts_at or event.instants.ends_at
    if event.standing in _NOT_YET_APPROVED:
        if begins <= now:
            yield _wrong(Item.APPROVAL, "It has begun, and was never public.")
        elif begins - now <= SOON:
            yield _to_do(Item.APPROVAL, "It begins within a week and is not approved.")
        return
    if event.publish_at is None:
        return
    notice = begins - event.publish_at
    if notice < SHORT_NOTICE:
        short = "Less than a day lies between publication and beginning."
        yield _to_do(Item.NOTICE, short)
    else:
        days = notice // timedelta(days=1)
        yield _done(Item.NOTICE, f"{days} {'day' if days == 1 else 'days'} of notice")


def _time(event: Event, *, now: datetime) -> Iterator[Check]:
    if event.instants.starts_at is None and event.instants.ends_at - now <= 2 * SOON:
        yield _to_do(Item.TIME, "The time is still to be announced.")


def _presenters(event: Event) -> Iterator[Check]:
    presenters = event.facts.presenters
    if not presenters and event.facts.kind is not Kind.SHAREHOLDER_MEETING:
        yield _to_do(Item.PRESENTERS, "No presenter is named.")
    untitled = [presenter.name for presenter in presenters if not presenter.title]
    yield from (_to_do(Item.PRESENTERS, f"{name} has no title.") for name in untitled)
    if presenters and not untitled:
        yield _done(Item.PRESENTERS, "Presenters complete")


def _live_link(
    event: Event, seen: Mapping[ProbeKind, LinkState], home_zone: str
) -> Iterator[Check]:
    state = seen.get(ProbeKind.LIVE_LINK)
    if not event.facts.live_url:
        yield _to_do(Item.LIVE_LINK, "The live link is missing.")
    elif state is None:
        yield _done(Item.LIVE_LINK, "Live link set")
    elif state.good:
        looked = happened_words(state.looked_at, home_zone)
        yield _done(Item.LIVE_LINK, f"Live link answered on {looked}")
    else:
        yield _wrong(Item.LIVE_LINK, _failing("The live link", state, home_zone))


def _release(event: Event) -> Iterator[Check]:
    """Yield whether the release is attached.

    It is asked for where the company calls people together itself and its release says what for; a
    conference is its host's, and one release announces several.
    """
    if any(document.label.kind is DocumentKind.RELEASE for document in event.documents):
        yield _done(Item.RELEASE, "Release attached")
    elif event.facts.kind in _WITH_A_RELEASE and event.standing is Standing.APPROVED:
        yield _to_do(Item.RELEASE, "The release is not attached.")


def _replay_link(seen: Mapping[ProbeKind, LinkState], home_zone: str) -> Check:
    state = seen.get(ProbeKind.REPLAY_LINK)
    if state is None:
        return _done(Item.REPLAY, "Replay posted")
    if state.good:
        looked = happened_words(state.looked_at, home_zone)
        return _done(Item.REPLAY, f"Replay posted, and answered on {looked}")
    return _wrong(Item.REPLAY, _failing("The replay link", state, home_zone))


def _never_posted(event: Event, *, now: datetime) -> Iterator[Check]:
    """Yield what to do about a replay that has not come, for as long as anything can be done."""
    if may_still_open(event, now=now):
        yield _to_do(Item.REPLAY, "No replay is posted: post it, or withdraw the promise.")
    elif now - (replay_missing_at(event) or now) <= LATELY:
        untimed = event.instants.starts_at is None
        why = "the event’s time was never entered" if untimed else "its window is over"
        yield _to_do(Item.REPLAY, f"No replay is posted, and {why}.")


def _after_closing(
    event: Event, seen: Mapping[ProbeKind, LinkState], home_zone: str, *, now: datetime
) -> Iterator[Check]:
    if now - (event.instants.replay_closes_at or now) > LATELY:
        return
    gate, vendor = seen.get(ProbeKind.OUR_GATE), seen.get(ProbeKind.VENDOR_STILL_SERVES)
    if gate is not None and not gate.good:
        yield _wrong(Item.REPLAY, _still("Our replay address was not closed", gate, home_zone))
    if vendor is not None and not vendor.good:
        still = _still("The vendor still served the recording", vendor, home_zone)
        yield _wrong(Item.REPLAY, still)


def _never_public(event: Event, *, now: datetime) -> Iterable[Check]:
    if now - event.instants.ends_at <= LATELY:
        yield _to_do(Item.APPROVAL, "Its date has passed, and it was never public.")


def _failing(link: str, state: LinkState, home_zone: str) -> str:
    return f"{link} has failed since {happened_words(state.since, home_zone)}: {state.words}."


def _still(what: str, state: LinkState, home_zone: str) -> str:
    return f"{what} on {happened_words(state.looked_at, home_zone)}: {state.words}."


def _done(item: Item, words: str) -> Check:
    return Check(item=item, state=State.DONE, sentence=words)


def _to_do(item: Item, sentence: str) -> Check:
    return Check(item=item, state=State.OPEN, sentence=sentence)


def _wrong(item: Item, sentence: str) -> Check:
    return Check(item=item, state=State.WRONG, sentence=sentence)
