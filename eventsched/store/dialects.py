"""What both databases can do, and SQLAlchemy says for each apart."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_or(session: Session, table: Any) -> Any:
    """Return an insert into `table` that can be told what to do `on_conflict_…`."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(table)
