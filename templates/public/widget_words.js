{% from "macros/words.html" import all_events_words, called_off_words, group_words, kind_words, no_events_words, way_words %}
{#- What <investor-events> says in words of its own; it stands in front of the component's script. -#}
const WORDS = {{ {
  "kinds": {
    "conference": kind_words("conference"),
    "earnings_call": kind_words("earnings_call"),
    "shareholder_meeting": kind_words("shareholder_meeting"),
    "investor_day": kind_words("investor_day"),
    "other": kind_words("other"),
  },
  "groups": {"live": group_words("live"), "upcoming": group_words("upcoming"), "replays": group_words("replays")},
  "ways": {"live": way_words("live"), "failed": way_words("failed"), "replay": way_words("replay")},
  "off": {"cancelled": called_off_words("cancelled"), "postponed": called_off_words("postponed")},
  "all": all_events_words(),
  "empty": no_events_words() ~ ".",
} | tojson }};
