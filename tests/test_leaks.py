"""The leak self-test: nothing unpublished is found anywhere outside, and a leak would be."""

import hashlib
import io
import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from eventsched.crawling import Answer, Ask
from eventsched.domain.documents import Document, DocumentKind, File, FileFormat, Label, Shown
from eventsched.domain.drafts import draft_of
from eventsched.domain.events import Event, Presenter, Standing
from eventsched.domain.leaks import folded
from eventsched.domain.revisions import with_facts
from eventsched.leaks import Walk, findings, look
from eventsched.services import alert_notices, events
from eventsched.services import leaks as leak_service
from eventsched.store import documents as document_store
from eventsched.store import events as event_store
from eventsched.store import listing as listing_store
from eventsched.store import second_person, site, visibility
from eventsched.store.database import Store
from eventsched.store.tables import EventRow
from eventsched.web import data, documents
from tests.builders import an_event, an_issuer, at, facts
from tests.fixtures.alerts import QUIET, Investor, Round
from tests.fixtures.ports import free_port
from tests.fixtures.processes import Processes, status_of, wait_until
from tests.fixtures.product import ANNOUNCED, SettableClock, sample_release

NOW = "2011-11-11 18:00"
SITE: dict[str, Any] = {
    "base_url": "http://ir.example",
    "secret_key": "only-the-tests-know-this-key-of-32",
}
Look = Callable[[], Walk]


def hidden(word: str, **said: Any) -> Event:
    """Return an event that is not public, each of whose texts says `word`."""
    return an_event(
        **{
            "slug": f"{word}-capital-day",
            "title": f"Capital day with {word.title()}é & friends",
            "host": f"{word}bank",
            "city": f"{word}town",
            "venue": f"{word} arena",
            "presenters": (Presenter(name=f"Jo {word}son", title=f"Chief {word} Officer"),),
            "live_url": f"https://vendor.example/live/{word}-4711",
            "replay_url": f"https://vendor.example/replay?id={word}-4712",
        }
        | said
    )


HIDDEN = [
    hidden("draftish", standing="draft", publish_at=None),
    hidden("reviewish", standing="in_review", publish_at=None),
    hidden("embargoish", publish_at="2011-11-11 18:00:01"),
    hidden("withdrawnish", standing="withdrawn"),
    hidden("unannouncedish", standing="cancelled", standing_since="2011-11-01 12:00"),
]
VENDORS = {"https://vendor.example/public-live-0815", "https://vendor.example/public-replay-0816"}


def a_document(title: str, shown: Shown) -> Document:
    label = Label(kind=DocumentKind.SLIDES, title=title, as_of=date(2011, 11, 11), shown=shown)
    name, sha256 = (
        f"{title.split()[0].lower()}-deck.pdf",
        hashlib.sha256(title.encode()).hexdigest(),
    )
    file = File(format=FileFormat.PDF, size=len(title), sha256=sha256)
    return Document(name=name, label=label, file=file, version=1, added_at=at("2011-11-03"))


LATER = an_event(
    slug="later",
    starts="2011-12-01 09:00",
    documents=(
        a_document("Openish outlook", Shown.AT_ONCE),
        a_document("Hushedish outlook", Shown.WHEN_IT_ENDED),
    ),
)
OPEN = an_event(
    slug="open-day",
    title="Open day",
    live_url="https://vendor.example/public-live-0815",
    replay_url="https://vendor.example/public-replay-0816",
    replay_posted_at="2011-11-11 17:00",
)


@pytest.fixture
def site_with_secrets(store: Store, clock: SettableClock) -> Store:
    """Give a site with public events, hidden ones, a title from before publication, a proposal."""
    clock.set(NOW)
    renamed = an_event(slug="renamed", title="Merger with Codenamish", standing="draft")
    with store.writing() as session:
        site.set_issuer(session, an_issuer(), at=ANNOUNCED)
        for event in (OPEN, renamed, LATER, *HIDDEN):
            event_store.add(session, event, by="t", reason="", at=event.changed_at)
        for document in LATER.documents:
            held = io.BytesIO(document.label.title.encode())
            document_store.keep(session, held, document.file.sha256)
        public = with_facts(renamed, facts(title="Investor call"), now=at("2011-11-02 11:30"))
        public = replace(public, standing=OPEN.standing, publish_at=OPEN.publish_at)
        event_store.update(session, public, by="t", reason="Because Whisperish said", at=at(NOW))
        number = event_store.id_of(session, OPEN.slug)
        draft = replace(draft_of(OPEN.facts), venue="Proposedish Hall")
        second_person.add_all(session, {number: (1, draft)}, reason="", by="t", at=at(NOW))
        site.raise_version(session)
    return store


def asks(app: Flask) -> Ask:
    client = app.test_client(use_cookies=False)

    def ask(path: str) -> Answer:
        with client.get(path, base_url="http://ir.example") as said:
            headers = tuple(said.headers.items())
            return Answer(path=path, status=said.status_code, headers=headers, body=said.data)

    return ask


@pytest.fixture
def walk(app: Flask, site_with_secrets: Store, clock: SettableClock) -> Look:
    def walk() -> Walk:
        ask = asks(app)
        return look(site_with_secrets, ask, **SITE, clock=clock.now)

    return walk


def test_no_word_of_anything_unpublished_is_found_outside(walk: Look) -> None:
    done = walk()
    wanted = {one.text for one in done.telltales.all}
    for event in HIDDEN:
        word = event.slug.partition("-")[0]
        assert {word, f"{word}bank", f"{word}town", f"{word}-4711"} <= wanted
    assert {"hushedish outlook", "hushedish", "hushedish-deck.pdf"} <= wanted
    assert not [text for text in wanted if "openish" in text]
    assert {"codenamish", "proposedish", "public-live-0815", "public-replay-0816"} <= wanted
    assert [leak.words for leak in done.leaks] == []
    assert done.is_whole
    assert done.answers.total() > 80
    channels = {"text/html", "text/calendar", "application/json", "application/atom+xml"}
    assert channels | {"application/feed+json", "application/xml", "image/png"} <= {*done.answers}
    assert [finding.verdict for finding in findings(done)] == ["good"] * 3


def test_what_is_published_is_searched_for_no_more(walk: Look, clock: SettableClock) -> None:
    clock.set("2011-11-11 18:00:01")
    done = walk()
    subjects = {one.subject for one in done.telltales.all if not one.behind_a_gate}
    assert ("embargoish-capital-day" in subjects, [*done.leaks]) == (False, [])


def test_what_is_published_while_we_look_is_no_leak(
    app: Flask, site_with_secrets: Store, clock: SettableClock
) -> None:
    ask = asks(app)

    def later(path: str) -> Answer:
        clock.set("2011-11-11 18:00:01")
        return ask(path)

    done = look(site_with_secrets, later, **SITE, clock=clock.now)
    assert [leak.words for leak in done.leaks] == []


def _approved(*_: Any, **__: Any) -> Any:
    return EventRow.standing == "approved"


def _any_by_slug(session: Any, slug: str, **_: Any) -> Event | None:
    return event_store.by_slug(session, slug)


def _every(event: Event, **_: Any) -> tuple[Document, ...]:
    return event.documents


def _vendors(gate: Any, name: str, slug: str) -> dict[str, str]:
    return {"url": json.dumps(sorted(VENDORS)), "slug": slug}


BREAKAGES = [
    pytest.param(
        visibility, "is_public", _approved, "/events.json", id="the list knows no embargo"
    ),
    pytest.param(
        event_store,
        "public_by_slug",
        _any_by_slug,
        "/events/draftish-capital-day",
        id="page",
    ),
    pytest.param(
        *(documents, "shown_documents", _every, "/events/later/documents/hushedish-deck.pdf"),
        id="a document shows at once",
    ),
    pytest.param(data, "_gate", _vendors, "/events.json", id="JSON names vendors"),
]


@pytest.mark.parametrize(("module", "name", "broken", "path"), BREAKAGES)
def test_a_channel_that_forgets_the_rule_is_found(
    walk: Look, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, broken: Any, path: str
) -> None:
    monkeypatch.setattr(module, name, broken)
    if module is visibility:
        monkeypatch.setattr(listing_store, "is_public", lambda *_, **__: True)
    done = walk()
    assert path in {leak.path for leak in done.leaks}
    assert [finding.verdict for finding in findings(done)][-1] == "bad"


def test_an_address_that_a_header_gives_away_is_found(
    app: Flask, site_with_secrets: Store, clock: SettableClock
) -> None:
    ask, hidden, asked = asks(app), "/events/draftish-capital-day.ics", itertools.count()

    def telling(path: str) -> Answer:
        answer = ask(path)
        # What a proxy adds is of the moment.
        headers = (*answer.headers, ("X-Request-Number", str(next(asked))))
        told = (("X-Revision", "1"),) if path == hidden else ()
        return replace(answer, headers=(*headers, *told))

    done = look(site_with_secrets, telling, **SITE, clock=clock.now)
    assert [leak.path for leak in done.leaks] == [hidden]


@pytest.mark.parametrize(
    "spelt",
    [
        "CAPITAL DAY WITH DRAFTISHE &amp; FRIENDS",
        "SUMMARY:Capital day with Draf\r\n tishé & friends",
        "capital%20day with draftish%C3%A9 %26 friends",
        '"Capital day with Draftish\\u00e9 & friends"',
    ],
)
def test_a_title_is_found_however_it_is_spelt(site_with_secrets: Store, spelt: str) -> None:
    wanted = leak_service.what_must_not_be_found(site_with_secrets, wording="", now=at(NOW))
    found = {one.what for one in wanted.in_text(folded(spelt))}
    assert {"title", "word of the title"} <= found


# In mails


def test_no_mail_says_a_word_of_anything_unpublished(
    app: Flask, site_with_secrets: Store, clock: SettableClock, investor: Investor, work: Round
) -> None:
    store = site_with_secrets
    investor.subscribe()
    moment = at(NOW) + timedelta(minutes=10)
    hide_again = hidden("hideagainish", standing="approved", publish_at=moment)
    told = hidden("toldish", standing="approved", publish_at=moment)
    for event in (hide_again, told):
        _announce(store, event, now=moment)
    clock.set(moment)
    while alert_notices.write_due(store, quiet=QUIET, now=moment + QUIET):
        pass
    clock.set(moment + QUIET)
    # The notices are written; one of the two is withdrawn before they are sent.
    events.set_standing(
        store,
        _slug(store, hide_again),
        Standing.WITHDRAWN,
        base=_revision(store, hide_again),
        by="t",
        reason="Because.",
        now=clock.at,
    )
    done = look(store, asks(app), **SITE, clock=clock.now)
    assert [leak.words for leak in done.leaks] == []
    assert done.answers["mail that waits"] == 1

    work()
    wanted = leak_service.what_must_not_be_found(store, wording="", now=clock.at)
    assert "hideagainish" in {one.text for one in wanted.all}
    mails = [
        " ".join(str(p.get_content()) for p in mail.message.walk() if not p.is_multipart())
        for mail in investor.mails()
    ]
    assert ["toldish" in folded(mail) for mail in mails] == [True]
    # The address of their preferences is theirs alone, and only words of events are looked for.
    found = {one.text for mail in mails for one in wanted.in_text(folded(mail))}
    assert not [text for text in found if "ish" in text]


def _announce(store: Store, event: Event, *, now: datetime) -> None:
    draft = draft_of(event.facts)
    planned = events.plan(store, draft, by="t", now=now)
    events.set_standing(store, planned.slug, Standing.APPROVED, base=1, by="t", reason="", now=now)


def _saved(store: Store, event: Event) -> Event:
    with store.reading() as session:
        every = event_store.every(session)
    return next(one for one in every if one.facts.title == event.facts.title)


def _slug(store: Store, event: Event) -> str:
    return _saved(store, event).slug


def _revision(store: Store, event: Event) -> int:
    return _saved(store, event).revision


# On a live site


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_the_doctor_looks_for_leaks_on_a_live_site(
    store: Store, processes: Callable[[str], Processes]
) -> None:
    company = sample_release().replace("2011-11-", "2035-11-")
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    site_processes = processes(store.engine.url.render_as_string(hide_password=False))
    site_processes.environment |= {"EVENTSCHED_PORT": str(port), "EVENTSCHED_BASE_URL": base}
    (site_processes._folder / "company.toml").write_text(company, encoding="utf-8")
    assert site_processes.run("load", "company.toml").returncode == 0
    with store.writing() as session:
        event_store.add(session, HIDDEN[0], by="t", reason="", at=HIDDEN[0].changed_at)

    away = site_processes.run("doctor", "--leaks")
    assert (away.returncode, away.stderr.startswith("The site does not answer: ")) == (1, True)

    site_processes.start("serve", "--no-worker")
    wait_until(lambda: status_of(f"{base}/readyz") == 200, what="the site")
    done = site_processes.run("doctor", "--leaks", "--most", "200")
    assert (done.returncode, done.stderr) == (0, "")
    assert "None of them was found." in done.stdout
    assert "answers as a stranger" in done.stdout
