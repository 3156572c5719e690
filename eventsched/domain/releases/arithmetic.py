"""What people don't check: that the clocks are one instant, in season, and of the city."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from eventsched.domain.releases.clocks import ClockGroup, ClockWords
from eventsched.domain.releases.dates import resolve
from eventsched.domain.releases.reading import Doubt
from eventsched.domain.releases.zones import ZoneReading, meanings, read_zone
from eventsched.domain.times import TimeProblem, instant_of, wall_of

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Where an event's clocks may be kept.

    `city` and `home` are the zones of the event's city and of the dateline; `words` are zone words
    that stand for all clocks without their own.
    """

    city: str | None = None
    city_name: str | None = None
    home: str | None = None
    words: str | None = None


@dataclass(kw_only=True)
class Moment:
    """The clock that an event goes by: wall time, zone and instants, with the doubts about them."""

    clock: ClockWords
    date: date
    zone: str | None = None
    instant: datetime | None = None
    ends: datetime | None = None
    doubts: list[Doubt] = field(default_factory=list)

    @property
    def wall(self) -> datetime:
        """The announced wall time, naive."""
        return datetime.combine(self.date, self.clock.time)


def moment_of(group: ClockGroup, day: date, setting: Setting) -> Moment:
    """Return when an event begins, by the clocks stated for it on `day`.

    Of several clocks the event's city decides which is its own, else the first is.
    """
    moments = [_moment(clock, day, setting) for clock in group.clocks]
    chosen = _chosen(moments, setting)
    for other in moments:
        if other is not chosen:
            chosen.doubts += _disagreement(chosen, other)
            chosen.doubts += [d for d in other.doubts if d not in chosen.doubts]
    if len(moments) == 1:
        chosen.doubts += _foreign_clock(chosen, setting)
    return chosen


def _moment(clock: ClockWords, day: date, setting: Setting) -> Moment:
    own = resolve(clock.day, released=day) if clock.day else None
    moment = Moment(clock=clock, date=own.first if own else day)
    zone = _zone(clock, moment.wall, setting)
    if zone is None:
        moment.doubts.append(
            Doubt(field="zone", reason="No time zone is stated, nor a known city.")
        )
        return moment
    moment.zone = zone.zone
    moment.doubts += [Doubt(field="zone", reason=reason) for reason in zone.doubts]
    _place_in_time(moment)
    if _lacks_half(clock, zone.zone):
        moment.doubts.append(Doubt(field="wall_time", reason="Neither a.m. nor p.m. is stated."))
    return moment


def _place_in_time(moment: Moment) -> None:
    assert moment.zone is not None
    try:
        moment.instant = instant_of(moment.wall, moment.zone)
        if moment.clock.ends is not None:
            ends = datetime.combine(moment.date, moment.clock.ends)
            ends += _DAY if ends <= moment.wall else timedelta()
            moment.ends = instant_of(ends, moment.zone)
    except TimeProblem as problem:
        moment.doubts.append(Doubt(field="wall_time", reason=str(problem)))


def _zone(clock: ClockWords, wall: datetime, setting: Setting) -> ZoneReading | None:
    words = clock.zone or setting.words
    if words and words.lower() != "local time":
        return _stated_zone(words, wall, setting)
    if setting.city:
        reason = f"No time zone is stated; {setting.city_name or 'the city'}’s clock was taken."
        return ZoneReading(zone=setting.city, doubts=() if words else (reason,))
    if setting.home:
        reason = "No time zone is stated; that of the dateline was taken."
        return ZoneReading(zone=setting.home, doubts=(reason,))
    return None


def _stated_zone(words: str, wall: datetime, setting: Setting) -> ZoneReading | None:
    """Read zone words by the event's city; by the company's home where that settles more."""
    by_city = read_zone(words, wall, places=(setting.city,) if setting.city else ())
    if by_city is None and setting.city:
        reason = f"“{words}” is not a known time zone; the city’s clock was taken."
        return ZoneReading(zone=setting.city, doubts=(reason,))
    if by_city is None or not setting.home or by_city.zone == setting.city:
        return by_city
    by_home = read_zone(words, wall, places=(setting.home,))
    if by_home is None or by_home.zone != setting.home:
        return by_city
    # “ET” is New York's to the world, wherever in America the company lives.
    is_american = by_city.zone.startswith("America/") and setting.home.startswith("America/")
    if not is_american:
        return by_home
    return by_home if by_city.doubts and not by_home.doubts else by_city


def _chosen(moments: list[Moment], setting: Setting) -> Moment:
    for moment in moments:
        if setting.city and moment.zone == setting.city:
            return moment
    return moments[0]


def _disagreement(chosen: Moment, other: Moment) -> list[Doubt]:
    """Return a doubt where two stated clocks are not one instant (a day apart is a date unsaid)."""
    if chosen.instant is None or other.instant is None:
        return []
    if any(_is_same(chosen, other, possible) for possible in _possible_instants(other)):
        return []
    apart = abs(chosen.instant - other.instant)
    hours, minutes = divmod(int(apart.total_seconds()) // 60, 60)
    difference = f"{hours} h {minutes:02} min" if minutes else f"{hours} h"
    reason = (
        f"The stated clocks are not one instant: {_shown(chosen)} and {_shown(other)} "
        f"are {difference} apart."
    )
    return [Doubt(field="wall_time", reason=reason)]


def _is_same(chosen: Moment, other: Moment, possible: datetime) -> bool:
    assert chosen.instant is not None
    apart = abs(chosen.instant - possible)
    dated = chosen.clock.day and other.clock.day
    return apart == timedelta() or (apart == _DAY and not dated)


def _possible_instants(moment: Moment) -> list[datetime]:
    """The instant as read, and as the letter of its abbreviation has it."""
    possible = [moment.instant] if moment.instant else []
    for meaning in meanings(moment.clock.zone or ""):
        if meaning.offset is not None:
            possible.append((moment.wall - timedelta(minutes=meaning.offset)).replace(tzinfo=UTC))
    return possible


def _foreign_clock(moment: Moment, setting: Setting) -> list[Doubt]:
    """Return a doubt where the only clock is not that of the event's city."""
    if not setting.city or moment.instant is None or moment.zone == setting.city:
        return []
    local_wall = wall_of(moment.instant, setting.city)
    if local_wall == moment.wall:
        return []
    reason = (
        f"{_shown(moment)} is not the clock of {setting.city_name}, "
        f"which then shows {local_wall:%H:%M}."
    )
    return [Doubt(field="zone", reason=reason)]


def _shown(moment: Moment) -> str:
    zone = moment.clock.zone or moment.zone or "no zone"
    return f"{moment.clock.time:%H:%M} {zone}"


def _lacks_half(clock: ClockWords, zone: str) -> bool:
    """Americans write a.m. or p.m.; without, a clock is complete elsewhere, or from 13:00 on."""
    bare = clock.half is None and 1 <= clock.time.hour <= 12 and clock.time.hour != 12
    return bare and zone.startswith("America/")


def in_order(doubts: Sequence[Doubt]) -> tuple[Doubt, ...]:
    """Return doubts without repetition, in the order they arose."""
    return tuple(dict.fromkeys(doubts))
