"""The README's table of settings is the settings' own: nothing missing, nothing made up."""

import re
from pathlib import Path

from eventsched import settings

ROOT = Path(__file__).parents[2]


def test_every_setting_is_in_the_readme_and_no_other() -> None:
    read = set(re.findall(r'(?:source\.get\(|source, )\s*"([a-z_]+)"', source_of_settings()))
    told = set(re.findall(r"`EVENTSCHED_([A-Z_]+)`", settings_table()))

    assert told == {name.upper() for name in read}


def source_of_settings() -> str:
    return Path(settings.__file__).read_text(encoding="utf-8")


def settings_table() -> str:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return readme.partition("## Configure it")[2].partition("\n## ")[0].partition("|---")[2]
