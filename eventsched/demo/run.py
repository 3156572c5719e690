"""Making the demo's folder, and running web, worker and stand-in vendor on its clock."""

import io
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from eventsched.clock import DemoClock
from eventsched.demo.slides import a_deck
from eventsched.demo.vendor import Vendor
from eventsched.domain.document_drafts import DocumentDraft
from eventsched.domain.staff import Role
from eventsched.domain.wording import date_words
from eventsched.services import documents, intake, staff
from eventsched.services.documents import Step, Upload
from eventsched.serving import serve
from eventsched.settings import DEMO_CLOCK, PREFIX, kept_secret_key, load_settings
from eventsched.store import events as event_store
from eventsched.store import site
from eventsched.store.database import Store
from eventsched.store.schema import migrate

STARTS_AT = datetime(2011, 11, 11, 15, 55, tzinfo=UTC)
SPEED = 60.0
STAFF_EMAIL = "ir@demo.example"
STAFF_PASSWORD = "five-minutes-before"  # noqa: S105 (printed for whoever runs the demo)

_ANNOUNCED_AT = datetime(2011, 11, 2, 12, 0, tzinfo=UTC)
_HOST = "127.0.0.1"


class PortTaken(Exception):
    """Another program listens on a port that the demo needs."""

    def __init__(self, port: int) -> None:
        super().__init__(f"Another program is using port {port}. Choose another with --port.")


class NotADemo(Exception):
    """The folder holds a database that no demo made."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} holds another installation. Choose another with --data.")


@dataclass(frozen=True, kw_only=True)
class Demo:
    """A demo's folder and the two ports that it serves on."""

    folder: Path
    port: int

    @property
    def address(self) -> str:
        """Where the product is."""
        return f"http://{_HOST}:{self.port}"

    @property
    def vendor_port(self) -> int:
        """Where the stand-in for the vendor is. The sample's links say so, hence it stays."""
        kept = self.folder / "vendor-port"
        return int(kept.read_text()) if kept.exists() else self.port + 1

    @property
    def clock_file(self) -> Path:
        """Where the clock is kept."""
        return self.folder / "clock.json"

    @property
    def database_url(self) -> str:
        """Where the data is."""
        return f"sqlite:///{(self.folder / 'eventsched.sqlite3').resolve()}"


def prepare(demo: Demo, *, at: datetime | None, speed: float | None) -> DemoClock:
    """Make the demo's folder unless it is there, and set its clock going.

    A folder that is there goes on where it was left, unless `at` or `speed` say otherwise.
    Raises PortTaken or NotADemo.
    """
    for port in (demo.port, demo.vendor_port):
        _refuse_taken(port)
    if not demo.clock_file.exists():
        _make(demo)
        clock = DemoClock.starting(at or STARTS_AT, speed=speed or SPEED)
    else:
        migrate(Store(demo.database_url))
        left = DemoClock.kept_in(demo.clock_file)
        clock = DemoClock.starting(at or left.shown, speed=speed or left.speed)
    clock.keep(demo.clock_file)
    return clock


def run(demo: Demo, clock: DemoClock, *, announce: Callable[[], None]) -> None:
    """Serve the demo until it is interrupted; call `announce` once everything is set."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]
    os.environ |= {
        "EVENTSCHED_ENVIRONMENT": "development",
        "EVENTSCHED_DATA_DIR": str(demo.folder),
        "EVENTSCHED_DATABASE_URL": demo.database_url,
        "EVENTSCHED_SECRET_KEY": kept_secret_key(demo.folder),
        "EVENTSCHED_BASE_URL": demo.address,
        "EVENTSCHED_PORT": str(demo.port),
        # The stand-in for the vendor is on this machine.
        "EVENTSCHED_PROBE_PRIVATE": "yes",
        DEMO_CLOCK: str(demo.clock_file.resolve()),
    }
    vendor = Vendor(_HOST, demo.vendor_port)
    vendor.start()
    with _clock_kept(clock, demo.clock_file):
        announce()
        serve(load_settings(os.environ), with_worker=True)
    vendor.stop()


def _make(demo: Demo) -> None:
    demo.folder.mkdir(parents=True, exist_ok=True)
    _clear_half_made(demo)
    (demo.folder / "vendor-port").write_text(str(demo.vendor_port))
    store = Store(demo.database_url)
    migrate(store)
    vendor = f"http://{_HOST}:{demo.vendor_port}"
    sample = resources.files("eventsched.sample").joinpath("release-2011-11-02.toml")
    text = sample.read_text(encoding="utf-8").replace("{vendor}", vendor)
    intake.take_in(store, text, by="sample", now=_ANNOUNCED_AT)
    _attach_slides(store)
    staff.add(
        store,
        email=STAFF_EMAIL,
        name="Demo staff",
        role=Role.ADMIN,
        password=STAFF_PASSWORD,
        now=_ANNOUNCED_AT,
    )
    store.close()


def _attach_slides(store: Store) -> None:
    """Give the first event slides, which show at the second at which it begins."""
    with store.reading() as session:
        event, issuer = event_store.every(session)[0], site.issuer(session)
    assert issuer is not None
    deck = a_deck(
        [
            (issuer.name, [event.facts.title, date_words(event.facts.date)]),
            (
                "These slides are a sample",
                ["Nobody could load them", "before the presentation began."],
            ),
            (
                "And they stay",
                ["The replay closes after a week.", "What was shown can still be read."],
            ),
        ]
    )
    draft = DocumentDraft(kind="slides", title="Presentation slides", shown="when_it_begins")
    upload = Upload(bytes=io.BytesIO(deck), name="presentation.pdf")
    step = Step(slug=event.slug, base=event.revision, by="sample", now=_ANNOUNCED_AT)
    documents.add(store, draft, upload, step)


def _clear_half_made(demo: Demo) -> None:
    """Remove what a demo that was ended while it was made left behind. Raises NotADemo."""
    database = demo.folder / "eventsched.sqlite3"
    if database.exists() and not (demo.folder / "vendor-port").exists():
        raise NotADemo(demo.folder)
    for ending in ("", "-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)


@contextmanager
def _clock_kept(clock: DemoClock, file: Path) -> Iterator[None]:
    """Write the clock down every second, so that even a killed demo goes on where it was."""
    leaving = threading.Event()

    def write_down() -> None:
        while not leaving.wait(1.0):
            clock.keep(file)

    keeper = threading.Thread(target=write_down, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        leaving.set()
        keeper.join()
        clock.keep(file)


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            raise PortTaken(port) from None
