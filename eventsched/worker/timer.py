"""APScheduler as a timer: wake at the next due instant and, as a net, twice a second.

Its job store stays in memory and holds no truth: what is due stands in the database, where any
number of workers claim it. So its known weak spots (a second of grace for late jobs, stores that
can't be shared, a clock that is set forward while it sleeps) cost nothing but one tick.
"""

import logging
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from eventsched.clock import Clock
from eventsched.probing import LookAbandoned, Prober
from eventsched.services import (
    drift,
    notices,
    privacy,
    probes,
    sessions,
    staff_notices,
    transitions,
)
from eventsched.store.database import DatabaseUnavailable, Store
from eventsched.worker.post import MailRoute, Post

TICK = timedelta(milliseconds=500)
LINKS_EVERY = timedelta(seconds=5)
MAIL_EVERY = timedelta(seconds=1)
# The longest that an operator may set.
LONGEST_SESSION = timedelta(days=31)
TEAM_EVERY = timedelta(seconds=30)
_TICK_JOB, _DUE_JOB, _LINKS_JOB, _ZONES_JOB = "tick", "due", "links", "zones"
_MAIL_JOB, _KEPT_JOB, _TEAM_JOB = "mail", "kept", "team"

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class LinkWatch:
    """With what links are looked at, and where our own gates are."""

    prober: Prober
    base_url: str


class Worker:
    """Writes transitions down as they fall due, until it is stopped."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        links: LinkWatch | None = None,
        mail: MailRoute | None = None,
        *,
        session_lifetime: timedelta = LONGEST_SESSION,
    ) -> None:
        self._store = store
        self._clock = clock
        self._session_lifetime = session_lifetime
        self._links = links
        self._post = None if mail is None else Post(store, clock.now, mail)
        self._reachable = True
        self._leaving = threading.Event()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            # A mail server that hangs delays mail, and nothing else.
            executors={"default": ThreadPoolExecutor(10), _MAIL_JOB: ThreadPoolExecutor(1)},
            # Late is better than never: what fell due while the machine slept is still due.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        """Catch up at once, then keep watch in the background."""
        self._scheduler.add_job(
            self.look, IntervalTrigger(seconds=TICK.total_seconds()), id=_TICK_JOB
        )
        if self._links is not None:
            every = IntervalTrigger(seconds=LINKS_EVERY.total_seconds())
            self._scheduler.add_job(self.look_at_links, every, args=[self._links], id=_LINKS_JOB)
        if self._post is not None:
            every = IntervalTrigger(seconds=MAIL_EVERY.total_seconds())
            self._scheduler.add_job(
                self.look_at_mail, every, args=[self._post], id=_MAIL_JOB, executor=_MAIL_JOB
            )
        every = IntervalTrigger(seconds=TEAM_EVERY.total_seconds())
        self._scheduler.add_job(self.look_for_the_team, every, id=_TEAM_JOB)
        self._scheduler.add_job(self.look_at_zones, IntervalTrigger(days=1), id=_ZONES_JOB)
        self._scheduler.add_job(self.look_at_retention, IntervalTrigger(hours=1), id=_KEPT_JOB)
        self._scheduler.start()
        self.look()
        self._derive_missing_looks()
        self.look_at_zones()
        self.look_for_the_team()
        self.look_at_retention()

    def stop(self) -> None:
        """Stop; the look that may be under way, and what is due besides, wait for the next."""
        self._leaving.set()
        if self._links is not None:
            self._links.prober.stop()
        if self._post is not None:
            self._post.stop()
        self._scheduler.shutdown(wait=True)

    def look(self) -> None:
        """Write down all that is due, and arrange to be woken at the next due instant."""
        try:
            next_due = self._record_all_due()
        except DatabaseUnavailable as outage:
            self._report(outage)
            return
        if not self._reachable:
            log.warning("The database answers again; caught up.")
            self._reachable = True
        if next_due is not None:
            self._wake_at(next_due)

    def look_at_links(self, links: LinkWatch) -> None:
        """Take the looks at links that are due, one after the other, where it is not too late."""
        try:
            while not self._leaving.is_set() and (
                missed := probes.write_off_missed(self._store, now=self._clock.now())
            ):
                log.warning("Looks at links, not taken in time: %s", missed)
            while not self._leaving.is_set() and (
                told := probes.look_at_one(
                    self._store, links.prober, base_url=links.base_url, now=self._clock.now()
                )
            ):
                level = logging.INFO if told.good else logging.ERROR
                looked_at = told.kind.replace("_", " ")
                log.log(level, "%s of %s: %s", looked_at, told.slug, told.words)
        except LookAbandoned:
            log.info("A look at a link is left to the next worker.")
        except DatabaseUnavailable as outage:
            self._report(outage)

    def look_at_mail(self, post: Post) -> None:
        """Deliver the mail that is due."""
        try:
            post.deliver_due()
        except DatabaseUnavailable as outage:
            self._report(outage)

    def _derive_missing_looks(self) -> None:
        """See to events that were saved before links were looked at."""
        if self._links is None:
            return
        try:
            probes.derive_missing(self._store, now=self._clock.now())
        except DatabaseUnavailable as outage:
            self._report(outage)

    def look_for_the_team(self) -> None:
        """Owe the team mail about what has arisen."""
        try:
            if owed := staff_notices.owe_due(self._store, now=self._clock.now()):
                log.info("%s to the team: owed.", "1 mail" if owed == 1 else f"{owed} mails")
        except DatabaseUnavailable as outage:
            self._report(outage)

    def look_at_zones(self) -> None:
        """Report events that new zone rules would move; those of the coming day as an alarm."""
        try:
            drifting = drift.find(self._store, now=self._clock.now())
        except DatabaseUnavailable as outage:
            self._report(outage)
            return
        for found in drifting:
            alarming = found.is_alarming(now=self._clock.now())
            log.log(
                logging.CRITICAL if alarming else logging.WARNING,
                "The zone rules of %s have changed (%s); run: eventsched zones",
                found.event.slug,
                f"it would begin {found.moves_by} later" if found.would_be else found.problem,
            )

    def look_at_retention(self) -> None:
        """Erase what has been kept long enough: of mail, of sessions, of who gave an address."""
        try:
            notices.forget_settled(self._store, now=self._clock.now())
            sessions.forget_ended(
                self._store, lasting=self._session_lifetime, now=self._clock.now()
            )
            erased = privacy.keep_no_longer(self._store, now=self._clock.now())
        except DatabaseUnavailable as outage:
            self._report(outage)
            return
        if erased is not None:
            log.info("Kept long enough and erased: %s", erased)

    def _record_all_due(self) -> datetime | None:
        """Write down all that is due; return the next due instant, asked without a lock."""
        while (due := transitions.next_due(self._store)) and due <= self._clock.now():
            if self._leaving.is_set():
                return None
            for transition in transitions.record_due(self._store, now=self._clock.now()):
                instant = f"{transition.due_at:%Y-%m-%d %H:%M:%S}Z"
                log.info("%s  %-18s  %s", instant, transition.kind, transition.slug)
        return due

    def _wake_at(self, instant: datetime) -> None:
        seconds = self._clock.seconds_until(instant)
        if 0 < seconds < TICK.total_seconds():
            # APScheduler sleeps by the machine's clock, whatever clock the product goes by.
            at = datetime.now(UTC) + timedelta(seconds=seconds)
            self._scheduler.add_job(self.look, DateTrigger(at), id=_DUE_JOB, replace_existing=True)

    def _report(self, outage: DatabaseUnavailable) -> None:
        if self._reachable:
            log.error("The database does not answer; will catch up when it does. %s", outage)
        self._reachable = False
