"""A notebook for one event: each field's value, the words it came from, and the doubts about it."""

from typing import Any

from eventsched.domain.releases.arithmetic import in_order
from eventsched.domain.releases.normaliser import Plain
from eventsched.domain.releases.reading import Doubt, ReadEvent

STATED, LIKELY, INFERRED, DOUBTED = 0.95, 0.8, 0.6, 0.4


class Notes:
    """Gathers what is found about one event, then makes the event of it."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.doubts: list[Doubt] = []
        self._spans: dict[str, tuple[int, int]] = {}
        self._confidences: dict[str, float] = {}

    def put(self, name: str, value: object, start: int, end: int, *, sure: float = STATED) -> None:
        """Write down a field, with the words of the plain text that say it."""
        self.values[name] = value
        self._spans[name] = (start, end)
        self._confidences[name] = sure

    def has(self, name: str) -> bool:
        """Tell whether a field is written down."""
        return name in self.values

    def span(self, name: str) -> tuple[int, int] | None:
        """Return where a field's words are."""
        return self._spans.get(name)

    def doubt(self, name: str, reason: str) -> None:
        """Write down a doubt."""
        self.doubts.append(Doubt(field=name, reason=reason))

    def event(self, plain: Plain) -> ReadEvent:
        """Return the event, its spans leading into the text as it was pasted."""
        doubted = {doubt.field for doubt in self.doubts}
        confidences = {
            name: min(sure, DOUBTED) if name in doubted else sure
            for name, sure in self._confidences.items()
        }
        spans = {name: plain.original(*span) for name, span in self._spans.items()}
        return ReadEvent(
            **self.values,
            doubts=in_order(self.doubts),
            spans=spans,
            confidences=confidences,
        )
