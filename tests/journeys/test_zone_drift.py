"""New zone rules arrive: the team is told, nothing public moves, and one command accepts it.

Real processes, on a copy of pytz's zone files of which one was changed.
"""

import json
import shutil
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytz

from eventsched.domain.drafts import Draft
from eventsched.domain.events import Event, Standing
from eventsched.domain.staff import Role
from eventsched.services import events, intake
from eventsched.store import events as event_store
from eventsched.store.database import Store
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.mail import Inbox, as_environment
from tests.fixtures.ports import free_port
from tests.fixtures.processes import Processes, status_of, wait_until
from tests.fixtures.product import migrated
from tests.fixtures.staff import hire
from tests.torture.storm import ISSUER

APPROVER = "approver@example.com"


def test_new_zone_rules_are_told_and_move_nothing_until_somebody_accepts_them(
    fresh_sqlite: FreshDatabase,
    processes: Callable[[str], Processes],
    mail_server: Inbox,
    tmp_path: Path,
) -> None:
    store = Store(fresh_sqlite(prepared_by=migrated))
    announced = announce_in_phoenix(store)
    hire(store, APPROVER, Role.APPROVER)
    rules = zone_files_where_phoenix_is_honolulu(tmp_path / "zoneinfo")
    eventsched = processes(store.engine.url.render_as_string(hide_password=False))
    eventsched.environment |= as_environment(mail_server.server) | {"PYTZ_TZDATADIR": str(rules)}
    port = free_port()
    eventsched.start("worker")
    eventsched.start("serve", "--no-worker", "--port", str(port))
    site = f"http://127.0.0.1:{port}"

    wait_until(lambda: eventsched.has_said("worker", f"rules of {announced.slug}"), what="the log")
    wait_until(lambda: mail_server.to(APPROVER), what="the mail")
    [mail] = mail_server.to(APPROVER)
    assert "The rules of America/Phoenix have changed" in mail.text
    wait_until(lambda: status_of(f"{site}/") == 200, what="the site")
    assert (begins(site), stored(store)) == (instant(announced), announced)

    told = eventsched.run("zones")
    assert told.returncode == 0
    assert f"to move it: eventsched zones accept {announced.slug}" in told.stdout
    accepted = eventsched.run("zones", "accept", announced.slug)
    assert (accepted.returncode, accepted.stderr) == (0, "")

    # Honolulu is three hours behind Phoenix: nine o'clock is that much later there.
    moved = stored(store)
    assert moved.facts == announced.facts
    assert instant(moved) == instant(announced) + timedelta(hours=3)
    wait_until(lambda: begins(site) == instant(moved), what="the site to tell of it")
    assert eventsched.run("zones").stdout.startswith("No event moves")
    store.close()


def announce_in_phoenix(store: Store) -> Event:
    now = datetime.now(UTC)
    intake.take_in(store, ISSUER, by="test", now=now)
    draft = Draft(
        title="A conference in Phoenix",
        date=f"{now + timedelta(days=20):%Y-%m-%d}",
        time="9:00",
        zone="America/Phoenix",
    )
    planned = events.plan(store, draft, by="test", now=now)
    return events.set_standing(
        store,
        planned.slug,
        Standing.APPROVED,
        base=planned.revision,
        reason="",
        by="test",
        now=now,
    )


def zone_files_where_phoenix_is_honolulu(folder: Path) -> Path:
    shutil.copytree(Path(pytz.__file__).parent / "zoneinfo", folder)
    shutil.copyfile(folder / "Pacific" / "Honolulu", folder / "America" / "Phoenix")
    return folder


def stored(store: Store) -> Event:
    with store.reading() as session:
        [event] = event_store.every(session)
    return event


def instant(event: Event) -> datetime:
    assert event.instants.starts_at is not None
    return event.instants.starts_at


def begins(site: str) -> datetime:
    with urllib.request.urlopen(f"{site}/events.json", timeout=30) as answer:
        [event] = json.load(answer)["events"]
    return datetime.fromisoformat(event["starts_at"])
