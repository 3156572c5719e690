"""Events from a file, from the command line: looked at first, saved when that is asked for."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from eventsched import doctor
from eventsched.cli.common import MARKS, give_up, with_store
from eventsched.clock import SystemClock
from eventsched.domain.drafts import InvalidEvent
from eventsched.domain.imports import LARGEST, UnreadableFile
from eventsched.domain.imports_plan import Outcome, Plan, Planned, Way
from eventsched.domain.revisions import NotAllowed
from eventsched.services import imports
from eventsched.services.events import NoIssuer
from eventsched.services.imports import PlanChanged, Wish
from eventsched.store import staff as staff_store
from eventsched.store.database import Store

_BY = "import"
_WORDS = {
    Outcome.NEW: "new",
    Outcome.CHANGED: "changed",
    Outcome.UNCHANGED: "unchanged",
    Outcome.UNREADABLE: "can’t be read",
    Outcome.LEFT_OUT: "left out",
}
_MARKS = {
    Outcome.NEW: click.style("+", fg="green"),
    Outcome.CHANGED: click.style("~", fg="yellow"),
    Outcome.UNREADABLE: MARKS[doctor.Verdict.BAD],
    Outcome.LEFT_OUT: click.style("-", dim=True),
}
_WAYS = {
    Way.AT_ONCE: "approved: saved is published",
    Way.APPROVER: "waits for an approver",
    Way.SECOND_PERSON: "waits for a second person",
}


@click.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--confirm", is_flag=True, help="Save it: all of it, or nothing.")
@click.option("--reason", default="", help="Why public events change; the public reads it.")
@click.option(
    "--leave-out-unreadable", is_flag=True, help="Save the rest where rows can’t be read."
)
@click.option("--as", "email", default="", help="In the name, and with the rights, of an account.")
@with_store
def import_file(
    store: Store,
    file: BinaryIO,
    confirm: bool,
    reason: str,
    leave_out_unreadable: bool,
    email: str,
) -> None:
    """Say what the events in FILE, CSV or iCalendar, would change; “-” is standard input.

    Changes nothing without --confirm. New events become drafts. Exits with status 1 where rows
    can't be read.
    """
    by = _account(store, email) if email else _BY
    content, now = file.read(LARGEST + 1), SystemClock().now()
    with _refusals():
        seen = imports.preview(store, content, by=by, now=now)
    _tell(seen)
    unreadable = bool(seen.of(Outcome.UNREADABLE))
    if not confirm:
        click.echo("Nothing was changed. Add --confirm to save it.")
    else:
        wish = Wish(
            fingerprint=seen.fingerprint, reason=reason, without_unreadable=leave_out_unreadable
        )
        with _refusals():
            steps = imports.take(store, _name(file), content, wish, by=by, now=now)
            _follow(steps, total=len(seen.of(Outcome.NEW, Outcome.CHANGED)))
        click.echo("Saved.")
    if unreadable and not (confirm and leave_out_unreadable):
        raise SystemExit(1)


def _name(file: BinaryIO) -> str:
    name = getattr(file, "name", "-")
    return "standard input" if name in ("-", "<stdin>") else Path(str(name)).name


def _account(store: Store, email: str) -> str:
    with store.reading() as session:
        staff = staff_store.by_email(session, email.strip().lower())
    if staff is None:
        give_up(f"There is no account “{email}”.")
    return staff.email


def _follow(steps: Iterator[tuple[int, int]], *, total: int) -> None:
    with click.progressbar(length=total, label="Saving", file=sys.stderr) as bar:
        reached = 0
        for done, _ in steps:
            bar.update(done - reached)
            reached = done


def _tell(seen: Plan) -> None:
    for note in seen.notes:
        click.echo(f"{MARKS[doctor.Verdict.WARNING]} {note}")
    for row in seen.rows:
        if row.outcome is not Outcome.UNCHANGED:
            _tell_row(row, seen.unit)
    counts = [(len(seen.of(outcome)), words) for outcome, words in _WORDS.items()]
    click.echo(", ".join(f"{count} {words}" for count, words in counts if count) + ".")


def _tell_row(row: Planned, unit: str) -> None:
    click.echo(f"{_MARKS[row.outcome]} {unit} {row.number}: {row.title or 'Untitled'}")
    way = _WAYS.get(row.way, "") if row.outcome is Outcome.CHANGED else ""
    for words in (way, row.because, *row.notes):
        if words:
            click.echo(f"    {words}")
    for blame in row.blames:
        click.echo(
            f"    {blame.column}: {blame.message}" if blame.column else f"    {blame.message}"
        )
    for change in row.differences:
        before, after = (
            "; ".join(words.splitlines()) or "nothing" for words in (change.before, change.after)
        )
        click.echo(f"    {change.field.replace('_', ' ')}: {before} → {after}")


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except (UnreadableFile, NoIssuer, NotAllowed, PlanChanged) as refused:
        give_up(str(refused), "Nothing was saved.")
    except InvalidEvent as invalid:
        options = {"reason": "--reason: ", "without_unreadable": "--leave-out-unreadable: "}
        give_up(
            *(options.get(p.field, "") + p.message for p in invalid.problems),
            "Nothing was saved.",
        )
