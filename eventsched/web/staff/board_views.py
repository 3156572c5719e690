"""What the board says: what is next, what needs attention, and where each event stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from eventsched.domain.clashes import Clash
from eventsched.domain.events import Event, Standing
from eventsched.domain.issuer import Issuer
from eventsched.domain.lifecycle import Phase, is_public, may_still_open, phase, takes_place
from eventsched.domain.outlook import Line, Week, outlook
from eventsched.domain.readiness import Check
from eventsched.domain.times import local
from eventsched.domain.wording import clock_words, left_words, month_words, short_date_words
from eventsched.services.attention import Case, Matter, attention
from eventsched.web.staff.board_filters import Filters, Group, Wish, filters
from eventsched.web.staff.views import StaffEvent, status_of

# What is seen at a glance; the rest of a group is a link away, in larger portions.
AT_FIRST = 25
A_PAGE = 100
_MATTERS_AT_FIRST = 6


@dataclass(frozen=True, kw_only=True)
class BoardRow:
    """An event on the board: what is done, what it still needs, what stands in its way."""

    event: StaffEvent
    checks: tuple[Check, ...]
    clashes: tuple[Clash, ...]
    has_waiting_change: bool

    @property
    def to_do(self) -> tuple[Check, ...]:
        """What is not done."""
        return tuple(check for check in self.checks if not check.is_done)

    @property
    def done(self) -> tuple[Check, ...]:
        """What is done."""
        return tuple(check for check in self.checks if check.is_done)

    @property
    def is_ready(self) -> bool:
        """Whether it is approved, still to come or going on, and nothing is left to do."""
        is_on = self.event.standing is Standing.APPROVED and bool(self.checks)
        return is_on and not (self.to_do or self.clashes or self.has_waiting_change)


@dataclass(frozen=True, kw_only=True)
class BoardGroup:
    """Some events of a group, how many it has, and the address of those that follow, if any."""

    key: Group
    rows: tuple[BoardRow, ...]
    count: int
    further: str


@dataclass(frozen=True, kw_only=True)
class NextUp:
    """The event that comes next, how long it still is until then ("" while it is live)."""

    row: BoardRow
    left: str


@dataclass(frozen=True, kw_only=True)
class LineView:
    """An event's line in the picture of the coming weeks, and the same in words."""

    line: Line
    event: StaffEvent
    when: str
    has_clash: bool
    replay_until: str


@dataclass(frozen=True, kw_only=True)
class OutlookView:
    """The picture of the coming weeks."""

    weeks: tuple[tuple[str, float], ...]
    present: float
    lines: tuple[LineView, ...]
    more: int


@dataclass(frozen=True, kw_only=True)
class Board:
    """Everything that stands on the board."""

    wish: Wish
    filters: Filters
    groups: tuple[BoardGroup, ...]
    next_up: NextUp | None
    matters: tuple[Matter, ...]
    more_matters: int
    outlook: OutlookView | None
    is_empty: bool

    @property
    def public_slugs(self) -> tuple[str, ...]:
        """The events shown that are public and not past, which people look at."""
        asked_for = (Group.LIVE, Group.UPCOMING, Group.REPLAYS)
        rows = (row for group in self.groups if group.key in asked_for for row in group.rows)
        return tuple(row.event.view.slug for row in rows)


def board_of(
    cases: list[Case],
    wish: Wish,
    issuer: Issuer,
    *,
    now: datetime,
    mail: Sequence[Matter] = (),
) -> Board:
    """Return the board that `wish` asks for; `cases` are all events, first to end first.

    `mail` is what there is to say of the mail.
    """
    matters = [*mail, *attention(cases, now=now)]
    return Board(
        wish=wish,
        filters=filters(cases, wish),
        groups=_groups(cases, wish, issuer, now=now),
        next_up=_next_up(cases, issuer, now=now),
        matters=tuple(matters[:_MATTERS_AT_FIRST]),
        more_matters=max(len(matters) - _MATTERS_AT_FIRST, 0),
        outlook=_outlook(cases, issuer, now=now) if wish.is_everything else None,
        is_empty=not cases,
    )


def _groups(
    cases: Iterable[Case], wish: Wish, issuer: Issuer, *, now: datetime
) -> tuple[BoardGroup, ...]:
    grouped: dict[Group, list[Case]] = {group: [] for group in Group}
    for case in cases:
        if wish.is_for(case):
            grouped[_group(case.event, now=now)].append(case)
    grouped[Group.PAST].reverse()
    shown = tuple(Group) if wish.group is None else (wish.group,)
    portions = (_portion(group, grouped[group], wish, issuer, now=now) for group in shown)
    return tuple(portion for portion in portions if portion.rows)


def _portion(
    group: Group, cases: Sequence[Case], wish: Wish, issuer: Issuer, *, now: datetime
) -> BoardGroup:
    size = AT_FIRST if wish.group is None else A_PAGE
    start = (wish.page - 1) * size if wish.group else 0
    # The first page of a group alone begins anew: it is larger than what stood on the board.
    following = wish.page + 1 if wish.group else 1
    further = wish.url(group=group, page=following) if len(cases) > start + size else ""
    return BoardGroup(
        key=group,
        rows=tuple(row_of(case, issuer, now=now) for case in cases[start : start + size]),
        count=len(cases),
        further=further,
    )


def row_of(case: Case, issuer: Issuer, *, now: datetime) -> BoardRow:
    """Return what the board says of an event."""
    return BoardRow(
        event=status_of(case.event, issuer, now=now),
        checks=case.checks,
        clashes=case.clashes,
        has_waiting_change=case.has_waiting_change,
    )


def _group(event: Event, *, now: datetime) -> Group:
    if event.standing is Standing.WITHDRAWN:
        return Group.WITHDRAWN
    if not is_public(event, now=now):
        return Group.PREPARING if event.instants.ends_at > now else Group.PAST
    match phase(event, now=now):
        case Phase.LIVE:
            return Group.LIVE
        case Phase.UPCOMING:
            return Group.UPCOMING
        case Phase.REPLAY_OPEN | Phase.REPLAY_PENDING:
            return Group.REPLAYS
        # Past for the public; the team may still post it, or withdraw the promise.
        case Phase.REPLAY_MISSING if may_still_open(event, now=now):
            return Group.REPLAYS
    return Group.PAST


def _next_up(cases: Iterable[Case], issuer: Issuer, *, now: datetime) -> NextUp | None:
    coming = [case for case in cases if _is_coming(case.event, now=now)]
    case = min(coming, key=lambda case: _begins(case.event), default=None)
    if case is None:
        return None
    left = _begins(case.event) - now
    return NextUp(
        row=row_of(case, issuer, now=now), left=left_words(left) if left.total_seconds() > 0 else ""
    )


def _is_coming(event: Event, *, now: datetime) -> bool:
    stands = event.standing is not Standing.WITHDRAWN and takes_place(event)
    return stands and event.instants.ends_at > now


def _begins(event: Event) -> datetime:
    return event.instants.starts_at or event.instants.ends_at


def _outlook(cases: Sequence[Case], issuer: Issuer, *, now: datetime) -> OutlookView | None:
    view = outlook((case.event for case in cases), issuer.home_zone, now=now)
    if not view.lines:
        return None
    colliding = {case.event.slug for case in cases if case.clashes}
    return OutlookView(
        weeks=tuple((_week_words(week), week.position) for week in view.weeks),
        present=view.present,
        lines=tuple(
            LineView(
                line=line,
                event=status_of(line.event, issuer, now=now),
                when=_short_when(line.event),
                has_clash=line.event.slug in colliding,
                replay_until=_replay_until(line, issuer.home_zone),
            )
            for line in view.lines
        ),
        more=view.more,
    )


def _week_words(week: Week) -> str:
    return f"{month_words(week.begins)} {week.begins.day}"


def _short_when(event: Event) -> str:
    starts_at, facts = event.instants.starts_at, event.facts
    if starts_at is None:
        return f"{short_date_words(facts.date)}, time to be announced"
    day = short_date_words(local(starts_at, facts.zone))
    return f"{day}, {clock_words(starts_at, facts.zone)}"


def _replay_until(line: Line, home_zone: str) -> str:
    closes = line.event.instants.replay_closes_at
    if closes is None or line.replay is None:
        return ""
    return short_date_words(local(closes, home_zone))
