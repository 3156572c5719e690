"""Which words must not be found outside right now, by what is stored."""

from datetime import datetime

from eventsched.domain.leaks import Telltales, telltales
from eventsched.services import alert_mails
from eventsched.services.notices import Letterhead
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


def mails_that_wait(
    store: Store, *, base_url: str, secret_key: str, most: int, now: datetime
) -> list[tuple[str, str]]:
    """Return up to `most` mails that wait for investors: what each is about, and all it says.

    They are composed as they would be if they were sent at `now`; none is sent.
    """
    with store.reading() as session:
        issuer = site.issuer(session)
        if issuer is None:
            return []
        head = Letterhead(issuer=issuer, base_url=base_url, secret_key=secret_key, now=now)
        written = [
            (notice, alert_mails.compose(session, notice, head))
            for notice in leaks.notices_that_wait(session, most=most)
        ]
    return [
        (notice.event_slug or notice.kind, f"{mail.subject} {mail.text} {mail.html} {mail.ics}")
        for notice, mail in written
        if mail is not None
    ]
