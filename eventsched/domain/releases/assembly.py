"""A block's units turned into an event, field by field."""

import re

from eventsched.domain.events import Format, Kind, Presenter
from eventsched.domain.releases.arithmetic import Setting
from eventsched.domain.releases.blocks import EVENT_LABELS, Block, Release
from eventsched.domain.releases.hosts import is_firmlike
from eventsched.domain.releases.listening import read_listening
from eventsched.domain.releases.normaliser import Plain
from eventsched.domain.releases.notes import INFERRED, LIKELY, Notes
from eventsched.domain.releases.occasions import (
    call_title,
    find_period,
    period_rank,
    speaks_of_results,
)
from eventsched.domain.releases.people import Person, find_people, find_presenters, is_quoted
from eventsched.domain.releases.reading import ReadEvent, Status
from eventsched.domain.releases.timing import read_status, read_when
from eventsched.domain.releases.venues import read_where

_FORMATS = (
    (Format.FIRESIDE_CHAT, re.compile(r"\bfire-?side", re.IGNORECASE)),
    (Format.PANEL, re.compile(r"\bpanel", re.IGNORECASE)),
    (
        Format.PRESENTATION,
        re.compile(r"\bpresent(?:s|ing|ations?|ed)?\b|\bspeech|\boverview\b", re.IGNORECASE),
    ),
    (Format.ONE_ON_ONE, re.compile(r"\bone-on-one|\b1x1|\b1-on-1|\bone on one", re.IGNORECASE)),
)
_SPEAKING = re.compile(r"\b(?:speaks?|speaking|address(?:es|ing)?)\b", re.IGNORECASE)
_PERSON_LABEL = re.compile(
    r"present(?:ers?|ing)|speakers?|who|participants?|company participants|hosts?"
)
_WILL_SPEAK = re.compile(
    r"\b(?:present|speak|participat|address|host|join|brief|lead|discuss|take part|appear"
    r"|represent)",
    re.I,
)
_OTHER_DEAL = re.compile(
    r"\bto (?:discuss|review|explain|present) (?:the |this |its |these )?(?:proposed |pending "
    r"|planned |strategic )?"
    r"(?:transaction|acquisition|merger|deal|combination|agreement|announcement|data|trial|study"
    r"|topline|offering)",
    re.IGNORECASE,
)

# A heading that says only what sort of thing follows.
_BARE = re.compile(
    r"(?:(?:Investor|Earnings|Quarterly|Live|Results)? ?(?:Conference |Tele)?(?:Calls?|Webcast"
    r"|Briefing)"
    r"(?: ?(?:and|&|/) ?(?:Audio |Live )?Webcast)?(?: (?:Details|Information|Scheduled|Notice))?)",
    re.IGNORECASE,
)


def assemble(release: Release, block: Block, plain: Plain) -> ReadEvent | None:
    """Return the event that a block announces; None where no date makes it one."""
    notes = Notes()
    status = read_status(release, block)
    notes.values["status"] = status
    _put_title(release, block, notes)
    _put_format(release, block, notes)
    place = read_where(release, block, notes)
    setting = Setting(
        city=place.zone if place else None, city_name=place.name if place else None,
        home=release.home_zone, words=release.zone_for_all,
    )  # fmt: skip
    read_when(release, block, notes, setting)
    if not notes.has("date") and status is Status.NEW:
        return None
    if not notes.has("date"):
        notes.doubt("date", "No date is stated.")
    _put_presenters(release, block, notes)
    read_listening(release, block, notes)
    return notes.event(plain)


# --- what it is -------------------------------------------------------------------------------


def _put_title(release: Release, block: Block, notes: Notes) -> None:
    occasion = block.occasion
    notes.values["kind"] = occasion.kind
    if occasion.kind is Kind.EARNINGS_CALL:
        _put_call_title(release, block, notes)
        return
    notes.put("title", occasion.title, occasion.start, occasion.end)
    notes.put("kind", occasion.kind, occasion.start, occasion.end)
    if occasion.kind is Kind.CONFERENCE and occasion.host:
        at = occasion.title.find(occasion.host)
        start = occasion.start + max(at, 0)
        evident = occasion.host_is_known or is_firmlike(occasion.host) or "'s" in occasion.title
        notes.put(
            "host", occasion.host, start, start + len(occasion.host),
            sure=LIKELY if evident else INFERRED,
        )  # fmt: skip
        if not evident:
            notes.doubt("host", "It is read off the conference’s name; check who holds it.")


def _put_call_title(release: Release, block: Block, notes: Notes) -> None:
    occasion, unit = block.occasion, block.named_in
    title = release.words(unit).strip(" .:")
    names = unit.heads and not release.dates_in(unit.start, unit.end) and not _BARE.fullmatch(title)
    if unit.label in EVENT_LABELS or names:
        notes.put("title", title, unit.start, unit.start + len(title))
    else:
        _compose_call_title(release, block, notes)
    if not _is_about_results(release, block):
        notes.values["kind"] = Kind.OTHER
    notes.put("kind", notes.values["kind"], occasion.start, occasion.end, sure=LIKELY)


def _compose_call_title(release: Release, block: Block, notes: Notes) -> None:
    occasion = block.occasion
    results = _is_about_results(release, block)
    stretches = [(unit.start, unit.end) for unit in (*block.units, *release.preface)]
    stretches.append((0, release.opening.lead))
    period = None
    if results:
        found = (find_period(release.text, start, end) for start, end in stretches)
        period = max((match for match in found if match), key=period_rank, default=None)
    title = call_title(occasion.title, period[0] if period else None, results=results)
    span = period.span() if period else (occasion.start, occasion.end)
    notes.put("title", title, *span, sure=LIKELY)


def _is_about_results(release: Release, block: Block) -> bool:
    words = " ".join(release.words(unit) for unit in block.units)
    if _OTHER_DEAL.search(words):
        return False
    if speaks_of_results(words) or find_period(words, 0, len(words)):
        return True
    about = release.announcement
    return speaks_of_results(about) or find_period(about, 0, len(about)) is not None


def _put_format(release: Release, block: Block, notes: Notes) -> None:
    if block.occasion.kind is not Kind.CONFERENCE:
        return
    if any(_put_format_of(release, notes, unit.start, unit.end, block) for unit in block.units):
        return
    # A sentence that names several events says “present” only once.
    together = release.told_together(block)
    if any(_put_format_of(release, notes, unit.start, unit.end, block) for unit in together):
        return
    for unit in (*block.units, *together):
        found = _SPEAKING.search(release.text, unit.start, unit.end)
        if found:
            notes.put("format", Format.PRESENTATION, *found.span(), sure=LIKELY)
            return
    _put_format_for_all(release, block, notes)


def _put_format_for_all(release: Release, block: Block, notes: Notes) -> None:
    for unit in (*release.preface, *release.shared):
        if _put_format_of(release, notes, unit.start, unit.end, block):
            return
    _put_format_of(release, notes, 0, len(release.opening.headline), block)


def _put_format_of(release: Release, notes: Notes, start: int, end: int, block: Block) -> bool:
    """Write down the format that a stretch names outside the event's own name."""
    for form, pattern in _FORMATS:
        for found in pattern.finditer(release.text, start, end):
            if not block.occasion.start <= found.start() < block.occasion.end:
                notes.put("format", form, *found.span(), sure=LIKELY)
                return True
    return False


# --- who --------------------------------------------------------------------------------------


def _put_presenters(release: Release, block: Block, notes: Notes) -> None:
    people = _people(release, block)
    if people:
        presenters = tuple(Presenter(name=p.name, title=p.title) for p in people)
        start, end = min(p.start for p in people), max(p.end for p in people)
        notes.put("presenters", presenters, start, end)


def _people(release: Release, block: Block) -> list[Person]:
    for unit in block.units:
        if unit.label and _PERSON_LABEL.fullmatch(unit.label):
            found = find_presenters(release.text, unit.start, unit.end)
            if found:
                return found
    own = [person for unit in block.units for person in _speakers(release, unit.start, unit.end)]
    if own:
        return _once(own)
    together = release.told_together(block)
    told = [p for unit in together for p in _speakers(release, unit.start, unit.end)]
    if told:
        return _once(told)
    shared = [unit for unit in release.preface if _WILL_SPEAK.search(release.words(unit))]
    return _once([p for unit in shared for p in _speakers(release, unit.start, unit.end)])


def _speakers(release: Release, start: int, end: int) -> list[Person]:
    people = find_people(release.text, start, end)
    return [person for person in people if not is_quoted(release.text, person)]


def _once(people: list[Person]) -> list[Person]:
    return list({person.name: person for person in reversed(people)}.values())[::-1]
