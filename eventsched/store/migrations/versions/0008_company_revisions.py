"""Every saved state of the company, so that its name of any instant can be shown."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from eventsched.domain.ledger import canonical_json
from eventsched.store.migrations.append_only import forbid_changes
from eventsched.store.types import UtcInstant

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    made = op.create_table(
        "company_revision",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("at", UtcInstant, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_company_revision"),
    )
    _begin(made)
    forbid_changes("company_revision", ("number",))


def _begin(made: sa.Table) -> None:
    """Write down what the company is called today; what it was called before nobody has kept."""
    kept = ("name", "ticker", "exchange", "home_zone", "domain", "website")
    of_contact = ("name", "title", "phone", "email")
    names = ", ".join((*kept, *(f"contact_{name}" for name in of_contact)))
    row = op.get_bind().execute(sa.text(f"select {names} from issuer")).first()  # noqa: S608 (our own names)
    if row is None:
        return
    said = row._mapping
    record = {name: said[name] for name in kept}
    record["contact"] = {name: said[f"contact_{name}"] for name in of_contact}
    first_entry = sa.select(sa.func.min(sa.column("at", UtcInstant))).select_from(
        sa.table("ledger", sa.column("at", UtcInstant))
    )
    at = op.get_bind().scalar(first_entry) or datetime.now(UTC)
    op.bulk_insert(
        made, [{"number": 1, "at": at, "by": "migrate", "record": canonical_json(record)}]
    )


def downgrade() -> None:
    op.drop_table("company_revision")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function company_revision_is_append_only")
