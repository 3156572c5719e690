"""What a file is by what is in it, whatever its name says."""

import io
import struct
from contextlib import suppress

import pytest

from eventsched.domain.documents import FileFormat
from eventsched.inspection import BadFile, inspected
from tests.files_of_every_sort import (
    DOCX,
    HIDDEN_MACROS,
    PDF,
    PPTM,
    PPTX,
    PPTX_TYPE,
    TEXT,
    a_picture,
    a_zip,
    an_office_file,
)

PNG, JPEG = a_picture("PNG"), a_picture("JPEG")
A_BOMB = an_office_file(PPTX_TYPE, **{"ppt/slide.xml": bytes(50_000_000)})
MANY_PARTS = an_office_file(PPTX_TYPE, **{f"p{n}": b"" for n in range(10_001)})
# It says that its directory is four gigabytes long.
ENDLESS_DIRECTORY = PPTX[:-22] + struct.pack("<4s8xII2x", b"PK\x05\x06", 2**32 - 1, 0)


@pytest.mark.parametrize(
    ("held", "name", "format"),
    [
        (PDF, "slides.pdf", FileFormat.PDF),
        (PDF, "SLIDES.PDF", FileFormat.PDF),
        (PDF, "slides", FileFormat.PDF),
        (PPTX, "slides.pptx", FileFormat.PPTX),
        (DOCX, "release.docx", FileFormat.DOCX),
        (TEXT, "transcript.txt", FileFormat.TEXT),
        ("\ufeffGrüße\r\n\f".encode(), "transcript.text", FileFormat.TEXT),
        (PNG, "chart.png", FileFormat.PNG),
        (JPEG, "chart.jpeg", FileFormat.JPEG),
    ],
)
def test_a_file_is_what_is_in_it(held: bytes, name: str, format: FileFormat) -> None:
    assert inspected(io.BytesIO(held), name) is format


NO_FILE_WE_KNOW = "It is no file that we know."
DAMAGED = "This file is damaged"


@pytest.mark.parametrize(
    ("held", "name", "sentence"),
    [
        pytest.param(b"", "a.pdf", "The file is empty.", id="nothing"),
        pytest.param(TEXT, "a.pdf", "but inside it is plain text", id="text that says PDF"),
        pytest.param(PDF, "a.txt", "but inside it is a PDF", id="a PDF that says text"),
        pytest.param(PPTX, "a.docx", "but inside it is a PowerPoint", id="the wrong Office"),
        pytest.param(PNG, "a.jpg", "but inside it is a PNG", id="the wrong picture"),
        pytest.param(PDF, "a.exe", "ends in “.exe”", id="a name of another sort"),
        pytest.param(PPTM, "a.pptm", "macros", id="macros"),
        pytest.param(PPTM, "a.pptx", "macros", id="macros that deny it"),
        pytest.param(HIDDEN_MACROS, "a.pptx", "macros", id="macros in the cellar"),
        pytest.param(b"MZ\x90\0\3", "a.pdf", NO_FILE_WE_KNOW, id="a program"),
        pytest.param(b"MZ\x90\0\3" + PDF, "a.pdf", NO_FILE_WE_KNOW, id="a program before a PDF"),
        pytest.param(b"<html>" + PPTX, "a.pptx", NO_FILE_WE_KNOW, id="a page before a ZIP"),
        pytest.param("Grüße".encode("latin-1"), "a.txt", "UTF-8", id="text in Latin-1"),
        pytest.param("Grüße".encode()[:-2], "a.txt", "UTF-8", id="half a letter at the end"),
        pytest.param(b"text \x1b[2J", "a.txt", NO_FILE_WE_KNOW, id="controls in text"),
        pytest.param(PDF[:-8], "a.pdf", "cut off", id="a PDF without an end"),
        pytest.param(PPTX[:-30], "a.pptx", DAMAGED, id="a ZIP without an end"),
        pytest.param(a_zip(**{"a.txt": b"a"}), "a.pptx", "neither PowerPoint", id="another ZIP"),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.ppt", "old or locked", id="old Office"
        ),
        pytest.param(A_BOMB, "a.pptx", "far too large", id="a ZIP bomb"),
        pytest.param(MANY_PARTS, "a.pptx", "far too large", id="ten thousand parts"),
        pytest.param(ENDLESS_DIRECTORY, "a.pptx", "far too large", id="an endless directory"),
        pytest.param(PNG[:40], "a.png", "damaged", id="half a picture"),
        pytest.param(
            PNG[:16] + struct.pack(">II", 60_000, 60_000) + PNG[24:],
            "a.png",
            "This picture",
            id="a picture as large as a field",
        ),
    ],
)
def test_what_cannot_be_taken_is_told_in_one_sentence(
    held: bytes, name: str, sentence: str
) -> None:
    with pytest.raises(BadFile, match=sentence):
        inspected(io.BytesIO(held), name)


@pytest.mark.parametrize("held", [PDF, PPTX, PNG, JPEG, TEXT], ids=["pdf", "zip", "png", "jpg", ""])
@pytest.mark.parametrize("seed", range(30))
def test_spoilt_bytes_are_no_mistake_of_ours(held: bytes, seed: int) -> None:
    spoilt = bytearray(held)
    for step in range(1, 5):
        spoilt[seed * 7919 * step % len(spoilt)] ^= 1 << (seed * step % 8)
    with suppress(BadFile):
        inspected(io.BytesIO(bytes(spoilt)), "a.pdf")
