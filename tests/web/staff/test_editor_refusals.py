"""The form refuses: what is wrong is named in its place, and nothing is stored or lost."""

from dataclasses import replace
from html import unescape

import pytest

from eventsched.domain.drafts import Draft, draft_of
from eventsched.domain.events import Presenter
from eventsched.store import history
from eventsched.store.database import Store
from tests.builders import PHOENIX
from tests.fixtures.product import PHOENIX as PHOENIX_SLUG
from tests.fixtures.staff import Desk, count, read_form, saved, typed_form

NEW = "/staff/events/new"
PAGE = f"/staff/events/{PHOENIX_SLUG}"


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
        "date",
        "The year 1811 is outside 1970 to 2037.",
        id="a date before the zone rules",
    ),
    pytest.param(
        {"time": "nine"},
        "date",
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
        "date",
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
        "date",
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


def test_a_half_typed_page_of_another_session_is_kept(company: Store, editor: Desk) -> None:
    answer = editor.client.post(NEW, data=typed_form(PHOENIX) | {"csrf_token": "stale"})
    assert answer.status_code == 400
    assert "This page was opened in another session." in answer.text
    held = read_form(answer.text)
    assert (held["title"], count(company)) == (PHOENIX.title, 0)
    assert editor.client.post(NEW, data=held).status_code == 303


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


def test_a_city_that_nobody_knows_has_no_zone(company: Store, editor: Desk) -> None:
    answer = editor.save(replace(PHOENIX, zone="", city="Atlantis"))
    assert answer.status_code == 422
    assert '<a href="#zone">Choose the time zone of the place.</a>' in answer.text


def test_a_change_of_what_is_public_owes_a_reason(release: Store, approver: Desk) -> None:
    later = replace(draft_of(saved(release).facts), time="10:00")
    answer = approver.save(later, PAGE, reason=" ")
    assert answer.status_code == 422
    assert "Say why: the public has read it otherwise, and will be told." in answer.text
    assert read_form(answer.text)["date"] == "2011-11-11 10:00"
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


@pytest.mark.parametrize("number", ["²", "٣", "-1", "9" * 5_000, "1e3", ""])
@pytest.mark.parametrize("path", ["/staff/preview", "/staff/events/new"])
def test_a_presenter_of_no_number_is_nobody(
    company: Store, editor: Desk, path: str, number: str
) -> None:
    token = editor.token("/staff/events/new")
    answer = editor.send(path, token=token, **{f"presenters-{number}-name": "Jo Doe"})
    assert answer.status_code in (200, 422)
    assert "Jo Doe" not in answer.text
