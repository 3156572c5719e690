"""HTML as edits that leave only its words, so that every word keeps its place in the source."""

import re
from html import unescape

Edit = tuple[int, int, str]

_BLOCKS = frozenset(
    re.findall(
        r"\S+",
        """
        address article blockquote body center dd div dl dt fieldset figure footer form h1
        h2 h3 h4 h5 h6 header hr html main nav ol p pre section table tbody tfoot thead ul
        """,
    )
)
_INLINE = frozenset(
    re.findall(
        r"\S+",
        """
        a abbr acronym b bdi bdo big cite code em font i img input ins label link mark meta
        o q s small span strike strong sub sup time tt u wbr option button figcaption
        caption col colgroup
        """,
    )
)
_DROPPED_WHOLE = frozenset(
    ["script", "style", "head", "noscript", "template", "svg", "title", "textarea"]
)
_CELLS = frozenset(("td", "th"))
_LINES = frozenset(("br", "li", "tr"))
_KNOWN = _BLOCKS | _INLINE | _DROPPED_WHOLE | _CELLS | _LINES

# Neither alternative can cross the next “<”, so a file of open brackets is still read once.
_TAG_OR_ENTITY = re.compile(
    r"<(?P<comment>!--)|<[!?][^<>]*>|<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)"
    r"(?:[\s/:][^<>]*)?>|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});|\n"
)
_PAGE = re.compile(
    r"</?(?:p|div|br|html|body|table|tr|td|li|h[1-6])(?:[\s/][^<>]{0,2000})?/?>", re.I
)


def markup_edits(source: str) -> list[Edit]:
    """Return the edits that turn HTML into text; none where `source` has no tags.

    Scripts, styles, comments and the head vanish. Paragraphs and rows become lines, cells become
    tabs. A text with a stray inline tag keeps its own lines.
    """
    return _Stripping(source).edits()


class _Stripping:
    def __init__(self, source: str) -> None:
        self._source = source
        self._is_page = _PAGE.search(source) is not None
        self._lowered = source.lower() if self._is_page or "<" in source else source
        self._in_cell = False
        self._edits: list[Edit] = []

    def edits(self) -> list[Edit]:
        position = 0
        while found := _TAG_OR_ENTITY.search(self._source, position):
            position = self._edit(found)
        return self._edits

    def _edit(self, found: re.Match[str]) -> int:
        start, end = found.span()
        name = (found["name"] or "").lower()
        if found["comment"]:
            return self._drop_through("-->", start)
        if name in _DROPPED_WHOLE and not found["close"]:
            return self._drop_through(f"</{name}", start)
        replacement = self._replacement(found, name)
        if replacement is not None:
            self._edits.append((start, end, replacement))
        return end

    def _drop_through(self, closer: str, start: int) -> int:
        """Drop from `start` to the closer, or to the end as browsers do; return where that is."""
        at = self._lowered.find(closer, start)
        end = len(self._source) if at < 0 else at + len(closer)
        if at >= 0 and closer.startswith("</"):
            bracket = self._lowered.find(">", end)
            end = len(self._source) if bracket < 0 else bracket + 1
        self._edits.append((start, end, " "))
        return end

    def _replacement(self, found: re.Match[str], name: str) -> str | None:
        word = found[0]
        if word == "\n":
            return " " if self._is_page else None
        if word[0] == "&":
            return unescape(word) if unescape(word) != word else None
        if not name:
            return ""
        return self._tag(name, bool(found["close"])) if name in _KNOWN else self._unknown(name)

    def _unknown(self, name: str) -> str | None:
        # In a page an unknown tag is a tag; in a text “<Q3>” is words.
        return "" if self._is_page and name else None

    def _tag(self, name: str, closes: bool) -> str:
        if name in _CELLS:
            self._in_cell = not closes
            return "\t" if closes else ""
        if name == "tr":
            self._in_cell = False
            return "\n"
        if name in _INLINE:
            return ""
        if self._in_cell:
            return " "
        if name == "li":
            return "" if closes else "\n• "
        return "\n" if name == "br" else "\n\n"
