"""What the team is told by mail: one concern each, with a key by which it is told once.

A concern is a fact of the moment. A mail is owed when it arises, and not sent if it is gone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from eventsched.domain.drift import Drift, drift_of
from eventsched.domain.events import Event, Standing
from eventsched.domain.ledger import instant_text
from eventsched.domain.lifecycle import (
    Phase,
    is_public,
    may_still_open,
    phase,
    replay_missing_at,
    replay_window,
    takes_place,
)
from eventsched.domain.probes import LinkState, ProbeKind
from eventsched.domain.second_person import Declined, Proposal
from eventsched.domain.staff import Role
from eventsched.domain.wording import deadline_words, duration_words

REPLAY_IS_LATE_AFTER = timedelta(hours=2)
REPLAY_CLOSES_SOON = timedelta(days=1)
# So long after a closing somebody may still do something about what was seen then.
_LATELY = timedelta(days=7)

EVERYBODY = frozenset(Role)
APPROVERS = frozenset({Role.APPROVER, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})


@dataclass(frozen=True, kw_only=True)
class Concern:
    """One thing to tell the members of staff with one of `roles`, but for one, or only one of them.

    `headline` names it, `sentences` say what is the matter and what can be done.
    """

    key: str
    kind: str
    headline: str
    sentences: tuple[str, ...]
    roles: frozenset[Role]
    slug: str = ""
    title: str = ""
    but: str = ""
    only: str = ""


def concerns(
    event: Event,
    *,
    links: Mapping[ProbeKind, LinkState],
    proposal: Proposal | None,
    declined: Declined | None,
    home_zone: str,
    rules: str,
    now: datetime,
) -> list[Concern]:
    """Return what there is to tell of an event at `now`.

    `links` is what was seen of its links, `proposal` the change that waits, `declined` the one that
    was declined last, `rules` the release of the zone rules in use.
    """
    return [
        *_approval(event, proposal),
        *_refusal(event, declined),
        *_links(event, links, home_zone, now=now),
        *of_replay(event, home_zone, now=now),
        *_drift(event, rules, home_zone, now=now),
    ]


def parked(count: int, day: str) -> Concern:
    """Return what admins are told of mail that was given up: once a day while there is any."""
    what = "One mail was" if count == 1 else f"{count} mails were"
    return Concern(
        key=f"parked:{day}",
        kind="staff.parked",
        headline="Mail could not be delivered",
        sentences=(
            f"{what} given up, because the mail server would not take it.",
            "The mail page says why, and lets you try again once the cause is gone.",
        ),
        roles=ADMINS,
    )


def _of(event: Event, kind: str, at: str, **said: object) -> Concern:
    return Concern(
        key=f"{event.uid}:{kind}:{at}",
        kind=f"staff.{kind}",
        slug=event.slug,
        title=event.facts.title,
        **said,  # type: ignore[arg-type]
    )


def _approval(event: Event, proposal: Proposal | None) -> Iterator[Concern]:
    if proposal is not None:
        yield _of(
            event,
            "approval",
            f"proposal-{proposal.id}",
            headline="A change waits for you",
            sentences=(
                "Somebody of your team proposed a change that takes a second person.",
                f"Their reason: {proposal.reason}" if proposal.reason else "They gave no reason.",
                "Nothing changes until an approver confirms it.",
            ),
            roles=APPROVERS,
            but=proposal.by,
        )
    elif event.standing is Standing.IN_REVIEW:
        yield _of(
            event,
            "approval",
            str(event.revision),
            headline="An event waits for your approval",
            sentences=("Nobody but your team sees it until an approver publishes it.",),
            roles=APPROVERS,
        )


def _refusal(event: Event, declined: Declined | None) -> Iterator[Concern]:
    # Until the event is saved again; of what was declined before reasons were asked, nothing.
    if declined is None or not declined.reason or declined.proposal.base != event.revision:
        return
    yield _of(
        event,
        "declined",
        f"proposal-{declined.proposal.id}",
        headline="Your change was declined",
        sentences=(
            f"{declined.by} declined what you proposed, so the event stays as it is.",
            f"Their reason: {declined.reason}",
            "You may propose it again as it ought to be.",
        ),
        roles=EVERYBODY,
        only=declined.proposal.by,
    )


def _links(
    event: Event, links: Mapping[ProbeKind, LinkState], home_zone: str, *, now: datetime
) -> Iterator[Concern]:
    if not is_public(event, now=now) or not takes_place(event):
        return
    for kind, state in links.items():
        if not state.good and _still_matters(event, kind, now=now):
            headline, sentence = _LINKS[kind]
            looked = _when(state.looked_at, home_zone)
            yield _of(
                event,
                "probe",
                f"{kind}-{instant_text(state.since)}",
                headline=headline,
                sentences=(f"We looked on {looked}: {state.words}.", sentence),
                roles=EVERYBODY,
            )


_LINKS = {
    ProbeKind.LIVE_LINK: (
        "The live link does not work",
        "Investors will meet the same. Check the link, or ask the webcast provider.",
    ),
    ProbeKind.REPLAY_LINK: (
        "The replay link does not work",
        "Investors meet the same. Check the link, or ask the webcast provider.",
    ),
    ProbeKind.OUR_GATE: (
        "A closed replay still answers",
        "Our address of the replay should say that it is closed. Ask whoever runs this site.",
    ),
    ProbeKind.VENDOR_STILL_SERVES: (
        "The provider still serves a closed replay",
        "Our address is closed, but whoever kept the provider’s own can still watch. Ask them to "
        "take the recording down.",
    ),
}


def _still_matters(event: Event, kind: ProbeKind, *, now: datetime) -> bool:
    match kind:
        case ProbeKind.LIVE_LINK:
            return now < event.instants.ends_at
        case ProbeKind.REPLAY_LINK:
            return phase(event, now=now) is Phase.REPLAY_OPEN
    closes = event.instants.replay_closes_at
    return closes is not None and closes <= now < closes + _LATELY


def of_replay(event: Event, home_zone: str, *, now: datetime) -> Iterator[Concern]:
    """Yield what there is to tell of a replay that is late, has not come, or closes soon."""
    window = replay_window(event)
    if window is None or not is_public(event, now=now):
        return
    state, ends_at = phase(event, now=now), event.instants.ends_at
    closes = window.closes
    until = f" until {_when(closes, home_zone)}" if closes else ""
    if state is Phase.REPLAY_PENDING and now >= ends_at + REPLAY_IS_LATE_AFTER:
        yield _of(
            event,
            "replay_late",
            instant_text(ends_at),
            headline="The replay is not posted yet",
            sentences=(
                f"The call ended on {_when(ends_at, home_zone)}, and a replay was promised{until}.",
                "Enter its link as soon as the provider has it; it opens at once.",
            ),
            roles=EVERYBODY,
        )
    missing_at = replay_missing_at(event)
    if state is Phase.REPLAY_MISSING and missing_at and _is_of_use(event, missing_at, now=now):
        yield _of(
            event,
            "replay_missing",
            instant_text(missing_at),
            headline="No replay is posted",
            sentences=(
                "The page and the calendars say so, and that one was promised.",
                "Enter its link and it opens at once, or withdraw the promise."
                if may_still_open(event, now=now)
                else "Its window is over: only a longer one would let it open.",
            ),
            roles=EVERYBODY,
        )
    if state is Phase.REPLAY_OPEN and closes and closes - now <= REPLAY_CLOSES_SOON:
        yield _of(
            event,
            "replay_closing",
            instant_text(closes),
            headline="A replay closes within a day",
            sentences=(
                f"It closes on {_when(closes, home_zone)}, by itself and to the second.",
                "If it is to stay longer, set another end before then, and say why.",
            ),
            roles=EVERYBODY,
        )


def _is_of_use(event: Event, missing_at: datetime, *, now: datetime) -> bool:
    return may_still_open(event, now=now) or now < missing_at + _LATELY


def _drift(event: Event, rules: str, home_zone: str, *, now: datetime) -> Iterator[Concern]:
    drift = drift_of(event, now=now)
    if drift is None:
        return
    alarming = drift.is_alarming(now=now)
    begins = event.instants.starts_at or event.instants.ends_at
    yield _of(
        event,
        "drift",
        f"{event.revision}-{rules}{'-alarm' if alarming else ''}",
        headline="New time-zone rules would move an event",
        sentences=(
            _drift_words(drift),
            f"It is announced for {_when(begins, home_zone)}, and stays there until somebody of "
            "your team saves it once more.",
            *(("It begins within a day: investors will dial in at one time or the other.",)
              if alarming else ()),
        ),
        roles=APPROVERS,
    )  # fmt: skip


def _drift_words(drift: Drift) -> str:
    zone, moves_by = drift.event.facts.zone, drift.moves_by
    if drift.would_be is None:
        return f"The rules of {zone} have changed: {drift.problem}"
    if not moves_by:
        return f"The rules of {zone} have changed, and would move the end of its replay."
    way = "later" if moves_by > timedelta(0) else "earlier"
    return (
        f"The rules of {zone} have changed: it would begin {duration_words(abs(moves_by))} {way}."
    )


def _when(instant: datetime, home_zone: str) -> str:
    return deadline_words(instant.replace(second=0, microsecond=0), home_zone)
