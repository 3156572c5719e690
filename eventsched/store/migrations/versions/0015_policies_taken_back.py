"""Versions of the privacy policy that were taken back before they were in force."""

import sqlalchemy as sa
from alembic import op

from eventsched.store.types import UtcInstant

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("policy", sa.Column("taken_back_at", UtcInstant))


def downgrade() -> None:
    op.drop_column("policy", "taken_back_at")
