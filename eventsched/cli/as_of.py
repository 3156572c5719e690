"""What was public at an instant, told from the ledger."""

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TextIO

import click

from eventsched.cli.common import give_up, refuse_unmigrated
from eventsched.domain.ledger import Entry, UnreadableEntry, first_broken, instant_text, read_entry
from eventsched.recalling import Then, Told, recalled
from eventsched.settings import BadSettings, Settings, load_settings
from eventsched.store import site
from eventsched.store.database import DatabaseUnavailable, Store

_TEXT = ("text/", "application/json", "application/feed+json", "application/atom+xml")


@click.command("as-of")
@click.argument("instant")
@click.option(
    "--from",
    "file",
    type=click.File("r", encoding="utf-8"),
    help="An export of the ledger; no database is needed then.",
)
@click.option("--json", "as_json", is_flag=True, help="Every channel's answer in full.")
@click.option("--show", metavar="PATH", help="Only what was answered there, such as /calendar.ics.")
def as_of(instant: str, file: TextIO | None, as_json: bool, show: str | None) -> None:
    """Tell what every channel said at INSTANT, rebuilt from the ledger.

    INSTANT is such as 2011-11-14T20:12:00Z. Everything is as the ledger knows it; addresses and
    notices of the site are as they are set now.
    """
    at, settings = _instant(instant), _settings()
    entries = _entries(settings) if file is None else _exported(file)
    broken = first_broken(entries)
    if broken is not None:
        give_up(f"Entry {broken.number} ({broken.kind}, {broken.subject}) does not follow.")
    with recalled(entries, at, settings, until=at) as then:
        if show is not None:
            sys.stdout.buffer.write(then.ask(show).body)
        elif as_json:
            click.echo(json.dumps(_record(at, then), ensure_ascii=False, indent=1))
        else:
            _tell(at, then)


def _tell(at: datetime, then: Then) -> None:
    last = then.rebuilt.last
    click.echo(f"At {instant_text(at)}, by {last.number if last else 0} entries of the ledger:")
    if not then.rebuilt.knows_company:
        click.echo("The ledger does not tell who the company was; its clock and name are missing.")
    told = json.loads(then.ask("/events.json?limit=200").body)
    for event in told["events"]:
        click.echo(f"\n{event['title']}\n  {event['url']}")
        click.echo(f"  {event['standing']}, {event['phase']}; {event['when']}")
        for gate in ("live", "replay"):
            if event[gate] is not None:
                answer = then.ask(f"/events/{_slug(event)}/{gate}")
                leads = f", led to {answer.location}" if answer.location else ""
                click.echo(f"  {gate}: {answer.status}{leads}. {event[gate]['words']}")
    hidden = len(then.rebuilt.slugs) - len(told["events"])
    click.echo(f"\n{len(told['events'])} of {told['total']} public events; {hidden} hidden.")


def _slug(event: dict[str, Any]) -> str:
    return str(event["url"]).rpartition("/")[2]


def _record(at: datetime, then: Then) -> dict[str, Any]:
    last = then.rebuilt.last
    return {
        "instant": instant_text(at),
        "entries": last.number if last else 0,
        "last_hash": last.hash if last else None,
        "knows_company": then.rebuilt.knows_company,
        "channels": {path: _answer(told) for path, told in then.channels().items()},
    }


def _answer(told: Told) -> dict[str, Any]:
    readable = told.kind.startswith(_TEXT)
    return {
        "status": told.status,
        "type": told.kind,
        "location": told.location or None,
        "sha256": hashlib.sha256(told.body).hexdigest(),
        "body": told.body.decode() if readable else None,
    }


def _entries(settings: Settings) -> list[Entry]:
    try:
        with _opened(settings) as store:
            return _all_of(store)
    except DatabaseUnavailable as outage:
        give_up(f"The database does not answer: {outage}")


def _all_of(store: Store) -> list[Entry]:
    with store.reading() as session, site.whatever_was_made_of_it(session):
        return list(site.ledger(session))


@contextmanager
def _opened(settings: Settings) -> Iterator[Store]:
    store = Store(settings.database_url)
    try:
        refuse_unmigrated(store)
        yield store
    finally:
        store.close()


def _exported(file: TextIO) -> list[Entry]:
    try:
        return [read_entry(line) for line in file if line.strip()]
    except (UnreadableEntry, UnicodeDecodeError) as problem:
        give_up(f"The file is no export of a ledger: {problem}")


def _settings() -> Settings:
    try:
        return load_settings(os.environ)
    except BadSettings as bad:
        give_up(*bad.problems, status=2)


def _instant(said: str) -> datetime:
    try:
        instant = datetime.fromisoformat(said)
    except ValueError:
        give_up(f"“{said}” is no instant; write it like 2011-11-14T20:12:00Z.", status=2)
    if instant.tzinfo is None:
        give_up("Say in which zone: end it with Z, or with an offset such as -05:00.", status=2)
    return instant.astimezone(UTC)
