"""Events → what a media advisory says of them, and what to look at before it goes.

Only the words and their order; how it looks is the templates' business. What is written here is
read back by `domain.releases` as the same events.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from eventsched.domain.events import CountedFrom, Event, Facts, Format, Kind, Presenter, Standing
from eventsched.domain.issuer import Issuer
from eventsched.domain.lifecycle import is_public
from eventsched.domain.times import local
from eventsched.domain.wording import (
    both_clocks,
    clock_words,
    date_words,
    long_date_words,
)

USUAL_NOTICE_DAYS = 7

_FORMATS = {
    Format.PRESENTATION: "Presentation",
    Format.FIRESIDE_CHAT: "Fireside chat",
    Format.PANEL: "Panel",
    Format.ONE_ON_ONE: "One-on-one meetings",
}

# What a webcast is of, where it is not of a presentation.
_OCCASIONS = {
    Kind.EARNINGS_CALL: "call",
    Kind.SHAREHOLDER_MEETING: "meeting",
    Kind.INVESTOR_DAY: "event",
    Kind.OTHER: "event",
}


@dataclass(frozen=True, kw_only=True)
class Block:
    """What an advisory says of one event; empty where there is nothing to say.

    `listening` is set where the events of an advisory are webcast on different terms.
    """

    title: str
    when: str
    venue: str
    city: str
    format: str
    presenters: tuple[str, ...]
    dial_in: tuple[str, ...]
    conference_id: str
    listening: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Advisory:
    """A whole advisory: “[headline]”, “[dateline] -- [lead]”, blocks, closing words.

    `listening` tells of webcast and replay of all events at once; empty where each block does.
    """

    headline: str
    dateline: str
    lead: str
    blocks: tuple[Block, ...]
    listening: str
    issuer: Issuer


@dataclass(frozen=True, kw_only=True)
class Check:
    """Something to look at before an advisory goes out; `slug` says of which event."""

    slug: str
    sentence: str


def compose(
    events: Sequence[Event], issuer: Issuer, *, address: str, now: datetime, place: str = ""
) -> Advisory:
    """Return the advisory that announces `events`, in their order; there must be one.

    `address` is where webcasts are found, on our own site; `place` is where the company is.
    """
    terms = {_replay(event) for event in events}
    together = len(terms) == 1 and len(events) > 1
    return Advisory(
        headline=_headline(events, issuer),
        dateline=", ".join(
            part for part in (place, date_words(local(now, issuer.home_zone))) if part
        ),
        lead=_lead(events, issuer),
        blocks=tuple(
            _block(event, issuer, () if together else _own_terms(event, address, len(events)))
            for event in events
        ),
        listening=_listening(events[0], address, f"each {_what(events)}") if together else "",
        issuer=issuer,
    )


def checks(
    events: Sequence[Event], *, now: datetime, usual_notice_days: int = USUAL_NOTICE_DAYS
) -> tuple[Check, ...]:
    """Return what to look at before an advisory of `events` goes out at `now`."""
    return tuple(
        Check(slug=event.slug, sentence=sentence)
        for event in events
        for sentence in _doubts(event, now, usual_notice_days)
    )


def may_be_announced(event: Event, *, now: datetime) -> bool:
    """Tell whether an advisory could still announce `event` at `now`."""
    called_off = (Standing.CANCELLED, Standing.POSTPONED, Standing.WITHDRAWN)
    return event.instants.ends_at > now and event.standing not in called_off


def _doubts(event: Event, now: datetime, usual: int) -> Iterator[str]:
    facts = event.facts
    yield from _notice(event, now, usual)
    if facts.time is None:
        yield "The time is to be announced."
    if _is_webcast(facts) and not facts.promises_replay:
        yield "The webcast has no replay window: say for how long, or that there is none."
    if facts.promises_replay and facts.live_url is None:
        yield "A replay is promised, but there is no link to the live webcast yet."
    if _is_webcast(facts) and facts.format is Format.ONE_ON_ONE:
        yield "One-on-one meetings are not webcast as a rule; here a webcast is announced."
    for presenter in facts.presenters:
        if not presenter.title:
            yield f"{presenter.name} has no title."
    if not facts.presenters:
        yield "Nobody is named as presenter."
    yield from _unlike_the_page(event, now)


def _notice(event: Event, now: datetime, usual: int) -> Iterator[str]:
    begins = event.instants.starts_at or event.instants.ends_at
    if begins <= now:
        yield "It has begun already."
    elif begins - now < timedelta(days=usual):
        left = _count((begins - now) // timedelta(days=1), "day")
        yield f"The notice is {left}; usual are {usual}."


def _unlike_the_page(event: Event, now: datetime) -> Iterator[str]:
    if event.standing is not Standing.APPROVED:
        yield f"It is {event.standing.replace('_', ' ')}, so the public page does not show it so."
    elif not is_public(event, now=now):
        yield "It is not public yet: the page appears later than this advisory."


def _headline(events: Sequence[Event], issuer: Issuer) -> str:
    kinds = {event.facts.kind for event in events}
    if len(events) == 1 and kinds != {Kind.CONFERENCE}:
        return f"{issuer.name} Announces {events[0].facts.title}"
    webcast = "Webcast of " if all(_is_webcast(event.facts) for event in events) else ""
    if kinds == {Kind.CONFERENCE}:
        which = (
            "an Upcoming Investor Conference"
            if len(events) == 1
            else ("Upcoming Investor Conferences")
        )
        what = "Presentation" if len(events) == 1 else "Presentations"
        return f"{issuer.name} Announces {webcast}{what} at {which}"
    return f"{issuer.name} Announces Upcoming Investor Events"


def _lead(events: Sequence[Event], issuer: Issuer) -> str:
    listing = f" ({issuer.listing})" if issuer.listing else ""
    kinds = {event.facts.kind for event in events}
    what = "hold the following event" if len(events) == 1 else "take part in the following events"
    if kinds == {Kind.CONFERENCE}:
        conference = "conference" if len(events) == 1 else "conferences"
        what = f"present at the following investor {conference}"
    return f"{issuer.name}{listing} today announced that management will {what}."


def _block(event: Event, issuer: Issuer, listening: tuple[str, ...]) -> Block:
    facts = event.facts
    return Block(
        title=facts.title,
        when=_when(event, issuer.home_zone),
        venue=facts.venue,
        city=facts.city,
        format=_FORMATS[facts.format] if facts.format else "",
        presenters=tuple(_presenter(presenter) for presenter in facts.presenters),
        dial_in=tuple(number.words for number in facts.dial_in),
        conference_id=facts.conference_id,
        listening=listening,
    )


def _when(event: Event, home_zone: str) -> str:
    if event.instants.starts_at is None:
        return f"{long_date_words(event.facts.date)}, at a time to be announced"
    return both_clocks(event.instants.starts_at, event.facts.zone, home_zone)


def _presenter(presenter: Presenter) -> str:
    return f"{presenter.name}, {presenter.title}" if presenter.title else presenter.name


def _is_webcast(facts: Facts) -> bool:
    return facts.live_url is not None or facts.promises_replay


def _own_terms(event: Event, address: str, events: int) -> tuple[str, ...]:
    """Return what a block says of its own webcast: a sentence where it is alone, else lines with
    labels, which nobody takes for words about all events.
    """
    if events == 1:
        sentence = _listening(event, address, f"the {_what([event])}")
        return (sentence,) if sentence else ()
    if not _is_webcast(event.facts):
        return ()
    stays = _replay(event)
    return (
        (f"Webcast: {address}", f"Replay: available {stays}") if stays else (f"Webcast: {address}",)
    )


def _what(events: Sequence[Event]) -> str:
    occasions = {_OCCASIONS.get(event.facts.kind, "presentation") for event in events}
    return occasions.pop() if len(occasions) == 1 else "event"


def _listening(event: Event, address: str, what: str) -> str:
    """Return the sentence about webcast and replay; "" where neither was announced."""
    if not _is_webcast(event.facts):
        return ""
    live, stays = f"A live webcast of {what} can be accessed at {address}", _replay(event)
    if not stays:
        return f"{live}."
    return f"{live}; a replay will be available at the same location {stays}."


def _replay(event: Event) -> str | None:
    """Return how long the replay stays: “for 7 days”; "" without a replay, None without a webcast
    either.
    """
    facts, closes = event.facts, event.instants.replay_closes_at
    if facts.replay_until_revoked:
        return "until further notice"
    if facts.replay_days is not None:
        from_posting = facts.replay_counted_from is CountedFrom.POSTING
        return f"for {_count(facts.replay_days, 'day')}" + (
            " from its posting" if from_posting else ""
        )
    if facts.replay_until is not None and closes is not None:
        return f"until {clock_words(closes, facts.zone)} on {date_words(facts.replay_until)}"
    return "" if _is_webcast(facts) else None


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
