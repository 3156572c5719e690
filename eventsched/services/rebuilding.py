"""Rebuilding the schedule from the ledger alone: who the company was, and every saved event."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from eventsched.domain.company import issuer_of
from eventsched.domain.ledger import Entry
from eventsched.domain.revisions import event_of
from eventsched.store import events as event_store
from eventsched.store import site
from eventsched.store.database import Session, Store


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """What was found: the last entry that counted, and whether the company was told by then."""

    slugs: tuple[str, ...]
    last: Entry | None = None
    knows_company: bool = False


def rebuild(store: Store, entries: Iterable[Entry], *, until: datetime | None = None) -> Rebuilt:
    """Save into the empty `store` what `entries` saved, those written after `until` left out.

    The documents' bytes are not in a ledger, only their names and hashes. Whoever asks has checked
    that the entries follow from one another.
    """
    last: Entry | None = None
    knows_company, slugs = False, list[str]()
    with store.writing() as session:
        site.hold(session)
        for entry in entries:
            if until is not None and entry.at > until:
                continue
            last = entry
            if entry.kind == "company" and "record" in entry.body:
                issuer, by = issuer_of(entry.body["record"]), str(entry.body["by"])
                site.set_issuer(session, issuer, at=entry.at, by=by)
                knows_company = True
            elif entry.kind == "revision":
                slugs += _save(session, entry)
        site.raise_version(session)
    return Rebuilt(last=last, knows_company=knows_company, slugs=tuple(slugs))


def _save(session: Session, entry: Entry) -> list[str]:
    """Save a revision again; return the event's address if it is its first."""
    event, by, reason = event_of(entry.body["record"]), entry.body["by"], entry.body["reason"]
    if event.revision == 1:
        event_store.add(session, event, by=by, reason=reason, at=entry.at)
        return [event.slug]
    event_store.update(session, event, by=by, reason=reason, at=entry.at)
    return []
