"""The ledger, from the command line."""

from typing import TextIO

import click

from eventsched.cli.as_of import as_of
from eventsched.cli.common import give_up, with_store
from eventsched.domain.ledger import exported, first_broken
from eventsched.store import site
from eventsched.store.database import Store


@click.group()
def ledger() -> None:
    """The chain of what was saved and what was seen."""


@ledger.command()
@with_store
def verify(store: Store) -> None:
    """Check that no entry was changed, and name the first one that was."""
    with store.reading() as session, site.whatever_was_made_of_it(session):
        broken, last = first_broken(site.ledger(session)), site.last_entry(session)
        cut_short = site.is_cut_short(session)
    if broken is not None:
        give_up(
            f"Entry {broken.number} ({broken.kind}, {broken.subject}) does not follow from the one "
            "before: it, or the one before, was changed or removed."
        )
    if cut_short:
        give_up("Entries at the end of the ledger are missing.")
    click.echo(f"All {last.number if last else 0} entries follow from one another.")


ledger.add_command(as_of)


@ledger.command()
@click.argument("file", type=click.File("w", encoding="utf-8"), default="-")
@with_store
def export(store: Store, file: TextIO) -> None:
    """Write every entry to FILE, a line of JSON each.

    Whoever has the file can check it without us: docs/ledger.md says how.
    """
    with store.reading() as session:
        for entry in site.ledger(session):
            file.write(exported(entry) + "\n")
