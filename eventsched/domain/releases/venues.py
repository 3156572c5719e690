"""Where an event is held: its city, and the house."""

import re

from eventsched.domain.events import Kind
from eventsched.domain.releases.blocks import Block, Release
from eventsched.domain.releases.notes import LIKELY, STATED, Notes
from eventsched.domain.releases.places import Place, find_places
from eventsched.domain.releases.segmenter import Unit

_PLACE_LABELS = frozenset(("location", "place", "venue", "where", "city"))
_LEADS_TO_PLACE = re.compile(r"(?:\b(?:in|In)(?: downtown)? |, |\(|- |\bnear |\| |\t)$")
_NAMES_A_CLOCK = re.compile(r"(?:/[A-Z]\w+)? [Tt]ime\b")
_DIALLING = re.compile(r"\b(?:dial|toll|callers?|telephone|numbers?)\b", re.IGNORECASE)
_HOUSE_WORD = re.compile(
    r"\b(?:Hotel|Hôtel|Club|Cent(?:er|re)|Resort|Hilton|Marriott|Sheraton|Hyatt|Westin|Ritz|Inn"
    r"|Plaza|Tower|Hall|Palace"
    r"|Spa|Regis|Astoria|Fairmont|Four Seasons|InterContinental|Intercontinental|Park|House"
    r"|Auditorium|Biltmore|Waldorf"
    r"|Theat(?:er|re)|Museum|Beach Resort|Suites?|Meridien|Mandarin|Peninsula|Arena|Lodge"
    r"|Headquarters|offices of)\b"
)
_HOUSE = re.compile(
    r"(?:\b(?:at|[Ii]n) (?:the )?(?P<house>(?:offices of |headquarters of )?[A-ZÀ-Þ][\w'&.-]*"
    r"(?: (?:[A-ZÀ-Þ][\w'&.-]*|of|the|at|&|on|and|am|de|la))*))"
)
_VIRTUAL = re.compile(r"\b(?:virtual(?:ly)?|online|webcast|tbd|tba)\b", re.IGNORECASE)


def read_where(release: Release, block: Block, notes: Notes) -> Place | None:
    """Write down city and venue; return the city's place."""
    labelled = [unit for unit in block.units if unit.label in _PLACE_LABELS]
    for unit in labelled:
        place = _labelled_place(release, unit, notes)
        if place:
            return place
    if labelled:
        return None
    for unit in _own(block):
        if (
            unit.heads
            and not unit.label
            and unit is not block.named_in
            and _ends_in_place(release, unit)
        ):
            return _labelled_place(release, unit, notes)
        place = _place_in(release, block, unit)
        if place:
            _put_city(notes, place)
            _put_house_before(release, block, notes, unit, place)
            return place
    for unit in _own(block):
        _put_house_before(release, block, notes, unit, None)
        place = _place_in_house(release, notes)
        if place:
            return place
    return None


def _place_in_house(release: Release, notes: Notes) -> Place | None:
    """“At the Conrad Hong Kong”: where only the house is named, its name may hold the city."""
    span = notes.span("venue")
    places = find_places(release.text, *span) if span else []
    if places:
        _put_city(notes, places[-1])
        return places[-1]
    return None


def _own(block: Block) -> list[Unit]:
    """A call is held where its own sentence says; other events may name the place further on."""
    if block.occasion.kind is Kind.EARNINGS_CALL:
        return [unit for unit in block.units if unit.start == block.named_in.start]
    return block.units


def _labelled_place(release: Release, unit: Unit, notes: Notes) -> Place | None:
    text = release.text
    places = find_places(text, unit.start, unit.end)
    if not places:
        words = release.words(unit)
        if not _VIRTUAL.search(words) and words:
            notes.put("venue", words.split(",")[0].strip(" ."), unit.start, unit.end, sure=LIKELY)
        return None
    place = places[-1]
    notes.put("city", place.name, place.start, place.end)
    house = text[unit.start : place.start].split(",")[0].split(" in ")[0].strip(" ,-(;")
    house = re.sub(r"^(?:the|at the|at) ", "", house)
    if len(house) > 2:
        start = text.find(house, unit.start)
        notes.put("venue", house, start, start + len(house))
    return place


def _ends_in_place(release: Release, unit: Unit) -> bool:
    """Tell whether a line is an address: “Fairmont Turnberry Isle, Aventura, Florida”."""
    places = find_places(release.text, unit.start, unit.end)
    dated = release.dates_in(unit.start, unit.end) or release.clocks_in(unit.start, unit.end)
    return bool(places) and places[-1].end >= unit.end - 1 and not dated


def _place_in(release: Release, block: Block, unit: Unit) -> Place | None:
    if block.occasion.kind is Kind.EARNINGS_CALL and _DIALLING.search(release.words(unit)):
        return None
    if unit.label and unit.label not in _PLACE_LABELS:
        return None
    for place in find_places(release.text, unit.start, unit.end):
        in_name = block.occasion.start <= place.start < block.occasion.end
        before = release.text[max(unit.start, place.start - 14) : place.start]
        a_clock = _NAMES_A_CLOCK.match(release.text, place.end)
        if not in_name and not a_clock and _LEADS_TO_PLACE.search(before):
            return place
    return None


def _put_city(notes: Notes, place: Place) -> None:
    sure = STATED if place.zone else LIKELY
    notes.put("city", place.name, place.start, place.end, sure=sure)


def _put_house_before(
    release: Release, block: Block, notes: Notes, unit: Unit, place: Place | None
) -> None:
    """Write down the house that a sentence names: “at the Plaza Hotel in New York”."""
    for found in _HOUSE.finditer(release.text, unit.start, unit.end):
        start, end = found.span("house")
        if start < block.occasion.end and end > block.occasion.start and block.occasion.named:
            continue
        house = re.split(r" (?:in|on|at)$", found["house"])[0].rstrip(" .,")
        if place and start <= place.start < end:
            continue
        cities = [] if place else find_places(release.text, start, start + len(house))
        if _HOUSE_WORD.search(house) or _precedes(release.text, end, place) or cities:
            notes.put("venue", house, start, start + len(house), sure=LIKELY)
            return


def _precedes(text: str, end: int, place: Place | None) -> bool:
    return place is not None and text[end : place.start] in (" in ", ", ", " (")
