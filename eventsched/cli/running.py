"""Running the product: the web, the worker, and the demo."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from eventsched import __version__, serving
from eventsched.cli.common import give_up, refuse_unmigrated, with_settings
from eventsched.clock import SystemClock
from eventsched.demo import run as demo_run
from eventsched.domain.times import FIRST_YEAR, LAST_YEAR
from eventsched.domain.wording import deadline_words
from eventsched.services import staff as staff_service
from eventsched.settings import Settings
from eventsched.store.database import Store


@click.command()
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
        give_up("serve goes by the machine's clock. Only `eventsched demo` has another.", status=2)
    if host:
        os.environ["EVENTSCHED_HOST"] = host
    if port:
        os.environ["EVENTSCHED_PORT"] = str(port)
    _serve(with_worker=not no_worker)


@with_settings
def _serve(settings: Settings, *, with_worker: bool) -> None:
    store = Store(settings.database_url)
    refuse_unmigrated(store)
    click.echo(f"eventsched {__version__} at {settings.base_url} (Ctrl-C ends it)")
    if not staff_service.is_begun(store):
        key = staff_service.first_key(settings.secret_key)
        click.echo(
            f"""
  This installation is new. Open this link to begin: it makes the first account, and leads on to
  the company and to the first event. Then it is used up.

  {click.style(f"{settings.base_url}/staff/begin/{key}", fg="cyan")}
"""
        )
    serving.serve(settings, with_worker=with_worker)


@click.command()
@with_settings
def worker(settings: Settings) -> None:
    """Write transitions down as they fall due. Any number may run, on any number of machines."""
    refuse_unmigrated(Store(settings.database_url))
    serving.work(settings, SystemClock())


@click.command()
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
        give_up(str(problem))
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
        give_up(f"--at: “{said}” is not an instant such as 2011-11-11T15:55:00Z.", status=2)
    if instant.tzinfo is None:
        give_up(f"--at: “{said}” has no zone; write {said}Z if UTC is meant.", status=2)
    if not FIRST_YEAR < instant.year < LAST_YEAR:
        give_up(f"--at: “{said}” is outside {FIRST_YEAR + 1} to {LAST_YEAR - 1}.", status=2)
    return instant.astimezone(UTC)
