"""Accounts, from the command line."""

import click

from eventsched.cli.common import give_up, with_store
from eventsched.clock import SystemClock
from eventsched.domain.staff import Role
from eventsched.services import staff as staff_service
from eventsched.store.database import Store


@click.group()
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
@with_store
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
        give_up(str(bad))
    click.echo(f"{added.email} can sign in as {added.role}.")
