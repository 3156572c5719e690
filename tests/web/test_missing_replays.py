"""A replay that was promised and never posted, as every channel and the team see it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from eventsched.domain.events import Standing
from eventsched.domain.ledger import instant_text
from eventsched.domain.replays import ReplayPolicy
from eventsched.services import events, imports, replays
from eventsched.services.imports import Wish
from eventsched.services.transitions import record_due
from eventsched.store import site
from eventsched.store.database import Store
from tests.builders import a_draft, at
from tests.fixtures.product import ANNOUNCED, SettableClock
from tests.fixtures.staff import APPROVER, Desk

SLUG = "our-own-day-2011"
PAGE, GATE = f"/events/{SLUG}", f"/events/{SLUG}/replay"
MISSING_AT = at("2011-11-18 17:00")
SECOND = timedelta(seconds=1)
TO_COME = "The replay will be posted here and stay available until further notice."
NONE_CAME = "No replay is posted, though one was promised."
TYPED: dict[str, Any] = {
    "title": "Our own day",
    "replay_days": None,
    "replay_until": "further notice",
}


@pytest.fixture
def promised(company: Store, approver: Desk) -> Store:
    """Give an event whose replay is promised until further notice, and not posted."""
    event = events.plan(company, a_draft(**TYPED), by="test", now=ANNOUNCED)
    events.set_standing(company, event.slug, Standing.APPROVED, base=1, by="test", now=ANNOUNCED)
    return company


def told(client: FlaskClient) -> tuple[str, str, str, int]:
    """Return what JSON says of phase and gate, what page and file say, and the gate's status."""
    event = client.get("/events.json").json["events"][0]  # type: ignore[index]
    replay = event["replay"]
    page, file = client.get(PAGE).text, client.get(f"{PAGE}.ics").text.replace("\r\n ", "")
    assert replay["words"] in page
    assert (replay["words"].replace(",", "\\,") in file) is (replay["state"] == "missing")
    assert replay["missing_from"] == "2011-11-18T17:00:00Z"
    found = client.get(f"/events.json?phase={event['phase']}").json
    assert found is not None
    assert found["total"] == 1
    return event["phase"], replay["state"], replay["words"], client.get(GATE).status_code


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(
            MISSING_AT - SECOND, ("replay_pending", "not_yet", TO_COME, 200), id="the last second"
        ),
        pytest.param(MISSING_AT, ("replay_missing", "missing", NONE_CAME, 410), id="then"),
        pytest.param(
            MISSING_AT + SECOND, ("replay_missing", "missing", NONE_CAME, 410), id="a second after"
        ),
        pytest.param(
            at("2012-06-01"), ("replay_missing", "missing", NONE_CAME, 410), id="long after"
        ),
    ],
)
def test_a_promise_that_was_not_kept_is_told_on_every_channel(
    promised: Store,
    approver: Desk,
    clock: SettableClock,
    now: datetime,
    expected: tuple[str, str, str, int],
) -> None:
    clock.at = now
    assert told(approver.client) == expected


def test_no_copy_of_the_promise_outlives_it(
    promised: Store, approver: Desk, clock: SettableClock
) -> None:
    client = approver.client
    clock.at = MISSING_AT - 20 * SECOND
    for path in ("/", PAGE, "/calendar.ics", f"{PAGE}.ics", "/events.json"):
        assert client.get(path).headers["Cache-Control"].endswith("max-age=19"), path
    assert "Replay to follow" in client.get(PAGE).text
    held = {path: client.get(path).headers["ETag"] for path in (PAGE, "/calendar.ics")}
    clock.at = MISSING_AT
    for path, etag in held.items():
        assert client.get(path, headers={"If-None-Match": etag}).status_code == 200, path
    page = client.get(PAGE).text
    assert 'data-state="No replay"' in page
    assert "Replay to follow" not in page
    # Were the clock set back, the promise would stand again.
    clock.at = MISSING_AT - SECOND
    assert "Replay to follow" in client.get(PAGE).text


def test_the_worker_writes_down_that_none_came(promised: Store) -> None:
    record_due(promised, now=MISSING_AT - SECOND)
    assert missing_told(promised) == []
    for _ in range(2):
        record_due(promised, now=MISSING_AT)
        assert missing_told(promised) == [(SLUG, instant_text(MISSING_AT))]


def missing_told(store: Store) -> list[tuple[str, str]]:
    with store.reading() as session:
        entries = [e for e in site.ledger(session) if e.kind == "replay_missing"]
    return [(entry.subject, entry.body["promised"]) for entry in entries]


def test_the_team_sees_it_until_it_is_posted_and_then_it_opens(
    promised: Store, approver: Desk, clock: SettableClock
) -> None:
    clock.set("2012-02-01 12:00")
    board = approver.get("/staff/?attention=yes").text
    assert "No replay is posted" in board
    assert f"/staff/events/{SLUG}" in board
    own = approver.get(f"/staff/events/{SLUG}").text
    assert "No replay is posted: post it, or withdraw the promise." in own
    assert "Withdraw the promise of a replay…" in own

    link = "https://vendor.example/late"
    events.revise(
        promised,
        SLUG,
        a_draft(replay_url=link, **TYPED),
        base=2,
        by="test",
        reason="",
        now=clock.at,
    )
    assert approver.client.get(GATE).headers["Location"] == link
    assert "Replay available until further notice" in approver.client.get(PAGE).text
    assert "No replay" not in approver.client.get(PAGE).text
    assert "No replay is posted" not in approver.get("/staff/").text
    assert missing_told(promised) == []


def test_the_promise_is_withdrawn_with_a_reason(
    promised: Store, approver: Desk, clock: SettableClock
) -> None:
    clock.set("2011-11-20 09:00")
    path = f"/staff/events/{SLUG}/replay_withdrawn"
    page = approver.get(path).text
    assert "Our address says at once that there is no replay" in page
    base = page.partition('name="base" type="hidden" value="')[2].partition('"')[0]
    assert approver.send(path, base=base, reason="The recording failed.").status_code == 303
    gate, page = approver.client.get(GATE), approver.client.get(PAGE).text
    words = "No replay is posted. The promise of one was withdrawn on November 20, 2011, 4:00 am"
    assert (gate.status_code, words in gate.text, words in page) == (410, True, True)
    assert "The recording failed." in page
    assert "No replay is posted" not in approver.get("/staff/").text


def test_what_is_over_when_it_is_imported_misses_no_replay(
    company: Store, approver: Desk, clock: SettableClock
) -> None:
    clock.set("2012-02-01 12:00")
    policy = ReplayPolicy(days=None, until_revoked=True)
    replays.set_policy(company, policy, by="test", now=clock.at)
    table = b"title,date,time,zone\nOur own day,2011-11-11,9am,UTC\n"
    who: dict[str, Any] = {"by": APPROVER, "now": clock.at}
    number = imports.stage(company, "events.csv", table, **who)
    seen = imports.look(company, number, **who).plan.fingerprint
    assert list(imports.confirm(company, number, Wish(fingerprint=seen), **who)) == [(1, 1)]
    events.set_standing(company, SLUG, Standing.APPROVED, base=1, **who)
    assert approver.client.get(GATE).status_code == 404
    told = approver.client.get("/events.json").json["events"][0]  # type: ignore[index]
    assert (told["phase"], told["replay"]) == ("past", None)
    record_due(company, now=clock.at)
    assert missing_told(company) == []
