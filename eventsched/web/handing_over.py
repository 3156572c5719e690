"""How a large answer is handed to the server: whole where there is room, else a part at a time.

What it has whole the server sends beside its work. Of parts it asks for the next when the reader
has taken the last, and its one thread waits too: so a slow reader costs memory, or a web process.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import cast

from flask import Response

# Beyond it a web process takes no whole answers on; slow readers can't fill a machine's memory.
MOST_RESIDENT = 512 * 1024 * 1024
# The bytes that are read and those that the server copies.
_COPIES = 2
# In pages, the second number (proc(5)).
_MEMORY = Path("/proc/self/statm")


def hand_over_whole(response: Response) -> None:
    """Read the body of `response` to its end, if there is room for it in this process."""
    if has_room(response.content_length or 0):
        body = b"".join(cast("Iterable[bytes]", response.response))
        response.direct_passthrough = False
        response.set_data(body)


def has_room(size: int) -> bool:
    """Tell whether an answer of `size` bytes may be held; never where the system can't tell."""
    try:
        resident = int(_MEMORY.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return False
    return resident + _COPIES * size <= MOST_RESIDENT
