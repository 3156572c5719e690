"""The `eventsched` command: a module for each group of commands."""

from importlib import import_module

import click

from eventsched import __version__, serving

# Where each stands, by its module and its name there.
_COMMANDS = {
    "demo": "running:demo",
    "doctor": "keeping:examine",
    "import": "imports:import_file",
    "ledger": "ledger:ledger",
    "load": "keeping:load",
    "migrate": "keeping:migrate",
    "notices": "notices:notices",
    "probe": "keeping:probe",
    "releases": "releases:releases",
    "serve": "running:serve",
    "staff": "staff:staff",
    "worker": "running:worker",
    "zones": "zones:zones",
}


class _AsNeeded(click.Group):
    """Loads the command that is asked for and no other: a worker has no use for the web."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"{__name__}.{module}"), name)
        return command


@click.group(
    cls=_AsNeeded,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="eventsched %(version)s")
def main() -> None:
    """Investor events and webcasts: one schedule, told right on every channel.

    Settings come from EVENTSCHED_* variables or the TOML file that EVENTSCHED_CONFIG names.
    """
    serving.set_up_logging()
