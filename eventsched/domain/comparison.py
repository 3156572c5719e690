"""Two versions of an event side by side, field by field."""

from collections.abc import Iterable, Set
from dataclasses import dataclass, fields, replace

from eventsched.domain.drafts import Draft
from eventsched.domain.events import Presenter


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One field of a draft that two versions say differently; presenters are one to a line."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Clash:
    """One field that somebody's version and the saved one say differently.

    `is_ours_alone` tells that the saved version left the field as it was, `is_theirs_alone` that
    ours did; where both are false, both changed it.
    """

    field: str
    before: str
    theirs: str
    ours: str

    @property
    def is_ours_alone(self) -> bool:
        """Whether only we changed it."""
        return self.theirs == self.before

    @property
    def is_theirs_alone(self) -> bool:
        """Whether only they changed it."""
        return self.ours == self.before


def differences(before: Draft, after: Draft) -> tuple[Difference, ...]:
    """Return every field that the two say differently, in the form's order."""
    pairs = ((f.name, _said(before, f.name), _said(after, f.name)) for f in fields(Draft))
    return tuple(
        Difference(field=name, before=old, after=new) for name, old, new in pairs if old != new
    )


def clashes(ours: Draft, theirs: Draft, *, base: Draft) -> tuple[Clash, ...]:
    """Return every field that `ours` and `theirs`, both made from `base`, say differently."""
    return tuple(
        Clash(
            field=difference.field,
            before=_said(base, difference.field),
            theirs=difference.before,
            ours=difference.after,
        )
        for difference in differences(theirs, ours)
    )


def merged(ours: Draft, theirs: Draft, *, take: Set[str]) -> Draft:
    """Return `ours` with the fields named by `take` as `theirs` says them."""
    names = {field.name for field in fields(Draft)} & take
    return replace(ours, **{name: getattr(theirs, name) for name in names})


def _said(draft: Draft, field: str) -> str:
    if field == "presenters":
        return _lines(draft.presenters)
    said: str = getattr(draft, field)
    return said.strip()


def _lines(presenters: Iterable[Presenter]) -> str:
    named = ((p.name.strip(), p.title.strip()) for p in presenters)
    return "\n".join(", ".join(part for part in parts if part) for parts in named if any(parts))
