"""The schedule on the company's own site: a page to be framed, and the scripts that it needs there.

Only the parents in the settings may frame `/embed`, and nothing else may be framed at all.
"""

from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request

from eventsched.web.context import this_site
from eventsched.web.public import listed
from eventsched.web.security import content_policy

bp = Blueprint("embed", __name__)

_COMPONENT = "investor-events.js"
_SCRIPTS = (_COMPONENT, "resize.js")
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
    response = make_response(_words(name) + _source(name))
    response.headers["Content-Type"] = "text/javascript; charset=utf-8"
    response.headers["Cache-Control"] = f"public, max-age={_SCRIPT_SECONDS}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.add_etag()
    response.make_conditional(request)
    return response


def _words(name: str) -> str:
    """Return what a script says, which stands in templates like all other wording."""
    return render_template("public/widget_words.js") if name == _COMPONENT else ""


@cache
def _source(name: str) -> str:
    return (Path(current_app.static_folder or "") / "embed" / name).read_text(encoding="utf-8")
