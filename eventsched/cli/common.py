"""What every command shares: settings, the database, and how it says that it gives up."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, NoReturn, ParamSpec

import click

from eventsched import doctor
from eventsched.settings import BadSettings, Settings, load_settings
from eventsched.store.database import DatabaseUnavailable, Store
from eventsched.store.schema import is_empty, steps_missing

_P = ParamSpec("_P")
MARKS = {
    doctor.Verdict.GOOD: click.style("✓", fg="green"),
    doctor.Verdict.WARNING: click.style("!", fg="yellow"),
    doctor.Verdict.BAD: click.style("✗", fg="red"),
}


def with_settings(
    command: Callable[Concatenate[Settings, _P], None],
) -> Callable[_P, None]:
    """Hand `command` the settings; say plainly what is wrong with them, or with the database."""

    @wraps(command)
    def wrapped(*args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            settings = load_settings(os.environ)
            if settings.demo_clock is not None:
                give_up("Only `eventsched demo` has a clock of its own.", status=2)
            command(settings, *args, **kwargs)
        except BadSettings as bad:
            give_up(*bad.problems, status=2)
        except DatabaseUnavailable as outage:
            give_up(f"The database does not answer: {outage}")

    return wrapped


def with_store(command: Callable[Concatenate[Store, _P], None]) -> Callable[_P, None]:
    """Hand `command` the database, if it has the shape that this version needs."""

    def opened(settings: Settings, /, *args: _P.args, **kwargs: _P.kwargs) -> None:
        store = Store(settings.database_url)
        try:
            refuse_unmigrated(store)
            command(store, *args, **kwargs)
        finally:
            store.close()

    opened.__name__, opened.__doc__ = command.__name__, command.__doc__
    return with_settings(opened)


def refuse_unmigrated(store: Store) -> None:
    """End the command unless the database has the shape that this version needs."""
    if is_empty(store):
        give_up("The database is empty. Make its tables with: eventsched migrate")
    if steps_missing(store):
        give_up("The database is not ready for this version. Run: eventsched migrate")


def give_up(*problems: str, status: int = 1) -> NoReturn:
    """Say each problem in a line of its own on standard error, and end with `status`."""
    for problem in problems:
        click.echo(problem, err=True)
    sys.exit(status)
