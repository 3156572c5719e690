"""How long before a call its link is looked at: what may be typed, and what is refused and why."""

from datetime import timedelta

import pytest

from eventsched.domain.look_rules import USUALLY, InvalidLookRule, LookRule, decide_looks
from eventsched.domain.probes import probes, probes_of_new_rule
from tests.builders import an_event, at

QUARTER = timedelta(minutes=15)


@pytest.mark.parametrize(
    ("typed", "looks"),
    [
        pytest.param("24 h, 1 h, 10 min", USUALLY, id="as usual"),
        pytest.param(LookRule().words, USUALLY, id="as it is shown"),
        pytest.param(" 10 Minutes\n1 day;1 hour ,", USUALLY, id="out of order, in lines"),
        pytest.param("15m", (QUARTER,), id="one"),
        pytest.param("2 hours 30 min before and 1 min", (10 * QUARTER, QUARTER / 15), id="spoken"),
        pytest.param("30 days", (timedelta(days=30),), id="the earliest"),
    ],
)
def test_looks_are_read_longest_first(typed: str, looks: tuple[timedelta, ...]) -> None:
    assert decide_looks(typed) == looks


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Name at least one look, such as “1 hour”."),
        (" ,;\n", "Name at least one look, such as “1 hour”."),
        ("-10 min", "“-10 min” is after the call has begun: look before it."),
        ("1 h, 10 min after", "“10 min after” is after the call has begun: look before it."),
        ("0", "“0” is too late: a minute before the call is the last."),
        ("0 min", "“0 min” is too late: a minute before the call is the last."),
        ("1", "“1” of what? Say minutes, hours or days."),
        ("31 days", "“31 days” is too early: 30 days before the call at most."),
        ("999999 d", "“999999 d” is too early: 30 days before the call at most."),
        ("60 min, 1 hour", "“1 hour” is there already, perhaps in other words."),
        (
            "1.5 h",
            "“1.5 h” is no length of time. Write “10 minutes”, “1 hour” or “2 days”.",
        ),
        ("²h", "“²h” is no length of time. Write “10 minutes”, “1 hour” or “2 days”."),
        (", ".join(f"{n} min" for n in range(1, 1001)), "10 looks at most: these are 1000."),
        (
            "9" * 5000 + " d",
            f"“{'9' * 39}…” is no length of time. Write “10 minutes”, “1 hour” or “2 days”.",
        ),
        (
            "0" * 100_000 + "x",
            f"“{'0' * 39}…” is no length of time. Write “10 minutes”, “1 hour” or “2 days”.",
        ),
        (
            "1 d" * 30_000 + "x",
            "“1 d1 d1 d1 d1 d1 d1 d1 d1 d1 d1 d1 d1 d…” is no length of time. "
            "Write “10 minutes”, “1 hour” or “2 days”.",
        ),
    ],
    ids=lambda value: value[:12],
)
def test_what_is_no_rule_is_refused_in_words(typed: str, said: str) -> None:
    with pytest.raises(InvalidLookRule) as refused:
        decide_looks(typed)
    assert str(refused.value) == said


def test_a_rule_asks_for_nothing_that_was_due_before_it_was_made() -> None:
    """The call begins at 16:00 and was announced long before."""
    rule = LookRule(before=(12 * QUARTER, 4 * QUARTER, QUARTER), since=at("2011-11-11 15:00"))
    due = [f"{probe.due_at:%d %H:%M}" for probe in probes(an_event(replay_url=None), rule)]
    assert due == ["11 15:00", "11 15:45"]


@pytest.mark.parametrize(
    ("since", "due"),
    [
        pytest.param("2011-11-11 15:00", [], id="not due yet"),
        pytest.param("2011-11-11 15:01", ["15:00"], id="due a minute before"),
        pytest.param("2011-11-11 15:30", ["15:00"], id="not yet too late"),
        pytest.param("2011-11-11 15:31", [], id="too late"),
    ],
)
def test_what_a_rule_just_missed_is_known(since: str, due: list[str]) -> None:
    rule = LookRule(before=(timedelta(hours=1),), since=at(since))
    found = [f"{probe.due_at:%H:%M}" for probe in probes_of_new_rule(an_event(), rule)]
    assert found == due
