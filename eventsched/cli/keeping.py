"""Keeping an installation: its database, its health, and the links of its events."""

import sys
from collections.abc import Iterator
from typing import TextIO
from urllib.parse import urlsplit

import click

from eventsched import doctor, leaks
from eventsched.cli.common import MARKS, give_up, refuse_unmigrated, with_settings, with_store
from eventsched.clock import SystemClock
from eventsched.crawling import Unreachable, asking
from eventsched.probing import Prober
from eventsched.services import intake
from eventsched.settings import Settings
from eventsched.store import events as event_store
from eventsched.store.database import Store
from eventsched.store.schema import migrate as migrate_store


@click.command()
@with_settings
def migrate(settings: Settings) -> None:
    """Make the database, or bring it up to date."""
    before, after = migrate_store(Store(settings.database_url))
    if before == after:
        click.echo(f"The database is up to date (step {after}).")
    else:
        click.echo(f"The database is now at step {after} (was at {before or 'nothing'}).")


@click.command("doctor")
@click.option("--files", "every_byte", is_flag=True, help="Read every byte of every document.")
@click.option("--leaks", "for_leaks", is_flag=True, help="Look for unpublished words outside.")
@click.option("--at", "address", help="With --leaks: where to ask, if not at the public address.")
@click.option(
    "--most",
    type=click.IntRange(1, 100_000),
    default=leaks.MOST_ANSWERS,
    show_default=True,
    help="With --leaks: how many answers to read at most.",
)
@with_settings
def examine(
    settings: Settings, every_byte: bool, for_leaks: bool, address: str | None, most: int
) -> None:
    """Say in plain words what is wrong, or that nothing is.

    With --files: also read each document through, and compare it with what the ledger holds.
    With --leaks: walk over the running site as a stranger, and look in everything it answers for
    the words of events that are not public, for vendors' links and for keys.
    """
    store = Store(settings.database_url)
    if for_leaks:
        refuse_unmigrated(store)
        found = _leaks(settings, store, address, most)
    else:
        now = SystemClock().now()
        found = doctor.examine(settings, store, now=now, every_byte=every_byte)
    bad = False
    for finding in found:
        click.echo(f"{MARKS[finding.verdict]} {finding.words}")
        bad = bad or finding.verdict is doctor.Verdict.BAD
    if bad:
        sys.exit(1)


def _leaks(
    settings: Settings, store: Store, address: str | None, most: int
) -> Iterator[doctor.Finding]:
    base = settings.base_url
    ask = asking((address or base).rstrip("/"), host=urlsplit(base).netloc)
    try:
        walk = leaks.look(
            store,
            ask,
            base_url=base,
            secret_key=settings.secret_key,
            clock=SystemClock().now,
            most=most,
        )
    except Unreachable as problem:
        give_up(f"The site does not answer: {problem}")
    return leaks.findings(walk)


@click.command()
@click.argument("file", type=click.File(encoding="utf-8-sig"))
@with_store
def load(store: Store, file: TextIO) -> None:
    """Take in the issuer and events from a TOML FILE.

    All of it or nothing. FILE “-” is standard input.
    """
    try:
        taken = intake.take_in(store, file.read(), by="load", now=SystemClock().now())
    except intake.UnreadableDocument as unreadable:
        give_up(*unreadable.problems, "Nothing was saved.")
    except UnicodeDecodeError:
        give_up("The file is not text in UTF-8. Nothing was saved.")
    if taken.issuer:
        click.echo(f"Issuer: {taken.issuer.name}")
    for event in taken.events:
        click.echo(f"{event.standing}: {event.facts.title} (/events/{event.slug})")


@click.command()
@click.argument("slug")
@with_settings
def probe(settings: Settings, slug: str) -> None:
    """Look at the links of the event at SLUG, now."""
    prober = Prober(private=settings.probe_private)
    with Store(settings.database_url).reading() as session:
        event = event_store.by_slug(session, slug)
    if event is None:
        give_up(f"There is no event at “{slug}”.")
    for name, url in (("live", event.facts.live_url), ("replay", event.facts.replay_url)):
        click.echo(f"{name:<7} {prober.look(url).words if url else 'no link is set'}")
