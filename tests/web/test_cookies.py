"""No page keeps anything in a browser, or calls another site, that the register does not list."""

from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext, Page, Request, Response

from eventsched.domain.personal_links import LinkKind, Links, LinkToken
from eventsched.domain.staff import Role
from eventsched.services import alerts, privacy
from eventsched.settings import Settings
from eventsched.store import people
from eventsched.store.database import Store
from eventsched.web.cookies import HOSTS, REGISTER, Place, is_registered
from eventsched.web.security import SESSION_COOKIE
from tests.builders import an_event, at
from tests.fixtures.browser import OpenBrowser
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import SettableClock
from tests.fixtures.staff import ADMIN, PASSWORD, hire
from tests.web.conftest import Show

BEFORE, LIVE, REPLAY, AFTER = (
    *("2011-11-11 15:55", "2011-11-11 16:30", "2011-11-11 18:00", "2011-11-18 17:00"),
)
# What no link leads to: gates that are shut, errors, what stands in a frame.
BESIDES = (
    *("/embed", "/cookies", "/nothing-here", "/events/withdrawn", "/events/unknown/live"),
    *("/?year=99999999999", "/?show=never", "/?q=nothing+like+it", f"/?q={'x' * 4_100}"),
    *("/alerts", "/alerts/asked", "/alerts/confirm/x", "/privacy", "/privacy/data"),
    *(
        "/investor-kit",
        "/events/call/live",
        "/events/call/replay",
        "/events/off/live",
        "/events/moved/replay",
    ),
)
MOST_PAGES = 60

# Notes every use of a place where something can be kept, before any script of the page runs.
SPY = """
window.__kept = [];
const spy = (where, way, place) => {
  const real = where[way];
  where[way] = function (name, ...rest) {
    window.__kept.push([place(this), String(name)]);
    return real.call(this, name, ...rest);
  };
};
const storage = (it) => it === window.sessionStorage ? "sessionStorage" : "localStorage";
spy(Storage.prototype, "setItem", storage);
spy(Storage.prototype, "getItem", storage);
spy(IDBFactory.prototype, "open", () => "indexedDB");
if (window.CacheStorage) spy(CacheStorage.prototype, "open", () => "caches");
const cookie = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
Object.defineProperty(document, "cookie", {
  get: () => cookie.get.call(document),
  set: (said) => {
    window.__kept.push(["cookie", said.split("=")[0]]);
    cookie.set.call(document, said);
  },
});
"""
LEFT_BEHIND = """async () => [
  ...window.__kept,
  ...Object.keys(localStorage).map((name) => ["localStorage", name]),
  ...Object.keys(sessionStorage).map((name) => ["sessionStorage", name]),
  ...(await indexedDB.databases()).map((kept) => ["indexedDB", kept.name]),
  ...(await (window.caches ? caches.keys() : [])).map((name) => ["caches", name]),
  ...(await (navigator.serviceWorker?.getRegistrations() ?? [])).map((it) => ["caches", it.scope]),
]"""


@dataclass
class Walk:
    """What was seen: pages read, what they kept (place, name, path), hosts they called."""

    site: str
    pages: list[str] = field(default_factory=list)
    kept: set[tuple[str, str, str]] = field(default_factory=set)
    hosts: set[str] = field(default_factory=set)

    def watch(self, context: BrowserContext) -> None:
        context.add_init_script(SPY)
        context.on("request", self._note_host)
        context.on("response", self._note_set_cookie)

    def read(self, page: Page, path: str) -> list[str]:
        """Open a page, note what it keeps, and return the pages that its links lead to."""
        page.goto(self.site + path)
        self.pages.append(path)
        self.note_kept(page)
        links: list[str] = page.eval_on_selector_all("a[href]", "all => all.map((a) => a.href)")
        return [
            link.removeprefix(self.site).partition("#")[0] for link in links if self._is_page(link)
        ]

    def note_kept(self, page: Page) -> None:
        here = urlsplit(page.url).path
        self.kept |= {(place, name, here) for place, name in page.evaluate(LEFT_BEHIND)}
        for cookie in page.context.cookies():
            self.kept.add(("cookie", cookie.get("name", ""), cookie.get("path", "")))

    def _is_page(self, link: str) -> bool:
        path = urlsplit(link).path
        ours = link.startswith(self.site + "/") and not path.startswith("/staff")
        # Open gates lead elsewhere: what the visitor asked for is no call of the page's own.
        return ours and "." not in path and not path.endswith(("/live", "/replay"))

    def _note_host(self, request: Request) -> None:
        url = urlsplit(request.url)
        if (
            url.scheme in ("http", "https", "ws", "wss")
            and f"{url.scheme}://{url.netloc}" != self.site
        ):
            self.hosts.add(url.netloc)

    def _note_set_cookie(self, response: Response) -> None:
        if "set-cookie" in response.headers:
            name = response.headers["set-cookie"].partition("=")[0]
            self.kept.add(("cookie", name, urlsplit(response.url).path))

    def unlisted(self) -> set[tuple[str, str, str]]:
        return {one for one in self.kept if not is_registered(Place(one[0]), one[1], path=one[2])}


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    return fresh_sqlite


@pytest.fixture
def walk(site_url: str) -> Walk:
    return Walk(site_url)


@pytest.fixture
def announced(show: Show) -> None:
    show(
        an_event(slug="call", replay_posted_at="2011-11-11 17:00"),
        an_event(slug="off", starts="2011-11-20 10:00", standing="cancelled"),
        an_event(slug="moved", starts="2011-11-21 10:00", standing="postponed"),
        an_event(slug="withdrawn", standing="withdrawn"),
        an_event(slug="old", starts="2009-05-05 10:00", kind="earnings_call"),
        now=BEFORE,
    )


@pytest.fixture
def personal(store: Store, announced: None, settings: Settings) -> list[str]:
    """Return the pages that mails to two investors lead to, each with a real link."""
    now, draft = at(BEFORE), replace(alerts.everything("Europe/Berlin"), kinds=("conference",))
    links = Links(base_url="", secret=settings.secret_key)
    for email in ("jo@example.com", "al@example.com"):
        alerts.sign_up(store, replace(draft, email=email), now=now)
    with store.reading() as session:
        jo, al = (people.by_email(session, f"{who}@example.com") for who in ("jo", "al"))
        assert jo is not None
        assert al is not None
        to_confirm, confirmed = (
            people.open_link(session, person.id, LinkKind.CONFIRM, now=now) for person in (jo, al)
        )
    assert to_confirm is not None
    assert confirmed is not None
    token = LinkToken(kind=LinkKind.CONFIRM, number=confirmed.id, key=confirmed.key)
    alerts.confirm(store, token, policy_version=1, now=now)
    privacy.ask_for_data(store, "al@example.com", now=now)
    with store.reading() as session:
        data = people.open_link(session, al.id, LinkKind.DATA, now=now)
    assert data is not None
    return [
        links.confirm(to_confirm.id, to_confirm.key),
        links.preferences(al.id, al.key),
        links.unsubscribe(al.id, al.key),
        links.data(data.id, data.key),
    ]


def test_public_pages_keep_nothing_and_call_nobody(
    browser_context: BrowserContext,
    walk: Walk,
    clock: SettableClock,
    personal: list[str],
    client: FlaskClient,
) -> None:
    assert [client.get(path).status_code for path in personal] == [200] * 4
    walk.watch(browser_context)
    page = browser_context.new_page()
    page.clock.install(time=clock.at)
    for now in (BEFORE, LIVE, REPLAY, AFTER):
        clock.set(now)
        page.clock.set_fixed_time(clock.at)
        open_gate = {LIVE: "/events/call/live", REPLAY: "/events/call/replay"}.get(now)
        besides = (*BESIDES, *personal)
        waiting, seen = ["/", *(p for p in besides if p != open_gate)], set[str]()
        while waiting and len(seen) < MOST_PAGES:
            path = waiting.pop(0)
            if path not in seen:
                seen.add(path)
                waiting += walk.read(page, path)
        # What a script does late.
        page.wait_for_timeout(300)
        walk.note_kept(page)
    print(
        f"\n{len(walk.pages)} pages ({len(set(walk.pages))} addresses, at 4 instants): "
        f"{len(walk.kept)} kept, {len(walk.hosts)} other hosts"
    )
    assert walk.kept == set()
    assert walk.hosts == set()
    assert {"/", "/events/call", "/events/off", "/cookies", *BESIDES, *personal} <= set(walk.pages)
    assert len(walk.pages) > 4 * len(BESIDES)


def test_staff_pages_keep_what_the_register_says(
    open_browser: OpenBrowser, walk: Walk, store: Store, announced: None
) -> None:
    hire(store, ADMIN, Role.ADMIN)
    context = open_browser()
    walk.watch(context)
    page = context.new_page()
    walk.read(page, "/staff/sign-in")
    page.get_by_label("Email").fill(ADMIN)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Board").wait_for()
    for path in ("/staff/", "/staff/events/call", "/staff/team", "/staff/account", "/"):
        walk.read(page, path)
    page.goto(f"{walk.site}/staff/events/new")
    page.get_by_label("Title", exact=True).first.fill("Half typed")
    page.reload()
    walk.note_kept(page)
    page.get_by_role("button", name="Bring it back").click()
    page.get_by_role("button", name="Save").first.click()
    page.get_by_role("heading", name="attention").wait_for()
    page.wait_for_load_state()
    walk.note_kept(page)

    assert walk.unlisted() == set()
    assert walk.hosts <= HOSTS
    listed = {
        kept for kept in REGISTER for one in walk.kept if kept.covers(Place(one[0]), one[1], one[2])
    }
    assert listed == set(REGISTER), "The register lists what no page keeps."


def test_the_page_says_what_the_register_says(client: FlaskClient, show: Show) -> None:
    show(now=BEFORE)
    page = client.get("/cookies")
    said = " ".join(page.text.split())
    assert (page.status_code, page.headers.get("Set-Cookie")) == (200, None)
    assert "set no cookie and keep nothing in your browser" in said
    assert "They load nothing from any other site" in said
    for kept in REGISTER:
        assert f"<code>{kept.name}" in said
        assert kept.purpose.partition("’")[0] in said
    assert "12 hours after signing in" in said


@pytest.mark.parametrize(
    ("place", "name", "path", "listed"),
    [
        (Place.COOKIE, SESSION_COOKIE, "/staff/team", True),
        (Place.COOKIE, SESSION_COOKIE, "/staffing", False),
        (Place.COOKIE, "analytics", "/staff", False),
        (Place.LOCAL_STORAGE, "eventsched:/staff/events/new", "/staff/events/new", False),
        (Place.SESSION_STORAGE, "eventsched:/staff/events/new", "/staff/events/new", True),
    ],
)
def test_what_is_listed_is_listed_for_a_place_a_name_and_pages(
    place: Place, name: str, path: str, listed: bool
) -> None:
    assert is_registered(place, name, path=path) is listed
