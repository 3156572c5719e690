"""The grammar of names and titles: “Daniel Junius, President and CEO”, “CFO Carla Bassi”."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TITLE_WORD = (
    r"(?:(?:co-?)?(?:president|chief|chair(?:man|woman|person)?|founder|head|ceo|cfo)|executive"
    r"|financial|operating|medical|scientific|technology|technical|commercial|business|strategy"
    r"|strategic|information|product|revenue|marketing|legal|accounting|administrative|investment"
    r"|people|digital|data|development|innovation|science|officer|vice|senior|deputy|group|global"
    r"|corporate|regional|acting|interim|non-executive|director|managing|general|counsel"
    r"|treasurer|secretary|controller|manager|partner|principal|chair|coo|cto|cmo|cso|cio|cbo|cco"
    r"|cao|evp|svp|avp|vp|md|investor|relations|finance|operations|sales|communications|affairs"
    r"|research|r&d|engineering|affairs|planning|board|representative|worldwide|international"
    r"|member|relation|economist|scientist|north|american|america|europe|asia|emea|capital|markets)"
)
# Without one of these a run of title words is only a run of words.
_RANK = (
    r"(?:president|officer|chair(?:man|woman|person)?|director|founder|head|counsel|treasurer"
    r"|controller|secretary|partner|manager|economist|scientist|chief executive"
    r"|[cC][EFOTMSIBC]O|CAO|[ES]?VP|MD|managing)"
)
_JOIN = r"(?:, and |, | and | & | of the | of | for | |/| - |-)"
_TITLE = re.compile(
    rf"(?<![\w'-]){_TITLE_WORD}(?:{_JOIN}{_TITLE_WORD}\b)*(?! ?(?:'s|-))\b"
    r"(?: (?:of|for) (?-i:[A-Z][\w&]+(?: (?:and|&) [A-Z]\w+| [A-Z]\w+){0,2})(?= ?[.,;)\n]|$| and "
    r"| will\b))?",
    re.IGNORECASE,
)
_HAS_RANK = re.compile(rf"\b{_RANK}\b", re.IGNORECASE)
_CAPITALISED = r"[A-ZÀ-ÞŠŽ][\w'-]*[\w]"
_NAME = (
    r"(?<![\w.&'-])(?:(?:Dr|Mr|Ms|Mrs|Prof|Professor|Sir|Dame)\.? )?"
    rf"(?:{_CAPITALISED}|[A-Z]\.(?: ?[A-Z]\.)?)"
    rf"(?: (?:{_CAPITALISED}|[A-Z]\.(?:[A-Z]\.)?|\"[A-Z]\w+\"|\([A-Z]\w+\)|van|von|der|den|de|del"
    rf"|della|di|da|la|le|bin|al|ben|ter)){{1,4}}"
    r"(?:,? (?:Jr|Sr)\.|,? I{2,3}\b|,? IV\b)?"
    r"(?:,? (?:Ph\.? ?D\.?|M\.?D\.?|D\.?V\.?M\.?|J\.?D\.?|MBA|M\.B\.A\.|CFA|CPA|MSc|DPhil|FRCP"
    r"|Esq\.)(?![\w]))*"
)
_OWN = r"(?:the [Cc]ompany's |our |its |their |the |(?:[A-Z][\w.&-]* ){1,4}?'s |[A-Z][\w-]+'s )?"
_NAME_BEFORE = re.compile(rf"(?P<name>{_NAME})(?:,? ?\(|, | - |\. | ?– | as ){_OWN}$")
_NAME_AFTER = re.compile(rf",? (?P<name>{_NAME})")
_BARE_NAME = re.compile(_NAME)
_NOT_A_NAME = frozenset(
    re.findall(
        r"\S+",
        """
        The Company Presenter Presenters Speaker Speakers Conference Inc Corp Ltd Chief
        President Officer Annual Eastern Pacific Central Mountain Healthcare Investor Global
        Conferences Day Executive Vice Senior Director Time Management Participants Today
        Meeting Call January February March April May June July August September October
        November December CEO CFO Both Technologies Corporation Group Holdings Therapeutics
        Pharmaceuticals Capital Bank And Its
        """,
    )
)
_SAYING = r"(?:said|says|commented|stated|added|noted|remarked|accepted)"
_QUOTED_BEFORE = re.compile(rf"\b{_SAYING} $")
_QUOTED_AFTER = re.compile(rf",? {_SAYING}\b(?! (?:that|it|to)\b)")


@dataclass(frozen=True, kw_only=True)
class Person:
    """A name and a title, where they stand."""

    start: int
    end: int
    name: str
    title: str


def find_people(text: str, start: int, end: int) -> list[Person]:
    """Return those whom a stretch of text names together with a title, in order."""
    people: list[Person] = []
    for found in _TITLE.finditer(text, start, end):
        if _HAS_RANK.search(found[0]) and not (people and people[-1].end > found.start()):
            person = _person(text, found, people[-1].end if people else start, end)
            if person:
                people.append(person)
    return people


def find_presenters(text: str, start: int, end: int) -> list[Person]:
    """Return the people in the value of a “Presenter:” label, titles or not."""
    people = find_people(text, start, end)
    if people:
        return people
    return list(_bare_names(text, start, end))


def is_quoted(text: str, person: Person) -> bool:
    """Tell whether somebody is only quoted: “…”, said Daniel Junius, President and CEO."""
    before = _QUOTED_BEFORE.search(text[max(0, person.start - 14) : person.start])
    return bool(before or _QUOTED_AFTER.match(text, person.end))


def _person(text: str, title: re.Match[str], start: int, end: int) -> Person | None:
    window = max(start, title.start() - 110)
    before = _NAME_BEFORE.search(text[window : title.start()])
    if before:
        name, dropped = _without_leading_words(before["name"])
        if name:
            at = window + before.start("name") + dropped
            return Person(start=at, end=title.end(), name=name, title=_tidy(title[0]))
    after = _NAME_AFTER.match(text, title.end(), end)
    if after and not set(after["name"].split()) & _NOT_A_NAME:
        return Person(
            start=title.start(), end=after.end(), name=after["name"], title=_tidy(title[0])
        )
    return None


def _without_leading_words(name: str) -> tuple[str, int]:
    """Return the name without capitalised words that only precede it, and how much was cut."""
    words = name.split(" ")
    cut = max((i + 1 for i, word in enumerate(words) if word.strip(".,") in _NOT_A_NAME), default=0)
    kept = words[cut:]
    if len(kept) < 2:
        return "", 0
    return " ".join(kept), sum(len(word) + 1 for word in words[:cut])


def _bare_names(text: str, start: int, end: int) -> Iterator[Person]:
    for found in _BARE_NAME.finditer(text, start, end):
        if not set(found[0].split()) & _NOT_A_NAME:
            yield Person(start=found.start(), end=found.end(), name=found[0], title="")


def _tidy(title: str) -> str:
    return " ".join(title.split()).strip(" ,;")
