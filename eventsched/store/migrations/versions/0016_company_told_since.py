"""When the company last changed, as far as calendars tell of it."""

import sqlalchemy as sa
from alembic import op

from eventsched.store.types import UtcInstant

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("issuer", sa.Column("told_since", UtcInstant))
    op.execute(
        "UPDATE issuer SET told_since = (SELECT max(at) FROM company_revision WHERE number > 1)"
    )


def downgrade() -> None:
    op.drop_column("issuer", "told_since")
