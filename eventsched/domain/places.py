"""Zones for people who think of places."""

from dataclasses import replace
from functools import cache

import pytz

from eventsched.domain.drafts import Draft
from eventsched.domain.releases.places import zone_of_place

_LONGEST_CITY = 120
_TWO_PLACES = frozenset({"georgia"})


def common_zones() -> tuple[str, ...]:
    """Return the zones that events are held in: IANA names that are no aliases, in order."""
    return tuple(name for name in pytz.common_timezones if "/" in name or name == "UTC")


def zone_of_city(city: str) -> str | None:
    """Return the zone of “Phoenix, AZ”, “London” or “Reykjavik, Iceland”; None if unknown.

    None too where the region named has no such city that is known: “London, Canada”.
    """
    name = " ".join(city.split())[:_LONGEST_CITY]
    if not name:
        return None
    return zone_of_place(name) or _zones_by_city().get(name.lower())


def with_zone_of_city(draft: Draft) -> Draft:
    """Return the draft with its city's zone, where no zone was typed and the city is known.

    “Georgia” alone is a state and a country: it is asked for.
    """
    if draft.zone.strip() or draft.city.strip().lower() in _TWO_PLACES:
        return draft
    return replace(draft, zone=zone_of_city(draft.city) or "")


@cache
def old_names() -> dict[str, tuple[str, ...]]:
    """Return the names that a zone had before, as browsers still tell them, by its name of now."""
    with pytz.open_resource("tzdata.zi") as rules:  # type: ignore[attr-defined]
        lines = [line.split() for line in rules.read().decode().splitlines()]
    found: dict[str, tuple[str, ...]] = {}
    for kind, now, before, *_ in (line for line in lines if len(line) == 3):
        if kind == "L" and "/" in before and before not in pytz.common_timezones_set:
            found[now] = (*found.get(now, ()), before)
    return found


@cache
def _zones_by_city() -> dict[str, str]:
    return {zone.rpartition("/")[2].replace("_", " ").lower(): zone for zone in common_zones()}
