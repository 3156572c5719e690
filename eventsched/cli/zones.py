"""Events that new time-zone rules would move."""

import click

from eventsched import doctor
from eventsched.cli.common import MARKS, give_up, with_store
from eventsched.clock import SystemClock
from eventsched.domain.drafts import InvalidEvent
from eventsched.domain.drift import Drift
from eventsched.domain.wording import deadline_words
from eventsched.services import drift
from eventsched.store.database import Store


@click.group(invoke_without_command=True)
@click.pass_context
def zones(context: click.Context) -> None:
    """List events that new time-zone rules would move. Nothing public moves by itself."""
    if context.invoked_subcommand is None:
        _list_drifts()


@with_store
def _list_drifts(store: Store) -> None:
    now = SystemClock().now()
    drifts = drift.find(store, now=now)
    for found in drifts:
        click.echo(_drift_words(found, alarming=found.is_alarming(now=now)))
    if not drifts:
        click.echo(f"No event moves under the time-zone rules of {drift.rules_version()}.")


@zones.command()
@click.argument("slug")
@with_store
def accept(store: Store, slug: str) -> None:
    """Let the event at SLUG move to where today's rules put its wall time."""
    now = SystemClock().now()
    found = next((d for d in drift.find(store, now=now) if d.event.slug == slug), None)
    if found is None:
        give_up(f"“{slug}” is no event that moves.")
    try:
        event = drift.accept(store, slug, base=found.event.revision, by="zones", now=now)
    except InvalidEvent as invalid:
        give_up(*(problem.message for problem in invalid.problems))
    starts = event.instants.starts_at or event.instants.ends_at
    click.echo(f"Moved: {deadline_words(starts, event.facts.zone)}")


def _drift_words(found: Drift, *, alarming: bool) -> str:
    event, would_be = found.event, found.would_be
    mark = MARKS[doctor.Verdict.BAD if alarming else doctor.Verdict.WARNING]
    head = f"{mark} {event.slug}: {event.facts.wall_time or event.facts.date} {event.facts.zone}"
    if would_be is None:
        return f"{head}\n    {found.problem} Correct it in the form."
    was, becomes = (i.starts_at or i.ends_at for i in (event.instants, would_be))
    return (
        f"{head}\n    announced as {was:%Y-%m-%d %H:%M} UTC, now {becomes:%Y-%m-%d %H:%M} UTC\n"
        f"    to move it: eventsched zones accept {event.slug}"
    )
