"""The straightforward app: a competent person's first version. A query and icalendar a request."""

import hashlib
import os
from datetime import UTC, datetime, timedelta

from flask import Flask, Response, jsonify, request
from icalendar import Calendar, vText
from icalendar import Event as Entry
from sqlalchemy import DateTime, String, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

engine = create_engine(os.environ["BENCH_STRAIGHTFORWARD_DB"])
app = Flask(__name__)


class Base(DeclarativeBase):
    pass


class Event(Base):
    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(40), index=True)
    title: Mapped[str]
    description: Mapped[str]
    location: Mapped[str]
    url: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(DateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(DateTime)
    changed_at: Mapped[datetime] = mapped_column(DateTime)
    sequence: Mapped[int]


@app.get("/calendar.ics")
def feed() -> Response:
    since = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=366)
    calendar = Calendar()
    calendar.add("prodid", "-//straightforward//EN")
    calendar.add("version", "2.0")
    with Session(engine) as session:
        for event in session.scalars(select(Event).where(Event.starts_at >= since)):
            calendar.add_component(_entry(event))
    body = calendar.to_ical()
    tag = hashlib.sha256(body).hexdigest()
    response = Response(body, content_type="text/calendar; charset=utf-8")
    response.set_etag(tag)
    return response.make_conditional(request)  # type: ignore[return-value]


def _entry(event: Event) -> Entry:
    entry = Entry()
    entry.add("uid", event.uid)
    entry.add("summary", event.title)
    entry.add("dtstart", event.starts_at.replace(tzinfo=UTC))
    entry.add("dtend", event.ends_at.replace(tzinfo=UTC))
    entry.add("dtstamp", event.changed_at.replace(tzinfo=UTC))
    entry.add("last-modified", event.changed_at.replace(tzinfo=UTC))
    entry.add("sequence", event.sequence)
    entry.add("location", vText(event.location))
    entry.add("description", vText(event.description))
    entry.add("url", event.url)
    return entry


@app.get("/events.json")
def events() -> Response:
    kind, page = request.args.get("kind", ""), int(request.args.get("page", 1))
    chosen = select(Event).where(Event.kind == kind) if kind else select(Event)
    with Session(engine) as session:
        count = session.scalar(select(func.count()).select_from(chosen.subquery()))
        rows = session.scalars(chosen.order_by(Event.starts_at).offset((page - 1) * 50).limit(50))
        shown = [
            {
                "uid": event.uid,
                "title": event.title,
                "starts_at": event.starts_at.isoformat(),
                "ends_at": event.ends_at.isoformat(),
                "location": event.location,
                "description": event.description,
                "url": event.url,
            }
            for event in rows
        ]
    return jsonify(count=count, events=shown)
