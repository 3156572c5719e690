"""The chain of what was saved and what was seen, each entry carrying the hash of the one before.

An entry's hash is the SHA-256, in hexadecimal, of its canonical JSON: an object with the keys at,
body, kind, number, previous and subject, sorted, without spaces, UTF-8. `previous` of the first
entry is sixty-four zeros. Whoever holds an export can check it with a few lines of any language.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

BEFORE_THE_FIRST = "0" * 64


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry: `number` counts from 1 without gaps; `body` holds JSON values only.

    `subject` is what it is about: an event's slug, a staff member's address or "".
    """

    number: int
    at: datetime
    kind: str
    subject: str
    body: Mapping[str, Any]
    previous: str
    hash: str


def next_entry(
    last: Entry | None, *, at: datetime, kind: str, subject: str, body: Mapping[str, Any]
) -> Entry:
    """Return the entry that follows `last` (None at the very beginning)."""
    number = 1 if last is None else last.number + 1
    previous = BEFORE_THE_FIRST if last is None else last.hash
    digest = entry_hash(
        number=number, at=at, kind=kind, subject=subject, body=body, previous=previous
    )
    return Entry(
        number=number, at=at, kind=kind, subject=subject, body=body, previous=previous, hash=digest
    )


def entry_hash(
    *,
    number: int,
    at: datetime,
    kind: str,
    subject: str,
    body: Mapping[str, Any],
    previous: str,
) -> str:
    """Return the hash that an entry with this content has to carry."""
    content = _content(
        number=number, at=at, kind=kind, subject=subject, body=body, previous=previous
    )
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def exported(entry: Entry) -> str:
    """Return the entry as a line of an export: what its hash is made of, and the hash."""
    content = _content(
        number=entry.number,
        at=entry.at,
        kind=entry.kind,
        subject=entry.subject,
        body=entry.body,
        previous=entry.previous,
    )
    return canonical_json({**content, "hash": entry.hash})


class UnreadableEntry(ValueError):
    """A line is no entry of a ledger's export."""


def read_entry(line: str) -> Entry:
    """Return the entry that `exported` wrote. Raises UnreadableEntry.

    Whether it follows from the one before, `first_broken` tells.
    """
    try:
        said = json.loads(line)
        return Entry(
            number=int(said["number"]),
            at=datetime.fromisoformat(said["at"]).astimezone(UTC),
            kind=str(said["kind"]),
            subject=str(said["subject"]),
            body=dict(said["body"]),
            previous=str(said["previous"]),
            hash=str(said["hash"]),
        )
    except (KeyError, OverflowError, RecursionError, TypeError, ValueError) as problem:
        raise UnreadableEntry(f"“{line[:60].strip()}” is no entry.") from problem


def _content(*, at: datetime, **rest: Any) -> dict[str, Any]:
    return {"at": instant_text(at), **rest}


def canonical_json(value: Any) -> str:
    """Return the one JSON text of `value`: sorted keys, no spaces, no escapes but JSON's own."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def instant_text(instant: datetime) -> str:
    """Return an instant as UTC text to the microsecond: “2011-11-18T17:00:00.000000Z”."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def first_broken(entries: Iterable[Entry]) -> Entry | None:
    """Return the first entry that does not follow from the one before it; None where all do."""
    previous = BEFORE_THE_FIRST
    for number, entry in enumerate(entries, start=1):
        expected = entry_hash(
            number=number,
            at=entry.at,
            kind=entry.kind,
            subject=entry.subject,
            body=entry.body,
            previous=previous,
        )
        if entry.number != number or entry.previous != previous or entry.hash != expected:
            return entry
        previous = entry.hash
    return None
