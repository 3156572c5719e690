"""What alerts say: composed at the moment of sending, from the truth of that moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eventsched import letters
from eventsched.calendars.entries import Site
from eventsched.calendars.feeds import mailed
from eventsched.calendars.texts import one_line
from eventsched.domain.alert_occasions import (
    Nearness,
    OccasionKind,
    nearness,
    news,
    tells_the_told,
    topics_now,
)
from eventsched.domain.alerts import Topic
from eventsched.domain.changes import Alteration, public_changes
from eventsched.domain.events import Event
from eventsched.domain.lifecycle import (
    GateState,
    Phase,
    live_gate,
    phase,
    replay_gate,
    takes_place,
)
from eventsched.domain.notices import Mail, Notice
from eventsched.domain.personal_links import Links
from eventsched.domain.times import local
from eventsched.domain.wording import (
    deadline_words,
    live_words,
    own_clock_words,
    place_words,
    replay_words,
    short_date_words,
    when_words,
)
from eventsched.services import alerts, kits, privacy
from eventsched.services.notices import COMPOSERS, SENT, Letterhead
from eventsched.store import alerts as alert_store
from eventsched.store import events as event_store
from eventsched.store import listing as listing_store
from eventsched.store import occasions as occasion_store
from eventsched.store import people
from eventsched.store.alerts import Subscription
from eventsched.store.database import Session


@dataclass(frozen=True, kw_only=True)
class AlertLetter:
    """What an alert says, as words; the templates in `alerts/` put them in order.

    `own_when` and `own_deadline` are on the reader's clock, "" where another that is told shows
    the same. `live` and `replay` are addresses of our gates, "" where they lead nowhere. Reminders
    say the `nearness`, None where the event's time is unknown.
    """

    topic: Topic
    nearness: Nearness | None
    title: str
    day: str
    when: str
    own_when: str
    place: str
    presenters: tuple[str, ...]
    live_words: str
    replay_words: str
    own_deadline: str
    standing: str
    alterations: tuple[Alteration, ...]
    reasons: tuple[str, ...]
    page: str
    live: str
    replay: str
    preferences: str
    unsubscribe: str


def compose(session: Session, notice: Notice, head: Letterhead) -> Mail | None:
    """Return the mail that a notice of kind “alert.…” stands for now; None: nothing to say."""
    links = Links(base_url=head.base_url, secret=head.secret_key)
    if notice.kind in (alerts.CONFIRM_KIND, privacy.DATA_KIND, kits.KIT_KIND):
        return _compose_link(session, notice, head, links)
    person_id = int(notice.body["person"])
    to = alert_store.subscription(session, person_id)
    event = None if notice.event_slug is None else event_store.by_slug(session, notice.event_slug)
    if to is None or event is None:
        return None
    return _compose_alert(session, notice, head, links, to, event)


def note_told(session: Session, notice: Notice, mail: Mail, now: datetime) -> None:
    """Write down what somebody has been told, as their mail is marked as sent."""
    if notice.event_slug is None or mail.revision is None:
        return
    person_id = int(notice.body["person"])
    if people.by_id(session, person_id) is not None:
        event_id = event_store.id_of(session, notice.event_slug)
        occasion_store.note_told(session, person_id, event_id, revision=mail.revision, at=now)


def _compose_alert(
    session: Session,
    notice: Notice,
    head: Letterhead,
    links: Links,
    to: Subscription,
    event: Event,
) -> Mail | None:
    kind = OccasionKind(notice.kind.partition(".")[2])
    event_id = event_store.id_of(session, event.slug)
    told = occasion_store.told(session, to.person.id, event_id)
    since = int(notice.body["since"]) if told is None else told
    before = occasion_store.at_revision(session, event_id, since)
    about = datetime.fromisoformat(notice.body["about"])
    topics = topics_now(kind, about, before, event, now=head.now)
    must_hear = told is not None and tells_the_told(topics)
    if not topics or not (must_hear or to.wishes.cover(event.facts.kind, topics)):
        return None
    changed = kind is OccasionKind.EVENT and before is not None
    letter = _letter(
        min(topics),
        event,
        head,
        links,
        to,
        alterations=news(before, event, head.issuer.home_zone, now=head.now)
        if changed and before is not None
        else (),
        reasons=_reasons(session, event, since, head) if changed else (),
    )
    site = Site(issuer=head.issuer, base_url=head.base_url)
    return _mail(
        "alert",
        {"letter": letter, "issuer": head.issuer},
        ics=mailed(event, site=site, now=head.now).decode(),
        list_unsubscribe=letter.unsubscribe,
        revision=event.revision if kind is OccasionKind.EVENT else since or event.revision,
    )


def _reasons(session: Session, event: Event, since: int, head: Letterhead) -> tuple[str, ...]:
    """Return the reasons given in public for what changed since that revision, the first first."""
    states = listing_store.histories(session, [event.slug])[event.slug]
    changes = public_changes(states, head.issuer.home_zone, now=head.now)
    said = (change.reason for change in reversed(changes) if change.after.revision > since)
    return tuple(dict.fromkeys(reason.strip() for reason in said if reason.strip()))


def _letter(
    topic: Topic,
    event: Event,
    head: Letterhead,
    links: Links,
    to: Subscription,
    *,
    alterations: tuple[Alteration, ...],
    reasons: tuple[str, ...],
) -> AlertLetter:
    home, zone, now = head.issuer.home_zone, to.wishes.zone, head.now
    starts_at, closes_at = event.instants.starts_at, event.instants.replay_closes_at
    page = f"{head.base_url}/events/{event.slug}"
    live_is_to_come = live_gate(event, now=now) in (GateState.NOT_YET, GateState.OPEN)
    replay_is_open = replay_gate(event, now=now) is GateState.OPEN
    # The page says that the recording will be posted “here”; a mail can't.
    is_between = phase(event, now=now) is Phase.REPLAY_PENDING or not takes_place(event)
    told = (event.facts.zone, home)
    return AlertLetter(
        topic=topic,
        nearness=None if starts_at is None else nearness(event, now=now),
        title=one_line(event.facts.title),
        day=short_date_words(event.facts.date),
        when=when_words(event, home),
        own_when="" if starts_at is None else own_clock_words(starts_at, zone, told),
        place=one_line(place_words(event.facts)),
        presenters=tuple(
            one_line(", ".join(filter(None, (p.name, p.title)))) for p in event.facts.presenters
        ),
        live_words=live_words(event, home, now=now) if live_is_to_come else "",
        replay_words="" if is_between else replay_words(event, home, now=now),
        own_deadline=_own_deadline(closes_at, zone, home) if replay_is_open else "",
        standing=event.standing.value,
        alterations=alterations,
        reasons=reasons,
        page=page,
        live=f"{page}/live" if live_is_to_come else "",
        replay=f"{page}/replay" if replay_is_open else "",
        preferences=links.preferences(to.person.id, to.person.key),
        unsubscribe=links.unsubscribe(to.person.id, to.person.key),
    )


def _own_deadline(closes_at: datetime | None, zone: str, home: str) -> str:
    if closes_at is None or local(closes_at, zone).replace(tzinfo=None) == local(
        closes_at, home
    ).replace(tzinfo=None):
        return ""
    return deadline_words(closes_at, zone)


def _compose_link(session: Session, notice: Notice, head: Letterhead, links: Links) -> Mail | None:
    """Return the mail that carries a link, while it still leads somewhere."""
    link = people.link(session, int(notice.body["link"]), str(notice.body["key"]))
    if link is None or link.used_at is not None or link.expires_at <= head.now:
        return None
    make = {alerts.CONFIRM_KIND: links.confirm, kits.KIT_KIND: links.kit}.get(
        notice.kind, links.data
    )
    return _mail(
        "link",
        {
            "issuer": head.issuer,
            "about": notice.kind.partition(".")[2],
            "link": make(link.id, link.key),
            "until": deadline_words(link.expires_at, head.issuer.home_zone),
        },
    )


def _mail(
    template: str,
    values: dict[str, Any],
    *,
    ics: str | None = None,
    list_unsubscribe: str | None = None,
    revision: int | None = None,
) -> Mail:
    text, html = letters.write(template, **values)
    return Mail(
        subject=letters.write_line(f"{template}_subject", **values),
        text=text,
        html=html,
        ics=ics,
        list_unsubscribe=list_unsubscribe,
        revision=revision,
    )


COMPOSERS["alert"] = compose
SENT["alert"] = note_told
