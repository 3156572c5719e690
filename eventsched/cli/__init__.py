"""The `eventsched` command: a module for each group of commands."""

import click

from eventsched import __version__, serving
from eventsched.cli.imports import import_file
from eventsched.cli.keeping import examine, load, migrate, probe
from eventsched.cli.ledger import ledger
from eventsched.cli.notices import notices
from eventsched.cli.releases import releases
from eventsched.cli.running import demo, serve, worker
from eventsched.cli.staff import staff
from eventsched.cli.zones import zones


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="eventsched %(version)s")
def main() -> None:
    """Investor events and webcasts: one schedule, told right on every channel.

    Settings come from EVENTSCHED_* variables or the TOML file that EVENTSCHED_CONFIG names.
    """
    serving.set_up_logging()


for _command in (
    demo,
    examine,
    import_file,
    ledger,
    load,
    migrate,
    notices,
    probe,
    releases,
    serve,
    staff,
    worker,
    zones,
):
    main.add_command(_command)
