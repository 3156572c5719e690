"""Forms of public pages, which have no cookie that a foreign page could abuse.

What a form does is bound to a link that only its mailbox got, or is done once that mailbox has
confirmed it. Besides, a browser says where a form was sent from, and ours come from here.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec
from urllib.parse import urlsplit

from flask import Response, make_response, request
from werkzeug.wrappers import Response as AnyResponse

from eventsched.domain.personal_links import Links
from eventsched.web.context import this_site
from eventsched.web.errors import error_page

_Given = ParamSpec("_Given")
_View = Callable[_Given, AnyResponse]
LONGEST_TYPED = 4_000


def from_here_only(view: _View[_Given]) -> _View[_Given]:
    """Refuse a form that a page of another site has sent."""

    @wraps(view)
    def guarded(*args: _Given.args, **kwargs: _Given.kwargs) -> AnyResponse:
        if _is_from_elsewhere():
            return private(
                error_page(403, "This form was sent from another site. Fill it in here instead.")
            )
        return view(*args, **kwargs)

    return guarded


def links() -> Links:
    """Return what makes and reads the links of mails."""
    settings = this_site().settings
    return Links(base_url=settings.base_url, secret=settings.secret_key)


def typed(field: str) -> str:
    """Return what was typed into a field, cut where nobody would type more."""
    return request.form.get(field, "")[:LONGEST_TYPED]


def whole_number(field: str) -> int:
    """Return the small whole number that a field holds, 0 where it holds something else."""
    said = request.form.get(field, "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 7 else 0


def private(answer: str | Response, status: int | None = None) -> Response:
    """Return an answer for one reader: kept nowhere, found by no search, told to no other site."""
    response = make_response(answer) if status is None else make_response(answer, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    # Not “no-referrer”: browsers would then say of the page's own form that it is from nowhere.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _is_from_elsewhere() -> bool:
    """Tell whether the browser says that another site's page sent this. Old ones say nothing."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        return site not in ("same-origin", "none")
    ours = {request.host, urlsplit(this_site().settings.base_url).netloc}
    return origin is not None and _host_of(origin) not in ours


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
