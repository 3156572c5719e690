"""The bytes of documents: kept in parts, known by their SHA-256, read a part at a time.

A file is written in the transaction that attaches it, and read in as many short ones as it has
parts: so a slow reader holds neither a connection nor more than one part in memory.
"""

import hashlib
import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from eventsched.store.database import Store
from eventsched.store.tables import ContentRow

# Few questions for a file, little memory for a reader.
PART = 256 * 1024


class LostContent(Exception):
    """A part of a file is not in the database, though a document names it."""


def keep(session: Session, file: BinaryIO, sha256: str) -> None:
    """Store the bytes of `file`, unless they are there already, and whole."""
    if _hash_of(session, sha256) == sha256:
        return
    session.execute(delete(ContentRow).where(ContentRow.sha256 == sha256))
    file.seek(0)
    part = 0
    while taken := file.read(PART):
        values = {"sha256": sha256, "part": part, "bytes": taken}
        session.execute(insert(ContentRow).values(values))
        part += 1


def is_kept(session: Session, sha256: str) -> bool:
    """Tell whether the bytes with that hash are stored."""
    chosen = select(ContentRow.part).where(ContentRow.sha256 == sha256, ContentRow.part == 0)
    return session.scalar(chosen) is not None


def first_damaged(session: Session, hashes: Iterable[str]) -> str | None:
    """Return the first of the hashes whose bytes are missing or others; None where all stand.

    Reads every byte.
    """
    return next((sha256 for sha256 in hashes if _hash_of(session, sha256) != sha256), None)


def sizes(session: Session) -> dict[str, int]:
    """Return how long each stored file is, by its hash; without those that have a gap.

    Reads none of them.
    """
    parts = func.max(ContentRow.part) + 1
    chosen = select(ContentRow.sha256, func.sum(func.length(ContentRow.bytes)))
    whole = chosen.group_by(ContentRow.sha256).having(func.count() == parts)
    return {sha256: int(size) for sha256, size in session.execute(whole)}


def _hash_of(session: Session, sha256: str) -> str:
    digest = hashlib.sha256()
    for part in _parts(session, sha256):
        digest.update(part)
    return digest.hexdigest()


def _parts(session: Session, sha256: str) -> Iterator[bytes]:
    number = 0
    while (part := _part(session, sha256, number)) is not None:
        yield part
        number += 1


def _part(session: Session, sha256: str, number: int) -> bytes | None:
    chosen = select(ContentRow.bytes)
    return session.scalar(chosen.where(ContentRow.sha256 == sha256, ContentRow.part == number))


class Content(io.RawIOBase):
    """A stored file, to be read from any place in it. Holds one part of it at most."""

    def __init__(self, store: Store, sha256: str, size: int) -> None:
        super().__init__()
        self._store = store
        self._sha256 = sha256
        self._size = size
        self._at = 0
        self._held = (-1, b"")

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be read from any place."""
        return True

    def tell(self) -> int:
        """Return the place that is read next."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to another place."""
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(origin + offset, 0)
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, and never more than what is left of one part.

        Raises LostContent or DatabaseUnavailable.
        """
        left = self._size - self._at
        if left <= 0 or size == 0:
            return b""
        number, within = divmod(self._at, PART)
        part = self._part(number)
        taken = part[within : within + min(left, size if size > 0 else left)]
        if not taken:
            raise LostContent(f"Part {number} of the file {self._sha256} is too short.")
        self._at += len(taken)
        return taken

    def _part(self, number: int) -> bytes:
        if self._held[0] != number:
            with self._store.reading() as session:
                part = _part(session, self._sha256, number)
            if part is None:
                raise LostContent(f"Part {number} of the file {self._sha256} is missing.")
            self._held = (number, part)
        return self._held[1]
