"""What somebody typed about the company, and whether it says an issuer."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from eventsched.domain.drafts import Problem
from eventsched.domain.issuer import Contact, Issuer
from eventsched.domain.times import TimeProblem, zone_of

_LONGEST = 200
_DOMAIN = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_EMAIL = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,250}")
_NAMES = {"name": "Give the company’s name.", "home_zone": "Choose the time zone of its home."}


class InvalidIssuer(ValueError):
    """What was typed is no company; `problems` names every reason, by field."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{p.field}: {p.message}" for p in problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class IssuerDraft:
    """A company as typed: every field a string, "" where nothing was said."""

    name: str = ""
    exchange: str = ""
    ticker: str = ""
    home_zone: str = ""
    domain: str = ""
    website: str = ""
    contact_name: str = ""
    contact_title: str = ""
    contact_phone: str = ""
    contact_email: str = ""


def decide_issuer(draft: IssuerDraft) -> Issuer:
    """Return the company that `draft` says, or raise InvalidIssuer naming everything wrong."""
    typed = {field.name: getattr(draft, field.name).strip() for field in fields(IssuerDraft)}
    typed["domain"] = typed["domain"].lower()
    problems = [
        Problem(field=field, message=message)
        for field, said in typed.items()
        if (message := _problem(field, said))
    ]
    if problems:
        raise InvalidIssuer(tuple(problems))
    contact = {name: typed.pop(f"contact_{name}") for name in ("name", "title", "phone", "email")}
    return Issuer(contact=Contact(**contact), **typed)


def draft_of_issuer(issuer: Issuer) -> IssuerDraft:
    """Return the draft that would be read as `issuer`, for a form to start from."""
    return IssuerDraft(
        name=issuer.name,
        exchange=issuer.exchange,
        ticker=issuer.ticker,
        home_zone=issuer.home_zone,
        domain=issuer.domain,
        website=issuer.website,
        contact_name=issuer.contact.name,
        contact_title=issuer.contact.title,
        contact_phone=issuer.contact.phone,
        contact_email=issuer.contact.email,
    )


def issuer_record(issuer: Issuer) -> dict[str, Any]:
    """Return the company's saved state as JSON values, for a revision and the ledger."""
    record = asdict(issuer)
    # It follows from the revisions before.
    del record["told_since"]
    return record


def issuer_of(record: Mapping[str, Any]) -> Issuer:
    """Return the company that `issuer_record` wrote down, in this version or an earlier one."""
    contact = Contact(**_known(Contact, record["contact"]))
    return Issuer(**_known(Issuer, record) | {"contact": contact})


def following(before: Issuer | None, issuer: Issuer, *, at: datetime) -> Issuer:
    """Return `issuer` as saved at `at` after `before`.

    Calendars tell neither its website nor the domain of entries to come.
    """
    if before is None:
        return replace(issuer, told_since=None)
    told, told_before = (
        replace(each, website="", domain="", told_since=None) for each in (issuer, before)
    )
    if told == told_before:
        return replace(issuer, told_since=before.told_since)
    return replace(issuer, told_since=max(at, before.told_since or at))


def _known(kind: type[Issuer] | type[Contact], record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `record` says of the kind's fields: a later version may know of more."""
    return {field.name: record[field.name] for field in fields(kind) if field.name in record}


def _problem(field: str, said: str) -> str:
    """Return what is wrong with one field, "" where nothing is."""
    if not said and field in _NAMES:
        return _NAMES[field]
    if len(said) > _LONGEST:
        return f"Too long: {len(said):,} characters, at most {_LONGEST} fit in this field."
    if any(unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") for c in said):
        return "Keep it to one line, without tabs or control characters."
    match field:
        case "home_zone":
            return _zone_problem(said)
        case "domain" if not _DOMAIN.fullmatch(said):
            return "Give the company’s domain name, such as example.com."
        case "website" if said and not _is_website(said):
            return "Give a web address that begins with https:// or http://."
        case "contact_email" if said and not _EMAIL.fullmatch(said):
            return "Give an email address, such as ir@example.com."
    return ""


def _zone_problem(said: str) -> str:
    try:
        zone_of(said)
    except TimeProblem as problem:
        return str(problem)
    return ""


def _is_website(said: str) -> bool:
    try:
        parts = urlsplit(said)
    except ValueError:
        return False
    usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    return usable and not re.search(r"[\s<>\"\\]", said)
