"""Whether a second person is demanded, and the changes that wait for one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from eventsched.domain.drafts import Draft
from eventsched.domain.events import Presenter, Standing
from eventsched.domain.replays import ReplayStep
from eventsched.domain.second_person import Declined, Proposal, Wanted
from eventsched.store.tables import EventRow, ProposalRow, SiteRow


def is_demanded(session: Session) -> bool:
    """Tell whether the company demands a second person."""
    # A transaction that writes has this row at hand, and asks for each of a thousand events.
    row = session.get(SiteRow, 1)
    return row is not None and row.second_person


def demand(session: Session, demanded: bool) -> None:
    """Store whether the company demands a second person."""
    session.scalars(select(SiteRow)).one().second_person = demanded


def add_all(
    session: Session,
    wanted: Mapping[int, tuple[int, Wanted]],
    *,
    reason: str,
    by: str,
    at: datetime,
) -> None:
    """Store changes that wait, by their events' numbers, each with the revision it is made from."""
    session.add_all(
        ProposalRow(
            event_id=event_id,
            base=base,
            draft=json.dumps(asdict(wish)) if isinstance(wish, Draft) else None,
            standing=wish.value if isinstance(wish, Standing) else None,
            replay_step=wish.value if isinstance(wish, ReplayStep) else None,
            reason=reason,
            by=by,
            at=at,
        )
        for event_id, (base, wish) in wanted.items()
    )
    session.flush()


def waiting(session: Session, slug: str) -> Proposal | None:
    """Return the change of the event at that address that waits; None where none does."""
    return waiting_among(session, [slug]).get(slug)


def waiting_among(session: Session, slugs: Sequence[str]) -> dict[str, Proposal]:
    """Return the changes of the events at those addresses that wait, by address."""
    return _by_slug(session, _waiting().where(EventRow.slug.in_(slugs)))


def all_waiting(session: Session) -> dict[str, Proposal]:
    """Return every change that waits, by its event's address."""
    return _by_slug(session, _waiting())


def declined(session: Session, slug: str) -> list[Declined]:
    """Return the changes of the event at that address that somebody else declined, last first."""
    return _declined(session, _settled("declined").where(EventRow.slug == slug))


def declined_since(session: Session, since: datetime) -> dict[str, Declined]:
    """Return the latest change of each event that somebody else declined since, by address."""
    found = _declined(session, _settled("declined").where(ProposalRow.settled_at >= since))
    return {one.proposal.slug: one for one in reversed(found)}


def settle(
    session: Session, proposal_id: int, outcome: str, *, by: str, at: datetime, because: str = ""
) -> None:
    """Write down how a change that waited was settled."""
    row = session.get_one(ProposalRow, proposal_id)
    assert row.outcome is None
    row.outcome, row.settled_by, row.settled_at, row.settled_because = outcome, by, at, because


def _waiting() -> Select[ProposalRow, str]:
    return _proposals().where(ProposalRow.outcome.is_(None))


def _settled(outcome: str) -> Select[ProposalRow, str]:
    return _proposals().where(ProposalRow.outcome == outcome).order_by(ProposalRow.id.desc())


def _proposals() -> Select[ProposalRow, str]:
    return select(ProposalRow, EventRow.slug).join(EventRow, EventRow.id == ProposalRow.event_id)


def _declined(session: Session, chosen: Select[ProposalRow, str]) -> list[Declined]:
    return [
        Declined(
            proposal=_proposal(found),
            by=row.settled_by,
            at=row.settled_at,
            reason=row.settled_because,
        )
        for found in session.execute(chosen)
        if (row := found[0]).settled_by and row.settled_at and row.settled_by != row.by
    ]


def _by_slug(session: Session, chosen: Select[ProposalRow, str]) -> dict[str, Proposal]:
    proposals = (_proposal(row) for row in session.execute(chosen))
    return {proposal.slug: proposal for proposal in proposals}


def _proposal(found: Row[ProposalRow, str]) -> Proposal:
    row, slug = found
    return Proposal(
        id=row.id,
        slug=slug,
        base=row.base,
        draft=None if row.draft is None else _draft(row.draft),
        standing=None if row.standing is None else Standing(row.standing),
        replay_step=None if row.replay_step is None else ReplayStep(row.replay_step),
        reason=row.reason,
        by=row.by,
        at=row.at,
    )


def _draft(said: str) -> Draft:
    typed = json.loads(said)
    presenters = tuple(Presenter(**presenter) for presenter in typed.pop("presenters"))
    return Draft(presenters=presenters, **typed)
