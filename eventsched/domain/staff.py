"""The people of the investor-relations team."""

from dataclasses import dataclass
from enum import StrEnum

from eventsched.domain.events import Event, Standing


class NotPermitted(Exception):
    """The person's role does not let them do this."""


class Role(StrEnum):
    """What a member of staff may do; each role may do all that the one before may."""

    EDITOR = "editor"
    APPROVER = "approver"
    ADMIN = "admin"


@dataclass(frozen=True, kw_only=True)
class Staff:
    """A member of staff. `session_key` changes when every browser is to be signed out."""

    email: str
    name: str
    role: Role
    password_hash: str
    session_key: str

    @property
    def may_approve(self) -> bool:
        """Whether they may decide what becomes public."""
        return self.role in (Role.APPROVER, Role.ADMIN)


# What an editor may decide alone: none of it makes anything public, or changes what is.
_PREPARING = frozenset({Standing.DRAFT, Standing.IN_REVIEW})


def may_revise(staff: Staff, event: Event) -> bool:
    """Tell whether they may save other facts: once approved, what is saved is published."""
    return staff.may_approve or event.standing in _PREPARING


def may_decide(staff: Staff, event: Event, standing: Standing) -> bool:
    """Tell whether they may let the event stand as `standing`.

    Editors prepare: they send to review, take back, and give up what was never approved.
    """
    if staff.may_approve:
        return True
    gives_up = standing is Standing.WITHDRAWN and event.standing in _PREPARING
    takes_up = standing is Standing.DRAFT and event.standing is Standing.WITHDRAWN
    prepares = standing in _PREPARING and event.standing in _PREPARING
    return gives_up or takes_up or prepares
