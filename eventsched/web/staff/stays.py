"""How long a replay stays, as a choice on a page: one of a few usual lengths, or something else."""

from collections.abc import Mapping

from wtforms import SelectChoice

from eventsched.domain.replay_windows import FURTHER_NOTICE
from eventsched.domain.replays import PRESET_DAYS

_PRESETS = tuple(map(str, PRESET_DAYS))
STAYS = [
    SelectChoice("7", "One week (7 days)"),
    SelectChoice("30", "30 days"),
    SelectChoice("90", "90 days"),
    SelectChoice("365", "One year (365 days)"),
    SelectChoice("days", "Another number of days"),
    SelectChoice("until", "Until a date and time"),
    SelectChoice("notice", "Until further notice"),
    SelectChoice("none", "No replay"),
]
COUNTED_FROM = [
    SelectChoice("", "The end of the presentation"),
    SelectChoice("posting", "The posting of the replay"),
]


def window_of(typed: Mapping[str, str | None]) -> tuple[str, str, str]:
    """Return a draft's days, last wall time and what the days are counted from.

    What was chosen counts, and not what stands in the other fields. A form without the choice says
    what its fields say.
    """
    days, until = typed.get("replay_days") or "", typed.get("replay_until") or ""
    counted_from = typed.get("replay_counted_from") or ""
    match typed.get("replay_stay") or "":
        case stay if stay in _PRESETS:
            return stay, "", counted_from
        case "days":
            # Nothing typed is no length, and must not pass for “no replay”.
            return days.strip() or "0", "", counted_from
        case "until":
            return "", until.strip() or "?", ""
        case "notice":
            return "", FURTHER_NOTICE, ""
        case "none":
            return "", "", ""
    return days, until, counted_from


def choice_of(days: str, until: str) -> str:
    """Return which choice stands for a draft's days and last wall time."""
    if until.strip():
        return "notice" if until.strip() == FURTHER_NOTICE else "until"
    if not days.strip():
        return "none"
    return days.strip() if days.strip() in _PRESETS else "days"
