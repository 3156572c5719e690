"""What each public channel said at an instant, rebuilt from the ledger: no database is asked.

The ledger's events are put into a database of their own, in a folder that is gone afterwards, and
the product itself is asked there, on a clock that stands at the instant.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from flask.testing import FlaskClient

from eventsched.app import create_app
from eventsched.clock import StoppedClock
from eventsched.domain.ledger import Entry
from eventsched.services.rebuilding import Rebuilt, rebuild
from eventsched.settings import Settings
from eventsched.store.database import Store
from eventsched.store.schema import migrate

CHANNELS = (
    "/",
    "/events.json",
    "/calendar.ics",
    "/calendar/replays.ics",
    "/feed.json",
    "/feed.atom",
)
OF_EACH = ("", ".ics", "/live", "/replay")


@dataclass(frozen=True, kw_only=True)
class Told:
    """An answer: `location` is where it led to, "" where nowhere."""

    status: int
    kind: str
    location: str
    body: bytes


class Then:
    """The site as it was at an instant."""

    def __init__(self, client: FlaskClient, rebuilt: Rebuilt, base_url: str) -> None:
        self._client = client
        self._base_url = base_url
        self.rebuilt = rebuilt

    def ask(self, path: str) -> Told:
        """Return what the site answered at `path`."""
        answer = self._client.get(path, base_url=self._base_url)
        return Told(
            status=answer.status_code,
            kind=answer.content_type or "",
            location=answer.headers.get("Location", ""),
            body=answer.data,
        )

    def channels(self) -> Mapping[str, Told]:
        """Return what every channel answered, by its path; of hidden events nothing."""
        told = {path: self.ask(path) for path in CHANNELS}
        for slug in self.public_slugs():
            told |= {path: self.ask(path) for path in (f"/events/{slug}{of}" for of in OF_EACH)}
        return told

    def public_slugs(self) -> Sequence[str]:
        """Return the addresses of the events that the public knew of."""
        slugs = self.rebuilt.slugs
        return [slug for slug in slugs if self.ask(f"/events/{slug}").status == 200]


@contextmanager
def recalled(
    entries: Iterable[Entry],
    instant: datetime,
    settings: Settings,
    *,
    until: datetime | None = None,
) -> Iterator[Then]:
    """Give the site as `entries`, up to those written at `until`, made it, at `instant`."""
    with tempfile.TemporaryDirectory(prefix="eventsched-as-of-") as folder:
        store = Store(f"sqlite:///{Path(folder) / 'then.sqlite3'}")
        try:
            migrate(store)
            yield then(store, entries, instant, settings, until=until)
        finally:
            store.close()


def then(
    store: Store,
    entries: Iterable[Entry],
    instant: datetime,
    settings: Settings,
    *,
    until: datetime | None = None,
) -> Then:
    """Return the site of then, rebuilt in `store`, which must be empty."""
    rebuilt = rebuild(store, entries, until=until)
    # Nobody is kept out for asking much, and hosts are those of then or now: it is all the same.
    here = replace(settings, limit_forms=0, limit_gates=0, limit_searches=0, hosts=())
    client = create_app(here, StoppedClock(instant), store).test_client()
    return Then(client, rebuilt, settings.base_url)
