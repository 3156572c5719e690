"""Taking events from a file: looked at first, confirmed afterwards, all of it or nothing.

A file waits in the database between the two, so that nothing is lost by signing out, by a reload or
by a restart. Its plan is computed anew each time; what is confirmed is the plan that was seen.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from eventsched.calendars.imports import read_calendar
from eventsched.domain.drafts import Draft, InvalidEvent, Problem, draft_of
from eventsched.domain.imports import Sheet, text_of
from eventsched.domain.imports_csv import read_csv
from eventsched.domain.imports_plan import Outcome, Plan, Planned, Schedule, plan
from eventsched.domain.issuer import Issuer
from eventsched.domain.replays import with_policy
from eventsched.domain.revisions import NotAllowed
from eventsched.services import events, second_person
from eventsched.services.demands import unreadable_reason
from eventsched.services.events import NoIssuer
from eventsched.store import events as event_store
from eventsched.store import imports, site
from eventsched.store import second_person as second_person_store
from eventsched.store import staff as staff_store
from eventsched.store.database import Session, Store
from eventsched.store.imports import Staged

KEPT_FOR = timedelta(days=14)
MOST_WAITING = 20
_LONGEST_NAME = 120
# So many drafts go into one statement, and so often somebody hears how far we are.
_PORTION = 100


class NoSuchImport(LookupError):
    """No such file waits: it was discarded, or it is too old."""


class PlanChanged(Exception):
    """What confirming would do is not what was seen; `slugs` are events that were saved since."""

    def __init__(self, slugs: tuple[str, ...] = ()) -> None:
        super().__init__("The schedule has changed since you looked. Nothing was saved.")
        self.slugs = slugs


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A file that waits, its plan, and the events that were saved since it was compared."""

    staged: Staged
    plan: Plan
    overtaken: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How a plan is confirmed: the one that was seen, why, and what is left out knowingly."""

    fingerprint: str | None
    reason: str = ""
    without_unreadable: bool = False


def read_file(content: bytes, issuer: Issuer | None) -> Sheet:
    """Return what a CSV or calendar file says, told by what is in it. Raises UnreadableFile."""
    beginning = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").upper()
    if beginning.startswith(b"BEGIN:"):
        return read_calendar(content, issuer)
    if "BEGIN:VCALENDAR" in text_of(content)[0][:200].upper():
        return read_calendar(content, issuer)
    return read_csv(content)


def stage(store: Store, name: str, content: bytes, *, by: str, now: datetime) -> int:
    """Keep a file until it is confirmed, and return its number; the same bytes are kept once.

    Raises UnreadableFile, NoIssuer or NotAllowed. No event is touched.
    """
    digest = hashlib.sha256(content).hexdigest()
    with store.reading() as session:
        # Read before anybody is kept waiting.
        seen = _plan(session, content, by=by, now=now)
    with store.writing() as session:
        site.hold(session)
        imports.discard_old(session, now=now)
        twin = imports.waiting_twin(session, digest, now=now)
        if twin is not None:
            return twin
        if imports.count_waiting(session, now=now) >= MOST_WAITING:
            raise NotAllowed(f"{MOST_WAITING} files wait already. Confirm or discard one first.")
        return imports.add(
            session,
            name=_plain_name(name),
            content=content,
            digest=digest,
            bases=_bases(seen),
            by=by,
            at=now,
            expires_at=now + KEPT_FOR,
        )


def look(store: Store, number: int, *, by: str, now: datetime) -> Looked:
    """Return what confirming a file would do if `by` did it now. Raises NoSuchImport."""
    with store.reading() as session:
        staged = _staged(session, number, now=now)
        seen = _plan(session, imports.content(session, number), by=by, now=now)
    return Looked(staged=staged, plan=seen, overtaken=_overtaken(staged, seen))


def preview(store: Store, content: bytes, *, by: str, now: datetime) -> Plan:
    """Return what taking a file in would do; nothing is kept. Raises UnreadableFile, NoIssuer."""
    with store.reading() as session:
        return _plan(session, content, by=by, now=now)


def compare_again(store: Store, number: int, *, by: str, now: datetime) -> None:
    """Hold the file against the schedule as it is now. Raises NoSuchImport."""
    with store.writing() as session:
        site.hold(session)
        _staged(session, number, now=now)
        seen = _plan(session, imports.content(session, number), by=by, now=now)
        imports.compare_again(session, number, _bases(seen))


def discard(store: Store, number: int, *, now: datetime) -> Staged:
    """Forget a file that waits. Raises NoSuchImport."""
    with store.writing() as session:
        site.hold(session)
        staged = _staged(session, number, now=now)
        imports.discard(session, number)
    return staged


def confirm(
    store: Store, number: int, wish: Wish, *, by: str, now: datetime
) -> Iterator[tuple[int, int]]:
    """Save all that a file says, or nothing; yield how many of how many are saved so far.

    Raises NoSuchImport, NotAllowed, PlanChanged, or InvalidEvent for what is missing.
    """
    with store.writing() as session:
        site.hold(session)
        staged = _staged(session, number, now=now)
        seen = _plan(session, imports.content(session, number), by=by, now=now)
        overtaken = _overtaken(staged, seen)
        if overtaken or wish.fingerprint != seen.fingerprint:
            raise PlanChanged(overtaken)
        yield from _save(session, staged.name, seen, wish, by=by, now=now)
        imports.settle(session, number, _counts(seen), by=by, at=now)


def take(
    store: Store, name: str, content: bytes, wish: Wish, *, by: str, now: datetime
) -> Iterator[tuple[int, int]]:
    """Save all that a file says, or nothing, without keeping the file. Raises what confirm does."""
    with store.writing() as session:
        site.hold(session)
        seen = _plan(session, content, by=by, now=now)
        if wish.fingerprint not in (None, seen.fingerprint):
            raise PlanChanged
        yield from _save(session, _plain_name(name), seen, wish, by=by, now=now)


def _plan(session: Session, content: bytes, *, by: str, now: datetime) -> Plan:
    issuer = site.issuer(session)
    if issuer is None:
        raise NoIssuer("Set up the issuer first.")
    schedule = Schedule(
        events=tuple(event_store.every(session)),
        uids=imports.uids(session),
        waiting=second_person_store.all_waiting(session),
        demands_two=second_person_store.is_demanded(session),
        usual=with_policy(Draft(), site.replay_policy(session)),
    )
    return plan(read_file(content, issuer), schedule, staff_store.by_email(session, by), now=now)


def _save(
    session: Session, name: str, seen: Plan, wish: Wish, *, by: str, now: datetime
) -> Iterator[tuple[int, int]]:
    _refuse_unfinished(seen, wish)
    new, changed = list(seen.of(Outcome.NEW)), seen.of(Outcome.CHANGED)
    total, done = len(new) + len(changed), 0
    named: list[tuple[str, str]] = []
    for first in range(0, len(new), _PORTION):
        rows = new[first : first + _PORTION]
        stated = [row.facts for row in rows if row.facts is not None]
        source = f"From the file “{name}”."
        drafts = events.plan_all_in(session, stated, by=by, now=now, reason=source)
        named += [(row.uid, event.slug) for row, event in zip(rows, drafts, strict=True)]
        done += len(rows)
        yield done, total
    for first in range(0, len(changed), _PORTION):
        portion = changed[first : first + _PORTION]
        _change(session, portion, wish, by=by, now=now)
        done += len(portion)
        yield done, total
    for row in (*changed, *seen.of(Outcome.UNCHANGED)):
        if row.event is not None and row.uid != row.event.uid:
            named.append((row.uid, row.event.slug))
    ids = event_store.ids_of(session, [slug for uid, slug in named if uid])
    imports.remember_uids(session, [(uid, ids[slug]) for uid, slug in named if uid])
    body = {"by": by, "file": name, **_counts(seen)}
    site.append_to_ledger(session, at=now, kind="imported", subject="", body=body)


def _change(
    session: Session, rows: Iterable[Planned], wish: Wish, *, by: str, now: datetime
) -> None:
    reason = wish.reason.strip()
    wanted, stated, bases = {}, {}, {}
    for row in rows:
        assert row.event is not None
        assert row.facts is not None
        slug = row.event.slug
        bases[slug] = row.event.revision
        if row.way.waits:
            wanted[slug] = draft_of(row.facts)
        else:
            stated[slug] = row.facts
    second_person.propose_all_in(session, wanted, bases=bases, by=by, reason=reason, now=now)
    events.revise_all_in(session, stated, bases=bases, by=by, reason=reason, now=now)


def _refuse_unfinished(seen: Plan, wish: Wish) -> None:
    """Raise InvalidEvent, or NotAllowed, unless all that the plan asks for is there."""
    problems = []
    unreadable = seen.of(Outcome.UNREADABLE)
    if unreadable and not wish.without_unreadable:
        sentence = "Say that what can’t be read is to be left out, or correct the file."
        problems.append(Problem(field="without_unreadable", message=sentence))
    if wrong := unreadable_reason(wish.reason):
        problems.append(Problem(field="reason", message=wrong))
    elif seen.owes_reason and not wish.reason.strip():
        sentence = "Say why: the public has read it otherwise, and will be told."
        problems.append(Problem(field="reason", message=sentence))
    if problems:
        raise InvalidEvent(tuple(problems))
    if not seen.does_anything:
        raise NotAllowed("There is nothing to save in this file.")


def _staged(session: Session, number: int, *, now: datetime) -> Staged:
    staged = imports.by_id(session, number, now=now)
    if staged is None:
        raise NoSuchImport(str(number))
    if staged.saved is not None:
        raise NotAllowed("This file is imported already.")
    return staged


def _bases(seen: Plan) -> dict[str, int]:
    return {row.event.slug: row.event.revision for row in seen.rows if row.event is not None}


def _overtaken(staged: Staged, seen: Plan) -> tuple[str, ...]:
    """Return the events of the file that are not as they were when it was compared."""
    now_at = _bases(seen)
    return tuple(slug for slug in staged.bases if now_at.get(slug) != staged.bases[slug])


def _counts(seen: Plan) -> dict[str, int]:
    waits = sum(row.way.waits for row in seen.of(Outcome.CHANGED))
    return {
        "new": len(seen.of(Outcome.NEW)),
        "changed": len(seen.of(Outcome.CHANGED)) - waits,
        "proposed": waits,
        "unchanged": len(seen.of(Outcome.UNCHANGED)),
        "left_out": len(seen.of(Outcome.LEFT_OUT, Outcome.UNREADABLE)),
    }


def _plain_name(name: str) -> str:
    """Return a file's own name on one line: browsers may send a whole path, people anything."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(c if c.isprintable() else " " for c in last).strip()
    return plain[:_LONGEST_NAME] or "a file"
