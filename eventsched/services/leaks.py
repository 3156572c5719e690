"""Which words must not be found outside right now, by what is stored."""

from datetime import datetime

from eventsched.domain.leaks import Telltales, telltales
from eventsched.store import leaks, second_person, site
from eventsched.store.database import Store


def what_must_not_be_found(store: Store, *, wording: str, now: datetime) -> Telltales:
    """Return the distinctive words of all that is not public at `now`.

    `wording` is what the pages say of themselves, whatever the events.
    """
    with store.reading() as session:
        issuer = site.issuer(session)
        proposals = second_person.all_waiting(session).values()
        return telltales(
            leaks.histories(session).items(),
            [(one.slug, one.draft, one.reason) for one in proposals],
            keys=leaks.keys(session),
            known=f"{wording} {issuer}",
            now=now,
        )
