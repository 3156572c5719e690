"""Column types that refuse what a database would silently bend."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect
from sqlalchemy.types import TypeDecorator

_STORED = "%Y-%m-%d %H:%M:%S.%f"
NEVER = datetime.min.replace(tzinfo=UTC)


class UtcInstant(TypeDecorator[datetime]):
    """An aware datetime, stored as UTC and given back as UTC.

    SQLite keeps no zone and would drop one without converting, so a naive value is refused and an
    aware one is converted here.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return the value to store. Raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"An instant must be aware, not {value!r}.")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        """Return the stored instant, aware, in UTC."""
        if value is None:
            return None
        assert isinstance(value, datetime)
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class LedgerInstant(UtcInstant):
    """An instant of the ledger: one that nobody could have written so reads as one that never was.

    So the entry does not fit its hash and is named, where any other column would end in an error.
    """

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Return what reads a stored value, whatever somebody made of it."""
        read = super().result_processor(dialect, coltype)

        def read_anything(value: Any) -> datetime | None:
            try:
                found: datetime | None = value if read is None else read(value)
            except (TypeError, ValueError):
                return NEVER
            # SQLite's text is read leniently; what we would not have written so is no less forged.
            if isinstance(value, str) and (found is None or f"{found:{_STORED}}" != value):
                return NEVER
            return found

        return read_anything


class WallTime(TypeDecorator[datetime]):
    """A naive datetime: what a clock on the wall shows. Its zone stands in another column."""

    impl = DateTime(timezone=False)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return the value to store. Raises ValueError for an aware one."""
        if value is not None and value.tzinfo is not None:
            raise ValueError(f"A wall time must be naive, not {value!r}.")
        return value
