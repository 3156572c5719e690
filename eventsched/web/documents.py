"""The documents of events: the files themselves, to whoever may have them at this instant.

Its bytes are known by their hash, so caches and readers' programs confirm what they have, and go on
where they stopped.
"""

from typing import IO, cast

from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import FileWrapper

from eventsched.clock import DemoClock
from eventsched.domain.documents import Document, FileFormat
from eventsched.domain.lifecycle import shown_documents
from eventsched.store import documents as document_store
from eventsched.store.documents import PART, Content, LostContent
from eventsched.web.answers import LONGEST_SECONDS
from eventsched.web.context import now, the_store, this_site
from eventsched.web.errors import error_page
from eventsched.web.handing_over import hand_over_whole
from eventsched.web.public import public_event_or_404

bp = Blueprint("documents", __name__)

# What a browser shows by itself, in a viewer that knows nothing of this site.
_SHOWN_IN_PLACE = frozenset({FileFormat.PDF, FileFormat.TEXT})
# Nothing in a file may run, load anything or be framed. Chromium's own viewer shows a PDF so.
_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


@bp.get("/events/<slug>/documents/<name>")
def file(slug: str, name: str) -> Response:
    """Give a document; 404 alike for one that is unknown and one that does not show yet."""
    event = public_event_or_404(slug)
    shown = shown_documents(event, now=now())
    document = next((document for document in shown if document.name == name), None)
    if document is None:
        abort(404)
    # What shows goes only by an edit, which can't be foreseen.
    seconds = 0 if isinstance(this_site().clock, DemoClock) else LONGEST_SECONDS
    kept = f"public, max-age={seconds}" if seconds else "no-cache"
    return delivered(document, cache_control=kept)


def delivered(document: Document, *, cache_control: str) -> Response:
    """Return the document's file, or the part of it that the request asks for (RFC 9110 §14)."""
    kept, name = document.file, document.name
    content = Content(the_store(), kept.sha256, kept.size)
    response = Response(FileWrapper(cast("IO[bytes]", content), PART), direct_passthrough=True)
    in_place = kept.format in _SHOWN_IN_PLACE
    charset = "; charset=utf-8" if kept.format is FileFormat.TEXT else ""
    response.headers["Content-Type"] = kept.format.media_type + charset
    disposition = "inline" if in_place else "attachment"
    response.headers["Content-Disposition"] = f'{disposition}; filename="{name}"'
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Cache-Control"] = cache_control
    response.content_length = kept.size
    response.set_etag(kept.sha256[:32])
    return _as_asked(response, document)


def _as_asked(response: Response, document: Document) -> Response:
    if request.range is not None and len(request.range.ranges) > 1:
        # One piece or all of it: nobody needs several at once, and they cost more than they ask.
        request.environ.pop("HTTP_RANGE")
    try:
        response.make_conditional(
            request.environ, accept_ranges=True, complete_length=document.file.size
        )
    except RequestedRangeNotSatisfiable:
        refused = error_page(416)
        refused.headers["Content-Range"] = f"bytes */{document.file.size}"
        return refused
    if response.status_code != 304:
        _demand_bytes(document)
        if request.method != "HEAD":
            hand_over_whole(response)
    return response


def _demand_bytes(document: Document) -> None:
    """Raise LostContent while a page can still say so: once it has begun, an answer just breaks."""
    with the_store().reading() as session:
        if not document_store.is_kept(session, document.file.sha256):
            raise LostContent(f"The file {document.file.sha256} is missing.")
