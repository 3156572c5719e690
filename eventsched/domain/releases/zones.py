"""What zone words mean on a date and at a place: “EST”, “Eastern Time”, “Vancouver time”, “CET”.

An abbreviation is not a zone: it says an offset, which may be out of season, and has several
meanings, which only a place can settle.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from eventsched.domain.releases.places import zone_of_place
from eventsched.domain.times import SkippedTime, TimeProblem, instant_of, local, wall_of


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """One meaning of zone words: where their clocks are kept, and the offset they insist on.

    `offset` in minutes is None where the words follow the season (“Eastern Time”).
    """

    zone: str
    offset: int | None = None


@dataclass(frozen=True, kw_only=True)
class ZoneReading:
    """The zone that words were read as, at one wall time, and the doubts about that."""

    zone: str
    doubts: tuple[str, ...] = ()


def _family(zone: str, letter: str, standard: int) -> dict[str, Meaning]:
    return {
        f"{letter}t": Meaning(zone=zone),
        f"{letter}st": Meaning(zone=zone, offset=standard),
        f"{letter}dt": Meaning(zone=zone, offset=standard + 60),
    }


_MEANINGS: dict[str, list[Meaning]] = {
    name: [meaning]
    for family in (
        _family("America/New_York", "e", -300),
        _family("America/Chicago", "c", -360),
        _family("America/Denver", "m", -420),
        _family("America/Los_Angeles", "p", -480),
        _family("America/Halifax", "a", -240),
        _family("America/St_Johns", "n", -210),
        _family("America/Anchorage", "ak", -540),
        _family("Pacific/Honolulu", "h", -600),
    )
    for name, meaning in family.items()
}
_MEANINGS |= {
    name: [Meaning(zone=zone, offset=offset)]
    for name, zone, offset in (
        ("utc", "UTC", 0),
        ("gmt", "Europe/London", 0),
        ("wet", "Europe/Lisbon", 0),
        ("west", "Europe/Lisbon", 60),
        ("cet", "Europe/Paris", 60),
        ("cest", "Europe/Paris", 120),
        ("eet", "Europe/Helsinki", 120),
        ("eest", "Europe/Helsinki", 180),
        ("idt", "Asia/Jerusalem", 180),
        ("msk", "Europe/Moscow", 180),
        ("sast", "Africa/Johannesburg", 120),
        ("gst", "Asia/Dubai", 240),
        ("hkt", "Asia/Hong_Kong", 480),
        ("sgt", "Asia/Singapore", 480),
        ("jst", "Asia/Tokyo", 540),
        ("kst", "Asia/Seoul", 540),
        ("pht", "Asia/Manila", 480),
        ("wib", "Asia/Jakarta", 420),
        ("ict", "Asia/Bangkok", 420),
        ("aest", "Australia/Sydney", 600),
        ("aedt", "Australia/Sydney", 660),
        ("acst", "Australia/Adelaide", 570),
        ("acdt", "Australia/Adelaide", 630),
        ("awst", "Australia/Perth", 480),
        ("nzst", "Pacific/Auckland", 720),
        ("nzdt", "Pacific/Auckland", 780),
        ("brt", "America/Sao_Paulo", -180),
        ("art", "America/Argentina/Buenos_Aires", -180),
        ("clt", "America/Santiago", -240),
        ("clst", "America/Santiago", -180),
    )
}
_MEANINGS["bst"] = [Meaning(zone="Europe/London", offset=60)]
_MEANINGS["ist"] = [
    Meaning(zone="Asia/Kolkata", offset=330),
    Meaning(zone="Asia/Jerusalem", offset=120),
    Meaning(zone="Europe/Dublin", offset=60),
]
_MEANINGS["cst"].append(Meaning(zone="Asia/Shanghai", offset=480))
for _name, _offset in (("et", None), ("est", 600), ("edt", 660)):
    _MEANINGS[_name].append(Meaning(zone="Australia/Sydney", offset=_offset))
_REGIONS = {
    "eastern": "e", "central": "c", "mountain": "m", "pacific": "p", "atlantic": "a",
    "newfoundland": "n", "alaska": "ak", "hawaii": "h",
}  # fmt: skip
_OTHER_REGIONS = {
    "greenwich mean": "gmt", "british": "Europe/London", "central european": "ce",
    "western european": "we", "eastern european": "ee", "israel": "Asia/Jerusalem",
    "india": "Asia/Kolkata", "indian": "Asia/Kolkata", "japan": "Asia/Tokyo",
    "korea": "Asia/Seoul", "china": "Asia/Shanghai", "singapore": "Asia/Singapore",
    "hong kong": "Asia/Hong_Kong", "australian eastern": "Australia/Sydney",
    "australian western": "Australia/Perth", "new zealand": "Pacific/Auckland",
    "uk": "Europe/London", "u.k": "Europe/London",
}  # fmt: skip
_EUROPE = {"ce": ("cet", "cest"), "we": ("wet", "west"), "ee": ("eet", "eest")}
_EUROPE_ZONE = {"ce": "Europe/Paris", "we": "Europe/Lisbon", "ee": "Europe/Helsinki"}
_SEASON = re.compile(r" (standard|daylight|summer)(?: savings?)?\b")
_OFFSET = re.compile(r"(?:utc|gmt) ?([+-]) ?(\d{1,2})(?::(\d\d))?")


def meanings(words: str) -> list[Meaning]:
    """Return what zone words may mean, likeliest first; empty for words that name no zone."""
    plain = re.sub(r"^(?:u\.?s\.?|north american) ", "", " ".join(words.lower().split()))
    if found := _OFFSET.fullmatch(plain):
        return _fixed(found)
    if plain in _MEANINGS:
        return _MEANINGS[plain]
    season = _SEASON.search(plain)
    region = _SEASON.sub("", plain).removesuffix(" time").strip()
    return _region(region, season[1] if season else None) or _cities(region)


def read_zone(words: str, wall: datetime, *, places: tuple[str, ...]) -> ZoneReading | None:
    """Return the zone that `words` name for clocks showing `wall`.

    `places` are zones that the release makes likely, the event's city first. Where the words insist
    on an offset that the place does not keep on that day, the place's wall clock is meant, and that
    is doubted.
    """
    possible = meanings(words)
    if not possible:
        return None
    # A meaning other than the first needs a place that keeps it.
    candidates = [m for m in possible if any(_is_kin(zone, m) for zone in places)] or possible[:1]
    fitting = [(m, zone) for m in candidates for zone in (*places, m.zone) if _keeps(zone, m, wall)]
    kin = [(m, zone) for m in candidates for zone in places if _is_kin(zone, m)]
    if kin and kin[0] not in fitting:
        zone = kin[0][1]
        return ZoneReading(zone=zone, doubts=(_out_of_season(words, zone, wall),))
    if fitting:
        return _reading_of_fitting(words, possible, fitting, places)
    zone = candidates[0].zone
    return ZoneReading(zone=zone, doubts=(_out_of_season(words, zone, wall),))


def offset_minutes(zone: str, wall: datetime) -> int | None:
    """Return how many minutes east of UTC `zone` is when its clocks show `wall`."""
    try:
        instant = instant_of(wall, zone, repeated="earlier")
    except SkippedTime:
        return offset_minutes(zone, wall + timedelta(hours=3))
    except TimeProblem:
        return None
    return round((wall - wall_of(instant, "UTC")) / timedelta(minutes=1))


def _reading_of_fitting(
    words: str,
    candidates: list[Meaning],
    fitting: list[tuple[Meaning, str]],
    places: tuple[str, ...],
) -> ZoneReading:
    in_place = [(m, zone) for m, zone in fitting if zone in places and _is_kin(zone, m)]
    zone = in_place[0][1] if in_place else fitting[0][0].zone
    unsettled = len(candidates) > 2 and not in_place
    doubts = (f"“{words}” has several meanings; it was read as {zone}.",) if unsettled else ()
    return ZoneReading(zone=zone, doubts=doubts)


def _fixed(found: re.Match[str]) -> list[Meaning]:
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    minutes = minutes if found[1] == "+" else -minutes
    likely = {480: "Asia/Singapore", 120: "Africa/Johannesburg", 0: "UTC", 540: "Asia/Tokyo"}
    zone = likely.get(minutes) or _zone_keeping(minutes)
    return [Meaning(zone=zone, offset=minutes)] if zone else []


def _zone_keeping(minutes: int) -> str | None:
    known = ("Asia/Dubai", "Asia/Kolkata", "Asia/Bangkok", "Australia/Brisbane", "Europe/Moscow",
             "Europe/Paris", "America/Sao_Paulo", "America/Phoenix",
             "America/New_York")  # fmt: skip
    winter = datetime(2020, 1, 15)
    return next((zone for zone in known if offset_minutes(zone, winter) == minutes), None)


def _region(region: str, season: str | None) -> list[Meaning]:
    if letter := _REGIONS.get(region):
        suffix = {"standard": "st", "daylight": "dt", "summer": "dt"}.get(season or "", "t")
        return _MEANINGS[letter + suffix]
    other = _OTHER_REGIONS.get(region)
    if other in _EUROPE:
        if season is None:
            return [Meaning(zone=_EUROPE_ZONE[other])]
        return _MEANINGS[_EUROPE[other][season != "standard"]]
    if other == "gmt":
        return _MEANINGS["gmt"]
    return [Meaning(zone=other)] if other else []


def _cities(region: str) -> list[Meaning]:
    """“Beijing/Hong Kong” is the first that is known."""
    zones = (zone_of_place(place.strip()) for place in region.split("/"))
    return [Meaning(zone=zone) for zone in zones if zone][:1]


def _keeps(zone: str, meaning: Meaning, wall: datetime) -> bool:
    """Tell whether clocks in `zone` agree at `wall` with what the words insist on."""
    wanted = meaning.offset
    if wanted is None:
        wanted = offset_minutes(meaning.zone, wall)
    return wanted is not None and offset_minutes(zone, wall) == wanted


def _is_kin(zone: str, meaning: Meaning) -> bool:
    """Tell whether the words could be meant for `zone`: same winter offset, same continent."""
    if zone == meaning.zone:
        return True
    same_area = zone.partition("/")[0] == meaning.zone.partition("/")[0]
    return same_area and _standard(zone) == _standard(meaning.zone)


def _standard(zone: str) -> int | None:
    offsets = [offset_minutes(zone, datetime(2019, month, 15)) for month in (1, 7)]
    return min(offset for offset in offsets if offset is not None)


def _out_of_season(words: str, zone: str, wall: datetime) -> str:
    try:
        shown = local(instant_of(wall, zone, repeated="earlier"), zone).tzname() or ""
    except TimeProblem:
        shown = ""
    kept = f" (where it is {shown} then)" if re.fullmatch("[A-Z]+", shown) else ""
    return (
        f"“{words}” does not fit {wall:%B} {wall.day}, {wall.year} in {zone}{kept}; "
        f"it was read as the wall clock there."
    )
