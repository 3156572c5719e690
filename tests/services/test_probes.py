"""Looks at links: due before a call and after it, each taken and told once."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from eventsched.domain.events import Standing
from eventsched.domain.look_rules import LookRule
from eventsched.domain.probes import ProbeKind, probes
from eventsched.probing import Prober, Seen
from eventsched.services import events
from eventsched.services.probes import derive_missing, look_at_one, write_off_missed
from eventsched.store import events as event_store
from eventsched.store import probes as probe_store
from eventsched.store import site
from eventsched.store.database import Store
from eventsched.store.tables import EventRow, ProbeRow
from tests.builders import VENDOR_REPLAY, a_draft, an_event, at
from tests.fixtures.product import PHOENIX, VENDOR

BASE_URL = "http://ir.example"
A_DAY_BEFORE = at("2011-11-10 16:00")
WHILE_LIVE = at("2011-11-11 16:10")
A_TYPO_LATER = WHILE_LIVE + timedelta(seconds=3)
A_MINUTE_AFTER_CLOSING = at("2011-11-18 17:01")


@dataclass
class Answering(Prober):
    """Gives prepared answers instead of asking the internet, and notes what was asked."""

    answers: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def look(self, url: str, *, follow: bool = True) -> Seen:
        assert follow is not url.startswith(BASE_URL)
        self.asked.append(url)
        status = self.answers.get(url)
        return Seen(status=status, words=f"answered {status}" if status else "did not answer")


def test_links_are_looked_at_before_the_call_after_it_and_after_closing() -> None:
    event = an_event(replay_url=VENDOR_REPLAY, replay_posted_at="2011-11-11 17:30")

    assert [(str(p.kind), f"{p.due_at:%d %H:%M}") for p in probes(event, LookRule())] == [
        ("live_link", "10 16:00"),
        ("live_link", "11 15:00"),
        ("live_link", "11 15:50"),
        ("replay_link", "11 17:31"),
        ("our_gate", "18 17:01"),
        ("vendor_still_serves", "18 17:01"),
    ]


@pytest.mark.parametrize("standing", ["draft", "cancelled", "postponed", "withdrawn"])
def test_nothing_is_looked_at_for_what_does_not_take_place(standing: str) -> None:
    assert probes(an_event(standing=standing), LookRule()) == []


@pytest.mark.parametrize(("status", "good"), [(200, True), (404, False), (None, False)])
def test_a_dead_live_link_is_told_a_day_before(
    release: Store, status: int | None, good: bool
) -> None:
    link = f"{VENDOR}/live/credit-suisse-2011"
    prober = Answering(answers={} if status is None else {link: status})

    told = look_at_one(release, prober, base_url=BASE_URL, now=A_DAY_BEFORE)

    assert told is not None
    assert (told.slug, told.kind, told.good) == (PHOENIX, ProbeKind.LIVE_LINK, good)
    assert prober.asked == [link]
    with release.reading() as session:
        assert probe_store.latest(session, PHOENIX) == [told]
        last = site.last_entry(session)
    assert last is not None
    assert VENDOR not in str(last.body)
    assert last.body["good"] is good


def test_a_look_is_taken_once(release: Store) -> None:
    prober = Answering()
    first = look_at_one(release, prober, base_url=BASE_URL, now=A_DAY_BEFORE)
    again = look_at_one(release, prober, base_url=BASE_URL, now=A_DAY_BEFORE)

    assert (first is not None, again) == (True, None)


def test_a_look_whose_worker_died_is_taken_by_another_a_minute_later(release: Store) -> None:
    with release.writing() as session:
        site.hold(session)
        leased = probe_store.lease_due(session, now=A_DAY_BEFORE)

    def look(seconds: int) -> object:
        later = A_DAY_BEFORE + timedelta(seconds=seconds)
        return look_at_one(release, Answering(), base_url=BASE_URL, now=later)

    assert leased is not None
    assert look(59) is None
    assert look(60) is not None


def test_after_the_closing_gate_and_vendor_are_looked_at(release: Store) -> None:
    gate = f"{BASE_URL}/events/{PHOENIX}/replay"
    vendor = f"{VENDOR}/replay/credit-suisse-2011"
    prober = Answering(answers={gate: 410, vendor: 200})

    told = []
    while one := look_at_one(release, prober, base_url=BASE_URL, now=A_MINUTE_AFTER_CLOSING):
        told.append(one)

    closing = [(t.kind, t.good, t.words) for t in told if t.slug == PHOENIX][-2:]
    assert closing == [
        (ProbeKind.OUR_GATE, True, "answered 410"),
        (ProbeKind.VENDOR_STILL_SERVES, False, "answered 200"),
    ]
    # What fell due while no worker ran says nothing any more, and nobody is asked for it.
    assert prober.asked == [gate, vendor]


def test_events_from_before_there_were_looks_get_theirs_once(release: Store) -> None:
    with release.engine.begin() as connection:
        connection.execute(text("delete from probe"))
    now = at("2011-11-11 15:10")
    # The first begins at 16:00: the look that was due an hour before is recent enough.
    assert derive_missing(release, now=now) == 2
    chosen = select(ProbeRow).join(EventRow).where(EventRow.slug == PHOENIX)
    with release.reading() as session:
        due = sorted((row.due_at, row.kind) for row in session.scalars(chosen))
    assert [f"{due_at:%d %H:%M} {kind}" for due_at, kind in due][:2] == [
        "11 15:00 live_link",
        "11 15:50 live_link",
    ]
    assert derive_missing(release, now=now) == 0


def exchange_the_live_link(store: Store) -> None:
    """Exchange it, and correct something else three seconds later."""
    for base, (moment, city) in enumerate(
        [(WHILE_LIVE, "Phoenix, AZ"), (A_TYPO_LATER, "Tempe, AZ")]
    ):
        with store.reading() as session:
            event = event_store.by_slug(session, PHOENIX)
        assert event is not None
        draft = a_draft(
            title=event.facts.title,
            city=city,
            live_url=f"{VENDOR}/live/another",
            replay_url=VENDOR_REPLAY,
        )
        events.revise(
            store, PHOENIX, draft, base=event.revision, by="test", reason=str(base), now=moment
        )


def test_the_look_at_an_exchanged_link_outlives_the_next_save(release: Store) -> None:
    prober = Answering()
    while look_at_one(release, prober, base_url=BASE_URL, now=WHILE_LIVE):
        pass
    prober.asked.clear()
    exchange_the_live_link(release)
    told = look_at_one(release, prober, base_url=BASE_URL, now=A_TYPO_LATER)
    assert told is not None
    assert (told.kind, told.good) == (ProbeKind.LIVE_LINK, False)
    assert prober.asked == [f"{VENDOR}/live/another"]


def test_nobody_looks_at_an_exchanged_link_of_what_was_called_off(release: Store) -> None:
    prober = Answering()
    while look_at_one(release, prober, base_url=BASE_URL, now=WHILE_LIVE):
        pass
    prober.asked.clear()
    exchange_the_live_link(release)
    with release.reading() as session:
        event = event_store.by_slug(session, PHOENIX)
    assert event is not None
    events.set_standing(
        release,
        PHOENIX,
        Standing.CANCELLED,
        base=event.revision,
        by="test",
        reason="so",
        now=A_TYPO_LATER,
    )
    for _ in range(3):
        assert look_at_one(release, prober, base_url=BASE_URL, now=A_TYPO_LATER) is None
    assert prober.asked == []
    with release.reading() as session:
        waiting = select(ProbeRow).join(EventRow)
        left = session.scalars(waiting.where(EventRow.slug == PHOENIX, ProbeRow.done_at.is_(None)))
        assert list(left) == []


def test_a_dead_replay_link_is_known_of_for_as_long_as_the_replay_stays(store: Store) -> None:
    """For one that stays until further notice, that is for ever."""
    endless = an_event(
        replay_until="further notice", replay_days="", replay_posted_at="2011-11-11 17:30"
    )
    with store.writing() as session:
        event_store.add(session, endless, by="test", reason="", at=at("2011-11-02 12:00"))
        number = event_store.id_of(session, endless.slug)
        probe_store.derive_again(
            session, {number: probes(endless, LookRule())}, at=at("2011-11-02 12:00")
        )
    while look_at_one(store, Answering(), base_url=BASE_URL, now=at("2011-11-11 17:31")):
        pass
    with store.reading() as session:
        looks = probe_store.looks(session, since=at("2021-11-11 17:31"))
        assert looks[endless.slug][-1].kind is ProbeKind.REPLAY_LINK
        assert event_store.lasting_beyond(session, at("2021-11-11 17:31")) == [endless]


def test_looks_that_it_is_too_late_for_are_settled_in_one_save(release: Store) -> None:
    before = release.saves
    # Exactly half an hour late is not too late yet.
    late = at("2011-11-11 15:30")

    assert write_off_missed(release, now=late) == 1
    assert release.saves == before + 1
    prober = Answering()
    told = look_at_one(release, prober, base_url=BASE_URL, now=late)
    assert told is not None
    assert (f"{told.at:%H:%M}", len(prober.asked)) == ("15:30", 1)

    assert write_off_missed(release, now=at("2011-11-18 18:00"), most=3) == 3
    with release.reading() as session:
        entries = [e for e in site.ledger(session) if e.kind == "probe"]
    words = [(e.body["looked_at"], e.body["words"]) for e in entries]
    assert words[0] == ("live_link", "not looked at in time")
    assert words[1] == ("live_link", "did not answer")
    assert {said for _, said in words[2:]} == {"not looked at in time"}
    assert len(words) == 5
    while write_off_missed(release, now=at("2012-11-18 18:00")):
        pass
    assert look_at_one(release, prober, base_url=BASE_URL, now=at("2012-11-18 18:00")) is None


def test_a_look_under_way_is_not_written_off(release: Store) -> None:
    now = at("2011-11-10 17:00")
    with release.writing() as session:
        due = probe_store.lease_due(session, now=now)
    assert due is not None

    assert write_off_missed(release, now=now) == 0
    assert write_off_missed(release, now=now + probe_store.LEASE) == 1
