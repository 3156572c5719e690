"""The README's table of settings is the settings' own: nothing missing, nothing made up."""

import re
from pathlib import Path

from eventsched import mail_settings, settings

ROOT = Path(__file__).parents[2]


def test_every_setting_is_in_the_readme_and_no_other() -> None:
    read = set(re.findall(r'(?:\bget\(|source, )\s*"([a-z_]+)"', source_of_settings()))
    told = set(re.findall(r"`EVENTSCHED_([A-Z_]+)`", settings_table()))

    assert told == {name.upper() for name in read}


def source_of_settings() -> str:
    files = (settings.__file__, mail_settings.__file__)
    return "".join(Path(file).read_text(encoding="utf-8") for file in files)


def settings_table() -> str:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return readme.partition("## Configure it")[2].partition("\n## ")[0].partition("|---")[2]
