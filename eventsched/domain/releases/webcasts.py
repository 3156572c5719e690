"""The grammar of listening in: webcast or not, addresses, numbers, replays and their life."""

import re
from dataclasses import dataclass

_WEBCAST = re.compile(
    r"\bweb-?\s?cast|\baudiocast|\bsimulcast|\b(?:broadcast|streamed|carried|heard|accessed"
    r"|available|listen\w*)"
    r"(?: live| simultaneously)?(?: \w+){0,3} (?:on|over|via|through|by) the (?:Inter|inter|web"
    r"|Web)|"
    r"\b(?:heard|listen\w*|accessed|watch\w*|view\w*)\b[^.;]{0,40} (?:www\.|https?://)|"
    r"\blive (?:audio|stream|broadcast|video)|\bstreamed\b|\bbroadcast live|\b(?:watch"
    r"|view)(?:ed)?(?: live)? (?:at|on|online)\b|\baudio of|\bInternet broadcast",
    re.IGNORECASE,
)
_NO_WEBCAST = re.compile(
    r"\b(?:not be|no|without(?: a)?|not)(?: a)?(?: live)? (?:web-?cast|broadcast)", re.IGNORECASE
)
_PERHAPS_WEBCAST = re.compile(
    r"\b(?:where|if|when|whether)\b[^.;]{0,40}\b(?:web-?cast|available|applicable)"
    r"|\bselect webcasts|\bwhen available",
    re.IGNORECASE,
)
_REPLAY = re.compile(
    r"\b(?:tele)?replay|\barchiv|\brecording|\brebroadcast|\bre-broadcast"
    r"|\bplayback",
    re.IGNORECASE,
)
_LASTS = re.compile(
    r"\b(?:kept|remain|retained|stay|available|accessible|posted|stored)\b", re.IGNORECASE
)
_ADDRESS = re.compile(
    r"(?<![@\w.])(?:https?://[^\s<>\"'|]+|www\.[^\s<>\"'|]+"
    r"|[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){0,4}\.(?:com|net|org|io|co|ai|de|se|no|dk|fi"
    r"|fr|uk|ch|au|nz"
    r"|ca|jp|hk|cn|sg|il|in|eu|be|nl|it|es|us|tv|biz|info|bio|health|tech|example)(?:/[^\s<>\"'"
    r"|]*)?(?![\w@-]|\.\w))"
)
_TO_FOLLOW = re.compile(
    r"\b(?:web-?cast|live|listen|audio|stream|broadcast|replay|archiv|join|attend|watch|heard"
    r"|access|link|"
    r"internet|recording|view|follow|register|kept|participat)",
    re.IGNORECASE,
)
_SLIDES = re.compile(r"\b(?:slides|press release|more information|presentation materials)\b", re.I)
_NUMBER = re.compile(r"(?<![\w$€£.,/-])(?:\+ ?|\()?\d(?:[\d ()./-]|-){5,20}\d(?![\w%]|,\d|[/:]\d)")
_CALLING = re.compile(
    r"\b(?:dial|call(?:ing|s)? (?:the|at|in\b|\+?\(?\d)|telephone|phone|toll|number|domestic"
    r"|international|"
    r"participants?|replay|passcode|conference|call)\b",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"\b(?:(?:conference|confirmation|access|participant|replay|call|meeting|pass|event|webcast"
    r"|entry|reference)\W{0,2})*"
    r"(?:id|identification|code|passcode|pin|password|number|conference|#)\b(?: (?:id|number|code"
    r"|pin))*\W{0,3}"
    r"(?:(?:is|of|enter|entering|for the call is|no\.?)\W{1,2})?#?(?P<code>\d[\d -]{2,13}\d"
    r"|[A-Z]{0,3}\d{3,12})\b#?(?![-/)])",
    re.IGNORECASE,
)
_COUNTS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "ten": 10, "twelve": 12, "fourteen": 14, "thirty": 30, "sixty": 60, "ninety": 90,
    "twenty-four": 24, "forty-eight": 48, "seventy-two": 72, "fifteen": 15,
}  # fmt: skip
_COUNT = "|".join(sorted(_COUNTS, key=len, reverse=True))
_DURATION = re.compile(
    rf"(?:\b(?:for|within|during|over)\b(?: (?:up to|at least|approximately|about|a period of"
    rf"|the next|a|"
    rf"a minimum of|no less than|the following|only|roughly))*|\b(?:after|next))? ?"
    rf"\b(?P<count>\d{{1,3}}|{_COUNT})(?: \(\d{{1,3}}\))?[ -](?P<unit>(?:calendar "
    rf"|business )?(?:hour|day|week|month|year))s?\b",
    re.IGNORECASE,
)
_DAYS = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30, "year": 365}
_UNTIL = re.compile(r"\b(?:until|through|till|thru|expires?(?: on)?|ends? on|up to|to)\b", re.I)
_ENDLESS = re.compile(r"\b(?:indefinitely|permanently)\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Words:
    """Something found, and where."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Life:
    """How long a recording is kept; `doubt` where days were guessed from months."""

    start: int
    end: int
    days: int
    doubt: str | None = None


def says_webcast(text: str) -> bool | None:
    """Tell whether words promise a webcast (True), deny one (False), or say neither."""
    if _NO_WEBCAST.search(text):
        return False
    return True if _WEBCAST.search(text) and not says_perhaps(text) else None


def says_perhaps(text: str) -> bool:
    """Tell whether words leave open which events are webcast."""
    return _PERHAPS_WEBCAST.search(text) is not None


def find_webcast(text: str, start: int, end: int) -> Words | None:
    """Return the words that speak of a webcast."""
    found = _WEBCAST.search(text, start, end)
    return Words(start=found.start(), end=found.end(), text=found[0]) if found else None


def is_about_replay(text: str) -> bool:
    """Tell whether words speak of a recording."""
    return _REPLAY.search(text) is not None


def is_about_listening(text: str) -> bool:
    """Tell whether words say how to listen, live or later."""
    return bool(_WEBCAST.search(text) or _REPLAY.search(text)) or (
        _LASTS.search(text) is not None and _DURATION.search(text) is not None
    )


def find_address(text: str, start: int, end: int, *, labelled: bool = False) -> Words | None:
    """Return the address at which to listen, if a stretch of text gives one."""
    stretch = text[start:end]
    if not labelled and (not _TO_FOLLOW.search(stretch) or _only_slides(stretch)):
        return None
    found = _ADDRESS.search(text, start, end)
    if not found:
        return None
    address = found[0].rstrip(".,;:)]'\"")
    return Words(start=found.start(), end=found.start() + len(address), text=address)


def find_numbers(text: str, start: int, end: int, *, listed: bool) -> list[Words]:
    """Return telephone numbers; `listed` says that the stretch is known to be a list of them."""
    if not listed and not _CALLING.search(text, start, end):
        return []
    codes = [(found.start("code"), found.end("code")) for found in _CODE.finditer(text, start, end)]
    numbers = []
    for found in _NUMBER.finditer(text, start, end):
        coded = any(first <= found.start() < last for first, last in codes)
        if 7 <= sum(c.isdigit() for c in found[0]) <= 15 and not coded:
            numbers.append(Words(start=found.start(), end=found.end(), text=found[0].strip()))
    return numbers


def find_code(text: str, start: int, end: int) -> Words | None:
    """Return the number to give an operator: a conference id, access code, passcode or PIN."""
    found = _CODE.search(text, start, end)
    if not found or len(found["code"]) < 4:
        return None
    return Words(start=found.start("code"), end=found.end("code"), text=found["code"])


def find_life(text: str, start: int, end: int) -> Life | None:
    """Return for how many days a recording is kept, if words about one say so."""
    for found in _DURATION.finditer(text, start, end):
        if _is_delay(text, found, end):
            continue
        count = found["count"].lower()
        number = int(count) if count.isdigit() else _COUNTS[count]
        unit = found["unit"].lower().rpartition(" ")[2]
        days = max(1, round(number * _DAYS[unit]))
        if not number:
            continue
        return Life(start=found.start(), end=found.end(), days=days, doubt=_rounded(found, unit))
    return None


def replay_part(text: str, start: int, end: int) -> int:
    """Return where, within a stretch, the words about a recording begin; `end` where none do."""
    found = _REPLAY.search(text, start, end)
    return found.start() if found else end


def until_word(text: str, start: int, date_start: int) -> int | None:
    """Return where the last “until”, “through” or the like stands between `start` and a date."""
    found = [*_UNTIL.finditer(text, max(start, date_start - 60), date_start)]
    return found[-1].start() if found else None


def is_endless(text: str) -> bool:
    """Tell whether a recording is said to be kept for good."""
    return _ENDLESS.search(text) is not None


def _is_delay(text: str, found: re.Match[str], end: int) -> bool:
    """“Two hours after the call” says when a replay begins, not how long it lasts."""
    follows = text[found.end() : min(end, found.end() + 12)].lower()
    starts = re.match(r"\b(?:for|within|during|over)\b", found[0].lower())
    hours = found["unit"].lower().endswith("hour")
    if hours and re.match(r" (?:after|following|before|prior)", follows):
        return True
    if starts and starts[0] == "within":
        return True
    before = re.match(r" (?:before|prior|early|earlier|in advance)", follows)
    return before is not None or (starts is None and hours)


def _rounded(found: re.Match[str], unit: str) -> str | None:
    if unit == "month":
        return f"“{found[0].strip()}” was counted as 30 days a month."
    if "business" in found["unit"].lower():
        return f"“{found[0].strip()}” are business days; they were counted as calendar days."
    return None


def _only_slides(stretch: str) -> bool:
    about = _WEBCAST.search(stretch) or _REPLAY.search(stretch)
    return about is None and _SLIDES.search(stretch) is not None
