"""Why a change that waited for a second person was declined."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    column = sa.Column("settled_because", sa.Text, nullable=False, server_default="")
    op.add_column("proposal", column)


def downgrade() -> None:
    op.drop_column("proposal", "settled_because")
