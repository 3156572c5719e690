"""Any event that staff could have saved, for rules that hold for all of them.

Dates lie around clock changes of New York and Lord Howe more often than chance would have it.
What does not depend on anything drawn is built once: building takes longer than drawing.
"""

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st

from eventsched.domain.documents import Document, DocumentKind, File, FileFormat, Label, Shown
from eventsched.domain.drafts import Draft, InvalidEvent, decide
from eventsched.domain.events import (
    Event,
    Facts,
    Format,
    Kind,
    Presenter,
    Standing,
    derive_instants,
)

ZONES = (
    *("America/Phoenix", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"),
    *("Pacific/Apia", "Asia/Kathmandu", "Europe/London", "America/Sao_Paulo", "UTC"),
)
HARD_DAYS = (
    *(date(2011, 3, 6), date(2011, 3, 13), date(2011, 11, 6), date(2011, 10, 30)),
    *(date(2011, 4, 3), date(2011, 10, 2), date(2011, 12, 23), date(2011, 12, 31)),
)
CLOCKS = st.times().map(lambda clock: clock.replace(microsecond=0, second=clock.second % 2 * 30))
LINES = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20)
LINKS = st.sampled_from(["", "https://vendor.example/a?b=c&d=%20", "http://v.example:8080/ü"])
DAYS = st.dates(date(2005, 1, 1), date(2026, 12, 31))
DURATIONS = st.just("") | st.integers(1, 7 * 24 * 60).map(str)
NUMBERS = st.sampled_from(["", "877-555-0100", "A: +44 20 7555 0100\nB: 03-555-0610"])
PRESENTERS = st.lists(st.builds(Presenter, name=LINES.map("P{}".format), title=LINES), max_size=4)
COUNTED = st.fixed_dictionaries(
    {
        "replay_days": st.just("") | st.integers(1, 3660).map(str),
        "replay_counted_from": st.sampled_from(["", "posting"]),
    }
)
UNTIL = st.datetimes(datetime(2027, 1, 1), datetime(2036, 12, 31)).map("{:%Y-%m-%d %H:%M}".format)
REPLAY_WINDOWS: st.SearchStrategy[dict[str, Any]] = COUNTED | st.fixed_dictionaries(
    {"replay_days": st.just(""), "replay_until": UNTIL | st.just("further notice")}
)
FIELDS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(Kind),
        "title": LINES.map("T{}".format),
        "host": LINES,
        "date": (st.sampled_from(HARD_DAYS) | DAYS).map(date.isoformat),
        "time": st.just("") | CLOCKS.map(time.isoformat),
        "repeated": st.sampled_from(["earlier", "later"]),
        "zone": st.sampled_from(ZONES),
        "duration": DURATIONS,
        "city": LINES,
        "venue": LINES,
        "format": st.just("") | st.sampled_from(Format),
        "presenters": PRESENTERS.map(tuple),
        "live_url": LINKS,
        "backup_url": LINKS,
        "backup_note": LINES,
        "dial_in": NUMBERS,
        "conference_id": LINES,
        "replay_url": LINKS,
    }
)
# One of an event's own instants, by its number, or so long after the day on which it begins.
Moment = int | timedelta
MOMENTS: st.SearchStrategy[Moment] = st.integers(0, 2) | st.timedeltas(
    timedelta(days=-20), timedelta(days=30)
)
PERHAPS = st.none() | MOMENTS
PUBLISHED = st.none() | st.just("since") | MOMENTS
STANDINGS = st.sampled_from(Standing)
COUNTS = st.integers(0, 9)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Return drafts that say an event."""
    draft = Draft(**draw(FIELDS), **draw(REPLAY_WINDOWS))
    # A time that the clocks skip, or a closing that they show twice, is refused with reason.
    assert _blamed(draft) <= {"date", "time", "replay_until"}
    return replace(draft, date="2012-05-05", replay_until="") if _blamed(draft) else draft


def facts() -> st.SearchStrategy[Facts]:
    """Return facts that staff could have stated."""
    return drafts().map(decide)


@st.composite
def events(draw: st.DrawFn) -> Event:
    """Return events in any standing, published and posted before, during or after they happen."""
    stated = draw(FACTS)
    posted = _instant(stated, draw(MOMENTS)) if stated.replay_url else None
    since, withdrawn = _instant(stated, draw(MOMENTS)), _perhaps(stated, draw(PERHAPS))
    published = draw(PUBLISHED)
    return Event(
        slug="any-event",
        uid="any-event@example.com",
        facts=stated,
        instants=derive_instants(stated, replay_posted_at=posted, replay_withdrawn_at=withdrawn),
        standing=draw(STANDINGS),
        standing_since=since,
        publish_at=since if isinstance(published, str) else _perhaps(stated, published),
        replay_posted_at=posted,
        replay_withdrawn_at=withdrawn,
        revision=1 + draw(COUNTS),
        sequence=draw(COUNTS),
        changed_at=_instant(stated, draw(MOMENTS)),
        documents=draw(documents()),
    )


@cache
def documents() -> st.SearchStrategy[tuple[Document, ...]]:
    """Return documents of every sort, each with a name of its own."""
    one = st.builds(
        Document,
        name=st.from_regex(r"[a-z0-9]{1,9}\.pdf", fullmatch=True),
        label=st.builds(
            Label,
            kind=st.sampled_from(DocumentKind),
            title=LINES.map(lambda line: unicodedata.normalize("NFC", f"D{line}")),
            as_of=DAYS,
            shown=st.sampled_from(Shown),
        ),
        file=st.builds(
            File,
            format=st.sampled_from(FileFormat),
            size=st.integers(1, 50_000_000),
            sha256=st.sampled_from(["d1" * 32, "e2" * 32]),
        ),
        version=st.integers(1, 3),
        added_at=st.just(datetime(2011, 11, 2, 12, tzinfo=UTC)),
    )
    several = st.lists(one, max_size=3, unique_by=lambda document: document.name)
    return several.map(tuple)


def _blamed(draft: Draft) -> set[str]:
    try:
        decide(draft)
    except InvalidEvent as invalid:
        return {problem.field for problem in invalid.problems}
    return set()


def _perhaps(stated: Facts, moment: Moment | None) -> datetime | None:
    return None if moment is None else _instant(stated, moment)


def _instant(stated: Facts, moment: Moment) -> datetime:
    """Return an instant around the event, often one at which it begins, ends or closes."""
    if isinstance(moment, timedelta):
        return datetime.combine(stated.date, time(), tzinfo=UTC) + moment
    instants = derive_instants(stated)
    known = [instants.starts_at, instants.ends_at, instants.replay_closes_at]
    present = [instant for instant in known if instant]
    return present[moment % len(present)]


FACTS = facts()
