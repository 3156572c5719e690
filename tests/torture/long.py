"""The long forms, which `make torture` runs and `make test` does not. Prints a table at the end."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from eventsched.domain.lifecycle import Transition, TransitionKind
from eventsched.services import intake
from eventsched.services.transitions import record_due
from eventsched.store import events as event_store
from eventsched.store.database import Store
from eventsched.store.transitions import derive_again
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.mail import Inbox
from tests.fixtures.ports import free_port
from tests.fixtures.processes import Processes, status_of, wait_until
from tests.fixtures.product import ANNOUNCED, NEW_YORK, migrated, sample_release
from tests.fixtures.proxy import nginx, program
from tests.torture.bits import flip
from tests.torture.conftest import Report
from tests.torture.kills import idle_share, kill_at_random
from tests.torture.machine import Machine
from tests.torture.mails import owe_many, send_all, send_under_fire
from tests.torture.refusals import Tally as RefusedTally
from tests.torture.refusals import close_while_nothing_can_be_written, read_only_file
from tests.torture.steps import STEPS, step_the_clock
from tests.torture.storm import events_closing_at, storm

__all__ = ["program"]

# Before anything of ours runs; a machine that has nothing else to do has nine tenths and more.
ENOUGH_IDLE = 0.7


@pytest.fixture
def kind(store: Store) -> str:
    return store.engine.dialect.name


def test_random_steps_against_the_model(fresh_database: FreshDatabase, report: Report) -> None:
    class OnThisDatabase(Machine):
        fresh_database = staticmethod(lambda: fresh_url())

    def fresh_url() -> str:
        return fresh_database(prepared_by=migrated)

    examples, steps = 60, 40
    run_state_machine_as_test(
        OnThisDatabase,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    report(
        f"random steps, {kind_of(fresh_database)}",
        f"{examples} lives of up to {steps} steps, each told again by its ledger: 0 differ",
    )


def kind_of(fresh_database: FreshDatabase) -> str:
    return fresh_database().partition(":")[0]


@pytest.mark.parametrize("through", ["directly", "through nginx"])
def test_storm(
    store: Store,
    processes: Callable[[str], Processes],
    kind: str,
    report: Report,
    through: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    eventsched = processes(store.engine.url.render_as_string(hide_password=False))
    eventsched.environment["EVENTSCHED_WEB_WORKERS"] = "4"
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    eventsched.start("serve", "--port", str(port))
    eventsched.start("worker")
    wait_until(lambda: status_of(base_url) == 200, what="the site")
    closes = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=60)
    slugs = events_closing_at(store, closes, count=200)

    until = closes + timedelta(seconds=20)
    if through == "directly":
        tally = storm(base_url, slugs, closes, connections=64, until=until)
    else:
        found: str = request.getfixturevalue("program")
        with nginx(found, tmp_path / "nginx", behind=port) as proxied:
            tally = storm(proxied, slugs, closes, connections=64, until=until)

    report(
        f"storm {through}, {kind}",
        f"{tally.before} answers before, {tally.after} after the instant: "
        f"{tally.denied} denied, {tally.disclosed} disclosed, {tally.failed} failed",
    )
    assert (tally.wrong, tally.disclosed, tally.denied, tally.failed) == ([], 0, 0, 0)
    assert min(tally.before, tally.after) > 100


def test_kills(
    store: Store, processes: Callable[[str], Processes], kind: str, report: Report
) -> None:
    eventsched = processes(store.engine.url.render_as_string(hide_password=False))
    idle_before = idle_share()

    tally = kill_at_random(store, eventsched, events=1000, seconds=120, seed=7)

    assert tally.lags is not None
    # A second is promised on a machine of our own: where others are at work, it is theirs to take.
    is_ours = idle_before > ENOUGH_IDLE
    report(
        f"killed at random, {kind}",
        f"{tally.worker_kills} workers, {tally.web_kills} web processes; {tally.due} due: "
        f"{tally.lost} lost, {tally.twice} twice; lag median {tally.lags.median:.2f} s, "
        f"p99 {tally.lags.p99:.2f} s, worst {tally.lags.worst:.2f} s; "
        f"{tally.answers[302]} open and {tally.answers[410]} closed gates: "
        f"{len(tally.wrong)} wrong, {tally.answers[0]} lines broken, "
        f"serve begun again {tally.begun_again} times"
        f"{'' if is_ours else f'; lag not judged, {idle_before:.0%} of the machine idle'}",
    )
    assert (tally.lost, tally.twice, tally.chain_broken, tally.wrong) == (0, 0, False, [])
    assert {302, 410} <= set(tally.answers) <= {0, 302, 410}
    assert tally.lags.p99 < 1 or not is_ours


def test_ten_thousand_mails(
    store: Store,
    processes: Callable[[str], Processes],
    mail_server: Inbox,
    kind: str,
    report: Report,
) -> None:
    owe_many(store, 10_000)
    eventsched = processes(store.engine.url.render_as_string(hide_password=False))

    tally = send_all(eventsched, mail_server, owed=10_000)

    report(
        f"ten thousand mails, {kind}",
        f"{tally.owed} owed, {tally.left_out} left out, {tally.copies} copies, "
        f"{tally.seconds:.0f} s",
    )
    assert (tally.left_out, tally.copies) == (0, 0)
    assert tally.seconds < 600


def test_killed_while_mailing(
    store: Store,
    processes: Callable[[str], Processes],
    mail_server: Inbox,
    kind: str,
    report: Report,
) -> None:
    owe_many(store, 5_000)
    eventsched = processes(store.engine.url.render_as_string(hide_password=False))

    tally = send_under_fire(store, eventsched, mail_server, owed=5_000, kills=25, seed=13)

    report(
        f"killed while mailing, {kind}",
        f"{tally.kills} kills, {tally.owed} owed: {tally.left_out} left out, {tally.copies} "
        f"copies, {tally.other_ids} with another Message-ID",
    )
    assert (tally.left_out, tally.other_ids) == (0, 0)
    assert tally.copies <= tally.kills * mail_server.server.connections


def test_ten_thousand_at_one_instant(store: Store, kind: str, report: Report) -> None:
    intake.take_in(store, sample_release(), by="test", now=ANNOUNCED)
    due_at = datetime(2012, 1, 1, tzinfo=UTC)
    # A microsecond apart: one event has one transition of a kind at an instant.
    due = [
        Transition(due_at=due_at + timedelta(microseconds=n), kind=TransitionKind.REPLAY_CLOSED)
        for n in range(10_000)
    ]
    with store.writing() as session:
        derive_again(session, {event_store.id_of(session, NEW_YORK): due})
    began, recorded = datetime.now(UTC), 0
    while batch := record_due(store, now=due_at + timedelta(seconds=1)):
        recorded += len(batch)
    took = (datetime.now(UTC) - began).total_seconds()

    report(f"ten thousand due at once, {kind}", f"{recorded} written down in {took:.1f} s")
    assert recorded >= 10_000
    assert took < 20


def test_clock_steps(
    store: Store,
    processes: Callable[[str], Processes],
    kind: str,
    report: Report,
    tmp_path: Path,
) -> None:
    eventsched = processes(store.engine.url.render_as_string(hide_password=False))

    tally = step_the_clock(store, eventsched, tmp_path, events=20, steps=3 * STEPS)

    report(
        f"clock stepped ±1 h and ±1 day, {kind}",
        f"{tally.steps} steps and back, {tally.asked} answers: {len(tally.wrong)} wrong; "
        f"{tally.told} closings told, {tally.twice} twice",
    )
    assert tally.wrong == []
    assert (tally.told, tally.twice, tally.chain_broken) == (20, 0, False)


def test_nothing_can_be_written(
    store: Store, processes: Callable[[str], Processes], kind: str, report: Report
) -> None:
    eventsched = processes(store.engine.url.render_as_string(hide_password=False))

    tally = close_while_nothing_can_be_written(store, eventsched, events=20)

    _tell_refusals(tally, f"{'disk full' if kind == 'sqlite' else 'read-only'}, {kind}", report)


def test_a_file_that_is_read_only(
    fresh_sqlite: FreshDatabase, processes: Callable[[str], Processes], report: Report
) -> None:
    store = Store(fresh_sqlite(prepared_by=migrated))
    eventsched = processes(store.engine.url.render_as_string(hide_password=False))

    tally = close_while_nothing_can_be_written(
        store, eventsched, events=20, refusing=read_only_file
    )

    store.close()
    _tell_refusals(tally, "file read-only, sqlite", report)


def _tell_refusals(tally: RefusedTally, what: str, report: Report) -> None:
    denied = sum(status != 302 for status in tally.before)
    disclosed = sum(status != 410 for status in tally.after)
    report(
        what,
        f"{len(tally.before)} answers before, {len(tally.after)} after: {denied} denied, "
        f"{disclosed} disclosed; {tally.told} of 20 closings caught up",
    )
    assert (denied, disclosed, tally.refusals) == (0, 0, {(503, True)})
    assert tally.taken_again
    assert (tally.told_meanwhile, tally.told, tally.chain_broken) == (0, 20, False)


def test_flipped_bits(release: Store, kind: str, report: Report) -> None:
    record_due(release, now=ANNOUNCED)
    times = 2_000

    unnoticed = flip(release, times=times, seed=5)

    report(f"flipped bits, {kind}", f"{times} flipped one at a time: {len(unnoticed)} unnoticed")
    assert unnoticed == []
