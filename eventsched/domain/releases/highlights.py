"""A release cut where fields begin and end, so that each word can say what was read from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from eventsched.domain.releases.reading import ReadEvent

# An event's place in the reading, and its field.
Origin = tuple[int, str]


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of a release, and every field that was read from it; often none."""

    text: str
    origins: tuple[Origin, ...] = ()


def pieces_of(text: str, events: Iterable[ReadEvent]) -> tuple[Piece, ...]:
    """Return `text` in pieces that follow one another without a gap.

    Fields overlap: one sentence may tell of the replays of all events.
    """
    begins: dict[int, list[Origin]] = {}
    ends: dict[int, list[Origin]] = {}
    for number, event in enumerate(events):
        for field, (start, end) in event.spans.items():
            if start < end:
                begins.setdefault(start, []).append((number, field))
                ends.setdefault(end, []).append((number, field))
    cuts = sorted({0, *begins, *ends, len(text)})
    pieces, active = [], dict[Origin, None]()
    for start, end in pairwise(cuts):
        for ended in ends.get(start, ()):
            del active[ended]
        active |= dict.fromkeys(begins.get(start, ()))
        pieces.append(Piece(text=text[start:end], origins=tuple(active)))
    return tuple(pieces)
