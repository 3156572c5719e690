"""How to listen to an event: webcast, address, numbers, code, and the recording's life."""

import re

from eventsched.domain.events import Format, Kind
from eventsched.domain.releases.blocks import Block, Release
from eventsched.domain.releases.endings import Ending, find_ending
from eventsched.domain.releases.notes import INFERRED, LIKELY, STATED, Notes
from eventsched.domain.releases.reading import TelephoneReplay
from eventsched.domain.releases.segmenter import Unit
from eventsched.domain.releases.timing import live_part
from eventsched.domain.releases.webcasts import (
    Life,
    Words,
    find_address,
    find_code,
    find_life,
    find_numbers,
    find_webcast,
    is_about_listening,
    is_about_replay,
    is_endless,
    replay_part,
    says_perhaps,
    says_webcast,
)

_REPLAY_LABEL = re.compile(r"replay|archive|recording|telephone replay")
_WEB_LABEL = re.compile(
    r"(?:live |audio )?webcast|link|url|listen|webcast (?:link|url|address)|live link"
)
_CODE_LABEL = re.compile(r"\b(?:id|code|passcode|pin|password)\b|conference (?:number|no)|#")
_TELEPHONE = re.compile(r"\b(?:tele|phone|dial|toll|by calling|call\b.{0,30}\d{3})", re.IGNORECASE)
_NOT_A_NUMBER_FOR_CALLERS = re.compile(
    r"\b(?:contact|fax|media|press office|investor relations|voting|rsvp)\b", re.IGNORECASE
)


def read_listening(release: Release, block: Block, notes: Notes) -> None:
    """Write down everything about listening, live or later, from own words first, then shared."""
    units = [unit for unit in block.units if not _stands_before(unit, block)]
    if notes.values.get("format") is not Format.ONE_ON_ONE:
        units += release.shared
        units += [
            u for u in release.preface if is_about_listening(release.words(u)) and not u.label
        ]
    _put_webcast(release, units, notes)
    _put_address(release, units, notes)
    _put_numbers(release, block, units, notes)
    _put_replay(release, units, notes)


def _stands_before(unit: Unit, block: Block) -> bool:
    return unit.start < block.named_in.start and unit is not block.named_in


def _put_webcast(release: Release, units: list[Unit], notes: Notes) -> None:
    perhaps = False
    for unit in units:
        words = release.words(unit)
        labelled = bool(unit.label and _WEB_LABEL.fullmatch(unit.label))
        said = True if labelled and find_address(words, 0, len(words), labelled=True) else None
        said = says_webcast(words) if said is None else said
        if said is not None:
            found = find_webcast(release.text, unit.start, unit.end)
            span = (found.start, found.end) if found else (unit.start, unit.end)
            notes.put("webcast", said, *span)
            return
        perhaps = perhaps or says_perhaps(words)
    if perhaps:
        notes.doubt("webcast", "The release leaves open which events are webcast.")


def _put_address(release: Release, units: list[Unit], notes: Notes) -> None:
    for unit in units:
        labelled = bool(unit.label and _WEB_LABEL.fullmatch(unit.label))
        found = find_address(release.text, unit.start, unit.end, labelled=labelled)
        if found:
            notes.put("webcast_url", found.text, found.start, found.end)
            return


# --- by telephone -----------------------------------------------------------------------------


def _put_numbers(release: Release, block: Block, units: list[Unit], notes: Notes) -> None:
    numbers: list[Words] = []
    code = None
    for unit in units:
        if unit in release.preface or _NOT_A_NUMBER_FOR_CALLERS.search(release.words(unit)):
            continue
        start, end = _live_part(release, unit)
        if unit.label and _CODE_LABEL.search(unit.label):
            code = code or _code(release, unit, start, end)
            continue
        listed = bool(unit.label) or (unit.heads and block.occasion.kind is Kind.EARNINGS_CALL)
        numbers += [
            n for n in find_numbers(release.text, start, end, listed=listed) if n not in numbers
        ]
        code = code or _code(release, unit, start, end)
    numbers = [n for n in numbers if not release.dates_in(n.start, n.end)]
    if numbers:
        texts = tuple(dict.fromkeys(number.text for number in numbers))
        notes.put("dial_in", texts, numbers[0].start, numbers[-1].end)
    if code:
        notes.put("conference_id", code.text, code.start, code.end)


def _live_part(release: Release, unit: Unit) -> tuple[int, int]:
    """A unit about the recording gives no live numbers, unless its live half comes first."""
    start, end = live_part(release, unit)
    if end < unit.end and release.text[start:end].count(" ") < 3:
        return start, start
    return start, end


def _code(release: Release, unit: Unit, start: int, end: int) -> Words | None:
    if unit.label and _CODE_LABEL.search(unit.label):
        found = re.compile(r"#?(\d[\d -]{2,13}\d)").match(release.text, start, end)
        return Words(start=found.start(1), end=found.end(1), text=found[1]) if found else None
    return find_code(release.text, start, end)


# --- the recording ----------------------------------------------------------------------------


class _Recording:
    """What is said of a recording: its life in days, or until when."""

    def __init__(self) -> None:
        self.life: Life | None = None
        self.ending: Ending | None = None
        self.endless = False

    @property
    def is_dated(self) -> bool:
        return self.life is not None or self.ending is not None


def _put_replay(release: Release, units: list[Unit], notes: Notes) -> None:
    web, telephone = _Recording(), _Recording()
    numbers: list[str] = []
    code = None
    promised: Unit | None = None
    for unit in units:
        if not _tells_of_recording(release, unit):
            continue
        promised = promised or unit
        part = _recorded_part(release, unit)
        heard = _numbers_for_recording(release, part)
        by_telephone = bool(heard) or _TELEPHONE.search(release.text[part[0] : part[1]]) is not None
        numbers += heard
        code = code or (find_code(release.text, *part) if heard else None)
        _note(release, unit, telephone if by_telephone else web, notes.values.get("zone"))
    if promised is None:
        return
    _put_life(notes, web if web.is_dated else telephone)
    if telephone.is_dated and not web.is_dated and _web_is_archived(release, units):
        field = "replay_until" if telephone.ending else "replay_days"
        notes.doubt(field, "It is the telephone replay’s; the webcast’s archive has no stated end.")
    if numbers:
        _put_telephone_replay(notes, telephone, numbers, code.text if code else None, promised)


def _tells_of_recording(release: Release, unit: Unit) -> bool:
    if unit.label and _REPLAY_LABEL.match(unit.label):
        return True
    words = release.words(unit)
    if is_about_replay(words):
        return True
    if not is_about_listening(words):
        return False
    return (
        find_life(words, 0, len(words)) is not None or find_ending(release, unit, None) is not None
    )


def _recorded_part(release: Release, unit: Unit) -> tuple[int, int]:
    if unit.label and _REPLAY_LABEL.match(unit.label):
        return unit.start, unit.end
    start = replay_part(release.text, unit.start, unit.end)
    return (unit.start if start == unit.end else start), unit.end


def _numbers_for_recording(release: Release, part: tuple[int, int]) -> list[str]:
    found = find_numbers(release.text, *part, listed=True)
    return [n.text for n in found if not release.dates_in(n.start, n.end)]


def _note(release: Release, unit: Unit, recording: _Recording, zone: str | None) -> None:
    recording.endless = recording.endless or is_endless(release.words(unit))
    if recording.is_dated:
        return
    recording.life = find_life(release.text, unit.start, unit.end)
    if recording.life is None:
        recording.ending = find_ending(release, unit, zone)


def _put_life(notes: Notes, recording: _Recording) -> None:
    if recording.life:
        life = recording.life
        notes.put(
            "replay_days", life.days, life.start, life.end, sure=INFERRED if life.doubt else STATED
        )
        if life.doubt:
            notes.doubt("replay_days", life.doubt)
    elif recording.ending:
        ending = recording.ending
        notes.put("replay_until", ending.until, ending.start, ending.end, sure=LIKELY)
        if ending.doubt:
            notes.doubt("replay_until", ending.doubt)
    else:
        notes.doubt("replay_days", "A replay is promised, but not for how long.")


def _web_is_archived(release: Release, units: list[Unit]) -> bool:
    words = " ".join(release.words(unit) for unit in units)
    return (
        re.search(r"\barchived?\b[^.]{0,30}web-?cast|web-?cast[^.]{0,60}\barchive", words, re.I)
        is not None
    )


def _put_telephone_replay(
    notes: Notes, recording: _Recording, numbers: list[str], code: str | None, promised: Unit
) -> None:
    replay = TelephoneReplay(
        numbers=tuple(dict.fromkeys(numbers)), code=code,
        days=recording.life.days if recording.life else None,
        until=recording.ending.until if recording.ending else None,
    )  # fmt: skip
    notes.put("telephone_replay", replay, promised.start, promised.end, sure=LIKELY)
