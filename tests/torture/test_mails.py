"""Workers killed outright while they send mail, and the pace of sending, on each database."""

from collections.abc import Callable

from eventsched.store.database import Store
from tests.fixtures.mail import Inbox
from tests.fixtures.processes import Processes
from tests.torture.mails import owe_many, send_under_fire


def test_killed_workers_leave_nobody_out(
    store: Store, processes: Callable[[str], Processes], mail_server: Inbox
) -> None:
    mail_server.takes_seconds = 0.005
    owe_many(store, 200)
    eventsched = processes(store.engine.url.render_as_string(hide_password=False))

    tally = send_under_fire(store, eventsched, mail_server, owed=200, kills=3, seed=5)

    assert (tally.left_out, tally.other_ids) == (0, 0)
    # Only what was under way at a kill can arrive twice: one letter a connection.
    assert tally.copies <= tally.kills * mail_server.server.connections
