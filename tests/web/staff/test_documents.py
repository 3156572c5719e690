"""Handing documents in on the staff pages, by people and by others."""

import itertools
import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventsched.domain.documents import Document
from eventsched.domain.drafts import Draft
from eventsched.domain.staff import Role
from eventsched.settings import Settings
from eventsched.store import events as event_store
from eventsched.store import site
from eventsched.store.database import Store
from eventsched.store.tables import ContentRow
from tests.builders import PHOENIX as PHOENIX_DRAFT
from tests.files_of_every_sort import PDF, PPTM, PPTX
from tests.fixtures.product import PHOENIX, SettableClock
from tests.fixtures.staff import EDITOR, PASSWORD, Desk, hire, read_form

PAGE = f"/staff/events/{PHOENIX}/documents"
PUBLIC = f"/events/{PHOENIX}/documents/deck.pdf"
CONTENT_TYPE = "multipart/form-data; boundary=b"
SAID = {"kind": "slides", "title": "Our deck", "as_of": "Nov 11, 2011", "shown": "at_once"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, document_megabytes=1)


def hand_in(
    desk: Desk, held: bytes | None = PDF, name: str = "deck.pdf", path: str = PAGE, **typed: str
) -> TestResponse:
    """Open the page, fill it in, choose a file, and send it."""
    form = read_form(desk.get(path).text)
    data = {"csrf_token": form.get("csrf_token", ""), "base": form.get("base", "")}
    return send(desk, data | SAID | typed, held, name, path)


def send(
    desk: Desk, typed: dict[str, str], held: bytes | None, name: str = "d.pdf", path: str = PAGE
) -> TestResponse:
    """Post a form as a browser writes it."""
    return desk.client.post(path, data=written(typed, held, name), content_type=CONTENT_TYPE)


def written(typed: dict[str, str], held: bytes | None, name: str) -> bytes:
    """Return a form as a browser writes it; without a file, its field is there and empty."""
    head = "--b\r\nContent-Disposition: form-data; name="
    lines = [f'{head}"{field}"\r\n\r\n{value}' for field, value in typed.items()]
    file = f'{head}"file"; filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n'
    return "\r\n".join([*lines, file]).encode() + (held or b"") + b"\r\n--b--\r\n"


def attached(store: Store) -> tuple[Document, ...]:
    with store.reading() as session:
        event = event_store.by_slug(session, PHOENIX)
    assert event is not None
    return event.documents


def contents(store: Store) -> int:
    with store.reading() as session:
        return session.query(ContentRow).count()


def test_slides_are_handed_in_exchanged_and_taken_away(
    release: Store, approver: Desk, clock: SettableClock
) -> None:
    assert hand_in(approver).status_code == 303
    page = approver.get(PAGE).text
    assert "Our deck" in page
    assert "Public since November 2, 2011, 8:00 am EDT." in page
    assert "One document" in approver.get(f"/staff/events/{PHOENIX}").text
    assert approver.client.get(PUBLIC).data == PDF
    assert approver.get(f"{PAGE}/deck.pdf/file").headers["Cache-Control"] == "no-store"
    one = f"{PAGE}/deck.pdf"
    assert "Say why" in hand_in(approver, PDF + b"\n", path=one).text
    assert hand_in(approver, PDF + b"\n", path=one, reason="Corrected.").status_code == 303
    assert approver.client.get(PUBLIC).data == PDF + b"\n"
    history = approver.get(f"/staff/events/{PHOENIX}/history").text
    assert "Our deck (PDF, version 2), as of November 11, 2011, shown at once" in history
    assert "Say why" in hand_in(approver, None, "", path=one, do="remove").text
    assert hand_in(approver, None, "", path=one, do="remove", reason="Wrong.").status_code == 303
    assert attached(release) == ()
    assert approver.client.get(PUBLIC).status_code == 404
    # Counsel can still see what the public could have.
    clock.set("2011-11-03")
    then = f"/staff/as-seen/2011-11-02T12:00:00Z/events/{PHOENIX}/documents/deck.pdf"
    assert approver.get(then).status_code == 404
    assert contents(release) == 2


def test_what_was_public_then_can_be_looked_at(
    release: Store, approver: Desk, clock: SettableClock
) -> None:
    hand_in(approver)
    clock.set("2011-11-05")
    hand_in(approver, None, "", path=f"{PAGE}/deck.pdf", do="remove", reason="Wrong.")
    seen = f"/staff/as-seen/2011-11-04T00:00:00Z/events/{PHOENIX}"
    assert f"{seen}/documents/deck.pdf" in approver.get(seen).text
    assert approver.get(f"{seen}/documents/deck.pdf").data == PDF
    later = f"/staff/as-seen/2011-11-06T00:00:00Z/events/{PHOENIX}/documents/deck.pdf"
    assert approver.get(later).status_code == 404


@pytest.mark.parametrize(
    ("held", "name", "typed", "sentence"),
    [
        pytest.param(None, "", {}, "Choose a file.", id="no file"),
        pytest.param(b"", "deck.pdf", {}, "The file is empty.", id="an empty file"),
        pytest.param(PPTX, "deck.pdf", {}, "inside it is a PowerPoint file", id="a lie"),
        pytest.param(PPTM, "deck.pptx", {}, "It has macros in it.", id="macros"),
        pytest.param(PDF, "deck.pdf", {"kind": ""}, "Choose what it is.", id="no kind"),
        pytest.param(PDF, "deck.pdf", {"shown": ""}, "Choose from when", id="no instant"),
        pytest.param(PDF, "d.pdf", {"title": "T" * 5_000}, "Too long: 5,000", id="a long title"),
        pytest.param(PDF, "deck.pdf", {"title": "\u202eT"}, "reverses text", id="a turned title"),
        pytest.param(PDF, "deck.pdf", {"as_of": "11/11/11"}, "as a date", id="no date"),
    ],
)
def test_what_is_wrong_is_told_in_place_and_what_was_typed_is_kept(
    release: Store,
    approver: Desk,
    held: bytes | None,
    name: str,
    typed: dict[str, str],
    sentence: str,
) -> None:
    answer = hand_in(approver, held, name, **({"title": "Kept title"} | typed))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{typed.get("title", "Kept title")}"' in answer.text
    assert (attached(release), contents(release)) == ((), 0)


def test_too_large_a_file_is_told_and_the_rest_is_kept(release: Store, approver: Desk) -> None:
    answer = hand_in(approver, PDF[:-6] + bytes(1_000_000) + PDF[-6:], reason="For you")
    assert answer.status_code == 413
    assert "The file is larger than 1 MB, the most that is taken." in answer.text
    assert 'value="Our deck"' in answer.text
    assert "For you" in answer.text
    assert (attached(release), contents(release)) == ((), 0)
    assert hand_in(approver, PDF[:-6] + bytes(900_000) + PDF[-6:]).status_code == 303


class _Endless:
    """The body of an upload that goes on and on."""

    def __init__(self, beginning: bytes) -> None:
        self._parts: Iterator[bytes] = itertools.chain([beginning], itertools.repeat(b"x" * 4096))
        self.read_bytes = 0

    def read(self, size: int = -1) -> bytes:
        part = next(self._parts)
        assert size < 0 or size >= len(part)
        self.read_bytes += len(part)
        return part

    def environ(self) -> dict[str, object]:
        return {
            "wsgi.input": self,
            "wsgi.input_terminated": True,
            "CONTENT_LENGTH": "",
            "CONTENT_TYPE": CONTENT_TYPE,
        }


@pytest.mark.parametrize(
    "kind", ["file", "text", "preamble", "headers"], ids=lambda kind: f"endless {kind}"
)
def test_an_endless_upload_is_cut(release: Store, approver: Desk, kind: str) -> None:
    form = read_form(approver.get(PAGE).text)
    field = '--b\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}'
    fields = "".join(
        field.format(name, "", value) + "\r\n"
        for name, value in (SAID | {"csrf_token": form["csrf_token"], "base": "2"}).items()
    )
    ends = {
        "file": field.format("file", '; filename="deck.pdf"', "%PDF-1.4\n"),
        "text": field.format("title", "", ""),
        "preamble": "",
        "headers": "--b\r\nContent-Disposition: form-data; name=",
    }
    body = _Endless(((fields if kind != "preamble" else "") + ends[kind]).encode())
    answer = approver.client.post(PAGE, environ_overrides=body.environ())
    assert answer.status_code == {"file": 413, "text": 413}.get(kind, 400)
    if kind == "file":
        assert "larger than 1 MB" in answer.text
        assert 'value="Our deck"' in answer.text
    assert body.read_bytes < 10_000_000
    assert (attached(release), contents(release)) == ((), 0)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "multipart/form-data; boundary=b"),
        (b"--b\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=b"),
        (b"--b\r\n\r\n\r\n--b--", "multipart/form-data; boundary=b"),
        (b"x" * 5_000, "multipart/form-data"),
        (b"x" * 5_000, "application/octet-stream"),
        (b"kind=slides", "application/x-www-form-urlencoded"),
        (b"--\xff", "multipart/form-data; boundary=\xff"),
    ],
)
def test_half_a_form_is_no_mistake_of_ours(
    release: Store, approver: Desk, body: bytes, content_type: str
) -> None:
    answer = approver.client.post(PAGE, data=body, content_type=content_type)
    assert answer.status_code == 400
    assert (attached(release), contents(release)) == ((), 0)


def test_a_stale_page_is_told_and_keeps_what_was_typed(release: Store, approver: Desk) -> None:
    hand_in(approver)
    form = read_form(approver.get(PAGE).text)
    data = SAID | {"csrf_token": form["csrf_token"], "base": "2", "title": "A second"}
    answer = send(approver, data, PDF + b" ")
    assert answer.status_code == 409
    assert "Somebody else changed this event meanwhile." in answer.text
    assert 'value="A second"' in answer.text
    assert read_form(answer.text)["base"] == "3"
    assert len(attached(release)) == 1
    twice = hand_in(approver)
    assert "This very file is here already, as “Our deck”." in twice.text


def test_what_went_meanwhile_is_told(release: Store, approver: Desk) -> None:
    hand_in(approver)
    token = approver.token(PAGE)
    hand_in(approver, None, "", path=f"{PAGE}/deck.pdf", do="remove", reason="so")
    data = SAID | {"csrf_token": token, "base": "3"}
    assert send(approver, data, None, "", f"{PAGE}/deck.pdf").status_code == 404


def test_a_forged_form_attaches_nothing(release: Store, approver: Desk) -> None:
    for token in ("", "made up"):
        answer = send(approver, SAID | {"csrf_token": token, "base": "2"}, PDF)
        assert answer.status_code == 400
        assert "another session" in answer.text
    assert (attached(release), contents(release)) == ((), 0)


def test_an_editor_prepares_documents_and_leaves_approved_ones_alone(
    release: Store, editor: Desk
) -> None:
    assert "only an approver may change" in editor.get(PAGE).text
    data = SAID | {"csrf_token": editor.token("/staff/events/new"), "base": "2"}
    forged = send(editor, data, PDF)
    assert forged.status_code == 403
    assert "It has been noted." in forged.text
    with release.reading() as session:
        noted = list(site.ledger(session, subject=PHOENIX))[-1]
    assert (noted.kind, noted.body["by"]) == ("refused", EDITOR)
    editor.save(_our_day())
    assert hand_in(editor, path="/staff/events/our-day-2011/documents").status_code == 303
    page = editor.get("/staff/events/our-day-2011/documents").text
    assert "Hidden until the event is public." in page


def _our_day() -> Draft:
    return replace(PHOENIX_DRAFT, title="Our day", live_url="")


def test_strangers_are_sent_to_sign_in_before_their_file_is_read(client: FlaskClient) -> None:
    head = "--b\r\nContent-Disposition: form-data; name="
    for begin in ("--b\r\n", f'{head}"file"; filename="a.pdf"\r\n\r\n', f'{head}"title"\r\n\r\n'):
        body = _Endless(begin.encode())
        answer = client.post(PAGE, environ_overrides=body.environ())
        assert answer.status_code == 303
        assert body.read_bytes < 1_200_000
    forged = f'{head}"csrf_token"\r\n\r\nforged\r\n{head}"file"; filename="a.pdf"\r\n\r\n'
    body = _Endless(forged.encode())
    assert client.post(PAGE, environ_overrides=body.environ()).status_code == 401
    assert body.read_bytes < 200_000
    for path in (PAGE, f"{PAGE}/deck.pdf", f"{PAGE}/deck.pdf/file"):
        assert client.get(path).status_code == 303


def test_a_token_that_anybody_can_have_keeps_us_reading_no_longer_than_a_form(
    settings: Settings, client: FlaskClient
) -> None:
    object.__setattr__(settings, "document_megabytes", 50)
    token = read_form(client.get("/staff/sign-in").text)["csrf_token"]
    head = "--b\r\nContent-Disposition: form-data; name="
    ours = f'{head}"csrf_token"\r\n\r\n{token}\r\n{head}"file"; filename="a.pdf"\r\n\r\n'
    body = _Endless(ours.encode())
    assert client.post(PAGE, environ_overrides=body.environ()).status_code == 401
    assert 8_000_000 < body.read_bytes < 9_000_000


@pytest.mark.parametrize("name", ["\u202efdp.pdf", "🚀" * 900 + ".pdf", "../../../etc/x.pdf"])
def test_hostile_names_are_harmless(release: Store, approver: Desk, name: str) -> None:
    assert hand_in(approver, name=name).status_code == 303
    (document,) = attached(release)
    public = f"/events/{PHOENIX}/documents/{document.name}"
    answer = approver.client.get(public)
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"] == f'inline; filename="{document.name}"'
    assert document.name.isascii()


def test_an_upload_that_breaks_off_stores_nothing(
    release: Store, approver: Desk, site_url: str
) -> None:
    form = read_form(approver.get(PAGE).text)
    cookie = approver.client.get_cookie("eventsched_staff", path="/staff")
    assert cookie is not None
    host, port = site_url.removeprefix("http://").split(":")
    fields = SAID | {"csrf_token": form["csrf_token"], "base": "2"}
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    file = '--b\r\nContent-Disposition: form-data; name="file"; filename="d.pdf"\r\n\r\n%PDF-'
    head = (
        f"POST {PAGE} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 900000\r\n"
        f"Cookie: eventsched_staff={cookie.value}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
    )
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall((head + "".join(parts) + file).encode())
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(10)
        assert b" 400 " in connection.recv(100)
    assert (attached(release), contents(release)) == ((), 0)


@pytest.mark.parametrize("has_file", [True, False], ids=["with a file", "without"])
def test_a_session_that_ends_before_the_file_is_sent_keeps_the_rest(
    release: Store, approver: Desk, desk: Desk, has_file: bool
) -> None:
    page = read_form(approver.get(PAGE).text)
    typed = SAID | {"csrf_token": page["csrf_token"], "base": page["base"], "reason": "The deck."}
    asked = send(
        desk, typed, b"%PDF" + b"x" * 900_000 if has_file else None, "deck.pdf" if has_file else ""
    )
    assert asked.status_code == 401
    assert ("The file “<bdi>deck.pdf</bdi>” can’t be kept" in asked.text) == has_file
    hire(release, EDITOR, Role.APPROVER)
    kept = read_form(asked.text)
    let_in = desk.client.post(
        f"/staff/sign-in?next={PAGE}", data=kept | {"email": EDITOR, "password": PASSWORD}
    )
    assert let_in.status_code == 200
    # The address that the browser now shows is that of signing in.
    assert f'action="{PAGE}"' in let_in.text
    held = read_form(let_in.text)
    assert {name: held[name] for name in SAID} == SAID
    assert held["reason"] == "The deck."
    assert ("Choose the file “deck.pdf” again" in let_in.text) == has_file
    again = send(
        desk, {n: held[n] for n in ("csrf_token", "base", "reason", *SAID)}, PDF, "deck.pdf"
    )
    assert again.status_code == 303
    assert [document.label.title for document in attached(release)] == ["Our deck"]
