"""The register of all that our pages keep in a browser or call elsewhere, and its page.

Whoever lets a page keep something writes it down here first: a browser walks through every page
and finds what is not.
"""

from dataclasses import dataclass
from enum import StrEnum

from flask import Blueprint, Response, make_response, render_template

from eventsched.domain.wording import duration_words
from eventsched.web.answers import public_answer
from eventsched.web.context import this_site
from eventsched.web.public import last_saved_at
from eventsched.web.security import SESSION_COOKIE, STAFF

bp = Blueprint("cookies", __name__)


class Place(StrEnum):
    """Where in a browser something can be kept."""

    COOKIE = "cookie"
    SESSION_STORAGE = "sessionStorage"
    LOCAL_STORAGE = "localStorage"
    DATABASE = "indexedDB"
    CACHE = "caches"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One thing that pages below `path` keep in a browser.

    `begins` says that its name only begins so. `lasts` is for readers; `{session}` in it stands for
    how long the settings let a session last.
    """

    place: Place
    name: str
    path: str
    purpose: str
    lasts: str
    begins: bool = False

    def covers(self, place: Place, name: str, path: str) -> bool:
        """Tell whether it is this that a page at `path` keeps there under `name`."""
        same = name.startswith(self.name) if self.begins else name == self.name
        below = path == self.path or path.startswith(f"{self.path}/")
        return place is self.place and same and below


REGISTER: tuple[Kept, ...] = (
    Kept(
        place=Place.COOKIE,
        name=SESSION_COOKIE,
        path=STAFF,
        purpose="Knows a member of staff again from page to page, and shows that a form was sent "
        "from a page of ours and not from somebody else’s.",
        lasts="{session} after signing in, or until signing out. On the sign-in page: until the "
        "browser is closed.",
    ),
    Kept(
        place=Place.SESSION_STORAGE,
        name="eventsched:/",
        path=STAFF,
        purpose="Holds what a member of staff typed into an event’s form and has not saved yet, so "
        "that a slip of the finger does not lose it. It is never sent anywhere.",
        lasts="Until the form is saved or the tab is closed.",
        begins=True,
    ),
    Kept(
        place=Place.SESSION_STORAGE,
        name="eventsched:sent",
        path=STAFF,
        purpose="Notes which form was just sent, so that the copy above goes once it is saved.",
        lasts="Until the next page says that it was saved.",
    ),
    Kept(
        place=Place.LOCAL_STORAGE,
        name="eventsched:keys-off",
        path=STAFF,
        purpose="Notes that a member of staff turned the board’s keys off in this browser.",
        lasts="Until they are turned on again.",
    ),
)

# Hosts other than this site that a page of ours may call by itself.
HOSTS: frozenset[str] = frozenset()


def is_registered(place: Place, name: str, *, path: str) -> bool:
    """Tell whether the register lists what a page at `path` keeps."""
    return any(kept.covers(place, name, path) for kept in REGISTER)


@bp.get("/cookies")
def page() -> Response:
    """Show the register: what public pages keep (nothing), and what staff’s do."""
    lasts = duration_words(this_site().settings.session_lifetime)
    of_staff = [kept for kept in REGISTER if kept.path == STAFF]
    shown = render_template(
        "public/cookies.html",
        public=[kept for kept in REGISTER if kept not in of_staff],
        staff=of_staff,
        session_lasts=lasts[:1].upper() + lasts[1:],
        hosts=sorted(HOSTS),
    )
    return public_answer(make_response(shown), until=None, changed_at=last_saved_at())
