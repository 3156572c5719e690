"""Zones for people who think of places."""

from dataclasses import replace
from functools import cache

import pytz

from eventsched.domain.drafts import Draft
from eventsched.domain.releases.places import zone_of_place

_LONGEST_CITY = 120


def common_zones() -> tuple[str, ...]:
    """Return the zones that events are held in: IANA names that are no aliases, in order."""
    return tuple(name for name in pytz.common_timezones if "/" in name or name == "UTC")


def zone_of_city(city: str) -> str | None:
    """Return the zone of “Phoenix, AZ”, “London” or “Reykjavik, Iceland”; None if unknown."""
    name = " ".join(city.split())[:_LONGEST_CITY]
    if not name:
        return None
    return zone_of_place(name) or _zones_by_city().get(name.partition(",")[0].strip().lower())


def with_zone_of_city(draft: Draft) -> Draft:
    """Return the draft with its city's zone, where no zone was typed and the city is known."""
    if draft.zone.strip():
        return draft
    return replace(draft, zone=zone_of_city(draft.city) or "")


@cache
def _zones_by_city() -> dict[str, str]:
    return {zone.rpartition("/")[2].replace("_", " ").lower(): zone for zone in common_zones()}
