"""What changed about an event while the public could see it: old, new, when and why.

Nothing from before its publication is told, nothing that was never public, and never a vendor's
address: that there is a webcast is a fact, where it comes from is not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from eventsched.domain.events import Event
from eventsched.domain.lifecycle import (
    closes_by_withdrawal,
    is_public,
    published_at,
    shown_documents,
    shows_ways_in,
    takes_place,
)
from eventsched.domain.wording import (
    document_words,
    duration_words,
    place_words,
    stay_words,
    when_words,
)


@dataclass(frozen=True, kw_only=True)
class Saved:
    """A saved state of an event, when it was saved, and the reason that was given."""

    event: Event
    at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class Alteration:
    """One thing that reads differently; "" where there was, or is, nothing.

    `field` is one of those in `FIELDS`. Kinds, formats and standings are given by their names.
    """

    field: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """What one save altered for readers."""

    at: datetime
    reason: str
    before: Event
    after: Event
    alterations: tuple[Alteration, ...]

    @property
    def moves_the_event(self) -> bool:
        """Whether it now begins at another time, or on another day."""
        return _beginning(self.before) != _beginning(self.after)


FIELDS = (
    *("standing", "title", "when", "duration", "place", "host", "kind", "format"),
    *("presenters", "live", "backup", "backup_note", "dial_in", "conference_id"),
    *("replay", "replay_link", "documents"),
)
_WAYS_IN = ("backup", "backup_note", "dial_in", "conference_id")


def public_changes(states: Iterable[Saved], home_zone: str, *, now: datetime) -> tuple[Change, ...]:
    """Return what changed for the public, latest first; nothing where the event is not public.

    `states` are the event's, first saved first.
    """
    saved = [state for state in states if state.at <= now]
    published = published_at(saved[-1].event) if saved else None
    if published is None or published > now:
        return ()
    changes: list[Change] = []
    known: Event | None = None
    for state in saved:
        seen_when_saved = is_public(state.event, now=max(state.at, published))
        if known is not None and seen_when_saved and state.at > published:
            changes.append(_change(known, state, home_zone))
        known = state.event if seen_when_saved else None
    return tuple(change for change in reversed(changes) if change.alterations)


def alterations(
    before: Event, after: Event, home_zone: str, *, at: datetime
) -> tuple[Alteration, ...]:
    """Return what reads differently of two states of an event, looked at at one instant."""
    old, new = (_face(event, home_zone, at) for event in (before, after))
    fields: tuple[str, ...] = FIELDS
    if not all(shows_ways_in(event, now=at) for event in (before, after)):
        # Pages hide them then: that the event is over, or called off, is told by other words.
        fields = tuple(field for field in FIELDS if field not in _WAYS_IN)
    return tuple(
        Alteration(
            field=field,
            before=_told(field, old[field], new[field]),
            after=_told(field, new[field], old[field]),
        )
        for field in fields
        if old[field] != new[field]
    )


def _change(before: Event, state: Saved, home_zone: str) -> Change:
    return Change(
        at=state.at,
        reason=state.reason,
        before=before,
        after=state.event,
        alterations=alterations(before, state.event, home_zone, at=state.at),
    )


def _told(field: str, said: str, otherwise: str) -> str:
    """Return what a field says; of the documents, only those that the other state has not."""
    if field != "documents":
        return said
    others = otherwise.splitlines()
    return "; ".join(line for line in said.splitlines() if line not in others)


def _face(event: Event, home_zone: str, at: datetime) -> dict[str, str]:
    facts = event.facts
    return {
        "standing": event.standing.value,
        "title": facts.title,
        "when": when_words(event, home_zone),
        "duration": "" if facts.duration is None else duration_words(facts.duration),
        "place": place_words(facts),
        "host": facts.host,
        "kind": facts.kind.value,
        "format": "" if facts.format is None else facts.format.value,
        "presenters": "; ".join(
            ", ".join(filter(None, (p.name, p.title))) for p in facts.presenters
        ),
        "live": "announced" if facts.live_url else "",
        "backup": "given" if facts.backup_url else "",
        "backup_note": facts.backup_note,
        "dial_in": "; ".join(number.words for number in facts.dial_in),
        "conference_id": facts.conference_id,
        "replay": _replay(event, home_zone),
        "replay_link": _recording(event, at),
        "documents": "\n".join(map(document_words, shown_documents(event, now=at))),
    }


def _replay(event: Event, home_zone: str) -> str:
    return stay_words(event, home_zone) if takes_place(event) else ""


def _recording(event: Event, at: datetime) -> str:
    """Return “posted” or “withdrawn” as the public sees it at `at`, else ""."""
    if closes_by_withdrawal(event) and takes_place(event):
        return "withdrawn"
    # Before the presentation has ended nobody sees that a recording is prepared.
    return "posted" if event.facts.replay_url and event.instants.ends_at <= at else ""


def _beginning(event: Event) -> object:
    return event.instants.starts_at or event.facts.date
