"""A read event as a draft, for the staff form to start from."""

import re
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from eventsched.domain.drafts import DEFAULT_REPLAY_DAYS, Draft
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


def draft_of_event(event: ReadEvent) -> Draft:
    """Return the draft that says what the release says; what it leaves out keeps its default.

    A replay is promised for the stated time; for the usual days where a webcast is announced
    without one; not at all where none is.
    """
    days, until = _replay(event)
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
    )


def _minutes(event: ReadEvent) -> str:
    if event.instant is None or event.ends_instant is None:
        return Draft().duration
    return str((event.ends_instant - event.instant) // timedelta(minutes=1))


def _replay(event: ReadEvent) -> tuple[str, str]:
    until = event.replay_until
    if isinstance(until, datetime):
        return "", f"{until:%Y-%m-%d %H:%M}"
    if isinstance(until, date):
        return "", f"{until.isoformat()} 23:59"
    if event.replay_days:
        return str(event.replay_days), ""
    promised = event.webcast or event.doubts_about("replay_days")
    return (str(DEFAULT_REPLAY_DAYS) if promised else ""), ""


def _player(address: str) -> str:
    """Return the address of a player in full; "" for a company's own page, which would lead in a"
    " circle."""
    whole = address if address.startswith("http") else f"https://{address}"
    try:
        host = urlsplit(whole).hostname or ""
    except ValueError:
        return ""
    return whole if _CARRIERS.search(host) else ""
