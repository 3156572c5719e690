"""The same schedule for every contestant: `count` events, up to 1,000 of them in the last year.

The rest lies in earlier years, as it does with a company that keeps its history.
"""

from datetime import UTC, datetime, timedelta
from itertools import islice

from eventsched.domain.drafts import Draft, decide
from eventsched.domain.events import Event, Presenter, Standing, derive_instants
from eventsched.domain.issuer import Contact, Issuer
from eventsched.store import events as event_store
from eventsched.store import site
from eventsched.store.database import Store
from eventsched.store.schema import migrate

IN_THE_FEED = 1_000
_KINDS = ("conference", "earnings_call", "shareholder_meeting", "investor_day")
_PEOPLE = (
    Presenter(name="Daniel Junius", title="President and Chief Executive Officer"),
    Presenter(name="Gregory Perry", title="Executive Vice President and Chief Financial Officer"),
)
ISSUER = Issuer(
    name="ImmunoGen, Inc.",
    ticker="IMGN",
    exchange="Nasdaq",
    home_zone="America/New_York",
    domain="immunogen.com",
    website="https://www.immunogen.com",
    contact=Contact(
        name="Carol Hausner",
        title="Executive Director, Investor Relations",
        phone="(781) 895-0600",
        email="info@immunogen.com",
    ),
)


def schedule(count: int, *, now: datetime) -> list[Event]:
    """Return that many events: the first is live at `now`, for five hours more."""
    events = [_event(0, now - timedelta(hours=1), hours=6)]
    step = timedelta(days=350) / IN_THE_FEED
    for number in range(1, count):
        events.append(_event(number, now - timedelta(hours=7) - step * number, hours=1))
    return events


def _event(number: int, starts: datetime, *, hours: int) -> Event:
    wall = starts.astimezone(UTC).replace(second=0, microsecond=0)
    draft = Draft(
        kind=_KINDS[number % len(_KINDS)],
        title=f"{number + 1}. Annual Healthcare and Biotechnology Investor Conference",
        host="Credit Suisse",
        date=wall.date().isoformat(),
        time=f"{wall:%H:%M}",
        # Without clocks that skip an hour on some night of the schedule.
        zone="America/Phoenix" if number % 2 else "UTC",
        duration=str(hours * 60),
        city="Phoenix, AZ",
        format="presentation",
        presenters=_PEOPLE[: 1 + number % 2],
        live_url=f"https://vendor.example/live/{number}",
        replay_url=f"https://vendor.example/replay/{number}",
        replay_days="7",
    )
    facts, announced = decide(draft), starts - timedelta(days=14)
    return Event(
        slug=f"conference-{number + 1}",
        uid=f"conference-{number + 1}@immunogen.com",
        facts=facts,
        instants=derive_instants(facts, replay_posted_at=announced),
        standing=Standing.APPROVED,
        standing_since=announced,
        publish_at=announced,
        replay_posted_at=announced,
        revision=1,
        sequence=0,
        changed_at=announced,
    )


def fill(database_url: str, count: int, *, now: datetime) -> list[Event]:
    """Migrate the database and store the schedule in it; return the events."""
    store, events = Store(database_url), schedule(count, now=now)
    migrate(store)
    with store.writing() as session:
        site.set_issuer(session, ISSUER, at=now - timedelta(days=400))
    remaining = iter(events)
    while portion := list(islice(remaining, 500)):
        with store.writing() as session:
            for event in portion:
                event_store.add(session, event, by="bench", reason="", at=event.changed_at)
            site.raise_version(session)
    store.close()
    return events


def fill_straightforward(database_url: str, events: list[Event]) -> None:
    """Store the same events for the straightforward app."""
    from sqlalchemy import create_engine
    from sqlalchemy.orm import Session

    from bench import straightforward

    engine = create_engine(database_url)
    straightforward.Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(
            straightforward.Event(
                uid=event.uid,
                kind=event.facts.kind.value,
                title=f"IMGN: {event.facts.title}",
                description=_prose(event),
                location=event.facts.city,
                url=f"https://ir.example/events/{event.slug}",
                starts_at=_naive(event.instants.starts_at),
                ends_at=_naive(event.instants.ends_at),
                changed_at=_naive(event.changed_at),
                sequence=0,
            )
            for event in events
        )
        session.commit()
    engine.dispose()


def _prose(event: Event) -> str:
    people = "\n".join(f"Presenter: {p.name}, {p.title}" for p in event.facts.presenters)
    return f"{ISSUER.name} ({ISSUER.listing})\n{event.facts.title}\n{people}"


def _naive(instant: datetime | None) -> datetime:
    assert instant is not None
    return instant.astimezone(UTC).replace(tzinfo=None)
