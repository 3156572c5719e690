"""The form: what is typed is saved whole."""

import re
from dataclasses import replace
from html import unescape

import pytest

from eventsched.domain.drafts import decide
from eventsched.domain.events import Presenter, Standing
from eventsched.store import history
from eventsched.store.database import Store
from tests.builders import PHOENIX
from tests.fixtures.product import PHOENIX as PHOENIX_SLUG
from tests.fixtures.staff import EDITOR, Desk, count, read_form, saved, typed_form

NEW = "/staff/events/new"
PAGE = f"/staff/events/{PHOENIX_SLUG}"
TWO = (Presenter(name="Daniel Junius", title="CEO"), Presenter(name="Gregory Perry", title="CFO"))
LINE = "Example Conference, Nov 11 2011 9am EST, Phoenix, AZ, Jo Doe, CEO, Track 2, B"


def test_what_was_typed_is_saved_as_a_draft(company: Store, editor: Desk) -> None:
    answer = editor.save(PHOENIX)
    assert (answer.status_code, answer.location) == (303, PAGE)
    event = saved(company)
    assert event.facts == decide(PHOENIX)
    assert (event.standing, event.revision) == (Standing.DRAFT, 1)
    assert "is saved as a draft. Nothing is public." in editor.get(PAGE).text
    assert editor.client.get(f"/events/{PHOENIX_SLUG}").status_code == 404


def test_the_history_names_who_saved(company: Store, editor: Desk) -> None:
    editor.save(PHOENIX)
    with company.reading() as session:
        assert [r.by for r in history.revisions(session, PHOENIX_SLUG)] == [EDITOR]


def test_a_saved_event_comes_back_into_its_form(company: Store, editor: Desk) -> None:
    editor.save(PHOENIX)
    held = read_form(editor.get(PAGE).text)
    shown = {name: said for name, said in held.items() if name in typed_form(PHOENIX)}
    assert shown == {n: s for n, s in typed_form(PHOENIX).items() if n != "repeated"}


def test_a_way_leads_past_the_form_to_what_can_be_decided(company: Store, editor: Desk) -> None:
    editor.save(PHOENIX)
    before, _, behind = editor.get(PAGE).text.partition("</form>\n<aside")
    assert '<a class="quiet-link" href="#further">' in before
    assert behind.lstrip().startswith('class="editor-aside" id="further" tabindex="-1"')
    assert f'href="{PAGE}/history"' in behind
    assert 'href="#further"' not in editor.get(NEW).text


def test_dates_and_times_may_be_written_as_people_write_them(company: Store, editor: Desk) -> None:
    editor.save(replace(PHOENIX, date="Nov 11 2011", time="9am"))
    assert saved(company).facts == decide(PHOENIX)


@pytest.mark.parametrize(
    ("button", "names"),
    [
        ("add-presenter", ["Daniel Junius", "Gregory Perry", ""]),
        ("remove-presenter-0", ["Gregory Perry"]),
        ("remove-presenter-7", ["Daniel Junius", "Gregory Perry"]),
        ("up-presenter-1", ["Gregory Perry", "Daniel Junius"]),
        ("down-presenter-0", ["Gregory Perry", "Daniel Junius"]),
        ("up-presenter-0", ["Daniel Junius", "Gregory Perry"]),
        ("down-presenter-1", ["Daniel Junius", "Gregory Perry"]),
    ],
)
def test_presenters_are_arranged_without_saving(
    company: Store, editor: Desk, button: str, names: list[str]
) -> None:
    answer = editor.save(replace(PHOENIX, title="", presenters=TWO), do=button)
    held = read_form(answer.text)
    rows = [held[f"presenters-{n}-name"] for n in range(len(names))]
    assert (answer.status_code, rows) == (200, names)
    assert f"presenters-{len(names)}-name" not in held
    assert count(company) == 0


def test_presenters_keep_their_order_and_empty_rows_are_dropped(
    company: Store, editor: Desk
) -> None:
    editor.save(replace(PHOENIX, presenters=(Presenter(name=""), *TWO, Presenter(name=""))))
    assert saved(company).facts.presenters == TWO


def test_saving_without_a_change_makes_no_revision(company: Store, editor: Desk) -> None:
    editor.save(PHOENIX)
    answer = editor.save(PHOENIX, PAGE)
    assert answer.status_code == 303
    assert "Nothing was changed, so nothing was saved." in editor.get(PAGE).text
    assert saved(company).revision == 1


def test_the_zone_is_taken_from_the_city_where_none_is_typed(company: Store, editor: Desk) -> None:
    editor.save(replace(PHOENIX, zone=""))
    assert saved(company).facts.zone == "America/Phoenix"


def test_an_event_is_duplicated_without_its_date_and_links(release: Store, editor: Desk) -> None:
    page = editor.get(f"{NEW}?like={PHOENIX_SLUG}").text
    held = read_form(page)
    assert (held["title"], held["presenters-0-name"]) == (PHOENIX.title, "Daniel Junius")
    # The time of day is usually the same: it stays beside the day, which is typed first.
    assert (held["date"], held["time"]) == ("", "09:00")
    assert (held["live_url"], held["replay_url"]) == ("", "")
    assert re.findall(r'<input[^>]* autofocus[^>]* id="(\w+)"', page) == ["date"]
    unread = editor.send(NEW, **held | {"date": "Nov 31 2012"})
    assert unread.status_code == 422
    assert read_form(unread.text)["time"] == "09:00"
    answer = editor.send(NEW, **held | {"date": "Nov 9 2012"})
    assert read_form(editor.get(answer.location).text)["date"] == "2012-11-09 09:00"


def test_last_years_event_comes_again_on_the_same_weekday(release: Store, editor: Desk) -> None:
    page = editor.get(f"{NEW}?like={PHOENIX_SLUG}").text
    assert "Last time it was Friday, November 11, 2011." in page
    taken = f"{NEW}?like={PHOENIX_SLUG}&on=2012-11-09"
    assert taken.replace("&", "&amp;") in page
    held = read_form(editor.get(taken).text)
    assert (held["date"], held["title"]) == (
        "2012-11-09 09:00",
        "2012 Credit Suisse Healthcare Conference",
    )
    endless = read_form(editor.get(f"{NEW}?like={PHOENIX_SLUG}&on={'x' * 999}").text)
    assert (endless["date"], endless["time"]) == ("x" * 40, "09:00")


def test_presenters_are_suggested_with_their_latest_title(company: Store, editor: Desk) -> None:
    for day, title in (("2011-11-11", "CEO"), ("2009-11-11", "COO")):
        who = (Presenter(name="Daniel Junius", title=title),)
        editor.save(replace(PHOENIX, date=day, presenters=who))
    assert '<option value="Daniel Junius" data-title="CEO">' in editor.get(NEW).text


def test_a_line_fills_the_form_in_and_saves_nothing(company: Store, editor: Desk) -> None:
    answer = editor.send(NEW, token=editor.token(NEW), line=LINE)
    assert answer.status_code == 200
    held = read_form(answer.text)
    assert (held["title"], held["date"]) == ("Example Conference", "Nov 11 2011 9am")
    assert (held["city"], held["presenters-0-title"]) == ("Phoenix, AZ", "CEO")
    assert "Not saved yet: look it over. Found no place for: B." in answer.text
    assert "Is the time meant on EST?" in answer.text
    assert "How long the replay stays is your company’s usual window." in answer.text
    assert count(company) == 0


@pytest.mark.parametrize(
    ("line", "focus"),
    [
        pytest.param(LINE, "title", id="all there: Enter saves it"),
        pytest.param("Example Conference, Nov 11 2011 9am, London, Canada", "city", id="where?"),
        pytest.param("Example Conference, Phoenix, AZ", "date", id="when?"),
    ],
)
def test_after_a_line_one_types_on_where_something_is_missing(
    company: Store, editor: Desk, line: str, focus: str
) -> None:
    page = editor.send(NEW, token=editor.token(NEW), line=line).text
    assert re.findall(r'<input[^>]* autofocus[^>]* id="(\w+)"', page) == [focus]
    # Said above the form and in its preview.
    assert page.count("Whose clock “London, Canada” keeps is not known") == 2 * (focus == "city")


def test_a_line_that_was_typed_as_the_title_fills_the_form_in_too(
    company: Store, editor: Desk
) -> None:
    blank = read_form(editor.get(NEW).text)
    chosen = {"kind": "investor_day", "format": "panel", "replay_stay": "30", "duration": "45"}
    answer = editor.send(NEW, **blank | chosen | {"title": LINE})
    held = read_form(answer.text)
    assert (answer.status_code, held["title"]) == (200, "Example Conference")
    assert (held["date"], held["city"]) == ("Nov 11 2011 9am", "Phoenix, AZ")
    assert {name: held[name] for name in chosen} == chosen
    # A title with a day in it, and a line beside something else that was typed, are titles; so is
    # what is longer than any line that is read to its end.
    for typed in (
        {"title": "Results as of Nov 11 2011"},
        {"title": LINE, "host": "A bank"},
        {"title": LINE + ", B" * 700},
    ):
        answer = editor.send(NEW, **blank | typed)
        assert (answer.status_code, read_form(answer.text)["title"]) == (422, typed["title"])
    assert count(company) == 0


def test_short_forms_are_saved_in_their_own_fields(company: Store, editor: Desk) -> None:
    short = replace(
        PHOENIX,
        date="Nov 11 2011 9am",
        time="",
        zone="",
        presenters=(Presenter(name="Daniel Junius, President and CEO"),),
    )
    assert editor.save(short).status_code == 303
    assert saved(company).facts == decide(PHOENIX)


@pytest.mark.parametrize(
    "title",
    [
        pytest.param("Our party 🎉 day", id="an emoji"),
        pytest.param("<script>alert(1)</script> & “day”", id="markup"),
        pytest.param("\u200fיום המשקיעים\u200f", id="right to left, with its marks"),
        pytest.param("{{ 7 * 7 }} ${x} %00", id="a template"),
    ],
)
def test_what_is_unusual_in_a_title_is_kept_and_never_run(
    company: Store, editor: Desk, title: str
) -> None:
    answer = editor.save(replace(PHOENIX, title=title))
    assert answer.status_code == 303
    for page in (editor.get(answer.location).text, editor.get("/staff/").text):
        assert "<script>alert" not in page
        assert f"<bdi>{title}</bdi>" in unescape(page)
    assert read_form(editor.get(answer.location).text)["title"] == title


def test_a_duplicate_is_not_to_be_typed_over_by_a_line(release: Store, editor: Desk) -> None:
    assert 'name="line"' in editor.get(NEW).text
    assert 'name="line"' not in editor.get(f"{NEW}?like={PHOENIX_SLUG}").text
