"""A real worker with a real mail server: what somebody asked for comes, and what is old goes."""

import time
from dataclasses import replace
from datetime import timedelta

from eventsched.clock import DemoClock
from eventsched.domain.alerts import SignUpDraft
from eventsched.domain.events import Standing
from eventsched.domain.personal_links import LinkKind, LinkToken
from eventsched.services import alerts, events
from eventsched.store import people, site
from eventsched.store.database import Store
from eventsched.worker.post import MailRoute
from eventsched.worker.timer import Worker
from tests.builders import a_draft, an_issuer
from tests.fixtures.mail import Inbox
from tests.fixtures.processes import wait_until
from tests.fixtures.product import ANNOUNCED
from tests.worker.test_timer import working

JO, LATE = "jo@example.com", "late@example.com"


def test_the_worker_sends_what_is_asked_for_and_erases_what_is_old(
    store: Store, mail_server: Inbox
) -> None:
    with store.writing() as session:
        site.set_issuer(session, an_issuer(), at=ANNOUNCED)
    long_ago = ANNOUNCED - timedelta(days=8)
    alerts.sign_up(store, SignUpDraft(email=LATE, zone="UTC"), now=long_ago)
    alerts.sign_up(store, SignUpDraft(email=JO, zone="UTC"), now=ANNOUNCED)
    with store.reading() as session:
        link = people.unused_link(session, 2, LinkKind.CONFIRM)
    assert link is not None
    route = MailRoute(
        server=replace(mail_server.server, connections=1),
        base_url="http://ir.example",
        secret_key="only-the-tests-know-this-key-of-32",
        alert_quiet=timedelta(minutes=5),
    )
    # An hour a second: the quiet period is over in a moment.
    clock = DemoClock(shown=ANNOUNCED, since=time.time(), speed=3_600)
    with working(Worker(store, clock, mail=route)):
        wait_until(lambda: len(mail_server.to(JO)) == 1, what="the mail to confirm by")
        token = LinkToken(kind=LinkKind.CONFIRM, number=link.id, key=link.key)
        alerts.confirm(store, token, policy_version=1, now=clock.now())
        event = events.plan(store, a_draft(), by="test", now=clock.now())
        events.set_standing(
            store, event.slug, Standing.APPROVED, base=1, by="test", now=clock.now()
        )
        wait_until(lambda: len(mail_server.to(JO)) == 2, what="the alert")
    with store.reading() as session:
        assert people.by_email(session, LATE) is None
    assert mail_server.to(LATE) == []
