"""The grammar of occasions: conferences and their hosts, calls, meetings, investor days."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from eventsched.domain.events import Kind
from eventsched.domain.releases.hosts import TOPICS, known_host, stated_host


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Something that may be an event, where it is named.

    `named` says that the title stands in the text; else it was put together (`start`, `end` are
    then the words it was made of).
    """

    start: int
    end: int
    kind: Kind
    title: str
    host: str | None = None
    host_is_known: bool = False
    named: bool = True


_HEAD = re.compile(
    r"\b(?P<head>(?:Mini-?|Tele)?[Cc]onferences?|CONFERENCE|Summit|SUMMIT|Forum|FORUM|Symposium"
    r"|Showcase|SHOWCASE"
    r"|Seminar|Convention|Conclave|Colloquium|Roundtable|Bus Tour|Roadshow|Field Trip"
    r"|Fireside Series"
    r"|(?:Investor|Access|CEO|Healthcare|Industrials?|Tech(?:nology)?|Biotech|Consumer|Energy"
    r"|Growth|IDEAS|Innovation)"
    r" (?:Days|Week|Series|Event))\b(?P<year> 20\d\d\b)?"
    r"(?! ?(?:[Cc]all|CALL|ID|Id|Code|Number|No\b|[Rr]oom|Center|Centre|and [Ww]ebcast"
    r"|Participation|Calendar|Schedule|Presentation))"
)
_TOKEN_BEFORE = re.compile(r"(?P<word>[^\s]+)(?P<gap>[ ]+|-)$")
_CONNECTORS = frozenset(["&", "+", "and", "of", "the", "in", "for", "on", "'n'", "to", "with"])
_STOPS = frozenset(
    re.findall(
        r"\S+",
        """
        at At The the In On in on Presentation Presentations Present Presenting Announces
        Panel Chat Fireside Event Event: Conference: Webcast Participation Participate
        Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March
        April June July August September October November December Jan Feb Mar Apr Jun Jul
        Aug Sep Sept Oct Nov Dec ET PT CT MT EST EDT PST PDT CST CDT GMT AM PM Management
        Company Attend Attending Time At: What: This Its Our Upcoming Both Two Three
        """,
    )
)
_LONGEST_NAME = 24
_HARD_STOP = re.compile(r"[.:;!?\"“”•|\t(–]$|-{1,2}$")
_INITIAL = re.compile(r"(?:[A-Z]\.)+$|(?:St|Co|Inc|Bros|U\.S|U\.K)\.$")

# Meetings of doctors, engineers, customers and buyers.
_OTHER_AUDIENCE = re.compile(
    r"\b(?:Society|Congress|College|Academy|Federation|Scientific|Exhibition|Exposition|Expo|Users?"
    r"|Customers?|Developers?|Partner(?:s')? Summit|Trade|Medical (?:Meeting|Association)"
    r"|Association (?:of|for)"
    r"|Physicians|Surgeons|Clinical|Patients?|Congresses)\b",
    re.IGNORECASE,
)
_FOR_INVESTORS = re.compile(r"\b(?:Invest\w*|CEO|Equity|Capital|Growth|Emerging)\b", re.IGNORECASE)

_CALL = re.compile(
    r"\b(?:(?:quarterly|annual|live|audio|telephone|telephonic|public|investor|analyst"
    r"|business update"
    r"|interim|video) ){0,3}(?P<what>(?:earnings|results|financial results|investor|analyst)?"
    r" ?(?:conference call|(?:telephone|phone|web) conference|(?:virtual |live )?(?:investor|KOL"
    r"|key opinion leader"
    r"|R&D) (?:event|webinar|webcast|symposium)\b|teleconference|video ?conference"
    r"|conference and webcast"
    r"|(?:earnings|results|investor|analyst|update) (?:calls?|webcast|briefing|presentation)\b"
    r"|call (?:with|for) (?:investors|analysts|shareholders|the investment)"
    r"|briefing (?:on|for|to)\b|results presentation|presentation (?:for|to) (?:analysts|investors)"
    r"|webcast (?:to (?:discuss|review|present)|presentation (?:of|on))"
    r"|(?<=hold )an? (?:live )?(?:audio |video )?(?:webcast|call)\b"
    r"|(?<=host )an? (?:live )?(?:audio |video )?(?:webcast|call)\b"
    r"|an? (?:live )?presentation (?=will be held|of the (?:results|report|interim|quarter))"
    r"|the call (?=on |will|is|begins|starts|has)))",
    re.IGNORECASE,
)
_MEETING = re.compile(
    r"(?P<title>(?:\b(?:20\d\d|[Vv]irtual|[0-9]{1,3}(?:st|nd|rd|th)) ){0,3}\b(?:(?:[Aa]nnual|ANNUAL"
    r"|[Ss]pecial|[Ee]xtraordinary|[Oo]rdinary|[Gg]eneral"
    r")(?: (?:and|&))? ){1,4}(?:[Mm]eeting|MEETING)"
    r"(?: [Oo]f (?:[Ii]ts )?(?:[Ss]tock|[Ss]hare|[Uu]nit)[Hh]olders| 20\d\d)?)\b"
)
_INVESTOR_DAY = re.compile(
    r"(?P<title>(?:\b(?:20\d\d|[Aa]nnual|[Vv]irtual|[0-9]{1,3}(?:st|nd|rd|th)|[Ff]irst|[Ii]naugural)"
    r" ){0,3}"
    r"\b(?:[Ii]nvestors?(?: (?:and|&) [Aa]nalysts?)?|[Aa]nalysts?(?: (?:and|&) [Ii]nvestors?)?"
    r"|[Cc]apital [Mm]arkets?|R&D|[Ss]trategy|[Tt]echnology [Ii]nvestor)"
    r" (?:[Dd]ay\b(?!s)|[Uu]pdate [Mm]eeting))(?P<year> 20\d\d)?"
)
_ORDINAL = r"(?:first|second|third|fourth|1st|2nd|3rd|4th)"
_PERIOD = re.compile(
    rf"\b(?P<period>(?:(?:fiscal(?: year)?|FY) ?(?:20)?\d\d,? )?(?:{_ORDINAL}[- ](?:fiscal"
    rf" )?quarter|Q[1-4]|H[12]"
    r"|half[- ]year|first[- ]half|full[- ]year|year[- ]end\b|(?:fiscal "
    r"|financial )?year(?= ended \w)|interim|annual|preliminary|nine[- ]months?|six[- ]months?)"
    r"(?:,? (?:and|&) (?:(?:fiscal |the )?(?:full[- ]year|year[- ]end|fiscal year|half[- ]year"
    r"|nine[- ]months?|Q[1-4]|first[- ]half|full fiscal year)))?"
    r"(?:,? ?(?:of |in |for )?(?:the )?(?:fiscal (?:year )?|FY ?)?(?:20\d\d(?:[/-]\d\d)?|FY\d\d"
    r"|(?<=FY)\d\d)|,? ended [^.;\n]{4,24}?20\d\d)?)",
    re.IGNORECASE,
)
_RESULTS = re.compile(
    r"\b(?:results|earnings|financials|(?:year-end|interim|quarterly|annual|Q\d) report)\b", re.I
)


def find_conferences(text: str) -> Iterator[Occasion]:
    """Yield every name that ends like a conference's, in order."""
    taken = 0
    for head in _HEAD.finditer(text):
        start = _name_start(text, head.start(), taken)
        taken = head.end()
        name = text[start : head.end()]
        if start < head.start() and _says_more_than_head(name):
            known = known_host(name)
            yield Occasion(
                start=start, end=head.end(), kind=Kind.CONFERENCE, title=name,
                host=known or stated_host(name), host_is_known=known is not None,
            )  # fmt: skip


def is_for_others(occasion: Occasion) -> bool:
    """Tell whether a conference's name says that it is not held for investors."""
    if occasion.host_is_known or _FOR_INVESTORS.search(occasion.title):
        return False
    return _OTHER_AUDIENCE.search(occasion.title) is not None


def find_meetings(text: str) -> Iterator[Occasion]:
    """Yield every mention of a shareholder meeting or an investor day."""
    for found in _MEETING.finditer(text):
        yield _occasion(found, Kind.SHAREHOLDER_MEETING, _capitals(found["title"]))
    for found in _INVESTOR_DAY.finditer(text):
        yield _occasion(found, Kind.INVESTOR_DAY, _capitals(found["title"] + (found["year"] or "")))


def find_calls(text: str) -> Iterator[Occasion]:
    """Yield every mention of a call, briefing or webcast for investors; the title is a sketch."""
    for found in _CALL.finditer(text):
        what = _capitals(" ".join(found["what"].lower().split()))
        what = re.sub(r"^(?:an?|the) (?:live )?(?:audio |video )?", "", what, flags=re.IGNORECASE)
        what = re.sub(r" (?:with|for|on|to|of)\b.*", "", what, flags=re.IGNORECASE)
        what = "Conference Call" if what == "Call" else what
        yield _occasion(found, Kind.EARNINGS_CALL, what, named=False)


def call_title(what: str, period: str | None, *, results: bool) -> str:
    """Return a title for a call: “Third Quarter 2011 Results Conference Call”."""
    about = re.search(r"\b(?:Earnings|Results)\b", what)
    words = what if about or not results else f"Results {what}"
    words = words.replace("Financial Results", "Results")
    return f"{_capitals(period)} {words}" if period else words


def find_period(text: str, start: int, end: int) -> re.Match[str] | None:
    """Return the first mention of a reporting period in a stretch of text."""
    found = list(_PERIOD.finditer(text, start, end))
    return max(found, key=period_rank, default=None)


def period_rank(period: re.Match[str]) -> int:
    """Tell how well a period's words name it: “third quarter 2016” before “quarter ended …”."""
    dated = re.search(r"\d{2}", period[0]) is not None
    return 2 * dated - (" ended " in period[0])


def speaks_of_results(text: str) -> bool:
    """Tell whether words are about results."""
    return _RESULTS.search(text) is not None


def _occasion(found: re.Match[str], kind: Kind, title: str, *, named: bool = True) -> Occasion:
    return Occasion(start=found.start(), end=found.end(), kind=kind, title=title, named=named)


def _name_start(text: str, head: int, floor: int) -> int:
    """Return where the name that ends at `head` begins, walking left over capitalised words."""
    start = at = head
    for _ in range(_LONGEST_NAME):
        found = _TOKEN_BEFORE.search(text, max(floor, at - 40), at)
        if not found or not _may_belong(found["word"], text, found.start()):
            break
        at = found.start()
        if found["word"] not in _CONNECTORS:
            start = at
    return start


def _may_belong(word: str, text: str, at: int) -> bool:
    bare = word.strip("'\"")
    if bare in _STOPS and not (bare == "The" and text[at - 3 : at] == "'s "):
        return bare in _CONNECTORS and bare not in ("at", "in", "on") and bare != "the"
    if bare == "May" or _HARD_STOP.search(word):
        return bool(_INITIAL.search(word)) and bare != "May"
    if word.endswith(","):
        return word.rstrip(",") in TOPICS
    return bare in _CONNECTORS or word[:1].isupper() or word[:1].isdigit() or word == "eTail"


def _says_more_than_head(name: str) -> bool:
    words = [word for word in name.split()[:-1] if not re.fullmatch(r"\d+\w*|Annual|&|and", word)]
    return any(word[0].isupper() for word in words) and not re.match(
        r"(?:Investor|Investment|Earnings|Video|Press|News|Web|Tele|Quarterly|Upcoming|Virtual) ?"
        r"(?:Conferences?)$",
        name,
    )


def _capitals(words: str) -> str:
    """Return words as a title: “second quarter of 2008” → “Second Quarter of 2008”."""
    return re.sub(r"(?<![\w'])(?!(?:of|and|the|for|in|to)\b)([a-z])", lambda m: m[1].upper(), words)
