"""What personal data is taken for, how long it is kept, and under which policy.

A purpose is an entry in `PURPOSES`: a name, the words that somebody agrees to, and its retention.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from enum import StrEnum

LONGEST_POLICY = 100_000


class PurposeName(StrEnum):
    """What personal data is taken for."""

    ALERTS = "alerts"
    INVESTOR_KIT = "investor_kit"


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """One purpose: what is taken, the words of the consent, and how long it is kept.

    `unanswered` is how long something lives that was asked for and never confirmed or done,
    `kept_after_end` how long the record of a consent does once its purpose has ended.
    """

    name: PurposeName
    title: str
    takes: str
    wording: str
    retention: str
    unanswered: timedelta
    kept_after_end: timedelta


PURPOSES = {
    purpose.name: purpose
    for purpose in (
        Purpose(
            name=PurposeName.ALERTS,
            title="Email alerts",
            takes="Your email address, the kinds of events and news you chose, and your time zone.",
            wording="Keep my address to send me the alerts that I chose, and for nothing else, "
            "until I unsubscribe.",
            retention="Until you unsubscribe; the record of your consent for 30 days more. "
            "A sign-up that is not confirmed is erased after 7 days.",
            unanswered=timedelta(days=7),
            kept_after_end=timedelta(days=30),
        ),
        Purpose(
            name=PurposeName.INVESTOR_KIT,
            title="Investor kit",
            takes="Your name, email address and postal address.",
            wording="Keep my name and addresses to send me an investor kit, and for nothing else.",
            retention="Until the kit is on its way, and 90 days more in case it gets lost. "
            "A request that is not confirmed is erased after 7 days, one that nobody could fulfil "
            "after 180.",
            unanswered=timedelta(days=180),
            kept_after_end=timedelta(days=90),
        ),
    )
}


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One version of the privacy policy. `in_force_at` is None for the one from the beginning.

    `text` is paragraphs with a blank line between; one that begins with “# ” is a heading, lines
    that begin with “- ” are a list.
    """

    version: int
    text: str
    in_force_at: datetime | None

    def is_in_force(self, *, now: datetime) -> bool:
        """Tell whether its time had come by `now`."""
        return self.in_force_at is None or self.in_force_at <= now


class BadPolicy(ValueError):
    """The version can't be added; the message says what to change, in which `field`, if in one."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def in_force(policies: Sequence[Policy], *, now: datetime) -> Policy:
    """Return the version in force at `now`; `policies` are all of them, in order."""
    return [policy for policy in policies if policy.is_in_force(now=now)][-1]


def next_version(
    policies: Sequence[Policy],
    text: str,
    in_force_at: datetime,
    *,
    taken_back: Sequence[Policy] = (),
    now: datetime,
) -> Policy:
    """Return the version that `text` makes. Raises BadPolicy.

    It comes into force after all others and never in the past: what people agreed to can't be
    put under other words afterwards. The number of one that was taken back is not used again.
    """
    said = normalised(text)
    last = policies[-1]
    if not said:
        raise BadPolicy("Write the policy.", field="text")
    if len(said) > LONGEST_POLICY or "\0" in said:
        most = f"At most {LONGEST_POLICY:,} characters of plain text fit."
        raise BadPolicy(most, field="text")
    if said == last.text:
        raise BadPolicy(f"It says the same as version {last.version}.", field="text")
    if in_force_at < now:
        passed = "That instant has passed: a policy holds for what comes after it."
        raise BadPolicy(passed, field="date")
    if last.in_force_at is not None and in_force_at <= last.in_force_at:
        early = f"It has to come into force after version {last.version}."
        raise BadPolicy(early, field="date")
    number = max(policy.version for policy in (*policies, *taken_back)) + 1
    return Policy(version=number, text=said, in_force_at=in_force_at)


def to_take_back(policies: Sequence[Policy], version: int, *, now: datetime) -> Policy:
    """Return the version of that number, if it is not in force yet. Raises BadPolicy.

    Nobody has agreed to it then; what somebody could agree to stays.
    """
    found = next((policy for policy in policies if policy.version == version), None)
    if found is None:
        raise BadPolicy(f"There is no version {version} to take back.")
    if found.is_in_force(now=now):
        raise BadPolicy(f"Version {version} has been in force; it can only be followed by another.")
    return found


def normalised(text: str) -> str:
    """Return a policy's text with plain line ends and single blank lines."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class Mark(StrEnum):
    """Whether a piece of a text stayed, came or went."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Some words of a paragraph, and what became of them."""

    mark: Mark
    words: str


Paragraph = tuple[Piece, ...]


def differences(before: str, after: str) -> list[Paragraph]:
    """Return the paragraphs that differ, each as pieces that stayed, went and came, in order."""
    old, new = before.split("\n\n"), after.split("\n\n")
    found: list[Paragraph] = []
    for step, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if step == "equal":
            continue
        pairs = min(j - i, m - k)
        found += (
            _between(a, b) for a, b in zip(old[i : i + pairs], new[k : k + pairs], strict=True)
        )
        found += (_whole(Mark.REMOVED, gone) for gone in old[i + pairs : j])
        found += (_whole(Mark.ADDED, come) for come in new[k + pairs : m])
    return found


def _between(before: str, after: str) -> Paragraph:
    """Return the pieces of a paragraph that became another, word by word."""
    old, new = (re.findall(r"\S+\s*", _words(text)) for text in (before, after))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if old == new or matcher.ratio() < 0.4:
        # Too little in common: word by word would be a riddle.
        return (*_whole(Mark.REMOVED, before), *_whole(Mark.ADDED, after))
    pieces: list[Piece] = []
    for step, i, j, k, m in matcher.get_opcodes():
        if step == "equal":
            pieces.append(Piece(mark=Mark.SAME, words="".join(old[i:j])))
            continue
        if i < j:
            pieces.append(Piece(mark=Mark.REMOVED, words="".join(old[i:j])))
        if k < m:
            pieces.append(Piece(mark=Mark.ADDED, words="".join(new[k:m])))
    return tuple(pieces)


def _whole(mark: Mark, text: str) -> Paragraph:
    return (Piece(mark=mark, words=_words(text)),)


def _words(paragraph: str) -> str:
    """Return a paragraph without the mark that makes it a heading."""
    return paragraph.removeprefix("# ")
