"""The same occasion once more: the day that is likely meant, and what goes with the day."""

import re
from dataclasses import replace
from datetime import date, timedelta

from eventsched.domain.clockface import UnreadableTime, read_date
from eventsched.domain.drafts import Draft

# The second Tuesday of November stays a Tuesday, and nearly always the second.
_A_YEAR = timedelta(weeks=52)


def likely_day(last: date, *, today: date) -> date:
    """Return the same weekday of the first year after `last` in which it is still to come."""
    years = max((today - last) // _A_YEAR + 1, 1)
    return last + years * _A_YEAR


def on_day(draft: Draft, typed: str, *, last: date) -> Draft:
    """Return the draft on another day; a year in its title moves along."""
    try:
        year = read_date(typed).year
    except UnreadableTime:
        return replace(draft, date=typed)
    title = re.sub(rf"\b{last.year}\b", str(year), draft.title)
    return replace(draft, date=typed, title=title)
