"""The zone that a form suggests for a city, and the names that zones had before."""

import pytest

from eventsched.domain.drafts import Draft
from eventsched.domain.places import common_zones, old_names, with_zone_of_city


@pytest.mark.parametrize(
    ("city", "zone"),
    [
        ("London", "Europe/London"),
        ("London, Canada", ""),
        ("Longyearbyen", "Arctic/Longyearbyen"),
        ("Atlanta, Georgia", "America/New_York"),
        ("Batumi, Georgia", "Asia/Tbilisi"),
        ("Georgia", ""),
    ],
)
def test_a_city_whose_country_says_otherwise_is_asked_about(city: str, zone: str) -> None:
    assert with_zone_of_city(Draft(city=city)).zone == zone


def test_a_zone_is_known_by_the_names_it_had() -> None:
    assert old_names()["Asia/Kolkata"] == ("Asia/Calcutta",)
    before = {name for names in old_names().values() for name in names}
    assert {"Europe/Kiev", "Asia/Saigon", "America/Buenos_Aires"} <= before
    assert not before & set(common_zones())
