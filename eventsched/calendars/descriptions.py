"""What a calendar entry tells a reader: the same lines as plain text and as HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from eventsched.calendars.texts import one_line
from eventsched.domain.documents import Document
from eventsched.domain.events import Event, Format, Kind, Standing
from eventsched.domain.issuer import Contact, Issuer
from eventsched.domain.lifecycle import (
    GateState,
    live_gate,
    replay_gate,
    shows_ways_in,
    takes_place,
)
from eventsched.domain.wording import (
    closed_replay_words,
    document_words,
    missing_replay_words,
    place_words,
    replay_of_unknown_time_words,
    stay_words,
    when_words,
)

KIND_WORDS = {
    Kind.CONFERENCE: "Investor conference",
    Kind.EARNINGS_CALL: "Earnings call",
    Kind.SHAREHOLDER_MEETING: "Shareholder meeting",
    Kind.INVESTOR_DAY: "Investor day",
    Kind.OTHER: "Event",
}
_FORMAT_WORDS = {
    Format.PRESENTATION: "Presentation",
    Format.FIRESIDE_CHAT: "Fireside chat",
    Format.PANEL: "Panel",
    Format.ONE_ON_ONE: "One-on-one meetings",
}


@dataclass(frozen=True, kw_only=True)
class Gates:
    """Which of our gates an entry shows: all that passing time changes about its text."""

    live: bool
    joining: bool
    replay: GateState


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of a description: words, and the address that they lead to or ""."""

    words: str
    url: str = ""

    @property
    def text(self) -> str:
        """The line with the address written out."""
        return f"{self.words}: {self.url}" if self.url else self.words

    @property
    def html(self) -> str:
        """The line with the words as the link."""
        words = escape(self.words, quote=False)
        return f'<a href="{escape(self.url)}">{words}</a>' if self.url else words


Paragraphs = list[list[Line]]


def gates_of(event: Event, *, now: datetime) -> Gates:
    """Return which gates an entry shows at `now`."""
    live = live_gate(event, now=now) in (GateState.NOT_YET, GateState.OPEN)
    said = event.facts.dial_in or event.facts.conference_id or event.facts.backup_note
    joining = bool(said) and shows_ways_in(event, now=now)
    return Gates(live=live, joining=joining, replay=replay_gate(event, now=now))


def describe(
    event: Event,
    gates: Gates,
    documents: Sequence[tuple[Document, str]] = (),
    *,
    issuer: Issuer,
    page: str,
) -> Paragraphs:
    """Return what the entry says; `page` is the event's own address, a document comes with its."""
    paragraphs = [
        [*_standing(event), *_occasion(event, issuer)],
        [Line(words=f"Presenter: {words}") for words in _presenters(event)],
        [*_failure(event, gates), *_live(gates, page), *_replay(event, gates, issuer, page)],
        _dial_in(event, gates),
        _documents(documents),
        [Line(words="Event page", url=page), *_contact(issuer.contact)],
    ]
    return [paragraph for paragraph in paragraphs if paragraph]


def is_behind(event: Event, gates: Gates) -> bool:
    """Tell whether an event's webcast is over, or its replay: nobody plans with the entry now."""
    watched = bool(event.facts.way_in) and takes_place(event) and not gates.live
    return watched or gates.replay is GateState.CLOSED


def recall(
    event: Event,
    gates: Gates,
    documents: Sequence[tuple[Document, str]] = (),
    *,
    issuer: Issuer,
    page: str,
) -> Paragraphs:
    """Return the little that an entry of what `is_behind` says where room is short.

    Who spoke, and the ways to what is left of it. Title, time and place are properties of the
    entry, and nobody has to be asked how to attend.
    """
    is_left = gates.replay is not GateState.CLOSED
    names = (one_line(person.name) for person in event.facts.presenters)
    paragraphs = [
        [Line(words=f"Presenter: {name}") for name in names if name],
        _replay(event, gates, issuer, page) if is_left else [],
        _documents(documents),
        [Line(words="Event page", url=page)],
    ]
    return [paragraph for paragraph in paragraphs if paragraph]


def as_text(paragraphs: Paragraphs) -> str:
    """Return a description as plain text, a blank line between paragraphs."""
    return "\n\n".join("\n".join(line.text for line in lines) for lines in paragraphs)


def as_html(paragraphs: Paragraphs) -> str:
    """Return a description as a small HTML document (for X-ALT-DESC)."""
    body = "".join(f"<p>{'<br>'.join(line.html for line in lines)}</p>" for lines in paragraphs)
    return f"<!DOCTYPE html><html><body>{body}</body></html>"


def _standing(event: Event) -> list[Line]:
    if event.standing is Standing.CANCELLED:
        return [Line(words="This event has been cancelled.")]
    if event.standing is Standing.POSTPONED:
        return [Line(words="This event has been postponed. It will not take place on this date.")]
    return []


def _occasion(event: Event, issuer: Issuer) -> list[Line]:
    facts = event.facts
    listing = f" ({issuer.listing})" if issuer.listing else ""
    said = [
        f"{issuer.name}{listing}",
        facts.title,
        f"Hosted by {facts.host}" if facts.host else "",
        when_words(event, issuer.home_zone),
        place_words(facts),
        f"Format: {_FORMAT_WORDS[facts.format]}" if facts.format else "",
    ]
    return [Line(words=words) for words in map(one_line, said) if words]


def _presenters(event: Event) -> list[str]:
    people = (", ".join(filter(None, (p.name, p.title))) for p in event.facts.presenters)
    return [line for words in people if (line := one_line(words))]


def _live(gates: Gates, page: str) -> list[Line]:
    return [Line(words="Watch the live webcast", url=f"{page}/live")] if gates.live else []


def _failure(event: Event, gates: Gates) -> list[Line]:
    note = one_line(event.facts.backup_note)
    return [Line(words=note)] if note and gates.joining else []


def _dial_in(event: Event, gates: Gates) -> list[Line]:
    facts = event.facts
    if not gates.joining:
        return []
    said = [f"Dial-in: {number.words}" for number in facts.dial_in]
    said += [f"Conference ID: {facts.conference_id}"] if facts.conference_id else []
    return [Line(words=one_line(words)) for words in said]


def _replay(event: Event, gates: Gates, issuer: Issuer, page: str) -> list[Line]:
    stays = stay_words(event, issuer.home_zone)
    match gates.replay:
        case GateState.NONE:
            return []
        case GateState.OPEN:
            return [Line(words=f"Replay available {stays}", url=f"{page}/replay")]
        case GateState.CLOSED:
            return [Line(words=closed_replay_words(event, issuer.home_zone))]
        case GateState.MISSING:
            return [Line(words=missing_replay_words(event, issuer.home_zone))]
        case _ if stays:
            return [Line(words=f"Replay will be available {stays}")]
        case _:
            return [Line(words=replay_of_unknown_time_words(event.facts))]


def _documents(documents: Sequence[tuple[Document, str]]) -> list[Line]:
    return [Line(words=one_line(document_words(each)), url=url) for each, url in documents]


def _contact(contact: Contact) -> list[Line]:
    parts = (contact.name, contact.title, contact.phone, contact.email)
    words = one_line(", ".join(part for part in parts if part))
    return [Line(words=f"Contact: {words}")] if words else []
