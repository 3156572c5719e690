"""The outbox: notices owed, claimed by workers under a lease, settled once."""

import json
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from eventsched.domain.ledger import canonical_json
from eventsched.domain.notices import Notice, Outcome, address_of, domain_of
from eventsched.store.dialects import insert_or
from eventsched.store.tables import EventRow, MailServerRow, NoticeRow

# Longer than a worker keeps what it has claimed; then it is dead and another may send.
LEASE = timedelta(minutes=2)
RATE_WINDOW = timedelta(minutes=1)
_PORTION = 1000


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A notice that is due and leased to us; `token` names it to the outside."""

    id: int
    token: str
    attempts: int
    notice: Notice


def owe(session: Session, notices: Iterable[Notice], *, at: datetime) -> None:
    """Store notices; those whose key is there already are owed already."""
    write = insert_or(session, NoticeRow)
    ids: dict[str, int] = {}
    waiting = iter(notices)
    while portion := list(islice(waiting, _PORTION)):
        _look_up(session, portion, ids)
        session.execute(
            write.on_conflict_do_nothing(index_elements=["key"]),
            [_values(notice, ids, at) for notice in portion],
        )


def claim(session: Session, *, now: datetime, limit: int, per_domain: int = 0) -> list[Claimed]:
    """Return up to `limit` notices that are due and free, first due first, leased to the caller.

    Of one domain no more than `per_domain` are sent or under way within a minute; 0: no limit.
    """
    session.execute(select(MailServerRow.id).with_for_update())
    left = _allowances(session, now=now, per_domain=per_domain) if per_domain else {}
    chosen = (
        select(NoticeRow, EventRow.slug)
        .outerjoin(EventRow, EventRow.id == NoticeRow.event_id)
        .where(NoticeRow.settled_at.is_(None), NoticeRow.due_at <= now, _is_free(now))
        .where(NoticeRow.domain.not_in([domain for domain, more in left.items() if more <= 0]))
        .order_by(NoticeRow.due_at, NoticeRow.id)
        .limit(limit)
        .with_for_update(of=NoticeRow, skip_locked=True)
    )
    claimed = []
    for row, slug in session.execute(chosen):
        more = left.get(row.domain, per_domain)
        if per_domain and more <= 0:
            continue
        left[row.domain] = more - 1
        row.leased_until = now + LEASE
        claimed.append(_claimed(row, slug))
    return claimed


def settle(
    session: Session,
    keys: Collection[str],
    outcome: Outcome,
    *,
    at: datetime,
    reason: str = "",
    tried: bool = True,
) -> None:
    """Settle the notices with these keys, unless they are; what only sending needed is dropped."""
    forgotten = {} if outcome is Outcome.PARKED else {"body": "{}"}
    if outcome is Outcome.DROPPED:
        # Nothing was sent there, so nothing has to be known of it.
        forgotten |= {"recipient": "", "domain": ""}
    session.execute(
        update(NoticeRow)
        .where(NoticeRow.key.in_(keys), NoticeRow.settled_at.is_(None))
        .values(settled_at=at, outcome=outcome.value, reason=reason, leased_until=None)
        .values(attempts=NoticeRow.attempts + (1 if tried else 0), **forgotten)
    )


def put_off(session: Session, claimed: Claimed, *, until: datetime, reason: str) -> None:
    """Count a failure, and let the notice wait."""
    mine = (NoticeRow.id == claimed.id, NoticeRow.settled_at.is_(None))
    session.execute(
        update(NoticeRow)
        .where(*mine)
        .values(due_at=until, leased_until=None, attempts=claimed.attempts + 1, reason=reason)
    )


def note_bounce(session: Session, claimed: Claimed, words: str) -> None:
    """Note that a mail came back, beside what had become of it."""
    mine = NoticeRow.id == claimed.id
    session.execute(update(NoticeRow).where(mine).values(reason=f"came back: {words}"))


def release(session: Session, claimed: Iterable[Claimed]) -> None:
    """Let others have what was claimed and not tried."""
    ids = [one.id for one in claimed]
    session.execute(update(NoticeRow).where(NoticeRow.id.in_(ids)).values(leased_until=None))


def is_unsettled(session: Session, claimed: Claimed) -> bool:
    """Tell whether what was claimed is still owed: another mail may have said it meanwhile."""
    chosen = select(NoticeRow.id).where(NoticeRow.id == claimed.id, NoticeRow.settled_at.is_(None))
    return session.scalar(chosen) is not None


def is_due(session: Session, *, now: datetime) -> bool:
    """Tell whether anything is due and free."""
    waiting = (NoticeRow.settled_at.is_(None), NoticeRow.due_at <= now, _is_free(now))
    return session.scalar(select(NoticeRow.id).where(*waiting).limit(1)) is not None


def known_keys(session: Session, keys: Sequence[str]) -> set[str]:
    """Return those of `keys` that are owed already, or were."""
    known: set[str] = set()
    for start in range(0, len(keys), _PORTION):
        portion = keys[start : start + _PORTION]
        known |= set(session.scalars(select(NoticeRow.key).where(NoticeRow.key.in_(portion))))
    return known


def by_token(session: Session, token: str) -> Claimed | None:
    """Return the notice with that token."""
    chosen = (
        select(NoticeRow, EventRow.slug)
        .outerjoin(EventRow, EventRow.id == NoticeRow.event_id)
        .where(NoticeRow.token == token)
    )
    found = session.execute(chosen).first()
    return None if found is None else _claimed(*found)


def every(session: Session) -> list[NoticeRow]:
    """Return every notice as it stands in the table, first owed first."""
    return list(session.scalars(select(NoticeRow).order_by(NoticeRow.id)))


def of(session: Session, recipient: str) -> list[Notice]:
    """Return every notice owed or sent to that address, first owed first."""
    chosen = (
        select(NoticeRow, EventRow.slug)
        .outerjoin(EventRow, EventRow.id == NoticeRow.event_id)
        .where(NoticeRow.recipient == address_of(recipient))
        .order_by(NoticeRow.id)
    )
    return [_claimed(row, slug).notice for row, slug in session.execute(chosen)]


def count_sent(session: Session, recipient: str, *, kind: str, since: datetime) -> int:
    """Return how many notices of that kind were sent to that address after `since`."""
    sent = (
        NoticeRow.recipient == address_of(recipient),
        NoticeRow.kind == kind,
        NoticeRow.outcome == Outcome.SENT.value,
        NoticeRow.settled_at > since,
    )
    return session.scalar(select(func.count()).select_from(NoticeRow).where(*sent)) or 0


def forget(session: Session, recipient: str) -> int:
    """Delete every notice to that address, sent or not; return how many."""
    mine = NoticeRow.recipient == address_of(recipient)
    return len(session.scalars(delete(NoticeRow).where(mine).returning(NoticeRow.id)).all())


def forget_settled(session: Session, *, before: datetime) -> int:
    """Delete what was settled before that instant; return how much."""
    old = NoticeRow.settled_at < before
    return len(session.scalars(delete(NoticeRow).where(old).returning(NoticeRow.id)).all())


def _is_free(now: datetime) -> ColumnElement[bool]:
    leased = NoticeRow.leased_until
    # A lease from long after now was given before the clock was set back.
    return or_(leased.is_(None), leased <= now, leased > now + 2 * LEASE)


def _allowances(session: Session, *, now: datetime, per_domain: int) -> dict[str, int]:
    sent = (NoticeRow.settled_at > now - RATE_WINDOW, NoticeRow.outcome == Outcome.SENT.value)
    counts = select(NoticeRow.domain, func.count()).group_by(NoticeRow.domain)
    left: dict[str, int] = {}
    for rows in (
        session.execute(counts.where(*sent)),
        session.execute(counts.where(NoticeRow.settled_at.is_(None), NoticeRow.leased_until > now)),
    ):
        for domain, count in rows:
            left[domain] = left.get(domain, per_domain) - count
    return left


def _look_up(session: Session, notices: list[Notice], ids: dict[str, int]) -> None:
    """Add to `ids` the numbers of the events that these notices are about."""
    slugs = {notice.event_slug for notice in notices if notice.event_slug} - ids.keys()
    if slugs:
        found = session.execute(select(EventRow.slug, EventRow.id).where(EventRow.slug.in_(slugs)))
        for slug, number in found:
            ids[slug] = number


def _values(notice: Notice, ids: dict[str, int], at: datetime) -> dict[str, object]:
    recipient = address_of(notice.to)
    return {
        "key": notice.key,
        "token": secrets.token_hex(16),
        "kind": notice.kind,
        "recipient": recipient,
        "domain": domain_of(recipient),
        "event_id": ids[notice.event_slug] if notice.event_slug else None,
        "revision": notice.revision,
        "body": canonical_json(notice.body),
        "owed_at": at,
        "due_at": notice.due_at,
    }


def _claimed(row: NoticeRow, slug: str | None) -> Claimed:
    notice = Notice(
        key=row.key,
        kind=row.kind,
        to=row.recipient,
        due_at=row.due_at,
        event_slug=slug,
        revision=row.revision,
        body=json.loads(row.body),
    )
    return Claimed(id=row.id, token=row.token, attempts=row.attempts, notice=notice)
