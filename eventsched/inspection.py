"""What a file is by what is in it, whatever it is called; and whether it may be handed on.

Six formats that open without running anything. Own checks and no guessing library: those tell from
a few bytes what a file looks like; here it has to be one whole, with nothing else in front of it
and no macros in it. Pictures are Pillow's business, which can read them.
"""

import codecs
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from eventsched.domain.documents import FileFormat

_PORTION = 64 * 1024
_MOST_PARTS_INSIDE = 10_000
_LARGEST_CONTENT_TYPES = 1_000_000
# Text packs to a twentieth; what packs to a five-hundredth is made to burst.
_LARGEST_UNPACKED = 500_000_000
_TIGHTEST = 500
_WHERE_A_PDF_ENDS = 2_048
# The end of a ZIP (APPNOTE §4.3.16): 12 bytes, the directory's size, 6 bytes; then a comment.
_ZIP_END = struct.Struct("<12xI6x")
_ZIP_END_MARK, _ZIP64_MARK = b"PK\x05\x06", b"PK\x06\x07"
_LONGEST_ZIP_END = _ZIP_END.size + 65_535 + 20
_LARGEST_DIRECTORY = 2_000_000
_OTHER_WORDS_FOR_DAMAGE = (NotImplementedError, RuntimeError, OSError, ValueError, EOFError)
_DAMAGED = "This file is damaged, or cut off on its way. Save it once more."
_TOO_LARGE_INSIDE = "Unpacked, it would be far too large for any program to open."
_ENDINGS = {
    **{format.value: format for format in FileFormat},
    "jpeg": FileFormat.JPEG,
    "text": FileFormat.TEXT,
    "md": FileFormat.TEXT,
}
_MAIN_PARTS = {
    FileFormat.PPTX: b"presentationml.presentation.main+xml",
    FileFormat.DOCX: b"wordprocessingml.document.main+xml",
}
# Tab, line feed, form feed (a page's end), carriage return.
_CONTROLS_OF_TEXT = frozenset("\t\n\f\r")


class BadFile(ValueError):
    """The file can't be taken; the words say why, to whoever chose it."""


def inspected(file: BinaryIO, name: str) -> FileFormat:
    """Return the format of `file`, which is called `name`. Raises BadFile."""
    format = _recognised(file)
    claimed = name.rpartition(".")[2].lower() if "." in name else ""
    if claimed and _ENDINGS.get(claimed) is not format:
        raise BadFile(
            f"Its name ends in “.{claimed[:10]}”, but inside it is {_A[format]}. "
            "Give it its right name, or choose the file that you meant."
        )
    return format


_A = {
    FileFormat.PDF: "a PDF",
    FileFormat.PPTX: "a PowerPoint file",
    FileFormat.DOCX: "a Word file",
    FileFormat.TEXT: "plain text",
    FileFormat.PNG: "a PNG picture",
    FileFormat.JPEG: "a JPEG picture",
}


def _recognised(file: BinaryIO) -> FileFormat:
    file.seek(0)
    beginning = file.read(16)
    for mark, recognise in _MARKS:
        if beginning.startswith(mark):
            return recognise(file)
    if not beginning:
        raise BadFile("The file is empty.")
    return _text(file)


def _pdf(file: BinaryIO) -> FileFormat:
    length = file.seek(0, 2)
    file.seek(max(length - _WHERE_A_PDF_ENDS, 0))
    if b"%%EOF" not in file.read():
        raise BadFile("This PDF has no end: it was cut off on its way. Save it once more.")
    return FileFormat.PDF


def _office(file: BinaryIO) -> FileFormat:
    _refuse_endless_directory(file)
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
            _refuse_bombs(parts)
            types = _content_types(packed)
    except BadFile:
        raise
    except (zipfile.BadZipFile, zlib.error, struct.error, *_OTHER_WORDS_FOR_DAMAGE):
        raise BadFile(_DAMAGED) from None
    if b"macroEnabled" in types or any(p.filename.endswith("vbaProject.bin") for p in parts):
        raise BadFile("It has macros in it. Save it without them, or as a PDF.")
    for format, main in _MAIN_PARTS.items():
        if main in types:
            return format
    raise BadFile(f"It is a ZIP file, and neither PowerPoint nor Word. {_TAKEN}")


def _refuse_endless_directory(file: BinaryIO) -> None:
    """Refuse a list of contents that would fill the memory before it can be counted."""
    length = file.seek(0, 2)
    file.seek(max(length - _LONGEST_ZIP_END, 0))
    end = file.read()
    for at in {len(end) - _ZIP_END.size, end.rfind(_ZIP_END_MARK)}:
        if at >= 0 and end.startswith(_ZIP_END_MARK, at) and len(end) - at >= _ZIP_END.size:
            size = _ZIP_END.unpack_from(end, at)[0]
            # The second mark leads to a directory of any length (ZIP64); no such file is so large.
            if size > _LARGEST_DIRECTORY or _ZIP64_MARK in end[max(at - 20, 0) : at]:
                raise BadFile(_TOO_LARGE_INSIDE)


def _refuse_bombs(parts: list[zipfile.ZipInfo]) -> None:
    unpacked, packed = sum(p.file_size for p in parts), sum(p.compress_size for p in parts)
    is_tight = unpacked > _TIGHTEST * max(packed, 1)
    if len(parts) > _MOST_PARTS_INSIDE or unpacked > _LARGEST_UNPACKED or is_tight:
        raise BadFile(_TOO_LARGE_INSIDE)


def _content_types(packed: zipfile.ZipFile) -> bytes:
    """Return the part that says what the others are (ECMA-376 part 2, §10.1.2)."""
    try:
        with packed.open("[Content_Types].xml") as part:
            return part.read(_LARGEST_CONTENT_TYPES)
    except KeyError:
        return b""


def _picture(format: FileFormat) -> Callable[[BinaryIO], FileFormat]:
    def recognise(file: BinaryIO) -> FileFormat:
        file.seek(0)
        try:
            with Image.open(file, formats=[format.name]) as picture:
                picture.verify()
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise BadFile("This picture is too large for any screen. Make it smaller.") from None
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
            raise BadFile("This picture is damaged. Save it once more.") from None
        return format

    return recognise


def _text(file: BinaryIO) -> FileFormat:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for portion in _portions(file):
            _refuse_controls(decoder.decode(portion))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise BadFile(f"It is no file that we know. {_TAKEN}") from None
    return FileFormat.TEXT


def _refuse_controls(text: str) -> None:
    if any((c < " " or "\x7f" <= c <= "\x9f") and c not in _CONTROLS_OF_TEXT for c in text):
        raise BadFile(f"It is no file that we know. {_TAKEN}")


def _portions(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while portion := file.read(_PORTION):
        yield portion


def _old_office(_: BinaryIO) -> FileFormat:
    raise BadFile("It is an old or locked Office file. Save it as .pptx, .docx or PDF, unlocked.")


_TAKEN = "We take PDF, PowerPoint (.pptx), Word (.docx), text in UTF-8, PNG and JPEG."
_MARKS: tuple[tuple[bytes, Callable[[BinaryIO], FileFormat]], ...] = (
    (b"%PDF-", _pdf),
    (b"PK\x03\x04", _office),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _old_office),
    (b"\x89PNG\r\n\x1a\n", _picture(FileFormat.PNG)),
    (b"\xff\xd8\xff", _picture(FileFormat.JPEG)),
)
