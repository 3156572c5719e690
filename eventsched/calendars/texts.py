"""Text that no parser stumbles over: one line of it, a TEXT value (RFC 5545 §3.3.11), folding."""

import re
from collections.abc import Iterator

from icalendar import Component, vText

# RFC 5545 §3.1 allows no control character in a line but the tab. U+0085 and the two separators
# split lines in some parsers.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Half a surrogate pair has no UTF-8.
_HALVES = re.compile("[\ud800-\udfff]")
# Octets of a line, its line break and the space of a continuation not counted (RFC 5545 §3.1).
_LONGEST_LINE = 74


class Text(vText):
    r"""A TEXT value. icalendar alone writes a backslash before an N as a line break."""

    def to_ical(self) -> bytes:
        """Return the escaped value."""
        return rb"\\N".join(vText(part).to_ical() for part in self.split(r"\N"))


def one_line(text: str) -> str:
    """Return `text` as one line that every parser takes, without control characters."""
    # Some parsers take a byte order mark for the beginning of a file.
    whole = _HALVES.sub("\N{REPLACEMENT CHARACTER}", text.replace("\ufeff", ""))
    return _UNSAFE.sub(" ", whole).strip()


def written(component: Component) -> bytes:
    """Return a component's lines, escaped by icalendar and folded here.

    The bytes are those of its own `to_ical`, which folds character by character: half the time of
    a feed.
    """
    lines = (line for line in component.content_lines(sorted=False) if line)
    return b"".join(b"\r\n ".join(_folded(line.encode())) + b"\r\n" for line in lines)


def _folded(line: bytes) -> Iterator[bytes]:
    """Yield pieces of a line that break neither a character nor an escape."""
    start, length = 0, len(line)
    while length - start > _LONGEST_LINE:
        end = start + _LONGEST_LINE
        while line[end] & 0xC0 == 0x80:
            end -= 1
        if line[end - 1] in b"\\^":
            end -= 1
        yield line[start:end]
        start = end
    yield line[start:]
