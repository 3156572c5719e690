"""Text that no parser stumbles over: one line of it, and a TEXT value (RFC 5545 §3.3.11)."""

import re

from icalendar import vText

# RFC 5545 §3.1 allows no control character in a line but the tab. U+0085 and the two separators
# split lines in some parsers.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Half a surrogate pair has no UTF-8.
_HALVES = re.compile("[\ud800-\udfff]")


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
