"""Advisories as text and HTML, ready to copy, by templates that a company may replace.

Ours lie in `templates/releases/`: `advisory.txt` and `advisory.html` for the whole, `about.*` for
the words about the company. A folder of the company's wins over them, file by file; what does not
work there is left out, and named. Like the calendars, this floor turns what is known into a format.
"""

import os
import traceback
from collections.abc import Callable, Iterator, Set
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    select_autoescape,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from eventsched.domain.advisories import Advisory
from eventsched.domain.sample_advisory import samples

FILES = ("advisory.txt", "advisory.html", "about.txt", "about.html")

_PACKAGE = Path(__file__).parent
_LARGEST = 1_000_000
_LONGEST_REASON = 300
_MANNERS: dict[str, Any] = {
    "undefined": StrictUndefined,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Why a company's template is not used; `line` is None where it is no line's fault."""

    file: str
    line: int | None
    reason: str

    @property
    def words(self) -> str:
        """All of it, in two sentences."""
        where = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{where}: {self.reason.rstrip('.')}. The built-in one is used in its place."


@dataclass(frozen=True, kw_only=True)
class Typeset:
    """An advisory as plain text, and as a piece of HTML to be put into a page of any style.

    `faults` are the company's templates that ours had to stand in for.
    """

    text: str
    html: str
    faults: tuple[Fault, ...] = ()


def built_in() -> Path:
    """Return the folder of our own templates: in the package once installed, else beside it."""
    installed = _PACKAGE / "templates"
    return (installed if installed.is_dir() else _PACKAGE.parent / "templates") / "releases"


def typeset(advisory: Advisory, folder: Path | None = None) -> Typeset:
    """Return the advisory by our templates, or by those in `folder` where there are such."""
    faults: list[Fault] = []
    if folder is not None and not os.access(folder, os.R_OK | os.X_OK):
        faults.append(Fault(file=str(folder), line=None, reason="this folder can’t be read"))
    text = _written("advisory.txt", advisory, folder, faults)
    html = _written("advisory.html", advisory, folder, faults)
    return Typeset(text=text, html=html, faults=tuple(dict.fromkeys(faults)))


def faults_in(folder: Path) -> tuple[Fault, ...]:
    """Return what is wrong with the templates in `folder`, tried with advisories made up for it."""
    found = [fault for sample in samples() for fault in typeset(sample, folder).faults]
    return tuple(dict.fromkeys(found))


def without_use(folder: Path) -> tuple[str, ...]:
    """Return the files in `folder` that nothing asks for: most likely slips of the pen."""
    files = [entry for entry in folder.glob("[!.]*") if entry.is_file()]
    small = [file for file in files if file.stat().st_size <= _LARGEST]
    said = " ".join(map(_text_of, small))
    names = {file.name for file in files if f"releases/{file.name}" not in said}
    return tuple(sorted(names.difference(FILES)))


def _text_of(file: Path) -> str:
    """Return what a file says, "" where it can't be read."""
    with suppress(OSError):
        return file.read_text(encoding="utf-8", errors="replace")
    return ""


def _written(name: str, advisory: Advisory, folder: Path | None, faults: list[Fault]) -> str:
    """Return the advisory by the template of that name; add why the company's are left out."""
    left_out: set[str] = set()
    while folder is not None:
        try:
            return _render(_theirs(folder, left_out), name, advisory)
        # Whatever a template that is not ours comes to, it costs its company that template alone.
        except Exception as problem:
            fault = _fault(problem, name, folder)
        if fault.file in left_out:
            break
        faults.append(fault)
        # For what only the company's own advisory includes there is none of ours.
        left_out |= {fault.file} if fault.file in FILES else {fault.file, name}
    return _render(_ours(), name, advisory)


def _render(environment: Environment, name: str, advisory: Advisory) -> str:
    said = environment.get_template(f"releases/{name}").render(advisory=advisory).strip()
    if not said:
        raise ValueError("it says nothing")
    return said + "\n"


class _Unreadable(Exception):
    """A file of the company's is there and can't be read."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(reason)
        self.file = file


class _TheirFiles(FileSystemLoader):
    """The files of a company's folder, but for those that are left out."""

    def __init__(self, folder: Path, left_out: Set[str]) -> None:
        super().__init__(folder)
        self._left_out = left_out

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Return the source as Jinja wants it. Raises TemplateNotFound or _Unreadable."""
        if template in self._left_out:
            raise TemplateNotFound(template)
        try:
            found = super().get_source(environment, template)
        except TemplateNotFound:
            raise
        except UnicodeDecodeError:
            raise _Unreadable(template, "it is not text in UTF-8") from None
        except (OSError, ValueError) as problem:
            raise _Unreadable(template, f"it can’t be read ({problem})") from None
        if len(found[0]) > _LARGEST:
            raise _Unreadable(template, "it is larger than 1 MB")
        return found


def _theirs(folder: Path, left_out: Set[str]) -> Environment:
    """Return where a company's templates are rendered: in a sandbox, as they are at this moment."""
    both = ChoiceLoader([_TheirFiles(folder, left_out), FileSystemLoader(built_in())])
    loader = PrefixLoader({"releases": both})
    return ImmutableSandboxedEnvironment(
        loader=loader, autoescape=select_autoescape(["html"], default=False), **_MANNERS
    )


@lru_cache(maxsize=1)
def _ours() -> Environment:
    loader = PrefixLoader({"releases": FileSystemLoader(built_in())})
    return Environment(
        loader=loader, autoescape=select_autoescape(["html"], default=False), **_MANNERS
    )


def _fault(problem: Exception, name: str, folder: Path) -> Fault:
    """Return whose fault it is that the template of that name could not be rendered."""
    file, line = name, None
    if isinstance(problem, _Unreadable):
        file = problem.file
    elif isinstance(problem, TemplateSyntaxError):
        file, line = problem.name or name, problem.lineno
    else:
        file, line = [(name, line), *_steps(problem, folder)][-1]
    reason = " ".join(str(problem).split()) or type(problem).__name__
    if isinstance(problem, TemplateNotFound):
        reason = f"there is no template “{reason}”"
    return Fault(file=file, line=line, reason=reason[:_LONGEST_REASON])


def _steps(problem: Exception, folder: Path) -> Iterator[tuple[str, int | None]]:
    """Yield the files of the folder, with their lines, that the problem went through, in order."""
    for step in traceback.extract_tb(problem.__traceback__):
        if Path(step.filename).is_relative_to(folder):
            yield str(Path(step.filename).relative_to(folder)), step.lineno
