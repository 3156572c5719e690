"""The form: what is typed is saved whole, or named and kept."""

from dataclasses import replace
from html import unescape

import pytest

from eventsched.domain.drafts import Draft, decide, draft_of
from eventsched.domain.events import Event, Presenter, Standing
from eventsched.domain.staff import Role
from eventsched.store import events as event_store
from eventsched.store import history
from eventsched.store.database import Store
from tests.builders import PHOENIX, a_draft
from tests.fixtures.product import PHOENIX as PHOENIX_SLUG
from tests.fixtures.product import SettableClock
from tests.fixtures.staff import EDITOR, PASSWORD, Desk, hire, read_form, typed_form

NEW = "/staff/events/new"
PAGE = f"/staff/events/{PHOENIX_SLUG}"


def saved(store: Store, slug: str = PHOENIX_SLUG) -> Event:
    with store.reading() as session:
        event = event_store.by_slug(session, slug)
    assert event is not None
    return event


def count(store: Store) -> int:
    with store.reading() as session:
        return len(event_store.every(session))


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


def test_dates_and_times_may_be_written_as_people_write_them(company: Store, editor: Desk) -> None:
    editor.save(replace(PHOENIX, date="Nov 11 2011", time="9am"))
    assert saved(company).facts == decide(PHOENIX)


WRONG = [
    pytest.param({"title": ""}, "title", "Give the event a title.", id="no title"),
    pytest.param(
        {"title": "A" * 1_000_000},
        "title",
        "Too long: 1,000,000 characters, at most 300 fit in this field.",
        id="a title of a million characters",
    ),
    pytest.param(
        {"title": "Earnings\r\nX-Header: call"},
        "title",
        "Keep it to one line, without tabs or control characters.",
        id="a title with a line break",
    ),
    pytest.param(
        {"title": "NUL\0byte"},
        "title",
        "Keep it to one line, without tabs or control characters.",
        id="a title with a NUL",
    ),
    pytest.param({"date": ""}, "date", "Give the date.", id="no date"),
    pytest.param(
        {"date": "11/12/2011"},
        "date",
        "Can't read “11/12/2011” as a date. Write it like 2011-11-11 or Nov 11, 2011.",
        id="a date that is two days",
    ),
    pytest.param(
        {"date": "1811-11-11"},
        "time",
        "The year 1811 is outside 1970 to 2037.",
        id="a date before the zone rules",
    ),
    pytest.param(
        {"time": "nine"},
        "time",
        "Can't read “nine” as a time. Write it like 9:00 am or 14:30.",
        id="a time in words",
    ),
    pytest.param(
        {"zone": "Mars/Olympus"},
        "zone",
        "“Mars/Olympus” is not a time zone we know. Use a name such as America/New_York.",
        id="an unknown zone",
    ),
    pytest.param(
        {"zone": "EST"},
        "zone",
        "“EST” is not a time zone we know. Use a name such as America/New_York.",
        id="an abbreviation for a zone",
    ),
    pytest.param(
        {"date": "2011-03-13", "time": "02:30", "zone": "America/New_York"},
        "time",
        "02:30 on 2011-03-13 does not exist in America/New_York: "
        "the clocks go forward past it that day.",
        id="a skipped time",
    ),
    pytest.param(
        {"date": "2011-11-06", "time": "01:30", "zone": "America/New_York"},
        "repeated-0",
        "01:30 on 2011-11-06 happens twice in America/New_York, because the clocks go back. "
        "Say whether the earlier (UTC−4) or the later (UTC−5) is meant.",
        id="a repeated time",
    ),
    pytest.param({"duration": "-30"}, "duration", "Ends before it starts.", id="an end before"),
    pytest.param(
        {"duration": "an hour"},
        "duration",
        "Give the length in whole minutes.",
        id="a length in words",
    ),
    pytest.param(
        {"live_url": "javascript:alert(1)"},
        "live_url",
        "Give a web address that begins with https:// or http://.",
        id="a link that is a script",
    ),
    pytest.param(
        {"live_url": "www.vendor.example/live"},
        "live_url",
        "Give a web address that begins with https:// or http://.",
        id="a link without scheme",
    ),
    pytest.param(
        {"replay_url": "+1 (781) 895-0600"},
        "replay_url",
        "Give a web address that begins with https:// or http://.",
        id="a phone number for a link",
    ),
    pytest.param(
        {"live_url": "http://192.168.0.5/live"},
        "live_url",
        "This address is inside a private network; investors can’t reach it.",
        id="a private address",
    ),
    pytest.param(
        {"time": "+1 (781) 895-0600"},
        "time",
        "Can't read “+1 (781) 895-0600” as a time. Write it like 9:00 am or 14:30.",
        id="a phone number for a time",
    ),
    pytest.param(
        {"duration": "🎉"}, "duration", "Give the length in whole minutes.", id="an emoji"
    ),
    pytest.param(
        {"replay_days": "0"}, "replay_days", "Give between 1 and 3,660 days.", id="no days"
    ),
    pytest.param(
        {"replay_until": "2011-11-01 09:00"},
        "replay_until",
        "The replay closes before the presentation has ended.",
        id="a replay that ends before",
    ),
    pytest.param(
        {"kind": "party"},
        "kind",
        "“party” is none of: conference, earnings_call, shareholder_meeting, investor_day, other.",
        id="a forged kind",
    ),
    pytest.param(
        {"city": "Pho\u202eenix"},
        "city",
        "Contains an invisible character that reverses text; type it anew.",
        id="text that reads backwards",
    ),
    pytest.param(
        {"presenters": (Presenter(name="", title="CEO"),)},
        "presenters-0-name",
        "Who is “CEO”? Give the name too.",
        id="a title without a name",
    ),
]


@pytest.mark.parametrize(("typed", "field", "message"), WRONG)
def test_what_is_wrong_is_named_and_everything_typed_is_kept(
    company: Store, editor: Desk, typed: dict[str, object], field: str, message: str
) -> None:
    draft = replace(PHOENIX, **typed)  # type: ignore[arg-type]
    answer = editor.save(draft)
    page = unescape(answer.text)
    assert answer.status_code == 422
    assert f'<a href="#{field}">{message}</a>' in page
    assert f"Problem: </span>{message}</p>" in page
    held = read_form(answer.text)
    sent = typed_form(draft)
    assert {n: s for n, s in held.items() if n in sent and n != "kind"} == {
        n: s for n, s in sent.items() if n not in ("repeated", "kind")
    }
    assert count(company) == 0


def test_everything_wrong_is_named_at_once(company: Store, editor: Desk) -> None:
    answer = editor.save(Draft(date="soon", zone="Nowhere", live_url="x", duration="y"))
    assert "5 things need your attention" in answer.text


@pytest.mark.parametrize(("typed", "field", "message"), WRONG)
def test_a_wrong_change_leaves_the_event_as_it_was(
    company: Store, editor: Desk, typed: dict[str, object], field: str, message: str
) -> None:
    editor.save(PHOENIX)
    before = saved(company)
    answer = editor.save(replace(PHOENIX, **typed), PAGE)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert saved(company) == before


@pytest.mark.parametrize(
    ("choice", "instant"),
    [
        pytest.param("earlier", "2011-11-06T05:30:00+00:00", id="summer time"),
        pytest.param("later", "2011-11-06T06:30:00+00:00", id="winter time"),
    ],
)
def test_a_repeated_time_asks_which_of_the_two(
    company: Store, editor: Desk, choice: str, instant: str
) -> None:
    draft = a_draft(starts="2011-11-06 01:30", zone="America/New_York")
    asked = editor.save(draft)
    assert "The clocks go back that night and show this time twice." in asked.text
    editor.save(replace(draft, repeated=choice))
    starts_at = saved(company).instants.starts_at
    assert starts_at is not None
    assert starts_at.isoformat() == instant


def test_a_half_typed_page_of_another_session_is_kept(company: Store, editor: Desk) -> None:
    answer = editor.client.post(NEW, data=typed_form(PHOENIX) | {"csrf_token": "stale"})
    assert answer.status_code == 400
    assert "This page was opened in another session." in answer.text
    held = read_form(answer.text)
    assert (held["title"], count(company)) == (PHOENIX.title, 0)
    assert editor.client.post(NEW, data=held).status_code == 303


TWO = (Presenter(name="Daniel Junius", title="CEO"), Presenter(name="Gregory Perry", title="CFO"))


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


def test_the_sentence_is_shown_as_the_public_will_read_it(company: Store, editor: Desk) -> None:
    answer = editor.save(replace(PHOENIX, title=""), do="look")
    assert answer.status_code == 200
    assert "9:00 am MST / 11:00 am EST on Friday, November 11, 2011" in answer.text
    assert "until November 18, 2011, 12:00 pm EST" in answer.text
    assert count(company) == 0


def test_the_later_of_two_saves_is_shown_both_versions(
    company: Store, editor: Desk, approver: Desk
) -> None:
    editor.save(PHOENIX)
    opened = read_form(editor.get(PAGE).text)
    approver.save(replace(PHOENIX, city="Scottsdale, AZ", venue="The Phoenician"), PAGE)
    ours = replace(PHOENIX, city="Tempe, AZ", host="CS")
    answer = editor.client.post(PAGE, data=opened | typed_form(ours))
    assert answer.status_code == 409
    assert saved(company).facts.city == "Scottsdale, AZ"
    for words in ("Scottsdale, AZ", "Tempe, AZ", "Both of you changed this. It was: Phoenix, AZ"):
        assert words in answer.text
    held = read_form(answer.text)
    # What only one of the two changed is chosen already.
    assert {n: s for n, s in held.items() if n.startswith("keep-")} == {
        "keep-city": "ours",
        "keep-host": "ours",
        "keep-venue": "theirs",
    }
    kept = editor.client.post(PAGE, data=held | {"keep-city": "theirs"})
    assert kept.status_code == 303
    facts = saved(company).facts
    assert (facts.city, facts.host, facts.venue) == ("Scottsdale, AZ", "CS", "The Phoenician")


def test_both_versions_can_be_edited_on(company: Store, editor: Desk, approver: Desk) -> None:
    editor.save(PHOENIX)
    opened = read_form(editor.get(PAGE).text)
    approver.save(replace(PHOENIX, city="Scottsdale, AZ"), PAGE)
    stale = editor.client.post(PAGE, data=opened | typed_form(replace(PHOENIX, city="Tempe, AZ")))
    on = editor.client.post(PAGE, data=read_form(stale.text) | {"do": "look"})
    held = read_form(on.text)
    assert (on.status_code, held["city"], held["base"]) == (200, "Tempe, AZ", "2")
    assert saved(company).revision == 2


@pytest.mark.parametrize("base", ["", "0", "-1", "99999999999", "x", "\0"])
def test_a_forged_base_overwrites_nothing(company: Store, editor: Desk, base: str) -> None:
    editor.save(PHOENIX)
    answer = editor.save(replace(PHOENIX, city="Tempe, AZ"), PAGE, base=base)
    assert answer.status_code == 409
    assert saved(company).facts.city == "Phoenix, AZ"


@pytest.mark.parametrize("slug", ["no-such-event", "%00", "..%2f", "A" * 3000, "é"])
def test_an_unknown_event_is_a_page_in_our_dress(company: Store, editor: Desk, slug: str) -> None:
    answer = editor.get(f"/staff/events/{slug}")
    assert answer.status_code == 404
    assert "There is no page at this address" in answer.text


def test_the_zone_is_taken_from_the_city_where_none_is_typed(company: Store, editor: Desk) -> None:
    editor.save(replace(PHOENIX, zone=""))
    assert saved(company).facts.zone == "America/Phoenix"


def test_a_city_that_nobody_knows_has_no_zone(company: Store, editor: Desk) -> None:
    answer = editor.save(replace(PHOENIX, zone="", city="Atlantis"))
    assert answer.status_code == 422
    assert '<a href="#zone">Choose the time zone of the place.</a>' in answer.text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        pytest.param(
            {"date": "Nov 11 2011", "time": "9am", "city": "Phoenix, AZ"},
            [
                "9:00 am MST / 11:00 am EST on Friday, November 11, 2011",
                "until November 18, 2011, 12:00 pm EST",
                "America/Phoenix, UTC−7 on that date; from the city.",
            ],
            id="enough",
        ),
        pytest.param(
            {"date": "Jul 11 2011", "zone": "Europe/Paris"},
            ["(time to be announced)", "Europe/Paris, UTC+2 on that date."],
            id="no time yet",
        ),
        pytest.param({"title": "A call"}, ["With a date and a place"], id="too little"),
        pytest.param(
            {"date": "11/12/2011", "zone": "UTC"},
            ["Can&#39;t read “11/12/2011” as a date."],
            id="a date that is two days",
        ),
        pytest.param(
            {"date": "2011-11-06", "time": "1:30am", "zone": "America/New_York"},
            ["happens twice in America/New_York"],
            id="a repeated time",
        ),
    ],
)
def test_the_sentence_is_said_as_it_is_typed(
    company: Store, editor: Desk, typed: dict[str, str], words: list[str]
) -> None:
    form = {"csrf_token": editor.token(NEW), "duration": "60", "replay_days": "7"} | typed
    answer = editor.client.post("/staff/preview", data=form)
    assert answer.status_code == 200
    assert [word for word in words if word not in answer.text] == []


def test_a_change_of_what_is_public_owes_a_reason(release: Store, approver: Desk) -> None:
    later = replace(draft_of(saved(release).facts), time="10:00")
    answer = approver.save(later, PAGE, reason=" ")
    assert answer.status_code == 422
    assert "Say why: the public has read it otherwise, and will be told." in answer.text
    assert read_form(answer.text)["time"] == "10:00"
    assert approver.save(later, PAGE, reason="The host moved us.").status_code == 303
    with release.reading() as session:
        assert history.revisions(session, PHOENIX_SLUG)[-1].reason == "The host moved us."


@pytest.mark.parametrize("reason", ["A" * 2_001, "NUL \0"])
def test_a_reason_that_nobody_can_read_is_refused(
    release: Store, approver: Desk, reason: str
) -> None:
    later = replace(draft_of(saved(release).facts), time="10:00")
    assert approver.save(later, PAGE, reason=reason).status_code == 422
    assert saved(release).revision == 2


def test_posting_the_replay_owes_no_reason(release: Store, approver: Desk) -> None:
    posted = replace(draft_of(saved(release).facts), replay_url="https://vendor.example/r/1")
    assert approver.save(posted, PAGE).status_code == 303


def test_an_event_is_duplicated_without_its_date_and_links(release: Store, editor: Desk) -> None:
    held = read_form(editor.get(f"{NEW}?like={PHOENIX_SLUG}").text)
    assert (held["title"], held["presenters-0-name"]) == (PHOENIX.title, "Daniel Junius")
    assert (held["date"], held["live_url"], held["replay_url"]) == ("", "", "")


def test_last_years_event_comes_again_on_the_same_weekday(release: Store, editor: Desk) -> None:
    page = editor.get(f"{NEW}?like={PHOENIX_SLUG}").text
    assert "Last time it was Friday, November 11, 2011." in page
    taken = f"{NEW}?like={PHOENIX_SLUG}&on=2012-11-09"
    assert taken.replace("&", "&amp;") in page
    held = read_form(editor.get(taken).text)
    assert (held["date"], held["title"]) == (
        "2012-11-09",
        "2012 Credit Suisse Healthcare Conference",
    )
    assert (
        read_form(editor.get(f"{NEW}?like={PHOENIX_SLUG}&on={'x' * 999}").text)["date"] == "x" * 40
    )


def test_presenters_are_suggested_with_their_latest_title(company: Store, editor: Desk) -> None:
    for day, title in (("2011-11-11", "CEO"), ("2009-11-11", "COO")):
        who = (Presenter(name="Daniel Junius", title=title),)
        editor.save(replace(PHOENIX, date=day, presenters=who))
    assert '<option value="Daniel Junius" data-title="CEO">' in editor.get(NEW).text


@pytest.mark.parametrize("path", [NEW, PAGE])
def test_a_session_that_ends_in_the_middle_of_typing_loses_nothing(
    company: Store, approver: Desk, desk: Desk, path: str
) -> None:
    approver.save(PHOENIX)
    typed = typed_form(replace(PHOENIX, title="Half ty", presenters=TWO)) | {"base": "1"}
    asked = desk.client.post(path, data=typed)
    assert asked.status_code == 401
    assert "What you typed is kept on this page" in asked.text
    hire(company, EDITOR, Role.EDITOR)
    kept = read_form(asked.text)
    target = f"/staff/sign-in?next={path}"
    refused = desk.client.post(target, data=kept | {"email": EDITOR, "password": "wrong"})
    assert refused.status_code == 422
    kept = read_form(refused.text)
    let_in = desk.client.post(target, data=kept | {"email": EDITOR, "password": PASSWORD})
    assert let_in.status_code == 200
    assert "Everything is as you typed it, and not saved yet." in let_in.text
    held = read_form(let_in.text)
    assert {n: s for n, s in held.items() if n in typed} == {
        n: s for n, s in typed.items() if n != "repeated"
    }
    answer = desk.client.post(path, data=held | {"do": ""})
    assert answer.status_code == 303
    with company.reading() as session:
        assert "Half ty" in [e.facts.title for e in event_store.every(session)]


LINE = "Example Conference, Nov 11 2011 9am EST, Phoenix, AZ, Jo Doe, CEO, Track 2, B"


def test_a_line_fills_the_form_in_and_saves_nothing(company: Store, editor: Desk) -> None:
    answer = editor.send(NEW, token=editor.token(NEW), line=LINE)
    assert answer.status_code == 200
    held = read_form(answer.text)
    assert (held["title"], held["date"], held["time"]) == (
        "Example Conference",
        "Nov 11 2011",
        "9am",
    )
    assert (held["city"], held["presenters-0-title"]) == ("Phoenix, AZ", "CEO")
    assert "Not saved yet: look it over. Found no place for: B." in answer.text
    assert "Is the time meant on EST?" in answer.text
    assert count(company) == 0


def test_a_line_that_was_typed_as_the_session_ended_is_read_after_signing_in(
    company: Store, desk: Desk
) -> None:
    hire(company, EDITOR, Role.EDITOR)
    kept = read_form(desk.client.post(NEW, data={"line": LINE}).text)
    target = f"/staff/sign-in?next={NEW}"
    let_in = desk.client.post(target, data=kept | {"email": EDITOR, "password": PASSWORD})
    assert read_form(let_in.text)["title"] == "Example Conference"


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


@pytest.mark.parametrize(
    ("replay_url", "words"),
    [
        ("https://vendor.example/r/1", "Replay available until November 18, 2011, 12:00 pm EST"),
        ("", "The replay will be posted here and stay available until"),
        ("not yet", "The replay will be posted here and stay available until"),
    ],
)
def test_the_sentence_knows_whether_the_replay_is_posted(
    company: Store, editor: Desk, clock: SettableClock, replay_url: str, words: str
) -> None:
    clock.set("2011-11-12 12:00")
    form = typed_form(replace(PHOENIX, replay_url=replay_url))
    answer = editor.client.post("/staff/preview", data=form | {"csrf_token": editor.token(NEW)})
    assert words in answer.text


def test_a_duplicate_is_not_to_be_typed_over_by_a_line(release: Store, editor: Desk) -> None:
    assert 'name="line"' in editor.get(NEW).text
    assert 'name="line"' not in editor.get(f"{NEW}?like={PHOENIX_SLUG}").text
