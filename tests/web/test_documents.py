"""Documents as the public gets them: when, how safely, in what pieces, and on every channel."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventsched.domain.document_drafts import DocumentDraft
from eventsched.domain.documents import Document
from eventsched.domain.events import Standing
from eventsched.services import documents as services
from eventsched.services import events as event_services
from eventsched.services.documents import Step, Upload
from eventsched.store import site
from eventsched.store.database import Store
from eventsched.store.documents import PART
from eventsched.store.tables import ContentRow
from tests.builders import an_issuer, at
from tests.calendars.linting import unfolded
from tests.files_of_every_sort import DOCX, PDF, PPTX, TEXT, a_picture
from tests.fixtures.product import ANNOUNCED, PHOENIX, SettableClock
from tests.web.markup import faults, markup

PAGE = f"/events/{PHOENIX}"
DECK = f"{PAGE}/documents/deck.pdf"
BEFORE, START, END = "2011-11-11 15:59:59", "2011-11-11 16:00", "2011-11-11 17:00"
CLOSED = "2011-11-18 17:00"
CHANNELS = (
    *("/", PAGE, f"{PAGE}/live", f"{PAGE}/replay", f"{PAGE}.ics", "/calendar.ics"),
    *("/calendar/replays.ics", "/events.json", "/feed.json", "/feed.atom", "/sitemap.xml"),
    *("/embed", f"{PAGE}/picture.png", DECK, f"{PAGE}/documents/", f"{PAGE}/documents/nothing.pdf"),
)
LONG = PDF[:-6] + bytes(range(256)) * 3_000 + PDF[-6:]

Attach = Callable[..., Document]


@pytest.fixture
def attach(release: Store, clock: SettableClock) -> Attach:
    """Give a way to attach a file to the Phoenix event, now."""
    with release.writing() as session:
        site.set_issuer(session, an_issuer(), at=ANNOUNCED)

    def attach(
        held: bytes = PDF, name: str = "deck.pdf", *, shown: str = "at_once", kind: str = "slides"
    ) -> Document:
        step = Step(slug=PHOENIX, base=2, by="test", now=clock.at)
        draft = DocumentDraft(kind=kind, title="Our deck", shown=shown)
        upload = Upload(bytes=io.BytesIO(held), name=name)
        (document,) = services.add(release, draft, upload, step).documents
        return document

    return attach


@dataclass(frozen=True)
class Seen:
    status: int
    headers: dict[str, str]
    body: bytes


def looked_at(client: FlaskClient) -> dict[str, Seen]:
    """Return everything that the public can see on every channel."""
    answers = {path: client.get(path) for path in CHANNELS}
    return {p: Seen(a.status_code, dict(a.headers), a.data) for p, a in answers.items()}


# Hidden, and not a second longer


@pytest.mark.parametrize("shown", ["when_it_begins", "when_it_ended"])
def test_slides_leave_no_trace_before_their_instant(
    client: FlaskClient, attach: Attach, clock: SettableClock, shown: str
) -> None:
    clock.set("2011-11-05 12:00")
    before = looked_at(client)
    clock.set("2011-11-05 12:01")
    attach(shown=shown)
    clock.set("2011-11-05 12:02")
    assert looked_at(client) == before
    clock.set(at(START if shown == "when_it_begins" else END) - timedelta(microseconds=1))
    assert all(b"deck" not in seen.body for seen in looked_at(client).values())
    assert client.get(DECK).data == client.get(f"{PAGE}/documents/nothing.pdf").data
    clock.set(START if shown == "when_it_begins" else END)
    assert client.get(DECK).data == PDF
    assert DECK in client.get(PAGE).text


def test_no_cache_keeps_the_page_without_slides_beyond_their_instant(
    client: FlaskClient, attach: Attach, clock: SettableClock
) -> None:
    attach(shown="when_it_begins")
    for seconds, kept in ((61, "public, max-age=60"), (10, "public, max-age=9"), (1, "no-cache")):
        clock.set(at(START) - timedelta(seconds=seconds))
        for path in (PAGE, f"{PAGE}.ics", "/calendar.ics", "/events.json", "/feed.atom"):
            assert client.get(path).headers["Cache-Control"] == kept, path
        assert client.get(DECK).headers["Cache-Control"] == "no-store"


def test_what_is_withdrawn_or_taken_away_is_gone_at_once(
    client: FlaskClient, attach: Attach, release: Store, clock: SettableClock
) -> None:
    attach()
    known = client.get(DECK)
    assert known.status_code == 200
    step = Step(slug=PHOENIX, base=3, by="test", now=clock.at, reason="The wrong deck.")
    services.remove(release, "deck.pdf", step)
    nothing = client.get(f"{PAGE}/documents/nothing.pdf")
    for headers in ({}, {"If-None-Match": known.headers["ETag"]}, {"Range": "bytes=0-5"}):
        gone = client.get(DECK, headers=headers)
        assert (gone.status_code, gone.data) == (404, nothing.data)
        assert dict(gone.headers) == dict(nothing.headers)


def test_a_withdrawn_event_takes_its_documents_along(
    client: FlaskClient, attach: Attach, release: Store, clock: SettableClock
) -> None:
    attach()
    event_services.set_standing(
        release, PHOENIX, Standing.WITHDRAWN, base=3, by="test", now=clock.at, reason="so"
    )
    assert client.get(DECK).status_code == 404


# How it travels


@pytest.mark.parametrize(
    ("held", "name", "media_type", "disposition"),
    [
        (PDF, "deck.pdf", "application/pdf", "inline"),
        (TEXT, "call.txt", "text/plain; charset=utf-8", "inline"),
        (PPTX, "deck.pptx", "presentationml.presentation", "attachment"),
        (DOCX, "release.docx", "wordprocessingml.document", "attachment"),
        (a_picture("PNG"), "chart.png", "image/png", "attachment"),
    ],
)
def test_a_file_can_do_nothing_in_a_browser(
    client: FlaskClient,
    attach: Attach,
    held: bytes,
    name: str,
    media_type: str,
    disposition: str,
) -> None:
    document = attach(held, name)
    answer = client.get(f"{PAGE}/documents/{name}")
    assert (answer.data, answer.content_length) == (held, len(held))
    assert answer.headers["Content-Type"].endswith(media_type)
    assert answer.headers["Content-Disposition"] == f'{disposition}; filename="{name}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
    )
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["ETag"] == f'"{document.file.sha256[:32]}"'
    assert "Set-Cookie" not in answer.headers


def asked(client: FlaskClient, method: str = "GET", **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.open(DECK, method=method, headers=named)


def test_a_file_is_given_whole_in_parts_or_not_at_all(client: FlaskClient, attach: Attach) -> None:
    tag = f'"{attach(LONG).file.sha256[:32]}"'
    whole = asked(client)
    assert (whole.status_code, whole.data, whole.headers["Accept-Ranges"]) == (200, LONG, "bytes")
    across = asked(client, Range=f"bytes={PART - 2}-{PART + 2}")
    assert (across.status_code, across.data) == (206, LONG[PART - 2 : PART + 3])
    assert across.headers["Content-Range"] == f"bytes {PART - 2}-{PART + 2}/{len(LONG)}"
    assert across.content_length == 5
    assert asked(client, Range="bytes=-7").data == LONG[-7:]
    assert asked(client, Range=f"bytes={PART}-").data == LONG[PART:]
    beyond = asked(client, Range=f"bytes={len(LONG)}-")
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(LONG)}")
    assert faults(beyond) == []
    for nonsense in ("bytes=9-1", "lines=1-2", "bytes=0-1,3-4,9-9", "bytes=" + "0-1," * 5_000):
        assert asked(client, Range=nonsense).status_code in (200, 416), nonsense[:20]
    assert asked(client, Range="bytes=0-1,3-4").data == LONG
    assert asked(client, Range="bytes=0-1", If_Range=tag).status_code == 206
    assert asked(client, Range="bytes=0-1", If_Range='"another"').data == LONG
    known = asked(client, If_None_Match=tag)
    assert (known.status_code, known.data, known.headers["ETag"]) == (304, b"", tag)
    head = asked(client, "HEAD")
    assert (head.status_code, head.data, head.content_length) == (200, b"", len(LONG))
    assert asked(client, "POST").status_code == 405


def test_lost_bytes_are_a_page_that_says_so(
    client: FlaskClient, attach: Attach, release: Store
) -> None:
    attach()
    with release.writing() as session:
        session.query(ContentRow).delete()
    answer = client.get(DECK)
    assert answer.status_code == 500
    assert faults(answer) == []


@pytest.mark.parametrize(
    "name", ["../../secret", "%00", "a%2Fb", "deck.pdf%00", "DECK.PDF", "x" * 9_000, "\u202efdp"]
)
def test_any_other_name_is_unknown(client: FlaskClient, attach: Attach, name: str) -> None:
    attach()
    assert client.get(f"{PAGE}/documents/{name}").status_code == 404


# What is told of them


def test_every_channel_tells_of_them(
    client: FlaskClient, attach: Attach, clock: SettableClock
) -> None:
    clock.set("2011-11-05 12:00")
    document = attach(LONG)
    url = f"http://ir.example{DECK}"
    page = client.get(PAGE)
    assert faults(page) == []
    words = markup(page).words()
    assert "Our deck Slides, as of November 11, 2011 PDF, 768 kB" in words
    assert "Documents Slides: Our deck (PDF), as of November 11, 2011" in words
    assert '"@type": "PresentationDigitalDocument"' in page.text
    told = client.get("/events.json").json
    assert told is not None
    (shown,) = [event["documents"] for event in told["events"] if event["documents"]]
    assert shown == [
        {
            "url": url,
            "kind": "slides",
            "title": "Our deck",
            "as_of": "2011-11-11",
            "version": 1,
            "media_type": "application/pdf",
            "size": len(LONG),
            "sha256": document.file.sha256,
        }
    ]
    calendar = unfolded(client.get(f"{PAGE}.ics").data)
    assert f"ATTACH;FMTTYPE=application/pdf:{url}" in calendar
    assert any(f"Slides: Our deck (PDF)\\, as of November 11\\, 2011: {url}" in c for c in calendar)
    assert "SEQUENCE:1" in calendar
    assert "LAST-MODIFIED:20111105T120000Z" in calendar
    news = json.loads(client.get("/feed.json").data)["items"]
    conference = "2011 Credit Suisse Healthcare Conference"
    assert (news[0]["title"], news[0]["url"]) == (f"Slides: Our deck: {conference}", url)
    assert len(news) == 3
    ElementTree.fromstring(client.get("/feed.atom").data)


def test_a_calendar_learns_at_the_instant_and_says_when(
    client: FlaskClient, attach: Attach, clock: SettableClock
) -> None:
    clock.set("2011-11-05 12:00")
    attach(shown="when_it_ended")
    clock.set(at(END) - timedelta(seconds=1))
    before = unfolded(client.get(f"{PAGE}.ics").data)
    clock.set(END)
    after = unfolded(client.get(f"{PAGE}.ics").data)
    attached = [line for line in after if line.startswith("ATTACH")]
    assert attached == [f"ATTACH;FMTTYPE=application/pdf:http://ir.example{DECK}"]
    assert [line for line in before if line.startswith(("ATTACH", "SEQUENCE"))] == ["SEQUENCE:0"]
    assert "LAST-MODIFIED:20111111T170000Z" in after


def test_shut_gates_lead_to_what_can_be_read(
    client: FlaskClient, attach: Attach, clock: SettableClock
) -> None:
    attach()
    entry = f"Slides: Our deck (PDF, {len(PDF)} bytes), as of November 11, 2011"
    for path, now in ((f"{PAGE}/live", BEFORE), (f"{PAGE}/live", END), (f"{PAGE}/replay", CLOSED)):
        clock.set(now)
        answer = client.get(path)
        assert faults(answer) == []
        assert entry in markup(answer).words(), (path, now)


def test_only_what_is_old_is_called_historical(
    client: FlaskClient, attach: Attach, clock: SettableClock
) -> None:
    attach()
    legend = "Historical: as of November 11, 2011."
    clock.set(at(CLOSED) - timedelta(seconds=1))
    assert legend not in client.get(PAGE).text
    clock.set(CLOSED)
    assert legend in client.get(PAGE).text


def test_a_new_version_is_told_with_its_reason(
    client: FlaskClient, attach: Attach, release: Store, clock: SettableClock
) -> None:
    attach()
    first = client.get(DECK).headers["ETag"]
    clock.set("2011-11-05 12:00")
    step = Step(slug=PHOENIX, base=3, by="test", now=clock.at, reason="Slide 7 corrected.")
    draft = DocumentDraft(kind="slides", title="Our deck", shown="at_once")
    services.change(release, "deck.pdf", draft, Upload(bytes=io.BytesIO(LONG), name="x"), step)
    answer = client.get(DECK, headers={"If-None-Match": first})
    assert (answer.status_code, answer.data) == (200, LONG)
    words = markup(client.get(PAGE)).words()
    assert "now Slides: Our deck (PDF, version 2), as of November 11, 2011" in words
    assert "Slide 7 corrected." in words
    titles = [item["title"] for item in json.loads(client.get("/feed.json").data)["items"]]
    assert sum(title.startswith("Slides: Our deck") for title in titles) == 1
