"""The leak self-test: is a word of anything unpublished found anywhere outside?

The database says which words must not be found, a stranger's walk over the site what can be. The
words are chosen by the domain's one predicate; so a channel that forgets to ask it is found out.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from eventsched.crawling import Answer, Ask, crawl
from eventsched.doctor import Finding, Verdict
from eventsched.domain.leaks import FILE, Telltale, Telltales, folded
from eventsched.domain.places import common_zones
from eventsched.services import leaks as leak_service
from eventsched.store.database import Store

MOST_ANSWERS = 3_000
_MOST_SEARCHED = 200
_MOST_ADDRESSES = 1_500
_MOST_NAMED = 50
_MOST_MAILS = 500

_EVERYWHERE = (
    *("/", "/events/", "/embed", "/events.json", "/feed.atom", "/feed.json", "/sitemap.xml"),
    *("/calendar.ics", "/calendar/replays.ics", "/robots.txt", "/cookies", "/staff/sign-in"),
    *("/alerts", "/alerts/asked", "/privacy", "/privacy/data", "/investor-kit"),
    *("/calendar/never.ics", "/events.json?phase=never", "/?page=1001", "/healthz", "/readyz"),
)
_OF_AN_EVENT = ("", ".ics", "/live", "/replay", "/share.png")
_NEVER = "never-was-an-event-here"
# Where what pages, feeds and files say of themselves is written.
_PACKAGE = Path(__file__).parent
_WORDING = ("web", "calendars", "domain/wording.py", "domain/first_policy.py", "static")

# Of the moment, or of the connection.
_PASSING = {"date", "age", "connection", "keep-alive"}

# Whose address it is, and one beside it that never was.
_Hidden = tuple[Telltale, str]


@dataclass(frozen=True, kw_only=True)
class Leak:
    """One telltale that was found, and where."""

    telltale: Telltale
    path: str

    @property
    def words(self) -> str:
        """What was found, in a sentence."""
        one = self.telltale
        return f"{self.path} says “{one.text[:80]}”, the {one.what} of {one.subject}."


@dataclass(frozen=True, kw_only=True)
class Walk:
    """What a walk over the site has shown."""

    telltales: Telltales
    answers: Counter[str]
    leaks: tuple[Leak, ...]
    failed: tuple[str, ...]
    is_whole: bool


def look(
    store: Store,
    ask: Ask,
    *,
    base_url: str,
    secret_key: str,
    clock: Callable[[], datetime],
    most: int = MOST_ANSWERS,
) -> Walk:
    """Walk over the site and return every word found that must not be found.

    What becomes public while we look is no leak. Raises Unreachable.
    """
    wanted = _telltales(store, clock())
    answers: Counter[str] = Counter()
    leaks: list[Leak] = []
    failed: list[str] = []
    hidden = dict(islice(_hidden_addresses(wanted), _MOST_ADDRESSES))
    start = [*_EVERYWHERE, *hidden, *_searches(wanted)]
    # Twice: what differs between the two (a date, a proxy's own words) tells nothing.
    never = {path: (ask(path), ask(path)) for path in {path: 0 for _, path in hidden.values()}}
    read = 0
    for answer in crawl(ask, start, base_url=base_url, most=most):
        read += 1
        answers[answer.type or "no body"] += 1
        failed += [answer.path] if answer.status >= 500 else []
        leaks += _found(answer, wanted)
        if answer.path in hidden:
            telltale, other = hidden[answer.path]
            leaks += _differs(answer, never[other], telltale)
    waiting = leak_service.mails_that_wait(
        store, base_url=base_url, secret_key=secret_key, most=_MOST_MAILS, now=clock()
    )
    for about, said in waiting:
        answers["mail that waits"] += 1
        path = f"A mail about {about}"
        leaks += [Leak(telltale=one, path=path) for one in wanted.in_text(folded(said))]
    still = {one.text for one in _telltales(store, clock()).all} if leaks else set()
    return Walk(
        telltales=wanted,
        answers=answers,
        leaks=tuple(leak for leak in leaks if leak.telltale.text in still),
        failed=tuple(failed),
        is_whole=read < most,
    )


def findings(walk: Walk) -> Iterator[Finding]:
    """Yield what a walk has shown, in plain words."""
    of = Counter(one.what.removeprefix("word of the ") for one in walk.telltales.all)
    wanted = ", ".join(f"{what} {count}" for what, count in of.most_common()) or "none"
    yield Finding(
        verdict=Verdict.GOOD,
        words=f"Searched for {len(walk.telltales.all)} distinctive texts of what is not public "
        f"({wanted}). {walk.telltales.ordinary} were too ordinary to prove anything.",
    )
    types = ", ".join(f"{count} {kind}" for kind, count in walk.answers.most_common())
    yield Finding(
        verdict=Verdict.GOOD, words=f"Read {walk.answers.total()} answers as a stranger: {types}."
    )
    if not walk.is_whole:
        yield Finding(
            verdict=Verdict.WARNING,
            words="There was more to read. Ask for more answers with --most.",
        )
    if walk.failed:
        yield Finding(
            verdict=Verdict.WARNING,
            words=f"{len(walk.failed)} answers were failures, the first at {walk.failed[0]}.",
        )
    for leak in walk.leaks[:_MOST_NAMED]:
        yield Finding(verdict=Verdict.BAD, words=leak.words)
    if len(walk.leaks) > _MOST_NAMED:
        yield Finding(verdict=Verdict.BAD, words=f"And {len(walk.leaks) - _MOST_NAMED} more.")
    if not walk.leaks:
        yield Finding(verdict=Verdict.GOOD, words="None of them was found.")


def _telltales(store: Store, now: datetime) -> Telltales:
    return leak_service.what_must_not_be_found(store, wording=_wording(), now=now)


def _wording() -> str:
    installed = _PACKAGE / "templates"
    roots = [installed if installed.is_dir() else _PACKAGE.parent / "templates"]
    roots += [_PACKAGE / part for part in _WORDING]
    files = [f for root in roots for f in ([root] if root.is_file() else sorted(root.rglob("*.*")))]
    endings = {".html", ".txt", ".xml", ".py", ".js", ".css", ".svg"}
    texts = [f.read_text(encoding="utf-8") for f in files if f.suffix in endings]
    # Forms offer every zone, and with it many a city.
    return " ".join([*texts, *common_zones()])


def _hidden_addresses(wanted: Telltales) -> Iterator[tuple[str, _Hidden]]:
    """Yield every address that must not be there, each with one that never was."""
    for one in wanted.all:
        if one.what == "address":
            for end in _OF_AN_EVENT:
                yield f"/events/{one.text}{end}", (one, f"/events/{_NEVER}{end}")
        elif one.what == FILE:
            path = f"/events/{one.subject}/documents/{one.text}"
            yield path, (one, f"/events/{_NEVER}/documents/{_NEVER}.pdf")


def _searches(wanted: Telltales) -> Iterator[str]:
    titles = [one.text for one in wanted.all if one.what == "title"]
    for title in titles[:_MOST_SEARCHED]:
        yield f"/?q={quote(title[:100])}"
        yield f"/events.json?q={quote(title[:100])}"


def _found(answer: Answer, wanted: Telltales) -> Iterator[Leak]:
    # What whoever asks has typed may be repeated to them.
    asked, is_gate = (
        folded(answer.path.replace("+", " ")),
        answer.path.endswith(("/live", "/replay")),
    )
    said = "\n".join(f"{n}: {v}" for n, v in answer.headers if n.lower() != "location")
    hashed = hashlib.sha256(answer.body).hexdigest()
    found = wanted.in_text(folded(f"{said}\n{hashed}\n{answer.text}"), besides=asked)
    found += wanted.in_text(folded(answer.leads_to), besides=asked, at_a_gate=is_gate)
    for telltale in found:
        yield Leak(telltale=telltale, path=answer.path)


def _differs(answer: Answer, never: tuple[Answer, Answer], telltale: Telltale) -> Iterator[Leak]:
    """Yield a leak where a hidden address is not answered like one that never was."""
    first, second = (set(one.headers) for one in never)
    passing = {name.lower() for name, _ in first ^ second} | _PASSING
    heads = [
        sorted((n.lower(), v) for n, v in one.headers if n.lower() not in passing)
        for one in (answer, never[0])
    ]
    alike = (answer.status, answer.body) == (never[0].status, never[0].body)
    if not alike or heads[0] != heads[1]:
        yield Leak(telltale=telltale, path=answer.path)
