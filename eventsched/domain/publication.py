"""When an event becomes public, and other instants that somebody types on the company's clock."""

from datetime import datetime

from eventsched.domain.clockface import UnreadableTime, read_date, read_time
from eventsched.domain.drafts import InvalidEvent, Problem
from eventsched.domain.times import TimeProblem, instant_of


def decide_publication(moment: str, day: str, clock: str, zone: str, *, now: datetime) -> datetime:
    """Return the instant of publication: `now`, or what a typed date and time mean in `zone`.

    `moment` is “now” or “later”; there is no default, so that nobody publishes by leaving out.
    Raises InvalidEvent for what `decide_instant` refuses, and for what has passed.
    """
    is_typed = bool(day.strip() or clock.strip())
    if moment == "now" and not is_typed:
        return now
    if moment == "now":
        raise _one_problem("moment", "At once, or at the time that is filled in? Say one of them.")
    if moment != "later" and not is_typed:
        raise _one_problem("moment", "Choose when it becomes public.")
    instant = decide_instant(day, clock, zone)
    if instant <= now:
        raise _one_problem("day", "This instant has passed. Give a later one, or choose “At once”.")
    return instant


def _one_problem(field: str, message: str) -> InvalidEvent:
    return InvalidEvent((Problem(field=field, message=message),))


def decide_instant(day: str, clock: str, zone: str) -> datetime:
    """Return the instant that a typed date and time mean in `zone`.

    Raises InvalidEvent (fields “day” and “clock”) for what can't be read, or names no one instant.
    """
    missing = [field for field, typed in (("day", day), ("clock", clock)) if not typed.strip()]
    if missing:
        words = {"day": "Give the date too.", "clock": "Give the time too."}
        raise InvalidEvent(tuple(Problem(field=f, message=words[f]) for f in missing))
    field = "day"
    try:
        wanted = read_date(day)
        field = "clock"
        return instant_of(datetime.combine(wanted, read_time(clock)), zone)
    except (UnreadableTime, TimeProblem) as problem:
        raise InvalidEvent((Problem(field=field, message=str(problem)),)) from None
