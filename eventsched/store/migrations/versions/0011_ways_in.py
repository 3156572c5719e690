"""Numbers to call, and how else to join when a webcast has failed."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_TEXTS = ("backup_note", "dial_in", "conference_id")


def upgrade() -> None:
    op.add_column("event", sa.Column("backup_url", sa.Text))
    for name in _TEXTS:
        op.add_column("event", sa.Column(name, sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("event") as event:
        for name in (*_TEXTS, "backup_url"):
            event.drop_column(name)
