"""How long before a call its live link is looked at, as the company wants it."""

import sqlalchemy as sa
from alembic import op

from eventsched.store.types import UtcInstant

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column(
        "site", sa.Column("looks_before", sa.Text, nullable=False, server_default="1440,60,10")
    )
    op.add_column("site", sa.Column("looks_since", UtcInstant))


def downgrade() -> None:
    op.drop_column("site", "looks_since")
    op.drop_column("site", "looks_before")
