"""The `eventsched` command."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import BinaryIO, Concatenate, NoReturn, ParamSpec, TextIO

import click

from eventsched import __version__, doctor, serving
from eventsched.clock import SystemClock
from eventsched.demo import run as demo_run
from eventsched.domain.advisories import USUAL_NOTICE_DAYS
from eventsched.domain.drafts import InvalidEvent
from eventsched.domain.drift import Drift
from eventsched.domain.ledger import exported, first_broken
from eventsched.domain.release_comparison import Comparison
from eventsched.domain.releases import UnreadableRelease, read, reading_json, reading_text
from eventsched.domain.releases.files import LARGEST, text_of_file
from eventsched.domain.staff import Role
from eventsched.domain.times import FIRST_YEAR, LAST_YEAR
from eventsched.domain.wording import deadline_words
from eventsched.probing import Prober
from eventsched.services import drift, intake
from eventsched.services import releases as release_service
from eventsched.services import staff as staff_service
from eventsched.services.events import NoIssuer, NoSuchEvent
from eventsched.settings import BadSettings, Settings, load_settings
from eventsched.store import events as event_store
from eventsched.store import site
from eventsched.store.database import DatabaseUnavailable, Store
from eventsched.store.schema import migrate as migrate_store
from eventsched.store.schema import steps_missing

_P = ParamSpec("_P")
_MARKS = {
    doctor.Verdict.GOOD: click.style("✓", fg="green"),
    doctor.Verdict.WARNING: click.style("!", fg="yellow"),
    doctor.Verdict.BAD: click.style("✗", fg="red"),
}


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="eventsched %(version)s")
def main() -> None:
    """Investor events and webcasts: one schedule, told right on every channel.

    Settings come from EVENTSCHED_* variables or the TOML file that EVENTSCHED_CONFIG names.
    """
    serving.set_up_logging()


def _with_settings(
    command: Callable[Concatenate[Settings, _P], None],
) -> Callable[_P, None]:
    """Hand `command` the settings; say plainly what is wrong with them, or with the database."""

    @wraps(command)
    def wrapped(*args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            settings = load_settings(os.environ)
            if settings.demo_clock is not None:
                _give_up("Only `eventsched demo` has a clock of its own.", status=2)
            command(settings, *args, **kwargs)
        except BadSettings as bad:
            _give_up(*bad.problems, status=2)
        except DatabaseUnavailable as outage:
            _give_up(f"The database does not answer: {outage}")

    return wrapped


def _with_store(command: Callable[Concatenate[Store, _P], None]) -> Callable[_P, None]:
    """Hand `command` the database, if it has the shape that this version needs."""

    def with_store(settings: Settings, /, *args: _P.args, **kwargs: _P.kwargs) -> None:
        store = Store(settings.database_url)
        try:
            _refuse_unmigrated(store)
            command(store, *args, **kwargs)
        finally:
            store.close()

    with_store.__name__, with_store.__doc__ = command.__name__, command.__doc__
    return _with_settings(with_store)


@main.command()
@click.option("--no-worker", is_flag=True, help="Web only; run `eventsched worker` elsewhere.")
@click.option("--host", help="Address to listen on (EVENTSCHED_HOST).")
@click.option("--port", type=click.IntRange(1, 65_535), help="Port (EVENTSCHED_PORT).")
@click.option("--at", hidden=True)
@click.option("--speed", hidden=True)
def serve(
    no_worker: bool, host: str | None, port: int | None, at: str | None, speed: str | None
) -> None:
    """Serve the web with several processes, and the worker beside it."""
    if at is not None or speed is not None:
        _give_up("serve goes by the machine's clock. Only `eventsched demo` has another.", status=2)
    if host:
        os.environ["EVENTSCHED_HOST"] = host
    if port:
        os.environ["EVENTSCHED_PORT"] = str(port)
    _serve(with_worker=not no_worker)


@_with_settings
def _serve(settings: Settings, *, with_worker: bool) -> None:
    _refuse_unmigrated(Store(settings.database_url))
    click.echo(f"eventsched {__version__} at {settings.base_url} (Ctrl-C ends it)")
    serving.serve(settings, with_worker=with_worker)


@main.command()
@_with_settings
def worker(settings: Settings) -> None:
    """Write transitions down as they fall due. Any number may run, on any number of machines."""
    _refuse_unmigrated(Store(settings.database_url))
    serving.work(settings, SystemClock())


@main.command()
@click.argument("slug")
@_with_settings
def probe(settings: Settings, slug: str) -> None:
    """Look at the links of the event at SLUG, now."""
    prober = Prober(private=settings.probe_private)
    with Store(settings.database_url).reading() as session:
        event = event_store.by_slug(session, slug)
    if event is None:
        _give_up(f"There is no event at “{slug}”.")
    for name, url in (("live", event.facts.live_url), ("replay", event.facts.replay_url)):
        click.echo(f"{name:<7} {prober.look(url).words if url else 'no link is set'}")


@main.command()
@_with_settings
def migrate(settings: Settings) -> None:
    """Make the database, or bring it up to date."""
    before, after = migrate_store(Store(settings.database_url))
    if before == after:
        click.echo(f"The database is up to date (step {after}).")
    else:
        click.echo(f"The database is now at step {after} (was at {before or 'nothing'}).")


@main.command("doctor")
@_with_settings
def examine(settings: Settings) -> None:
    """Say in plain words what is wrong, or that nothing is."""
    store = Store(settings.database_url)
    bad = False
    for finding in doctor.examine(settings, store, now=SystemClock().now()):
        click.echo(f"{_MARKS[finding.verdict]} {finding.words}")
        bad = bad or finding.verdict is doctor.Verdict.BAD
    if bad:
        sys.exit(1)


@main.command()
@click.argument("file", type=click.File(encoding="utf-8-sig"))
@_with_store
def load(store: Store, file: TextIO) -> None:
    """Take in the issuer and events from a TOML FILE.

    All of it or nothing. FILE “-” is standard input.
    """
    try:
        taken = intake.take_in(store, file.read(), by="load", now=SystemClock().now())
    except intake.UnreadableDocument as unreadable:
        _give_up(*unreadable.problems, "Nothing was saved.")
    except UnicodeDecodeError:
        _give_up("The file is not text in UTF-8. Nothing was saved.")
    if taken.issuer:
        click.echo(f"Issuer: {taken.issuer.name}")
    for event in taken.events:
        click.echo(f"{event.standing}: {event.facts.title} (/events/{event.slug})")


@main.group()
def staff() -> None:
    """Accounts of the investor-relations team."""


@staff.command("add")
@click.argument("email")
@click.option("--name", default="", help="How the person is called on the board.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.ADMIN.value,
    show_default=True,
)
@click.password_option(help="Asked for if absent.")
@_with_store
def add_staff(store: Store, email: str, name: str, role: str, password: str) -> None:
    """Make an account that can sign in."""
    try:
        added = staff_service.add(
            store,
            email=email,
            name=name,
            role=Role(role),
            password=password,
            now=SystemClock().now(),
        )
    except staff_service.BadAccount as bad:
        _give_up(str(bad))
    click.echo(f"{added.email} can sign in as {added.role}.")


@main.group(invoke_without_command=True)
@click.pass_context
def zones(context: click.Context) -> None:
    """List events that new time-zone rules would move. Nothing public moves by itself."""
    if context.invoked_subcommand is None:
        _list_drifts()


@_with_store
def _list_drifts(store: Store) -> None:
    now = SystemClock().now()
    drifts = drift.find(store, now=now)
    for found in drifts:
        click.echo(_drift_words(found, alarming=found.is_alarming(now=now)))
    if not drifts:
        click.echo(f"No event moves under the time-zone rules of {drift.rules_version()}.")


@zones.command()
@click.argument("slug")
@_with_store
def accept(store: Store, slug: str) -> None:
    """Let the event at SLUG move to where today's rules put its wall time."""
    now = SystemClock().now()
    found = next((d for d in drift.find(store, now=now) if d.event.slug == slug), None)
    if found is None:
        _give_up(f"“{slug}” is no event that moves.")
    try:
        event = drift.accept(store, slug, base=found.event.revision, by="zones", now=now)
    except InvalidEvent as invalid:
        _give_up(*(problem.message for problem in invalid.problems))
    starts = event.instants.starts_at or event.instants.ends_at
    click.echo(f"Moved: {deadline_words(starts, event.facts.zone)}")


def _drift_words(found: Drift, *, alarming: bool) -> str:
    event, would_be = found.event, found.would_be
    mark = _MARKS[doctor.Verdict.BAD if alarming else doctor.Verdict.WARNING]
    head = f"{mark} {event.slug}: {event.facts.wall_time or event.facts.date} {event.facts.zone}"
    if would_be is None:
        return f"{head}\n    {found.problem} Correct it in the form."
    was, becomes = (i.starts_at or i.ends_at for i in (event.instants, would_be))
    return (
        f"{head}\n    announced as {was:%Y-%m-%d %H:%M} UTC, now {becomes:%Y-%m-%d %H:%M} UTC\n"
        f"    to move it: eventsched zones accept {event.slug}"
    )


@main.group()
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
@_with_settings
def write_release(
    settings: Settings, slugs: tuple[str, ...], as_html: bool, place: str, usual_notice: int
) -> None:
    """Write the release that announces the events at SLUG, ready to copy.

    What to look at before it goes is on standard error.
    """
    store = Store(settings.database_url)
    _refuse_unmigrated(store)
    try:
        written = release_service.write(
            store,
            slugs,
            base_url=settings.base_url,
            now=SystemClock().now(),
            place=place,
            usual_notice_days=usual_notice,
        )
    except NoSuchEvent as missing:
        _give_up(f"There is no event “{missing}”.")
    except NoIssuer as missing:
        _give_up(str(missing))
    click.echo(written.html if as_html else written.text, nl=False)
    for check in written.checks:
        click.echo(f"{_MARKS[doctor.Verdict.WARNING]} {check.slug}: {check.sentence}", err=True)


@releases.command("compare")
@click.argument("file", type=click.File("rb"))
@_with_settings
def compare_release(settings: Settings, file: BinaryIO) -> None:
    """Say where a release in FILE and the schedule part, field by field; changes nothing.

    Exits with status 1 unless the two agree.
    """
    with _refusing_unreadable():
        reading = read(text_of_file(file.read(LARGEST + 1)))
    store = Store(settings.database_url)
    _refuse_unmigrated(store)
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
        click.echo(f"{_MARKS[doctor.Verdict.BAD]} {title}\n    is not in the schedule")
        return
    verdict = doctor.Verdict.GOOD if found.agrees else doctor.Verdict.BAD
    click.echo(f"{_MARKS[verdict]} {found.stored.slug}")
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
        _give_up(str(unreadable))


@main.group()
def ledger() -> None:
    """The chain of what was saved and what was seen."""


@ledger.command()
@_with_store
def verify(store: Store) -> None:
    """Check that no entry was changed, and name the first one that was."""
    with store.reading() as session:
        broken, last = first_broken(site.ledger(session)), site.last_entry(session)
        cut_short = site.is_cut_short(session)
    if broken is not None:
        _give_up(
            f"Entry {broken.number} ({broken.kind}, {broken.subject}) does not follow from the one "
            "before: it, or the one before, was changed or removed."
        )
    if cut_short:
        _give_up("Entries at the end of the ledger are missing.")
    click.echo(f"All {last.number if last else 0} entries follow from one another.")


@ledger.command()
@click.argument("file", type=click.File("w", encoding="utf-8"), default="-")
@_with_store
def export(store: Store, file: TextIO) -> None:
    """Write every entry to FILE, a line of JSON each.

    Whoever has the file can check it without us: docs/ledger.md says how.
    """
    with store.reading() as session:
        for entry in site.ledger(session):
            file.write(exported(entry) + "\n")


@main.command()
@click.option("--at", "at", metavar="INSTANT", help="What the clock shows at the start, in UTC.")
@click.option("--speed", type=click.FloatRange(0.001, 1_000_000), help="Times real speed.")
@click.option("--port", type=click.IntRange(1, 65_534), default=8000, show_default=True)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo-data"),
    show_default=True,
    help="Folder of its own; made anew unless it exists.",
)
def demo(at: str | None, speed: float | None, port: int, data: Path) -> None:
    """Run the product with a sample, on a clock that runs fast.

    Two conferences of a release of November 2, 2011; the clock starts five minutes before the
    first. At --speed 60 a week passes in under three hours, at 6000 in under two minutes.
    """
    the_demo = demo_run.Demo(folder=data, port=port)
    try:
        clock = demo_run.prepare(the_demo, at=_instant(at), speed=speed)
    except (demo_run.PortTaken, demo_run.NotADemo) as problem:
        _give_up(str(problem))
    began = deadline_words(clock.now(), "America/New_York")
    demo_run.run(
        the_demo,
        clock,
        announce=lambda: click.echo(
            f"""
  {click.style("eventsched demo", bold=True)}   {click.style(the_demo.address, fg="cyan")}

  Clock    {began}, running {clock.speed:g} times as fast
  Staff    {the_demo.address}/staff/   {demo_run.STAFF_EMAIL}   {demo_run.STAFF_PASSWORD}
  Data     {data}   (delete it to start over)

  Look at the page first: a conference in Phoenix is about to go live. Then its replay opens, and
  a week later it closes: the link answers 410, and page and calendar say so. Each is noted below
  as it happens. Ctrl-C stops everything.
"""
        ),
    )


def _instant(said: str | None) -> datetime | None:
    if said is None:
        return None
    try:
        instant = datetime.fromisoformat(said)
    except ValueError:
        _give_up(f"--at: “{said}” is not an instant such as 2011-11-11T15:55:00Z.", status=2)
    if instant.tzinfo is None:
        _give_up(f"--at: “{said}” has no zone; write {said}Z if UTC is meant.", status=2)
    if not FIRST_YEAR < instant.year < LAST_YEAR:
        _give_up(f"--at: “{said}” is outside {FIRST_YEAR + 1} to {LAST_YEAR - 1}.", status=2)
    return instant.astimezone(UTC)


def _refuse_unmigrated(store: Store) -> None:
    if steps_missing(store):
        _give_up("The database is not ready for this version. Run: eventsched migrate")


def _give_up(*problems: str, status: int = 1) -> NoReturn:
    for problem in problems:
        click.echo(problem, err=True)
    sys.exit(status)
