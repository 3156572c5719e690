"""What staff see of the numbers: bars by the day, and who has fetched since a change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from eventsched.domain.counts import (
    BROWSER,
    ROBOT,
    Counted,
    DailyCount,
    LastPoll,
    by_day,
    of_people,
)
from eventsched.domain.times import local
from eventsched.domain.wording import happened_words, short_date_words

# The drawing's own measure; the page stretches it.
WIDTH, HEIGHT = 600, 100
# What is looked at unless somebody asks for more.
FOUR_WEEKS = 28
_GAP = 0.25


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One day's count, drawn: `words` is the day."""

    x: str
    y: str
    width: str
    height: str
    words: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Chart:
    """The counts of one thing by the day, drawn as bars."""

    WIDTH: ClassVar = WIDTH
    HEIGHT: ClassVar = HEIGHT

    what: Counted
    bars: tuple[Bar, ...]
    total: int
    most: int
    first: str
    last: str


@dataclass(frozen=True, kw_only=True)
class Day:
    """One line of the table: a day on which anything was counted."""

    words: str
    iso: str
    counts: dict[Counted, int]


@dataclass(frozen=True, kw_only=True)
class Program:
    """A family of calendar programs: how often it fetched, when last, and whether since a change.

    `is_current` is None where there was no change to fetch.
    """

    family: str
    count: int
    last: str
    is_current: bool | None


@dataclass(frozen=True, kw_only=True)
class BoardNumbers:
    """The last four weeks on the board: of the schedule, and page views by the event's address."""

    charts: tuple[Chart, ...]
    days: list[Day]
    views: dict[str, Chart]


def days_back(count: int, *, home_zone: str, now: datetime) -> tuple[date, date]:
    """Return the first and the last of so many days on the company's clock, today included."""
    today = local(now, home_zone).date()
    return today - timedelta(days=count - 1), today


def board_numbers(
    counts: Sequence[DailyCount], slugs: Iterable[str], *, first: date, last: date
) -> BoardNumbers:
    """Return what the board shows of `counts`, which are of the schedule and of those events."""
    by_subject: dict[str, list[DailyCount]] = {"": []}
    for one in counts:
        by_subject.setdefault(one.thing.subject, []).append(one)
    of_all = by_subject[""]
    return BoardNumbers(
        charts=tuple(
            chart_of(of_all, what, first=first, last=last) for what in (Counted.PAGE, Counted.POLL)
        ),
        days=table_of(of_all, first=first, last=last),
        views={
            slug: chart_of(by_subject[slug], Counted.PAGE, first=first, last=last)
            for slug in slugs
            if slug in by_subject
        },
    )


def chart_of(counts: Sequence[DailyCount], what: Counted, *, first: date, last: date) -> Chart:
    """Return the bars of one thing from `first` to `last`."""
    chosen = [one for one in of_people(list(counts)) if one.thing.what is what]
    days = by_day(chosen, first=first, last=last)
    most, step = max(days.values(), default=0), WIDTH / max(len(days), 1)
    return Chart(
        what=what,
        bars=tuple(
            _bar(number * step, step, count, most, day)
            for number, (day, count) in enumerate(days.items())
            if count
        ),
        total=sum(days.values()),
        most=most,
        first=short_date_words(first),
        last=short_date_words(last),
    )


def table_of(counts: Sequence[DailyCount], *, first: date, last: date) -> list[Day]:
    """Return the days on which anything was counted, the latest first, a column for each thing."""
    people = of_people(list(counts))
    columns = {
        what: by_day([one for one in people if one.thing.what is what], first=first, last=last)
        for what in Counted
    }
    found = [
        Day(
            words=short_date_words(day),
            iso=day.isoformat(),
            counts={what: column[day] for what, column in columns.items()},
        )
        for day in columns[Counted.PAGE]
    ]
    return [day for day in reversed(found) if any(day.counts.values())]


def programs_of(
    counts: Iterable[DailyCount],
    polls: Iterable[LastPoll],
    *,
    changed_at: datetime | None,
    home_zone: str,
) -> list[Program]:
    """Return each family of calendar programs, the one that fetches most first."""
    fetched: dict[str, int] = {}
    for one in counts:
        if one.thing.what is Counted.POLL:
            fetched[one.family] = fetched.get(one.family, 0) + one.count
    found = [
        Program(
            family=poll.family,
            count=fetched.get(poll.family, 0),
            last=happened_words(poll.at, home_zone),
            is_current=None if changed_at is None else poll.at >= changed_at,
        )
        for poll in polls
        if poll.family not in (BROWSER, ROBOT)
    ]
    return sorted(found, key=lambda program: (-program.count, program.family))


def _bar(x: float, step: float, count: int, most: int, day: date) -> Bar:
    height = max(HEIGHT * count / most, 2)
    return Bar(
        x=f"{x + step * _GAP / 2:.2f}",
        y=f"{HEIGHT - height:.2f}",
        width=f"{step * (1 - _GAP):.2f}",
        height=f"{height:.2f}",
        words=short_date_words(day),
        count=count,
    )
