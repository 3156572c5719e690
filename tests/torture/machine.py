"""Random saves, clock moves, crashes and restarts, held against the model.

Every public channel is asked what the model is asked, and must agree.
"""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import icalendar
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from eventsched.app import create_app
from eventsched.domain.drafts import Draft
from eventsched.domain.events import Standing
from eventsched.domain.ledger import exported, first_broken, read_entry
from eventsched.domain.replays import ReplayStep
from eventsched.domain.revisions import NotAllowed
from eventsched.recalling import Then, Told, recalled
from eventsched.services import events, intake, replays
from eventsched.services.rebuilding import Rebuilt
from eventsched.services.transitions import record_due
from eventsched.settings import Settings, load_settings
from eventsched.store import events as event_store
from eventsched.store import site
from eventsched.store.database import Store
from tests.fixtures.product import SettableClock
from tests.torture.model import Known, Window

FIRST_DAY = date(2026, 3, 2)
# The weeks in which America, then Europe, change their clocks; the event is never at night.
DAYS = st.integers(0, 40).map(lambda n: FIRST_DAY + timedelta(days=n))
HOURS = st.sampled_from([time(8), time(9, 30), time(12), time(16, 45)])
ZONES = st.sampled_from(["America/Phoenix", "America/New_York", "Europe/Berlin", "Asia/Kathmandu"])
WINDOWS = st.sampled_from(
    [
        Window(),
        *(Window(days=days) for days in (1, 7, 30)),
        Window(days=7, from_posting=True),
        Window(until_revoked=True),
    ]
)
NONE_CAME = "No replay is posted, though one was promised"
REPLAY_ENDINGS = ("replay_closed", "replay_missing")
ISSUER = '[issuer]\nname = "Example"\nhome_zone = "America/New_York"\ndomain = "example.com"\n'


class Died(Exception):
    """The process is gone."""


class Machine(RuleBasedStateMachine):
    """The product and the model, side by side."""

    known = Bundle("known")
    fresh_database: Callable[[], str]
    store: Store

    @initialize()
    def begin(self) -> None:
        self.clock = SettableClock(datetime(2026, 3, 1, 12, tzinfo=UTC))
        self.database_url = type(self).fresh_database()
        self.settings = _settings(self.database_url)
        self.model: dict[str, Known] = {}
        self.numbers = iter(range(1, 10_000))
        self.closings_told: set[tuple[str, str, str]] = set()
        self.kept: tuple[datetime, int, Mapping[str, Told]] | None = None
        self.store = Store(self.database_url)
        intake.take_in(self.store, ISSUER, by="model", now=self.clock.at)
        self.restart()

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.store = Store(self.database_url)
        self.client = create_app(self.settings, self.clock, self.store).test_client()

    @rule(
        target=known,
        day=DAYS,
        clock=HOURS,
        zone=ZONES,
        window=WINDOWS,
        live=st.booleans(),
        posted=st.booleans(),
        approved=st.sampled_from([True, True, True, False]),
    )
    def plan(
        self,
        day: date,
        clock: time,
        zone: str,
        window: Window,
        live: bool,
        posted: bool,
        approved: bool,
    ) -> str:
        title = f"Occasion Nr{next(self.numbers)}"
        stated: dict[str, Any] = {
            "day": day,
            "clock": clock,
            "zone": zone,
            "window": window,
        }
        draft = _draft(title, live=live, posted=posted, **stated)
        event = events.plan(self.store, draft, by="model", now=self.now)
        self.model[event.slug] = Known(
            slug=event.slug,
            revision=1,
            title=title,
            has_live=live,
            has_replay=posted,
            posted_at=self.now if posted else None,
            standing=Standing.DRAFT,
            since=self.now,
            publish_at=None,
            **stated,
        )
        if approved:
            self.approve(event.slug, 0)
        return event.slug

    @rule(
        slug=known,
        day=DAYS,
        clock=HOURS,
        window=WINDOWS,
        live=st.booleans(),
        posted=st.booleans(),
    )
    def edit(
        self,
        slug: str,
        day: date,
        clock: time,
        window: Window,
        live: bool,
        posted: bool,
    ) -> None:
        old = self.model[slug]
        stated: dict[str, Any] = {
            "day": day,
            "clock": clock,
            "zone": old.zone,
            "window": window,
        }
        draft = _draft(old.title, live=live, posted=posted, **stated)
        event = events.revise(
            self.store, slug, draft, base=old.revision, by="model", reason="so", now=self.now
        )
        saved = replace(
            old,
            revision=event.revision,
            day=day,
            clock=clock,
            window=window,
            has_live=live,
            has_replay=posted,
        )
        self.model[slug] = replace(saved, posted_at=old.posted_after(saved, self.now))

    @rule(slug=known, embargo_hours=st.sampled_from([0, 0, 5, 200]))
    def decide(self, slug: str, embargo_hours: int) -> None:
        self.approve(slug, embargo_hours)

    def approve(self, slug: str, embargo_hours: int) -> None:
        old = self.model[slug]
        if old.standing not in (Standing.DRAFT, Standing.CANCELLED, Standing.POSTPONED):
            return
        wanted = self.now + timedelta(hours=embargo_hours) if embargo_hours else None
        self.stand(slug, Standing.APPROVED, publish_at=wanted)
        if not old.is_public(self.now):
            published = max(wanted or old.publish_at or self.now, self.now)
            self.model[slug] = replace(self.model[slug], publish_at=published)

    @rule(slug=known, standing=st.sampled_from([Standing.CANCELLED, Standing.POSTPONED]))
    def call_off(self, slug: str, standing: Standing) -> None:
        if self.model[slug].standing is Standing.APPROVED:
            self.stand(slug, standing)

    @rule(slug=known)
    def withdraw(self, slug: str) -> None:
        if self.model[slug].standing is not Standing.WITHDRAWN:
            self.stand(slug, Standing.WITHDRAWN)

    @rule(slug=known, step=st.sampled_from(ReplayStep))
    def end_the_replay_or_give_it_back(self, slug: str, step: ReplayStep) -> None:
        old, now = self.model[slug], self.now
        if step is ReplayStep.WITHDRAW:
            shown = old.replay_status(now) != 404
            may_open = shown and (old.closes is None or now < old.closes)
            makes_sense = old.ends <= now and may_open and not old.is_withdrawn
        else:
            until = old.promised_until
            makes_sense = old.is_public(now) and old.is_withdrawn and (not until or until > now)
        try:
            replays.take(
                self.store, slug, step, base=old.revision, by="model", reason="so", now=now
            )
        except NotAllowed:
            assert not makes_sense
            return
        assert makes_sense
        withdrawn = now if step is ReplayStep.WITHDRAW else None
        self.model[slug] = replace(old, revision=old.revision + 1, withdrawn_at=withdrawn)

    def stand(self, slug: str, standing: Standing, *, publish_at: datetime | None = None) -> None:
        old = self.model[slug]
        events.set_standing(
            self.store,
            slug,
            standing,
            base=old.revision,
            publish_at=publish_at,
            reason="so",
            by="model",
            now=self.now,
        )
        self.model[slug] = replace(
            old, standing=standing, since=self.now, revision=old.revision + 1
        )

    @rule(slug=known)
    def a_save_dies_before_its_commit(self, slug: str) -> None:
        """Do all that a cancellation does, and lose the process just before the commit."""
        with contextlib.suppress(Died), self.store.writing() as session:
            event = event_store.by_slug(session, slug)
            assert event is not None
            died = replace(event, revision=event.revision + 1, standing=Standing.CANCELLED)
            event_store.update(session, died, by="model", reason="", at=self.now)
            site.append_to_ledger(session, at=self.now, kind="revision", subject=slug, body={})
            site.raise_version(session)
            raise Died

    @rule(minutes=st.sampled_from([1, 59, 60, 61, 600, 1440, 7 * 1440, 20 * 1440]))
    def time_passes(self, minutes: int) -> None:
        self.clock.at += timedelta(minutes=minutes)

    @rule(minutes=st.sampled_from([1, 60, 1440]))
    def the_clock_is_set_back(self, minutes: int) -> None:
        self.clock.at -= timedelta(minutes=minutes)

    @rule(
        slug=known, edge=st.sampled_from(["starts", "ends", "closes", "missing_at", "publish_at"])
    )
    def the_clock_reaches_an_edge(self, slug: str, edge: str) -> None:
        self.clock.at = getattr(self.model[slug], edge) or self.now

    @rule()
    def a_worker_looks(self) -> None:
        """Write down what is due: exactly the closings that the model knows of, then and before."""
        while record_due(self.store, now=self.now):
            pass
        for event in self.model.values():
            published = event.publish_at
            expected = event.is_public(self.now) and event.standing is Standing.APPROVED
            for kind, at in event.told_of_replay():
                if expected and published and published < at <= self.now:
                    self.closings_told.add((event.slug, kind, f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"))
        with self.store.reading() as session:
            entries = [e for e in site.ledger(session) if e.kind in REPLAY_ENDINGS]
        told = sorted((e.subject, e.kind, e.body["promised"]) for e in entries)
        assert told == sorted(self.closings_told)

    @rule(slug=known)
    def a_replay_that_was_seen_to_close_is_extended(self, slug: str) -> None:
        event = self.model[slug]
        if event.closes is not None and event.window.days is not None:
            self.clock.at = event.closes
            self.a_worker_looks()
            longer = replace(event.window, days=event.window.days + 14)
            self.edit(slug, event.day, event.clock, longer, event.has_live, posted=True)

    @rule(slug=known)
    def somebody_looks_around_every_edge(self, slug: str) -> None:
        """Ask about one event at each of its instants, and a moment before each."""
        event, stopped_at = self.model[slug], self.now
        replay = (event.opens, event.missing_at, event.closes)
        edges = (event.publish_at, event.starts, event.ends, *replay)
        for instant in filter(None, edges):
            for moment in (instant - timedelta(microseconds=1), instant):
                self.clock.at = moment
                self.compare(event)
        self.clock.at = stopped_at

    @property
    def now(self) -> datetime:
        return self.clock.at

    @invariant()
    def every_channel_shows_what_the_model_shows(self) -> None:
        for event in self.model.values():
            self.compare(event)

    def compare(self, event: Known) -> None:
        """Ask every public channel about one event, now."""
        slug, public = event.slug, event.is_public(self.now)
        listed, page = self.client.get("/").text, self.client.get(f"/events/{slug}")
        live, replay = (self.client.get(f"/events/{slug}/{gate}") for gate in ("live", "replay"))
        feed = {str(e["UID"]) for e in self.entries("/calendar.ics")}
        replayed = {str(e["UID"]) for e in self.entries("/calendar/replays.ics")}
        file = self.client.get(f"/events/{slug}.ics")
        texts = (page.text, file.text.replace("\r\n ", ""), replay.text)
        shown = {
            "page": page.status_code,
            "listed": f'"/events/{slug}"' in listed,
            "in feed": f"{slug}@example.com" in feed,
            "in replays": f"replay-{slug}@example.com" in replayed,
            "file": file.status_code,
            "live": live.status_code,
            "replay": replay.status_code,
            "page leads to the replay": f'href="/events/{slug}/replay"' in page.text,
            "say that none came": [NONE_CAME in text.replace("\\,", ",") for text in texts],
        }
        assert shown == {
            "page": 200 if public else 404,
            "listed": public,
            "in feed": event.in_feed(self.now),
            "in replays": event.replay_status(self.now) == 302,
            "file": 200 if public else 404,
            "live": event.live_status(self.now),
            "replay": event.replay_status(self.now),
            "page leads to the replay": event.replay_status(self.now) == 302,
            "say that none came": [event.says_none_came(self.now)] * 3,
        }, (slug, self.now)

    @invariant()
    def the_chain_holds(self) -> None:
        with self.store.reading() as session:
            assert first_broken(site.ledger(session)) is None

    def entries(self, path: str) -> list[Any]:
        return list(icalendar.Calendar.from_ical(self.client.get(path).data).walk("VEVENT"))

    @rule()
    def somebody_keeps_what_was_told(self) -> None:
        """Keep what every channel says now, to be held against the ledger's word at the end."""
        with self.store.reading() as session:
            last = site.last_entry(session)
        assert last is not None
        site_now = Then(self.client, Rebuilt(slugs=tuple(self.model)), self.settings.base_url)
        self.kept = self.now, last.number, site_now.channels()

    def the_ledger_alone_tells_the_same(self) -> None:
        """Rebuild the moment from the lines of an export, as whoever holds one would."""
        if self.kept is None:
            return
        instant, number, told = self.kept
        with self.store.reading() as session:
            export = [exported(entry) for entry in site.ledger(session)]
        entries = [read_entry(line) for line in export]
        # Counted and not timed: where a clock was set back, one instant was there twice.
        known = [entry for entry in entries if entry.number <= number]
        with recalled(known, instant, self.settings) as back_then:
            assert back_then.channels() == told, instant

    def teardown(self) -> None:
        if not hasattr(self, "store"):
            return
        self.the_ledger_alone_tells_the_same()
        for slug in self.model:
            self.somebody_looks_around_every_edge(slug)
        self.clock.at = datetime(2027, 1, 1, tzinfo=UTC)
        self.a_worker_looks()
        self.store.close()


def _draft(title: str, *, live: bool, posted: bool, **stated: Any) -> Draft:
    window = stated["window"]
    return Draft(
        title=title,
        date=stated["day"].isoformat(),
        time=f"{stated['clock']:%H:%M}",
        zone=stated["zone"],
        duration="60",
        live_url="https://vendor.example/live" if live else "",
        replay_url="https://vendor.example/replay" if posted else "",
        replay_days="" if window.days is None else str(window.days),
        replay_until="further notice" if window.until_revoked else "",
        replay_counted_from="posting" if window.from_posting else "",
    )


def _settings(database_url: str) -> Settings:
    return load_settings(
        {
            "EVENTSCHED_DATABASE_URL": database_url,
            "EVENTSCHED_SECRET_KEY": "only-the-tests-know-this-key-of-32",
        }
    )
