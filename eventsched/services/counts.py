"""Writing down what was counted, and forgetting it when its time is over."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from eventsched.domain.counts import Noticed
from eventsched.domain.times import local
from eventsched.store import counts, site
from eventsched.store.database import Store


def record(store: Store, noticed: Sequence[Noticed], *, keep_days: int, now: datetime) -> None:
    """Add what was noticed to today's counts, and drop those older than `keep_days`.

    The day is that of the company's home zone. Raises DatabaseUnavailable.
    """
    with store.reading() as session:
        issuer = site.issuer(session)
    day = (local(now, issuer.home_zone) if issuer else now).date()
    with store.writing() as session:
        counts.add(session, noticed, day=day)
        counts.forget(session, before=day - timedelta(days=keep_days))
