"""Builders: a test names only what matters to it; the rest is the 2011 Phoenix conference.

Everything goes through the product's own rules (`drafts.decide`, `events.derive_instants`), so that
no test stands on an event that staff could not have saved.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from eventsched.domain.documents import Document, DocumentKind, File, FileFormat, Label, Shown
from eventsched.domain.drafts import Draft, decide
from eventsched.domain.events import (
    Event,
    Facts,
    Presenter,
    Standing,
    derive_instants,
    slug_for,
)
from eventsched.domain.issuer import Contact, Issuer

VENDOR_LIVE = "https://vendor.example/live/imgn-4711"
VENDOR_REPLAY = "https://vendor.example/replay/imgn-4711"

PHOENIX = Draft(
    title="2011 Credit Suisse Healthcare Conference",
    host="Credit Suisse",
    date="2011-11-11",
    time="09:00",
    zone="America/Phoenix",
    duration="60",
    city="Phoenix, AZ",
    format="presentation",
    presenters=(Presenter(name="Daniel Junius", title="President and CEO"),),
    live_url=VENDOR_LIVE,
    replay_days="7",
)
NEW_YORK = replace(
    PHOENIX,
    title="Lazard Capital Markets' 8th Annual Healthcare Conference",
    host="Lazard Capital Markets",
    date="2011-11-15",
    time="11:30",
    zone="America/New_York",
    city="New York, NY",
)


def at(moment: str | datetime) -> datetime:
    """Return the instant that an ISO text names; UTC unless it says otherwise."""
    read = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


def a_draft(*, starts: str | None = None, like: Draft = PHOENIX, **typed: Any) -> Draft:
    """Return a draft: `starts` is “2011-11-11 09:00”, or a date alone for a time to be announced.

    A number stands for its digits and None for a field left empty.
    """
    if starts is not None:
        day, _, clock = starts.partition(" ")
        typed |= {"date": day, "time": clock}
    for field, value in typed.items():
        if field != "presenters":
            typed[field] = "" if value is None else str(value)
    return replace(like, **typed)


def facts(**typed: Any) -> Facts:
    """Return the facts of `a_draft(**typed)`."""
    return decide(a_draft(**typed))


def a_document(
    *,
    name: str = "slides.pdf",
    kind: DocumentKind | str = DocumentKind.SLIDES,
    title: str = "Slides of the presentation",
    as_of: str = "2011-11-11",
    shown: Shown | str = Shown.AT_ONCE,
    sha256: str = "d1" * 32,
    size: int = 2_400_000,
    version: int = 1,
    added_at: str | datetime = "2011-11-02 12:00",
) -> Document:
    """Return a document, shown as soon as its event is public unless said otherwise."""
    return Document(
        name=name,
        label=Label(
            kind=DocumentKind(kind),
            title=title,
            as_of=date.fromisoformat(as_of),
            shown=Shown(shown),
        ),
        file=File(format=FileFormat(name.rpartition(".")[2]), size=size, sha256=sha256),
        version=version,
        added_at=at(added_at),
    )


def an_event(
    *,
    slug: str | None = None,
    uid: str | None = None,
    standing: Standing | str = Standing.APPROVED,
    standing_since: str | datetime | None = None,
    publish_at: str | datetime | None = "2011-11-02 12:00",
    replay_posted_at: str | datetime | None = None,
    replay_withdrawn_at: str | datetime | None = None,
    revision: int = 1,
    sequence: int = 0,
    changed_at: str | datetime | None = None,
    documents: tuple[Document, ...] = (),
    **typed: Any,
) -> Event:
    """Return an event, approved and public since 2 November 2011 unless said otherwise.

    `typed` are fields of `a_draft`. A replay that was posted has a link; what is called off was so
    a day after publication.
    """
    if replay_posted_at is not None:
        typed.setdefault("replay_url", VENDOR_REPLAY)
    stated, posted = facts(**typed), None if replay_posted_at is None else at(replay_posted_at)
    address = slug or slug_for(stated.title, stated.date)
    published = None if publish_at is None else at(publish_at)
    since = _since(Standing(standing), published) if standing_since is None else at(standing_since)
    withdrawn = None if replay_withdrawn_at is None else at(replay_withdrawn_at)
    return Event(
        slug=address,
        uid=uid or f"{address}@immunogen.com",
        facts=stated,
        instants=derive_instants(stated, replay_posted_at=posted, replay_withdrawn_at=withdrawn),
        standing=Standing(standing),
        standing_since=since,
        publish_at=published,
        replay_posted_at=posted,
        replay_withdrawn_at=withdrawn,
        revision=revision,
        sequence=sequence,
        changed_at=since if changed_at is None else at(changed_at),
        documents=documents,
    )


def an_issuer(**changes: Any) -> Issuer:
    """Return ImmunoGen, Inc. as it was in 2011, with `changes`."""
    immunogen = Issuer(
        name="ImmunoGen, Inc.",
        ticker="IMGN",
        exchange="Nasdaq",
        home_zone="America/New_York",
        domain="immunogen.com",
        website="https://www.immunogen.com",
        contact=Contact(
            name="Carol Hausner",
            title="Executive Director, Investor Relations and Corporate Communications",
            phone="(781) 895-0600",
            email="info@immunogen.com",
        ),
    )
    return replace(immunogen, **changes)


def _since(standing: Standing, published: datetime | None) -> datetime:
    known = published or at("2011-11-02 12:00")
    called_off = standing in (Standing.CANCELLED, Standing.POSTPONED)
    return known + timedelta(days=1) if called_off else known - timedelta(hours=1)
