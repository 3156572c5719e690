"""The text of a file that somebody handed over, judged by what is in it and not by its name."""

from eventsched.domain.releases.markup import markup_edits
from eventsched.domain.releases.normaliser import UnreadableRelease, decoded, plain_text

# The longest release in the widest encoding, with all its markup, fits several times.
LARGEST = 4 * 1024 * 1024
# RTF is text to a decoder, and so can the first pages of a PDF be.
_KNOWN_BY_THEIR_FIRST_BYTES = {
    b"%PDF": "a PDF",
    b"{\\rtf": "a Rich Text file",
    b"PK\x03\x04": "a Word file or an archive",
    b"\xd0\xcf\x11\xe0": "an old Word file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed file",
}


def text_of_file(content: bytes) -> str:
    """Return the text, plain or HTML, that a file holds.

    `content` may be cut after `LARGEST` + 1 bytes: whatever is larger is refused. Raises
    UnreadableRelease, with a sentence to act on.
    """
    if len(content) > LARGEST:
        raise UnreadableRelease(
            f"This file is larger than {LARGEST // 1024 // 1024} MB. Give only the release."
        )
    for first, what in _KNOWN_BY_THEIR_FIRST_BYTES.items():
        if content.startswith(first):
            raise UnreadableRelease(
                f"This is {what}, not text or HTML. "
                "Open it, copy the words of the release and paste those."
            )
    return decoded(content)


def words_of(source: str) -> str:
    """Return what a person sees of a release: the words of a page of HTML, other text as it is.

    What is read in them is what is read in `source`, at other places. Raises UnreadableRelease.
    """
    plain = plain_text(source)
    return plain.text if markup_edits(source) else source
