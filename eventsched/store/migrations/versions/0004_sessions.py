"""Sessions that can be listed and ended, and failed attempts to begin one."""

import sqlalchemy as sa
from alembic import op

from eventsched.store.types import UtcInstant

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "staff_session",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("staff_id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("browser", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("started_at", UtcInstant, nullable=False),
        sa.Column("seen_at", UtcInstant, nullable=False),
        sa.Column("ended_at", UtcInstant),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_session_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_session"),
        sa.UniqueConstraint("key", name="uq_staff_session_key"),
    )
    op.create_index("ix_staff_session_staff_id", "staff_session", ["staff_id"])
    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("at", UtcInstant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_failure"),
    )
    op.create_index("ix_sign_in_failure_origin_at", "sign_in_failure", ["origin", "at"])


def downgrade() -> None:
    op.drop_table("sign_in_failure")
    op.drop_table("staff_session")
