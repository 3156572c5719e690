"""What was announced and what changed, latest first: as JSON Feed 1.1 and as Atom (RFC 4287)."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, make_response, render_template, url_for

from eventsched.domain.changes import Alteration, Saved, public_changes
from eventsched.domain.events import Event
from eventsched.domain.issuer import Issuer
from eventsched.domain.lifecycle import published_at, shown_documents, shown_from
from eventsched.store import listing as listing_store
from eventsched.web.answers import public_answer
from eventsched.web.context import absolute, now, the_issuer, the_store
from eventsched.web.data import instant, written
from eventsched.web.public import list_span
from eventsched.web.views import DocumentView, EventView, document_view, event_view

bp = Blueprint("news", __name__)

# What XML 1.0 can't hold at all, escaped or not (§2.2).
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Readers poll daily at least; nobody announces so much in a day.
MOST = 50


@dataclass(frozen=True, kw_only=True)
class News:
    """One announcement (without alterations), change or document; `id` is its own for life."""

    id: str
    url: str
    at: datetime
    event: EventView
    reason: str = ""
    alterations: tuple[Alteration, ...] = ()
    document: DocumentView | None = None

    @property
    def when(self) -> str:
        """The instant in ISO 8601, UTC."""
        return instant(self.at) or ""

    @property
    def title(self) -> str:
        """What happened, in a line."""
        return render_template("public/news_title.txt", news=self).strip()

    @property
    def text(self) -> str:
        """What happened, in a few lines."""
        return render_template("public/news.txt", news=self).strip()


@bp.app_template_filter("for_xml")
def for_xml(text: str) -> str:
    """Return `text` without what no XML document may hold."""
    return _NOT_XML.sub("", text)


@bp.get("/feed.json")
def json_feed() -> Response:
    """Answer with the latest announcements and changes as JSON Feed."""
    return _answer(as_json_feed, "application/feed+json")


@bp.get("/feed.atom")
def atom() -> Response:
    """Answer with the latest announcements and changes as Atom."""
    return _answer(as_atom, "application/atom+xml")


def _answer(write: Callable[[list[News], Issuer], str], content_type: str) -> Response:
    with the_store().reading() as session:
        events = listing_store.recently_changed(session, now=now(), limit=MOST)
        states = listing_store.histories(session, (event.slug for event in events))
        span = list_span(session)
    news = latest_news(events, states, the_issuer(), now=now())
    response = make_response(write(news, the_issuer()))
    response.headers["Content-Type"] = f"{content_type}; charset=utf-8"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return public_answer(response, until=span.until, changed_at=span.changed_at)


def latest_news(
    events: Iterable[Event],
    states: Mapping[str, list[Saved]],
    issuer: Issuer,
    *,
    now: datetime,
) -> list[News]:
    """Return what was said last, as it stood at `now`, of public events and their saved states."""
    news = [one for e in events for one in _news(e, states[e.slug], issuer, now=now)]
    return sorted(news, key=lambda one: (one.at, one.id), reverse=True)[:MOST]


def _news(event: Event, states: list[Saved], issuer: Issuer, *, now: datetime) -> list[News]:
    published = published_at(event)
    assert published is not None
    url = absolute(url_for("public.event", slug=event.slug))
    view = event_view(event, issuer, now=now)
    return [
        News(id=f"{url}#announced", url=url, at=published, event=view),
        *(
            News(
                id=f"{url}#change-{change.after.sequence}",
                url=url,
                at=change.at,
                event=event_view(change.after, issuer, now=now),
                reason=change.reason,
                alterations=alterations,
            )
            for change in public_changes(states, issuer.home_zone, now=now)
            if (alterations := tuple(filter(_is_news, change.alterations)))
        ),
        *_documents(event, view, now=now),
    ]


def _is_news(alteration: Alteration) -> bool:
    """Tell whether a change is told as one. A document that came is news of its own."""
    return alteration.field != "documents" or not alteration.after


def _documents(event: Event, view: EventView, *, now: datetime) -> Iterator[News]:
    for document in shown_documents(event, now=now):
        since = shown_from(event, document)
        assert since is not None
        url = absolute(url_for("documents.file", slug=event.slug, name=document.name))
        yield News(
            id=f"{url}#{document.version}",
            url=url,
            at=max(since, document.added_at),
            event=view,
            document=document_view(document),
        )


def as_json_feed(news: list[News], issuer: Issuer) -> str:
    """Return the news as JSON Feed 1.1."""
    return written(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": f"{issuer.name}: investor events",
            "home_page_url": absolute(url_for("public.events")),
            "feed_url": absolute(url_for("news.json_feed")),
            "language": "en",
            "authors": [{"name": issuer.name}],
            "items": [
                {
                    "id": one.id,
                    "url": one.url,
                    "title": one.title,
                    "content_text": one.text,
                    "date_published": one.when,
                    "tags": [one.event.kind],
                }
                for one in news
            ],
        }
    )


def as_atom(news: list[News], issuer: Issuer) -> str:
    """Return the news as Atom."""
    return render_template(
        "public/news.xml",
        news=news,
        issuer=issuer,
        home=absolute(url_for("public.events")),
        here=absolute(url_for("news.atom")),
        updated=news[0].when if news else "1970-01-01T00:00:00Z",
    )
