"""Which links are looked at when, and what the looks come to."""

import pytest

from eventsched.domain.probes import (
    MISSED_WORDS,
    LinkState,
    Look,
    ProbeKind,
    probes_of_new_links,
    states,
)
from tests.builders import an_event, at

LIVE = ProbeKind.LIVE_LINK


def look(moment: str, words: str, *, good: bool = False) -> Look:
    return Look(kind=LIVE, at=at(moment), good=good, words=words)


def test_a_link_fails_since_the_first_look_without_an_answer() -> None:
    told = states(
        [
            look("2011-11-09 16:00", "answered 200", good=True),
            look("2011-11-10 16:00", "answered 404"),
            look("2011-11-11 15:00", "answered 500"),
            look("2011-11-11 15:50", MISSED_WORDS, good=True),
        ]
    )
    assert told == {
        LIVE: LinkState(
            good=False,
            since=at("2011-11-10 16:00"),
            looked_at=at("2011-11-11 15:00"),
            words="answered 500",
        )
    }


def test_a_link_that_answers_again_is_good_since_then() -> None:
    looks = [look("2011-11-10 16:00", "answered 404"), look("2011-11-11 15:00", "ok", good=True)]
    assert states(looks)[LIVE].since == at("2011-11-11 15:00")


BEFORE = at("2011-11-11 12:00")
DURING_REPLAY = at("2011-11-12 12:00")
POSTED = "2011-11-11 18:00"


@pytest.mark.parametrize(
    ("was", "now_is", "now", "kinds"),
    [
        pytest.param({}, {"live_url": "https://v.example/2"}, BEFORE, ["live_link"], id="live"),
        pytest.param({}, {"city": "Tempe, AZ"}, BEFORE, [], id="something else"),
        pytest.param({}, {"live_url": None}, BEFORE, [], id="taken away"),
        pytest.param(
            {}, {"live_url": "https://v.example/2"}, DURING_REPLAY, [], id="the call is over"
        ),
        pytest.param(
            {"replay_posted_at": POSTED},
            {"replay_posted_at": POSTED, "replay_url": "https://v.example/r2"},
            DURING_REPLAY,
            ["replay_link"],
            id="replay",
        ),
        pytest.param(
            {"standing": "draft", "publish_at": None},
            {"standing": "draft", "publish_at": None, "live_url": "https://v.example/2"},
            BEFORE,
            [],
            id="nobody may know of it",
        ),
    ],
)
def test_a_link_that_was_exchanged_is_looked_at_once_more(
    was: dict[str, object], now_is: dict[str, object], now: object, kinds: list[str]
) -> None:
    before, after = an_event(**was), an_event(**now_is)  # type: ignore[arg-type]
    wanted = probes_of_new_links(before, after, now=now)  # type: ignore[arg-type]
    assert [probe.kind for probe in wanted] == kinds
    assert all(probe.due_at == now for probe in wanted)
