"""When an event is: which of the dates and clocks near its name are its own."""

import re
from bisect import bisect_left
from datetime import date, datetime

from eventsched.domain.events import Kind
from eventsched.domain.releases.arithmetic import Moment, Setting, moment_of
from eventsched.domain.releases.blocks import (
    DATE_LABELS,
    TIME_LABELS,
    Block,
    Release,
    refers_to_event,
)
from eventsched.domain.releases.clocks import ClockGroup
from eventsched.domain.releases.dates import DateWords, Day, resolve
from eventsched.domain.releases.notes import INFERRED, LIKELY, STATED, Notes
from eventsched.domain.releases.reading import Doubt, StatedClock, Status
from eventsched.domain.releases.segmenter import Unit
from eventsched.domain.releases.webcasts import replay_part

_OLD_OR_NEW = re.compile(
    r"(?P<old>\bfrom\b|\bplanned\b|\boriginally\b|\bpreviously\b|\binstead of\b|\bhad been\b"
    r"|\bwas to\b"
    r"|\bwere to\b|\bwas (?:scheduled|set)\b|\bnot\b)|(?P<new>\bto\b|\bnow\b|\bnew\b|\bwill\b"
    r"|\buntil\b|\binstead\b(?! of))",
    re.IGNORECASE,
)
_RESCHEDULED = re.compile(
    r"\brescheduled?\b|\bre-scheduled?\b|\bmoved\b|\bmoves\b|\bchange[sd]?\b[^.]{0,40}\b(?:date"
    r"|time)|\bnew (?:date|time)\b"
    r"|\bwill now\b|\b(?:date|time) (?:has|have) been (?:changed|moved)|\bbrought forward\b",
    re.IGNORECASE,
)
_POSTPONED = re.compile(
    r"\bpostpon|\bdelay(?:s|ed|ing)?\b(?=[^.]{0,80}\b(?:call|meeting|webcast|conference|release"
    r"|day))|\bput off\b",
    re.I,
)
_CANCELLED = re.compile(
    r"\bcancel|\bno longer (?:be )?(?:present|participat|attend|hold|host)|\bcalled off\b"
    r"|\bwithdr[ae]wn? from\b"
    r"|\bwill not (?:be )?(?:present|participat|attend|hold|host|appear|tak)",
    re.IGNORECASE,
)
_NO_NEW_DATE = re.compile(
    r"\bnot be rescheduled|\bto be rescheduled|\bwill be rescheduled\b(?! (?:to|for|on))", re.I
)


def read_status(release: Release, block: Block) -> Status:
    """Return what became of the event, by its own words and the headline."""
    words = " ".join(map(release.words, block.units))
    if len(release.blocks) == 1:
        before = " ".join(map(release.words, release.preface))
        words = f"{release.opening.headline}. {before} {words}"
    if _CANCELLED.search(words):
        return Status.CANCELLED
    settled = _NO_NEW_DATE.sub("", words)
    if _RESCHEDULED.search(settled) and not _POSTPONED.search(words):
        return Status.RESCHEDULED
    if _POSTPONED.search(words):
        return Status.RESCHEDULED if _old_and_new(release, block)[1] else Status.POSTPONED
    return Status.NEW


def read_when(release: Release, block: Block, notes: Notes, setting: Setting) -> None:
    """Write down date, wall time, zone and instants, as far as they are stated."""
    status = notes.values["status"]
    clock = _clock(release, block)
    words = _date_words(release, block, clock)
    if status is Status.RESCHEDULED:
        old, new = _old_and_new(release, block)
        words = new or words
        clock = _clock_beside(release, words) or clock
        _put_former(release, notes, old)
    elif status is not Status.NEW and words is None:
        words = _old_and_new(release, block)[0]
    day = _resolved(release, words) if words else None
    if words is None or day is None:
        return
    _put_day(notes, words, day)
    if clock:
        _put_clock(release, block, notes, clock, day, setting)
    elif setting.city:
        notes.put(
            "zone", setting.city, *(notes.span("city") or (words.start, words.end)), sure=LIKELY
        )


def live_part(release: Release, unit: Unit) -> tuple[int, int]:
    """Return the stretch of a unit that speaks of the event itself, not of its recording."""
    if unit.label and re.match(r"replay|archive|recording", unit.label):
        return unit.start, unit.start
    return unit.start, replay_part(release.text, unit.start, unit.end)


def _live_clocks(release: Release, unit: Unit) -> list[ClockGroup]:
    found = release.clocks_in(*live_part(release, unit))
    return [group for group in found if not group.deadline]


def _live_dates(release: Release, unit: Unit) -> list[DateWords]:
    return [words for words in release.dates_in(*live_part(release, unit)) if not words.deadline]


def _clock(release: Release, block: Block) -> ClockGroup | None:
    """Return the labelled clock, else the first of the event's own words."""
    labelled = [unit for unit in block.units if unit.label in TIME_LABELS]
    for unit in [*labelled, *block.units]:
        if unit in labelled or _is_own(release, block, unit):
            groups = _live_clocks(release, unit)
            if groups:
                return _fullest(release, block, _after_name(block, unit, groups))
    return None


def _fullest(release: Release, block: Block, group: ClockGroup) -> ClockGroup:
    """Return the group elsewhere that states the same clock beside others, if there is one."""
    first = group.clocks[0].time
    for unit in block.units:
        for other in _live_clocks(release, unit):
            if len(other.clocks) > len(group.clocks) and other.clocks[0].time == first:
                return other
    return group


def _after_name(block: Block, unit: Unit, groups: list[ClockGroup]) -> ClockGroup:
    """Of several clocks in the sentence that names a call, take the one nearest to its name."""
    if block.occasion.kind is Kind.CONFERENCE or unit.start != block.named_in.start:
        return groups[0]
    later = [group for group in groups if group.start > block.occasion.start]
    return (later or groups)[0]


def _is_own(release: Release, block: Block, unit: Unit) -> bool:
    if unit is block.named_in or unit.heads or unit.label or unit.start <= block.named_in.start:
        return True
    return refers_to_event(release.words(unit))


def _date_words(release: Release, block: Block, clock: ClockGroup | None) -> DateWords | None:
    labelled = [unit for unit in block.units if unit.label in DATE_LABELS]
    for unit in labelled:
        if dates := _live_dates(release, unit):
            return dates[0]
    if clock and (beside := _date_near(release, block, clock)):
        return beside
    for unit in block.units:
        if _is_own(release, block, unit) and (dates := _live_dates(release, unit)):
            return dates[0]
    return _date_before(release, block, clock)


def _date_near(release: Release, block: Block, clock: ClockGroup) -> DateWords | None:
    """Return the date that the clock's own sentence gives, the nearest where it gives several."""
    if clock.clocks[0].day:
        return clock.clocks[0].day
    unit = next((u for u in block.units if u.start <= clock.start < u.end), None)
    others = [other.day for other in clock.clocks[1:]]
    dates = [w for w in _live_dates(release, unit) if w not in others] if unit else []
    return min(dates, key=lambda words: _gap(words, clock), default=None)


def _gap(words: DateWords, clock: ClockGroup) -> int:
    return clock.start - words.end if words.end <= clock.start else words.start - clock.end


def _date_before(release: Release, block: Block, clock: ClockGroup | None) -> DateWords | None:
    """Return the last date before a call that gives only its clock: “… May 3. A call at 9:00”."""
    if clock is None or block.occasion.kind is Kind.CONFERENCE:
        return None
    lead = release.opening.lead
    earlier = [w for w in release.dates_in(lead, clock.start) if not w.deadline and not w.relative]
    return earlier[-1] if earlier else None


def _resolved(release: Release, words: DateWords) -> Day | None:
    released = release.opening.dateline.date
    before = None
    if words.relative in ("same", "next"):
        starts = [known.start for known in release.dates]
        for known in reversed(release.dates[: bisect_left(starts, words.start)]):
            if not known.deadline and not known.relative and known.start >= release.opening.lead:
                before = resolve(known, released=released)
                break
    return resolve(words, released=released, before=before)


def _put_day(notes: Notes, words: DateWords, day: Day) -> None:
    sure = INFERRED if words.relative else STATED if words.year else LIKELY
    notes.put("date", day.first, words.start, words.end, sure=sure)
    if day.last:
        notes.put("date_end", day.last, words.start, words.end, sure=sure)
    for reason in day.doubts:
        notes.doubt("date", reason)


def _put_clock(
    release: Release, block: Block, notes: Notes, group: ClockGroup, day: Day, setting: Setting
) -> None:
    unit = next((u for u in block.units if u.start <= group.start < u.end), None)
    words = unit.zone if unit and unit.zone else setting.words
    setting = Setting(
        city=setting.city, city_name=setting.city_name, home=setting.home, words=words
    )
    moment = moment_of(group, day.first, setting)
    _put_moment(notes, group, moment)
    heading = unit.zone if unit else None
    notes.put("stated_clocks", _stated(release, group, heading), group.start, group.end)


def _put_moment(notes: Notes, group: ClockGroup, moment: Moment) -> None:
    span = (moment.clock.start, moment.clock.end)
    if moment.date != notes.values["date"]:
        notes.values["date"] = moment.date
    notes.put("wall_time", moment.clock.time, *span)
    if moment.zone:
        notes.put("zone", moment.zone, *span, sure=STATED if moment.clock.zone else LIKELY)
    if moment.instant:
        notes.put("instant", moment.instant, group.start, group.end)
    if moment.ends:
        notes.put("ends_instant", moment.ends, *span)
    notes.doubts += moment.doubts


def _stated(release: Release, group: ClockGroup, heading: str | None) -> tuple[StatedClock, ...]:
    return tuple(
        StatedClock(
            wall_time=clock.time,
            zone=clock.zone or heading,
            text=release.text[clock.start : clock.end],
        )
        for clock in group.clocks
    )


# --- rescheduled: what was, what is now -------------------------------------------------------


def _old_and_new(release: Release, block: Block) -> tuple[DateWords | None, DateWords | None]:
    """Return the date that no longer holds and the one that does, as far as both are named."""
    old: DateWords | None = None
    new: DateWords | None = None
    for unit in block.units:
        at = unit.start
        for words in release.dates_in(unit.start, unit.end):
            which = _last_marker(release.text, at, words.start)
            at = words.end
            if which == "old" and old is None:
                old = words
            elif which == "new" and new is None:
                new = words
    return old, new


def _last_marker(text: str, start: int, end: int) -> str | None:
    found = list(_OLD_OR_NEW.finditer(text, start, end))
    return found[-1].lastgroup if found else None


def _clock_beside(release: Release, words: DateWords | None) -> ClockGroup | None:
    if words is None:
        return None
    after = release.clocks_in(words.end, words.end + 25)
    return after[0] if after else None


def _put_former(release: Release, notes: Notes, old: DateWords | None) -> None:
    if old is None:
        notes.doubt("rescheduled_from", "The former date is not stated.")
        return
    day = resolve(old, released=release.opening.dateline.date)
    beside = _clock_beside(release, old)
    if day:
        former: date | datetime = day.first
        if beside:
            former = datetime.combine(day.first, beside.clocks[0].time)
        notes.put("rescheduled_from", former, old.start, beside.end if beside else old.end)
        notes.doubts += [Doubt(field="rescheduled_from", reason=reason) for reason in day.doubts]
