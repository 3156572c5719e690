"""Says in plain words what is wrong with an installation, or that nothing is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import pytz
import tzdata

from eventsched import typesetting
from eventsched.domain.documents import File
from eventsched.domain.ledger import first_broken
from eventsched.services import drift
from eventsched.settings import Environment, Settings
from eventsched.store import documents, events, mail_progress, site, staff, transitions
from eventsched.store.database import DatabaseUnavailable, Store
from eventsched.store.schema import steps_missing

# A living worker writes a transition down within seconds.
WORKER_IS_LATE = timedelta(minutes=1)


class Verdict(StrEnum):
    """How serious a finding is."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing looked at, and what to do about it where it is not good."""

    verdict: Verdict
    words: str


def examine(
    settings: Settings, store: Store, *, now: datetime, every_byte: bool = False
) -> Iterator[Finding]:
    """Yield what was found, in the order in which one would mend it.

    Of documents it looks whether all of each is there, and only if told to at `every_byte`.
    """
    yield from _settings(settings)
    yield _zone_data()
    try:
        missing = steps_missing(store)
    except DatabaseUnavailable as outage:
        yield _bad(f"The database does not answer: {outage}")
        return
    if missing:
        yield _bad("The database lacks tables of this version. Run: eventsched migrate")
        return
    yield _good(f"The database ({store.engine.dialect.name}) answers and is up to date.")
    yield from _contents(store, now=now)
    yield from _documents(store, every_byte=every_byte)
    yield from _mail(settings, store, now=now)


def _settings(settings: Settings) -> Iterator[Finding]:
    yield _good(f"The settings are readable ({settings.environment}).")
    in_production = settings.environment is Environment.PRODUCTION
    if in_production and not settings.base_url.startswith("https://"):
        yield _warning(
            f"The public address is {settings.base_url}. Investors should get https: set "
            "EVENTSCHED_BASE_URL."
        )
    if in_production and not settings.trusted_proxies:
        yield _warning(
            "No proxy is in front (EVENTSCHED_TRUSTED_PROXIES is 0). Strangers need one that takes "
            "in whole requests first, as nginx does: else whoever sends a form letter by letter "
            "holds a web process. See docs/operating.md, “A proxy in front”."
        )
    if settings.release_templates is not None:
        yield from _release_templates(settings.release_templates)


def _release_templates(folder: Path) -> Iterator[Finding]:
    faults = typesetting.faults_in(folder)
    for fault in faults:
        yield _bad(f"A template for releases: {fault.words}")
    if not faults:
        yield _good(f"The templates for releases in {folder} write releases.")
    for name in typesetting.without_use(folder):
        yield _warning(
            f"No release asks for {name} in {folder}. The files that count are "
            f"{', '.join(typesetting.FILES)}, and what they include."
        )


def _zone_data() -> Finding:
    ours, other = pytz.OLSON_VERSION, tzdata.IANA_VERSION  # type: ignore[attr-defined]
    if ours != other:
        return _bad(
            f"Two versions of the time-zone rules: pytz has {ours}, tzdata {other}. Install the "
            "same release of both, or times may differ between channels."
        )
    return _good(f"The time-zone rules are those of {ours}.")


def _contents(store: Store, *, now: datetime) -> Iterator[Finding]:
    with store.reading() as session:
        issuer, accounts = site.issuer(session), staff.count(session)
        overdue = transitions.next_due(session)
        broken, cut_short = first_broken(site.ledger(session)), site.is_cut_short(session)
        last = site.last_entry(session)
    if issuer is None:
        yield _bad("No issuer is set up. Run: eventsched load FILE.toml with an [issuer] table")
    else:
        yield _good(f"The issuer is set: {issuer.name}")
    if not accounts:
        yield _bad("Nobody can sign in. Run: eventsched staff add EMAIL")
    if overdue is not None and now - overdue > WORKER_IS_LATE:
        yield _bad(
            f"What fell due at {overdue:%Y-%m-%d %H:%M:%S} UTC is not written down: no worker "
            "seems to run. Replays close all the same. Run: eventsched worker"
        )
    if broken is not None:
        yield _bad(f"The ledger is broken at entry {broken.number}: it was changed from outside.")
    if cut_short:
        yield _bad("Entries at the end of the ledger are missing: they were removed from outside.")
    for drifting in drift.find(store, now=now):
        yield _warning(
            f"The zone rules of “{drifting.event.facts.title[:60]}” have changed and nobody has "
            "decided. Run: eventsched zones"
        )
    if last is not None and last.at > now + WORKER_IS_LATE:
        yield _bad(f"The clock is wrong: the ledger ends at {last.at:%Y-%m-%d %H:%M:%S} UTC.")


def _documents(store: Store, *, every_byte: bool) -> Iterator[Finding]:
    with store.reading() as session:
        named = [(e, document) for e in events.every(session) for document in e.documents]
        sizes = documents.sizes(session)
    damaged = 0
    for event, document in named:
        file = document.file
        if sizes.get(file.sha256) != file.size or (every_byte and _is_damaged(store, file)):
            damaged += 1
            yield _bad(
                f"The file {document.name} of “{event.facts.title[:60]}” is damaged or missing: "
                "remove it and hand it in again, or restore the table content from a backup."
            )
    if named and not damaged:
        how = "read through" if every_byte else "there"
        yield _good(f"The files of all documents ({len(named)}) are {how}.")


def _is_damaged(store: Store, file: File) -> bool:
    with store.reading() as session:
        return documents.first_damaged(session, [file.sha256]) is not None


def _mail(settings: Settings, store: Store, *, now: datetime) -> Iterator[Finding]:
    with store.reading() as session:
        waiting, parked, trouble = mail_progress.to_do(session, now=now)
    if settings.mail is None:
        yield _warning(
            f"No mail server is set up, so all mail waits ({waiting} due). Set "
            "EVENTSCHED_SMTP_HOST and EVENTSCHED_SMTP_FROM."
        )
    elif trouble:
        yield _bad(f"{trouble} All mail waits ({waiting} due).")
    else:
        yield _good(f"Mail goes by {settings.mail.host}.")
    if parked:
        yield _warning(f"{parked} mails could not be delivered; the staff page “Mail” says why.")


def _good(words: str) -> Finding:
    return Finding(verdict=Verdict.GOOD, words=words)


def _warning(words: str) -> Finding:
    return Finding(verdict=Verdict.WARNING, words=words)


def _bad(words: str) -> Finding:
    return Finding(verdict=Verdict.BAD, words=words)
