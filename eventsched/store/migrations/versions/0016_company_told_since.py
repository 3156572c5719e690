"""When the company last changed, as far as calendars tell of it."""

import json

import sqlalchemy as sa
from alembic import op

from eventsched.store.types import UtcInstant

revision = "0016"
down_revision = "0015"

_NOT_TOLD = ("website", "domain")


def upgrade() -> None:
    op.add_column("issuer", sa.Column("told_since", UtcInstant))
    saved = sa.table(
        "company_revision",
        sa.column("number", sa.Integer),
        sa.column("at", UtcInstant),
        sa.column("record", sa.Text),
    )
    chosen = sa.select(saved.c.at, saved.c.record).order_by(saved.c.number)
    changed, before = [], None
    for at, record in op.get_bind().execute(chosen):
        told = {name: said for name, said in json.loads(record).items() if name not in _NOT_TOLD}
        if before is not None and told != before:
            changed.append(at)
        before = told
    if changed:
        issuer = sa.table("issuer", sa.column("told_since", UtcInstant))
        op.execute(sa.update(issuer).values(told_since=max(changed)))


def downgrade() -> None:
    op.drop_column("issuer", "told_since")
