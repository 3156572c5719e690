"""What people type in short: a time beside the date, a title behind the name, a whole event in a
line. Nothing is guessed that the form does not show before it is saved.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from eventsched.domain.clockface import UnreadableTime, read_date, read_time
from eventsched.domain.drafts import Draft
from eventsched.domain.events import Format, Kind, Presenter
from eventsched.domain.places import with_zone_of_city, zone_of_city
from eventsched.domain.times import TimeProblem, abbreviation, instant_of

LONGEST_LINE = 2_000
_LONGEST_WHEN = 60
_BOTH = 3
# Part of a name, and no title.
_DEGREE = re.compile(
    r"(?:jr|sr|ii|iii|iv|esq|m\.?d|ph\.?d|mba|cfa|cpa|j\.?d|r\.?n|pharm\.?d|d\.?sc|d\.?v\.?m)\.?",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:president|officer|chair(?:man|woman|person)?|director|head|vice|treasurer|secretary"
    r"|founder|partner|manager|scientist|c[eftomsi]o|[es]?vp)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_][\w.’'-]*(?: [^\W\d_][\w.’'-]*){1,4}")
_LINK = re.compile(r"https?://[^\s,;]+[^\s,;.]")
_DATE = re.compile(
    r"\b(?:\d{4}-\d{1,2}-\d{1,2}|[A-Za-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
    r"|\d{1,2}(?:st|nd|rd|th)?\.? [A-Za-z]{3,9}\.?,? \d{4})\b"
)
_TIME = re.compile(
    r"\b(?:\d{1,2}(?:[:.]\d{2})? ?[ap]\.?m\b\.?|\d{1,2}:\d{2}\b|noon\b)", re.IGNORECASE
)
_ENDS = re.compile(rf",\s*(?:[-–—]|to\b|until\b)\s*({_TIME.pattern})", re.IGNORECASE)
# “AT&T Center” names no zone.
_ZONE = re.compile(r" \(?([A-Z]{1,3}[SD]?T|UTC|GMT)\)?(?![\w&])")
_WEEKDAY = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b,?", re.IGNORECASE)
_JOINTS = re.compile(r"^(?:(?:on|at|in|from|by|with|and)\b(?!&)|[\s:.–—-])+|[\s:.–—-]+$", re.I)
_DANGLING = re.compile(r"(?:\s+(?:on|at|in|from|by|with|and))+$", re.IGNORECASE)
# What is typed into a new event beside its title, its presenters and what is chosen.
_TYPED = (
    *("host", "date", "time", "city", "venue", "zone"),
    *("live_url", "dial_in", "conference_id", "replay_url"),
)
_FORMATS = {
    "presentation": Format.PRESENTATION,
    "fireside chat": Format.FIRESIDE_CHAT,
    "panel": Format.PANEL,
    "panel discussion": Format.PANEL,
    "one-on-one meetings": Format.ONE_ON_ONE,
}
_KINDS = (
    (re.compile(r"earnings|results|quarter", re.I), Kind.EARNINGS_CALL),
    (
        re.compile(r"shareholders?|stockholders?|annual (?:general )?meeting", re.I),
        Kind.SHAREHOLDER_MEETING,
    ),
    (re.compile(r"(?:investor|analyst|capital markets) day", re.I), Kind.INVESTOR_DAY),
)


@dataclass(frozen=True, kw_only=True)
class ReadLine:
    """A draft from one line, the words of it that found no place, and what is doubtful, or ""."""

    draft: Draft
    left: tuple[str, ...]
    doubt: str


def spelled_out(draft: Draft, *, home_zone: str) -> Draft:
    """Return the draft with each thing in the field that it belongs to.

    A time typed behind the date, a presenter's title behind the name, the zone of the city: each
    only where its own field is empty. A call that takes place nowhere goes by the company's clock.
    """
    presenters = tuple(_with_title(presenter) for presenter in draft.presenters)
    spelled = with_zone_of_city(_with_time(replace(draft, presenters=presenters)))
    return replace(spelled, zone=home_zone) if is_on_the_home_clock(draft) else spelled


def is_on_the_home_clock(draft: Draft) -> bool:
    """Tell whether it is a call without a city and without a zone of its own."""
    is_call = draft.kind == Kind.EARNINGS_CALL
    return is_call and not draft.city.strip() and not draft.zone.strip()


def with_time_beside(draft: Draft) -> Draft:
    """Return the draft as a form shows it that has one field for date and time."""
    together = " ".join(part for part in (draft.date.strip(), draft.time.strip()) if part)
    return replace(draft, date=together, time="")


def is_day_missing(draft: Draft) -> bool:
    """Tell whether a time stands there whose day is still to come, or can't be read."""
    return bool(draft.time.strip()) and not _can(read_date, draft.date.strip())


def read_title_as_line(draft: Draft, *, home_zone: str) -> ReadLine | None:
    """Return what a whole event says that was typed into the title, else None.

    It is one if nothing else was typed and it names a day and, beside it, a time or a place. What
    was chosen for it stays: the kind, the format, how long the replay is there.
    """
    if any(getattr(draft, name).strip() for name in _TYPED) or any(
        presenter.name.strip() or presenter.title.strip() for presenter in draft.presenters
    ):
        return None
    if len(draft.title) > LONGEST_LINE:
        # Nobody would see what was cut off.
        return None
    found = read_one_line(draft.title, home_zone=home_zone)
    said = found.draft
    if not said.date or not (said.time or said.city):
        return None
    kind = said.kind if draft.kind in ("", Kind.CONFERENCE) else draft.kind
    speech = said.format or (draft.format if kind == draft.kind else "")
    lines = {name: getattr(said, name) for name in ("title", "presenters", *_TYPED)}
    if said.duration != Draft().duration:
        lines["duration"] = said.duration
    return replace(found, draft=replace(draft, kind=kind, format=speech, **lines))


def first_missing(draft: Draft) -> str:
    """Return the first field that a new event still needs, "" where it can be saved as it is."""
    needed = {"title": draft.title, "date": draft.date, "city": draft.zone}
    return next((name for name, said in needed.items() if not said.strip()), "")


def read_one_line(line: str, *, home_zone: str) -> ReadLine:
    """Return what a line such as “Example Conference, Nov 11 2011 9am, Phoenix, AZ” says."""
    rest = " ".join(line[:LONGEST_LINE].split())
    rest, link = _taken(_LINK, rest)
    rest = _WEEKDAY.sub(" ", rest)
    rest, day = _taken(_DATE, rest, read_date)
    rest, clock = _taken(_TIME, rest, read_time)
    rest, ends = _taken_end(rest) if clock else (rest, "")
    rest, zone = _taken_zone(rest) if clock else (rest, "")
    parts = [part for part in map(_trimmed, re.split(r"[,;|]", rest)) if part]
    presenters, speech = _take_presenters(parts), _take_format(parts)
    city, before, after = _around_the_city(parts)
    title = before.pop(0) if before else ""
    draft = Draft(
        kind=next((kind for words, kind in _KINDS if words.search(title)), Kind.CONFERENCE),
        title=title,
        # Who holds it is named before the place, where it is held behind.
        host=before.pop(0) if before else "",
        date=day,
        time=clock,
        city=city,
        venue=after.pop(0) if after else "",
        format=speech,
        presenters=presenters,
        live_url=link,
    )
    if ends:
        draft = replace(draft, duration=_minutes(clock, ends))
    doubt = f"Is the time meant on {zone}? Times are on the clock of the place." if zone else ""
    return ReadLine(
        draft=draft,
        left=(*before, *after),
        doubt="" if zone and _is_zone_there(zone, draft, home_zone) else doubt,
    )


def _with_time(draft: Draft) -> Draft:
    typed = draft.date.strip()
    if draft.time.strip() or len(typed) > _LONGEST_WHEN:
        return draft
    gaps = list(re.finditer(r"(?:,|\s+at)?\s+|T", typed))
    cuts = [(typed[: gap.start()], typed[gap.end() :]) for gap in gaps]
    turned = [(day, clock) for clock, day in cuts if _readable(day, clock) == _BOTH]
    day, clock = max((*cuts, *turned, ("", typed)), key=lambda cut: _readable(*cut))
    return replace(draft, date=day, time=clock) if _readable(day, clock) else draft


def _readable(day: str, clock: str) -> int:
    """Tell how much of it can be read: `_BOTH`, the date alone (2), the time alone (1) or nothing.

    Where one of them can't, it is that one which is to be corrected.
    """
    return 2 * _can(read_date, day) + _can(read_time, clock)


def _can(read: Callable[[str], object], typed: str) -> bool:
    with suppress(UnreadableTime):
        read(typed)
        return True
    return False


def _with_title(presenter: Presenter) -> Presenter:
    if presenter.title.strip():
        return presenter
    name, *more = [part.strip() for part in presenter.name.split(",")]
    while more and _DEGREE.fullmatch(more[0]):
        name = f"{name}, {more.pop(0)}"
    if not all((name, *more)):
        return presenter
    return Presenter(name=name, title=", ".join(more))


def _taken(
    pattern: re.Pattern[str], text: str, read: Callable[[str], object] = str
) -> tuple[str, str]:
    """Return `text` with a comma for the first match that can be read, and that match or ""."""
    for found in pattern.finditer(text):
        with suppress(UnreadableTime):
            read(found[0])
            return f"{text[: found.start()]},{text[found.end() :]}", found[0]
    return text, ""


def _taken_end(text: str) -> tuple[str, str]:
    """Return `text` without the end that stands where a time was taken, and that end or ""."""
    found = _ENDS.search(text)
    if found is None or not _can(read_time, found[1]):
        return text, ""
    return f"{text[: found.start()]},{text[found.end() :]}", found[1]


def _minutes(clock: str, ends: str) -> str:
    """Return how long it is from one time to the next that shows the other."""
    begins, until = (time.hour * 60 + time.minute for time in map(read_time, (clock, ends)))
    return str((until - begins) % (24 * 60) or "")


def _taken_zone(text: str) -> tuple[str, str]:
    """Return `text` without the zone that stands where a time was taken, and that zone or ""."""
    found = re.search(rf",{_ZONE.pattern}", text)
    if found is None:
        return text, ""
    return f"{text[: found.start()]},{text[found.end() :]}", found[1]


def _is_zone_there(said: str, draft: Draft, home_zone: str) -> bool:
    """Tell whether clocks at the event's place go by the zone that was `said`, on that day."""
    zone = home_zone if is_on_the_home_clock(draft) else zone_of_city(draft.city)
    if zone is None:
        return False
    with suppress(UnreadableTime, TimeProblem):
        wall = datetime.combine(read_date(draft.date), read_time(draft.time))
        short = abbreviation(instant_of(wall, zone), zone) or ""
        return said.upper() in (short, short.replace("ST", "T").replace("DT", "T"))
    return False


def _trimmed(part: str) -> str:
    return _DANGLING.sub("", _JOINTS.sub("", part.strip())).strip()


def _around_the_city(parts: list[str]) -> tuple[str, list[str], list[str]]:
    """Return the first place whose zone is known, with its state where that is said, and what
    stands before and behind it. The first part is the title, however much it sounds like a place.
    """
    for number in range(1, len(parts)):
        alone, pair = parts[number], ", ".join(parts[number : number + 2])
        # “London, Canada” is neither: it stands as it was typed, and its zone is asked for.
        if pair != alone and (_is_place(pair) or (zone_of_city(alone) and not zone_of_city(pair))):
            return pair, parts[:number], parts[number + 2 :]
        if zone_of_city(alone):
            return alone, parts[:number], parts[number + 1 :]
    return "", parts, []


def _is_place(pair: str) -> bool:
    """Tell whether “Phoenix, AZ” is a place in a region that is known."""
    region = pair.rpartition(",")[2]
    return zone_of_city(pair) is not None and zone_of_city(f"-,{region}") is not None


def _take_presenters(parts: list[str]) -> tuple[Presenter, ...]:
    """Take names that are followed by what sounds like a title out of `parts`."""
    found = []
    number = 1
    while number + 1 < len(parts):
        name, title = parts[number], parts[number + 1]
        if _NAME.fullmatch(name) and _ROLE.search(title) and not _ROLE.search(name):
            found.append(Presenter(name=name, title=title))
            del parts[number : number + 2]
        else:
            number += 1
    return tuple(found)


def _take_format(parts: list[str]) -> str:
    for number, part in enumerate(parts):
        if part.lower() in _FORMATS:
            return _FORMATS[parts.pop(number).lower()]
    return ""
