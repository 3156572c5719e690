"""The JSON that a reading becomes, as a JSON Schema (2020-12)."""

from typing import Any

from eventsched.domain.events import Format, Kind
from eventsched.domain.releases.reading import Status

_TEXT = {"type": ["string", "null"]}
_DAY = {"type": ["string", "null"], "format": "date"}
_INSTANT = {"type": ["string", "null"], "format": "date-time", "description": "ISO 8601, UTC"}
_DAY_OR_WALL_TIME = {
    "type": ["string", "null"],
    "description": "YYYY-MM-DD, or YYYY-MM-DDTHH:MM on the clocks of the event's zone",
}
_CLOCK = {"type": ["string", "null"], "pattern": "^[0-2][0-9]:[0-5][0-9]$"}
_TEXTS = {"type": "array", "items": {"type": "string"}}


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_EVENT = _object(
    title=_TEXT,
    host=_TEXT,
    kind={"enum": [str(kind) for kind in Kind]},
    format={"enum": [*(str(form) for form in Format), None]},
    status={"enum": [str(status) for status in Status]},
    date=_DAY,
    date_end=_DAY,
    wall_time=_CLOCK,
    zone={"type": ["string", "null"], "description": "IANA name"},
    instant=_INSTANT,
    ends_instant=_INSTANT,
    stated_clocks={
        "type": "array",
        "items": _object(wall_time=_CLOCK, zone=_TEXT, text={"type": "string"}),
    },
    city=_TEXT,
    venue=_TEXT,
    presenters={
        "type": "array",
        "items": _object(name={"type": "string"}, title={"type": "string"}),
    },
    webcast={"type": ["boolean", "null"], "description": "null: the release does not say"},
    webcast_url=_TEXT,
    dial_in=_TEXTS,
    conference_id=_TEXT,
    replay_days={"type": ["integer", "null"], "minimum": 1},
    replay_until=_DAY_OR_WALL_TIME,
    telephone_replay={
        "anyOf": [
            {"type": "null"},
            _object(
                numbers=_TEXTS,
                code=_TEXT,
                days={"type": ["integer", "null"]},
                until=_DAY_OR_WALL_TIME,
            ),
        ]
    },
    rescheduled_from=_DAY_OR_WALL_TIME,
    doubts={
        "type": "array",
        "items": _object(field={"type": "string"}, reason={"type": "string"}),
    },
    spans={
        "type": "object",
        "description": "by field: half-open character offsets into the text that was read",
        "additionalProperties": {
            "type": "array",
            "items": {"type": "integer", "minimum": 0},
            "minItems": 2,
            "maxItems": 2,
        },
    },
    confidences={
        "type": "object",
        "description": "by field, as for spans",
        "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1},
    },
)

READING_SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "What a press release was read to say",
    **_object(
        dateline=_object(date=_DAY, place=_TEXT, wire=_TEXT, issuer=_TEXT, ticker=_TEXT),
        events={"type": "array", "items": _EVENT},
    ),
}
