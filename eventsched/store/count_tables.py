"""The tables of what is counted. Nothing in them tells one visitor from another."""

import datetime

from sqlalchemy import Date
from sqlalchemy.orm import Mapped, mapped_column

from eventsched.store.tables import Base


class DailyCountRow(Base):
    """How often something was asked for on one day, by one family of programs.

    `subject` is an event's slug, "" for the schedule as a whole.
    """

    __tablename__ = "daily_count"

    day: Mapped[datetime.date] = mapped_column(Date, primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    family: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class LastPollRow(Base):
    """When a family of calendar programs last fetched the schedule, or one event."""

    __tablename__ = "last_poll"

    subject: Mapped[str] = mapped_column(primary_key=True)
    family: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime.datetime]
