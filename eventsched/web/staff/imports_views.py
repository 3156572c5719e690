"""What the import's pages say of a file and of its rows: plain values for templates."""

from dataclasses import dataclass
from datetime import datetime

from eventsched.domain.comparison import Difference
from eventsched.domain.events import Standing
from eventsched.domain.imports_plan import Blame, Outcome, Planned, Way
from eventsched.domain.issuer import Issuer
from eventsched.domain.revisions import first_revision
from eventsched.domain.wording import happened_words, place_words, when_words
from eventsched.services.imports import Looked
from eventsched.store.imports import Staged

_WAY_WORDS = {
    Way.AT_ONCE: "Approved: what is saved is published with it.",
    Way.APPROVER: "It was approved, so your change waits for an approver.",
    Way.SECOND_PERSON: "A second person has to confirm it; it waits for them.",
}


@dataclass(frozen=True, kw_only=True)
class StagedView:
    """A file that waits, or what became of it."""

    number: int
    name: str
    by: str
    at: str
    expires: str
    saved: str
    settled_by: str
    settled_at: str


@dataclass(frozen=True, kw_only=True)
class RowView:
    """A row: where it stands in the file, what it is about, and what would follow."""

    number: int
    title: str
    slug: str
    when: str
    place: str
    way: str
    notes: tuple[str, ...]
    blames: tuple[Blame, ...]
    differences: tuple[Difference, ...]
    because: str


@dataclass(frozen=True, kw_only=True)
class LookedView:
    """A plan, group by group."""

    unit: str
    notes: tuple[str, ...]
    summary: str
    action: str
    overtaken: tuple[str, ...]
    unreadable: tuple[RowView, ...]
    changed: tuple[RowView, ...]
    new: tuple[RowView, ...]
    left_out: tuple[RowView, ...]
    unchanged: tuple[RowView, ...]
    owes_reason: bool
    does_anything: bool
    fingerprint: str


def staged_view(staged: Staged, issuer: Issuer) -> StagedView:
    """Return what the pages say of a file."""
    return StagedView(
        number=staged.id,
        name=staged.name,
        by=staged.by,
        at=happened_words(staged.at, issuer.home_zone),
        expires=happened_words(staged.expires_at, issuer.home_zone),
        saved="" if staged.saved is None else saved_words(staged.saved),
        settled_by=staged.settled_by or "",
        settled_at=happened_words(staged.settled_at, issuer.home_zone) if staged.settled_at else "",
    )


def looked_view(looked: Looked, issuer: Issuer, *, now: datetime) -> LookedView:
    """Return what the page says of a plan."""
    plan = looked.plan

    def rows(outcome: Outcome) -> tuple[RowView, ...]:
        return tuple(_row(row, issuer, now=now) for row in plan.of(outcome))

    return LookedView(
        unit=plan.unit,
        notes=plan.notes,
        summary=summary_words(looked),
        action=_action(looked),
        overtaken=looked.overtaken,
        unreadable=rows(Outcome.UNREADABLE),
        changed=rows(Outcome.CHANGED),
        new=rows(Outcome.NEW),
        left_out=rows(Outcome.LEFT_OUT),
        unchanged=rows(Outcome.UNCHANGED),
        owes_reason=plan.owes_reason,
        does_anything=plan.does_anything,
        fingerprint=plan.fingerprint,
    )


def saved_words(saved: dict[str, int] | object) -> str:
    """Return “12 drafts, 3 changes, 1 change that waits” for what was saved."""
    assert isinstance(saved, dict)
    parts = (
        _counted(saved["new"], "draft"),
        _counted(saved["changed"], "change"),
        _counted(saved["proposed"], "change that waits", "changes that wait"),
    )
    return ", ".join(part for part in parts if part)


def summary_words(looked: Looked) -> str:
    """Return how many rows there are of each sort, in a sentence."""
    words = {
        Outcome.NEW: "new",
        Outcome.CHANGED: "changed",
        Outcome.UNCHANGED: "unchanged",
        Outcome.UNREADABLE: "can’t be read",
        Outcome.LEFT_OUT: "left out",
    }
    counts = [(len(looked.plan.of(outcome)), said) for outcome, said in words.items()]
    return ", ".join(f"{count:,} {said}" for count, said in counts if count)


def _action(looked: Looked) -> str:
    changed = looked.plan.of(Outcome.CHANGED)
    waits = sum(row.way.waits for row in changed)
    saved = saved_words(
        {
            "new": len(looked.plan.of(Outcome.NEW)),
            "changed": len(changed) - waits,
            "proposed": waits,
        }
    )
    return f"Save {saved}"


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}" if count else ""


def _row(row: Planned, issuer: Issuer, *, now: datetime) -> RowView:
    when = place = ""
    if row.facts is not None:
        shown = first_revision(row.facts, slug="-", uid="-", now=now)
        when, place = when_words(shown, issuer.home_zone), place_words(row.facts)
    elif row.event is not None:
        when, place = when_words(row.event, issuer.home_zone), place_words(row.event.facts)
    return RowView(
        number=row.number,
        title=row.title[:300],
        slug="" if row.event is None else row.event.slug,
        when=when,
        place=place,
        way=_way(row),
        notes=row.notes,
        blames=row.blames,
        differences=row.differences,
        because=row.because,
    )


def _way(row: Planned) -> str:
    if row.outcome is not Outcome.CHANGED or row.event is None:
        return ""
    if row.owes_reason and row.way is Way.AT_ONCE:
        return "Public: readers see it at once, with the reason you give."
    if row.way is Way.DRAFT:
        words = "withdrawn" if row.event.standing is Standing.WITHDRAWN else "not public"
        return f"It is {words}; only staff see the change."
    return _WAY_WORDS[row.way]
