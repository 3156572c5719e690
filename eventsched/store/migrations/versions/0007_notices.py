"""Notices: the outbox of mail, the state of the mail server, addresses that take no mail."""

import sqlalchemy as sa
from alembic import op

from eventsched.store.types import UtcInstant

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("recipient", sa.String(320), nullable=False),
        sa.Column("domain", sa.Text, nullable=False),
        sa.Column("event_id", sa.Integer),
        sa.Column("revision", sa.Integer),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("owed_at", UtcInstant, nullable=False),
        sa.Column("due_at", UtcInstant, nullable=False),
        sa.Column("leased_until", UtcInstant),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("settled_at", UtcInstant),
        sa.Column("outcome", sa.Text),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_notice_event_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint("key", name="uq_notice_key"),
        sa.UniqueConstraint("token", name="uq_notice_token"),
    )
    op.create_index("ix_notice_settled_at_due_at", "notice", ["settled_at", "due_at"])
    op.create_index("ix_notice_recipient", "notice", ["recipient"])
    op.create_index("ix_notice_outcome", "notice", ["outcome"])
    op.create_table(
        "mail_server",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("trouble", sa.Text, nullable=False, server_default=""),
        sa.Column("trouble_since", UtcInstant),
        sa.PrimaryKeyConstraint("id", name="pk_mail_server"),
    )
    op.execute("insert into mail_server (id) values (1)")
    op.create_table(
        "stopped_address",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("at", UtcInstant, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stopped_address"),
        sa.UniqueConstraint("address", name="uq_stopped_address_address"),
    )


def downgrade() -> None:
    for table in ("stopped_address", "mail_server", "notice"):
        op.drop_table(table)
