"""The table of due instants: derived from facts, claimed by workers, each written down once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from eventsched.domain.lifecycle import Transition, TransitionKind
from eventsched.store.tables import EventRow, TransitionRow


@dataclass(frozen=True, kw_only=True)
class DueTransition:
    """A transition whose instant has come and that nobody has written down yet."""

    id: int
    slug: str
    kind: TransitionKind
    due_at: datetime


def derive_again(
    session: Session, wanted: Mapping[int, Sequence[Transition]], *, are_new: bool = False
) -> None:
    """Replace the unrecorded transitions of events, by number, by those that are `wanted`.

    What was recorded stays, and is not due a second time. Events that are new have none.
    """
    recorded = set() if are_new else _recorded(session, wanted)
    session.add_all(
        TransitionRow(event_id=event_id, kind=t.kind.value, due_at=t.due_at)
        for event_id, transitions in wanted.items()
        for t in transitions
        if (event_id, t.kind.value, t.due_at) not in recorded
    )


def _recorded(session: Session, event_ids: Iterable[int]) -> set[tuple[int, str, datetime]]:
    """Forget what is unrecorded, and return the rest."""
    mine = TransitionRow.event_id.in_(list(event_ids))
    forgotten = delete(TransitionRow).where(mine, TransitionRow.observed_at.is_(None))
    # Whatever this transaction holds in memory would be looked through otherwise, each time.
    session.execute(forgotten, execution_options={"synchronize_session": False})
    chosen = select(TransitionRow.event_id, TransitionRow.kind, TransitionRow.due_at).where(mine)
    return {(event_id, kind, due_at) for event_id, kind, due_at in session.execute(chosen)}


def claim_due(session: Session, *, now: datetime, most: int) -> list[DueTransition]:
    """Return up to `most` transitions that are due, in order, held against other workers."""
    chosen = (
        select(TransitionRow, EventRow.slug)
        .join(EventRow, EventRow.id == TransitionRow.event_id)
        .where(TransitionRow.observed_at.is_(None), TransitionRow.due_at <= now)
        .order_by(TransitionRow.due_at, TransitionRow.id)
        .limit(most)
        # SQLite has no such clause and needs none: BEGIN IMMEDIATE admits one writer.
        .with_for_update(of=TransitionRow, skip_locked=True)
    )
    return [
        DueTransition(id=row.id, slug=slug, kind=TransitionKind(row.kind), due_at=row.due_at)
        for row, slug in session.execute(chosen)
    ]


def mark_observed(session: Session, transitions: Sequence[DueTransition], *, at: datetime) -> None:
    """Write down that the transitions were seen at `at`; each can be so only once."""
    ids = [transition.id for transition in transitions]
    marked = session.scalars(
        update(TransitionRow)
        .where(TransitionRow.id.in_(ids), TransitionRow.observed_at.is_(None))
        .values(observed_at=at)
        .returning(TransitionRow.id),
        execution_options={"synchronize_session": False},
    )
    assert len(marked.all()) == len(ids)


def next_due(session: Session) -> datetime | None:
    """Return the earliest instant that waits to be written down."""
    chosen = select(TransitionRow.due_at).where(TransitionRow.observed_at.is_(None))
    return session.scalar(chosen.order_by(TransitionRow.due_at).limit(1))
