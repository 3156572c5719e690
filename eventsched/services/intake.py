"""Taking in a whole document: the issuer and events, from TOML. All of it or nothing.

    [issuer]
    name = "Example, Inc."
    home_zone = "America/New_York"
    domain = "example.com"

    [[events]]
    title = "…"
    date = "2011-11-11"
    publish_at = 2011-11-02T12:00:00Z    # absent: a draft

An event's keys are those of `domain.drafts.Draft`; numbers, dates and times may be TOML's own.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

from eventsched.domain.drafts import Draft, InvalidEvent
from eventsched.domain.events import Event, Presenter
from eventsched.domain.issuer import Contact, Issuer
from eventsched.domain.replays import ReplayPolicy, with_policy
from eventsched.domain.times import FIRST_YEAR, LAST_YEAR, TimeProblem, zone_of
from eventsched.services import company, events
from eventsched.store import site
from eventsched.store.database import Session, Store

_TYPED_FIELDS = {field.name for field in fields(Draft)} - {"presenters"}
# Since when the company is told of so is found out, not stated.
_ISSUER_FIELDS = {field.name for field in fields(Issuer)} - {"contact", "told_since"}
_LONGEST_TEXT = 300
_BREAKING = ("Cc", "Cs", "Zl", "Zp")
_DOMAIN = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?")
_WEBSITE = re.compile(r"https?://[^\s@<>\"\\]+")
_CONTACT_FIELDS = {field.name for field in fields(Contact)}


class UnreadableDocument(ValueError):
    """The document can't be taken in; `problems` names every reason."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class TakenIn:
    """What a document brought."""

    issuer: Issuer | None
    events: tuple[Event, ...]


def take_in(store: Store, text: str, *, by: str, now: datetime) -> TakenIn:
    """Save the issuer and the events that a TOML document holds. Raises UnreadableDocument."""
    document = _parse(text)
    problems: list[str] = []
    with store.writing() as session:
        site.hold(session)
        issuer = _take_in_issuer(session, document, problems, by=by, now=now)
        taken = _take_in_events(session, document, problems, by=by, now=now)
        if problems:
            raise UnreadableDocument(problems)
    return TakenIn(issuer=issuer, events=tuple(taken))


def _parse(text: str) -> Mapping[str, Any]:
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as problem:
        raise UnreadableDocument([f"Not readable as TOML: {problem}."]) from None
    if unknown := document.keys() - {"issuer", "events"}:
        raise UnreadableDocument([f"Unknown heading “{name}”." for name in sorted(unknown)])
    issuer, listed = document.get("issuer", {}), document.get("events", [])
    shaped = (
        isinstance(issuer, dict)
        and isinstance(issuer.get("contact", {}), dict)
        and _are_tables(listed)
        and all(_are_tables(event.get("presenters", [])) for event in listed)
    )
    if not shaped:
        raise UnreadableDocument(["Write [issuer], [issuer.contact], [[events]] and presenters."])
    return document


def _are_tables(said: object) -> bool:
    return isinstance(said, list) and all(isinstance(item, dict) for item in said)


def _take_in_issuer(
    session: Session, document: Mapping[str, Any], problems: list[str], *, by: str, now: datetime
) -> Issuer | None:
    if "issuer" not in document:
        return None
    said = dict(document["issuer"])
    contact = said.pop("contact", {})
    _name_unknown("issuer", said, _ISSUER_FIELDS, problems)
    _name_unknown("issuer.contact", contact, _CONTACT_FIELDS, problems)
    for required in ("name", "home_zone", "domain"):
        if not said.get(required):
            problems.append(f"issuer: {required} is missing.")
    problems += [f"issuer: {name}: {problem}" for name, problem in _issuer_problems(said, contact)]
    if problems:
        return None
    everything = dict.fromkeys(_ISSUER_FIELDS, "") | _texts(said)
    issuer = Issuer(**everything, contact=Contact(**_texts(contact)))
    try:
        zone_of(issuer.home_zone)
    except TimeProblem as problem:
        problems.append(f"issuer: home_zone: {problem}")
        return None
    company.set_up_in(session, issuer, by=by, now=now)
    return issuer


def _issuer_problems(
    said: Mapping[str, Any], contact: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    for name, text in (_texts(said) | _texts(contact)).items():
        if len(text) > _LONGEST_TEXT or any(unicodedata.category(c) in _BREAKING for c in text):
            yield name, f"Keep it to one line of at most {_LONGEST_TEXT} characters."
    # It becomes part of every UID, for ever.
    if said.get("domain") and not _DOMAIN.fullmatch(str(said["domain"])):
        yield "domain", "Give a domain name such as example.com."
    if said.get("website") and not _WEBSITE.fullmatch(str(said["website"])):
        yield "website", "Give a web address that begins with https:// or http://."


def _take_in_events(
    session: Session,
    document: Mapping[str, Any],
    problems: list[str],
    *,
    by: str,
    now: datetime,
) -> list[Event]:
    taken = []
    for number, said in enumerate(document.get("events", []), start=1):
        name = f"event {number} ({str(said.get('title') or 'no title')[:60]})"
        try:
            taken.append(_take_in_event(session, said, by=by, now=now))
        except InvalidEvent as invalid:
            problems += [f"{name}: {p.field}: {p.message}" for p in invalid.problems]
        except (UnreadableDocument, events.NoIssuer) as problem:
            problems.append(f"{name}: {problem}")
    return taken


def _take_in_event(session: Session, said: Mapping[str, Any], *, by: str, now: datetime) -> Event:
    typed = dict(said)
    publish_at = typed.pop("publish_at", None)
    if publish_at is not None:
        publish_at = _instant(publish_at)
    policy = site.replay_policy(session)
    event = events.plan_in(session, _draft(typed, policy), by=by, now=now)
    if publish_at is None:
        return event
    return events.approve_in(session, event, publish_at=publish_at, by=by, now=now)


def _draft(typed: dict[str, Any], policy: ReplayPolicy) -> Draft:
    presenters = typed.pop("presenters", [])
    problems: list[str] = []
    _name_unknown("", typed, _TYPED_FIELDS, problems)
    for presenter in presenters:
        _name_unknown("presenters", presenter, {"name", "title"}, problems)
    if problems:
        raise UnreadableDocument(problems)
    # What says how long the replay stays says all of it.
    says_window = any(name.startswith("replay_") and name != "replay_url" for name in typed)
    usual = Draft() if says_window else with_policy(Draft(), policy)
    named = tuple(Presenter(**{"name": ""} | _texts(presenter)) for presenter in presenters)
    return replace(usual, presenters=named, **_texts(typed))


def _instant(said: object) -> datetime:
    """Return an instant in UTC. Raises UnreadableDocument for a date, a text or a wall time."""
    if isinstance(said, datetime) and said.tzinfo and FIRST_YEAR <= said.year <= LAST_YEAR:
        return said.astimezone(UTC)
    raise UnreadableDocument(["publish_at: give an instant such as 2011-11-02T12:00:00Z."])


def _texts(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(value) for name, value in said.items()}


def _name_unknown(
    where: str, said: Mapping[str, Any], known: set[str], problems: list[str]
) -> None:
    prefix = f"{where}: " if where else ""
    problems += [f"{prefix}“{name}” is not a known field." for name in sorted(said.keys() - known)]
    problems += [
        f"{prefix}{name}: give a text, a number, a date or a time."
        for name, value in said.items()
        if name in known and isinstance(value, (list, dict, bool))
    ]
