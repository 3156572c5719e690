"""What machines read: JSON-LD, share pictures, news feeds, the map of the site."""

import io
import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from eventsched.domain.events import Standing
from eventsched.services import events as services
from eventsched.store.database import Store
from tests.builders import a_draft, an_event, at
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import SettableClock
from tests.web.conftest import Show
from tests.web.markup import faults, markup

NOW = "2011-11-05 12:00"
SITE = "http://ir.example"
SLUG = "2011-credit-suisse-healthcare-conference"
ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "</script><script>alert(1)</script> & ]]>"


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    return fresh_sqlite


@pytest.fixture
def story(store: Store, show: Show, clock: SettableClock) -> None:
    """Announce an event, move it by an hour, and stand on the next day."""
    show(now=NOW)
    draft = a_draft()
    event = services.plan(store, draft, by="test", now=at("2011-11-01 12:00"))
    services.set_standing(
        store, event.slug, Standing.APPROVED, base=1, by="test", now=at("2011-11-02 12:00")
    )
    services.revise(
        store,
        event.slug,
        a_draft(starts="2011-11-11 10:00"),
        base=2,
        by="test",
        now=at("2011-11-04 12:00"),
        reason="The host moved the session.",
    )


def described(client: FlaskClient, slug: str = SLUG) -> dict[str, Any]:
    page = client.get(f"/events/{slug}").text
    block = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[0]
    read: dict[str, Any] = json.loads(block)
    return read


@pytest.mark.usefixtures("story")
def test_the_event_page_says_what_changed(client: FlaskClient) -> None:
    answer = client.get(f"/events/{SLUG}")
    assert faults(answer) == []
    words = markup(answer).words()
    assert (
        "Begins was 9:00 am MST / 11:00 am EST on Friday, November 11, 2011 → , now "
        "10:00 am MST / 12:00 pm EST on Friday, November 11, 2011" in words
    )
    assert "The host moved the session." in words


@pytest.mark.usefixtures("story")
def test_search_engines_learn_of_the_new_time(client: FlaskClient) -> None:
    told = described(client)
    assert (told["startDate"], told["previousStartDate"], told["endDate"]) == (
        "2011-11-11T10:00:00-07:00",
        "2011-11-11T09:00:00-07:00",
        "2011-11-11T11:00:00-07:00",
    )
    assert told["eventStatus"] == "https://schema.org/EventRescheduled"
    assert told["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert told["location"][1] == {"@type": "VirtualLocation", "url": f"{SITE}/events/{SLUG}/live"}


@pytest.mark.parametrize(
    ("typed", "status", "mode"),
    [
        ({}, "EventScheduled", "Mixed"),
        ({"standing": "cancelled"}, "EventCancelled", "Mixed"),
        ({"standing": "postponed"}, "EventPostponed", "Mixed"),
        ({"live_url": None}, "EventScheduled", "Offline"),
        ({"city": ""}, "EventScheduled", "Online"),
    ],
)
def test_search_engines_learn_how_it_stands(
    client: FlaskClient, show: Show, typed: dict[str, Any], status: str, mode: str
) -> None:
    show(an_event(slug="e", **typed), now=NOW)
    told = described(client, "e")
    assert told["eventStatus"] == f"https://schema.org/{status}"
    assert told["eventAttendanceMode"] == f"https://schema.org/{mode}EventAttendanceMode"


def test_hostile_text_leaves_no_block_or_document(client: FlaskClient, show: Show) -> None:
    show(an_event(slug="e", title=HOSTILE, host=HOSTILE, city=HOSTILE[:60]), now=NOW)
    assert described(client, "e")["name"] == HOSTILE
    assert "</script><script>" not in client.get("/events/e").text
    assert "alert(1)" in client.get("/feed.json").text
    feed = ElementTree.fromstring(client.get("/feed.atom").data)
    assert "alert(1)" in (feed.find(f"{ATOM}entry/{ATOM}title").text or "")  # type: ignore[union-attr]


@pytest.mark.usefixtures("story")
def test_news_are_announcements_and_changes(client: FlaskClient) -> None:
    told: Any = client.get("/feed.json").json
    title = "2011 Credit Suisse Healthcare Conference"
    assert [(item["title"], item["date_published"]) for item in told["items"]] == [
        (f"New time: {title}", "2011-11-04T12:00:00Z"),
        (f"Announced: {title}", "2011-11-02T12:00:00Z"),
    ]
    assert told["items"][0]["content_text"].startswith(
        "Begins: 9:00 am MST / 11:00 am EST on Friday, November 11, 2011 → "
        "10:00 am MST / 12:00 pm EST on Friday, November 11, 2011\n"
    )
    feed = ElementTree.fromstring(client.get("/feed.atom").data)
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}id") for entry in entries] == [
        f"{SITE}/events/{SLUG}#change-1",
        f"{SITE}/events/{SLUG}#announced",
    ]
    assert [entry.findtext(f"{ATOM}content") for entry in entries] == [
        item["content_text"] for item in told["items"]
    ]


@pytest.mark.usefixtures("story")
def test_news_betray_no_hidden_work_and_say_all_in_words(
    client: FlaskClient, store: Store, clock: SettableClock
) -> None:
    """An id counts what readers could notice, not what was saved."""
    for number, url in enumerate(("https://vendor.example/2", "https://vendor.example/3")):
        moved = a_draft(starts="2011-11-11 10:00", live_url=url)
        services.revise(store, SLUG, moved, base=3 + number, by="test", now=at(NOW))
    given = a_draft(starts="2011-11-11 10:00", live_url=url, backup_url="https://vendor.example/b")
    clock.set("2011-11-11 17:10")
    services.revise(store, SLUG, given, base=5, by="test", now=clock.at)
    told: Any = client.get("/feed.json").json
    assert [item["id"].partition("#")[2] for item in told["items"]] == [
        *("change-2", "change-1", "announced"),
    ]
    assert "Backup of the webcast: Given\n" in told["items"][0]["content_text"]


def test_news_keep_an_embargo(client: FlaskClient, show: Show, clock: SettableClock) -> None:
    show(an_event(publish_at="2011-11-05 12:00:30"), now=NOW)
    for address in ("/feed.json", "/feed.atom", "/sitemap.xml", "/events.json"):
        answer = client.get(address)
        assert SLUG not in answer.text
        assert answer.headers["Cache-Control"] == "public, max-age=29"
    clock.set("2011-11-05 12:00:30")
    for address in ("/feed.json", "/feed.atom", "/sitemap.xml", "/events.json"):
        assert SLUG in client.get(address).text


@pytest.mark.parametrize(
    "title",
    ["A", "W" * 300, "مؤتمر المستثمرين", "投資家説明会", "Two words " * 30, "🎉 party"],
)
def test_every_event_has_a_picture(client: FlaskClient, show: Show, title: str) -> None:
    show(an_event(slug="e", title=title), now=NOW)
    answer = client.get("/events/e/share.png")
    assert (answer.status_code, answer.content_type) == (200, "image/png")
    with Image.open(io.BytesIO(answer.data)) as image:
        assert (image.size, image.format) == ((1200, 630), "PNG")
    assert len(answer.data) < 60_000
    assert client.get("/events/e/share.png").data == answer.data


def test_the_page_names_its_one_address_and_its_picture(client: FlaskClient, show: Show) -> None:
    show(an_event(slug="e"), now=NOW)
    page = markup(client.get("/events/e?utm_source=mail"))
    links = {link["rel"]: link["href"] for link in page.all("link")}
    assert links["canonical"] == f"{SITE}/events/e"
    told = {meta["property"]: meta["content"] for meta in page.all("meta") if "property" in meta}
    assert told["og:image"] == f"{SITE}/events/e/share.png?v=0"
    canonical = [
        m for m in markup(client.get("/?year=&utm=x")).all("link") if m["rel"] == "canonical"
    ]
    assert [link["href"] for link in canonical] == [f"{SITE}/"]


def test_the_map_of_the_site_names_what_is_public(client: FlaskClient, show: Show) -> None:
    past = an_event(slug="past", starts="2010-05-05 09:00", publish_at="2010-01-01")
    show(past, an_event(slug="draft", standing="draft"), an_event(slug="e"), now=NOW)
    tree = ElementTree.fromstring(client.get("/sitemap.xml").data)
    assert [location.text for location in tree.iter() if location.tag.endswith("loc")] == [
        f"{SITE}/",
        f"{SITE}/events/e",
        f"{SITE}/events/past",
        f"{SITE}/?year=2010",
    ]
    assert f"Sitemap: {SITE}/sitemap.xml" in client.get("/robots.txt").text


def test_under_a_prefix_every_address_has_it_once(app: Flask, show: Show) -> None:
    show(an_event(slug="e"), now=NOW)
    site = app.extensions["eventsched"]
    object.__setattr__(site.settings, "base_url", "https://www.example/ir")
    client = app.test_client()
    environ = {"SCRIPT_NAME": "/ir"}
    assert (
        'href="https://www.example/ir/events/e"'
        in client.get("/events/e", environ_overrides=environ).text
    )
    told: Any = client.get("/events.json", environ_overrides=environ).json
    assert told["events"][0]["live"]["url"] == "https://www.example/ir/events/e/live"
