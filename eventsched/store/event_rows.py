"""An event as its row in the tables holds it, and back."""

import json
from collections.abc import Iterable, Sequence
from typing import get_args

from eventsched.domain.dial_in import dial_in_text, read_dial_in
from eventsched.domain.documents import document_of, record_of_document
from eventsched.domain.events import (
    CountedFrom,
    Event,
    Facts,
    Format,
    Instants,
    Kind,
    Presenter,
    Standing,
)
from eventsched.domain.ledger import canonical_json
from eventsched.domain.revisions import duration_of, minutes
from eventsched.domain.times import Repeated
from eventsched.store.tables import EventRow, PresenterRow


def fill(row: EventRow, event: Event) -> None:
    """Write the event into its row."""
    facts, instants = event.facts, event.instants
    row.slug, row.uid = event.slug, event.uid
    row.kind = facts.kind.value
    row.title, row.host = facts.title, facts.host
    row.date, row.time, row.repeated, row.zone = facts.date, facts.time, facts.repeated, facts.zone
    row.duration_minutes = minutes(facts.duration)
    row.city, row.venue = facts.city, facts.venue
    row.format = facts.format.value if facts.format else None
    row.live_url, row.replay_url = facts.live_url, facts.replay_url
    row.backup_url, row.backup_note = facts.backup_url, facts.backup_note
    row.dial_in, row.conference_id = dial_in_text(facts.dial_in), facts.conference_id
    row.replay_days, row.replay_until = facts.replay_days, facts.replay_until
    row.replay_until_revoked = facts.replay_until_revoked
    row.replay_counted_from = facts.replay_counted_from.value
    row.starts_at, row.ends_at = instants.starts_at, instants.ends_at
    row.replay_closes_at = instants.replay_closes_at
    row.standing, row.standing_since = event.standing.value, event.standing_since
    row.publish_at, row.replay_posted_at = event.publish_at, event.replay_posted_at
    row.replay_withdrawn_at = event.replay_withdrawn_at
    row.revision, row.sequence, row.changed_at = event.revision, event.sequence, event.changed_at
    row.documents = canonical_json([record_of_document(document) for document in event.documents])
    _fill_presenters(row, facts.presenters)


def _fill_presenters(row: EventRow, presenters: Sequence[Presenter]) -> None:
    del row.presenters[len(presenters) :]
    for position, presenter in enumerate(presenters):
        if position == len(row.presenters):
            row.presenters.append(PresenterRow(position=position))
        row.presenters[position].name = presenter.name
        row.presenters[position].title = presenter.title


def event_of_row(row: EventRow) -> Event:
    """Return the event that a row holds."""
    return Event(
        slug=row.slug,
        uid=row.uid,
        facts=_facts(row),
        instants=Instants(
            starts_at=row.starts_at, ends_at=row.ends_at, replay_closes_at=row.replay_closes_at
        ),
        standing=Standing(row.standing),
        standing_since=row.standing_since,
        publish_at=row.publish_at,
        replay_posted_at=row.replay_posted_at,
        replay_withdrawn_at=row.replay_withdrawn_at,
        revision=row.revision,
        sequence=row.sequence,
        changed_at=row.changed_at,
        documents=tuple(map(document_of, json.loads(row.documents))),
    )


def _facts(row: EventRow) -> Facts:
    return Facts(
        kind=Kind(row.kind),
        title=row.title,
        host=row.host,
        date=row.date,
        time=row.time,
        repeated=_repeated(row.repeated),
        zone=row.zone,
        duration=duration_of(row.duration_minutes),
        city=row.city,
        venue=row.venue,
        format=Format(row.format) if row.format else None,
        presenters=_presenters(row.presenters),
        live_url=row.live_url,
        backup_url=row.backup_url,
        backup_note=row.backup_note,
        dial_in=tuple(read_dial_in(line) for line in row.dial_in.splitlines()),
        conference_id=row.conference_id,
        replay_url=row.replay_url,
        replay_days=row.replay_days,
        replay_until=row.replay_until,
        replay_until_revoked=row.replay_until_revoked,
        replay_counted_from=CountedFrom(row.replay_counted_from),
    )


def _presenters(rows: Iterable[PresenterRow]) -> tuple[Presenter, ...]:
    return tuple(Presenter(name=row.name, title=row.title) for row in rows)


def _repeated(said: str | None) -> Repeated | None:
    return next((choice for choice in get_args(Repeated) if choice == said), None)
