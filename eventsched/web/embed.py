"""The schedule on the company's own site: a page to be framed, and the scripts that it needs there.

Only the parents in the settings may frame `/embed`, and nothing else may be framed at all.
"""

from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template

from eventsched.web.context import this_site
from eventsched.web.public import listed
from eventsched.web.security import content_policy

bp = Blueprint("embed", __name__)

_SCRIPTS = ("investor-events.js", "resize.js")
# Their addresses stand in other people's pages and can't carry a hash.
_SCRIPT_SECONDS = 3_600


@bp.get("/embed")
def page() -> Response:
    """Show what is live, upcoming and to replay, to stand in a frame."""
    response = listed(
        lambda shown, around: render_template("public/embed.html", events=shown, listing=around)
    )
    response.headers["Content-Security-Policy"] = content_policy(
        framed_by=this_site().settings.embed_parents
    )
    return response


@bp.get("/embed/<name>")
def script(name: str) -> Response:
    """Give a script to any site."""
    if name not in _SCRIPTS:
        abort(404)
    response: Any = current_app.send_static_file(f"embed/{name}")
    response.headers["Cache-Control"] = f"public, max-age={_SCRIPT_SECONDS}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    assert isinstance(response, Response)
    return response
