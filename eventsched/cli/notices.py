"""Mail, from the command line."""

from typing import BinaryIO

import click

from eventsched.cli.common import give_up, with_store
from eventsched.clock import SystemClock
from eventsched.domain.bounces import LONGEST_REPORT, UnreadableReport
from eventsched.services import bounces
from eventsched.store.database import Store


@click.group()
def notices() -> None:
    """Mail that is owed, and mail that came back."""


@notices.command()
@click.argument("file", type=click.File("rb"))
@click.option("--to", "sent_to", default="", help="Where it was sent, if the file does not say so.")
@with_store
def bounce(store: Store, file: BinaryIO, sent_to: str) -> None:
    """Take in a report of a mail that came back (RFC 3464), from FILE; “-” is standard input.

    For the mail server to call with what comes to the address of bounces.
    """
    text = file.read(LONGEST_REPORT + 1)
    try:
        click.echo(bounces.report(store, text, sent_to=sent_to, now=SystemClock().now()))
    except UnreadableReport as unreadable:
        give_up(f"{unreadable} Nothing was changed.")
