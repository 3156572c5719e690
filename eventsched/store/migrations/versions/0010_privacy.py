"""People who asked for something, what they agreed to, and what subscribers are owed."""

import sqlalchemy as sa
from alembic import op

from eventsched.domain.first_policy import FIRST_POLICY
from eventsched.domain.privacy import normalised
from eventsched.store.types import UtcInstant

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    _policies()
    _people()
    _purposes()
    _occasions()


def downgrade() -> None:
    for table in (
        *("told", "occasion", "kit_request", "subscription"),
        *("consent", "person_link", "person", "policy"),
    ):
        op.drop_table(table)


def _policies() -> None:
    policy = op.create_table(
        "policy",
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("in_force_at", UtcInstant),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.Column("added_at", UtcInstant),
        sa.PrimaryKeyConstraint("version", name="pk_policy"),
    )
    first = {"version": 1, "text": normalised(FIRST_POLICY), "added_by": ""}
    op.bulk_insert(policy, [first | {"in_force_at": None, "added_at": None}])


def _people() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("key", sa.String(16), nullable=False),
        sa.Column("since", UtcInstant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("email", name="uq_person_email"),
    )
    op.create_table(
        "person_link",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(1), nullable=False),
        sa.Column("key", sa.String(16), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("mails", sa.Integer, nullable=False),
        sa.Column("mailed_at", UtcInstant),
        sa.Column("expires_at", UtcInstant, nullable=False),
        sa.Column("used_at", UtcInstant),
        _of_person("person_link"),
        sa.PrimaryKeyConstraint("id", name="pk_person_link"),
    )
    op.create_index("ix_person_link_person_id_kind", "person_link", ["person_id", "kind"])
    op.create_index("ix_person_link_expires_at", "person_link", ["expires_at"])
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("wording", sa.Text, nullable=False),
        sa.Column("policy_version", sa.Integer, nullable=False),
        sa.Column("given_at", UtcInstant, nullable=False),
        sa.Column("ended_at", UtcInstant),
        _of_person("consent"),
        sa.ForeignKeyConstraint(
            ["policy_version"], ["policy.version"], name="fk_consent_policy_version"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
    )
    op.create_index("ix_consent_person_id", "consent", ["person_id"])


def _purposes() -> None:
    op.create_table(
        "subscription",
        sa.Column("person_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("kinds", sa.Text, nullable=False),
        sa.Column("topics", sa.Text, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("since", UtcInstant, nullable=False),
        _of_person("subscription"),
        sa.PrimaryKeyConstraint("person_id", name="pk_subscription"),
    )
    op.create_table(
        "kit_request",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("postal_address", sa.Text, nullable=False),
        sa.Column("asked_at", UtcInstant, nullable=False),
        sa.Column("done_at", UtcInstant),
        _of_person("kit_request"),
        sa.PrimaryKeyConstraint("id", name="pk_kit_request"),
    )
    op.create_index("ix_kit_request_person_id", "kit_request", ["person_id"])


def _occasions() -> None:
    op.create_table(
        "occasion",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("event_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("about", UtcInstant, nullable=False),
        sa.Column("due_at", UtcInstant, nullable=False),
        sa.Column("saved_at", UtcInstant, nullable=False),
        sa.Column("since", sa.Integer, nullable=False),
        sa.Column("tells", sa.Integer),
        sa.Column("reached", sa.Integer, nullable=False, server_default="0"),
        sa.Column("done_at", UtcInstant),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_occasion_event_id"),
        sa.PrimaryKeyConstraint("id", name="pk_occasion"),
    )
    op.create_index("ix_occasion_event_id", "occasion", ["event_id"])
    op.create_index("ix_occasion_done_at_due_at", "occasion", ["done_at", "due_at"])
    op.create_table(
        "told",
        sa.Column("person_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("at", UtcInstant, nullable=False),
        _of_person("told"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_told_event_id"),
        sa.PrimaryKeyConstraint("person_id", "event_id", name="pk_told"),
    )
    op.create_index("ix_told_event_id", "told", ["event_id"])


def _of_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["person_id"], ["person.id"], name=f"fk_{table}_person_id", ondelete="CASCADE"
    )
