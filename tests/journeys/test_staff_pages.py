"""Every staff page, seen with eyes and without: light and dark, on a telephone and on a desk."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from eventsched.domain.document_drafts import DocumentDraft
from eventsched.domain.events import Standing
from eventsched.domain.notices import Notice, Outcome
from eventsched.domain.staff import Role
from eventsched.services import documents, events, imports, notices, privacy, second_person, team
from eventsched.services.imports import Wish
from eventsched.settings import Settings
from eventsched.store import mail_server
from eventsched.store import notices as notice_store
from eventsched.store.database import Store
from tests.builders import PHOENIX, a_draft, at
from tests.files_of_every_sort import PDF
from tests.fixtures.axe import violations_by_day_and_night
from tests.fixtures.browser import OpenBrowser
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.kits import ask_for_kit
from tests.fixtures.product import ANNOUNCED, NEW_YORK, SettableClock
from tests.fixtures.product import PHOENIX as SLUG
from tests.fixtures.staff import ADMIN, EDITOR, hire
from tests.journeys.test_staff_story import sign_in
from tests.web.staff.test_access import staff_rules
from tests.web.staff.test_releases import DOUBTFUL

DRAFT = "our-own-day-2011"
EVENT = f"/staff/events/{SLUG}"
HELD = "/staff/events/held-yesterday-2011"
# What is answered with a page of another status.
STATUSES = {
    f"{EVENT}/draft": 409,
    f"{EVENT}/replay_withdrawn": 409,
    "/staff/as-seen?day=soon": 422,
    "/staff/begin/used-up": 410,
    "/staff/welcome/used-up": 410,
}
# Each page that can be asked for, by endpoint; what is not listed fails the test below.
PAGES = {
    "accounts.sign_in": ["/staff/sign-in"],
    "accounts.account": ["/staff/account"],
    "staff.board": ["/staff/"],
    "editor.blank": ["/staff/events/new", f"/staff/events/new?like={SLUG}"],
    "editor.event": [EVENT, f"/staff/events/{DRAFT}", f"{EVENT}?from=1"],
    "decisions.ask": [
        f"{EVENT}/cancelled",
        f"{EVENT}/postponed",
        f"{EVENT}/withdrawn",
        f"/staff/events/{DRAFT}/approved",
        f"/staff/events/{DRAFT}/draft",
        f"{EVENT}/draft",  # 409
    ],
    "history.revisions": [f"{EVENT}/history"],
    "history.ask": ["/staff/as-seen", "/staff/as-seen?day=soon"],
    "history.page": ["/staff/as-seen/2011-11-03T12:00:00Z/"],
    "history.event": [f"/staff/as-seen/2011-11-03T12:00:00Z/events/{SLUG}"],
    "history.document": [],
    "staff_documents.documents": [f"{EVENT}/documents", f"/staff/events/{DRAFT}/documents"],
    "staff_documents.document": [f"/staff/events/{DRAFT}/documents/deck.pdf"],
    "staff_documents.file": [],
    "history.feed": [],
    "history.data": [],
    "history.json_feed": [],
    "history.atom": [],
    "export.csv": [],
    "export.json": [],
    "export.calendar_file": [],
    "team.team": ["/staff/team"],
    "first_run.begin": ["/staff/begin/used-up"],
    "team.welcome": ["/staff/welcome/used-up"],
    "company.company": ["/staff/company"],
    "releases.ask": ["/staff/releases/"],
    "imports.ask": ["/staff/imports/"],
    "imports.look": ["/staff/imports/1", "/staff/imports/2"],
    "releases.write": ["/staff/releases/write", f"/staff/releases/write?event={SLUG}"],
    "rules.page": ["/staff/rules"],
    "replays.ask": [f"{HELD}/replay_withdrawn", f"{EVENT}/replay_withdrawn"],
    "staff_privacy.overview": ["/staff/privacy"],
    "backup.ask": [f"{EVENT}/backup"],
    "counts.of_event": [f"{EVENT}/numbers"],
    "counts.as_csv": [],
    "counts.numbers": ["/staff/numbers"],
    "mail.mail": ["/staff/mail"],
    "forgotten.ask": ["/staff/forgotten"],
}


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    """One database is enough: nothing here depends on which it is."""
    return fresh_sqlite


@pytest.fixture
def held_megabytes() -> str:
    """Once is enough: no staff page is ever held."""
    return "32"


@pytest.fixture
def busy(release: Store, clock: SettableClock) -> Store:
    """Give a team's week: something public, something in review, something changed."""
    hire(release, ADMIN, Role.ADMIN)
    own_day, moved = (
        a_draft(title="Our own day", starts="2011-12-01 09:00"),
        replace(PHOENIX, time="10:00"),
    )
    by, why = EDITOR, "The host moved us."
    events.plan(release, own_day, by=by, now=ANNOUNCED)
    events.set_standing(release, DRAFT, Standing.IN_REVIEW, base=1, by=by, now=ANNOUNCED)
    events.revise(release, SLUG, moved, base=2, by=by, reason=why, now=ANNOUNCED)
    slides = DocumentDraft(kind="slides", title="Deck", shown="when_it_begins")
    upload = documents.Upload(bytes=io.BytesIO(PDF), name="deck.pdf")
    documents.add(release, slides, upload, documents.Step(slug=DRAFT, base=2, by=by, now=ANNOUNCED))
    _hold_an_event(release)
    clock.set("2011-11-03 12:00")
    later_at = clock.now()
    later = replace(moved, time="11:00")
    mail_in_every_state(release)
    second_person.propose(release, SLUG, later, base=3, by=by, reason=why, now=ANNOUNCED)
    _bring_files(release)
    ask_for_kit(
        release,
        email="k@x.example",
        name="K",
        postal_address="1 Road",
        now=later_at,
    )
    privacy.add_policy(release, "# Short\n\nOther words.", later_at, by=ADMIN, now=later_at)
    return release


def _hold_an_event(store: Store) -> None:
    """Store an event that is over and whose replay is open."""
    held = a_draft(
        title="Held yesterday", starts="2011-11-02 09:00", replay_url="https://vendor.example/r"
    )
    planned = events.plan(store, held, by=EDITOR, now=ANNOUNCED)
    events.set_standing(store, planned.slug, Standing.APPROVED, base=1, by=ADMIN, now=ANNOUNCED)


@pytest.fixture
def welcome(busy: Store, settings: Settings, clock: SettableClock) -> str:
    """Give the page on which somebody who was invited chooses a password."""
    token = team.invite(
        busy,
        email="new@x.example",
        name="Jo Doe",
        role=Role.EDITOR,
        by=ADMIN,
        secret_key=settings.secret_key,
        now=clock.now(),
    )
    return f"/staff/welcome/{token}"


def _bring_files(store: Store) -> None:
    """Bring a file of which something can be said in every way, and one that is imported."""
    now = at("2011-11-03 12:00")
    lines = (
        f"slug,title,date,time,zone,Säle\n{NEW_YORK},Lazard day,2011-11-15,1pm,America/New_York,\n"
        f"{DRAFT},,2011-12-02,9am,,\n,New day,2011-12-03,,UTC,\n,New day,2011-12-03,,UTC,\n"
        f"{SLUG},\n"
    )
    imports.stage(store, "all sorts of rows.csv", lines.encode("cp1252"), by=ADMIN, now=now)
    done = imports.stage(
        store, "done.csv", b"title,date,zone\nDone,2011-12-04,UTC", by=ADMIN, now=now
    )
    seen = imports.look(store, done, by=ADMIN, now=now).plan.fingerprint
    list(imports.confirm(store, done, Wish(fingerprint=seen), by=ADMIN, now=now))


def mail_in_every_state(store: Store) -> None:
    """Owe mail about an event: one parked, one that waits, one address that takes none."""
    owed = [
        Notice(key=f"{n}", kind="alert.event", to=f"r{n}@x.example", due_at=at, event_slug=SLUG)
        for n, at in enumerate([ANNOUNCED, ANNOUNCED, ANNOUNCED + timedelta(days=9)])
    ]
    with store.writing() as session:
        notices.owe(session, owed, now=ANNOUNCED)
        notice_store.settle(session, ["0"], Outcome.PARKED, at=ANNOUNCED, reason="550 5.7.1 no")
        mail_server.stop(session, "r9@x.example", at=ANNOUNCED, reason="550 5.1.1 no such user")
        mail_server.note_trouble(session, "The mail server does not answer.", at=ANNOUNCED)


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_keeps_anyone_from_using_a_staff_page(
    busy: Store,
    welcome: str,
    site_url: str,
    open_browser: OpenBrowser,
    width: int,
) -> None:
    desk = open_browser(viewport={"width": width, "height": 900})
    page = desk.new_page()
    found = _look(page, site_url, "/staff/sign-in") + _look(page, site_url, welcome)
    sign_in(page, site_url, ADMIN)
    for path in (path for paths in PAGES.values() for path in paths):
        found += _look(page, site_url, path)
    for refused in (_refused, _conflict, _reading):
        refused(page, site_url)
        found += _see(page, refused.__name__)
    assert found == []


def test_every_page_of_the_staff_is_looked_at(app: Flask) -> None:
    asked = {endpoint for method, _, endpoint in staff_rules(app) if method == "GET"}
    assert asked == PAGES.keys()


def _look(page: Page, site_url: str, path: str) -> list[str]:
    answer = page.goto(site_url + path)
    assert answer is not None
    assert (path, answer.status) == (path, STATUSES.get(path, 200))
    return _see(page, path)


def _see(page: Page, name: str) -> list[str]:
    too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    found = [f"{name}: wider than the window"] if too_wide else []
    return found + [f"{name}: {violation}" for violation in violations_by_day_and_night(page)]


def _refused(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}/staff/events/new")
    page.get_by_label("Date and time", exact=True).fill("11/12/2011")
    page.get_by_label("Link to the live webcast").fill("javascript:alert(1)")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("heading", name="need your attention").wait_for()
    expect(page.locator(".problems")).to_be_focused()


def _conflict(page: Page, site_url: str) -> None:
    work = f"{site_url}/staff/events/{DRAFT}"
    page.goto(work)
    other = page.context.new_page()
    other.goto(work)
    venues = (
        ("The Phoenician", "The Biltmore") if "Phoenician" not in page.content() else ("A", "B")
    )
    for tab, venue, said in (
        (other, venues[0], other.get_by_text("is saved").first),
        (page, venues[1], page.get_by_role("heading", name="Somebody else was faster")),
    ):
        tab.get_by_label("Venue").fill(venue)
        tab.get_by_role("button", name="Save", exact=True).click()
        said.wait_for()
    other.close()


def _reading(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}/staff/releases/")
    page.get_by_label("The release").fill(DOUBTFUL)
    page.get_by_role("button", name="Read it").click()
    page.get_by_label("Time", exact=True).first.focus()
    page.wait_for_load_state()
