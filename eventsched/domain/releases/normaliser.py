"""Plain text out of what was pasted, with a way back to where each character came from.

The steps are layers of edits: markup, characters, scanner's errors, spaces, wrapped lines. Each
layer remembers what it moved, so that a span of the plain text is a span of the original.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from eventsched.domain.releases.markup import Edit, markup_edits

LONGEST = 200_000
# Tags and scripts take up most of a page.
_MARKUP_PER_TEXT = 4


class UnreadableRelease(ValueError):
    """What was given is not the text of a press release; the message says what to do."""


@dataclass(frozen=True)
class Layer:
    """One round of edits: runs of new text, each with the stretch of old text it stands for."""

    starts: list[int]
    origins: list[int]
    ends: list[int]
    verbatim: list[bool]

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Return the old span that the new span `[start, end)` came from."""
        first = max(bisect_right(self.starts, start) - 1, 0)
        last = max(bisect_right(self.starts, max(end - 1, start)) - 1, 0)
        return self._start(first, start), self._end(last, end)

    def _start(self, run: int, offset: int) -> int:
        inside = offset - self.starts[run] if self.verbatim[run] else 0
        return min(self.origins[run] + inside, self.ends[run])

    def _end(self, run: int, offset: int) -> int:
        if not self.verbatim[run]:
            return self.ends[run]
        return min(self.origins[run] + offset - self.starts[run], self.ends[run])


@dataclass(frozen=True)
class Plain:
    """The plain text of a release, and the layers that lead back to the original."""

    text: str
    layers: tuple[Layer, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original text that `[start, end)` of the plain text came from."""
        for layer in reversed(self.layers):
            start, end = layer.back(start, end)
        return start, max(start, end)


def plain_text(source: str, *, longest: int = LONGEST) -> Plain:
    """Return `source` as plain text in logical lines.

    Raises UnreadableRelease for what is empty, longer than `longest` characters, or not text.
    """
    _refuse_unreadable(source, longest)
    text, layers = source, []
    for find_edits in _STEPS:
        if find_edits is not markup_edits:
            _refuse_long(text, longest)
        edits = find_edits(text)
        if edits:
            text, layer = apply_edits(text, edits)
            layers.append(layer)
    return Plain(text, tuple(layers))


def apply_edits(text: str, edits: list[Edit]) -> tuple[str, Layer]:
    """Return `text` with the edits made (in order, not overlapping), and the layer back."""
    layer = Layer([], [], [], [])
    pieces: list[str] = []
    at = written = 0
    for start, end, replacement in [*edits, (len(text), len(text), "")]:
        for origin, stop, piece, verbatim in (
            (at, start, text[at:start], True),
            (start, end, replacement, False),
        ):
            if piece:
                _note(layer, written, origin, stop, verbatim)
                pieces.append(piece)
                written += len(piece)
        at = end
    if not pieces:
        _note(layer, 0, 0, 0, True)
    return "".join(pieces), layer


def decoded(content: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 (with its mark) or Windows-1252, mixed or not.

    Raises UnreadableRelease for binary content.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    if b"\0" in content[:4096]:
        raise UnreadableRelease(_NOT_TEXT)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "".join(_mixed(content))


def _mixed(content: bytes) -> Iterator[str]:
    for line in content.splitlines(keepends=True):
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError:
            yield line.decode("cp1252", "replace")


_NOT_TEXT = (
    "This is not text (a PDF, Word or image file, perhaps). "
    "Open it, copy the words of the release and paste those."
)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd]")


def _refuse_unreadable(source: str, longest: int) -> None:
    _refuse_long(source, longest * _MARKUP_PER_TEXT)
    if not source.strip():
        raise UnreadableRelease("There is no text to read. Paste the words of the release.")
    sample = source[:4096]
    if len(_UNPRINTABLE.findall(sample)) > len(sample) // 20:
        raise UnreadableRelease(_NOT_TEXT)


def _refuse_long(text: str, longest: int) -> None:
    if len(text) > longest:
        raise UnreadableRelease(
            f"This is {len(text):,} characters long; at most {longest:,} are read. "
            "Paste only the release."
        )


def _note(layer: Layer, written: int, origin: int, stop: int, verbatim: bool) -> None:
    layer.starts.append(written)
    layer.origins.append(origin)
    layer.ends.append(stop)
    layer.verbatim.append(verbatim)


# --- characters -------------------------------------------------------------------------------

_MOJIBAKE = {
    "â€™": "'", "â€˜": "'", "â€œ": '"', "â€\x9d": '"', "â€“": "-", "â€”": "-", "â€¢": "•",
    "Â\u00a0": " ",
}  # fmt: skip
_CHARACTERS = {
    **dict.fromkeys("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007", " "),
    **dict.fromkeys("\u2008\u2009\u200a\u202f\u205f\u3000", " "),
    **dict.fromkeys("‘’‚‛′`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−﹘﹣", "-"),
    **dict.fromkeys("●▪◦‣■□➢➤⁃∙·\uf0b7\uf0a7", "•"),
    **dict.fromkeys("\r\v\f\u0085\u2028\u2029", "\n"),
}
_CHARACTER = re.compile(
    "|".join([*_MOJIBAKE, "\r\n"])
    + "|["
    + "".join(re.escape(c) for c in _CHARACTERS)
    # Direction marks, joiners, soft hyphens and controls say nothing to a reader.
    + "]|[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e"
    + "\u2060-\u2069\ufeff\ufffd]+|[\uff01-\uff5e]"
)


def _character_edits(text: str) -> list[Edit]:
    return [(m.start(), m.end(), _character(m[0])) for m in _CHARACTER.finditer(text)]


def _character(found: str) -> str:
    if found == "\r\n":
        return "\n"
    if found in _MOJIBAKE:
        return _MOJIBAKE[found]
    if "\uff01" <= found[0] <= "\uff5e":
        return chr(ord(found[0]) - 0xFEE0)
    return _CHARACTERS.get(found, "")


# --- the noise of scanning --------------------------------------------------------------------

_NOISE = re.compile(
    r"(?P<digits>(?<![A-Za-z0-9])\d[0-9]{0,5}[OolI][0-9OolI]{0,6}(?![A-Za-z0-9])"
    r"|(?<=\d[-:.])[OolI0-9]{2,4}(?![A-Za-z0-9])|(?<=\d-)O\d{1,6}(?!\w))"
    r"|(?P<month>(?<=May )l(?=,)|(?<=[a-z]{3} )l(?=, ?[12][0-9]{3}))"
    r"|(?P<time>\b[Tt]irne\b)|(?P<half>(?<=[0-9] )[ap]\.?rn\b\.?)"
    r"|(?P<phase>(?<=\bPhase )[Il|1]{2,3}\b)|(?P<pronoun>(?<![^\s\"'])\|(?= [a-z]{2,}\b(?! ?\|)))"
)
_TO_DIGITS = str.maketrans("OolI", "0011")


def _noise_edits(text: str) -> list[Edit]:
    edits = []
    for found in _NOISE.finditer(text):
        cleared = _cleared(found)
        if cleared != found[0]:
            edits.append((found.start(), found.end(), cleared))
    return edits


def _cleared(found: re.Match[str]) -> str:
    word = found[0]
    match found.lastgroup:
        case "digits":
            return word.translate(_TO_DIGITS)
        case "month":
            return "1"
        case "time":
            return word[0] + "ime"
        case "half":
            return word.replace("rn", "m")
        case "phase":
            return "I" * len(word)
        case _:
            return "I"


# --- spaces and wrapped lines -----------------------------------------------------------------

# A column gap of a table set with spaces; one or two spaces are only a space.
_SPACES = re.compile(r"(?<=\S) {3,}(?=\S)|[ \t]*\n[ \t\n]*|[ \t]*\t[ \t]*|  +")


def _space_edits(text: str) -> list[Edit]:
    edits = []
    for found in _SPACES.finditer(text):
        spaces = found[0]
        if "\n" in spaces:
            kept = "\n\n" if spaces.count("\n") > 1 else "\n"
        else:
            # Every tab counts: an empty cell is a cell.
            kept = "\t" * spaces.count("\t") or ("\t" if len(spaces) > 2 else " ")
        if kept != spaces:
            edits.append((found.start(), found.end(), kept))
    return edits


_NARROWEST_WRAP, _WIDEST_WRAP = 60, 160
_STARTS_ANEW = re.compile(r"[•*\-|]|\d{1,2}[.)] |[A-Z][A-Za-z &/-]{1,30}:|[^\n\t|]*[\t|]")


def _wrap_edits(text: str) -> list[Edit]:
    """Join the lines of a text that was broken at a fixed width.

    A line was wrapped when the first word of the next would not have fitted.
    """
    lines = text.split("\n")
    width = max(len(line) for line in lines)
    if not _NARROWEST_WRAP <= width <= _WIDEST_WRAP:
        return []
    edits, at = [], 0
    for line, following in pairwise(lines):
        at += len(line) + 1
        if line and following and _was_wrapped(line, following, width):
            edits.append((at - 1, at, " "))
    return edits


def _was_wrapped(line: str, following: str, width: int) -> bool:
    if "\t" in line or _STARTS_ANEW.match(following):
        return False
    word = following.split(" ", 1)[0]
    if len(line) + 1 + len(word) > width:
        return True
    # Copied from a page, lines are ragged; then the sentence tells.
    open_bracket = line.count("(") > line.count(")")
    goes_on = open_bracket or (line[-1] not in ".!?:" and len(line) > width * 3 // 4)
    return goes_on or (len(line) > _NARROWEST_WRAP // 2 and following[0].islower())


_STEPS: tuple[Callable[[str], list[Edit]], ...] = (
    markup_edits,
    _character_edits,
    _noise_edits,
    _space_edits,
    _wrap_edits,
)
