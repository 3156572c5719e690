"""When a save last changed what the public sees, for Last-Modified."""

import sqlalchemy as sa
from alembic import op

from eventsched.store.types import UtcInstant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("site", sa.Column("public_change_at", UtcInstant))


def downgrade() -> None:
    with op.batch_alter_table("site") as site:
        site.drop_column("public_change_at")
