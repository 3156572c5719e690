"""Replays that stay until they are revoked, are counted from their posting, or are withdrawn."""

import sqlalchemy as sa
from alembic import op

from eventsched.store.types import UtcInstant

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    for table in ("event", "site"):
        op.add_column(
            table,
            sa.Column(
                "replay_until_revoked", sa.Boolean, nullable=False, server_default=sa.false()
            ),
        )
        op.add_column(
            table,
            sa.Column("replay_counted_from", sa.Text, nullable=False, server_default="end"),
        )
    op.add_column("event", sa.Column("replay_withdrawn_at", UtcInstant))
    op.add_column("site", sa.Column("replay_days", sa.Integer, server_default="7"))
    op.add_column("proposal", sa.Column("replay_step", sa.Text))


def downgrade() -> None:
    op.drop_column("proposal", "replay_step")
    op.drop_column("site", "replay_days")
    op.drop_column("event", "replay_withdrawn_at")
    for table in ("site", "event"):
        op.drop_column(table, "replay_counted_from")
        op.drop_column(table, "replay_until_revoked")
