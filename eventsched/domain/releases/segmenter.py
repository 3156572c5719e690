"""Plain text cut into units: sentences, labelled values and table cells, without boilerplate."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from eventsched.domain.releases.clocks import ZONE_WORDS, zone_words_in


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A stretch of text that says one thing.

    `label` is what stands before a colon or above a table's column, in small letters; `zone` the
    zone that a label or heading gives for all clocks under it. `row` numbers table rows.
    `heads` says that it looks like a heading or a list item rather than a sentence.
    """

    start: int
    end: int
    line: int
    paragraph: int
    label: str | None = None
    zone: str | None = None
    row: int | None = None
    heads: bool = False
    bullet: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """A logical line: its stretch of text and the paragraph it belongs to."""

    start: int
    end: int
    number: int
    paragraph: int


_BOILERPLATE = re.compile(
    r"(?:About (?!the (?:[Cc]onference|[Cc]all|[Ww]ebcast|[Ee]vent|[Pp]resentation)"
    r"|our )[^.]{2,90}$"
    r"|About [A-Z][\w&' .,-]{2,60}:"
    r"|(?:Cautionary|CAUTIONARY|Safe Harbou?r|SAFE HARBOU?R|Forward[- ][Ll]ooking"
    r"|FORWARD[- ]LOOKING)\b"
    r"|(?:Note|Statement|Statements|Information) (?:[Rr]egarding|[Cc]oncerning|[Oo]n) [Ff]orward"
    r"|\"?[Ss]afe [Hh]arbor|Non-GAAP|Use of Non-GAAP|Disclaimer|Legal [Nn]otice"
    r"|Notes? to [Ee]ditors"
    r"|(?:For )?(?:Media|Investors?|Press|Company|Analysts?)(?: (?:and|&|/) ?(?:Media|Investors?"
    r"|Press|Analysts?))?"
    r"(?: [Rr]elations)?(?: (?:[Cc]ontacts?|[Ii]nquiries|[Ee]nquiries))?:?\s*$"
    r"|(?:CONTACTS?|Contacts?)\b(?!.{0,30}dial)|(?:Investor|Media|IR|Press) [Cc]ontacts?\b"
    r"|For (?:more|further|additional) information,? (?:please )?contact|SOURCE\b|###|-END-|ENDS$"
    r"|# # #)",
    re.MULTILINE,
)
_RESUMES = re.compile(
    r"(?:.{0,30}\b(?:Conference Call|Webcast|Earnings Call|Call (?:Details|Information)"
    r"|Event Details|"
    r"Replay|Dial-?[Ii]n)\b.{0,40}|CONFERENCE CALL.{0,40})$",
    re.MULTILINE,
)
_KNOWN_LABEL = (
    r"Event(?: [Nn]ame)?|Conference(?: [Nn]ame)?|Name|Dates?(?: ?(?:and|&|/) ?[Tt]ime)?|Day"
    r"|(?:Presentation |Start )?[Tt]ime"
    r"(?: ?(?:and|&|/) ?[Dd]ate)?|Location|Place|Venue|City|Where|When|What|Who|Presenters?"
    r"|Presenting|Presentation|Speakers?|"
    r"Hosts?|Format|Type|Webcast(?: [Ll]ink| URL| [Aa]ddress)?|Live [Ww]ebcast|Audio [Ww]ebcast"
    r"|Link|URL|Replay(?: [Ll]ink)?|"
    r"Dial-?[Ii]n(?: [Nn]umbers?)?|Conference ID|Passcode|Access [Cc]ode|Participants?|Title"
    r"|Topic|Session"
)
_LABEL = re.compile(
    rf"(?P<known>(?<![^\s.;|•(\"])(?:{_KNOWN_LABEL})(?: \((?P<zone>{ZONE_WORDS})\))?)(?: ?:(?!//)"
    rf"|(?<!\w)\t)[ \t]*"
)
_LINE_LABEL = re.compile(
    rf"[•*-]? ?(?P<label>[A-Z][\w /&'.+-]{{1,44}}?(?: \([a-z][^():\n]{{1,24}}\))?)(?:"
    rf" \((?P<zone>{ZONE_WORDS})\))? ?:(?!//|\d)[ \t]*(?!$)"
)
_TABBED_LABEL = re.compile(rf"(?P<label>{_KNOWN_LABEL}):?\t(?P<zone>(?!))?", re.IGNORECASE)
# “Cowen Health Care Conference: fireside chat” begins with a name, not with a label.
_NAMES_CONFERENCE = re.compile(r"\w (?:conference|summit|forum|symposium)$", re.IGNORECASE)
_ENDS_NAME = re.compile(r"\w (?:Conference|Event)\b")
_COLUMN = re.compile(
    r"(?P<name>date|when|time|event|conference|location|place|venue|city|where|presenter|speaker"
    r"|participant|"
    r"format|webcast|link|host|what|company|symposium|forum|details)s?\b[^|\t]{0,40}$",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\s*(?:[•*]|--?(?= )|o(?= [A-Z])|\d{1,2}[.)](?= ))\s*")
_SENTENCE_END = re.compile(r"[.!?;][\"')]*\s+(?=[\"'(•]?[A-ZÀ-Þ0-9•])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Inc|Corp|Ltd|Co|Cos|Dr|Mr|Mrs|Ms|Prof|St|Ft|No|Nos|Jr|Sr|vs|Messrs|Bros|Mt|Hon|Jan"
    r"|Feb|Mar|Apr|Jun|Jul"
    r"|Aug|Sept?|Oct|Nov|Dec|Mon|Tues?|Wed|Thurs?|Fri|Ala|Ariz|Ark|Calif|Colo|Conn|Del|Fla|Ga|Ill"
    r"|Ind|Kan|Ky|La|Md"
    r"|Mass|Mich|Minn|Miss|Mo|Mont|Neb|Nev|Okla|Ore|Pa|Tenn|Tex|Va|Vt|Wash|Wis|Wyo|Ont|Que"
    r"|Alta)\.|\b[A-Z]\.(?:[A-Z]\.)*"
    r"|\b[ap]\.? ?m\.|Ph\.D\.|M\.D\.)[\"')]*\s*$",
    re.IGNORECASE,
)
_OPENS_SENTENCE = re.compile(
    r"[\"'(]?(?:The|This|These|A|An|To|It|Its|Both|All|Each|Live|Interested|Investors"
    r"|Participants|Those|In|On|For|Audio|"
    r"Replay|Replays|Webcasts?|Presentations?|Management|Management's|If|You|Please|Listeners"
    r"|Archived?|During|"
    r"Following|After|Access|Slides|We|Our|They|He|She|His|Her|That|There|Shareholders"
    r"|Stockholders|Dial|Speakers|Tickets|"
    r"Callers|Also|Additional|An?|Where|When|Mr|Ms|Dr)\b"
)
_TITLE_FOLLOWS = re.compile(
    r"(?:President|Chief|Chair(?:man|woman)?|CEO|CFO|COO|Executive Vice|Senior Vice|Vice|Managing"
    r"|Founder|Director)\b"
)
_LONGEST_HEADING = 160
# What goes on for longer is not a sentence; it is read in pieces.
_LONGEST_SENTENCE = 2_000


def cut(text: str, lead: int) -> Iterator[Unit]:
    """Yield the units of a release from `lead` on, in order, boilerplate left out."""
    columns: list[Unit] = []
    row = 0
    for line in _lines_without_boilerplate(text, lead):
        cells = _cells(text, line)
        header = _header(text, cells, line) if len(cells) > 1 else []
        if header:
            columns = header
        elif columns and len(cells) > 1:
            row += 1
            yield from _row(cells, columns, line, row)
        else:
            columns = columns if line.end == line.start else []
            yield from _units(text, line)


def _lines_without_boilerplate(text: str, lead: int) -> Iterator[Line]:
    skipping = False
    paragraph = 0
    for number, found in enumerate(re.compile(r"[^\n]+").finditer(text, lead), start=1):
        paragraph += text[max(0, found.start() - 2) : found.start()] == "\n\n"
        opening = text[found.start() : found.start() + 170]
        if _BOILERPLATE.match(opening):
            skipping = True
        elif skipping and found.end() - found.start() < 90 and _RESUMES.match(opening):
            skipping = False
        if not skipping:
            yield Line(start=found.start(), end=found.end(), number=number, paragraph=paragraph)


def _cells(text: str, line: Line) -> list[tuple[int, int]]:
    stretch = text[line.start : line.end]
    if "\t" not in stretch and " | " not in stretch:
        return []
    cells: list[tuple[int, int]] = []
    for found in re.compile(r"[^\t|]*").finditer(text, line.start, line.end):
        if found.start() < found.end() or cells:
            cells.append(_trimmed(text, found.start(), found.end()))
    # Between two separators the pattern also finds the nothing at the end of each cell.
    return [cell for i, cell in enumerate(cells) if cell[0] < cell[1] or not _is_echo(text, cell)]


def _is_echo(text: str, cell: tuple[int, int]) -> bool:
    return cell[0] == 0 or text[cell[0] - 1] not in "\t|"


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _header(text: str, cells: list[tuple[int, int]], line: Line) -> list[Unit]:
    names = [_COLUMN.match(text[start:end]) for start, end in cells]
    if sum(name is not None for name in names) * 2 <= len(cells) or len(cells) < 2:
        return []
    if any(end - start > 48 for start, end in cells):
        return []
    return [
        Unit(
            start=start, end=end, line=line.number, paragraph=line.paragraph,
            label=name["name"].lower() if name else "other", zone=zone_words_in(text, start, end),
        )
        for (start, end), name in zip(cells, names, strict=True)
    ]  # fmt: skip


def _row(cells: list[tuple[int, int]], columns: list[Unit], line: Line, row: int) -> Iterator[Unit]:
    """Yield a row's cells under their columns' labels, the event's name first."""
    labelled = list(zip(cells, columns, strict=False))
    labelled.sort(key=lambda pair: pair[1].label not in ("event", "conference", "what"))
    for (start, end), column in labelled:
        if start < end:
            yield Unit(
                start=start, end=end, line=line.number, paragraph=line.paragraph, row=row,
                label=column.label, zone=column.zone, heads=True,
            )  # fmt: skip


def _units(text: str, line: Line) -> Iterator[Unit]:
    bullet = _BULLET.match(text, line.start, line.end)
    start = bullet.end() if bullet else line.start
    for label, zone, first, last in _labelled_parts(text, start, line.end):
        short = last - first <= _LONGEST_HEADING
        for begin, end in _sentences(text, first, last) if label is None else [(first, last)]:
            if begin < end:
                ends_plainly = text[end - 1] not in ".!?" or bullet is not None
                yield Unit(
                    start=begin, end=end, line=line.number, paragraph=line.paragraph, label=label,
                    zone=zone, bullet=bullet is not None, heads=short and ends_plainly,
                )  # fmt: skip


def _labelled_parts(
    text: str, start: int, end: int
) -> Iterator[tuple[str | None, str | None, int, int]]:
    """Yield label, zone, start and end of each labelled value, unlabelled words before it first."""
    at, label, zone = start, None, None
    first = _LINE_LABEL.match(text, start, end) or _TABBED_LABEL.match(text, start, end)
    if first and not _NAMES_CONFERENCE.search(first["label"]):
        label, zone, at = first["label"].lower(), first["zone"], first.end()
    for found in _LABEL.finditer(text, at, end):
        if label is None and _ENDS_NAME.search(text, max(at, found.start() - 2), found.end()):
            continue
        yield label, zone, *_trimmed(text, at, found.start())
        name = re.sub(r" \(.*", "", found["known"])
        label, zone, at = name.lower(), found["zone"], found.end()
    yield label, zone, *_trimmed(text, at, end)


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for found in _SENTENCE_END.finditer(text, start, end):
        while found.start() - at > _LONGEST_SENTENCE:
            yield at, at + _LONGEST_SENTENCE
            at += _LONGEST_SENTENCE
        if text[found.start()] == ";" or not _goes_on(text, at, found):
            yield _trimmed(text, at, found.end())
            at = found.end()
    for begin in range(at, end, _LONGEST_SENTENCE):
        yield _trimmed(text, begin, min(end, begin + _LONGEST_SENTENCE))


def _goes_on(text: str, at: int, stop: re.Match[str]) -> bool:
    """Tell whether a full stop ends an abbreviation, or stands for a comma before a title."""
    before = text[max(at, stop.start() - 40) : stop.end()]
    if _TITLE_FOLLOWS.match(text, stop.end()) and re.search(
        r"[A-Z][\w'-]+ [A-Z][\w'-]+\.\s+$", before
    ):
        return True
    if _ABBREVIATION.search(before):
        return _OPENS_SENTENCE.match(text, stop.end()) is None
    return False
