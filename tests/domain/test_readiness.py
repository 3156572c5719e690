"""What is done about an event, and what it still needs."""

from datetime import datetime

import pytest

from eventsched.domain.events import Presenter
from eventsched.domain.probes import LinkState, ProbeKind
from eventsched.domain.readiness import checks, missing
from tests.builders import a_document, an_event, at

WEEKS_BEFORE = at("2011-10-20 12:00")
DAYS_BEFORE = at("2011-11-08 12:00")
AFTER = at("2011-11-12 12:00")
MONTHS_AFTER = at("2012-02-12 12:00")
CLOSED = at("2011-11-19 12:00")
POSTED = "2011-11-11 18:00"


@pytest.mark.parametrize(
    ("said", "now", "sentences"),
    [
        pytest.param({}, DAYS_BEFORE, (), id="all there"),
        pytest.param({"live_url": None}, DAYS_BEFORE, ("The live link is missing.",), id="no link"),
        pytest.param({"presenters": ()}, DAYS_BEFORE, ("No presenter is named.",), id="nobody"),
        pytest.param(
            {"presenters": (), "kind": "shareholder_meeting"},
            DAYS_BEFORE,
            ("The release is not attached.",),
            id="a meeting",
        ),
        pytest.param(
            {"presenters": (Presenter(name="Daniel Junius"),)},
            DAYS_BEFORE,
            ("Daniel Junius has no title.",),
            id="no title",
        ),
        pytest.param(
            {"starts": "2011-11-11"},
            DAYS_BEFORE,
            ("The time is still to be announced.",),
            id="no time, and soon",
        ),
        pytest.param({"starts": "2011-11-11"}, WEEKS_BEFORE, (), id="no time, but weeks left"),
        pytest.param(
            {"standing": "draft", "publish_at": None},
            DAYS_BEFORE,
            ("It begins within a week and is not approved.",),
            id="a draft, and soon",
        ),
        pytest.param({"standing": "draft", "publish_at": None}, WEEKS_BEFORE, (), id="a draft"),
        pytest.param(
            {"standing": "in_review", "publish_at": None},
            at("2011-11-11 16:30"),
            ("It has begun, and was never public.",),
            id="too late",
        ),
        pytest.param(
            {"publish_at": "2011-11-10 20:00"},
            DAYS_BEFORE,
            ("Less than a day lies between publication and beginning.",),
            id="short notice",
        ),
        pytest.param(
            {"standing": "draft", "publish_at": None},
            AFTER,
            ("Its date has passed, and it was never public.",),
            id="a draft whose day is over",
        ),
        pytest.param({"standing": "draft", "publish_at": None}, MONTHS_AFTER, (), id="history"),
        pytest.param({}, AFTER, ("The replay is promised and not posted yet.",), id="no replay"),
        pytest.param({"replay_posted_at": "2011-11-11 18:00"}, AFTER, (), id="a replay"),
        pytest.param({"replay_days": None}, AFTER, (), id="none promised"),
        pytest.param({"standing": "cancelled", "live_url": None}, DAYS_BEFORE, (), id="cancelled"),
        pytest.param({"standing": "withdrawn", "live_url": None}, DAYS_BEFORE, (), id="withdrawn"),
    ],
)
def test_what_is_missing(said: dict[str, object], now: object, sentences: tuple[str, ...]) -> None:
    assert missing(an_event(**said), now=now) == sentences  # type: ignore[arg-type]


def seen(kind: ProbeKind, words: str, *, good: bool) -> dict[ProbeKind, LinkState]:
    since, looked_at = at("2011-11-10 16:00"), at("2011-11-11 15:00")
    return {kind: LinkState(good=good, since=since, looked_at=looked_at, words=words)}


@pytest.mark.parametrize(
    ("said", "links", "now", "told"),
    [
        pytest.param(
            {},
            {},
            DAYS_BEFORE,
            ["done: 9 days of notice", "done: Presenters complete", "done: Live link set"],
            id="nobody has looked yet",
        ),
        pytest.param(
            {"presenters": (), "kind": "shareholder_meeting"},
            seen(ProbeKind.LIVE_LINK, "answered 200", good=True),
            DAYS_BEFORE,
            [
                "done: 9 days of notice",
                "done: Live link answered on November 11, 2011, 10:00 am EST",
                "open: The release is not attached.",
            ],
            id="it answers",
        ),
        pytest.param(
            {"presenters": (), "kind": "shareholder_meeting", "publish_at": "2011-11-10 16:00"},
            seen(ProbeKind.LIVE_LINK, "answered 404", good=False),
            DAYS_BEFORE,
            [
                "done: 1 day of notice",
                "wrong: The live link has failed since November 10, 2011, 11:00 am EST:"
                " answered 404.",
                "open: The release is not attached.",
            ],
            id="it fails",
        ),
        pytest.param({"replay_posted_at": POSTED}, {}, AFTER, ["done: Replay posted"], id="posted"),
        pytest.param(
            {"replay_posted_at": POSTED},
            seen(ProbeKind.REPLAY_LINK, "answered 200", good=True),
            AFTER,
            ["done: Replay posted, and answered on November 11, 2011, 10:00 am EST"],
            id="the replay answers",
        ),
        pytest.param(
            {"replay_posted_at": POSTED},
            seen(ProbeKind.REPLAY_LINK, "answered 404", good=False),
            AFTER,
            [
                "wrong: The replay link has failed since November 10, 2011, 11:00 am EST:"
                " answered 404."
            ],
            id="the replay fails",
        ),
        pytest.param(
            {"replay_posted_at": POSTED},
            seen(ProbeKind.OUR_GATE, "answered 302", good=False),
            CLOSED,
            [
                "wrong: Our replay address was not closed on November 11, 2011, 10:00 am EST:"
                " answered 302."
            ],
            id="our gate is open after closing",
        ),
        pytest.param(
            {"replay_posted_at": POSTED},
            seen(ProbeKind.VENDOR_STILL_SERVES, "answered 200", good=False),
            CLOSED,
            [
                "wrong: The vendor still served the recording on November 11, 2011,"
                " 10:00 am EST: answered 200."
            ],
            id="the vendor goes on",
        ),
        pytest.param(
            {"replay_posted_at": POSTED},
            seen(ProbeKind.VENDOR_STILL_SERVES, "answered 200", good=False),
            MONTHS_AFTER,
            [],
            id="long ago",
        ),
    ],
)
def test_what_was_seen_of_links(
    said: dict[str, object],
    links: dict[ProbeKind, LinkState],
    now: datetime,
    told: list[str],
) -> None:
    event = an_event(**said)  # type: ignore[arg-type]
    found = checks(event, home_zone="America/New_York", links=links, now=now)
    assert [f"{check.state}: {check.sentence}" for check in found] == told


@pytest.mark.parametrize(
    ("kind", "documents", "told"),
    [
        ("earnings_call", ("release",), ["Release attached"]),
        ("earnings_call", ("slides",), ["The release is not attached."]),
        ("conference", ("release",), ["Release attached"]),
        ("conference", (), []),
        ("shareholder_meeting", (), ["The release is not attached."]),
        ("shareholder_meeting", ("release",), ["Release attached"]),
        ("investor_day", (), ["The release is not attached."]),
        ("other", (), []),
    ],
)
def test_a_release_is_looked_for_where_one_belongs(
    kind: str, documents: tuple[str, ...], told: list[str]
) -> None:
    event = an_event(kind=kind, documents=tuple(a_document(kind=one) for one in documents))
    found = checks(event, home_zone="UTC", now=DAYS_BEFORE)
    assert [check.sentence for check in found if check.item == "release"] == told
