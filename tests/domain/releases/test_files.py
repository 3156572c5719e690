"""A file is judged by what is in it."""

import pytest

from eventsched.domain.releases import UnreadableRelease
from eventsched.domain.releases.files import LARGEST, text_of_file


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"Caf\xc3\xa9", id="UTF-8"),
        pytest.param(b"\xef\xbb\xbfCaf\xc3\xa9", id="UTF-8 with a mark"),
        pytest.param(b"Caf\xe9", id="Windows"),
        pytest.param("Café".encode("utf-16"), id="UTF-16"),
    ],
)
def test_text_is_read_in_the_encoding_it_has(content: bytes) -> None:
    assert text_of_file(content) == "Café"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"%PDF-1.7\n1 0 obj", "a PDF", id="PDF"),
        pytest.param(b"{\\rtf1\\ansi On November 11", "a Rich Text file", id="RTF"),
        pytest.param(b"PK\x03\x04word/document.xml", "a Word file", id="Word"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "a picture", id="picture"),
        pytest.param(b"words\0\0\0", "not text", id="anything else"),
        pytest.param(b"a" * (LARGEST + 1), "larger than 4 MB", id="too large"),
    ],
)
def test_what_is_no_text_is_refused_with_what_to_do(content: bytes, said: str) -> None:
    with pytest.raises(UnreadableRelease, match=said):
        text_of_file(content)
