"""Mail as text: each letter is a pair of templates in `templates/email`, plain and HTML.

The HTML stands by itself: no picture, no style sheet and no script from anywhere, and nothing that
tells who has opened it.
"""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

_PACKAGE = Path(__file__).parent


def templates_folder() -> Path:
    """Return the templates: inside the package once installed, beside it in a checkout."""
    installed = _PACKAGE / "templates"
    return installed if installed.is_dir() else _PACKAGE.parent / "templates"


def write(name: str, **said: Any) -> tuple[str, str]:
    """Return the letter of that name as plain text and as HTML."""
    text = _environment(escaping=False).get_template(f"{name}.txt").render(said)
    html = _environment(escaping=True).get_template(f"{name}.html").render(said)
    return text.strip() + "\n", html


def write_line(name: str, **said: Any) -> str:
    """Return a text of one line, such as a subject."""
    template = _environment(escaping=False).get_template(f"{name}.txt")
    return " ".join(template.render(said).split())


@cache
def _environment(*, escaping: bool) -> Environment:
    """Return where letters are written. Text escapes nothing, whatever it takes from HTML."""
    return Environment(
        # The words for the names of the domain are the pages' own.
        loader=FileSystemLoader([templates_folder() / "email", templates_folder()]),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"] if escaping else [], default_for_string=False),
        trim_blocks=True,
        lstrip_blocks=True,
    )
