"""Mail to the team: owed once when something arises, to whom it concerns, while it is true."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime

from eventsched.domain.events import Event
from eventsched.domain.notices import Mail, Notice
from eventsched.domain.probes import states
from eventsched.domain.readiness import LATELY
from eventsched.domain.staff import Staff
from eventsched.domain.staff_notices import Concern, concerns, parked
from eventsched.domain.times import local
from eventsched.letters import write
from eventsched.services import notices
from eventsched.services.drift import rules_version
from eventsched.services.notices import COMPOSERS, Letterhead
from eventsched.store import events as event_store
from eventsched.store import mail_progress, second_person, site
from eventsched.store import notices as notice_store
from eventsched.store import probes as probe_store
from eventsched.store import staff as staff_store
from eventsched.store.database import Session, Store

_PARKED = "staff.parked"


def owe_due(store: Store, *, now: datetime) -> int:
    """Owe the team what has arisen since the last look; return how many mails that are."""
    with store.reading() as session:
        issuer = site.issuer(session)
        if issuer is None:
            return 0
        found = _concerns(session, _events(session, now=now), issuer.home_zone, now=now)
        wanted = list(_owed(found, staff_store.every(session), now=now))
        known = notice_store.known_keys(session, [notice.key for notice in wanted])
    fresh = [notice for notice in wanted if notice.key not in known]
    if fresh:
        with store.writing() as session:
            notices.owe(session, fresh, now=now)
    return len(fresh)


def compose(session: Session, notice: Notice, head: Letterhead) -> Mail | None:
    """Write the mail, as things stand now; None where it is true no more, or not their concern."""
    staff = staff_store.by_email(session, notice.to)
    event = event_store.by_slug(session, notice.event_slug) if notice.event_slug else None
    found = _concerns(session, [event] if event else [], head.issuer.home_zone, now=head.now)
    concern = next((one for one in found if one.key == notice.body["concern"]), None)
    if staff is None or concern is None or staff.role not in concern.roles:
        return None
    where = f"/staff/events/{concern.slug}" if concern.slug else "/staff/mail"
    text, html = write(
        "staff",
        issuer=head.issuer,
        concern=concern,
        link=head.base_url + where,
        account=f"{head.base_url}/staff/",
    )
    about = f"{concern.headline}: {concern.title}" if concern.title else concern.headline
    return Mail(subject=about, text=text, html=html)


def _events(session: Session, *, now: datetime) -> list[Event]:
    """Return what goes on or did lately, and what somebody would have changed, however old it is.

    A slip in what is long over is put right as well.
    """
    lasting = event_store.lasting_beyond(session, now - LATELY)
    declined = second_person.declined_since(session, now - LATELY)
    older = {*second_person.all_waiting(session), *declined} - {event.slug for event in lasting}
    return [*lasting, *event_store.by_slugs(session, sorted(older)).values()]


def _concerns(
    session: Session, events: Iterable[Event], home_zone: str, *, now: datetime
) -> list[Concern]:
    looks = probe_store.looks(session, since=now - LATELY)
    waiting = second_person.all_waiting(session)
    declined = second_person.declined_since(session, now - LATELY)
    found = [
        concern
        for event in events
        for concern in concerns(
            event,
            links=states(looks.get(event.slug, ())),
            proposal=waiting.get(event.slug),
            declined=declined.get(event.slug),
            home_zone=home_zone,
            rules=rules_version(),
            now=now,
        )
    ]
    # A mail about parked mail that can't be sent is no news to those whom it does not reach.
    given_up = mail_progress.count_parked(session, but=_PARKED)
    day = f"{local(now, home_zone):%Y-%m-%d}"
    return [*found, parked(given_up, day)] if given_up else found


def _owed(found: Iterable[Concern], team: list[Staff], *, now: datetime) -> Iterator[Notice]:
    for concern in found:
        for staff in team:
            if concern.only not in ("", staff.email):
                continue
            if staff.role in concern.roles and staff.email != concern.but:
                yield Notice(
                    key=f"staff:{_number_of(staff)}:{concern.key}",
                    kind=concern.kind,
                    to=staff.email,
                    due_at=now,
                    event_slug=concern.slug or None,
                    body={"concern": concern.key},
                )


def _number_of(staff: Staff) -> str:
    """Return what stands for a member of staff in a key, which holds no address."""
    return hashlib.sha256(staff.email.encode()).hexdigest()[:16]


COMPOSERS["staff"] = compose
