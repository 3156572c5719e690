"""Alembic's entry: runs the steps on the connection that `store.schema` hands over."""

from alembic import context

from eventsched.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite can't alter most things; Alembic then copies the table.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
