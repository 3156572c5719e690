"""How dates and times read, as investor-relations people write them. The only place for it.

The event's zone comes first, the issuer's home zone beside it where its clock differs:
“9:00 am MST / 11:00 am EST on Friday, November 11, 2011”. No time is ever without a zone.
"""

from datetime import date, datetime, timedelta

from eventsched.domain.documents import KIND_WORDS, Document
from eventsched.domain.events import CountedFrom, Event, Facts
from eventsched.domain.lifecycle import (
    GateState,
    Phase,
    closes_by_withdrawal,
    live_gate,
    phase,
    replay_gate,
    replay_window,
)
from eventsched.domain.times import abbreviation, local, offset_words

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# Abbreviations that investors read in one way only, when the zone lies in that part of the world.
# All others get the offset beside them: IST, CST and BST have several meanings.
_PLAIN = {
    "America/": {
        *("EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT"),
        *("AKST", "AKDT", "AST", "ADT", "NST", "NDT"),
    },
    "US/": {"EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "AKST", "AKDT", "HST"},
    "Canada/": {"EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "AST", "ADT", "NST", "NDT"},
    "Pacific/": {"HST", "NZST", "NZDT"},
    "Europe/": {"GMT", "BST", "CET", "CEST", "EET", "EEST"},
    "Asia/": {"JST", "HKT"},
    "Australia/": {"AEST", "AEDT", "ACST", "ACDT", "AWST"},
    "UTC": {"UTC"},
}
# America/ has zones whose abbreviations mean something else to most readers.
_NOT_PLAIN = frozenset({"America/Havana"})


def zone_words(instant: datetime, zone: str) -> str:
    """Return the zone's name at `instant`: “MST”, “IST (UTC+5:30)”, “UTC+5:45”."""
    short, offset = abbreviation(instant, zone), offset_words(instant, zone)
    if short is None or short == offset:
        return offset
    plain = zone not in _NOT_PLAIN and any(
        zone.startswith(area) and short in names for area, names in _PLAIN.items()
    )
    return short if plain else f"{short} ({offset})"


def clock_words(instant: datetime, zone: str) -> str:
    """Return the time of day with its zone: “9:00 am MST”."""
    return f"{_clock(local(instant, zone))} {zone_words(instant, zone)}"


def date_words(day: date) -> str:
    """Return “November 11, 2011”."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def long_date_words(day: date) -> str:
    """Return “Friday, November 11, 2011”."""
    return f"{_WEEKDAYS[day.weekday()]}, {date_words(day)}"


def short_date_words(day: date) -> str:
    """Return “Nov 11, 2011”, for where a line is short."""
    return f"{month_words(day)} {day.day}, {day.year}"


def month_words(day: date) -> str:
    """Return “Nov”."""
    return _MONTHS[day.month - 1][:3]


def weekday_words(day: date) -> str:
    """Return “Friday”."""
    return _WEEKDAYS[day.weekday()]


def both_clocks(instant: datetime, zone: str, home_zone: str) -> str:
    """Return an instant on the event's clock and, where it differs, on the issuer's.

    “9:00 am MST / 11:00 am EST on Friday, November 11, 2011”; with two dates where the home clock
    shows another day.
    """
    there, here = local(instant, zone), local(instant, home_zone)
    if there.replace(tzinfo=None) == here.replace(tzinfo=None):
        return f"{clock_words(instant, zone)} on {long_date_words(there)}"
    if there.date() == here.date():
        both = f"{clock_words(instant, zone)} / {clock_words(instant, home_zone)}"
        return f"{both} on {long_date_words(there)}"
    return (
        f"{clock_words(instant, zone)} on {long_date_words(there)} / "
        f"{clock_words(instant, home_zone)} on {long_date_words(here)}"
    )


def own_clock_words(instant: datetime, zone: str, told: tuple[str, ...]) -> str:
    """Return an instant on a reader's clock: “6:00 pm CET on Friday, November 11, 2011”.

    "" where one of the zones that were `told` shows the same.
    """
    here = local(instant, zone)
    if any(
        local(instant, other).replace(tzinfo=None) == here.replace(tzinfo=None) for other in told
    ):
        return ""
    return f"{clock_words(instant, zone)} on {long_date_words(here)}"


def when_words(event: Event, home_zone: str) -> str:
    """Return when the event begins, in words, whether or not its time is known."""
    if event.instants.starts_at is None:
        return f"{long_date_words(event.facts.date)} (time to be announced)"
    return both_clocks(event.instants.starts_at, event.facts.zone, home_zone)


def deadline_words(instant: datetime, zone: str) -> str:
    """Return an instant as a deadline: “November 18, 2011, 12:00 pm EST”."""
    return f"{date_words(local(instant, zone))}, {clock_words(instant, zone)}"


def happened_words(instant: datetime, zone: str) -> str:
    """Return when something happened, to the minute: nobody chose its second."""
    return deadline_words(instant.replace(second=0, microsecond=0), zone)


def duration_words(duration: timedelta) -> str:
    """Return “60 minutes”, “1 hour 30 minutes”, “2 days”."""
    minutes = duration // timedelta(minutes=1)
    if minutes < 90:
        return _count(minutes, "minute")
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    parts = ((days, "day"), (hours, "hour"), (left, "minute"))
    return " ".join(_count(number, unit) for number, unit in parts if number)


def left_words(left: timedelta) -> str:
    """Return roughly how long is left, rounded down: “6 days”, “5 hours”, “less than a minute”."""
    seconds = int(left.total_seconds())
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return _count(seconds // size, unit)
    return "less than a minute"


def place_words(facts: Facts) -> str:
    """Return the venue and city on one line: “The Biltmore, Phoenix, AZ”; "" where unknown."""
    return ", ".join(part for part in (facts.venue, facts.city) if part)


def document_words(document: Document) -> str:
    """Return a document in a line: “Slides: Third quarter (PDF), as of November 11, 2011”."""
    label, file = document.label, document.file
    kind = KIND_WORDS[label.kind]
    named = label.title.casefold().startswith(kind.casefold())
    title = label.title if named else f"{kind}: {label.title}"
    version = f", version {document.version}" if document.version > 1 else ""
    return f"{title} ({file.format.words}{version}), as of {date_words(label.as_of)}"


def live_words(event: Event, home_zone: str, *, now: datetime) -> str:
    """Return the state of the live webcast in a sentence; "" where none was announced.

    Constant between two transitions, as every sentence on a page that may be held must be.
    """
    starts_at, ends_at = event.instants.starts_at, event.instants.ends_at
    match live_gate(event, now=now):
        case GateState.NOT_YET if starts_at is None:
            return "The time of the live webcast is to be announced."
        case GateState.NOT_YET:
            assert starts_at is not None
            begins = both_clocks(starts_at, event.facts.zone, home_zone)
            return f"The live webcast begins at {begins}."
        case GateState.OPEN if event.facts.backup_url:
            return "The webcast is live now, through a backup link."
        case GateState.OPEN if event.facts.has_failed:
            return "The webcast is interrupted."
        case GateState.OPEN:
            return "The webcast is live now."
        case GateState.CLOSED if starts_at is None:
            return "The live webcast has ended."
        case GateState.CLOSED:
            return f"The live webcast ended on {deadline_words(ends_at, home_zone)}."
        case _:
            return ""


def replay_words(event: Event, home_zone: str, *, now: datetime) -> str:
    """Return the state of the replay and until when, on the issuer's clock; "" where none is due.

    Constant between two transitions, like `live_words`.
    """
    state, stays = replay_gate(event, now=now), stay_words(event, home_zone)
    if state is GateState.NONE:
        return ""
    if state is GateState.MISSING:
        return missing_replay_words(event, home_zone)
    if state is GateState.CLOSED:
        return closed_replay_words(event, home_zone)
    if not stays:
        return replay_of_unknown_time_words(event.facts)
    if phase(event, now=now) is Phase.REPLAY_PENDING:
        return f"The replay will be posted here and stay available {stays}."
    return f"Replay available {stays}"


def stay_words(event: Event, zone: str) -> str:
    """Return how long the replay stays: “until November 18, 2011, 12:00 pm EST”, “until further
    notice”, “for 7 days from its posting”; "" where none is promised or the time is unknown.
    """
    facts, closes = event.facts, event.instants.replay_closes_at
    if closes is not None:
        tell = happened_words if closes_by_withdrawal(event) else deadline_words
        return f"until {tell(closes, zone)}"
    if event.instants.starts_at is None:
        return ""
    if facts.replay_until_revoked:
        return "until further notice"
    return _counted_words(facts) if facts.replay_days is not None else ""


def closed_replay_words(event: Event, zone: str) -> str:
    """Return what to say of a replay that was there, or withdrawn before it was."""
    closes = event.instants.replay_closes_at
    assert closes is not None
    if closes_by_withdrawal(event):
        window, on = replay_window(event), happened_words(closes, zone)
        if window is not None and not window.ever_opens:
            return f"No replay is posted. The promise of one was withdrawn on {on}."
        return f"The replay was withdrawn on {on}."
    return f"The replay closed on {deadline_words(closes, zone)}."


def missing_replay_words(event: Event, zone: str) -> str:
    """Return what to say of a replay that was promised and has not come.

    True as well where its link was taken away again, and whether or not its window is over.
    """
    closes = event.instants.replay_closes_at
    if closes is None or closes_by_withdrawal(event):
        return "No replay is posted, though one was promised."
    return f"No replay is posted, though one was promised until {deadline_words(closes, zone)}."


def replay_of_unknown_time_words(facts: Facts) -> str:
    """Return how long a replay will stay of an event whose time is to be announced."""
    if facts.replay_until_revoked:
        return "A replay will be available until further notice."
    if facts.replay_days is None:
        return "A replay will be available after the presentation."
    return f"A replay will be available {_counted_words(facts)}."


def _counted_words(facts: Facts) -> str:
    """Return “for 7 days”, and from when where that is not the end of the presentation."""
    assert facts.replay_days is not None
    from_posting = facts.replay_counted_from is CountedFrom.POSTING
    return f"for {_count(facts.replay_days, 'day')}" + (" from its posting" if from_posting else "")


def _clock(moment: datetime) -> str:
    """Return “9:00 am”; noon is 12:00 pm and midnight 12:00 am, as wires write them."""
    half = "am" if moment.hour < 12 else "pm"
    seconds = f":{moment.second:02}" if moment.second else ""
    return f"{moment.hour % 12 or 12}:{moment.minute:02}{seconds} {half}"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
