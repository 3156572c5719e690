"""What is kept of a program's name, and what an export may tell."""

from datetime import date

import pytest

from eventsched.domain.counts import (
    Counted,
    DailyCount,
    Thing,
    blurred,
    by_day,
    family_of,
    of_people,
)

SAFARI = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.4 Safari/605.1.15"
)


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        ("Google-Calendar-Importer", "google"),
        ("macOS/14.5 (23F79) CalendarAgent/1022", "apple"),
        ("iOS/17.5 (21F79) dataaccessd/1.0", "apple"),
        ("Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)", "outlook"),
        ("Microsoft.Exchange/15.20 (InternetCalendar)", "outlook"),
        (f"{SAFARI[:40]} Gecko/20100101 Thunderbird/128.0", "thunderbird"),
        ("Nextcloud Server Crawler", "nextcloud"),
        ("ICSx5/2.2.3 (com.bitfire; okhttp/4.12) Android/14", "android"),
        ("ProtonCalendar/1.0", "proton"),
        ("vdirsyncer/0.19.2", "evolution"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "robot"),
        ("UptimeRobot/2.0; http://www.uptimerobot.com/", "robot"),
        ("curl/8.5.0", "robot"),
        (SAFARI, "browser"),
        ("", "other"),
        ("\x00\xff" * 50, "other"),
        ("eventsched-leaks", None),
        ("eventsched-probe", None),
    ],
)
def test_a_program_is_known_by_its_family_alone(agent: str, family: str | None) -> None:
    assert family_of(agent) == family


@pytest.mark.parametrize(
    ("count", "told"), [(0, "0"), (1, "<10"), (9, "<10"), (10, "10"), (12_345, "12345")]
)
def test_an_export_tells_nothing_about_a_few(count: int, told: str) -> None:
    assert blurred(count) == told


def a_count(day: int, count: int, family: str = "browser") -> DailyCount:
    thing = Thing(Counted.PAGE, "a")
    return DailyCount(day=date(2011, 11, day), thing=thing, family=family, count=count)


def test_days_without_any_are_days_too() -> None:
    counts = [a_count(2, 5), a_count(2, 1, "other"), a_count(4, 2), a_count(9, 7)]
    days = by_day(counts, first=date(2011, 11, 1), last=date(2011, 11, 4))
    assert list(days.values()) == [0, 6, 0, 2]
    assert next(iter(days)) == date(2011, 11, 1)


def test_robots_are_not_people() -> None:
    assert of_people([a_count(1, 3), a_count(1, 9, "robot")]) == [a_count(1, 3)]
