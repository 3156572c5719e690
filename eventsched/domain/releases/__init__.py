"""A press release read into events: `read(text)` gives a Reading, deterministic and offline.

normaliser → datelines, segmenter → blocks → timing, venues, people, listening → Reading. Nothing
is guessed silently: where the words leave a choice, a field has a doubt beside it.
"""

from eventsched.domain.releases.assembly import assemble
from eventsched.domain.releases.datelines import read_opening
from eventsched.domain.releases.forms import draft_of_event, stays_as_usual
from eventsched.domain.releases.gathering import gather
from eventsched.domain.releases.normaliser import (
    LONGEST,
    UnreadableRelease,
    decoded,
    plain_text,
)
from eventsched.domain.releases.reading import (
    Dateline,
    Doubt,
    ReadEvent,
    Reading,
    StatedClock,
    Status,
    TelephoneReplay,
    reading_json,
)
from eventsched.domain.releases.schema import READING_SCHEMA
from eventsched.domain.releases.summary import reading_text

__all__ = [
    "LONGEST",
    "READING_SCHEMA",
    "Dateline",
    "Doubt",
    "ReadEvent",
    "Reading",
    "StatedClock",
    "Status",
    "TelephoneReplay",
    "UnreadableRelease",
    "decoded",
    "draft_of_event",
    "read",
    "reading_json",
    "reading_text",
    "stays_as_usual",
]


def read(text: str, *, longest: int = LONGEST) -> Reading:
    """Return what a press release, as text or HTML, says of its dateline and events.

    Raises UnreadableRelease, with a sentence to act on, for what is empty, binary, longer than
    `longest` characters, or many releases at once.
    """
    plain = plain_text(text, longest=longest)
    opening = read_opening(plain.text)
    release = gather(plain.text, opening)
    events = (assemble(release, block, plain) for block in release.blocks)
    return Reading(
        dateline=opening.dateline, events=tuple(event for event in events if event is not None)
    )
