"""Whether anything was committed to a SQLite database, read where SQLite itself looks first.

In WAL mode, every connection maps the WAL index, the file beside the database that ends in `-shm`.
It begins with two copies of a header that each commit rewrites: a counter, the last valid frame,
the sums over all frames. SQLite takes a snapshot to be current if the header is the one it saw last
(the "WAL-Index Header" of its file format, walIndexTryHdr in its source). So do we: as long as both
copies are what they were, a question would be answered as it was, and its locks, some microseconds
of system calls, can be saved. Anything else (copies that differ, another format) is no sign at all.

POSIX takes all of a process's locks on a file away when any descriptor of it is closed, those of
other connections too. What is mapped here therefore stays mapped until the process ends.
"""

import mmap
import os
from pathlib import Path
from sqlite3 import Connection

_FORMAT = 3_007_000
_COPY_BYTES = 48
_HEADER_BYTES = 2 * _COPY_BYTES
_mapped: dict[tuple[int, int], mmap.mmap] = {}


class WalIndex:
    """The header of one database's WAL index."""

    def __init__(self, header: mmap.mmap) -> None:
        self._header = header

    def sign(self) -> bytes | None:
        """Return what stays the same until the next commit; None where there is no telling."""
        header = self._header[:_HEADER_BYTES]
        is_known_format = int.from_bytes(header[:4], "little") == _FORMAT
        is_whole = header[:_COPY_BYTES] == header[_COPY_BYTES:]
        return header if is_known_format and is_whole else None

    def still_says(self, sign: bytes) -> bool:
        """Tell whether nothing was committed since `sign` was read."""
        return self._header[:_HEADER_BYTES] == sign


def wal_index(connection: Connection) -> WalIndex | None:
    """Return the index of an open connection's database; None if it has none on this machine.

    Valid for as long as the connection is open. The process keeps a descriptor for good: for
    processes that serve one database until they end.
    """
    name = connection.execute("PRAGMA database_list").fetchone()[2]
    path = Path(f"{name}-shm")
    if not name or not path.exists():
        return None
    status = path.stat()
    key = status.st_dev, status.st_ino
    if key not in _mapped:
        # Never closed, on purpose: see above.
        descriptor = os.open(path, os.O_RDONLY)
        _mapped[key] = mmap.mmap(descriptor, _HEADER_BYTES, access=mmap.ACCESS_READ)
    return WalIndex(_mapped[key])
