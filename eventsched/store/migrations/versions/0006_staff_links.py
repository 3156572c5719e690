"""Links by which members of staff choose their password."""

import sqlalchemy as sa
from alembic import op

from eventsched.store.types import UtcInstant

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "staff_link",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("staff_id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("expires_at", UtcInstant, nullable=False),
        sa.Column("used_at", UtcInstant),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_link_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_link"),
        sa.UniqueConstraint("key", name="uq_staff_link_key"),
    )


def downgrade() -> None:
    op.drop_table("staff_link")
