"""Changes that wait for a second person, and whether the company demands one."""

import sqlalchemy as sa
from alembic import op

from eventsched.store.types import UtcInstant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("site") as site:
        site.add_column(
            sa.Column("second_person", sa.Boolean, nullable=False, server_default=sa.false())
        )
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("event_id", sa.Integer, nullable=False),
        sa.Column("base", sa.Integer, nullable=False),
        sa.Column("draft", sa.Text),
        sa.Column("standing", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", UtcInstant, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("settled_by", sa.Text),
        sa.Column("settled_at", UtcInstant),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_proposal_event_id"),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
    )
    op.create_index("ix_proposal_event_id_outcome", "proposal", ["event_id", "outcome"])


def downgrade() -> None:
    op.drop_table("proposal")
    with op.batch_alter_table("site") as site:
        site.drop_column("second_person")
