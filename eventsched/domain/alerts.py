"""What an investor asks to be told by email: of which events, of what, on which clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from eventsched.domain.drafts import Problem
from eventsched.domain.events import Kind
from eventsched.domain.mailboxes import BadMailbox, mailbox_of
from eventsched.domain.times import TimeProblem, zone_of


class Topic(StrEnum):
    """Something that can be told of an event."""

    NEW_EVENT = "new_event"
    CHANGE = "change"
    CANCELLATION = "cancellation"
    REMINDER_DAY = "reminder_day"
    REMINDER_HOUR = "reminder_hour"
    REPLAY_AVAILABLE = "replay_available"
    REPLAY_CLOSING = "replay_closing"


# Where somebody leaves the form as it is: all that has to do with attending.
USUAL_TOPICS = frozenset(Topic) - {Topic.REMINDER_HOUR, Topic.REPLAY_CLOSING}


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """Of which kinds of events somebody is told, of what, and on which clock besides."""

    kinds: frozenset[Kind]
    topics: frozenset[Topic]
    zone: str

    def cover(self, kind: Kind, topics: Iterable[Topic]) -> bool:
        """Tell whether any of `topics` is wanted of events of that kind."""
        return kind in self.kinds and not self.topics.isdisjoint(topics)


@dataclass(frozen=True, kw_only=True)
class SignUp:
    """An address, and what is to be told to it."""

    email: str
    wishes: Wishes


@dataclass(frozen=True, kw_only=True)
class SignUpDraft:
    """A sign-up as typed and ticked."""

    email: str = ""
    kinds: tuple[str, ...] = tuple(Kind)
    topics: tuple[str, ...] = tuple(sorted(USUAL_TOPICS))
    zone: str = ""


class InvalidSignUp(ValueError):
    """What was typed is no sign-up; `problems` names every reason, by field."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{p.field}: {p.message}" for p in problems))
        self.problems = problems


def decide_sign_up(draft: SignUpDraft) -> SignUp:
    """Return what `draft` asks for. Raises InvalidSignUp naming everything wrong."""
    problems = list(_wrong_wishes(draft))
    email = ""
    try:
        email = mailbox_of(draft.email)
    except BadMailbox as bad:
        problems.insert(0, Problem(field="email", message=str(bad)))
    if problems:
        raise InvalidSignUp(tuple(problems))
    return SignUp(email=email, wishes=_wishes(draft))


def decide_wishes(draft: SignUpDraft) -> Wishes:
    """Return the wishes that `draft` ticks, whatever its address. Raises InvalidSignUp."""
    problems = tuple(_wrong_wishes(draft))
    if problems:
        raise InvalidSignUp(problems)
    return _wishes(draft)


def draft_of_wishes(wishes: Wishes) -> SignUpDraft:
    """Return the draft that would be read as `wishes`, for a form to start from."""
    return SignUpDraft(
        kinds=tuple(kind for kind in Kind if kind in wishes.kinds),
        topics=tuple(topic for topic in Topic if topic in wishes.topics),
        zone=wishes.zone,
    )


def record_of_wishes(wishes: Wishes) -> dict[str, object]:
    """Return the wishes as JSON values."""
    draft = draft_of_wishes(wishes)
    return {"kinds": list(draft.kinds), "topics": list(draft.topics), "zone": draft.zone}


def _wishes(draft: SignUpDraft) -> Wishes:
    return Wishes(
        kinds=frozenset(map(Kind, draft.kinds)),
        topics=frozenset(map(Topic, draft.topics)),
        zone=draft.zone,
    )


def _wrong_wishes(draft: SignUpDraft) -> Iterable[Problem]:
    """Yield what is wrong with what was ticked; a browser sends nothing else by itself."""
    if not draft.kinds or not set(draft.kinds) <= set(Kind):
        yield Problem(field="kinds", message="Choose at least one kind of event.")
    if not draft.topics or not set(draft.topics) <= set(Topic):
        yield Problem(field="topics", message="Choose at least one thing to be told.")
    try:
        zone_of(draft.zone)
    except TimeProblem as problem:
        yield Problem(field="zone", message=str(problem))
