"""Coverage-guided fuzzing of the release reader: `make fuzz SECONDS=60`.

Whatever bytes come in, the reader answers or refuses with its own exception, in bounded time, and
its spans lie in the text. The corpus starts from the releases that the tests read.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["eventsched"]):
    from eventsched.domain.releases import (
        UnreadableRelease,
        decoded,
        draft_of_event,
        read,
        reading_json,
        reading_text,
    )

FIXTURES = Path(__file__).parent / "fixtures"


def one_input(content: bytes) -> None:
    """Read one input as an upload would be, and use the reading in every way there is."""
    try:
        text = decoded(content)
        reading = read(text)
    except UnreadableRelease:
        return
    reading_json(reading)
    reading_text(reading)
    for event in reading.events:
        draft_of_event(event)
        for start, end in event.spans.values():
            assert 0 <= start <= end <= len(text)


def main() -> None:
    """Fuzz for as long as libFuzzer's own arguments say, beginning from the fixtures."""
    corpus = Path(sys.argv.pop(1))
    corpus.mkdir(parents=True, exist_ok=True)
    for release in FIXTURES.rglob("*.txt"):
        (corpus / release.name).write_bytes(release.read_bytes())
    atheris.Setup([sys.argv[0], str(corpus), *sys.argv[1:]], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
