"""The looks that links want: derived from facts, leased to one worker, each told once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from eventsched.domain.events import Event
from eventsched.domain.probes import MISSED_AFTER, MISSED_WORDS, Look, Probe, ProbeKind
from eventsched.store.events import replay_lasts_beyond
from eventsched.store.tables import EventRow, ProbeRow

# Longer than a look can take; then the worker is dead and another may look.
LEASE = timedelta(minutes=1)
_OF_LINKS = (ProbeKind.LIVE_LINK.value, ProbeKind.REPLAY_LINK.value)


@dataclass(frozen=True, kw_only=True)
class DueProbe:
    """A look that is due and leased to us."""

    id: int
    slug: str
    probe: Probe


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a look brought: `good` or not, in words, and when."""

    slug: str
    kind: ProbeKind
    at: datetime
    good: bool
    words: str


def derive_again(
    session: Session,
    wanted: Mapping[int, Sequence[Probe]],
    *,
    at: datetime,
    are_new: bool = False,
) -> None:
    """Replace the looks that nobody has taken yet, of events by number, by those that are `wanted`.

    A look at a link that fell due before `at` stays: the save before asked for it, perhaps.
    Events that are new have none.
    """
    known = set() if are_new else _known(session, wanted, at=at)
    session.add_all(
        ProbeRow(event_id=event_id, kind=probe.kind.value, due_at=probe.due_at)
        for event_id, probes in wanted.items()
        for probe in probes
        if (event_id, probe.kind.value, probe.due_at) not in known
    )


def _known(
    session: Session, event_ids: Iterable[int], *, at: datetime
) -> set[tuple[int, str, datetime]]:
    """Forget the looks that nobody has taken and that may be wrong now, and return the rest."""
    mine = ProbeRow.event_id.in_(list(event_ids))
    may_be_wrong = or_(ProbeRow.due_at > at, ProbeRow.kind.not_in(_OF_LINKS))
    forgotten = delete(ProbeRow).where(mine, ProbeRow.done_at.is_(None), may_be_wrong)
    session.execute(forgotten, execution_options={"synchronize_session": False})
    chosen = select(ProbeRow.event_id, ProbeRow.kind, ProbeRow.due_at).where(mine)
    return {(event_id, kind, due_at) for event_id, kind, due_at in session.execute(chosen)}


def is_looked_at_since(
    session: Session, event_id: int, kind: ProbeKind, *, since: datetime, now: datetime
) -> bool:
    """Tell whether that link was looked at from `since` on, or is about to be."""
    taken = and_(ProbeRow.done_at >= since, ProbeRow.words != MISSED_WORDS)
    not_missed = ProbeRow.due_at.between(now - MISSED_AFTER, now)
    to_come = and_(ProbeRow.done_at.is_(None), not_missed)
    mine = (ProbeRow.event_id == event_id, ProbeRow.kind == kind.value, or_(taken, to_come))
    return session.scalar(select(ProbeRow.id).where(*mine).limit(1)) is not None


def without_any(session: Session, events: Sequence[Event]) -> list[Event]:
    """Return those of `events` that have no look, taken or not."""
    chosen = select(EventRow.slug).join(ProbeRow, ProbeRow.event_id == EventRow.id).distinct()
    known = set(session.scalars(chosen))
    return [event for event in events if event.slug not in known]


def lease_due(session: Session, *, now: datetime) -> DueProbe | None:
    """Return the first look that is due and that nobody is taking, leased for a minute."""
    return next(iter(lease_overdue(session, due_by=now, now=now, most=1)), None)


def lease_overdue(
    session: Session, *, due_by: datetime, now: datetime, most: int
) -> list[DueProbe]:
    """Return up to `most` looks that fell due by `due_by` and that nobody is taking, leased."""
    free = or_(ProbeRow.leased_until.is_(None), ProbeRow.leased_until <= now)
    chosen = (
        select(ProbeRow, EventRow.slug)
        .join(EventRow, EventRow.id == ProbeRow.event_id)
        .where(ProbeRow.done_at.is_(None), ProbeRow.due_at <= due_by, free)
        .order_by(ProbeRow.due_at, ProbeRow.id)
        .limit(most)
        .with_for_update(of=ProbeRow, skip_locked=True)
    )
    claimed = []
    for row, slug in session.execute(chosen):
        row.leased_until = now + LEASE
        probe = Probe(due_at=row.due_at, kind=ProbeKind(row.kind))
        claimed.append(DueProbe(id=row.id, slug=slug, probe=probe))
    return claimed


def drop(session: Session, due: DueProbe) -> None:
    """Forget a look that is no longer wanted."""
    session.execute(delete(ProbeRow).where(ProbeRow.id == due.id, ProbeRow.done_at.is_(None)))


def mark_done(session: Session, due: DueProbe, *, at: datetime, good: bool, words: str) -> bool:
    """Write down what the look brought; False if another worker did, or the look is not wanted."""
    marked = session.scalars(
        update(ProbeRow)
        .where(ProbeRow.id == due.id, ProbeRow.done_at.is_(None))
        .values(done_at=at, good=good, words=words)
        .returning(ProbeRow.id)
    )
    return marked.first() is not None


def latest(session: Session, slug: str) -> list[Told]:
    """Return the latest look of each kind at an event's links."""
    chosen = (
        select(ProbeRow)
        .join(EventRow, EventRow.id == ProbeRow.event_id)
        .where(EventRow.slug == slug, ProbeRow.done_at.is_not(None))
        .order_by(ProbeRow.done_at)
    )
    told = {row.kind: row for row in session.scalars(chosen)}
    return [
        Told(slug=slug, kind=ProbeKind(row.kind), at=row.done_at, good=row.good, words=row.words)
        for row in told.values()
        if row.done_at is not None and row.good is not None
    ]


def looks(session: Session, *, since: datetime) -> dict[str, list[Look]]:
    """Return every look taken at events that, or whose replay, went on after `since`, in order."""
    lasting = or_(EventRow.ends_at > since, replay_lasts_beyond(since))
    chosen = (
        select(EventRow.slug, ProbeRow.kind, ProbeRow.done_at, ProbeRow.good, ProbeRow.words)
        .join(EventRow, EventRow.id == ProbeRow.event_id)
        .where(ProbeRow.done_at.is_not(None), ProbeRow.good.is_not(None), lasting)
        .order_by(ProbeRow.done_at, ProbeRow.id)
    )
    taken: dict[str, list[Look]] = {}
    for slug, kind, at, good, words in session.execute(chosen):
        assert at is not None
        look = Look(kind=ProbeKind(kind), at=at, good=bool(good), words=words)
        taken.setdefault(slug, []).append(look)
    return taken
