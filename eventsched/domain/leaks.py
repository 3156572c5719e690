"""What must not be found outside: the words of all that is not public, and whether a text says one.

Only distinctive words: what also stands in something public, or in the pages' own wording, proves
nothing where it is found.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from eventsched.domain.changes import Saved
from eventsched.domain.documents import Document
from eventsched.domain.drafts import Draft
from eventsched.domain.events import Event, Facts
from eventsched.domain.lifecycle import is_public, published_at, shown_documents

# Shorter words stand in too many others.
_SHORTEST = 5
# A part of a vendor's address that is as long as this is no “/live/”.
_SHORTEST_PART = 8
_SHORTEST_KEY = 16
# Sentences, whose single words are everybody's, and what is one word anyway.
_WHOLE = ("reason", "address", "word about the backup", "conference id")
FILE = "document's address"
# So much of a file's hash stands where its tag is told.
HASH_TOLD = 32


@dataclass(frozen=True, kw_only=True)
class Telltale:
    """A text whose being found outside proves a leak.

    `text` is folded, `what` says what it is (“title”), `subject` whose. What is `behind_a_gate`
    may stand in that gate's redirect, and nowhere else.
    """

    text: str
    what: str
    subject: str
    behind_a_gate: bool = False


@dataclass(frozen=True, kw_only=True)
class Telltales:
    """What to look for: `ordinary` counts the texts that were too ordinary to prove anything."""

    all: tuple[Telltale, ...]
    ordinary: int

    def in_text(self, said: str, *, besides: str = "", at_a_gate: bool = False) -> list[Telltale]:
        """Return those that `said`, which is folded, holds, but for what whoever asked said first.

        `besides` is what was asked for; `at_a_gate`, whether a gate may say it.
        """
        return [
            one
            for one in self.all
            if one.text in said
            and one.text not in besides
            and not (at_a_gate and one.behind_a_gate)
        ]


def telltales(
    histories: Iterable[tuple[str, list[Saved]]],
    waiting: Iterable[tuple[str, Draft | None, str]],
    *,
    keys: Iterable[str],
    known: str,
    now: datetime,
) -> Telltales:
    """Return what must not be found outside at `now`.

    `histories` are the saved states of each event, first saved first, `waiting` the changes that
    wait for a second person (draft and reason), `keys` the digests of sessions and links, `known`
    all that may be found: the wording of the pages, the issuer.
    """
    hidden: list[Telltale] = []
    told = [folded(known)]
    for slug, states in histories:
        shown = _are_shown(states, now=now)
        hidden += [one for state in states for one in _vendor_links(slug, state.event.facts)]
        for state, is_shown in zip(states, shown, strict=True):
            texts = [*_texts(state.event.facts), ("reason", state.reason)]
            hidden += _documents(slug, state.event, is_shown=is_shown, now=now)
            texts += [("address", state.event.slug), ("identifier", state.event.uid)]
            if is_shown:
                told += [folded(text) for _, text in texts]
                told += [_told(one) for one in shown_documents(state.event, now=now)]
            else:
                hidden += _of(slug, texts)
    for slug, draft, reason in waiting:
        hidden += _of(slug, [*_texts(draft), ("reason", reason)])
        hidden += _vendor_links(slug, draft)
    hidden += [
        Telltale(text=folded(key), what="key", subject="a session or link")
        for key in keys
        if len(key) >= _SHORTEST_KEY
    ]
    public = " \n ".join(told)
    wanted = {one.text: one for one in hidden if one.text}
    kept = [one for one in wanted.values() if one.text not in public]
    return Telltales(all=tuple(kept), ordinary=len(wanted) - len(kept))


def folded(text: str) -> str:
    """Return `text` without case, accents and line breaks, so that one search finds all spellings.

    What calendars fold and JSON, HTML and addresses write in their own way is read first.
    """
    text = re.sub(r"\r?\n[ \t]", "", text)
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), text)
    text = unquote(html.unescape(text), errors="replace").replace("\\", "")
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in apart if not unicodedata.combining(c)).split())


def _are_shown(states: list[Saved], *, now: datetime) -> list[bool]:
    """Tell of each state whether the public has seen it, and may see now that it was so."""
    if not states or not is_public(states[-1].event, now=now):
        return [False] * len(states)
    ends = [*(state.at for state in states[1:]), now]
    since = [published_at(state.event) for state in states]
    last = len(states) - 1
    return [
        number == last or (at is not None and at < end)
        for number, (at, end) in enumerate(zip(since, ends, strict=True))
    ]


def _of(subject: str, texts: Iterable[tuple[str, str]]) -> Iterator[Telltale]:
    for what, text in texts:
        whole = folded(text)
        if len(whole) >= _SHORTEST:
            yield Telltale(text=whole, what=what, subject=subject)
        for word in re.findall(r"\w+", whole) if what not in _WHOLE else ():
            if len(word) >= _SHORTEST and not word.isdecimal():
                yield Telltale(text=word, what=f"word of the {what}", subject=subject)


def _texts(said: Facts | Draft | None) -> list[tuple[str, str]]:
    if said is None:
        return []
    of_presenters = [
        pair for one in said.presenters for pair in (("presenter", one.name), ("post", one.title))
    ]
    return [
        ("title", said.title),
        ("host", said.host),
        ("city", said.city),
        ("venue", said.venue),
        ("word about the backup", said.backup_note),
        ("conference id", said.conference_id),
        *of_presenters,
    ]


def _documents(slug: str, event: Event, *, is_shown: bool, now: datetime) -> Iterator[Telltale]:
    """Yield the titles, names and contents (as hashes) of documents that do not show yet."""
    shown = shown_documents(event, now=now) if is_shown else ()
    for document in event.documents:
        if document not in shown:
            yield from _of(slug, [("document", document.label.title)])
            yield Telltale(text=folded(document.name), what=FILE, subject=slug)
            hashed = document.file.sha256[:HASH_TOLD]
            yield Telltale(text=hashed, what="document's contents", subject=slug)


def _told(document: Document) -> str:
    return folded(f"{document.label.title} {document.name} {document.file.sha256}")


def _vendor_links(slug: str, said: Facts | Draft | None) -> Iterator[Telltale]:
    if said is None:
        return
    links = {
        "live link": said.live_url,
        "backup link": said.backup_url,
        "replay link": said.replay_url,
    }
    for what, url in links.items():
        address = folded(url or "").partition("://")[2]
        parts = [part for part in re.split(r"[/?&=#]", address)[1:] if len(part) >= _SHORTEST_PART]
        for text in (address, *parts):
            yield Telltale(text=text, what=what, subject=slug, behind_a_gate=True)
