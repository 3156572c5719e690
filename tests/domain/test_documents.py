"""Documents: what they are called, when the public may have them, and when they are old."""

import json
import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsched.domain.document_drafts import DocumentDraft, decide_label, label_draft_of
from eventsched.domain.documents import (
    Document,
    DocumentKind,
    FileFormat,
    Shown,
    document_of,
    in_order,
    name_for,
    named_as,
    record_of_document,
    size_words,
)
from eventsched.domain.drafts import InvalidEvent
from eventsched.domain.events import Event
from eventsched.domain.ledger import canonical_json
from eventsched.domain.lifecycle import is_historical, is_public, next_transition, shown_documents
from eventsched.domain.revisions import owes_a_reason, with_documents, with_facts, with_standing
from eventsched.domain.wording import document_words
from tests.builders import a_document, an_event, at, facts
from tests.strategies import documents, events

TICK = timedelta(microseconds=1)
PUBLISHED, START, END = "2011-11-02 12:00", "2011-11-11 16:00", "2011-11-11 17:00"
CLOSE, A_QUARTER_ON = "2011-11-18 17:00", "2012-02-09 17:00"
DAY = date(2011, 11, 11)


# When they show


@pytest.mark.parametrize(
    ("shown", "typed", "since"),
    [
        ("at_once", {}, PUBLISHED),
        ("when_it_begins", {}, START),
        ("when_it_ended", {}, END),
        ("when_it_begins", {"starts": "2011-11-11"}, "2011-11-12 07:00"),
        ("when_it_begins", {"publish_at": "2011-11-11 16:30"}, "2011-11-11 16:30"),
        ("at_once", {"standing": "cancelled"}, PUBLISHED),
        ("when_it_begins", {"standing": "cancelled"}, None),
        ("when_it_ended", {"standing": "postponed"}, None),
        ("at_once", {"standing": "draft"}, None),
        ("at_once", {"standing": "withdrawn"}, None),
    ],
)
def test_a_document_shows_from_its_instant_and_not_before(
    shown: str, typed: dict[str, Any], since: str | None
) -> None:
    slides = a_document(shown=shown)
    event = an_event(documents=(slides,), **typed)
    if since is None:
        assert shown_documents(event, now=at("2030-01-01")) == ()
        return
    assert shown_documents(event, now=at(since) - TICK) == ()
    assert shown_documents(event, now=at(since)) == (slides,)


@given(event=events(), now=st.datetimes(datetime(2005, 1, 1), datetime(2036, 1, 1)).map(at))
def test_nothing_of_what_is_not_public_shows(event: Event, now: datetime) -> None:
    assert is_public(event, now=now) or not shown_documents(event, now=now)


# When what there is is old


@pytest.mark.parametrize(
    ("typed", "old_at"),
    [
        pytest.param({"documents": (a_document(),)}, CLOSE, id="left when the replay closed"),
        pytest.param(
            {"documents": (a_document(),), "replay_days": None}, A_QUARTER_ON, id="no replay"
        ),
        pytest.param(
            {"replay_days": 365, "replay_posted_at": END}, A_QUARTER_ON, id="a replay for a year"
        ),
        pytest.param({"replay_posted_at": END}, None, id="nothing left to watch or read"),
        pytest.param({}, None, id="nothing at all"),
        pytest.param(
            {"documents": (a_document(),), "standing": "cancelled"}, None, id="never took place"
        ),
    ],
)
def test_what_is_left_grows_old(typed: dict[str, Any], old_at: str | None) -> None:
    event = an_event(**typed)
    if old_at is None:
        assert not is_historical(event, now=at("2012-10-01"))
        return
    assert not is_historical(event, now=at(old_at) - TICK)
    assert is_historical(event, now=at(old_at))
    assert next_transition(event, now=at(old_at) - TICK) == at(old_at)


# What a change of them is to readers


def test_a_document_that_nobody_may_have_yet_is_not_noticed() -> None:
    event, now = an_event(), at("2011-11-05")
    hidden = with_documents(event, [a_document(shown="when_it_begins")], now=now)
    assert (hidden.revision, hidden.sequence, hidden.changed_at) == (2, 0, event.changed_at)
    shown = with_documents(event, [a_document()], now=now)
    assert (shown.revision, shown.sequence, shown.changed_at) == (2, 1, now)


@pytest.mark.parametrize(
    ("before", "after", "now", "owed"),
    [
        pytest.param((), (a_document(),), "2011-11-05", False, id="added"),
        pytest.param((a_document(),), (), "2011-11-05", True, id="taken away"),
        pytest.param(
            (a_document(),), (a_document(version=2),), "2011-11-05", True, id="another version"
        ),
        pytest.param((a_document(),), (), "2011-11-01", False, id="before anybody knew"),
        pytest.param(
            (a_document(shown="when_it_ended"),), (), "2011-11-05", False, id="before it showed"
        ),
        pytest.param(
            (a_document(shown="when_it_ended"),), (), END, True, id="at the instant it showed"
        ),
    ],
)
def test_a_reason_is_owed_for_what_somebody_may_have_read(
    before: tuple[Document, ...], after: tuple[Document, ...], now: str, owed: bool
) -> None:
    event = an_event(documents=before)
    changed = with_documents(event, after, now=at(now))
    assert owes_a_reason(event, changed, now=at(now)) is owed


def test_other_changes_leave_the_documents_alone() -> None:
    event = an_event(documents=(a_document(),))
    moved = with_facts(event, facts(starts="2011-11-11 10:00"), now=at("2011-11-05"))
    assert moved.documents == event.documents


# What they are called


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Q3 Slides FINAL.pdf", "q3-slides-final.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\ir\\Übersicht 2011.PDF", "ubersicht-2011.pdf"),
        ("\u202efdp.slides", "fdp.pdf"),
        ("🚀🚀.pdf", "slides.pdf"),
        ("..", "slides.pdf"),
        ("", "slides.pdf"),
        ("a" * 5_000 + ".pdf", "a" * 60 + ".pdf"),
        ("<script>alert(1)</script>.pdf", "script.pdf"),
        ("two\r\nlines: yes.pdf", "two-lines-yes.pdf"),
        ("con\0trol.pdf", "con-trol.pdf"),
    ],
)
def test_a_name_is_harmless_wherever_it_stands(said: str, name: str) -> None:
    assert name_for(said, DocumentKind.SLIDES, FileFormat.PDF, ()) == name


@given(said=st.text(max_size=400), taken=st.sets(st.sampled_from(["slides.pdf", "slides-2.txt"])))
def test_no_name_is_given_twice(said: str, taken: set[str]) -> None:
    name = name_for(said, DocumentKind.SLIDES, FileFormat.PDF, taken)
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*\.pdf", name)
    assert name.rpartition(".")[0] not in {one.rpartition(".")[0] for one in taken}


def test_a_file_of_another_format_keeps_the_address_but_for_its_ending() -> None:
    assert named_as(a_document(name="q3.pdf"), FileFormat.PPTX) == "q3.pptx"


def test_slides_come_first_and_each_sort_as_it_came() -> None:
    names = {"b.pdf": "release", "c.pdf": "slides", "a.pdf": "slides", "d.txt": "transcript"}
    found = in_order(a_document(name=name, kind=kind) for name, kind in names.items())
    assert [document.name for document in found] == ["c.pdf", "a.pdf", "d.txt", "b.pdf"]


@pytest.mark.parametrize(
    ("size", "words"),
    [(1, "1 byte"), (999, "999 bytes"), (96_400, "96 kB"), (2_449_000, "2.4 MB")],
)
def test_a_size_in_words(size: int, words: str) -> None:
    assert size_words(size) == words


def test_a_document_in_words() -> None:
    assert document_words(a_document()) == (
        "Slides of the presentation (PDF), as of November 11, 2011"
    )
    assert document_words(a_document(name="t.txt", kind="transcript", title="Call", version=2)) == (
        "Transcript: Call (Text, version 2), as of November 11, 2011"
    )


# What was typed


def test_a_label_reads_as_it_was_typed() -> None:
    draft = DocumentDraft(kind="slides", title=" Deck ", as_of="Nov 10, 2011", shown="at_once")
    label = decide_label(draft, day=DAY)
    assert (label.kind, label.title, label.as_of) == (
        DocumentKind.SLIDES,
        "Deck",
        date(2011, 11, 10),
    )


def test_what_was_left_empty_is_the_kinds_name_and_the_events_day() -> None:
    label = decide_label(DocumentDraft(kind="release", shown="when_it_ended"), day=DAY)
    assert (label.title, label.as_of, label.shown) == ("Press release", DAY, Shown.WHEN_IT_ENDED)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "virus"}, "kind"),
        ({"shown": ""}, "shown"),
        ({"shown": "soon"}, "shown"),
        ({"title": "A" * 201}, "title"),
        ({"title": "two\nlines"}, "title"),
        ({"title": "\u202efdp"}, "title"),
        ({"as_of": "11/12/2011"}, "as_of"),
        ({"as_of": "2099-01-01"}, "as_of"),
        ({"as_of": "0001-01-01"}, "as_of"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(typed: dict[str, str], field: str) -> None:
    said = {"kind": "slides", "shown": "at_once"} | typed
    with pytest.raises(InvalidEvent) as refused:
        decide_label(DocumentDraft(**said), day=DAY)
    assert [problem.field for problem in refused.value.problems] == [field]


@given(documents=documents())
def test_a_document_is_written_down_and_read_again(documents: tuple[Document, ...]) -> None:
    for document in documents:
        written = canonical_json(record_of_document(document))
        assert document_of(json.loads(written)) == document
        assert decide_label(label_draft_of(document), day=DAY) == document.label


def test_withdrawing_and_taking_up_keeps_documents() -> None:
    event = an_event(documents=(a_document(),))
    withdrawn = with_standing(event, type(event.standing)("withdrawn"), now=at("2011-11-05"))
    assert withdrawn.documents == event.documents
