"""Files that belong to an event: slides, a transcript, the release. When they show: `lifecycle`.

Only what can be opened without running anything is taken (`FileFormat`); a file is known by the
SHA-256 of its bytes, and that is what revisions and the ledger carry.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from eventsched.domain.ledger import instant_text

MOST_DOCUMENTS = 30
_LONGEST_STEM = 60


class DocumentKind(StrEnum):
    """What a document is to the event."""

    SLIDES = "slides"
    TRANSCRIPT = "transcript"
    RELEASE = "release"
    OTHER = "other"


class Shown(StrEnum):
    """From when the public may have a document: never before it may know of the event."""

    AT_ONCE = "at_once"
    WHEN_IT_BEGINS = "when_it_begins"
    WHEN_IT_ENDED = "when_it_ended"


class FileFormat(StrEnum):
    """What kind of file it is, named by the ending of its name."""

    PDF = "pdf"
    PPTX = "pptx"
    DOCX = "docx"
    TEXT = "txt"
    PNG = "png"
    JPEG = "jpg"

    @property
    def media_type(self) -> str:
        """What a browser is told that it is (RFC 6838)."""
        return _MEDIA_TYPES[self]

    @property
    def words(self) -> str:
        """What a reader is told that it is."""
        return _FORMAT_WORDS[self]


_OFFICE = "application/vnd.openxmlformats-officedocument"
_MEDIA_TYPES = {
    FileFormat.PDF: "application/pdf",
    FileFormat.PPTX: f"{_OFFICE}.presentationml.presentation",
    FileFormat.DOCX: f"{_OFFICE}.wordprocessingml.document",
    FileFormat.TEXT: "text/plain",
    FileFormat.PNG: "image/png",
    FileFormat.JPEG: "image/jpeg",
}
_FORMAT_WORDS = {
    FileFormat.PDF: "PDF",
    FileFormat.PPTX: "PowerPoint",
    FileFormat.DOCX: "Word",
    FileFormat.TEXT: "Text",
    FileFormat.PNG: "PNG picture",
    FileFormat.JPEG: "JPEG picture",
}
KIND_WORDS = {
    DocumentKind.SLIDES: "Slides",
    DocumentKind.TRANSCRIPT: "Transcript",
    DocumentKind.RELEASE: "Press release",
    DocumentKind.OTHER: "Document",
}


@dataclass(frozen=True, kw_only=True)
class File:
    """A file as it was taken in: its format, its length in bytes, and its SHA-256."""

    format: FileFormat
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Label:
    """What staff say of a document. `as_of` is the day on which what it says was right."""

    kind: DocumentKind
    title: str
    as_of: date
    shown: Shown


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document of an event. `name` is its address for life, but for the ending of another format.

    `version` counts the files that it had; `added_at` is when this one came.
    """

    name: str
    label: Label
    file: File
    version: int
    added_at: datetime


Documents = tuple[Document, ...]
_ORDER = tuple(DocumentKind)


def in_order(documents: Iterable[Document]) -> Documents:
    """Return the documents as a reader looks for them: slides first, then as they came."""
    return tuple(sorted(documents, key=lambda document: _ORDER.index(document.label.kind)))


def name_for(said: str, kind: DocumentKind, format: FileFormat, taken: Collection[str]) -> str:
    """Return the address of a file that somebody's computer calls `said`: harmless in any place.

    Only ASCII letters, digits and hyphens are left of it; where nothing is, its kind names it.
    """
    base = PurePosixPath(said.replace("\\", "/")[-400:]).stem
    plain = unicodedata.normalize("NFKD", base).encode("ascii", "ignore").decode().lower()
    stem = "-".join(re.findall(r"[a-z0-9]+", plain))[:_LONGEST_STEM].strip("-") or str(kind)
    names = (stem, *(f"{stem}-{number}" for number in range(2, MOST_DOCUMENTS + 2)))
    stems = {name.rpartition(".")[0] for name in taken}
    return f"{next(name for name in names if name not in stems)}.{format}"


def named_as(document: Document, format: FileFormat) -> str:
    """Return the document's address with a file of that format in it."""
    return f"{document.name.rpartition('.')[0]}.{format}"


def size_words(size: int) -> str:
    """Return a length as readers know it: “812 bytes”, “96 kB”, “2.4 MB”."""
    if size < 1_000:
        return f"{size} bytes" if size != 1 else "1 byte"
    if size < 1_000_000:
        return f"{round(size / 1_000)} kB"
    return f"{size / 1_000_000:.1f} MB"


def record_of_document(document: Document) -> dict[str, Any]:
    """Return the document as JSON values, for a revision and the ledger."""
    label, file = document.label, document.file
    return {
        "name": document.name,
        "kind": label.kind.value,
        "title": label.title,
        "as_of": label.as_of.isoformat(),
        "shown": label.shown.value,
        "format": file.format.value,
        "size": file.size,
        "sha256": file.sha256,
        "version": document.version,
        "added_at": instant_text(document.added_at),
    }


def document_of(record: Mapping[str, Any]) -> Document:
    """Return the document that `record_of_document` wrote down."""
    return Document(
        name=record["name"],
        label=Label(
            kind=DocumentKind(record["kind"]),
            title=record["title"],
            as_of=date.fromisoformat(record["as_of"]),
            shown=Shown(record["shown"]),
        ),
        file=File(
            format=FileFormat(record["format"]), size=record["size"], sha256=record["sha256"]
        ),
        version=record["version"],
        added_at=datetime.fromisoformat(record["added_at"]),
    )
