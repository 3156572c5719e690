"""Documents of events, and the bytes of their files."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("event", sa.Column("documents", sa.Text, nullable=False, server_default="[]"))
    op.create_table(
        "content",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("part", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("bytes", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("sha256", "part", name="pk_content"),
    )
    if op.get_bind().dialect.name == "postgresql":
        # PDFs and Office files are packed already: trying once more only takes time.
        op.execute("alter table content alter column bytes set storage external")


def downgrade() -> None:
    op.drop_table("content")
    op.drop_column("event", "documents")
