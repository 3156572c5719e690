"""Advisories as text and HTML, ready to copy, by templates that a company edits.

They lie in `templates/releases/`: `advisory.txt` and `advisory.html` for the whole, `about.*` for
the words about the company. Like the calendars, this floor turns what is known into a format.
"""

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from eventsched.domain.advisories import Advisory

_PACKAGE = Path(__file__).parent


def as_text(advisory: Advisory) -> str:
    """Return the advisory as plain text."""
    said = _environment().get_template("releases/advisory.txt").render(advisory=advisory)
    return said.strip() + "\n"


def as_html(advisory: Advisory) -> str:
    """Return the advisory as a piece of HTML, to be put into a page of any style."""
    said = _environment().get_template("releases/advisory.html").render(advisory=advisory)
    return said.strip() + "\n"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    installed = _PACKAGE / "templates"
    folder = installed if installed.is_dir() else _PACKAGE.parent / "templates"
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
