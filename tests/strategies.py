"""Any event that staff could have saved, for rules that hold for all of them.

Dates lie around clock changes of New York and Lord Howe more often than chance would have it.
"""

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
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


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Return drafts that say an event."""
    draft = Draft(
        kind=draw(st.sampled_from(Kind)),
        title="T" + draw(LINES),
        host=draw(LINES),
        date=draw(st.sampled_from(HARD_DAYS) | _days()).isoformat(),
        time=draw(st.just("") | CLOCKS.map(time.isoformat)),
        repeated=draw(st.sampled_from(["earlier", "later"])),
        zone=draw(st.sampled_from(ZONES)),
        duration=draw(st.just("") | st.integers(1, 7 * 24 * 60).map(str)),
        city=draw(LINES),
        venue=draw(LINES),
        format=draw(st.just("") | st.sampled_from(Format)),
        presenters=tuple(draw(st.lists(_presenters(), max_size=4))),
        live_url=draw(LINKS),
        backup_url=draw(LINKS),
        backup_note=draw(LINES),
        dial_in=draw(st.sampled_from(["", "877-555-0100", "A: +44 20 7555 0100\nB: 03-555-0610"])),
        conference_id=draw(LINES),
        replay_url=draw(LINKS),
        **draw(_replay_windows()),
    )
    # A time that the clocks skip, or a closing that they show twice, is refused with reason.
    assert _blamed(draft) <= {"date", "time", "replay_until"}
    return replace(draft, date="2012-05-05", replay_until="") if _blamed(draft) else draft


def facts() -> st.SearchStrategy[Facts]:
    """Return facts that staff could have stated."""
    return drafts().map(decide)


@st.composite
def events(draw: st.DrawFn) -> Event:
    """Return events in any standing, published and posted before, during or after they happen."""
    stated = draw(facts())
    posted = draw(_instants(stated)) if stated.replay_url else None
    since, withdrawn = draw(_instants(stated)), draw(st.none() | _instants(stated))
    return Event(
        slug="any-event",
        uid="any-event@example.com",
        facts=stated,
        instants=derive_instants(stated, replay_posted_at=posted, replay_withdrawn_at=withdrawn),
        standing=draw(st.sampled_from(Standing)),
        standing_since=since,
        publish_at=draw(st.none() | st.just(since) | _instants(stated)),
        replay_posted_at=posted,
        replay_withdrawn_at=withdrawn,
        revision=draw(st.integers(1, 9)),
        sequence=draw(st.integers(0, 9)),
        changed_at=draw(_instants(stated)),
        documents=draw(documents()),
    )


def documents() -> st.SearchStrategy[tuple[Document, ...]]:
    """Return documents of every sort, each with a name of its own."""
    one = st.builds(
        Document,
        name=st.from_regex(r"[a-z0-9]{1,9}\.pdf", fullmatch=True),
        label=st.builds(
            Label,
            kind=st.sampled_from(DocumentKind),
            title=LINES.map(lambda line: unicodedata.normalize("NFC", f"D{line}")),
            as_of=_days(),
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


def _days() -> st.SearchStrategy[date]:
    return st.dates(date(2005, 1, 1), date(2026, 12, 31))


def _presenters() -> st.SearchStrategy[Presenter]:
    return st.builds(Presenter, name=LINES.map("P{}".format), title=LINES)


def _replay_windows() -> st.SearchStrategy[dict[str, Any]]:
    days = st.just("") | st.integers(1, 3660).map(str)
    until = st.datetimes(datetime(2027, 1, 1), datetime(2036, 12, 31))
    counted_from = st.sampled_from(["", "posting"])
    counted = st.fixed_dictionaries({"replay_days": days, "replay_counted_from": counted_from})
    last = until.map("{:%Y-%m-%d %H:%M}".format) | st.just("further notice")
    return counted | st.fixed_dictionaries({"replay_days": st.just(""), "replay_until": last})


def _instants(stated: Facts) -> st.SearchStrategy[datetime]:
    """Return instants around the event, often the very ones at which it begins, ends or closes."""
    instants = derive_instants(stated)
    known = [instants.starts_at, instants.ends_at, instants.replay_closes_at]
    around = datetime.combine(stated.date, time(), tzinfo=UTC)
    return st.sampled_from([instant for instant in known if instant]) | st.timedeltas(
        timedelta(days=-20), timedelta(days=30)
    ).map(lambda away: around + away)
