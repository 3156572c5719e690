"""What an address asks for: filters and pages, read with care. A bad one is named."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import TypeVar

from flask import abort, request

from eventsched.web.limits import Limited, refuse_too_many

LONGEST_TEXT = 100
_LONGEST_QUERY = 4_096
_MOST_PAGES = 1_000
_Choice = TypeVar("_Choice", bound=StrEnum)


class BadFilter(ValueError):
    """A parameter of the address says something that can't be done; the words name it."""


def refuse_endless_query() -> None:
    """Answer 414 to a query that nobody typed, before it is read."""
    if len(request.query_string) > _LONGEST_QUERY:
        abort(414)


def choice(name: str, choices: Iterable[_Choice]) -> _Choice | None:
    """Return the one of `choices` that the parameter names; None where it is absent or empty."""
    said, known = request.args.get(name, ""), {str(one): one for one in choices}
    if not said:
        return None
    if said not in known:
        raise BadFilter(f"The filter “{name}” can only be {_either(known)}.")
    return known[said]


def choices(name: str, known: type[_Choice]) -> frozenset[_Choice]:
    """Return those of `known` that the parameter names, with commas between; all where absent."""
    said = [part.strip() for part in request.args.get(name, "").split(",")]
    if not any(said):
        return frozenset(known)
    names = {str(one): one for one in known}
    if not names.keys() >= set(said):
        raise BadFilter(f"The filter “{name}” can only be {_either(names)}, or several of these.")
    return frozenset(names[part] for part in said)


def day(name: str) -> date | None:
    """Return the date that the parameter gives, as 2011-11-11; None where it is absent or empty."""
    said = request.args.get(name, "")
    if not said:
        return None
    try:
        if len(said) != len("2011-11-11"):
            raise ValueError
        return date.fromisoformat(said)
    except ValueError:
        raise BadFilter(f"The filter “{name}” is a date such as 2011-11-11.") from None


def text(name: str) -> str:
    """Return what is searched for, in single spaces. Raises BadFilter where it is endless.

    Every event is looked at for it, so one address may search only so often.
    """
    said = " ".join(request.args.get(name, "").split())
    if said:
        refuse_too_many(Limited.SEARCH)
    if len(said) > LONGEST_TEXT:
        raise BadFilter(f"The filter “{name}” takes {LONGEST_TEXT} characters at most.")
    return said


def number(name: str) -> int | None:
    """Return the whole number that the parameter gives; None where it is absent or empty."""
    said = request.args.get(name, "")
    if not said:
        return None
    if not (said.isascii() and said.isdecimal()):
        raise BadFilter(f"The filter “{name}” is a whole number.")
    # Longer numbers than any year or page are cut, not read: still as large as nothing here is.
    return int(said[:9])


def page() -> int:
    """Return which page is asked for, from 1. Raises BadFilter."""
    return count("page", 1, most=_MOST_PAGES)


def count(name: str, usual: int, *, most: int) -> int:
    """Return a number from 1 to `most`; `usual` where the parameter is absent or empty."""
    asked = number(name)
    if asked is None:
        return usual
    if not 1 <= asked <= most:
        raise BadFilter(f"The filter “{name}” is a whole number from 1 to {most}.")
    return asked


def _either(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last
