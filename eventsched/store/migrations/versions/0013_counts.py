"""Daily counts, and when calendar programs last fetched."""

import sqlalchemy as sa
from alembic import op

from eventsched.store.types import UtcInstant

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "daily_count",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("family", sa.Text, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("day", "subject", "what", "family", name="pk_daily_count"),
    )
    op.create_table(
        "last_poll",
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("family", sa.Text, nullable=False),
        sa.Column("at", UtcInstant, nullable=False),
        sa.PrimaryKeyConstraint("subject", "family", name="pk_last_poll"),
    )


def downgrade() -> None:
    op.drop_table("last_poll")
    op.drop_table("daily_count")
