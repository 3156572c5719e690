"""What scripts add to the form: quicker, and nothing lost on leaving."""

import json
from dataclasses import replace

import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from eventsched.domain.events import Presenter
from eventsched.domain.staff import Role
from eventsched.services import events
from eventsched.store import events as event_store
from eventsched.store.database import Store
from tests.builders import PHOENIX
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import ANNOUNCED
from tests.fixtures.staff import EDITOR, count, hire
from tests.journeys.test_staff_story import sign_in

_IMPORT = "**/staff/imports/*"


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    """One database is enough: nothing here depends on which it is."""
    return fresh_sqlite


@pytest.fixture
def held_megabytes() -> str:
    """Once is enough: no staff page is ever held."""
    return "32"


@pytest.fixture
def form(company: Store, site_url: str, page: Page) -> Page:
    """Give an editor's empty form; Daniel Junius spoke before, as COO and then as CEO."""
    for day, title in (("2010-11-11", "CEO"), ("2009-11-11", "COO")):
        who = (Presenter(name="Daniel Junius", title=title),)
        draft = replace(PHOENIX, date=day, presenters=who)
        events.plan(company, draft, by=EDITOR, now=ANNOUNCED)
    hire(company, EDITOR, Role.EDITOR)
    sign_in(page, site_url, EDITOR)
    page.goto(f"{site_url}/staff/events/new")
    return page


def test_the_sentence_follows_the_typing(form: Page) -> None:
    words = form.locator("#preview-words")
    form.get_by_label("Title", exact=True).fill("A <b>bold</b> conference")
    form.get_by_label("Date and time", exact=True).fill("Nov 11 2011 9am")
    form.get_by_label("City").fill("Phoenix, AZ")
    expect(words).to_contain_text("9:00 am MST / 11:00 am EST on Friday, November 11, 2011")
    expect(words).to_contain_text("A <b>bold</b> conference")
    expect(words).to_contain_text("America/Phoenix, UTC−7 on that date; from the city.")
    expect(form.get_by_label("Time zone")).to_have_attribute("placeholder", "America/Phoenix")
    form.get_by_label("Date and time", exact=True).fill("11/12/2011")
    expect(words).to_contain_text("Can't read “11/12/2011” as a date.")


def test_only_a_conference_is_taken_for_a_presentation(form: Page) -> None:
    kind, said = form.get_by_label("Kind of occasion"), form.get_by_label("Format")
    expect(said).to_have_value("presentation")
    kind.select_option("earnings_call")
    expect(said).to_have_value("")
    kind.select_option("conference")
    expect(said).to_have_value("presentation")
    said.select_option("panel")
    kind.select_option("earnings_call")
    expect(said).to_have_value("panel")


def test_a_presenter_brings_the_latest_title(form: Page) -> None:
    form.get_by_label("Name").fill("Daniel Junius")
    expect(form.get_by_label("Title at the time of the event")).to_have_value("CEO")


def test_a_title_that_was_typed_is_left_alone(form: Page) -> None:
    form.get_by_label("Title at the time of the event").fill("Chairman")
    form.get_by_label("Name").fill("Daniel Junius")
    expect(form.get_by_label("Title at the time of the event")).to_have_value("Chairman")


def test_what_was_typed_survives_leaving_the_page(form: Page, site_url: str) -> None:
    form.get_by_label("Title", exact=True).fill("Half ty")
    form.get_by_label("City").fill("Phoenix, AZ")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    form.on("dialog", leave)
    form.goto(f"{site_url}/staff/")
    assert asked == ["beforeunload"]
    form.goto(f"{site_url}/staff/events/new")
    form.get_by_role("button", name="Bring it back").click()
    expect(form.get_by_label("Title", exact=True)).to_have_value("Half ty")
    expect(form.get_by_label("City")).to_have_value("Phoenix, AZ")


def test_a_duplicate_that_was_typed_is_brought_back_with_its_time(
    company: Store, form: Page, site_url: str
) -> None:
    with company.reading() as session:
        like = event_store.every(session)[0].slug
    form.on("dialog", lambda dialog: dialog.accept())
    form.goto(f"{site_url}/staff/events/new?like={like}")
    expect(form.get_by_label("Date", exact=True)).to_be_focused()
    form.keyboard.type("Nov 9 2012")
    expect(form.locator("#preview-words")).to_contain_text("9:00 am MST")
    form.goto(f"{site_url}/staff/events/new")
    form.get_by_role("button", name="Bring it back").click()
    when = form.get_by_label("Date and time", exact=True)
    expect(when).to_have_value("Nov 9 2012 09:00")


def test_what_was_typed_can_be_forgotten(form: Page) -> None:
    form.on("dialog", lambda dialog: dialog.accept())
    form.get_by_label("Title", exact=True).fill("Half ty")
    form.reload()
    form.get_by_role("button", name="Forget it").click()
    form.reload()
    expect(form.get_by_role("button", name="Forget it")).to_be_hidden()
    expect(form.get_by_label("Title", exact=True)).to_have_value("")


def test_what_was_saved_is_not_offered_again(form: Page, site_url: str) -> None:
    form.get_by_label("Title", exact=True).fill("Our own day")
    form.get_by_label("Date and time", exact=True).fill("Dec 1 2011")
    form.get_by_label("City").fill("Boston, MA")
    form.keyboard.press("Enter")
    expect(form.get_by_text("is saved as a draft")).to_be_visible()
    # The words may be there before the script that reads them.
    form.wait_for_load_state()
    form.goto(f"{site_url}/staff/events/new")
    expect(form.get_by_role("button", name="Bring it back")).to_be_hidden()


def test_a_save_that_the_network_swallowed_loses_nothing(form: Page, site_url: str) -> None:
    form.get_by_label("Title", exact=True).fill("Our own day")
    form.context.set_offline(True)
    form.get_by_role("button", name="Save draft").click()
    form.wait_for_url("chrome-error://**")
    form.context.set_offline(False)
    form.goto(f"{site_url}/staff/events/new")
    form.get_by_role("button", name="Bring it back").click()
    expect(form.get_by_label("Title", exact=True)).to_have_value("Our own day")


def test_a_row_that_was_added_is_not_taken_for_something_forgotten(form: Page) -> None:
    form.get_by_label("Name").fill("Gregory Perry")
    form.get_by_role("button", name="Add a presenter").click()
    expect(form.get_by_label("Name")).to_have_count(2)
    expect(form.get_by_role("button", name="Bring it back")).to_be_hidden()


def test_a_file_says_how_far_it_is_saved(company: Store, form: Page, site_url: str) -> None:
    rows = "".join(f"Day {n},2012-01-10,9am,UTC\n" for n in range(250))
    content = ("title,date,time,zone\n" + rows + "Broken,soon,,UTC\n").encode()
    form.goto(f"{site_url}/staff/imports/")
    form.set_input_files("#file", {"name": "days.csv", "mimeType": "text/csv", "buffer": content})
    form.get_by_role("button", name="Look at it").click()
    confirm = form.get_by_role("button", name="Save 250 drafts")
    confirm.click()
    # Refused with scripts too, as a page that says why; what is typed is still there.
    form.get_by_role("heading", name="needs your attention").wait_for()
    form.wait_for_load_state()
    form.evaluate(
        """() => new MutationObserver(([{target}]) => {
          sessionStorage.setItem("seen", target.textContent);
        }).observe(document.querySelector(".import-far"), {childList: true})"""
    )
    form.get_by_label("Leave out what can’t be read").check()
    # No answer, then half of one: it is said, and the button is there again.
    cut = form.get_by_text("what is saved already is not saved twice")
    half = json.dumps({"done": 100, "total": 250}) + "\n"
    lines = "application/x-ndjson"
    for answer in (
        lambda route: route.abort(),
        lambda route: route.fulfill(content_type=lines, body=half),
    ):
        form.route(_IMPORT, answer, times=1)
        confirm.click()
        expect(cut).to_be_visible()
        expect(confirm).to_be_focused()
        assert count(company) == 2
    confirm.click()
    form.get_by_text("Saved: 250 drafts.").wait_for()
    assert form.evaluate("sessionStorage.getItem('seen')") == "250 of 250"
    assert count(company) == 252


def test_a_file_whose_answer_was_lost_is_not_saved_twice(
    company: Store, form: Page, site_url: str
) -> None:
    content = b"title,date,time,zone\nOur own day,2012-01-10,9am,UTC\n"
    form.goto(f"{site_url}/staff/imports/")
    form.set_input_files("#file", {"name": "day.csv", "mimeType": "text/csv", "buffer": content})
    form.get_by_role("button", name="Look at it").click()
    confirm = form.get_by_role("button", name="Save 1 draft")

    def lose(route: Route) -> None:
        assert route.fetch().ok
        route.abort()

    form.route(_IMPORT, lose, times=1)
    confirm.click()
    expect(form.get_by_text("what is saved already is not saved twice")).to_be_visible()
    assert count(company) == 3
    confirm.click()
    form.get_by_text("Saved: 1 draft.").wait_for()
    assert count(company) == 3
