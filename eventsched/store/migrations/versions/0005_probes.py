"""Looks at links: when they are due, who is taking them, what they brought."""

import sqlalchemy as sa
from alembic import op

from eventsched.store.types import UtcInstant

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "probe",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("event_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("due_at", UtcInstant, nullable=False),
        sa.Column("leased_until", UtcInstant),
        sa.Column("done_at", UtcInstant),
        sa.Column("good", sa.Boolean),
        sa.Column("words", sa.Text, nullable=False, server_default=""),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_probe_event_id"),
        sa.PrimaryKeyConstraint("id", name="pk_probe"),
        sa.UniqueConstraint("event_id", "kind", "due_at", name="uq_probe_event_id_kind_due_at"),
    )
    op.create_index("ix_probe_done_at_due_at", "probe", ["done_at", "due_at"])


def downgrade() -> None:
    op.drop_table("probe")
