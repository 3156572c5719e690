"""The rules' page: when links are looked at before a call."""

from html import unescape

import pytest

from eventsched.domain.look_rules import USUALLY
from eventsched.store import site
from eventsched.store.database import Store
from tests.fixtures.staff import Desk

PATH = "/staff/rules/looks"


def looks(store: Store) -> list[int]:
    with store.reading() as session:
        return [int(one.total_seconds() // 60) for one in site.look_rule(session).before]


def test_an_admin_sets_when_links_are_looked_at(company: Store, admin: Desk) -> None:
    page = admin.get("/staff/rules")
    assert 'value="1 day, 1 hour, 10 minutes"' in page.text
    answer = admin.send(PATH, token=admin.token("/staff/rules"), looks="2 days, 90 min and 5 min")
    assert (answer.status_code, looks(company)) == (303, [2880, 90, 5])
    shown = admin.get("/staff/rules").text
    assert "Links are looked at so long before a call: 2 days, 1 hour 30 minutes, 5 min" in shown
    assert 'value="2 days, 1 hour 30 minutes, 5 minutes"' in shown


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Name at least one look, such as “1 hour”."),
        ({"looks": "-1 h"}, "“-1 h” is after the call has begun: look before it."),
        ({"looks": "5 min, " * 1000}, "10 looks at most: these are 1000."),
        ({"looks": '1 h, "><script>'}, '“"><script>” is no length of time.'),
        ({"looks": "1 h\0"}, "no length of time."),
        ({"looks": "999999 d " * 1100}, "is too early: 30 days before the call at most."),
    ],
    ids=["nothing", "after the call", "a thousand", "markup", "a NUL", "a million years"],
)
def test_what_is_no_rule_is_told_beside_what_was_typed(
    company: Store, admin: Desk, typed: dict[str, str], said: str
) -> None:
    answer = admin.send(PATH, token=admin.token("/staff/rules"), **typed)
    assert answer.status_code == 422
    assert said in unescape(answer.text)
    assert "<script>" not in answer.text
    assert looks(company) == [one.total_seconds() / 60 for one in USUALLY]


def test_nobody_but_an_admin_sets_them(company: Store, approver: Desk) -> None:
    token = approver.token("/staff/events/new")
    for typed in ("1 h", "nonsense"):
        assert approver.send(PATH, token=token, looks=typed).status_code == 403
    assert looks(company) == [one.total_seconds() / 60 for one in USUALLY]
