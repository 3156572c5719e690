"""Attaching documents: all of it in one transaction, by whoever may, on both databases."""

import hashlib
import io

import pytest

from eventsched.domain.document_drafts import DocumentDraft
from eventsched.domain.documents import Document
from eventsched.domain.drafts import InvalidEvent
from eventsched.domain.events import Event
from eventsched.domain.revisions import StaleRevision
from eventsched.domain.staff import NotPermitted, Role
from eventsched.services import documents as services
from eventsched.services.documents import NoSuchDocument, Step, Upload
from eventsched.store import documents as document_store
from eventsched.store import events as event_store
from eventsched.store import history, site
from eventsched.store.database import Store
from eventsched.store.documents import PART, Content, LostContent
from eventsched.store.tables import ContentRow
from tests.builders import at
from tests.files_of_every_sort import DOCX, PDF
from tests.fixtures.product import PHOENIX
from tests.fixtures.staff import EDITOR, hire

NOW = at("2011-11-05 12:00")
SLIDES = DocumentDraft(kind="slides", shown="at_once")
LONG = PDF[:-6] + bytes(range(256)) * 3_000 + PDF[-6:]


def upload(held: bytes = PDF, name: str = "deck.pdf") -> Upload:
    return Upload(bytes=io.BytesIO(held), name=name)


def step(base: int = 2, *, by: str = "test", reason: str = "") -> Step:
    return Step(slug=PHOENIX, base=base, by=by, now=NOW, reason=reason)


def attached(store: Store) -> tuple[Document, ...]:
    with store.reading() as session:
        event = event_store.by_slug(session, PHOENIX)
    assert event is not None
    return event.documents


def contents(store: Store) -> int:
    with store.reading() as session:
        return session.query(ContentRow).count()


def read(store: Store, document: Document) -> bytes:
    content = Content(store, document.file.sha256, document.file.size)
    return b"".join(iter(lambda: content.read(), b""))


def test_a_document_is_a_revision_and_the_ledger_holds_its_hash(release: Store) -> None:
    event = services.add(release, SLIDES, upload(LONG), step(reason="As promised."))
    (document,) = event.documents
    assert (document.name, document.file.size) == ("deck.pdf", len(LONG))
    assert document.file.sha256 == hashlib.sha256(LONG).hexdigest()
    assert read(release, document) == LONG
    with release.reading() as session:
        assert event_store.by_slug(session, PHOENIX) == event
        assert history.revisions(session, PHOENIX)[-1].event == event
        entry = list(site.ledger(session, subject=PHOENIX))[-1]
        assert site.public_change_at(session) == NOW
    assert entry.body["record"]["documents"][0]["sha256"] == document.file.sha256
    assert entry.body["reason"] == "As promised."


def test_work_on_what_is_hidden_is_no_public_change(release: Store) -> None:
    services.add(release, DocumentDraft(kind="slides", shown="when_it_begins"), upload(), step())
    with release.reading() as session:
        assert site.public_change_at(session) != NOW


def test_the_same_bytes_are_kept_once(release: Store) -> None:
    first = services.add(release, SLIDES, upload(LONG), step())
    kept = contents(release)
    assert kept == len(LONG) // PART + 1
    services.remove(release, "deck.pdf", step(first.revision, reason="A mistake."))
    services.add(release, SLIDES, upload(LONG), step(first.revision + 1))
    assert contents(release) == kept


def test_another_file_is_another_version_at_the_same_address(release: Store) -> None:
    first = services.add(release, SLIDES, upload(), step())
    (before,) = first.documents
    with pytest.raises(InvalidEvent, match="Say why"):
        services.change(release, "deck.pdf", SLIDES, upload(LONG), step(3))
    corrected = step(3, reason="Slide 7 corrected.")
    (after,) = services.change(release, "deck.pdf", SLIDES, upload(LONG), corrected).documents
    assert (after.name, after.version, after.added_at) == ("deck.pdf", 2, NOW)
    assert read(release, after) == LONG
    assert read(release, before) == PDF
    other = step(4, reason="As a Word file.")
    event = services.change(release, "deck.pdf", SLIDES, upload(DOCX, "x.docx"), other)
    assert [document.name for document in event.documents] == ["deck.docx"]


def test_what_is_said_of_it_can_change_alone(release: Store) -> None:
    services.add(release, DocumentDraft(kind="slides", shown="when_it_ended"), upload(), step())
    named = DocumentDraft(kind="other", title="Deck", as_of="2011-11-10", shown="when_it_begins")
    (document,) = services.change(release, "deck.pdf", named, None, step(3)).documents
    assert (document.label.title, document.version) == ("Deck", 1)
    unchanged = services.change(release, "deck.pdf", named, upload(), step(4))
    assert unchanged.revision == 4


def refusals() -> list[object]:
    long_name = DocumentDraft(kind="slides", shown="at_once", title="A" * 300)
    return [
        pytest.param(SLIDES, None, ["file"], id="no file"),
        pytest.param(SLIDES, upload(b""), ["file"], id="an empty file"),
        pytest.param(SLIDES, upload(b"MZ\0"), ["file"], id="a program"),
        pytest.param(DocumentDraft(), upload(), ["kind", "shown"], id="nothing said"),
        pytest.param(long_name, upload(b""), ["file", "title"], id="all at once"),
    ]


@pytest.mark.parametrize(("draft", "sent", "fields"), refusals())
def test_nothing_is_stored_of_what_is_refused(
    release: Store, draft: DocumentDraft, sent: Upload | None, fields: list[str]
) -> None:
    with pytest.raises(InvalidEvent) as refused:
        services.add(release, draft, sent, step())
    assert [problem.field for problem in refused.value.problems] == fields
    assert (attached(release), contents(release)) == ((), 0)


def test_a_stale_page_stores_nothing(release: Store) -> None:
    services.add(release, SLIDES, upload(), step())
    with pytest.raises(StaleRevision):
        services.add(release, SLIDES, upload(LONG), step(2))
    with pytest.raises(StaleRevision):
        services.change(release, "deck.pdf", SLIDES, upload(LONG), step(2, reason="so"))
    with pytest.raises(StaleRevision):
        services.remove(release, "deck.pdf", step(2, reason="so"))
    assert (len(attached(release)), contents(release)) == (1, 1)


def test_the_same_file_is_not_attached_twice(release: Store) -> None:
    services.add(release, SLIDES, upload(), step())
    with pytest.raises(InvalidEvent, match="here already, as “Slides”"):
        services.add(release, SLIDES, upload(name="copy.pdf"), step(3))


def test_an_event_holds_so_many_and_no_more(
    release: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_DOCUMENTS", 1)
    services.add(release, SLIDES, upload(), step())
    with pytest.raises(InvalidEvent, match="At most 1"):
        services.add(release, SLIDES, upload(LONG), step(3))


def test_an_editor_leaves_what_is_approved_alone_and_an_attempt_is_noted(release: Store) -> None:
    hire(release, EDITOR, Role.EDITOR)
    with pytest.raises(NotPermitted):
        services.add(release, SLIDES, upload(), step(by=EDITOR))
    assert (attached(release), contents(release)) == ((), 0)
    with release.reading() as session:
        noted = list(site.ledger(session, subject=PHOENIX))[-1]
    assert (noted.kind, noted.body["wanted"]) == ("refused", "documents")


def test_what_is_not_there_cannot_be_changed(release: Store) -> None:
    with pytest.raises(NoSuchDocument):
        services.change(release, "deck.pdf", SLIDES, None, step())
    with pytest.raises(NoSuchDocument):
        services.remove(release, "deck.pdf", step())


# Reading


def test_a_file_is_read_from_any_place_and_in_any_portion(release: Store) -> None:
    event: Event = services.add(release, SLIDES, upload(LONG), step())
    content = Content(release, event.documents[0].file.sha256, len(LONG))
    content.seek(PART - 3)
    assert content.read(10) == LONG[PART - 3 : PART]
    assert content.read(10) == LONG[PART : PART + 10]
    content.seek(-2, io.SEEK_END)
    assert (content.read(), content.read()) == (LONG[-2:], b"")


def test_bytes_that_were_lost_or_altered_are_found(release: Store) -> None:
    (document,) = services.add(release, SLIDES, upload(LONG), step()).documents
    sha256 = document.file.sha256
    with release.reading() as session:
        assert document_store.first_damaged(session, [sha256]) is None
        assert document_store.sizes(session) == {sha256: len(LONG)}
    with release.writing() as session:
        session.query(ContentRow).where(ContentRow.part == 1).update({"bytes": b"short"})
    with release.reading() as session:
        assert document_store.first_damaged(session, [sha256]) == sha256
    with pytest.raises(LostContent):
        read(release, document)
    with release.writing() as session:
        session.query(ContentRow).where(ContentRow.part == 1).delete()
    with pytest.raises(LostContent):
        read(release, document)
