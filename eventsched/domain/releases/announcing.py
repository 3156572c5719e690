"""Whether an occasion is announced, or only mentioned.

An award given at a conference, a dividend that an annual meeting will vote on and a speech already
made are mentioned.
"""

import re

from eventsched.domain.events import Kind
from eventsched.domain.releases.blocks import EVENT_LABELS, Release
from eventsched.domain.releases.occasions import Occasion
from eventsched.domain.releases.segmenter import Unit

_NEAR = 600

_SPEAKS = re.compile(
    r"\b(?:present(?:s|ing|ations?)?|speak(?:s|ing)?|participat(?:e|es|ing|ion)|fireside|panel"
    r"|one-on-ones?|1x1s?"
    r"|address(?:es|ing)?|appear(?:s|ing|ance)?|take part|taking part|attend(?:s|ing|ance)?"
    r"|webcasts?|hosts?|hosting"
    r"|joins?(?! from)|sessions?|investor (?:conferences?|events?|meetings?))\b",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:will|to|is|are|be|scheduled|upcoming|following|plans?|invites?|invited|intends?|today"
    r"|tomorrow|"
    r"rescheduled|postpon\w*|cancel\w*|withdrawn|moved|below|webcasts?|no longer|begins?"
    r"|starts?)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:presented at|presented its|spoke at|spoken at|speaker at|attended|participated in"
    r"|took part|met at|was held|"
    r"were held|hosted|took place|has put|held (?:a|its|an|the)|conducted|recently|last year)\b",
    re.IGNORECASE,
)
_OTHER_BUSINESS = re.compile(
    r"\b(?:booths?|exhibit\w*|posters?|abstracts?|keynote|awards?|accept(?:s|ed) the|honou?red"
    r"|user conference|trade ?show"
    r"|oral presentations?|developers?|subject to|record date|to vote at|stand for|for election"
    r"|proxy statement|phase i{1,3} data)\b",
    re.IGNORECASE,
)
_ANOTHER_SUBJECT = re.compile(
    r"\b(?:dividends?|appoint\w*|elects?|elected|award\w*|honou?r\w*|named|names|recogni[sz]ed"
    r"|posters?|abstracts?|booths?"
    r"|exhibit\w*|oral presentations?|new data|launch\w*|prices|priced|offering|contract"
    r"|posts slides)\b",
    re.IGNORECASE,
)
_HOLDS = re.compile(
    r"\b(?:hold|holds|holding|host|hosts|hosting|conduct|convene|webcast|invites?|be held"
    r"|take place|takes place|is scheduled|scheduled"
    r"|present(?:s|ing)?|discuss|review|brief|join|announces?|reminds?|cancel\w*|postpon\w*"
    r"|reschedul\w*|moved|available|access|broadcast"
    r"|details|notice of|chang\w*|begins?|starts?|follow\w*)\b",
    re.IGNORECASE,
)
_SAME_DAY = re.compile(
    r"\b(?:today|tomorrow|same day|that (?:day|morning|afternoon|evening))\b", re.I
)


class Announcing:
    """Judges the occasions of one release; `announces` tells whether it is about any at all."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self.announces = _SPEAKS.search(release.announcement) is not None
        self._reticent = _ANOTHER_SUBJECT.search(_subject(release)) is not None

    def is_announced(self, occasion: Occasion, unit: Unit) -> bool:
        """Tell whether the company announces the occasion there."""
        words = self._around(occasion, unit)
        if _OTHER_BUSINESS.search(words) or (_PAST.search(words) and not _will(words)):
            return False
        if self._reticent and not says_when(self._release, unit, both=True):
            return False
        if occasion.kind is Kind.CONFERENCE:
            if unit.label in EVENT_LABELS or unit.heads:
                return self.announces or _SPEAKS.search(words) is not None
            return bool(_SPEAKS.search(words) and _AHEAD.search(words))
        if unit.heads and self._announces_same(occasion):
            return True
        held = _HOLDS.search(words) is not None and _AHEAD.search(words) is not None
        return held and (says_when(self._release, unit) or self._announces_same(occasion))

    def _around(self, occasion: Occasion, unit: Unit) -> str:
        """Return the unit's words near the occasion's name: all of them, if it is a sentence."""
        start = max(unit.start, occasion.start - _NEAR)
        return self._release.text[start : min(unit.end, occasion.end + _NEAR)]

    def _announces_same(self, occasion: Occasion) -> bool:
        """Tell whether the announcement is about a call or meeting like this one."""
        subject = self._release.announcement.lower()
        if occasion.kind is Kind.EARNINGS_CALL:
            return re.search(r"\bcall\b|webcast|briefing|presentation", subject) is not None
        return occasion.title.split()[-1].lower() in subject and _HOLDS.search(subject) is not None


def says_when(release: Release, unit: Unit, *, both: bool = False) -> bool:
    """Tell whether a unit gives a day or a clock; or, asked for `both`, a day and a clock."""
    clock = bool(release.clocks_in(unit.start, unit.end))
    dates = release.dates_in(unit.start, unit.end)
    day = any(not words.deadline for words in dates) or bool(_SAME_DAY.search(release.words(unit)))
    return (clock and day) if both else (clock or day)


def _subject(release: Release) -> str:
    """The headline and the first sentence up to where it may turn to something else."""
    text, lead = release.text, release.opening.lead
    return f"{release.opening.headline}\n{text[lead : lead + 250]}"


def _will(words: str) -> bool:
    return (
        re.search(r"\b(?:will|to be held|is scheduled|rescheduled|postpon|cancel)", words)
        is not None
    )
