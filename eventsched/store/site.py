"""The site's version, the issuer, and the ledger's head."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from eventsched.domain.company import following, issuer_record
from eventsched.domain.events import CountedFrom
from eventsched.domain.issuer import Contact, Issuer
from eventsched.domain.ledger import Entry, canonical_json, next_entry
from eventsched.domain.look_rules import LookRule
from eventsched.domain.replays import ReplayPolicy
from eventsched.store.at_hand import at_hand
from eventsched.store.tables import CompanyRevisionRow, IssuerRow, LedgerRow, SiteRow

# Where PostgreSQL tells those who listen that the version has risen.
CHANNEL = "eventsched_site"

_PORTION = 1000


@dataclass(frozen=True, kw_only=True)
class Happening:
    """What an entry of the ledger is to say."""

    kind: str
    subject: str
    body: Mapping[str, Any]


def version(session: Session) -> int:
    """Return the site's version: it rises with every save that may change an answer."""
    return session.scalar(select(SiteRow.version)) or 0


def hold(session: Session) -> None:
    """Keep other savers out until this transaction ends.

    Every save begins here: so saves stand in one order, the ledger has no gaps, and two that touch
    the same rows can't lock each other out.
    """
    _held_site(session)


def raise_version(session: Session) -> None:
    """Count one save: every answer held for the old version is stale."""
    row = _held_site(session)
    row.version += 1
    kept = at_hand(session)
    if not kept.is_announced and session.get_bind().dialect.name == "postgresql":
        # Delivered at the commit, and only if there is one.
        session.execute(text(f"NOTIFY {CHANNEL}"))
        kept.is_announced = True


def public_change_at(session: Session) -> datetime | None:
    """Return when a save last changed what the public sees; None where none has."""
    return session.scalar(select(SiteRow.public_change_at))


def note_public_change(session: Session, *, at: datetime) -> None:
    """Note that this save changes what the public sees.

    Saves of what is not public leave no trace here: the instant is told to everybody.
    """
    row = _held_site(session)
    row.public_change_at = max(at, row.public_change_at or at)


def issuer(session: Session) -> Issuer | None:
    """Return the company that runs this installation; None until it is set."""
    row = session.get(IssuerRow, 1)
    if row is None:
        return None
    return Issuer(
        name=row.name,
        ticker=row.ticker,
        exchange=row.exchange,
        home_zone=row.home_zone,
        domain=row.domain,
        website=row.website,
        contact=Contact(
            name=row.contact_name,
            title=row.contact_title,
            phone=row.contact_phone,
            email=row.contact_email,
        ),
        told_since=row.told_since,
    )


def set_issuer(session: Session, said: Issuer, *, at: datetime, by: str = "") -> None:
    """Store the company that runs this installation, which every answer names; and a revision."""
    saved = following(issuer(session), said, at=at)
    row = session.get(IssuerRow, 1) or IssuerRow(id=1)
    row.name, row.ticker, row.exchange = saved.name, saved.ticker, saved.exchange
    row.home_zone, row.domain, row.website = saved.home_zone, saved.domain, saved.website
    row.contact_name, row.contact_title = saved.contact.name, saved.contact.title
    row.contact_phone, row.contact_email = saved.contact.phone, saved.contact.email
    row.told_since = saved.told_since
    session.add(row)
    last = session.scalar(select(func.max(CompanyRevisionRow.number))) or 0
    record = canonical_json(issuer_record(saved))
    session.add(CompanyRevisionRow(number=last + 1, at=at, by=by, record=record))
    note_public_change(session, at=at)
    raise_version(session)


def replay_policy(session: Session) -> ReplayPolicy:
    """Return how long replays stay unless an event says otherwise."""
    row = session.scalars(select(SiteRow)).one()
    return ReplayPolicy(
        days=row.replay_days,
        until_revoked=row.replay_until_revoked,
        counted_from=CountedFrom(row.replay_counted_from),
    )


def set_replay_policy(session: Session, policy: ReplayPolicy) -> None:
    """Store how long replays stay unless an event says otherwise."""
    row = _held_site(session)
    row.replay_days, row.replay_until_revoked = policy.days, policy.until_revoked
    row.replay_counted_from = policy.counted_from.value


def look_rule(session: Session) -> LookRule:
    """Return how long before a call its live link is looked at."""
    # A transaction that writes has this row at hand.
    row = session.get_one(SiteRow, 1)
    before = (timedelta(minutes=int(minutes)) for minutes in row.looks_before.split(","))
    return LookRule(before=tuple(before), since=row.looks_since)


def set_look_rule(session: Session, rule: LookRule) -> None:
    """Store how long before a call its live link is looked at."""
    row = _held_site(session)
    row.looks_before = ",".join(str(before // timedelta(minutes=1)) for before in rule.before)
    row.looks_since = rule.since


def append_to_ledger(
    session: Session, *, at: datetime, kind: str, subject: str, body: Mapping[str, Any]
) -> None:
    """Append an entry to the ledger; it stands once the caller's transaction is committed."""
    append_all_to_ledger(session, [Happening(kind=kind, subject=subject, body=body)], at=at)


def append_all_to_ledger(
    session: Session, happenings: Iterable[Happening], *, at: datetime
) -> None:
    """Append an entry for each of `happenings`, in order, in as few statements as can be."""
    head, kept = _held_site(session), at_hand(session)
    entry = kept.last_entry or _entry_at(session, head.ledger_number)
    for happening in happenings:
        entry = next_entry(
            entry, at=at, kind=happening.kind, subject=happening.subject, body=happening.body
        )
        session.add(_row(entry))
    if entry is not None:
        head.ledger_number, head.ledger_hash = entry.number, entry.hash
    kept.last_entry = entry


def ledger(session: Session, *, subject: str | None = None) -> Iterator[Entry]:
    """Yield the ledger's entries in order, all or those about `subject`."""
    chosen = select(LedgerRow).order_by(LedgerRow.number).limit(_PORTION)
    if subject is not None:
        chosen = chosen.where(LedgerRow.subject == subject)
    reached = 0
    while rows := session.scalars(chosen.where(LedgerRow.number > reached)).all():
        yield from map(_entry, rows)
        reached = rows[-1].number


@contextmanager
def whatever_was_made_of_it(session: Session) -> Iterator[None]:
    """Let text be read that is no text any more, so that the entry it is in can be named.

    Only SQLite would store such a thing.
    """
    driver: Any = session.connection().connection.dbapi_connection
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    usual, driver.text_factory = driver.text_factory, lambda raw: raw.decode(errors="replace")
    try:
        yield
    finally:
        driver.text_factory = usual


def last_entry(session: Session) -> Entry | None:
    """Return the ledger's latest entry; None while it is empty."""
    row = session.scalar(select(LedgerRow).order_by(LedgerRow.number.desc()).limit(1))
    return None if row is None else _entry(row)


def last_of_the_site(session: Session, kind: str) -> Entry | None:
    """Return the ledger's latest entry of that kind that is about no event and nobody."""
    chosen = select(LedgerRow).where(LedgerRow.subject == "", LedgerRow.kind == kind)
    row = session.scalar(chosen.order_by(LedgerRow.number.desc()).limit(1))
    return None if row is None else _entry(row)


def is_cut_short(session: Session) -> bool:
    """Tell whether the ledger's end is not the one that was last written: entries are missing."""
    head = session.scalars(select(SiteRow)).one()
    last = last_entry(session)
    ends = (0, "") if last is None else (last.number, last.hash)
    return (head.ledger_number, head.ledger_hash) != ends


def _held_site(session: Session) -> SiteRow:
    """Return the site's row, held until the transaction ends."""
    kept = at_hand(session)
    if kept.site is None:
        chosen = select(SiteRow).where(SiteRow.id == 1).with_for_update()
        kept.site = session.scalars(chosen.execution_options(populate_existing=True)).one()
    return kept.site


def _entry_at(session: Session, number: int) -> Entry | None:
    row = session.get(LedgerRow, number) if number else None
    return None if row is None else _entry(row)


def _row(entry: Entry) -> LedgerRow:
    return LedgerRow(
        number=entry.number,
        at=entry.at,
        kind=entry.kind,
        subject=entry.subject,
        body=canonical_json(entry.body),
        previous=entry.previous,
        hash=entry.hash,
    )


def _entry(row: LedgerRow) -> Entry:
    return Entry(
        number=row.number,
        at=row.at,
        # SQLite gives back bytes where somebody stored bytes.
        kind=str(row.kind),
        subject=str(row.subject),
        body=_body(row.body),
        previous=str(row.previous),
        hash=str(row.hash),
    )


def _body(text: str) -> Mapping[str, Any]:
    """Return what an entry says; what we would not have written so can't match its hash."""
    try:
        body = json.loads(text)
        return body if canonical_json(body) == text else {"altered": str(text)}
    except (TypeError, ValueError, RecursionError):
        return {"unreadable": str(text)}
