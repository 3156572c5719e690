"""Files that wait to be imported, and the names that files gave to events."""

import sqlalchemy as sa
from alembic import op

from eventsched.store.types import UtcInstant

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "staged_import",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("bases", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", UtcInstant, nullable=False),
        sa.Column("expires_at", UtcInstant, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("settled_by", sa.Text),
        sa.Column("settled_at", UtcInstant),
        sa.PrimaryKeyConstraint("id", name="pk_staged_import"),
    )
    op.create_index("ix_staged_import_expires_at", "staged_import", ["expires_at"])
    op.create_table(
        "imported_uid",
        sa.Column("uid", sa.String(500), nullable=False),
        sa.Column("event_id", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_imported_uid_event_id"),
        sa.PrimaryKeyConstraint("uid", name="pk_imported_uid"),
    )
    op.create_index("ix_imported_uid_event_id", "imported_uid", ["event_id"])


def downgrade() -> None:
    op.drop_table("imported_uid")
    op.drop_table("staged_import")
