"""The grammar of datelines: “WALTHAM, Mass., Nov. 2, 2011 (GLOBE NEWSWIRE) -- Acme (ACME)”."""

import re
from dataclasses import dataclass

from eventsched.domain.releases.dates import find_dates, resolve
from eventsched.domain.releases.reading import Dateline

_FIRST_LINES, _LONGEST_HEAD = 40, 160
_WIRE = re.compile(r"\((?P<round>[^()]{2,40})\)|/(?P<slashed>[^/\n]{2,40})/")
_KNOWN_WIRE = re.compile(
    r"wire|marketw|cnw|newsfile|access|globe|reuters|xetra|dgap|rns|fscwire", re.I
)
_UNDATED = re.compile(
    r"(?P<place>[A-ZÀ-Þ][^\n\d()/]{1,60}?)[ ,-]{1,5}(?:\((?P<wire>[^()\n]{3,40})\)) ?-{1,3}"
    r" ?(?=[A-Z])"
)
_TICKER = re.compile(
    r"\((?:[^()]{0,60}?\b)?(?:NASDAQ|NYSE|AMEX|LON|TSX|TSXV|TSX-V|CSE|LSE|AIM|ASX|NZX|HKEX|SEHK"
    r"|SGX|TSE|TYO|JSE|TASE"
    r"|OTC\w*|OSE|OSL|Oslo|Euronext|Frankfurt|Xetra|XETRA|SIX|NSE|BSE|ADX|DFM|KRX|Nasdaq|PINK|OMX"
    r"|STO|Stockholm)"
    r"[^():;]{0,30}: ?(?P<ticker>[A-Z0-9][A-Z0-9.-]{0,9}(?: [A-Z]\b)?)[^()]{0,80}\)",
    re.IGNORECASE,
)
_PLACE_WORDS = re.compile(r"[^a-z0-9\n]?[A-ZÀ-Þ][^\n\d:;?!\"]{1,60}")
_SEPARATOR = re.compile(
    r"\s*(?:\)|/)?\s*(?:-{1,3}|:|/|\||,|\.)?\s*(?:-{1,3}|/|:)\s*|[.)]?\s+(?=[A-Z])"
)
_ISSUER = re.compile(
    r"(?P<issuer>[A-Z0-9À-Þ][\w.&'+-]*(?:(?:, | & | and (?=[A-Z])| of (?=[A-Z])"
    r"| )(?:[A-Z0-9À-Þ][\w.&'+-]*|\(publ\)|plc\b|de\b))*)"
)
_NO_COMPANY = frozenset(
    ["At", "In", "On", "The", "For", "Today", "With", "As", "A", "An", "Following", "After"]
)
_LEGAL_FORM = re.compile(
    r",? (?:Inc|Corp|Co|Ltd|LLC|LP|L\.P|S\.A|N\.V|plc|PLC|AG|AB|ASA|SE|SA|NV|Limited|Corporation"
    r"|Company)\.?$"
)


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A dateline, the headlines before it, and where the first sentence begins."""

    dateline: Dateline
    headline: str
    lead: int


def read_opening(text: str) -> Opening:
    """Return the dateline of a release; one without has an empty dateline and no headline."""
    at = 0
    for count, line in enumerate(text[:20_000].split("\n")):
        if count >= _FIRST_LINES:
            break
        opening = _opening_at(text, at, line) or _undated_at(text, at, line)
        if opening:
            return opening
        at += len(line) + 1
    return _without_dateline(text)


def _opening_at(text: str, at: int, line: str) -> Opening | None:
    head = line[:_LONGEST_HEAD]
    for words in find_dates(head):
        day = resolve(words, released=None) if words.year else None
        before = head[: words.start]
        if not day or words.deadline or not _is_head(before, head[words.end :]):
            continue
        wire = _wire(head, words.end)
        lead = at + _lead_start(line, words.end, wire)
        issuer, ticker = _issuer(text, lead)
        dateline = Dateline(
            date=day.first, place=_place(before), wire=wire[0] if wire else None,
            issuer=issuer, ticker=ticker,
        )  # fmt: skip
        return Opening(dateline=dateline, headline=text[:at].strip(), lead=lead)
    return None


def _undated_at(text: str, at: int, line: str) -> Opening | None:
    """“NEW YORK--(BUSINESS WIRE)--Acme Corp. …”: the date stands elsewhere on the page."""
    found = _UNDATED.match(line)
    if not found or not _KNOWN_WIRE.search(found["wire"]):
        return None
    lead = at + found.end()
    issuer, ticker = _issuer(text, lead)
    dateline = Dateline(
        place=_place(found["place"]), wire=found["wire"].strip(), issuer=issuer, ticker=ticker
    )
    return Opening(dateline=dateline, headline=text[:at].strip(), lead=lead)


def _is_head(before: str, after: str) -> bool:
    """Tell whether only a place and a wire stand before a date, and a dash or wire after it."""
    plain = _WIRE.sub(" ", before).strip(" -,|/()")
    if plain and (not _PLACE_WORDS.fullmatch(plain) or len(plain.split()) > 8):
        return False
    if re.search(r"\b(?:Date|Time|on|Conference|Announces?|Results)\b", plain):
        return False
    return re.match(r"\s*(?:\)|\(|/|-|:|\||\. [A-Z])", after) is not None or "--" in before


def _wire(head: str, end: int) -> tuple[str, int] | None:
    for found in _WIRE.finditer(head):
        name = (found["round"] or found["slashed"]).strip()
        near = found.start() - end < 12 if found.start() >= end else True
        if near and (_KNOWN_WIRE.search(name) or name.isupper()) and ":" not in name:
            return name.split(" - ")[0].strip(), found.end()
    return None


def _lead_start(line: str, date_end: int, wire: tuple[str, int] | None) -> int:
    after = max(date_end, wire[1] if wire else 0)
    separator = _SEPARATOR.match(line, after)
    return separator.end() if separator else after


def _place(before: str) -> str | None:
    place = re.split(r"\(| ?--| - |/", before.lstrip("( "))[0].strip(" ,-|:")
    return place or None


def _issuer(text: str, lead: int) -> tuple[str | None, str | None]:
    """Return the company that the first sentence names, and its ticker."""
    opening = text[lead : lead + 400]
    ticker = _TICKER.search(opening)
    if ticker:
        return _name_before(opening, ticker.start()), ticker["ticker"].strip()
    found = _ISSUER.match(opening)
    if not found or found["issuer"] in _NO_COMPANY:
        return None, None
    return found["issuer"].strip(" ,"), None


def _name_before(opening: str, bracket: int) -> str | None:
    name = None
    for found in _ISSUER.finditer(opening, 0, bracket):
        if opening[found.end() : bracket].strip(" ,)") == "":
            name = found["issuer"]
    if name is None:
        return None
    # “Because of the storm, Acme Corp. (NYSE: ACM)”: what a comma cuts off is no part of the name.
    form = _LEGAL_FORM.search(name)
    body = name[: form.start()] if form else name
    return (body.rpartition(", ")[2] if body.count(",") == 1 else body) + name[len(body) :]


def _without_dateline(text: str) -> Opening:
    first, _, _ = text.partition("\n")
    ticker = _TICKER.search(text[:1000])
    issuer = _name_before(text[:1000], ticker.start()) if ticker else None
    dateline = Dateline(issuer=issuer, ticker=ticker["ticker"].strip() if ticker else None)
    return Opening(dateline=dateline, headline=first if "\n" in text else "", lead=0)
