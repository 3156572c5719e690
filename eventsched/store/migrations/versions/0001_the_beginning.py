"""The beginning: events, revisions, ledger, transitions, issuer and staff."""

import sqlalchemy as sa
from alembic import op

from eventsched.store.migrations.append_only import forbid_changes
from eventsched.store.types import UtcInstant, WallTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    _site()
    _events()
    _records()
    _staff()
    forbid_changes("revision", ("id",), ("event_id", "number"))
    forbid_changes("ledger", ("number",))


def _site() -> None:
    site = op.create_table(
        "site",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("ledger_number", sa.Integer, nullable=False),
        sa.Column("ledger_hash", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_site"),
    )
    op.bulk_insert(site, [{"id": 1, "version": 0, "ledger_number": 0, "ledger_hash": ""}])
    text_columns = (
        *("name", "ticker", "exchange", "home_zone", "domain", "website"),
        *("contact_name", "contact_title", "contact_phone", "contact_email"),
    )
    op.create_table(
        "issuer",
        sa.Column("id", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in text_columns),
        sa.PrimaryKeyConstraint("id", name="pk_issuer"),
    )


def _events() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("uid", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("time", sa.Time),
        sa.Column("repeated", sa.Text),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("duration_minutes", sa.Integer),
        sa.Column("city", sa.Text, nullable=False),
        sa.Column("venue", sa.Text, nullable=False),
        sa.Column("format", sa.Text),
        sa.Column("live_url", sa.Text),
        sa.Column("replay_url", sa.Text),
        sa.Column("replay_days", sa.Integer),
        sa.Column("replay_until", WallTime),
        sa.Column("starts_at", UtcInstant),
        sa.Column("ends_at", UtcInstant, nullable=False),
        sa.Column("replay_closes_at", UtcInstant),
        sa.Column("standing", sa.Text, nullable=False),
        sa.Column("standing_since", UtcInstant, nullable=False),
        sa.Column("publish_at", UtcInstant),
        sa.Column("replay_posted_at", UtcInstant),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("changed_at", UtcInstant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        sa.UniqueConstraint("slug", name="uq_event_slug"),
        sa.UniqueConstraint("uid", name="uq_event_uid"),
    )
    op.create_index("ix_event_ends_at", "event", ["ends_at"])
    op.create_index("ix_event_standing_publish_at", "event", ["standing", "publish_at"])
    op.create_table(
        "presenter",
        sa.Column("event_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_presenter_event_id"),
        sa.PrimaryKeyConstraint("event_id", "position", name="pk_presenter"),
    )


def _records() -> None:
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("event_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", UtcInstant, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_revision_event_id"),
        sa.PrimaryKeyConstraint("id", name="pk_revision"),
        sa.UniqueConstraint("event_id", "number", name="uq_revision_event_id_number"),
    )
    op.create_table(
        "ledger",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("at", UtcInstant, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_ledger"),
    )
    op.create_index("ix_ledger_subject_number", "ledger", ["subject", "number"])
    op.create_table(
        "transition",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("event_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("due_at", UtcInstant, nullable=False),
        sa.Column("observed_at", UtcInstant),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_transition_event_id"),
        sa.PrimaryKeyConstraint("id", name="pk_transition"),
        sa.UniqueConstraint(
            "event_id", "kind", "due_at", name="uq_transition_event_id_kind_due_at"
        ),
    )
    op.create_index("ix_transition_observed_at_due_at", "transition", ["observed_at", "due_at"])


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("session_key", sa.Text, nullable=False),
        sa.Column("added_at", UtcInstant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("email", name="uq_staff_email"),
    )


def downgrade() -> None:
    for table in (
        "staff",
        "transition",
        "ledger",
        "revision",
        "presenter",
        "event",
        "issuer",
        "site",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in ("ledger", "revision"):
            op.execute(f"drop function {table}_is_append_only")
