"""A read event as a draft, for the staff form to start from."""

import re
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from eventsched.domain.drafts import Draft
from eventsched.domain.releases.reading import ReadEvent

# Those who carry webcasts: their addresses lead to a player, not to the company's own pages.
_CARRIERS = re.compile(
    r"(?:^|\.)(?:wsw|media-server|on24|webcasts?|webcaster4|viavid|choruscall|veracast|ccbn"
    r"|streetevents|zoom"
    r"|lumiagm|lumiconnect|virtualshareholdermeeting|royalcast|globalmeet|openexchange|vcall"
    r"|financialhearings"
    r"|investis-live|brrmedia|openbriefing|webex|youtube|vimeo|streamfabriken|livestream"
    r"|talkpoint|metameetings|"
    r"meetmax|teams\.microsoft)\."
)


def draft_of_event(event: ReadEvent, usual: Draft = Draft()) -> Draft:  # noqa: B008 - is frozen
    """Return the draft that says what the release says; what it leaves out keeps its default.

    A replay is promised for the stated time; as in `usual`, an empty form, where a webcast is
    announced without one; not at all where none is.
    """
    days, until, counted_from = _replay(event, usual)
    return Draft(
        kind=event.kind,
        title=event.title or "",
        host=event.host or "",
        date=event.date.isoformat() if event.date else "",
        time=f"{event.wall_time:%H:%M}" if event.wall_time else "",
        zone=event.zone or "",
        duration=_minutes(event),
        city=event.city or "",
        venue=event.venue or "",
        format=event.format or "",
        presenters=event.presenters,
        live_url=_player(event.webcast_url or ""),
        dial_in="\n".join(event.dial_in),
        conference_id=event.conference_id or "",
        replay_days=days,
        replay_until=until,
        replay_counted_from=counted_from,
    )


def stays_as_usual(event: ReadEvent) -> bool:
    """Tell whether a replay is to be expected of which the release does not say how long."""
    if event.replay_until or event.replay_days:
        return False
    return bool(event.webcast or event.doubts_about("replay_days"))


def _minutes(event: ReadEvent) -> str:
    if event.instant is None or event.ends_instant is None:
        return Draft().duration
    return str((event.ends_instant - event.instant) // timedelta(minutes=1))


def _replay(event: ReadEvent, usual: Draft) -> tuple[str, str, str]:
    """Return days, until when, and from where they are counted."""
    if stays_as_usual(event):
        return usual.replay_days, usual.replay_until, usual.replay_counted_from
    until = event.replay_until
    if isinstance(until, datetime):
        return "", f"{until:%Y-%m-%d %H:%M}", ""
    if isinstance(until, date):
        return "", f"{until.isoformat()} 23:59", ""
    return (str(event.replay_days) if event.replay_days else ""), "", ""


def _player(address: str) -> str:
    """Return a player's address in full; "" for a company's own page, which leads in a circle."""
    whole = address if address.startswith("http") else f"https://{address}"
    try:
        host = urlsplit(whole).hostname or ""
    except ValueError:
        return ""
    return whole if _CARRIERS.search(host) else ""
