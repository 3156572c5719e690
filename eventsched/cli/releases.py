"""Press releases, from the command line."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from eventsched import doctor, typesetting
from eventsched.cli.common import MARKS, give_up, refuse_unmigrated, with_settings
from eventsched.clock import SystemClock
from eventsched.domain.advisories import USUAL_NOTICE_DAYS
from eventsched.domain.release_comparison import Comparison
from eventsched.domain.releases import UnreadableRelease, read, reading_json, reading_text
from eventsched.domain.releases.files import LARGEST, text_of_file
from eventsched.services import releases as release_service
from eventsched.services.events import NoIssuer, NoSuchEvent
from eventsched.settings import Settings
from eventsched.store.database import Store


@click.group()
def releases() -> None:
    """Press releases: what one says, one that says what is planned, and whether the two agree."""


@releases.command("read")
@click.argument("file", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="As JSON; docs/releases.md documents it.")
def read_release(file: BinaryIO, as_json: bool) -> None:
    """Say what a release in FILE, text or HTML, announces (“-” for standard input).

    Needs no settings and no database, and saves nothing.
    """
    with _refusing_unreadable():
        reading = read(text_of_file(file.read(LARGEST + 1)))
    if as_json:
        click.echo(json.dumps(reading_json(reading), ensure_ascii=False, indent=2))
    else:
        click.echo(reading_text(reading), nl=False)


@releases.command("write")
@click.argument("slugs", metavar="SLUG...", nargs=-1, required=True)
@click.option("--html", "as_html", is_flag=True, help="As HTML instead of text.")
@click.option("--place", default="", help="Where the company is, such as “WALTHAM, Mass.”.")
@click.option(
    "--usual-notice",
    type=click.IntRange(0, 365),
    default=USUAL_NOTICE_DAYS,
    show_default=True,
    help="Days between a release and its event that the company is used to.",
)
@with_settings
def write_release(
    settings: Settings, slugs: tuple[str, ...], as_html: bool, place: str, usual_notice: int
) -> None:
    """Write the release that announces the events at SLUG, ready to copy.

    What to look at before it goes is on standard error.
    """
    store = Store(settings.database_url)
    refuse_unmigrated(store)
    try:
        written = release_service.write(
            store,
            slugs,
            base_url=settings.base_url,
            templates=settings.release_templates,
            now=SystemClock().now(),
            place=place,
            usual_notice_days=usual_notice,
        )
    except NoSuchEvent as missing:
        give_up(f"There is no event “{missing}”.")
    except NoIssuer as missing:
        give_up(str(missing))
    for words in written.faults:
        click.echo(f"{MARKS[doctor.Verdict.BAD]} {words}", err=True)
    click.echo(written.html if as_html else written.text, nl=False)
    for check in written.checks:
        click.echo(f"{MARKS[doctor.Verdict.WARNING]} {check.slug}: {check.sentence}", err=True)


@releases.command("templates")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def give_templates(folder: Path) -> None:
    """Put the templates that releases are written by into FOLDER, to be changed there.

    Needs no settings and no database. No file that is there is touched.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in typesetting.FILES:
            _give(typesetting.built_in() / name, folder / name)
    except OSError as problem:
        give_up(f"Can’t write into {folder}: {problem.strerror}.")
    click.echo(f"Set EVENTSCHED_RELEASE_TEMPLATES={folder.resolve()}, and start the site again.")


def _give(ours: Path, theirs: Path) -> None:
    try:
        with theirs.open("x", encoding="utf-8") as file:
            file.write(ours.read_text(encoding="utf-8"))
    except FileExistsError:
        click.echo(f"{theirs} is there already and stays as it is.")
    else:
        click.echo(str(theirs))


@releases.command("compare")
@click.argument("file", type=click.File("rb"))
@with_settings
def compare_release(settings: Settings, file: BinaryIO) -> None:
    """Say where a release in FILE and the schedule part, field by field; changes nothing.

    Exits with status 1 unless the two agree.
    """
    with _refusing_unreadable():
        reading = read(text_of_file(file.read(LARGEST + 1)))
    store = Store(settings.database_url)
    refuse_unmigrated(store)
    found = release_service.beside_the_schedule(store, reading)
    for comparison in found:
        _tell_comparison(comparison)
    if not found:
        click.echo("No event is announced here.")
    if not all(comparison.agrees for comparison in found):
        sys.exit(1)


def _tell_comparison(found: Comparison) -> None:
    title = found.read.title or "Untitled"
    if found.stored is None:
        click.echo(f"{MARKS[doctor.Verdict.BAD]} {title}\n    is not in the schedule")
        return
    verdict = doctor.Verdict.GOOD if found.agrees else doctor.Verdict.BAD
    click.echo(f"{MARKS[verdict]} {found.stored.slug}")
    if found.decision is not None:
        click.echo(f"    is {found.decision} in the release, {found.stored.standing} here")
    for difference in found.differences:
        said, stored = (
            "; ".join(words.splitlines()) or "nothing"
            for words in (difference.after, difference.before)
        )
        click.echo(f"    {difference.field}: {said} in the release, {stored} here")


@contextmanager
def _refusing_unreadable() -> Iterator[None]:
    try:
        yield
    except UnreadableRelease as unreadable:
        give_up(str(unreadable))
