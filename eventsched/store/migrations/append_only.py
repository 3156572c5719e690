"""Triggers that refuse to change or delete a row: for tables that only grow."""

from collections.abc import Sequence

from alembic import op


def forbid_changes(table: str, *keys: tuple[str, ...]) -> None:
    """Let rows of `table` be inserted and read, and nothing else; `keys` are its unique columns."""
    if op.get_bind().dialect.name == "postgresql":
        _forbid_on_postgresql(table)
    else:
        _forbid_on_sqlite(table, keys)


def _forbid_on_postgresql(table: str) -> None:
    op.execute(
        f"""
        create function {table}_is_append_only() returns trigger language plpgsql as
        $$ begin raise exception '{table} is append-only'; end $$
        """
    )
    op.execute(
        f"""
        create trigger {table}_append_only before update or delete or truncate on {table}
        for each statement execute function {table}_is_append_only()
        """
    )


def _forbid_on_sqlite(table: str, keys: Sequence[tuple[str, ...]]) -> None:
    taken = " or ".join(" and ".join(f"{c} = new.{c}" for c in key) for key in keys)
    refused = {
        "update": "",
        "delete": "",
        # INSERT OR REPLACE deletes the old row without asking the trigger above.
        "insert": f"when exists (select 1 from {table} where {taken})",  # noqa: S608 (our own names)
    }
    for verb, condition in refused.items():
        op.execute(
            f"""
            create trigger {table}_no_{verb} before {verb} on {table} {condition}
            begin select raise(abort, '{table} is append-only'); end
            """
        )
