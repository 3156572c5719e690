"""A form with a file in it, read as it comes: bounded in memory, and cut where it has no end.

The framework reads a form whole or refuses it whole. Here what was typed is known before the file
has come, and is kept when the file turns out too large.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData

# Larger files wait on this machine's disk until they are in the database.
_IN_MEMORY = 1_000_000
_PORTION = 64 * 1024
# All that is typed, and what stands between the parts.
_LARGEST_REST = 1_000_000
_MOST_PARTS = 100


@dataclass(kw_only=True)
class Received:
    """What a browser sent: the fields, and the first file with the name it came under.

    `file` is None where none was chosen, or where it was `too_large` or `broken` off.
    """

    fields: MultiDict[str, str] = field(default_factory=MultiDict)
    file: IO[bytes] | None = None
    file_name: str = ""
    too_large: bool = False
    broken: bool = False

    def close(self) -> None:
        """Let the file go."""
        if self.file is not None:
            self.file.close()
            self.file = None


def received(*, most_bytes: int) -> Received:
    """Read this request's form, with a file of up to `most_bytes`."""
    # Ours to count: refused beforehand, the form would be lost with the file.
    request.max_content_length = sys.maxsize
    boundary = request.mimetype_params.get("boundary", "")
    if request.mimetype != "multipart/form-data" or not boundary.isascii() or not boundary:
        return Received(fields=MultiDict(request.form)) if _is_plain() else Received(broken=True)
    reading = _Reading(boundary.encode(), most_bytes)
    try:
        _read_into(reading, twice=2 * (most_bytes + _LARGEST_REST))
    except (HTTPException, ValueError):
        # Not as any browser writes it, or ended in the middle.
        reading.got.broken = not reading.is_cut
    reading.got.too_large = reading.is_cut
    if reading.got.too_large or reading.got.broken:
        reading.got.close()
    return reading.got


def typed_by_a_stranger(*, most_bytes: int, is_ours: Callable[[str], bool]) -> Received:
    """Read what was typed into this request's form; nothing of a file is kept but its name.

    The rest of a file is read and dropped only where the form's token `is_ours`: so that a browser
    whose session has ended is heard to the end, and nobody else keeps us reading.
    """
    request.max_content_length = sys.maxsize
    boundary = request.mimetype_params.get("boundary", "")
    if request.mimetype != "multipart/form-data" or not boundary.isascii() or not boundary:
        return Received(fields=MultiDict(request.form) if _is_plain() else MultiDict())
    reading = _Reading(boundary.encode(), 0)
    try:
        _read_into(reading, twice=_LARGEST_REST, until_cut=True)
        if reading.is_cut and is_ours(reading.got.fields.get("csrf_token", "")):
            _drop(most_bytes)
    except (HTTPException, ValueError):
        reading.got.broken = True
    reading.got.close()
    return reading.got


def _drop(most_bytes: int) -> None:
    dropped = 0
    while dropped <= most_bytes and (portion := request.stream.read(_PORTION)):
        dropped += len(portion)


def _is_plain() -> bool:
    length = request.content_length
    is_form = request.mimetype == "application/x-www-form-urlencoded"
    return is_form and length is not None and length <= _LARGEST_REST


def _read_into(reading: "_Reading", *, twice: int, until_cut: bool = False) -> None:
    """Read the request's body, and of one that is too large as much again.

    A browser that is cut off at once shows a page of its own instead of our sentence. One that goes
    on and on is left.
    """
    read = 0
    while portion := request.stream.read(_PORTION):
        read += len(portion)
        if not reading.is_cut:
            reading.feed(portion)
        if read > twice or (until_cut and reading.is_cut):
            return
    reading.end()


class _Reading:
    """Turns the portions of a body into fields and a file, until one of them is too large."""

    def __init__(self, boundary: bytes, most_bytes: int) -> None:
        self.got = Received()
        self.is_cut = False
        self._decoder = MultipartDecoder(boundary, _LARGEST_REST, max_parts=_MOST_PARTS)
        self._most_bytes = most_bytes
        self._typed = 0
        self._name = ""
        self._text: list[bytes] | None = None
        self._into: IO[bytes] | None = None

    def feed(self, portion: bytes) -> None:
        """Take the next portion. Raises ValueError or HTTPException for what is no form."""
        self._decoder.receive_data(portion)
        self._take_all()

    def end(self) -> None:
        """Take it that nothing more comes. Raises ValueError where something is missing."""
        if not self.is_cut:
            self._decoder.receive_data(None)
            self._take_all()

    def _take_all(self) -> None:
        while not self.is_cut:
            event = self._decoder.next_event()
            if isinstance(event, NeedData):
                return
            self._take(event)
            if isinstance(event, Epilogue):
                return

    def _take(self, event: Event) -> None:
        match event:
            case Field(name=name):
                self._name, self._text, self._into = name, [], None
            case File(filename=name):
                self._text = self._into = None
                if name and self.got.file is None:
                    # Closed with what was received, which outlives this reading.
                    self._into = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
                    self.got.file, self.got.file_name = self._into, name
            case Data(data=data, more_data=more):
                self._write(bytes(data), is_last=not more)

    def _write(self, data: bytes, *, is_last: bool) -> None:
        if self._into is not None:
            self._into.write(data)
            self.is_cut = self._into.tell() > self._most_bytes
        elif self._text is not None:
            self._text.append(data)
            self._typed += len(data)
            self.is_cut = self._typed > _LARGEST_REST
            if is_last:
                self.got.fields.add(self._name, b"".join(self._text).decode(errors="replace"))
