"""A line of text as people type or paste it, and as it is stored."""

import unicodedata

# A character and its accents, of which NFC makes one.
_MOST_PARTS = 4
# Embeddings, overrides and isolates make text read other than it is stored. Plain marks
# (U+200E, U+200F) are needed in Hebrew and Arabic names and stay.
_DIRECTION_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def read_line(typed: str, longest: int) -> tuple[str, str]:
    """Return a line of text as it is stored, and what is wrong with it or ""."""
    text = typed.strip()
    # Composing takes the square of the length in combining marks: hours for a megabyte.
    if len(text) <= longest * _MOST_PARTS:
        text = unicodedata.normalize("NFC", text)
    if len(text) > longest:
        return text, f"Too long: {len(text):,} characters, at most {longest} fit in this field."
    if any(unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") for c in text):
        return text, "Keep it to one line, without tabs or control characters."
    if any(c in _DIRECTION_OVERRIDES for c in text):
        return text, "Contains an invisible character that reverses text; type it anew."
    return text, ""


def is_visible(text: str) -> bool:
    """Tell whether there is anything to see: a letter, a number, a mark of any sort."""
    return any(unicodedata.category(c)[0] in "LNPS" for c in text)
