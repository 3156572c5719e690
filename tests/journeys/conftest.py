"""Every journey is made twice: with answers held in front of the framework, and without."""

from dataclasses import replace
from pathlib import Path

import pytest

from eventsched.settings import Settings

HERE = Path(__file__).parent


@pytest.fixture(autouse=True, params=["32", "0"], ids=["held", "not held"])
def held_megabytes(request: pytest.FixtureRequest) -> str:
    megabytes: str = request.param
    return megabytes


@pytest.fixture
def settings(settings: Settings, held_megabytes: str) -> Settings:
    return replace(settings, held_megabytes=int(held_megabytes))


@pytest.fixture
def environment(held_megabytes: str) -> dict[str, str]:
    """Return what processes are told besides."""
    return {"EVENTSCHED_HELD_MEGABYTES": held_megabytes}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out half of the ways in which the slow journeys could be made.

    A browser and real processes take seconds. On both databases, and with answers held and not:
    two ways of four show both, and where a journey chooses its databases itself, answers are held.
    In all four the quick journeys are made.
    """
    left_out = [item for item in items if _is_one_way_too_many(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not _is_one_way_too_many(item)]


def _is_one_way_too_many(item: pytest.Item) -> bool:
    if HERE not in item.path.parents or not isinstance(item, pytest.Function):
        return False
    ways = item.callspec.params if hasattr(item, "callspec") else {}
    slow = {"browser", "processes"} & set(item.fixturenames)
    way = (ways.get("fresh_database"), ways.get("held_megabytes"))
    return bool(slow) and way in {("sqlite", "32"), ("postgresql", "0"), (None, "0")}
